"""The model ladder of a session: built, outdated, stopped and refused."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from medwidget.errors import ModelError
from medwidget.studies import ladder as study
from tests.widget.sessions import FULL, do, opened, settled


def _ladder(page: Any) -> dict[str, Any]:
    section: dict[str, Any] = page.now["specifications"]["ladder"]
    return section


def _started(**settings: Any) -> tuple[Any, Any]:
    session, page = opened(draft=FULL, **settings)
    settled(session)
    do(session, "show", tab="specifications")
    settled(session)
    return session, page


def test_it_is_built_when_asked_for_and_outdated_by_another_model():
    session, page = _started()
    assert _ladder(page)["tables"] == []
    do(session, "run_ladder")
    settled(session)
    shown = _ladder(page)
    assert [table["title"] for table in shown["tables"]] == [
        "Null models",
        "Rungs",
        "Each rung against the one below",
    ]
    assert not shown["running"]
    assert not shown["stale"]
    do(session, "choose", control="centering", value="none")
    settled(session)
    assert _ladder(page)["stale"]
    assert _ladder(page)["tables"] == shown["tables"]
    do(session, "undo")
    settled(session)
    assert not _ladder(page)["stale"]
    session.close()


@pytest.mark.parametrize("keep", [True, False])
def test_stopped_it_leaves_the_earlier_one(keep: bool, monkeypatch: pytest.MonkeyPatch):
    session, page = _started()
    do(session, "run_ladder")
    settled(session)
    before = _ladder(page)
    began, go_on = threading.Event(), threading.Event()
    climb = study.ladder

    def slow(*given: Any, progress: Any, **settings: Any) -> Any:
        def tell(done: int, total: int) -> Any:
            began.set()
            assert go_on.wait(20)
            return progress(done, total)

        return climb(*given, progress=tell, **settings)

    monkeypatch.setattr(study, "ladder", slow)
    session.gesture({"kind": "run_ladder"})
    assert began.wait(20)
    session.gesture({"kind": "cancel", "keep": keep})
    go_on.set()
    settled(session)
    assert _ladder(page) == before
    assert page.now["progress"] is None
    session.close()


def test_why_there_is_none_is_said(monkeypatch: pytest.MonkeyPatch):
    session, page = _started()

    def refused(*_: Any, **__: Any) -> Any:
        raise ModelError("No likelihood of all equations.")

    monkeypatch.setattr(study, "ladder", refused)
    do(session, "run_ladder")
    settled(session)
    assert _ladder(page)["reason"] == "No likelihood of all equations."
    assert not _ladder(page)["running"]
    session.close()


def test_it_waits_for_a_model():
    session, _ = opened()
    with pytest.raises(ModelError, match="Map the four roles first"):
        session.tabs.climbing.run()
    session.close()
