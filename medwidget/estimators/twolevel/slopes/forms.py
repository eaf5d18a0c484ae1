"""Linear forms p₀ + p'ε of the standard normal ε that is left of B at a node, and their products.

A form is an array (1 + t, ...): p₀, then p. Of a polynomial of degree 2 in ε, (1 + t + t(t+1)/2,
...) features are kept: its mean, then parts whose inner products are covariances.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["feature_count", "linear_feature", "product_feature", "quadratic_feature"]

Array = NDArray[np.float64]


@lru_cache(maxsize=32)
def _pairs(size: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Return the pairs a <= b, and the scale of each feature of ε_a ε_b."""
    first, second = np.triu_indices(size)
    return first, second, np.where(first == second, np.sqrt(0.5), 1.0)


def feature_count(size: int) -> int:
    """Return how many features there are for t = ``size``."""
    return 1 + size + size * (size + 1) // 2


def product_feature(left: Array, right: Array, out: Array) -> Array:
    """Write the features of left · right into ``out`` and return it."""
    size = len(left) - 1
    first, second, scale = _pairs(size)
    np.sum(left * right, axis=0, out=out[0])
    out[1 : 1 + size] = left[0] * right[1:] + right[0] * left[1:]
    for place, (a, b, factor) in enumerate(zip(first, second, scale, strict=True)):
        entry = out[1 + size + place]
        np.multiply(left[1 + a], right[1 + b], out=entry)
        entry += left[1 + b] * right[1 + a]
        if a == b:
            entry *= factor
    return out


def linear_feature(form: Array, out: Array) -> Array:
    """Write the features of a form itself into ``out`` and return it."""
    out[: len(form)] = form
    out[len(form) :] = 0.0
    return out


def quadratic_feature(
    constant: Array, linear: Array, square: Array | None, forms: Array, out: Array
) -> Array:
    """Add to ``out`` the features of c + b's + s'As, for forms s (l, 1 + t, ...).

    Parameters
    ----------
    constant, linear, square : arrays (...), (l, ...), (l, l, ...)
        ``square`` is symmetric; None for 0.
    forms, out : arrays
    """
    size = forms.shape[1] - 1
    if square is None:
        out[0] += constant
        out[: 1 + size] += (linear[:, None] * forms).sum(axis=0)
        return out
    turned = np.einsum("lm...,mf...->lf...", square, forms)
    out[0] += constant + (linear * forms[:, 0]).sum(axis=0)
    out[0] += (turned * forms).sum(axis=(0, 1))
    out[1 : 1 + size] += ((linear + 2 * turned[:, 0])[:, None] * forms[:, 1:]).sum(axis=0)
    first, second, scale = _pairs(size)
    for place, (a, b, factor) in enumerate(zip(first, second, scale, strict=True)):
        value = (turned[:, 1 + a] * forms[:, 1 + b]).sum(axis=0)
        out[1 + size + place] += 2 * factor * value
    return out
