"""Gauss-Hermite rules for the standard normal distribution, in one dimension or several."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["normal_rule"]

Array = NDArray[np.float64]


@lru_cache(maxsize=64)
def normal_rule(nodes: int, dimensions: int, least: float = 0.0) -> tuple[Array, Array]:
    """Return points (d, K) and log weights (K,) such that E g(x) ≈ Σ w g(x) for x ~ N(0, I_d).

    A product of Gauss-Hermite rules: exact for polynomials of degree below 2 ``nodes`` in each
    coordinate. One point, with weight 1, in no dimensions.

    Parameters
    ----------
    nodes : int
        Points per dimension.
    dimensions : int
    least : float
        Points whose weight is below this share of the largest are left out. The loss for a
        function that varies little is about their total weight.
    """
    if nodes < 1:
        raise ValueError(f"a rule has at least one node, not {nodes}")
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    log_weights = np.log(weights / weights.sum())
    grids = np.meshgrid(*([points] * dimensions), indexing="ij")
    logs = np.meshgrid(*([log_weights] * dimensions), indexing="ij")
    if not dimensions:
        return np.zeros((0, 1)), np.zeros(1)
    where = np.stack([grid.ravel() for grid in grids])
    total = np.sum([grid.ravel() for grid in logs], axis=0)
    kept = total - total.max() >= np.log(least) if least > 0 else np.ones(len(total), np.bool_)
    where, total = where[:, kept], total[kept]
    where.flags.writeable = total.flags.writeable = False
    return where, total
