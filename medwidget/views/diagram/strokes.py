"""Paths as SVG: lines, their words, what varies across groups, moderators, covariances."""

from __future__ import annotations

import math

from medwidget.views.diagram.geometry import Box, Line, Point
from medwidget.views.diagram.labels import INLINE_GAP, Label, PlacedPill, label_width
from medwidget.views.diagram.markup import (
    arrow,
    capsule,
    element,
    frame,
    number,
    segment,
    text,
)
from medwidget.views.diagram.metrics import text_width
from medwidget.views.diagram.numbers import Estimate, Spread
from medwidget.views.diagram.parts import Arc
from medwidget.views.diagram.positions import PlacedEdge

__all__ = ["dashes_of", "write_arc", "write_edge", "write_moderator"]

GHOST = {"between": 1.3}
GHOST_WIDTH, REFUSED_WIDTH = 1.5, 1.4
HUMP_WIDTH, HUMP_HEIGHT, HUMP_REACH = 58.0, 12.0, 3.0  # the last in SDs
HUMP_GAP = 50.0  # from the label's edge to the hump, at least
HUMP_STEPS = 29


def write_edge(
    item: PlacedEdge, label: Label, *, interactive: bool, roomy: bool
) -> tuple[str, str]:
    """Return a path, and the switch of its slope (empty where it has none).

    Parameters
    ----------
    item : PlacedEdge
    label : Label
    interactive : bool
    roomy : bool
        Whether there is room for the hump of how slopes spread.
    """
    edge = item.edge
    estimate = edge.estimate
    width = estimate.stroke if estimate else GHOST.get(edge.side, GHOST_WIDTH)
    state = " refused" if edge.refused else "" if estimate else " ghost"
    width = REFUSED_WIDTH if edge.refused else width
    parts = [arrow(item.line, width, dashes=dashes_of(estimate, width))]
    if interactive:
        parts.insert(0, element("path", class_="mw-ring", d=capsule(item.line, 8)))
        parts.append(segment(item.line, "mw-hit"))
    if estimate is not None:
        parts.append(_words(item, label, roomy=roomy))
    path = element(
        "g",
        parts,
        class_=f"mw-path{state}",
        data_key=f"path-{edge.key}",
        data_path=edge.name,
        data_name=edge.path,
        data_side=edge.side,
        **_live("button", edge.about, interactive=interactive),
    )
    return path, _slope(item, interactive=interactive)


def _live(role: str, about: str, *, interactive: bool) -> dict[str, object]:
    return {"role": role, "tabindex": -1, "aria_label": about} if interactive else {}


def dashes_of(estimate: Estimate | None, width: float) -> str | None:
    """Return the dashes of a path whose interval includes zero, longer for a thicker line."""
    if estimate is None or not estimate.includes_zero:
        return None
    return f"{number(3.9 + 1.07 * width)} {number(3.1 + 0.96 * width)}"


# -- words ----------------------------------------------------------------------------------------


def _words(item: PlacedEdge, label: Label, *, roomy: bool) -> str:
    edge, estimate = item.edge, item.edge.estimate
    if estimate is None:
        return ""
    anchor = "" if label.anchor == "start" else f" {label.anchor}"
    symbol = element("tspan", text(edge.symbol), class_="s13 it m")
    value = element("tspan", text(estimate.value), class_="s15 sb mw-value", dx=5)
    interval = [estimate.interval] if estimate.interval else []
    spread = edge.spread
    sd = f"SD {spread.value}" if spread is not None else ""
    parts = [] if label.ground is None else [frame(label.ground, 1, 4, class_="ground")]
    key = f"number-{edge.key}"
    at = {"x": float(label.x), "class_": f"mw-number halo{anchor}"}
    small = {"x": float(label.x), "class_": f"s11 m halo{anchor}"}
    if label.inline:
        more = [element("tspan", text(each), class_="s11 m mw-interval", dx=7) for each in interval]
        if sd and not edge.singular:
            more.append(element("tspan", text(sd), class_="s11 ochre", dx=8))
        parts.append(element("text", [symbol, value, *more], y=float(label.y), data_key=key, **at))
    else:
        parts.append(element("text", [symbol, value], y=float(label.y), data_key=key, **at))
        y = label.y + 15
        for each in interval:
            parts.append(
                element(
                    "text", text(each), y=float(y), data_key=f"interval-{edge.key}", **small
                ).replace("s11 m halo", "s11 m mw-interval halo")
            )
            y += 14
        if sd and not edge.singular:
            ochre = {**small, "class_": f"s11 ochre halo{anchor}"}
            parts.append(element("text", text(sd), y=float(y), data_key=f"sd-{edge.key}", **ochre))
    parts.append(_singular(item, label, anchor))
    if roomy and spread is not None and spread.sd > 0 and not edge.singular:
        parts.append(_hump(spread, *_hump_place(item, label, sd)))
    return "".join(parts)


def _singular(item: PlacedEdge, label: Label, anchor: str) -> str:
    if not item.edge.singular:
        return ""
    x, y = label.x, label.y + 29
    if label.inline:
        x, y = item.dot[0], item.dot[1] + 25
    words = text(item.edge.singular)
    return element("text", words, x=float(x), y=float(y), class_=f"s11 alarmed halo{anchor}")


def _hump_place(item: PlacedEdge, label: Label, sd: str) -> tuple[float, float]:
    """Return the left end of the hump's foot."""
    if label.inline:
        words = label_width(item, inline=True) + 8 + text_width(sd, 11)
        return label.x + words / 2 + INLINE_GAP + 2, label.y + 1
    y = label.y + 30
    interval = item.edge.estimate.interval if item.edge.estimate is not None else ""
    gap = max(HUMP_GAP, text_width(sd, 11) + 8, text_width(interval, 11) + 4)
    return label.x - gap - HUMP_WIDTH if label.anchor == "end" else label.x + gap, y


def _hump(spread: Spread, left: float, foot: float) -> str:
    """Draw how slopes spread over groups as the model has it: normal, with a tick at zero."""
    low = min(spread.mean - HUMP_REACH * spread.sd, 0.0)
    high = max(spread.mean + HUMP_REACH * spread.sd, 0.0)

    def across(value: float) -> float:
        return left + (value - low) / (high - low) * HUMP_WIDTH

    points: list[Point] = []
    for step in range(HUMP_STEPS + 1):
        z = HUMP_REACH * (2 * step / HUMP_STEPS - 1)
        density = math.exp(-z * z / 2)
        points.append((across(spread.mean + z * spread.sd), foot - HUMP_HEIGHT * density))
    first, last = points[0][0], points[-1][0]
    outline = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    zero = across(0.0)
    return (
        element(
            "path",
            class_="hump",
            d=f"M{number(first)} {number(foot)}L{outline}L{number(last)} {number(foot)}z",
        )
        + segment(Line((left, foot), (left + HUMP_WIDTH, foot)), "hump-foot")
        + segment(Line((zero, foot - HUMP_HEIGHT - 3), (zero, foot + 3)), "zero")
    )


# -- what varies ----------------------------------------------------------------------------------


def _slope(item: PlacedEdge, *, interactive: bool) -> str:
    edge = item.edge
    if edge.slope is None:
        return ""
    x, y = map(float, item.dot)
    parts = [element("circle", cx=x, cy=y, r=9.5, class_="alarm")] if edge.singular else []
    if interactive:
        parts.append(element("circle", cx=x, cy=y, r=12, class_="mw-area"))
        parts.append(element("circle", cx=x, cy=y, r=8, class_="mw-ring"))
    if edge.slope:
        parts.append(element("circle", cx=x, cy=y, r=5, class_="dot"))
    else:
        parts.append(element("circle", cx=x, cy=y, r=4, class_="ring"))
    checked = {"aria_checked": "true" if edge.slope else "false"} if interactive else {}
    return element(
        "g",
        parts,
        class_="mw-slope",
        data_key=f"slope-{edge.key}",
        data_slope=edge.path,
        data_side=edge.side,
        **_live("switch", edge.slope_about, interactive=interactive),
        **checked,
    )


def write_arc(arc: Arc, first: Point, second: Point, *, deep: float) -> str:
    """Return the arc of a covariance between two slopes' dots, ``deep`` at its lowest."""
    start, end = (first[0] + 9, first[1] + 3), (second[0] - 9, second[1] + 3)
    middle = ((start[0] + end[0]) / 2, max(start[1], end[1]) + 2 * deep)
    curve = (
        f"M{number(start[0])} {number(start[1])}Q{number(middle[0])} {number(middle[1])} "
        f"{number(end[0])} {number(end[1])}"
    )
    words = [
        element("tspan", "cov(", class_="s11 ochre"),
        element("tspan", text(f"{arc.first_symbol}, {arc.second_symbol}"), class_="s11 it ochre"),
        element("tspan", ")", class_="s11 ochre"),
    ]
    if arc.value:
        words.append(element("tspan", text(arc.value), class_="s12 sb ochre mw-value", dx=5))
    lowest = (start[1] + end[1]) / 4 + middle[1] / 2
    parts = [
        element("path", class_="arc", d=curve),
        _arc_head(start, middle),
        _arc_head(end, middle),
        element("text", words, x=float(middle[0]), y=lowest - 7, class_="mw-number halo middle"),
    ]
    return element("g", parts, class_="mw-arc", data_key=f"arc-{arc.first}")


def _arc_head(tip: Point, towards: Point) -> str:
    length = math.dist(tip, towards)
    dx, dy = (towards[0] - tip[0]) / length, (towards[1] - tip[1]) / length
    foot = (tip[0] + 7 * dx, tip[1] + 7 * dy)
    left, right = (foot[0] - 3 * dy, foot[1] + 3 * dx), (foot[0] + 3 * dy, foot[1] - 3 * dx)
    corners = "L".join(f"{number(x)} {number(y)}" for x, y in (tip, left, right))
    return element("path", class_="arc-head", d=f"M{corners}z")


def write_moderator(pill: PlacedPill, key: str, *, interactive: bool) -> str:
    """Return a moderator's pill with the line by which it ends on its path."""
    chip, box = pill.chip, pill.box
    parts = [element("title", text(chip.about))]
    if pill.line is not None:
        parts.append(arrow(pill.line, 0.6, head="lead-head", stroke="lead"))
    if interactive:
        area = Box(box.x, box.y, box.width, max(box.height, 24))
        parts += [frame(area, class_="mw-area"), frame(box, 3, 9, class_="mw-ring")]
    parts.append(frame(box, 0, 9, class_="tag"))
    parts.append(
        element("text", text(pill.title), x=float(box.x), y=box.y + 3.8, class_="s11 m middle")
    )
    return element(
        "g",
        parts,
        class_="mw-chip",
        data_key=f"moderator-{key}-{chip.index}",
        data_chip="moderator",
        data_column=chip.column,
        data_index=chip.index,
        data_name=chip.path,
        **_live("button", chip.about, interactive=interactive),
    )
