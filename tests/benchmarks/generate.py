"""Simulated data for timings: three random slopes, an unrestricted T, a fixed seed."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["CORRELATIONS", "SPREADS", "tall", "three_slopes"]

# Random effects in the order intercept of m, a, intercept of y, b, direct.
SPREADS = np.array([0.7, 0.4, 0.6, 0.35, 0.3])
CORRELATIONS = np.array(
    [
        [1.0, 0.2, 0.3, 0.0, 0.1],
        [0.2, 1.0, 0.1, 0.4, -0.2],
        [0.3, 0.1, 1.0, 0.15, 0.1],
        [0.0, 0.4, 0.15, 1.0, -0.1],
        [0.1, -0.2, 0.1, -0.1, 1.0],
    ]
)


def three_slopes(n_groups: int, size: int, seed: int = 20240501) -> pd.DataFrame:
    """Return ``n_groups`` groups of ``size`` rows with columns g, x, m, y.

    x has a part between groups and a part within. Within groups m = (0.5 + u_a) x + e and
    y = (0.4 + u_b) m + (0.2 + u_c) x + e, on deviations from group means; between them m has
    slope 0.3 on the mean of x, and y 0.3 and 0.1 on the means of m and x. Residual SDs: 0.9, 0.8.
    """
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(n_groups), size)
    u = rng.standard_normal((n_groups, 5)) @ np.linalg.cholesky(CORRELATIONS).T * SPREADS
    x = 0.6 * rng.standard_normal(n_groups)[g] + rng.standard_normal(g.size)
    x_mean = _means(x, g)
    m = 0.2 + u[g, 0] + (0.5 + u[g, 1]) * (x - x_mean[g]) + 0.3 * x_mean[g]
    m += 0.9 * rng.standard_normal(g.size)
    m_mean = _means(m, g)
    y = 0.1 + u[g, 2] + (0.4 + u[g, 3]) * (m - m_mean[g]) + (0.2 + u[g, 4]) * (x - x_mean[g])
    y += 0.3 * m_mean[g] + 0.1 * x_mean[g] + 0.8 * rng.standard_normal(g.size)
    return pd.DataFrame({"g": g, "x": x, "m": m, "y": y})


def tall(n_rows: int, n_groups: int, seed: int = 20240502) -> pd.DataFrame:
    """Return rows of unequal groups in no order, built in pieces to spare memory."""
    rng = np.random.default_rng(seed)
    u = rng.standard_normal((n_groups, 4)) * [0.5, 0.3, 0.5, 0.3]
    g = np.empty(n_rows, dtype=np.int64)
    values = np.empty((3, n_rows))
    for start in range(0, n_rows, 100_000):
        rows = slice(start, min(start + 100_000, n_rows))
        size = rows.stop - start
        code = g[rows] = rng.integers(n_groups, size=size)
        x, e, f = rng.standard_normal((3, size))
        m = u[code, 0] + (0.5 + u[code, 1]) * x + e
        values[:, rows] = x, m, u[code, 2] + (0.4 + u[code, 3]) * m + 0.2 * x + f
    x, m, y = values
    return pd.DataFrame({"g": g, "x": x, "m": m, "y": y}, copy=False)


def _means(values: np.ndarray, g: np.ndarray) -> np.ndarray:
    return np.bincount(g, values) / np.bincount(g)
