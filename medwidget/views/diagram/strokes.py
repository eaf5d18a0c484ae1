"""Paths as SVG: lines, the switches of their slopes, moderators, covariances."""

from __future__ import annotations

import math

from medwidget.views.diagram.geometry import Box, Point
from medwidget.views.diagram.labels import Label, PlacedPill
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
from medwidget.views.diagram.numbers import Estimate
from medwidget.views.diagram.parts import Arc
from medwidget.views.diagram.positions import PlacedEdge
from medwidget.views.diagram.wording import GAP, symbol_spans, write_words

__all__ = ["dashes_of", "write_arc", "write_edge", "write_moderator"]

GHOST = {"between": 1.3}
GHOST_WIDTH, REFUSED_WIDTH = 1.5, 1.4


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
    state += " held" if edge.fixed else ""
    width = REFUSED_WIDTH if edge.refused else width
    parts = [arrow(item.line, width, dashes=dashes_of(estimate, width))]
    if interactive:
        parts.insert(0, element("path", class_="focus", d=capsule(item.line, 8)))
        parts.append(segment(item.line, "mw-hit"))
    if estimate is not None:
        parts.append(write_words(item, label, roomy=roomy))
    path = element(
        "g",
        parts,
        class_=f"path{state}",
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


# -- what varies ----------------------------------------------------------------------------------


def _slope(item: PlacedEdge, *, interactive: bool) -> str:
    edge = item.edge
    if edge.slope is None:
        return ""
    x, y = map(float, item.dot)
    parts = [element("circle", cx=x, cy=y, r=9.5, class_="alarm")] if edge.singular else []
    if interactive:
        parts.append(element("circle", cx=x, cy=y, r=12, class_="area"))
        parts.append(element("circle", cx=x, cy=y, r=8, class_="focus"))
    if edge.slope:
        parts.append(element("circle", cx=x, cy=y, r=5, class_="dot"))
    else:
        parts.append(element("circle", cx=x, cy=y, r=4, class_="ring"))
    checked = {"aria_checked": "true" if edge.slope else "false"} if interactive else {}
    return element(
        "g",
        parts,
        class_="slope",
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
    foot = (start[1] + end[1]) / 4 + middle[1] / 2 - 7
    width = text_width(f"cov({arc.first_symbol}, {arc.second_symbol}) {arc.value}", 11.5)
    ground = Box(middle[0], foot - 3.5, width + 8, 12)
    parts = [
        element("path", class_="arc", d=curve),
        _arc_head(start, middle),
        _arc_head(end, middle),
        frame(ground, 0, 3, class_="ground"),
        element(
            "text", _covariance(arc), x=float(middle[0]), y=foot, class_="mw-number middle s11"
        ),
    ]
    return element("g", parts, class_="covariance", data_key=f"arc-{arc.first}")


def _covariance(arc: Arc) -> str:
    def ochre(words: str, italic: str = "") -> str:
        return element("tspan", words, class_=f"ochre{italic}")

    second = symbol_spans(arc.second_symbol, "ochre", ochre(")"))
    words = ochre("cov(") + symbol_spans(arc.first_symbol, "ochre", ochre(", ", " it") + second)
    if not arc.value:
        return words
    value = element("tspan", text(arc.value), class_="s12 sb ochre mw-value")
    return words + element("tspan", GAP, class_="s15") + value


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
        parts += [frame(area, class_="area"), frame(box, 3, 9, class_="focus")]
    parts.append(frame(box, 0, 9, class_="tag"))
    parts.append(
        element("text", text(pill.title), x=float(box.x), y=box.y + 3.8, class_="s11 m middle")
    )
    return element(
        "g",
        parts,
        class_="chip",
        data_key=f"moderator-{key}-{chip.index}",
        data_chip="moderator",
        data_column=chip.column,
        data_index=chip.index,
        data_name=chip.path,
        **_live("button", chip.about, interactive=interactive),
    )
