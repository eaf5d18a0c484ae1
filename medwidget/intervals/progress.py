"""Telling how far work has come, a few times a second."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from medwidget.intervals.protocol import Bounds, Progress

__all__ = ["Pace"]

SECONDS_BETWEEN_CALLS = 0.2


class Pace:
    """Passes progress on at a bearable rate, and remembers that the user asked to stop."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._last = float("-inf")
        self.stopped = False

    def tell(self, done: int, so_far: Callable[[], Bounds | None]) -> bool:
        """Report, unless it is too early to; return whether to go on."""
        due = monotonic() - self._last >= SECONDS_BETWEEN_CALLS or done == self._total
        if self._progress is not None and due and not self.stopped:
            self.stopped = self._progress(done, self._total, so_far()) is False
            self._last = monotonic()
        return not self.stopped
