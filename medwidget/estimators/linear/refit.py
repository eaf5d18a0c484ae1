"""The same model on resampled groups or simulated responses, from a warm start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.threads import one_blas_thread
from medwidget._numerics.trust_region import minimize, minimize_many
from medwidget.data.design import build_design
from medwidget.data.simulate import resimulated
from medwidget.estimators.linear.asymptotics import Asymptotics
from medwidget.estimators.linear.likelihood import LinearLikelihood
from medwidget.estimators.linear.order import Order
from medwidget.estimators.linear.scaling import NaturalScale
from medwidget.spec.structure import Structure

if TYPE_CHECKING:
    from medwidget.data.prepare import Prepared
    from medwidget.estimators.linear.estimator import LinearEstimator

__all__ = ["LinearRefit"]

Array = NDArray[np.float64]

# A refit only has to resolve its own sampling noise: what the last Newton step may still gain, in
# units of −2 log L. What is left after that step is of the order of its square.
TOLERANCE = 1e-4
# A refit that ends at a boundary in passing starts a little inside it.
NUDGE = 0.05
# Refits are evaluated together until their groups are about this many: enough to make the cost of
# a call small, few enough for the processor's cache.
GROUPS_TOGETHER = 1600


class LinearRefit:
    """Refits by group weights, and on responses drawn from the fit."""

    def __init__(
        self,
        estimator: LinearEstimator,
        structure: Structure,
        likelihood: LinearLikelihood,
        scale: NaturalScale,
        order: Order,
        asymptotics: Asymptotics,
        prepared: Prepared,
    ) -> None:
        self._estimator = estimator
        self._structure = structure
        self._likelihood = likelihood
        self._scale = scale
        self._order = order
        self._phi = asymptotics.phi
        self._prepared = prepared
        self.n_groups = likelihood.design.n_groups
        start = self._phi[scale.p :].copy()
        for position, (row, column) in enumerate(likelihood.free):
            if row == column and abs(start[position]) < NUDGE:
                start[position] = NUDGE
        self._start = start

    def cluster(self, weights: Array) -> Array:
        """Return estimates (B, P) for group weights (B, J); a failed refit is a row of NaN."""
        weights = np.atleast_2d(weights)
        together = max(1, GROUPS_TOGETHER // max(self.n_groups, 1))
        with one_blas_thread():
            parts = [
                self._weighted(weights[start : start + together])
                for start in range(0, len(weights), together)
            ]
        return np.concatenate(parts)

    def _weighted(self, weights: Array) -> Array:
        def objective(points: Array, which: NDArray[np.intp]) -> tuple[Array, Array, Array]:
            evaluated = self._likelihood.reweighted(weights[which]).evaluate_many(points)
            usable = evaluated.usable
            hessian = np.where(usable[:, None, None], evaluated.hessian, np.eye(points.shape[1]))
            gradient = np.where(usable[:, None], evaluated.gradient, 0.0)
            return np.where(usable, evaluated.value, np.inf), gradient, hessian

        starts = np.tile(self._start, (len(weights), 1))
        runs = minimize_many(objective, starts, tolerance=TOLERANCE, iterations=60)
        theta = np.array([run.point for run in runs])
        beta = self._likelihood.reweighted(weights).fixed_effects_many(theta)
        beta[[not run.converged for run in runs]] = np.nan
        return self._natural(self._scale, beta, theta)

    @staticmethod
    def _natural(scale: NaturalScale, beta: Array, theta: Array) -> Array:
        natural = scale.natural(np.concatenate([beta, theta], axis=1))
        natural[np.isnan(beta).any(axis=1)] = np.nan
        return natural

    def parametric(self, count: int, rng: np.random.Generator) -> Array:
        """Return estimates (count, P) from responses simulated under the fit."""
        names = self._structure.parameters.names
        estimate = self._scale.natural(self._phi)
        values = dict(zip(names, estimate.tolist(), strict=True))
        return np.array([self._simulated(values, rng) for _ in range(count)])

    def _simulated(self, values: dict[str, float], rng: np.random.Generator) -> Array:
        drawn = resimulated(self._prepared, self._structure, values, rng)
        design = self._order.design(build_design(self._structure, drawn.moments))
        likelihood = LinearLikelihood(
            design, self._order.free, restricted=self._likelihood.restricted
        )
        scale = NaturalScale(self._structure, design, self._order)
        with one_blas_thread():
            run = minimize(likelihood.objective, self._start, tolerance=TOLERANCE, iterations=60)
            beta = likelihood.fixed_effects_many(run.point[None])
        if not run.converged:
            beta[:] = np.nan
        natural: Array = self._natural(scale, beta, run.point[None])[0]
        return natural
