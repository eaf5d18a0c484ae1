"""Starting values: scoring steps for T from a modest diagonal, EM steps for the residuals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.linear.likelihood import LinearLikelihood

__all__ = ["dispersed_start", "moment_start", "start_at"]

Array = NDArray[np.float64]

# Share of a scaled response's variance that the first guess gives to each random effect, and the
# share that it leaves to the residual.
RANDOM_SHARE = 0.15
RESIDUAL_SHARE = 0.6
# Scoring steps; each costs about as much as half a step of Newton's method.
MOMENT_STEPS = 3
# The start keeps at least this variance in each direction, so that no derivative vanishes there.
FLOOR = 1e-3
# and its correlation matrix at least this eigenvalue.
LEAST_EIGENVALUE = 0.02
# Least diagonal element of L at which a maximisation is taken up again.
PIVOT = 1e-2


def moment_start(likelihood: LinearLikelihood) -> Array:
    """Return θ after steps of minimum variance quadratic estimation (Rao 1971) from a guess.

    With W_j = Z'V⁻¹Z and r_j = Z'V⁻¹e at T₀, T solves Σ W T W = Σ (r r' − W + W T₀ W). Residual
    variances take an EM step.
    """
    q = likelihood.q
    theta = np.concatenate(
        [
            [np.sqrt(RANDOM_SHARE) if row == column else 0.0 for row, column in likelihood.free],
            np.full(likelihood.n_equations, 0.5 * np.log(RESIDUAL_SHARE)),
        ]
    )
    if q == 0:
        return theta
    pattern = np.zeros((q, q), dtype=bool)
    for row, column in likelihood.free:
        pattern[row, column] = pattern[column, row] = True
    kept = np.flatnonzero(pattern.ravel())
    for _ in range(MOMENT_STEPS):
        parts = likelihood.moments(theta)
        if parts is None:
            return theta
        w, excess, residual = parts
        factor = likelihood.factor(theta)
        products = likelihood.outer_sum(w[None], w[None]).reshape(q, q, q, q)
        system = products.transpose(0, 2, 1, 3).reshape(q * q, q * q)
        right = excess.ravel() + system @ (factor @ factor.T).ravel()
        solution = np.zeros(q * q)
        try:
            solution[kept] = np.linalg.solve(system[np.ix_(kept, kept)], right[kept])
        except np.linalg.LinAlgError:
            return theta
        factor = _safe_factor(solution.reshape(q, q))
        elements = [factor[row, column] for row, column in likelihood.free]
        theta = np.concatenate([elements, 0.5 * np.log(np.clip(residual, 1e-4, 2.0))])
    return theta


def start_at(likelihood: LinearLikelihood, matrix: Array, residuals: Array) -> Array:
    """Return θ at a given T and log σ; a pivot of T that vanishes is set a little above zero."""
    size = len(matrix)
    factor = np.zeros((size, size))
    for column in range(size):
        rest = matrix[column:, column] - factor[column:, :column] @ factor[column, :column]
        pivot = np.sqrt(max(float(rest[0]), PIVOT**2))
        factor[column:, column] = rest / pivot if rest[0] > PIVOT**2 else 0.0
        factor[column, column] = pivot
    elements = [factor[row, column] for row, column in likelihood.free]
    return np.concatenate([elements, residuals])


def dispersed_start(theta: Array, likelihood: LinearLikelihood, rng: np.random.Generator) -> Array:
    """Return a starting value away from ``theta``: other variances, no covariances."""
    start = np.zeros_like(theta)
    for position, (row, column) in enumerate(likelihood.free):
        if row == column:
            start[position] = np.sqrt(RANDOM_SHARE) * np.exp(rng.normal(scale=0.8))
    residuals = theta[len(likelihood.free) :]
    start[len(likelihood.free) :] = residuals + rng.normal(scale=0.2, size=residuals.size)
    return start


def _safe_factor(matrix: Array) -> Array:
    """Return the Cholesky factor of the nearest matrix with variance in every direction."""
    matrix = (matrix + matrix.T) / 2
    spread = np.sqrt(np.maximum(np.diag(matrix), FLOOR))
    values, vectors = np.linalg.eigh(matrix / np.outer(spread, spread))
    repaired = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    repaired *= np.outer(spread, spread)
    return np.asarray(np.linalg.cholesky(repaired))
