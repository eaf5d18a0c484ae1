"""Telling how far a fit has come, and stopping it."""

from __future__ import annotations

from time import monotonic

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.trust_region import Objective
from medwidget.errors import Cancelled
from medwidget.estimators.protocol import Progress

__all__ = ["watched"]

Array = NDArray[np.float64]

# Told at most this often, in seconds.
PAUSE = 0.15
# Evaluations that a fit is taken to need; one that needs more says so as it goes on.
USUAL = 40


def watched(objective: Objective, progress: Progress | None) -> Objective:
    """Return the objective, which now reports its evaluations and can be stopped by False.

    Raises
    ------
    Cancelled
        From the objective, when ``progress`` returns False.
    """
    if progress is None:
        return objective
    done, last = 0, monotonic()

    def told(phi: Array) -> tuple[float, Array, Array]:
        nonlocal done, last
        done += 1
        if monotonic() - last >= PAUSE:
            last = monotonic()
            if progress(done, max(USUAL, 2 * done)) is False:
                raise Cancelled("The fit was stopped before it had converged.")
        return objective(phi)

    return told
