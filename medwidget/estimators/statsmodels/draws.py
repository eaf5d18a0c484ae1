"""Draws from the normal distribution of the estimates, moved to where parameters make sense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NormalDraws"]

Array = NDArray[np.float64]

# A residual variance is not drawn below this share of its estimate.
LEAST_RESIDUAL = 1e-6


@dataclass(frozen=True)
class NormalDraws:
    """A multivariate normal in natural units.

    T of each draw is replaced by the nearest positive semidefinite matrix (negative eigenvalues
    become 0, in units of the estimated standard deviations) and residual variances are kept
    positive. So draws of small variances pile up at 0, as those of a normal would lie below it.

    Attributes
    ----------
    estimate, covariance : arrays (P,), (P, P)
    elements : sequence of (int, int)
        Positions in T of the parameters that are elements of it.
    places : sequence of int
        Their places among the parameters.
    residuals : sequence of int
        Places of the residual variances.
    """

    estimate: Array
    covariance: Array
    elements: Sequence[tuple[int, int]]
    places: Sequence[int]
    residuals: Sequence[int]

    def __call__(self, count: int, rng: np.random.Generator) -> Array:
        """Return draws (count, P)."""
        moving = np.flatnonzero(np.diag(self.covariance) > 0)
        values, vectors = np.linalg.eigh(self.covariance[np.ix_(moving, moving)])
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        draws = np.tile(self.estimate, (count, 1))
        draws[:, moving] += rng.standard_normal((count, len(moving))) @ root.T
        residuals = list(self.residuals)
        least = LEAST_RESIDUAL * self.estimate[residuals]
        draws[:, residuals] = np.maximum(draws[:, residuals], least)
        if self.elements:
            places = list(self.places)
            draws[:, places] = self._semidefinite(draws[:, places])
            still = np.diag(self.covariance) == 0
            draws[:, still] = self.estimate[still]
        return draws

    def _semidefinite(self, draws: Array) -> Array:
        rows = np.array([row for row, _ in self.elements])
        columns = np.array([column for _, column in self.elements])
        q = int(rows.max()) + 1
        estimates = np.zeros((q, q))
        estimates[rows, columns] = self.estimate[list(self.places)]
        spread = np.sqrt(np.maximum(np.diag(estimates), 0.0))
        spread[spread == 0] = 1.0
        unit = spread[rows] * spread[columns]
        matrices = np.zeros((len(draws), q, q))
        matrices[:, rows, columns] = matrices[:, columns, rows] = draws / unit
        values, vectors = np.linalg.eigh(matrices)
        bad = values[:, 0] < 0
        vectors, values = vectors[bad], np.maximum(values[bad], 0.0)
        matrices[bad] = vectors * values[:, None] @ vectors.swapaxes(1, 2)
        return np.asarray(matrices[:, rows, columns] * unit)
