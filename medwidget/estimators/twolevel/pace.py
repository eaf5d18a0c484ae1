"""Telling how far a fit has come, and stopping it."""

from __future__ import annotations

from time import monotonic

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.trust_region import Objective
from medwidget.errors import Cancelled
from medwidget.estimators.protocol import Progress

__all__ = ["PAUSE", "Pace"]

Array = NDArray[np.float64]

# Told at most this often, in seconds: whoever no longer waits for a fit is rid of it as soon.
PAUSE = 0.05
# Evaluations that a fit is taken to need; one that needs more says so as it goes on.
USUAL = 40


class Pace:
    """Counts the evaluations of a fit over all of its searches, and reports them.

    Parameters
    ----------
    progress : callable or None
        Called as ``progress(done, total)``; returning False stops the fit.
    """

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._done, self._last = 0, monotonic()

    def over(self, objective: Objective) -> Objective:
        """Return the objective, counted.

        Raises
        ------
        Cancelled
            From the objective, when ``progress`` returned False.
        """
        if self._progress is None:
            return objective

        def counted(phi: Array) -> tuple[float, Array, Array]:
            self._count()
            return objective(phi)

        return counted

    def _count(self) -> None:
        self._done += 1
        if self._progress is None or monotonic() - self._last < PAUSE:
            return
        self._last = monotonic()
        if self._progress(self._done, max(USUAL, 2 * self._done)) is False:
            raise Cancelled("The fit was stopped before it had converged.")
