"""Straight lines through a sample: each group's own, through group means, through all rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.studies.teaching.draw import Sample

__all__ = ["PathLines", "path_lines"]

FloatArray = NDArray[np.float64]

# Fewest rows of a group that are given a line.
LEAST_ROWS = 3
# A group's line reaches so many of its standard deviations to each side of its mean.
REACH = 1.3


@dataclass(frozen=True, eq=False)
class PathLines:
    """Lines of one variable on another.

    Attributes
    ----------
    means : ndarray, (J, 2)
        Of each group.
    own : ndarray, (K, 4)
        Ends of the lines of groups that have one: x, y, x, y.
    between, pooled : ndarray, (4,)
        Ends of the line through the means of groups, and of that through all rows.
    slopes : dict of str to float
        Of the last two.
    """

    means: FloatArray
    own: FloatArray
    between: FloatArray
    pooled: FloatArray
    slopes: dict[str, float]


def path_lines(sample: Sample, across: FloatArray, up: FloatArray) -> PathLines:
    """Return the lines of one variable of a sample on another, by least squares.

    Parameters
    ----------
    sample : Sample
    across, up : ndarray, (N,)
    """
    sizes, codes = sample.sizes, sample.codes
    starts = np.cumsum(sizes) - sizes
    mean_across = np.add.reduceat(across, starts) / sizes
    mean_up = np.add.reduceat(up, starts) / sizes
    apart = across - mean_across[codes]
    spread = np.add.reduceat(apart**2, starts)
    shared = np.add.reduceat(apart * (up - mean_up[codes]), starts)
    drawn = (sizes >= LEAST_ROWS) & (spread > 0)
    slope = shared[drawn] / spread[drawn]
    center, height = mean_across[drawn], mean_up[drawn]
    aside = REACH * np.sqrt(spread[drawn] / sizes[drawn])
    ends = [center - aside, height - slope * aside, center + aside, height + slope * aside]
    between, between_slope = _line(mean_across, mean_up, across)
    pooled, pooled_slope = _line(across, up, across)
    return PathLines(
        np.column_stack([mean_across, mean_up]),
        np.column_stack(ends),
        between,
        pooled,
        {"between": between_slope, "pooled": pooled_slope},
    )


def _line(across: FloatArray, up: FloatArray, over: FloatArray) -> tuple[FloatArray, float]:
    center, height = across.mean(), up.mean()
    apart = across - center
    spread = float(apart @ apart)
    slope = float(apart @ (up - height)) / spread if spread > 0 else 0.0
    ends = np.array([over.min(), over.max()])
    heights = height + slope * (ends - center)
    return np.array([ends[0], heights[0], ends[1], heights[1]]), slope
