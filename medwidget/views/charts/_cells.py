"""Small panels side by side, as one flat picture.

Places along x are in units of panels, so that the picture fills its box; places along y are in
pixels. Each panel has axes of its own, which a `Window` turns into these places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.views.charts.picture import Row

__all__ = ["Window", "padded"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Window:
    """One panel: where it lies in the picture, and the ends of its axes.

    Attributes
    ----------
    left, right : float
        In units of panels.
    top, bottom : float
        In pixels from the top of the picture.
    x, y : tuple of float
        Ends of the axes.
    digits : int
        Decimals of places along x; along y a tenth of a pixel is kept.
    """

    left: float
    right: float
    top: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]
    digits: int = 4

    def box(self) -> Row:
        """Return the row that draws the panel's ground."""
        return {"x": self.left, "x2": self.right, "y": self.top, "y2": self.bottom}

    def across(self, value: float) -> float:
        """Return the place of a value along x."""
        share = (value - self.x[0]) / (self.x[1] - self.x[0])
        return self.left + share * (self.right - self.left)

    def down(self, value: float) -> float:
        """Return the place of a value along y, in pixels."""
        share = (value - self.y[0]) / (self.y[1] - self.y[0])
        return self.bottom - share * (self.bottom - self.top)

    def dots(self, x: Array, y: Array) -> list[Row]:
        """Return a row for each point within the axes."""
        inside = (x >= self.x[0]) & (x <= self.x[1]) & (y >= self.y[0]) & (y <= self.y[1])
        return [
            {"x": self._across(float(a)), "y": self._down(float(b))}
            for a, b in zip(x[inside], y[inside], strict=True)
        ]

    def line(self, slope: float, start: float, stop: float, intercept: float = 0.0) -> list[Row]:
        """Return the row of a straight line from one x to another, cut at the panel's edges."""
        start, stop = max(start, self.x[0]), min(stop, self.x[1])
        if slope != 0:
            ends = sorted((edge - intercept) / slope for edge in self.y)
            start, stop = max(start, ends[0]), min(stop, ends[1])
        elif not self.y[0] <= intercept <= self.y[1]:
            return []
        if not start < stop:
            return []
        return [
            {
                "x": self._across(start),
                "x2": self._across(stop),
                "y": self._down(intercept + slope * start),
                "y2": self._down(intercept + slope * stop),
            }
        ]

    def _across(self, value: float) -> float:
        return round(self.across(value), self.digits)

    def _down(self, value: float) -> float:
        return round(self.down(value), 1)


def padded(values: Array, share: float = 0.06) -> tuple[float, float]:
    """Return the ends of an axis around values, with some room at either end."""
    values = values[np.isfinite(values)]
    if not values.size:
        return -1.0, 1.0
    low, high = float(values.min()), float(values.max())
    room = share * (high - low) or abs(high) or 1.0
    return low - room, high + room
