"""The widget without a browser: gestures in, sections out, on threads and without."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from medwidget.pipeline.run import fit
from medwidget.spec.model import MediationModel
from medwidget.widget.session import Session
from tests.widget.sessions import FULL, ROLES, Page, do, made_up, opened, settled

MODEL = MediationModel("x", "m", "y", group="g")


@pytest.fixture
def fitted() -> Iterator[tuple[Session, Page]]:
    session, page = opened(draft=FULL)
    settled(session)
    yield session, page
    session.close()


# -- mapping and fitting -----------------------------------------------------------------------


@pytest.mark.parametrize("direct", [False, True])
def test_four_gestures_lead_to_the_numbers_of_fit(direct: bool) -> None:
    session, page = opened(direct=direct)
    settled(session)
    assert page.now["status"]["text"] == "0 of 4 roles filled"
    assert page.now["columns"]["group_guess"] == "g"
    for number, (column, role) in enumerate(ROLES, 1):
        do(session, "assign", column=column, role=role)
        if number < 4:
            assert page.now["status"]["text"] == f"{number} of 4 roles filled"
            assert page.now["answer"] is None
    assert page.now["status"]["kind"] in {"good", "warning"}
    assert session.current is not None
    expected = fit(MODEL, made_up())
    assert session.current.effects.equals(expected.effects)
    assert page.now["answer"]["revision"] == page.now["draft"]["revision"]
    assert page.now["diagram"]["guidance"] == []
    session.close()


def test_an_answer_comes_in_one_update_with_draft_diagram_and_status(
    fitted: tuple[Session, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medwidget.widget.session.PATIENCE", 60.0)  # as if the machine were idle
    session, page = fitted
    page.updates.clear()
    do(session, "toggle_slope", path="b")
    with_answer = [update for update in page.updates if "answer" in update]
    assert len(with_answer) == 1
    assert {"draft", "diagram", "answer"} <= set(with_answer[0])


def test_undo_and_redo_bring_the_same_numbers_back(fitted: tuple[Session, Page]) -> None:
    session, page = fitted
    first = page.now["answer"]["effects"]
    do(session, "choose", control="centering", value="within")
    second = page.now["answer"]["effects"]
    assert second != first
    assert page.now["draft"]["undo_label"] == "centering: within only"
    do(session, "undo")
    assert page.now["answer"]["effects"] == first
    assert not page.now["draft"]["can_undo"]
    do(session, "redo")
    assert page.now["answer"]["effects"] == second


def test_a_burst_of_gestures_ends_with_the_answer_to_the_last(
    fitted: tuple[Session, Page],
) -> None:
    session, page = fitted
    for value in ["within", "none", "grand-mean", "group-mean", "none"] * 3:
        session.gesture({"kind": "choose", "control": "centering", "value": value})
    settled(session)
    assert session.current is not None
    assert session.current.model.centering == "none"
    answered = [u["answer"]["revision"] for u in page.updates if u.get("answer")]
    assert answered == sorted(answered)
    assert answered[-1] == page.now["draft"]["revision"] == page.now["status"]["answered"]
    assert len(answered) < 16, "a burst is not fitted gesture by gesture"


def test_gestures_from_many_threads_leave_one_consistent_screen() -> None:
    session, page = opened(draft=FULL)

    def play(number: int) -> None:
        for step in range(12):
            path = ["a", "b", "direct"][(step + number) % 3]
            session.gesture({"kind": "toggle_slope", "path": path})
            session.gesture({"kind": "show", "tab": ["effects", "groups", "code"][step % 3]})
            session.gesture({"kind": "layout", "width": 600 + 50 * (step % 5)})
            if step % 4 == 0:
                session.gesture({"kind": "undo"})

    threads = [threading.Thread(target=play, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    settled(session)
    on = [slope["path"] for slope in page.now["draft"]["slopes"] if slope["on"]]
    assert session.current is not None
    assert tuple(on) == session.current.model.random_slopes == session.draft.random_slopes
    assert page.now["answer"]["revision"] == page.now["draft"]["revision"] == session.revision
    assert not page.now["answer"]["stale"]
    session.close()


def test_late_answers_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    session, page = opened(draft=FULL)
    settled(session)
    begun, go = threading.Event(), threading.Event()
    quick = session.fitter.quick

    def slow(request: Any, progress: Any) -> Any:
        if request.model.centering == "none":
            begun.set()
            assert go.wait(20)
        return quick(request, progress)

    monkeypatch.setattr(session.fitter, "quick", slow)
    session.gesture({"kind": "choose", "control": "centering", "value": "none"})
    assert begun.wait(20)
    session.gesture({"kind": "choose", "control": "centering", "value": "within"})
    go.set()
    settled(session)
    shown = {u["answer"]["effects"][0]["side"] for u in page.updates if u.get("answer")}
    assert "conflated" not in shown
    assert session.current is not None
    assert session.current.model.centering == "within"
    session.close()


def test_a_slow_fit_is_first_shown_as_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    session, page = opened(draft=FULL)
    settled(session)
    before = page.now["answer"]
    seen, go = threading.Event(), threading.Event()
    quick = session.fitter.quick
    monkeypatch.setattr(session.fitter, "quick", lambda *asked: (go.wait(20), quick(*asked))[1])
    publish = session.board._publish

    def watched(sections: dict[str, Any]) -> None:
        publish(sections)
        if sections.get("status", {}).get("kind") == "busy":
            seen.set()

    session.board._publish = watched
    session.gesture({"kind": "toggle_slope", "path": "a"})
    assert seen.wait(20)
    assert page.now["answer"] == before, "the old numbers stay until the new ones come"
    assert page.now["draft"]["slopes"][0]["on"] is False
    go.set()
    settled(session)
    assert page.now["status"]["kind"] != "busy"
    session.close()


# -- what goes wrong ---------------------------------------------------------------------------


def test_a_model_that_cannot_be_fitted_keeps_the_last_result_and_says_so(
    fitted: tuple[Session, Page],
) -> None:
    session, page = fitted
    numbers = page.now["answer"]["effects"]
    do(session, "assign", column="note", role="mediator", instead="m")
    assert page.now["status"]["kind"] == "error"
    assert page.now["answer"]["stale"]
    assert page.now["answer"]["effects"] == numbers
    assert "with m as mediator" in page.now["answer"]["stale_words"]
    message = page.now["messages"][0]
    assert message["title"] == "note is text, so it cannot be a mediator."
    assert session.current is None
    do(session, "act", message=message["id"], action="undo")
    assert not page.now["answer"]["stale"]
    assert page.now["messages"] == []


def test_a_gesture_that_makes_no_sense_is_a_message_until_the_next(
    fitted: tuple[Session, Page],
) -> None:
    session, page = fitted
    draft = page.now["draft"]
    for gesture in (
        {"kind": "assign", "column": "xx", "role": "mediator"},
        {"kind": "choose", "control": "missing", "value": "some"},
        {"kind": "hold", "parameter": "a_within", "value": "zero"},
        {"kind": "split", "column": "x", "value": "observed"},
        {"kind": "toggle_slope", "path": "q"},
        {"kind": "select_groups", "positions": [1000]},
        {"kind": "load_specification", "cell": 7},
        {"kind": "nothing"},
        17,
    ):
        session.gesture(gesture)
        assert len(page.now["messages"]) == 1
        assert page.now["messages"][0]["severity"] == "error"
        assert page.now["draft"] == draft
    do(session, "show", tab="effects")
    assert page.now["messages"] == []


def test_an_exception_in_a_handler_is_a_message_with_details(
    fitted: tuple[Session, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, page = fitted

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("in a handler")

    monkeypatch.setattr(session.tabs, "show", broken)
    session.gesture({"kind": "show", "tab": "effects"})
    assert "ZeroDivisionError" in page.titles()[0]
    assert "in a handler" in page.now["messages"][0]["more"]


def test_an_exception_in_a_fit_is_a_message_and_the_next_fit_works(
    fitted: tuple[Session, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, page = fitted
    with monkeypatch.context() as patch:
        patch.setattr("medwidget.widget.fitting.resolve_prepared", lambda *_: {}["missing entry"])
        do(session, "toggle_slope", path="a")
    assert page.now["status"]["kind"] == "error"
    assert "missing entry" in page.now["messages"][0]["more"]
    do(session, "toggle_slope", path="b")
    assert page.now["status"]["kind"] in {"good", "warning"}


def test_an_exception_in_a_picture_leaves_the_numbers_alone(
    fitted: tuple[Session, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, page = fitted
    monkeypatch.setattr(
        "medwidget.widget.painter.diagram_section", lambda *_: {}["missing picture"]
    )
    do(session, "toggle_slope", path="a")
    assert not page.now["answer"]["stale"]
    assert "missing picture" in page.now["messages"][0]["more"]


# -- tabs --------------------------------------------------------------------------------------


def test_tabs_are_computed_when_they_are_open_and_only_then(fitted: tuple[Session, Page]) -> None:
    session, page = fitted
    lazy = ("groups", "specifications", "diagnostics", "report", "code")
    assert all(page.now[name] is None for name in lazy)
    for name in lazy:
        do(session, "show", tab=name)
        assert page.now[name]["revision"] == page.now["draft"]["revision"]
    do(session, "show", tab="groups")
    do(session, "toggle_slope", path="b")
    assert page.now["groups"]["revision"] == page.now["draft"]["revision"]
    assert page.now["code"] is None
    assert page.now["diagnostics"] is None


def test_the_code_gives_the_numbers_on_screen(fitted: tuple[Session, Page]) -> None:
    session, page = fitted
    do(session, "choose", control="level", value="0.9")
    do(session, "show", tab="code")
    code = page.now["code"]["languages"][0]["code"]
    space: dict[str, Any] = {"data": made_up()}
    exec(code, space)
    assert session.current is not None
    assert space["result"].effects.equals(session.current.effects)


def test_specifications_run_in_the_background_and_a_column_can_be_loaded(
    fitted: tuple[Session, Page],
) -> None:
    session, page = fitted
    do(session, "show", tab="specifications")
    do(session, "choose_specifications", name="centering", on=["group-mean", "none"])
    assert page.now["specifications"]["chart"] is None
    do(session, "run_specifications")
    pane = page.now["specifications"]
    assert (pane["running"], pane["stale"]) == (False, False)
    assert pane["current"] == 0
    comparison = session.tabs.comparing.comparison
    assert comparison is not None
    assert len(comparison.cells) == pane["n_cells"]
    other = next(
        place
        for place, cell in enumerate(comparison.cells)
        if cell.model is not None and cell.model.centering == "none"
    )
    do(session, "load_specification", cell=other)
    assert session.draft.centering == "none"
    assert page.now["specifications"]["current"] == other
    do(session, "choose_specifications", name="centering", on=["within", "none"])
    assert page.now["specifications"]["stale"]


def test_influence_runs_in_the_background(fitted: tuple[Session, Page]) -> None:
    session, page = fitted
    do(session, "show", tab="diagnostics")
    assert page.now["diagnostics"]["influence"] == "offered"
    do(session, "run_influence")
    assert page.now["diagnostics"]["influence"] == "done"
    assert page.now["progress"] is None
    do(session, "toggle_slope", path="b")
    assert page.now["diagnostics"]["influence"] == "offered"


def test_a_path_is_explained_while_it_exists(fitted: tuple[Session, Page]) -> None:
    session, page = fitted
    do(session, "show", path="a_within")
    assert page.now["detail"]["path"] == "a_within"
    assert page.now["detail"]["slope"]["on"] is True
    do(session, "toggle_slope", path="a")
    assert page.now["detail"]["slope"]["on"] is False
    do(session, "choose", control="centering", value="none")
    assert page.now["detail"] is None
    do(session, "show", path=None)
    assert page.now["screen"]["path"] is None


# -- columns -----------------------------------------------------------------------------------


def test_columns_are_described_and_refuse_roles_with_reasons() -> None:
    session, page = opened(group_label="school", row_label="pupil")
    settled(session)
    items = {item["name"]: item for item in page.now["columns"]["items"]}
    assert page.now["columns"]["subtitle"] == "240 rows · 30 schools · 8 pupils each"
    assert items["g"]["badge"] == "ID"
    assert (items["x"]["badge"], items["w"]["badge"]) == ("L1", "L2")
    assert items["w"]["share_between"] == 1.0
    assert items["c"]["missing"] == "2.1%"
    assert items["note"]["refusals"]["outcome"].startswith("note is text, so it cannot be")
    assert not items["same"]["usable"]
    assert "moderator" in items["x"]["refusals"]
    assert "moderator" not in items["w"]["refusals"]
    do(session, "choose", control="centering", value="none")
    items = {item["name"]: item for item in page.now["columns"]["items"]}
    assert "moderator" not in items["x"]["refusals"]
    session.close()


def test_another_group_describes_the_columns_anew() -> None:
    data = made_up()
    data["half"] = data["g"] // 2
    session, page = opened(data)
    settled(session)
    do(session, "assign", column="half", role="group")
    items = {item["name"]: item for item in page.now["columns"]["items"]}
    assert items["half"]["badge"] == "ID"
    assert items["g"]["badge"] == "L1"
    assert "15 groups" in page.now["columns"]["subtitle"]
    session.close()
