"""Maximising the likelihood without random slopes, also where a level is at its boundary."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.trust_region import Minimum, minimize
from medwidget.data.cells import Cells
from medwidget.estimators.maximize import Optimum, maximize, only
from medwidget.estimators.twolevel.boundary import boundaries_at
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.moments import implied_moments
from medwidget.estimators.twolevel.normal import NormalLikelihood
from medwidget.estimators.twolevel.pace import Pace
from medwidget.estimators.twolevel.saturated import saturated
from medwidget.estimators.twolevel.start import dispersed_start, moment_start, start_from

__all__ = ["first_search", "search"]

Array = NDArray[np.float64]

# An optimum this close to that of the saturated model, in −2 log L, leaves nothing to look for.
NEAR = 2e-3
# Least share of variance that is given to each direction of the saturated model's moments, which
# may lie at a boundary.
CLOSE = 0.002


def first_search(layout: Layout, cells: Cells, pace: Pace) -> tuple[NormalLikelihood, Optimum]:
    """Search from the moments alone: a start for models with random slopes."""
    likelihood = NormalLikelihood.of(layout, cells)
    start = moment_start(layout, cells)
    return likelihood, only(minimize(pace.over(likelihood.objective), start))


def search(
    layout: Layout, cells: Cells, rng: np.random.Generator, pace: Pace
) -> tuple[NormalLikelihood, Optimum]:
    """Search from the moments, and from the saturated model where that ends in doubt.

    At a boundary a path model may have several maxima, since a source without variance cannot have
    covariances; the saturated model, in which it can, leads to the highest and bounds it.
    """
    likelihood = NormalLikelihood.of(layout, cells)
    start = moment_start(layout, cells)
    other = _Others(likelihood, start, rng, pace)
    optimum = maximize(
        pace.over(likelihood.objective),
        start,
        other.following,
        lambda run: bool(boundaries_at(layout, run.point)),
        lambda run: run.value < other.bound + NEAR,
    )
    return likelihood, optimum


class _Others:
    """Further starts, and a bound of what they can lead to; found when first asked for."""

    def __init__(
        self, likelihood: NormalLikelihood, start: Array, rng: np.random.Generator, pace: Pace
    ) -> None:
        self._likelihood, self._start, self._rng, self._pace = likelihood, start, rng, pace
        self._full = Layout(saturated(likelihood.layout.model), likelihood.layout.units)
        self._run: Minimum | None = None
        self._starts = self._each()

    @property
    def bound(self) -> float:
        """Least −2 log L: that of the saturated model."""
        return self._saturated().value

    def following(self) -> Array:
        """Return the next start."""
        return next(self._starts)

    def _each(self) -> Iterator[Array]:
        layout = self._likelihood.layout
        moments = implied_moments(self._full, self._saturated().point)
        yield start_from(layout, *moments, least=CLOSE)
        while True:
            yield dispersed_start(layout, self._start, self._rng)

    def _saturated(self) -> Minimum:
        if self._run is None:
            likelihood = self._likelihood.relaid(self._full)
            start = moment_start(self._full, likelihood.cells)
            self._run = minimize(self._pace.over(likelihood.objective), start)
        return self._run
