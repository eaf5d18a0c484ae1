"""Intervals that take long, comparisons and influence: progress, stopping, keeping, cancelling."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from medwidget.intervals.bootstrap import Bootstrap
from medwidget.widget.session import Session
from tests.widget.sessions import FULL, Page, do, opened, settled

LONG = replace(FULL, interval=Bootstrap(samples=4000, workers=1))


class Watched:
    """A session whose page can be waited for."""

    def __init__(self, draft: Any = FULL) -> None:
        self.changed = threading.Condition()
        self.session, self.page = opened(draft=FULL)
        settled(self.session)
        publish = self.session.board._publish

        def watched(sections: dict[str, Any]) -> None:
            publish(sections)
            with self.changed:
                self.changed.notify_all()

        self.session.board._publish = watched

    def until(self, true: Callable[[dict[str, Any]], bool], seconds: float = 30) -> None:
        """Wait until something is the case on the page."""
        with self.changed:
            assert self.changed.wait_for(lambda: true(self.page.now), seconds)

    def bootstrap(self, samples: int) -> None:
        """Ask for a bootstrap of so many samples, and wait until it is under way."""
        interval = Bootstrap(samples=samples, workers=1)
        with self.session.lock:
            draft = self.session.draft.choose("interval", interval)
            self.session.change("interval", draft=draft)
        self.until(lambda now: bool(now["progress"] and now["progress"]["done"]))


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.session.close()


def _method(page: Page) -> str:
    return str(page.now["answer"]["method"])


def test_the_monte_carlo_answer_comes_first_then_progress_then_the_interval(
    watched: Watched,
) -> None:
    session, page = watched.session, watched.page
    page.updates.clear()
    watched.bootstrap(120)
    settled(session)
    methods = [u["answer"]["method"] for u in page.updates if u.get("answer")]
    assert _method(page) == "Cluster bootstrap, 120 samples, seed 1"
    assert page.now["progress"] is None
    assert page.now["status"]["kind"] in {"good", "warning"}
    shown = [u["progress"] for u in page.updates if u.get("progress")]
    assert [item["done"] for item in shown] == sorted(item["done"] for item in shown)
    assert shown[0]["strong"].endswith("of 120 samples")
    assert "resampled with all their rows" in shown[0]["text"]
    assert all(u["status"]["kind"] == "busy" for u in page.updates if u.get("progress"))
    assert methods[-1] == _method(page)


def test_stopping_keeps_what_is_done_and_says_so(watched: Watched) -> None:
    session, page = watched.session, watched.page
    watched.bootstrap(20_000)
    do(session, "cancel", keep=True)
    assert " of 20,000 samples" in _method(page)
    assert page.now["progress"] is None
    stopped = next(m for m in page.now["messages"] if m["title"].startswith("Stopped at"))
    assert [action["label"] for action in stopped["actions"]] == ["Resume", "Hide"]
    done = page.now["answer"]["method"]
    session.gesture({"kind": "act", "message": stopped["id"], "action": "resume"})
    watched.until(lambda now: bool(now["progress"]))
    do(session, "cancel", keep=False)
    assert _method(page) != done
    assert _method(page).startswith("Monte Carlo")


def test_cancelling_returns_to_monte_carlo_at_once_and_undo_asks_again(watched: Watched) -> None:
    session, page = watched.session, watched.page
    watched.bootstrap(20_000)
    session.gesture({"kind": "cancel", "keep": False})
    assert page.now["progress"] is None, "gone before the thread has noticed"
    settled(session)
    assert _method(page).startswith("Monte Carlo")
    assert session.draft.interval == "monte-carlo"
    assert not page.now["answer"]["stale"]
    session.gesture({"kind": "undo"})
    watched.until(lambda now: bool(now["progress"]))
    do(session, "cancel", keep=False)


def test_a_change_of_the_model_ends_the_interval_of_the_last(watched: Watched) -> None:
    session, page = watched.session, watched.page
    watched.bootstrap(20_000)
    with session.lock:
        session.change(
            "both", draft=session.draft.choose("interval", "delta").choose("centering", "none")
        )
    session.board.flush()
    settled(session)
    assert _method(page).startswith("Delta")
    assert page.now["progress"] is None
    assert session.current is not None
    assert session.current.model.centering == "none"


def test_partial_answers_are_drawn_beside_the_monte_carlo_ones(watched: Watched) -> None:
    session, page = watched.session, watched.page
    page.updates.clear()
    watched.bootstrap(20_000)
    watched.until(lambda now: bool(now["answer"]["settling"]))
    assert not any(m["title"].startswith("Stopped") for m in page.now["messages"])
    assert "samples" in _method(page)
    answers = [update["answer"] for update in page.updates if update.get("answer")]
    assert all(
        line["interval"] and not line["reason"] for a in answers for line in a["effects"][:3]
    )
    assert page.now["answer"]["notes"][-1].startswith("Stopping keeps the ")
    do(session, "cancel", keep=False)
    assert page.now["answer"]["settling"] is None
    assert not any("Stopping" in note for note in page.now["answer"]["notes"])


def test_tabs_can_be_read_meanwhile(watched: Watched) -> None:
    session, page = watched.session, watched.page
    watched.bootstrap(20_000)
    session.gesture({"kind": "show", "tab": "groups"})
    watched.until(lambda now: bool(now["groups"]))
    assert page.now["progress"] is not None
    do(session, "cancel", keep=False)


def test_a_comparison_that_is_cancelled_leaves_the_earlier_one(watched: Watched) -> None:
    session, page = watched.session, watched.page
    do(session, "show", tab="specifications")
    do(session, "choose_specifications", name="centering", on=["none"])
    do(session, "run_specifications")
    first = session.tabs.comparing.comparison
    assert first is not None
    session.gesture({"kind": "choose_specifications", "name": "centering", "on": ["within"]})
    session.gesture({"kind": "run_specifications"})
    session.gesture({"kind": "cancel", "keep": False})
    settled(session)
    assert session.tabs.comparing.comparison is first
    assert page.now["progress"] is None
    assert page.now["specifications"]["stale"]
    assert not page.now["specifications"]["running"]


def test_closing_ends_the_job(watched: Watched) -> None:
    watched.bootstrap(20_000)
    watched.session.close()
    assert watched.session.jobs.worker.wait(20)


def test_without_threads_a_long_interval_is_made_at_once() -> None:
    session, page = opened(direct=True, draft=replace(FULL, interval=Bootstrap(samples=40)))
    assert _method(page) == "Cluster bootstrap, 40 samples, seed 1"
    session.close()


def test_an_interval_that_is_not_offered_says_so() -> None:
    draft = replace(FULL, estimator="statsmodels", interval="profile")
    session, page = opened(draft=draft)
    settled(session)
    assert page.now["status"]["kind"] == "error"
    assert page.now["messages"]
    assert isinstance(session, Session)
    session.close()
