"""The same model again: on other groups, or on data drawn from it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.threads import one_blas_thread
from medwidget._numerics.trust_region import minimize, minimize_many
from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.likelihood import Likelihood
from medwidget.estimators.twolevel.normal import NormalLikelihood
from medwidget.estimators.twolevel.simulate import simulated_cells

__all__ = ["TwoLevelRefit"]

Array = NDArray[np.float64]

# A refit only has to resolve its own sampling noise: what the last Newton step may still gain, in
# units of −2 log L. What is left after that step is of the order of its square.
TOLERANCE = 1e-4
# A refit that ends at a boundary in passing starts a little inside it.
NUDGE = 0.05
# Refits are evaluated together until their groups are about this many.
GROUPS_TOGETHER = 1600
ITERATIONS = 60


class TwoLevelRefit:
    """Refits by group weights, and on data drawn from the fit.

    Parameters
    ----------
    layout : Layout
    cells : Cells
    phi : array (Q,)
        The estimates: where refits start, and what data are drawn from.
    names : tuple of str
        The natural parameters, in the order of the table.
    likelihood : Likelihood
        That of the fit.
    again : callable
        Gives the likelihood of other cells of the same layout.
    """

    def __init__(
        self,
        layout: Layout,
        cells: Cells,
        phi: Array,
        names: tuple[str, ...],
        likelihood: Likelihood,
        again: Callable[[Cells], Likelihood],
    ) -> None:
        self._layout, self._cells, self._phi, self._names = layout, cells, phi, names
        self._likelihood, self._again = likelihood, again
        self.n_groups = cells.n_groups
        self.slow = bool(layout.model.slopes)  # tens of milliseconds each, or more
        self._start = phi.copy()
        for place in layout.between_pivots:
            if place >= 0 and abs(self._start[place]) < NUDGE:
                self._start[place] = NUDGE

    def cluster(self, weights: Array) -> Array:
        """Return estimates (B, P) for group weights (B, J); a failed refit is a row of NaN."""
        weights = np.atleast_2d(np.asarray(weights, dtype=np.float64))
        likelihood = self._likelihood
        with one_blas_thread():
            if not isinstance(likelihood, NormalLikelihood):
                return np.array([self._fitted(likelihood.reweighted(row)) for row in weights])
            together = max(1, GROUPS_TOGETHER // max(self.n_groups, 1))
            parts = [
                self._weighted(likelihood, weights[start : start + together])
                for start in range(0, len(weights), together)
            ]
        return np.concatenate(parts)

    def parametric(self, count: int, rng: np.random.Generator) -> Array:
        """Return estimates (count, P) from data simulated under the fit."""
        with one_blas_thread():
            return np.array([self._simulated(rng) for _ in range(count)])

    def _weighted(self, likelihood: NormalLikelihood, weights: Array) -> Array:
        def objective(points: Array, which: NDArray[np.intp]) -> tuple[Array, Array, Array]:
            return likelihood.objective_many(points, weights[which])

        starts = np.tile(self._start, (len(weights), 1))
        runs = minimize_many(objective, starts, tolerance=TOLERANCE, iterations=ITERATIONS)
        found = self._layout.natural(np.array([run.point for run in runs]), self._names)
        found[[not run.converged for run in runs]] = np.nan
        return found

    def _fitted(self, likelihood: Likelihood) -> Array:
        run = minimize(
            likelihood.objective, self._start, tolerance=TOLERANCE, iterations=ITERATIONS
        )
        found = self._layout.natural(run.point, self._names)
        return found if run.converged else np.full_like(found, np.nan)

    def _simulated(self, rng: np.random.Generator) -> Array:
        drawn = simulated_cells(self._layout, self._cells, self._phi, rng)
        return self._fitted(self._again(drawn))
