"""A fit that takes long: how far it is, and its end when it is no longer wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from medwidget.widget import messages
from medwidget.widget.long_jobs import SECONDS_BETWEEN_VIEWS, seconds_words

if TYPE_CHECKING:
    from medwidget.widget.session import Session

__all__ = ["SlowFits"]

# A fit that ends sooner is not spoken of.
LONG = 0.8
# Sooner than this nothing can be said of the time that is left.
FIRST_GUESS = 1.5
JOB = "fit"


class SlowFits:
    """Shows the progress of fits on the page, and ends them.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._running = -1
        self._cancelled = -1

    @contextmanager
    def fit(self, revision: int) -> Iterator[Callable[[int, int], bool]]:
        """Give what a fit of a draft is to call as ``progress(done, total)``.

        It returns False once there is a later draft, or the user has had enough.
        """
        began, told = monotonic(), float("-inf")
        self._running = revision

        def progress(done: int, total: int) -> bool:
            nonlocal told
            if revision == self._cancelled or revision != self._session.revision:
                return False
            now = monotonic()
            if now - began >= LONG and now - told >= SECONDS_BETWEEN_VIEWS:
                told = now
                self._show(_progress(done, total, now - began))
            return True

        try:
            yield progress
        finally:
            self._running = -1
            self._hide()

    def cancel(self) -> bool:
        """End the fit under way, unless a longer job is on screen; return whether there was one."""
        session = self._session
        if self._running != session.revision or not session.jobs.idle:
            return False
        self._cancelled = session.revision
        return True

    def cancelled(self, revision: int) -> bool:
        """Tell whether the user has ended the fit of a draft."""
        return revision == self._cancelled

    def _show(self, progress: messages.Progress) -> None:
        session = self._session
        with session.lock:
            if not session.jobs.idle or self._cancelled == self._running:
                return  # a longer job is on screen, or nobody waits any more
            session.board.put({"progress": progress})
        session.board.flush()

    def _hide(self) -> None:
        session = self._session
        with session.lock:
            if session.jobs.idle:
                session.board.put({"progress": None})


def _progress(done: int, total: int, elapsed: float) -> messages.Progress:
    share = min(done / total, 1.0) if total > 0 else 0.0
    left = ""
    if share > 0 and elapsed > FIRST_GUESS:
        left = f"about {seconds_words(elapsed / share * (1 - share))} left"
    return {
        "job": JOB,
        "label": "Fitting",
        "done": done,
        "total": total,
        "strong": f"Fitting, {100 * share:.0f}%",
        "text": left,
        "stop": "",
    }
