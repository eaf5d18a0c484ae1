"""The report of a session: chosen by gestures, taken back, saved, and the same as one text."""

import json

import pytest

from medwidget.errors import ModelError
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
    assert page.now["draft"]["undo_label"] == "report: smallest"
    for _ in range(3):
        do(session, "undo")
    assert text(page) == before
    do(session, "redo")
    assert page.now["report"]["judgements"][-1]["held"]


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
    damaged = json.loads(saved)
    damaged["report"]["judged"] = ["truth"]
    with pytest.raises(ModelError):
        MediationWidget.from_json(json.dumps(damaged), data)
    for each in (widget, again, older):
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
