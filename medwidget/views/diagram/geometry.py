"""Boxes and lines on a page, y downwards."""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Box", "Line", "Point"]

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle by its centre; with ``rounded`` the ellipse in it."""

    x: float
    y: float
    width: float
    height: float
    rounded: bool = False

    @property
    def left(self) -> float:
        """Least x."""
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        """Largest x."""
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        """Least y."""
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        """Largest y."""
        return self.y + self.height / 2

    def side(self, direction: int, shift: float) -> Point:
        """Return the point of the border to the left (-1) or right (+1), ``shift`` below centre."""
        reach = self.width / 2
        if self.rounded:
            reach *= math.sqrt(max(0.0, 1 - (2 * shift / self.height) ** 2))
        return self.x + direction * reach, self.y + shift

    def border(self, towards: Point) -> Point:
        """Return where the line from the centre to another point leaves the shape."""
        dx, dy = towards[0] - self.x, towards[1] - self.y
        across, along = 2 * dx / self.width, 2 * dy / self.height
        reach = math.hypot(across, along) if self.rounded else max(abs(across), abs(along))
        return (self.x, self.y) if reach == 0 else (self.x + dx / reach, self.y + dy / reach)

    def overlap(self, other: Box) -> float:
        """Return the area that two rectangles share."""
        wide = (self.width + other.width) / 2 - abs(self.x - other.x)
        high = (self.height + other.height) / 2 - abs(self.y - other.y)
        if wide <= 0 or high <= 0:
            return 0.0
        return min(wide, self.width, other.width) * min(high, self.height, other.height)

    def grown(self, by: float) -> Box:
        """Return the rectangle with a margin."""
        return Box(self.x, self.y, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True)
class Line:
    """A straight line from one point to another."""

    start: Point
    end: Point

    @property
    def length(self) -> float:
        """Distance from start to end."""
        return math.dist(self.start, self.end)

    def at(self, share: float) -> Point:
        """Return the point at a share of the way."""
        (x1, y1), (x2, y2) = self.start, self.end
        return x1 + share * (x2 - x1), y1 + share * (y2 - y1)

    def shortened(self, by: float) -> Line:
        """Return the line without its last ``by`` pixels."""
        return Line(self.start, self.at(1 - by / self.length)) if self.length > by else self

    def inside(self, box: Box) -> float:
        """Return the length of the part within a rectangle."""
        (x1, y1), (x2, y2) = self.start, self.end
        if max(x1, x2) <= box.left or min(x1, x2) >= box.right:
            return 0.0
        if max(y1, y2) <= box.top or min(y1, y2) >= box.bottom:
            return 0.0
        first, last = 0.0, 1.0
        for origin, step, low, high in (
            (x1, x2 - x1, box.left, box.right),
            (y1, y2 - y1, box.top, box.bottom),
        ):
            if step == 0:
                if not low < origin < high:
                    return 0.0
                continue
            enter, leave = sorted(((low - origin) / step, (high - origin) / step))
            first, last = max(first, enter), min(last, leave)
        return max(0.0, last - first) * self.length
