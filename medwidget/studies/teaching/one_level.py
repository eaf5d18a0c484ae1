"""Mediation as if there were no groups: two regressions on all rows, by ordinary least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from medwidget.studies.teaching.draw import Sample

__all__ = ["OneLevel", "one_level"]


@dataclass(frozen=True)
class OneLevel:
    """The indirect effect of a one-level analysis.

    Attributes
    ----------
    a, b, estimate, lower, upper : float
        Both paths, their product, and its interval by the delta method (Sobel 1982).
    """

    a: float
    b: float
    estimate: float
    lower: float
    upper: float


def one_level(sample: Sample, level: float = 0.95) -> OneLevel:
    """Return the indirect effect of x on y by way of m when all rows count as independent.

    Parameters
    ----------
    sample : Sample
    level : float
    """
    ones = np.ones_like(sample.x)
    a, se_a = _coefficient(np.column_stack([sample.x, ones]), sample.m)
    b, se_b = _coefficient(np.column_stack([sample.m, sample.x, ones]), sample.y)
    half = float(norm.ppf((1 + level) / 2)) * float(np.hypot(b * se_a, a * se_b))
    return OneLevel(a, b, a * b, a * b - half, a * b + half)


def _coefficient(
    columns: NDArray[np.float64], response: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the coefficient of the first column with its standard error."""
    products = columns.T @ columns
    found = np.linalg.solve(products, columns.T @ response)
    residuals = response - columns @ found
    variance = float(residuals @ residuals) / (len(response) - columns.shape[1])
    unit = np.linalg.solve(products, np.eye(len(products))[:, 0])
    return float(found[0]), float(np.sqrt(variance * unit[0]))
