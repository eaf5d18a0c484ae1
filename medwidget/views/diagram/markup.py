"""Writing SVG: elements with escaped attributes and text, and lines with arrowheads."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from medwidget.views.diagram.geometry import Box, Line, Point

__all__ = ["arrow", "attributes", "capsule", "element", "frame", "number", "segment", "text"]

# What XML cannot hold in any form.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_ENTITIES |= {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
_ESCAPED = re.compile("[&<>\"'\t\n\r]")


def text(value: object) -> str:
    """Return a value as text of SVG, or as the value of an attribute."""
    plain = _FORBIDDEN.sub("\ufffd", str(value))
    return _ESCAPED.sub(lambda found: _ENTITIES[found.group()], plain)


def number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    rounded = f"{value:.1f}"
    return "0" if rounded == "-0.0" else rounded.removesuffix(".0")


def attributes(**values: object) -> str:
    """Return attributes; ``data_key`` becomes ``data-key``, ``class_`` class; None is left out."""
    written = []
    for name, value in values.items():
        if value is None:
            continue
        shown = number(value) if isinstance(value, float) else text(value)
        written.append(f' {name.rstrip("_").replace("_", "-")}="{shown}"')
    return "".join(written)


def element(name: str, content: str | Iterable[str] = "", /, **values: object) -> str:
    """Return an element; ``content`` is SVG already."""
    inner = content if isinstance(content, str) else "".join(content)
    opening = f"<{name}{attributes(**values)}"
    return f"{opening}>{inner}</{name}>" if inner else f"{opening}/>"


def arrow(
    line: Line,
    width: float,
    *,
    dashes: str | None = None,
    head: str = "head",
    stroke: str = "line",
) -> str:
    """Return a line of some width that ends in an arrowhead, which grows with the width."""
    long, half = 6.3 + 1.15 * width, 3.1 + 0.76 * width
    tip = line.end
    foot, stop = line.shortened(long).end, line.shortened(0.83 * long).end
    across = ((tip[1] - foot[1]) / long * half, (foot[0] - tip[0]) / long * half)
    corners = (
        tip,
        (foot[0] + across[0], foot[1] + across[1]),
        (foot[0] - across[0], foot[1] - across[1]),
    )
    shaft = segment(
        Line(line.start, stop), stroke, stroke_width=float(width), stroke_dasharray=dashes
    )
    return shaft + element("path", class_=head, d=f"M{'L'.join(map(_point, corners))}z")


def segment(line: Line, class_: str, /, **more: object) -> str:
    """Return a line element."""
    (x1, y1), (x2, y2) = line.start, line.end
    values = {"x1": float(x1), "y1": float(y1), "x2": float(x2), "y2": float(y2)}
    return element("line", class_=class_, **values, **more)


def capsule(line: Line, by: float) -> str:
    """Return a rounded outline about a line, as the data of a path; it ends where the line does."""
    share = min(by / line.length, 0.45)
    (x1, y1), (x2, y2) = line.at(share), line.at(1 - share)
    dx, dy = (x2 - x1) / math.dist((x1, y1), (x2, y2)), (y2 - y1) / math.dist((x1, y1), (x2, y2))
    left, right = (-dy * by, dx * by), (dy * by, -dx * by)
    arc = f"A{number(by)} {number(by)} 0 0 0 "
    return (
        f"M{_point((x1 + left[0], y1 + left[1]))}L{_point((x2 + left[0], y2 + left[1]))}"
        f"{arc}{_point((x2 + right[0], y2 + right[1]))}L{_point((x1 + right[0], y1 + right[1]))}"
        f"{arc}{_point((x1 + left[0], y1 + left[1]))}z"
    )


def frame(box: Box, by: float = 0.0, radius: float | None = None, /, **values: object) -> str:
    """Return the outline of a box as an element, ``by`` pixels outside it."""
    if box.rounded:
        return element(
            "ellipse",
            cx=float(box.x),
            cy=float(box.y),
            rx=box.width / 2 + by,
            ry=box.height / 2 + by,
            **values,
        )
    return element(
        "rect",
        x=box.left - by,
        y=box.top - by,
        width=box.width + 2 * by,
        height=box.height + 2 * by,
        rx=None if radius is None else radius + by,
        **values,
    )


def _point(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
