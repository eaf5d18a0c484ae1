"""Quantiles of products of jointly normal slopes, for many groups at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from medwidget.intervals.protocol import Array, check_level

__all__ = ["product_bounds"]

# values of all components in all groups of a chunk, 2 MB: what stays in cache
CHUNK_VALUES = 1 << 18
PRECISION = 1e-6  # of the probability below a bound
MOST_STEPS = 80
REACH = 4.75  # SDs
NARROWEST = 1e-9  # SD of a component, as a share of the mixture's


def product_bounds(
    means: Array,
    covariances: Array,
    positions: Sequence[int],
    level: float = 0.95,
    points: int | None = None,
) -> tuple[Array, Array]:
    """Return equal-tailed bounds of the product of some slopes of each group.

    Given all slopes but the last, the product is normal; so its distribution is a mixture of
    normals over the values of the others, whose quantiles are found by Newton's method. All groups
    share one grid of these values: bounds are a deterministic, smooth function of the moments.

    Parameters
    ----------
    means : array (J, S)
        Means of the slopes given the data.
    covariances : array (J, S, S)
        Their covariance matrices; singular ones are fine.
    positions : sequence of int
        The slopes to multiply.
    level : float
    points : int, optional
        Values of each slope but the last; by default 128 for two slopes, 22 for three. Where slopes
        depend on one another almost exactly, more are needed for more than two digits.

    Returns
    -------
    lower, upper : arrays (J,)
        NaN where a mean or a covariance is.
    """
    chosen = list(positions)
    means = np.asarray(means, dtype=np.float64)[:, chosen]
    covariances = np.asarray(covariances, dtype=np.float64)[:, chosen][:, :, chosen]
    tail = 0.5 - check_level(level) / 2.0
    normal, weights = _normal_points(len(chosen) - 1, points or (128 if len(chosen) == 2 else 22))
    usable = np.flatnonzero(np.isfinite(means.sum(axis=1) + covariances.sum(axis=(1, 2))))
    bounds = np.full((2, len(means)), np.nan)
    chunk = max(1, CHUNK_VALUES // normal.shape[1])
    for start in range(0, usable.size, chunk):
        part = usable[start : start + chunk]
        centres, spreads = _mixture(means[part], covariances[part], normal)
        for side, probability in enumerate((tail, 1.0 - tail)):
            bounds[side, part] = _quantiles(centres, spreads, weights, probability)
    return bounds[0], bounds[1]


def _mixture(means: Array, covariances: Array, normal: Array) -> tuple[Array, Array]:
    """Return mean and SD of the product given each value of all slopes but the last, (J, n)."""
    roots = _lower_roots(covariances)
    last = means.shape[1] - 1
    given: Array = np.ones((len(means), normal.shape[1]))
    for k in range(last):
        given *= means[:, k, None] + roots[:, k, :last] @ normal
    centre = means[:, last, None] + roots[:, last, :last] @ normal
    return given * centre, np.abs(given) * roots[:, last, last, None]


def _lower_roots(covariances: Array) -> Array:
    """Return Cholesky factors; a column is 0 where nothing is left to vary."""
    size = covariances.shape[1]
    roots = np.zeros_like(covariances)
    for k in range(size):
        rest = covariances[:, k:, k] - np.einsum("jil,jl->ji", roots[:, k:, :k], roots[:, k, :k])
        pivot = np.where(rest[:, 0] > 1e-14 * covariances[:, k, k], rest[:, 0], np.inf)
        roots[:, k:, k] = rest / np.sqrt(pivot)[:, None]
    return roots


def _normal_points(size: int, points: int) -> tuple[Array, Array]:
    """Return a grid of standard normal values, shape (size, n), and their weights (n,).

    The trapezoidal rule, which for smooth integrands on the whole line has no match; corners of
    the grid without weight are left out.
    """
    if size == 0:
        return np.zeros((0, 1)), np.ones(1)
    axis = np.linspace(-REACH, REACH, points)
    grid = np.stack(np.meshgrid(*[axis] * size, indexing="ij")).reshape(size, -1)
    weights = np.exp(-0.5 * (grid**2).sum(axis=0))
    kept = weights >= np.exp(-0.5 * REACH**2)
    return grid[:, kept], weights[kept] / weights[kept].sum()


def _quantiles(centres: Array, spreads: Array, weights: Array, probability: float) -> Array:
    """Return a quantile of each mixture, by Newton steps kept inside a bracket."""
    mean = centres @ weights
    spread = np.sqrt((spreads**2 + (centres - mean[:, None]) ** 2) @ weights)
    spreads = np.maximum(spreads, np.maximum(NARROWEST * spread, 1e-300)[:, None])
    low = (centres - 10.0 * spreads).min(axis=1)
    high = (centres + 10.0 * spreads).max(axis=1)
    at = np.clip(mean + ndtri(probability) * spread, low, high)
    active = np.flatnonzero(spread > 0)
    for _ in range(MOST_STEPS):
        if not active.size:
            break
        scaled = (at[active, None] - centres[active]) / spreads[active]
        excess = ndtr(scaled) @ weights - probability
        high[active] = np.where(excess > 0, at[active], high[active])
        low[active] = np.where(excess > 0, low[active], at[active])
        density = (np.exp(-0.5 * scaled * scaled) / spreads[active]) @ weights
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            following = at[active] - excess * np.sqrt(2.0 * np.pi) / density
        inside = (following > low[active]) & (following < high[active])
        found = np.abs(excess) <= PRECISION
        otherwise = np.where(found, at[active], (low[active] + high[active]) / 2.0)
        at[active] = np.where(inside, following, otherwise)
        active = active[~found]
    return at
