"""Starting values: one scoring step for T from a modest diagonal, one EM step for the residuals."""

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
# The start keeps at least this variance in each direction, so that no derivative vanishes there.
FLOOR = 1e-3
# Least diagonal element of L at which a maximisation is taken up again.
PIVOT = 1e-2


def moment_start(likelihood: LinearLikelihood) -> Array:
    """Return θ after one step of minimum variance quadratic estimation (Rao 1971) from a guess.

    With W_j = Z'V⁻¹Z and r_j = Z'V⁻¹e at the guess T₀, T solves Σ W T W = Σ (r r' − W + W T₀ W).
    """
    q, n_equations = likelihood.q, likelihood.n_equations
    guess = np.concatenate(
        [
            [np.sqrt(RANDOM_SHARE) if row == column else 0.0 for row, column in likelihood.free],
            np.full(n_equations, 0.5 * np.log(RESIDUAL_SHARE)),
        ]
    )
    if q == 0:
        return guess
    parts = likelihood.moments(guess)
    if parts is None:
        return guess
    w, excess, residual = parts
    products = likelihood.outer_sum(w[None], w[None]).reshape(q, q, q, q)
    system = products.transpose(0, 2, 1, 3).reshape(q * q, q * q)
    right = excess.ravel() + RANDOM_SHARE * system @ np.eye(q).ravel()
    pattern = np.zeros((q, q), dtype=bool)
    for row, column in likelihood.free:
        pattern[row, column] = pattern[column, row] = True
    kept = np.flatnonzero(pattern.ravel())
    solution = np.zeros(q * q)
    try:
        solution[kept] = np.linalg.solve(system[np.ix_(kept, kept)], right[kept])
    except np.linalg.LinAlgError:
        return guess
    factor = _safe_factor(solution.reshape(q, q))
    diagonal = np.array([factor[row, column] for row, column in likelihood.free])
    return np.concatenate([diagonal, 0.5 * np.log(np.clip(residual, 1e-4, 2.0))])


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
    repaired = (vectors * np.maximum(values, 0.05)) @ vectors.T * np.outer(spread, spread)
    return np.asarray(np.linalg.cholesky(repaired))
