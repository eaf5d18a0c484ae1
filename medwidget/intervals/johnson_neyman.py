"""Where along a moderator an interval excludes zero (Johnson & Neyman 1936)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from medwidget.intervals.protocol import Array

__all__ = ["Region", "johnson_neyman"]

BoundsAt = Callable[[Array], tuple[Array, Array]]


@dataclass(frozen=True)
class Region:
    """A stretch of the moderator.

    Attributes
    ----------
    start, stop : float
    sign : {-1, 0, 1}
        The sign of the effect where its interval excludes zero; 0 where it includes zero or where
        there is no interval.
    """

    start: float
    stop: float
    sign: int


def johnson_neyman(
    bounds_at: BoundsAt, low: float, high: float, *, points: int = 201, tolerance: float = 1e-8
) -> tuple[Region, ...]:
    """Return the regions of a range by whether an interval excludes zero.

    Parameters
    ----------
    bounds_at : callable
        Gives lower and upper bounds (k,) at values (k,) of the moderator. It must give the same
        bounds at the same value: with draws, use the same draws throughout.
    low, high : float
        The range.
    points : int
        Size of the grid; what starts and ends between two of its points is not seen.
    tolerance : float
        Precision of the borders, as a share of the range.

    Returns
    -------
    tuple of Region
        In order, adjacent, from ``low`` to ``high``.

    Examples
    --------
    >>> for region in johnson_neyman(lambda w: (w - 1, w + 1), -3, 3):
    ...     print(f"{region.start:.3f} to {region.stop:.3f}: {region.sign}")
    -3.000 to -1.000: -1
    -1.000 to 1.000: 0
    1.000 to 3.000: 1
    """
    grid = np.linspace(low, high, points)
    lower, upper = bounds_at(grid)
    borders = [float(low)]
    for side, bound in enumerate((lower, upper)):
        inside = _excludes(bound, side)
        for position in np.flatnonzero(inside[1:] != inside[:-1]):
            left, right = float(grid[position]), float(grid[position + 1])
            borders.append(_border(bounds_at, side, left, right, tolerance * (high - low)))
    edges = [*sorted(borders), float(high)]
    regions: list[Region] = []
    for start, stop in pairwise(edges):
        sign = _sign(bounds_at, (start + stop) / 2.0)
        if regions and regions[-1].sign == sign:
            regions[-1] = Region(regions[-1].start, stop, sign)
        elif stop > start:
            regions.append(Region(start, stop, sign))
    return tuple(regions)


def _excludes(bound: Array, side: int) -> Array:
    """Return whether the lower bound (side 0) is above zero, or the upper (side 1) below it."""
    return np.asarray(bound > 0 if side == 0 else bound < 0)


def _border(bounds_at: BoundsAt, side: int, left: float, right: float, width: float) -> float:
    """Bisect; bounds need only be ordered, not smooth."""
    at_left = bool(_excludes(bounds_at(np.array([left]))[side], side)[0])
    while right - left > width:
        middle = (left + right) / 2.0
        if bool(_excludes(bounds_at(np.array([middle]))[side], side)[0]) == at_left:
            left = middle
        else:
            right = middle
    return (left + right) / 2.0


def _sign(bounds_at: BoundsAt, value: float) -> int:
    lower, upper = bounds_at(np.array([value]))
    return int(lower[0] > 0) - int(upper[0] < 0)
