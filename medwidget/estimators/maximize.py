"""From a criterion and its derivatives to an optimum with a record of how it was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.trust_region import Minimum, Objective, minimize
from medwidget.errors import ConvergenceError

__all__ = ["Optimum", "maximize", "only"]

Array = NDArray[np.float64]

# Starts tried when the first ends at a singular covariance matrix or without convergence.
RESTARTS = 3
# Two optima are the same when their log-likelihoods differ by less than this.
SAME = 1e-6


@dataclass(frozen=True)
class Optimum:
    """The best of several minimisations of f = −2 log L.

    Attributes
    ----------
    best : Minimum
    starts, iterations, evaluations : int
        Over all of them.
    distinct : int
        Starts that ended more than 1e-6 log-likelihood units below the best.
    """

    best: Minimum
    starts: int
    iterations: int
    evaluations: int
    distinct: int

    def after(self, earlier: Minimum) -> Optimum:
        """Return this optimum with the steps of an earlier search counted and remembered."""
        history = (*earlier.history, *self.best.history)
        return replace(
            self,
            best=replace(self.best, history=history),
            iterations=self.iterations + max(len(earlier.history) - 1, 0),
            evaluations=self.evaluations + earlier.evaluations,
        )


def only(run: Minimum) -> Optimum:
    """Return a single minimisation as an optimum."""
    return Optimum(run, 1, max(len(run.history) - 1, 0), run.evaluations, 0)


def maximize(
    objective: Objective,
    start: Array,
    another_start: Callable[[], Array],
    needs_restart: Callable[[Minimum], bool],
    enough: Callable[[Minimum], bool] = lambda run: False,
) -> Optimum:
    """Minimise f = −2 log L from a start, and from others where the first is in doubt.

    Parameters
    ----------
    objective : callable
        Value, gradient and Hessian of f.
    start : array
    another_start : callable
        Gives a dispersed starting value at each call.
    needs_restart : callable
        Whether an optimum deserves a second opinion (for example at a boundary).
    enough : callable
        Whether an optimum is known to be as low as any can be, so that no further opinion is asked.

    Raises
    ------
    ConvergenceError
        If f has no value at any start.
    """
    runs = [minimize(objective, start)]
    if not runs[0].converged or needs_restart(runs[0]):
        for _ in range(RESTARTS):
            if any(enough(run) for run in runs):
                break
            runs.append(minimize(objective, another_start()))
    usable = [run for run in runs if np.isfinite(run.value)]
    if not usable:
        raise ConvergenceError(
            "The likelihood has no value at any starting point. Check the columns for values of "
            "extreme size, and rescale them."
        )
    lowest = min(run.value for run in usable)
    # among equally good ends, one that converged
    best = min(
        usable, key=lambda run: (run.value - lowest > 2 * SAME, not run.converged, run.value)
    )
    return Optimum(
        best,
        len(runs),
        sum(max(len(run.history) - 1, 0) for run in runs),
        sum(run.evaluations for run in runs),
        sum(run.value - best.value > 2 * SAME for run in usable),
    )
