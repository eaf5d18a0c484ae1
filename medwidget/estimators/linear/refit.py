"""The same model on resampled groups or simulated responses, from a warm start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.threads import one_blas_thread
from medwidget._numerics.trust_region import minimize
from medwidget.data.design import build_design
from medwidget.data.simulate import resimulated
from medwidget.estimators.linear.asymptotics import Asymptotics
from medwidget.estimators.linear.likelihood import LinearLikelihood
from medwidget.estimators.linear.scaling import NaturalScale
from medwidget.spec.structure import Structure

if TYPE_CHECKING:
    from medwidget.data.prepare import Prepared
    from medwidget.estimators.linear.estimator import LinearEstimator

__all__ = ["LinearRefit"]

Array = NDArray[np.float64]

# A refit only has to resolve its own sampling noise: half the squared Newton decrement, in units
# of −2 log L.
TOLERANCE = 1e-6
# A refit that ends at a boundary in passing starts a little inside it.
NUDGE = 0.05


class LinearRefit:
    """Refits by group weights, and on responses drawn from the fit."""

    def __init__(
        self,
        estimator: LinearEstimator,
        structure: Structure,
        likelihood: LinearLikelihood,
        scale: NaturalScale,
        asymptotics: Asymptotics,
        prepared: Prepared,
    ) -> None:
        self._estimator = estimator
        self._structure = structure
        self._likelihood = likelihood
        self._scale = scale
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
        with one_blas_thread():
            return np.array([self._weighted(row) for row in np.atleast_2d(weights)])

    def _weighted(self, weights: Array) -> Array:
        return self._minimum(self._likelihood.reweighted(weights), self._scale)

    def parametric(self, count: int, rng: np.random.Generator) -> Array:
        """Return estimates (count, P) from responses simulated under the fit."""
        names = self._structure.parameters.names
        estimate = self._scale.natural(self._phi)
        values = dict(zip(names, estimate.tolist(), strict=True))
        return np.array([self._simulated(values, rng) for _ in range(count)])

    def _simulated(self, values: dict[str, float], rng: np.random.Generator) -> Array:
        drawn = resimulated(self._prepared, self._structure, values, rng)
        design = build_design(self._structure, drawn.moments)
        likelihood = LinearLikelihood(
            design, self._structure.free_elements, restricted=self._likelihood.restricted
        )
        with one_blas_thread():
            return self._minimum(likelihood, NaturalScale(self._structure, design))

    def _minimum(self, likelihood: LinearLikelihood, scale: NaturalScale) -> Array:
        run = minimize(likelihood.objective, self._start, tolerance=TOLERANCE, iterations=60)
        beta = likelihood.fixed_effects(run.point) if run.converged else None
        if beta is None:
            return np.full(scale.n_coordinates, np.nan)
        return scale.natural(np.concatenate([beta, run.point]))
