"""The probability that two jointly normal variables have the same sign, with its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, owens_t

__all__ = ["same_sign_gradient", "same_sign_probability"]

Array = NDArray[np.float64]


def same_sign_probability(
    mean1: Array, mean2: Array, var1: Array, var2: Array, cov: Array
) -> Array:
    """Return P(UV > 0) for (U, V) bivariate normal.

    Exact at every correlation, -1 and 1 included, and where one or both variances are 0. A variable
    that is always 0 gives 0.

    Parameters
    ----------
    mean1, mean2, var1, var2, cov : arrays
        Moments of (U, V); they broadcast.

    Returns
    -------
    array
        Probabilities.

    Notes
    -----
    With h and k the standardized means, P(UV > 0) = 1 - d - 2 T(h, a_h) - 2 T(k, a_k), where T is
    Owen's function, a_h = (k - rho h) / (h sqrt(1 - rho^2)) and d is 1 where h and k differ in sign
    (Owen 1956, Ann Math Stat 27:1075).
    """
    mean1, mean2, var1, var2, cov = np.broadcast_arrays(mean1, mean2, var1, var2, cov)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        h, k, rho, root = _standardize(mean1, mean2, var1, var2, cov)
        probability = (
            1.0
            - ((h < 0) != (k < 0))
            - 2.0 * owens_t(h, _slope(h, k, rho, root))
            - 2.0 * owens_t(k, _slope(k, h, rho, root))
        )
    both_zero = (h == 0) & (k == 0)
    probability = np.where(both_zero, 0.5 + np.arcsin(rho) / np.pi, probability)
    always_zero = ((mean1 == 0) & (var1 <= 0)) | ((mean2 == 0) & (var2 <= 0))
    result: Array = np.clip(np.where(always_zero, 0.0, probability), 0.0, 1.0)
    return result


def same_sign_gradient(
    mean1: Array, mean2: Array, var1: Array, var2: Array, cov: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Return the partial derivatives of `same_sign_probability` in its arguments' order.

    Where a variance is 0 they are the limits from above, which are 0 for that variable's mean and
    variance as long as its mean is not 0 (not finite where it is, and at a correlation of -1 or 1).
    """
    mean1, mean2, var1, var2, cov = np.broadcast_arrays(mean1, mean2, var1, var2, cov)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        h, k, rho, root = _standardize(mean1, mean2, var1, var2, cov)
        in_h = _times(_density(h), 2.0 * ndtr((k - rho * h) / root) - 1.0)
        in_k = _times(_density(k), 2.0 * ndtr((h - rho * k) / root) - 1.0)
        distance = (h * h - 2.0 * rho * h * k + k * k) / (root * root)
        in_rho = np.where(np.isinf(h) | np.isinf(k), 0.0, np.exp(-0.5 * distance) / (np.pi * root))
        by_mean1 = _times(in_h, 1.0 / np.sqrt(var1))
        by_mean2 = _times(in_k, 1.0 / np.sqrt(var2))
        by_var1 = _times(in_h, -h / (2.0 * var1)) + _times(in_rho, -rho / (2.0 * var1))
        by_var2 = _times(in_k, -k / (2.0 * var2)) + _times(in_rho, -rho / (2.0 * var2))
        by_cov = _times(in_rho, 1.0 / np.sqrt(var1 * var2))
    return by_mean1, by_mean2, by_var1, by_var2, by_cov


def _standardize(
    mean1: Array, mean2: Array, var1: Array, var2: Array, cov: Array
) -> tuple[Array, Array, Array, Array]:
    """Return standardized means (infinite where the variance is 0), rho, sqrt(1 - rho^2)."""
    sd1, sd2 = np.sqrt(np.maximum(var1, 0.0)), np.sqrt(np.maximum(var2, 0.0))
    h = np.where(mean1 == 0, 0.0, mean1 / sd1)  # never -0, whose sign would count below
    k = np.where(mean2 == 0, 0.0, mean2 / sd2)
    rho = np.where((sd1 > 0) & (sd2 > 0), np.clip(cov / (sd1 * sd2), -1.0, 1.0), 0.0)
    return h, k, rho, np.sqrt((1.0 - rho) * (1.0 + rho))


def _slope(h: Array, k: Array, rho: Array, root: Array) -> Array:
    """Return Owen's second argument; 0/0 stands for limits in which the term vanishes."""
    slope = np.where(np.isinf(h), 0.0, (k - rho * h) / (h * root))
    result: Array = np.where(np.isnan(slope), 0.0, slope)
    return result


def _density(x: Array) -> Array:
    result: Array = np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)
    return result


def _times(factor: Array, other: Array) -> Array:
    """Multiply; the factor is a normal density, which outweighs any pole of the other at 0."""
    result: Array = np.where(factor == 0, 0.0, factor * other)
    return result
