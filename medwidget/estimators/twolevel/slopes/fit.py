"""Maximising with as many quadrature nodes as the log-likelihood needs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.trust_region import Minimum, minimize
from medwidget.data.cells import Cells
from medwidget.errors import Cancelled, ConvergenceError
from medwidget.estimators.maximize import SAME, Optimum, only
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.pace import PAUSE
from medwidget.estimators.twolevel.slopes.likelihood import SlopesLikelihood
from medwidget.estimators.twolevel.start import dispersed_start

__all__ = ["SETTLED", "Found", "fit_slopes"]

Array = NDArray[np.float64]
Progress = Callable[[int, int], bool | None]

# Nodes per dimension, in the order they are tried. The first serves while the search is far.
LADDER = np.array([3, 5, 7, 9, 11, 15, 21, 31, 41, 61])
# Most points of one group.
MOST = 30_000
# The log-likelihood is settled when more nodes change it by less.
SETTLED = 1e-6
# The maximum is searched with nodes that give it to the last of these: its place is then right to
# some 1e-4 standard errors, and its height differs from that at the place by the square of that.
# What comes first saves steps with more nodes.
SEARCHED = 1e-3, 1e-5
# Decrement at which a search with too few nodes is left, and steps that it may take: value and
# gradient agree no better than that then. Nor is it kept up for steps that gain less than `LITTLE`.
COARSE, COARSE_STEPS, LITTLE = 1e-2, 12, 1e-3
# Steps of a search with enough nodes.
STEPS = 40
# First trust radius, in standardized units: starts are that near, and a longer step is often lost.
RADIUS = 0.25
# Rounds of searching and adding nodes.
ROUNDS = 6
# Nodes were chosen where the search began; they are chosen again where it got lower by this.
FAR = 1e-2
# Between few nodes and all that it takes: so much may the log-likelihood be off, and no group has
# more nodes per dimension. Most of the way is gone there, at a fraction of the cost.
ROUGH, ROUGH_NODES = 1e-2, 9
# Another start is worth going on from where its value, −2 log L, promises to be lower by this.
BETTER = 1e-3
# A pivot of L_B below this, in standardized units, makes an end doubtful.
DOUBTFUL = 1e-3
RESTARTS = 2
SECONDS_BETWEEN_CALLS = PAUSE


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
) -> Found:
    """Maximise the likelihood; raise the number of nodes until it changes by less than 1e-6.

    Parameters
    ----------
    layout : Layout
    cells : Cells
    start : array (Q,)
    rng : numpy.random.Generator
        For other starts, where the first ends at a boundary.
    progress : callable, optional
        ``progress(done, total)``, up to twenty times a second.

    Returns
    -------
    Found

    Raises
    ------
    ConvergenceError
        If the likelihood has no value at any start.
    Cancelled
        If ``progress`` returns False.
    """
    pace = _Pace(progress)
    likelihood = SlopesLikelihood(layout, cells, int(LADDER[0]), tick=pace.tick)
    found = [_finished(_approached(likelihood, start))]
    if _doubtful(found[0]):
        for _ in range(RESTARTS):
            other = _approached(likelihood, dispersed_start(layout, start, rng), found)
            found.append(_finished(other) if _promises_more(other, found) else other)
    usable = [item for item in found if np.isfinite(item.optimum.best.value)]
    if not usable:
        raise ConvergenceError(
            "The likelihood has no value at any starting point. Check the columns for values of "
            "extreme size, and rescale them."
        )
    ends = [item for item in usable if item.finished] or usable
    lowest = min(item.optimum.best.value for item in ends)

    def order(item: _Search) -> tuple[bool, bool, float]:
        best = item.optimum.best
        return best.value - lowest > 2 * SAME, not best.converged, best.value

    chosen = min(ends, key=order)
    value = chosen.optimum.best.value
    optimum = Optimum(
        chosen.optimum.best,
        len(found),
        sum(item.optimum.iterations for item in found),
        sum(item.optimum.evaluations for item in found),
        sum(item.optimum.best.value - value > 2 * SAME for item in usable),
    )
    return _measured(chosen.likelihood, optimum)


@dataclass(frozen=True)
class Found:
    """A maximum, and how it was found.

    Attributes
    ----------
    likelihood : SlopesLikelihood
        With the nodes by which it was searched.
    optimum : Optimum
    more : float
        By which the log-likelihood there is higher with as many nodes as it takes.
    nodes : int
        As many, per dimension.
    change : float
        By which the log-likelihood changes with still more; 0 where nothing is integrated. Above
        1e-6 it did not settle with as many nodes as there may be.
    """

    likelihood: SlopesLikelihood
    optimum: Optimum
    more: float
    nodes: int
    change: float


@dataclass(frozen=True)
class _Search:
    """Where a search from one start ended; ``finished`` with as many nodes as it takes.

    More nodes were seen to change the log-likelihood by ``change``.
    """

    likelihood: SlopesLikelihood
    optimum: Optimum
    change: float = np.inf
    finished: bool = False


def _approached(
    likelihood: SlopesLikelihood, start: Array, found: Sequence[_Search] = ()
) -> _Search:
    """Search with few nodes, then with some more unless others that were found are lower."""
    if not likelihood.dimensions:
        exact = likelihood.with_nodes(1)
        run = minimize(exact.objective, start, iterations=2 * STEPS, radius=RADIUS)
        return _Search(exact, only(run), finished=True)
    run = _coarse(likelihood, start)
    optimum, change = only(run), np.inf
    if np.isfinite(run.value) and _promises_more(_Search(likelihood, optimum), found):
        settled = _settled(likelihood, run.point, ROUGH, ROUGH_NODES)
        change = settled.change
        if settled.likelihood is not likelihood:
            likelihood = settled.likelihood
            optimum = _continued(optimum, _coarse(likelihood, run.point))
    return _Search(likelihood, optimum, change)


def _coarse(likelihood: SlopesLikelihood, start: Array) -> Minimum:
    return minimize(
        likelihood.objective,
        start,
        tolerance=COARSE,
        iterations=COARSE_STEPS,
        radius=RADIUS,
        least=LITTLE,
    )


def _finished(search: _Search) -> _Search:
    """Go on with as many nodes as each group needs."""
    likelihood, optimum = search.likelihood, search.optimum
    if search.finished or not np.isfinite(optimum.best.value):
        return search
    first, last = SEARCHED
    if search.change > first:
        likelihood = _settled(likelihood, optimum.best.point, first).likelihood
        optimum = _continued(optimum, _coarse(likelihood, optimum.best.point))
    for _ in range(ROUNDS):
        likelihood = _settled(likelihood, optimum.best.point, last).likelihood
        objective = likelihood.objective
        run = minimize(objective, optimum.best.point, iterations=STEPS, radius=RADIUS)
        optimum = _continued(optimum, run)
        if not np.isfinite(run.value) or run.history[0] - run.value < FAR:
            break
    return _Search(likelihood, optimum, finished=True)


def _measured(likelihood: SlopesLikelihood, optimum: Optimum) -> Found:
    """Say how high the maximum is, with as many nodes as that takes."""
    if not likelihood.dimensions:
        return Found(likelihood.quiet(), optimum, 0.0, likelihood.nodes, 0.0)
    exact = _settled(likelihood, optimum.best.point, SETTLED)
    return Found(likelihood.quiet(), optimum, exact.higher, exact.likelihood.nodes, exact.change)


def _promises_more(search: _Search, found: Sequence[_Search]) -> bool:
    """Whether a search that was not finished may end lower, or converge where none did.

    Its nodes may be few, so the others are valued by the same.
    """
    value = search.optimum.best.value
    if search.finished or not np.isfinite(value):
        return False
    ends = [item.optimum.best for item in found if item.finished]
    if not any(end.converged for end in ends):
        return True
    weights = search.likelihood.weights
    known = max(float(weights @ search.likelihood.by_group(end.point)) for end in ends)
    return bool(value < -2 * known - BETTER)


def _continued(optimum: Optimum, run: Minimum) -> Optimum:
    """Return the end of a search that went on from another, both counted and remembered."""
    return Optimum(
        replace(run, history=(*optimum.best.history, *run.history)),
        1,
        optimum.iterations + max(len(run.history) - 1, 0),
        optimum.evaluations + run.evaluations,
        0,
    )


def _doubtful(search: _Search) -> bool:
    """Whether a search ended without convergence, or where a variance between groups is none."""
    best = search.optimum.best
    pivots = [place for place in search.likelihood.layout.between_pivots if place >= 0]
    smallest = np.abs(best.point[pivots]).min(initial=1.0)
    return not best.converged or bool(smallest < DOUBTFUL)


@dataclass(frozen=True)
class _Settled:
    """A likelihood with enough nodes.

    Its logarithm is ``higher`` than with those that there were, and more change it by ``change``.
    """

    likelihood: SlopesLikelihood
    change: float
    higher: float = 0.0


def _settled(
    likelihood: SlopesLikelihood, phi: Array, enough: float, most: int | None = None
) -> _Settled:
    """Add nodes, group by group, until more change less than enough.

    Groups that matter least stop first, as long as their changes sum to half of what is still
    allowed. The same likelihood is returned where all together change little enough.
    """
    counts = likelihood.weights > 0
    points = LADDER.astype(np.float64) ** likelihood.dimensions
    few = LADDER.size if most is None else int(np.searchsorted(LADDER, most, side="right"))
    within = points[:few] <= MOST
    top = int(np.flatnonzero(within).max(initial=1))
    rung = np.searchsorted(LADDER, likelihood.levels)
    value = before = likelihood.values_of(phi, counts)
    rising, highest = counts & (rung < top), counts & (rung >= top)
    fewer = likelihood.with_nodes(LADDER[np.maximum(rung - 1, 0)]).values_of(phi, highest)
    change = np.where(highest, value - fewer, 0.0)
    allowed, first = enough, True
    while rising.any():
        trial = likelihood.with_nodes(LADDER[np.minimum(rung + 1, top)])
        following = trial.values_of(phi, rising)
        change = np.where(rising, following - value, change)
        sizes = np.where(rising, np.abs(change) * likelihood.weights, 0.0)
        if first and np.abs(change) @ likelihood.weights < enough:
            return _Settled(likelihood, abs(float(likelihood.weights @ change)))
        first = False
        order = np.argsort(sizes)
        stopping = order[np.cumsum(sizes[order]) <= allowed / 2]
        allowed -= float(sizes[stopping].sum())
        rising[stopping] = False
        rung = np.where(rising, rung + 1, rung)
        value = np.where(rising, following, value)
        rising &= rung < top
    total = abs(float(likelihood.weights @ change))
    if np.array_equal(LADDER[rung], likelihood.levels):
        return _Settled(likelihood, total)
    higher = float(likelihood.weights[counts] @ (value - before)[counts])
    return _Settled(likelihood.with_nodes(LADDER[rung]), total, higher)
