"""A fit that takes long shows how far it is, and ends when nobody waits for it any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic, sleep
from typing import Any

import pytest

from medwidget.errors import Cancelled
from medwidget.estimators.linear.estimator import LinearEstimator
from medwidget.widget import previews, slow_fits
from medwidget.widget.notices import Remedy
from medwidget.widget.session import Session
from tests.widget.sessions import FULL, Page, do, opened, settled

STEPS = 2_000
STILL = replace(FULL, switched=frozenset({("a", "m"), ("b", "m")}))


class Slow(LinearEstimator):
    """Maximum likelihood that takes its time as long as slopes vary."""

    fits = 0
    cancelled = 0

    def fit(self, structure: Any, prepared: Any, rng: Any, progress: Any = None) -> Any:
        type(self).fits += 1
        for step in range(STEPS if structure.model.random_slopes else 0):
            sleep(0.01)
            if progress is not None and progress(step, STEPS) is False:
                type(self).cancelled += 1
                raise Cancelled("Cancelled.")
        return super().fit(structure, prepared, rng)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Session, Page]]:
    """A session whose estimator is slow, with a result on screen; nothing is long to begin."""
    monkeypatch.setattr(slow_fits, "LONG", 0.0)
    monkeypatch.setattr(Slow, "fits", 0)
    monkeypatch.setattr(Slow, "cancelled", 0)
    session, page = opened(draft=replace(STILL, estimator=Slow("ml", restricted=False)))
    settled(session)
    yield session, page
    session.close()


def wait_for(condition: Callable[[], bool]) -> None:
    until = monotonic() + 20
    while not condition():
        assert monotonic() < until, "it does not come to that"
        sleep(0.01)


def test_a_slow_fit_shows_how_far_it_is_and_is_cancelled(slow: tuple[Session, Page]) -> None:
    session, page = slow
    before = page.now["answer"]
    session.gesture({"kind": "toggle_slope", "path": "a"})
    wait_for(lambda: page.now["progress"] is not None and page.now["progress"]["done"] > 0)
    shown = page.now["progress"]
    assert shown["job"] == "fit"
    assert shown["total"] == STEPS
    assert shown["strong"] == f"Fitting, {100 * shown['done'] / STEPS:.0f}%"
    assert shown["stop"] == "", "half a fit is no fit to keep"
    do(session, "cancel", keep=False)
    assert Slow.cancelled == 1
    assert page.now["progress"] is None
    assert page.now["status"]["kind"] == "error"
    assert page.titles() == ["The fit was cancelled."]
    assert page.now["answer"]["effects"] == before["effects"]
    assert page.now["answer"]["stale"]
    assert session.draft.random_slopes == ("a",), "what was chosen stays"


def test_cancelling_is_over_before_the_fit_notices(
    monkeypatch: pytest.MonkeyPatch, slow: tuple[Session, Page]
) -> None:
    session, page = slow
    go = threading.Event()
    fit = Slow.fit

    def deaf(self: Slow, structure: Any, prepared: Any, rng: Any, progress: Any = None) -> Any:
        if structure.model.random_slopes:
            progress(1, STEPS)
            assert go.wait(20)
        return fit(self, structure, prepared, rng, progress)

    monkeypatch.setattr(Slow, "fit", deaf)
    session.gesture({"kind": "toggle_slope", "path": "a"})
    wait_for(lambda: page.now["progress"] is not None)
    session.gesture({"kind": "cancel", "keep": False})
    assert page.now["progress"] is None
    assert page.titles() == ["The fit was cancelled."]
    updates = len(page.updates)
    go.set()
    settled(session)
    assert page.titles() == ["The fit was cancelled."]
    assert not any(update.get("progress") for update in page.updates[updates:])


def test_a_cancelled_fit_is_made_after_all_or_taken_back(slow: tuple[Session, Page]) -> None:
    session, page = slow
    for label in ("Fit it", "Undo"):
        session.gesture({"kind": "toggle_slope", "path": "a"})
        wait_for(lambda: page.now["progress"] is not None)
        do(session, "cancel", keep=False)
        (message,) = page.now["messages"]
        action = next(item for item in message["actions"] if item["label"] == label)
        session.gesture({"kind": "act", "message": message["id"], "action": action["id"]})
        if label == "Fit it":
            wait_for(lambda: page.now["progress"] is not None)
            do(session, "undo")
        settled(session)
        assert session.draft.random_slopes == ()
        assert not page.now["answer"]["stale"]
        assert page.now["messages"] == []


def test_a_later_change_ends_the_fit_under_way(slow: tuple[Session, Page]) -> None:
    session, page = slow
    session.gesture({"kind": "toggle_slope", "path": "a"})
    wait_for(lambda: page.now["progress"] is not None)
    began = monotonic()
    do(session, "undo")
    assert monotonic() - began < 10
    assert Slow.cancelled == 1
    assert page.now["progress"] is None
    assert page.now["messages"] == []
    assert page.now["status"]["kind"] in {"good", "warning"}


def test_another_interval_or_level_needs_no_other_fit(slow: tuple[Session, Page]) -> None:
    session, page = slow
    fits = Slow.fits
    do(session, "choose", control="interval", value="delta")
    do(session, "choose", control="level", value="0.9")
    do(session, "choose", control="interval", value="bootstrap")
    assert Slow.fits == fits
    assert session.current is not None
    assert session.current.settings["interval"] == "bootstrap"
    assert session.current.settings["level"] == 0.9
    session.fitter.forget()
    do(session, "choose", control="level", value="0.95")
    assert Slow.fits > fits
    assert page.now["progress"] is None


def test_what_a_remedy_does_is_not_waited_for_forever(
    monkeypatch: pytest.MonkeyPatch, slow: tuple[Session, Page]
) -> None:
    monkeypatch.setattr(previews, "PATIENCE", 0.05)
    session, _ = slow
    outcome = session.outcome
    assert outcome is not None
    remedy = Remedy("vary", "Let a vary", lambda now: now.toggle("a"))
    assert session.previews._preview(outcome, remedy) == ""
    assert Slow.cancelled == 1
