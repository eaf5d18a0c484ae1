"""Maximising with as many quadrature nodes as the log-likelihood needs."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.trust_region import Minimum, minimize
from medwidget.data.cells import Cells
from medwidget.errors import Cancelled, ConvergenceError
from medwidget.estimators.maximize import SAME, Optimum
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.slopes.likelihood import SlopesLikelihood
from medwidget.estimators.twolevel.start import dispersed_start

__all__ = ["SETTLED", "fit_slopes"]

Array = NDArray[np.float64]
Progress = Callable[[int, int], bool | None]

# Nodes per dimension, in the order they are tried. The first serves while the search is far.
LADDER = (3, 5, 7, 9, 11, 15, 21, 31)
# The log-likelihood is settled when more nodes change it by less.
SETTLED = 1e-6
# Decrement at which a search with too few nodes is left.
COARSE = 1e-3
# A pivot of L_B below this, in standardized units, makes an end doubtful.
DOUBTFUL = 1e-3
RESTARTS = 2
SECONDS_BETWEEN_CALLS = 0.15


class _Pace:
    """Passes progress on at a bearable rate; raises where the user asked to stop."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self._last, self._work = progress, float("-inf"), 0.0

    def tick(self, share: float) -> None:
        """Count a share of an evaluation, and report."""
        self._work += share
        now = time.monotonic()
        if self._progress is None or now - self._last < SECONDS_BETWEEN_CALLS:
            return
        self._last = now
        # how many evaluations there will be is unknown: most searches take ten to twenty
        done = int(1000 * (1 - np.exp(-self._work / 8)))
        if self._progress(done, 1000) is False:
            raise Cancelled("The fit was stopped before it had converged.")


def fit_slopes(
    layout: Layout,
    cells: Cells,
    start: Array,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> tuple[SlopesLikelihood, Optimum, int, float]:
    """Maximise the likelihood; raise the number of nodes until it changes by less than 1e-6.

    Parameters
    ----------
    layout : Layout
    cells : Cells
    start : array (Q,)
    rng : numpy.random.Generator
        For other starts, where the first ends at a boundary.
    progress : callable, optional
        ``progress(done, total)``, about six times a second.

    Returns
    -------
    likelihood : SlopesLikelihood
        With the nodes chosen.
    optimum : Optimum
    nodes : int
        Per dimension.
    change : float
        By which the log-likelihood changes with more nodes; 0 where nothing is integrated. Above
        1e-6 it did not settle with as many nodes as there may be.

    Raises
    ------
    ConvergenceError
        If the likelihood has no value at any start.
    Cancelled
        If ``progress`` returns False.
    """
    pace = _Pace(progress)
    likelihood = SlopesLikelihood(layout, cells, LADDER[0], tick=pace.tick)
    if not likelihood.dimensions:
        likelihood = likelihood.with_nodes(1)
        optimum = _searched(likelihood, start, rng, 1e-8)
        return likelihood.quiet(), optimum, 1, 0.0
    optimum = _searched(likelihood, start, rng, COARSE)
    rung, change = _settle(likelihood, optimum.best.point, 0)
    while True:
        likelihood = likelihood.with_nodes(LADDER[rung])
        run = minimize(likelihood.objective, optimum.best.point)
        if np.isfinite(run.value):
            optimum = Optimum(
                run, optimum.starts, optimum.iterations, optimum.evaluations, optimum.distinct
            ).after(optimum.best)
        higher, change = _settle(likelihood, run.point, rung)
        if higher == rung:
            return likelihood.quiet(), optimum, LADDER[rung], change
        rung = higher


def _searched(
    likelihood: SlopesLikelihood, start: Array, rng: np.random.Generator, tolerance: float
) -> Optimum:
    """Search from a start, and from others where the end is in doubt."""
    runs = [minimize(likelihood.objective, start, tolerance=tolerance)]
    if not runs[0].converged or _doubtful(likelihood.layout, runs[0]):
        for _ in range(RESTARTS):
            other = dispersed_start(likelihood.layout, start, rng)
            runs.append(minimize(likelihood.objective, other, tolerance=tolerance))
    usable = [run for run in runs if np.isfinite(run.value)]
    if not usable:
        raise ConvergenceError(
            "The likelihood has no value at any starting point. Check the columns for values of "
            "extreme size, and rescale them."
        )
    lowest = min(run.value for run in usable)
    slack = 2 * max(SAME, tolerance)
    best = min(usable, key=lambda run: (run.value - lowest > slack, not run.converged, run.value))
    return Optimum(
        best,
        len(runs),
        sum(max(len(run.history) - 1, 0) for run in runs),
        sum(run.evaluations for run in runs),
        sum(run.value - best.value > slack for run in usable),
    )


def _doubtful(layout: Layout, run: Minimum) -> bool:
    pivots = [place for place in layout.between_pivots if place >= 0]
    return bool(np.abs(run.point[pivots]).min(initial=1.0) < DOUBTFUL)


def _settle(likelihood: SlopesLikelihood, phi: Array, rung: int) -> tuple[int, float]:
    """Return the lowest rung whose log-likelihood at φ the next does not change, and the change."""
    weights = likelihood.weights
    value = float(weights @ likelihood.with_nodes(LADDER[rung]).by_group(phi))
    change = np.inf
    for step in range(rung, len(LADDER) - 1):
        following = float(weights @ likelihood.with_nodes(LADDER[step + 1]).by_group(phi))
        change = abs(following - value)
        if change < SETTLED:
            return step, change
        value = following
    return len(LADDER) - 1, change
