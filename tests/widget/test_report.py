"""The report of a session: chosen by gestures, taken back, saved, and the same as one text."""

import json
import re

import pytest

from medwidget.errors import ModelError
from medwidget.views.text.report.choices import ASSUMPTIONS
from medwidget.widget.reopen import saved_text
from medwidget.widget.report_choices import judged_words
from medwidget.widget.saved import read_record
from medwidget.widget.widget import MediationWidget
from tests.widget.sessions import FULL, Page, do, made_up, opened, settled

ALL = ("order", "confounding-xm", "confounding-my", "confounding-xy", "affected-confounder")


@pytest.fixture
def reported():
    session, page = opened(direct=True, draft=FULL, group_label="person", row_label="day")
    settled(session)
    do(session, "show", tab="report")
    yield session, page
    session.close()


def text(page: Page) -> str:
    return page.now["report"]["forms"][0]["text"]


def test_ticks_change_the_text_and_nothing_is_fitted_again(reported):
    session, page = reported
    revision = page.now["draft"]["revision"]
    for name in ALL:
        do(session, "judge", assumption=name, held=True)
    assert "changed" in text(page)
    assert page.now["draft"]["revision"] == revision
    do(session, "judge", assumption="order", held=False)
    assert "was associated with" in text(page)


def test_undo_takes_ticks_style_and_size_back(reported):
    session, page = reported
    before = text(page)
    do(session, "judge", assumption="linear", held=True)
    do(session, "set_report", control="style", value="plain")
    do(session, "set_report", control="smallest", value="0,2")
    assert "95% interval" in text(page)
    assert "0.2, the smallest effect that would matter" in text(page)
    assert page.now["report"]["smallest"] == "0.2"
    assert page.now["draft"]["undo_label"] == "smallest effect that would matter: 0.2"
    for _ in range(3):
        do(session, "undo")
    assert text(page) == before
    do(session, "redo")
    assert page.now["report"]["judgements"][-1]["ticks"][0]["held"]


@pytest.mark.parametrize(
    "gesture",
    [
        {"kind": "set_report", "control": "smallest", "value": "much"},
        {"kind": "set_report", "control": "smallest", "value": "0"},
        {"kind": "set_report", "control": "smallest", "value": "inf"},
        {"kind": "set_report", "control": "style", "value": "mla"},
        {"kind": "set_report", "control": "colour", "value": "red"},
        {"kind": "judge", "assumption": "truth", "held": True},
    ],
)
def test_what_cannot_be_chosen_is_refused(reported, gesture):
    session, page = reported
    before = text(page)
    session.gesture(gesture)
    settled(session)
    assert page.now["messages"][0]["severity"] == "error"
    assert text(page) == before


def test_a_saved_session_keeps_the_report():
    data = made_up()
    roles = {"exposure": "x", "mediators": "m", "outcome": "y", "group": "g"}
    widget = MediationWidget(data, **roles, group_label="person")
    assert widget.wait(60)
    gesture = widget.session.gesture
    gesture({"kind": "judge", "assumption": "order", "held": True})
    gesture({"kind": "set_report", "control": "style", "value": "plain"})
    gesture({"kind": "set_report", "control": "smallest", "value": "0.3"})
    saved = widget.to_json()
    again = MediationWidget.from_json(saved, data)
    assert again.wait(60)
    assert again.report() == widget.report()
    assert "0.3" in again.report()
    assert "We assume that x comes before m" in again.report("apa", "markdown")
    assert "95% interval" in widget.report()
    earlier = json.loads(saved)
    del earlier["report"]
    older = MediationWidget.from_json(json.dumps(earlier), data)
    assert older.wait(60)
    assert "95% CI" in older.report()
    earlier = json.loads(saved)
    earlier["report"]["judged"] = ["order", "confounding-my"]  # when one tick was for both levels
    both = MediationWidget.from_json(json.dumps(earlier), data)
    judged = ("order", "confounding-my-within", "confounding-my-between")
    assert both.session.state.report.judged == judged
    damaged = json.loads(saved)
    damaged["report"]["judged"] = ["truth"]
    with pytest.raises(ModelError):
        MediationWidget.from_json(json.dumps(damaged), data)
    for each in (widget, again, older, both):
        each.close()


def test_the_report_is_that_of_the_result_with_the_same_choices():
    widget = MediationWidget(made_up(), exposure="x", mediators="m", outcome="y", group="g")
    assert widget.wait(60)
    assert widget.report() == widget.result.report()
    assert widget.report("plain", "latex") == widget.result.report("plain", "latex")
    widget.clear("m")
    assert widget.wait(60)
    with pytest.raises(ModelError, match="no result"):
        widget.report()
    widget.close()


# -- decisions ---------------------------------------------------------------------------------


def logged(page: Page) -> list[tuple[str, str]]:
    return [(item["what"], item["why"]) for item in page.now["report"]["decisions"]]


def test_every_judgement_has_its_words():
    told = [judged_words(name) for name in ASSUMPTIONS]
    assert len(set(told)) == len(ASSUMPTIONS)
    assert "no unmeasured confounding of X and M, within groups" in told


def test_decisions_are_logged_and_what_is_taken_back_is_none(reported):
    session, page = reported
    assert logged(page) == []
    do(session, "toggle_slope", path="a")
    do(session, "select_groups", positions=[1, 2])
    do(session, "set_report", control="style", value="plain")
    do(session, "judge", assumption="order", held=True)
    do(session, "choose", control="centering", value="within")
    assert [what for what, _ in logged(page)] == [
        "slope of a",
        "order in time: judged to hold",
        "centering: within only",
    ]
    do(session, "undo")
    assert [what for what, _ in logged(page)][-1] == "order in time: judged to hold"
    do(session, "redo")
    assert [what for what, _ in logged(page)][-1] == "centering: within only"


def test_reasons_are_typed_taken_back_saved_and_exported(reported):
    session, page = reported
    do(session, "toggle_slope", path="a")
    first = page.now["report"]["decisions"][0]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", first["when"])
    do(session, "explain", decision=first["id"], reason="  too few\nrows ")
    assert logged(page) == [("slope of a", "too few rows")]
    assert f"{first['when']}, slope of a: too few rows" in text(page)
    revision = page.now["draft"]["revision"]
    do(session, "undo")
    assert logged(page) == [("slope of a", "")]
    assert "slope of a: no reason given" in text(page)
    do(session, "redo")
    assert page.now["draft"]["revision"] == revision
    do(session, "explain", decision="99", reason="no such")
    assert page.now["messages"][0]["severity"] == "error"
    record = json.loads(saved_text(session))
    saved = read_record(record)
    assert [(item.what, item.why) for item in saved.state.report.earlier] == logged(page)
    record["report"]["decisions"][0] = ["2026-01-01", 3, ""]
    with pytest.raises(ModelError, match="damaged"):
        read_record(record)


def test_a_session_that_is_reopened_goes_on_with_its_log():
    data = made_up()
    widget = MediationWidget(data, exposure="x", mediators="m", outcome="y", group="g")
    assert widget.wait(60)
    widget.toggle_slope("a").wait(60)
    again = MediationWidget.from_json(widget.to_json(), data)
    assert again.wait(60)
    again.choose("level", 0.9).wait(60)
    again.session.gesture({"kind": "explain", "decision": "earlier-0", "reason": "later"})
    report = again.report()
    assert report.index("slope of a: later") < report.index(", level: 0.9: no reason given")
    third = MediationWidget.from_json(again.to_json(), data)
    assert third.wait(60)
    assert third.report() == report
    for each in (widget, again, third):
        each.close()


# -- theory notes ------------------------------------------------------------------------------

NOTE = {"construct": "hours; trust", "mechanism": "less time  to talk", "standing": "testable"}


def test_a_note_is_on_the_diagram_in_the_popover_and_in_the_report(reported):
    session, page = reported
    assert "Theory" not in text(page)
    assert "has a note" not in page.now["diagram"]["svg"]
    revision = page.now["draft"]["revision"]
    do(session, "show", path="a_between")
    do(session, "note", path="a_within", **NOTE)
    assert "THEORY" in text(page)
    assert (
        "- x → m (a): hours; trust. Mechanism: less time to talk. "
        "The author holds it to be testable with data like these."
    ) in text(page)
    assert page.now["diagram"]["svg"].count("has a note") == 2  # within and between
    assert page.now["detail"]["note"]["mechanism"] == "less time to talk"
    assert page.now["draft"]["revision"] == revision
    do(session, "undo")
    assert "THEORY" not in text(page)
    assert "has a note" not in page.now["diagram"]["svg"]
    assert page.now["detail"]["note"] == {"construct": "", "mechanism": "", "standing": ""}
    do(session, "redo")
    do(session, "note", path="a_between", mechanism="")
    assert "x → m (a): hours; trust. The author" in text(page)
    do(session, "note", path="a_within", construct=" ", standing="")
    assert "has a note" not in page.now["diagram"]["svg"]


def test_a_note_belongs_to_the_columns_that_its_path_joins(reported):
    session, page = reported
    do(session, "note", path="b_within", **NOTE)
    do(session, "assign", column="w", role="outcome")
    assert "has a note" not in page.now["diagram"]["svg"]
    do(session, "assign", column="y", role="outcome")
    assert "- m → y (b): hours; trust." in text(page)


@pytest.mark.parametrize(
    "wrong", [{"path": "e_within"}, {"standing": "true"}, {"mechanism": 3}], ids=str
)
def test_a_note_that_cannot_be_is_refused(reported, wrong):
    session, page = reported
    session.gesture({"kind": "note", "path": "a_within", **NOTE, **wrong})
    settled(session)
    assert page.now["messages"][0]["severity"] == "error"
    assert "THEORY" not in text(page)


def test_notes_are_saved_and_stay_text(reported):
    session, page = reported
    attack = "<img src=x onerror=alert(1)> | *b* $x$"
    do(session, "note", path="direct_within", **{**NOTE, "mechanism": attack})
    saved = read_record(json.loads(saved_text(session)))
    assert saved.state.report.notes == session.state.report.notes
    forms = {item["form"]: item["text"] for item in page.now["report"]["forms"]}
    assert "<img" not in forms["html"]
    assert r"\<img" in forms["markdown"]
    assert r"\textless{}img" in forms["latex"]
    assert "x → y (c′)" in forms["text"]
