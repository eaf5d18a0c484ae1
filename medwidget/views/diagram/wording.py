"""The words of a path as SVG: symbol, estimate, interval, and how the slope spreads over groups.

Gaps between words are no-break spaces rather than shifts, which some programs do not count when
they set text from the right or about its middle.
"""

from __future__ import annotations

import math

from medwidget.views.diagram.geometry import Line, Point
from medwidget.views.diagram.labels import INLINE_GAP, LINES, Label, label_width, second_line
from medwidget.views.diagram.markup import element, frame, number, segment, text
from medwidget.views.diagram.metrics import text_width
from medwidget.views.diagram.numbers import Spread
from medwidget.views.diagram.parts import SUBSCRIPTS, Edge
from medwidget.views.diagram.positions import PlacedEdge

__all__ = ["GAP", "WIDE_GAP", "symbol_spans", "write_words"]

# A gap of about 4 pixels, and of about 7.
GAP, WIDE_GAP = "\u00a0", "\u00a0\u00a0"
DROP = 3  # of an index below its letter

HUMP_WIDTH, HUMP_HEIGHT, HUMP_REACH = 58.0, 12.0, 3.0  # the last in SDs
HUMP_GAP = 50.0  # from the label's edge to the hump, at least
HUMP_STEPS = 29
SINGULAR_BELOW = 25.0

_INDEX = {ord(small): digit for digit, small in enumerate(SUBSCRIPTS)}


def symbol_spans(symbol: str, class_: str, after: str) -> str:
    """Return a path's symbol, its index smaller and lower, and what follows on the line."""
    letter = symbol.rstrip(SUBSCRIPTS)
    index = "".join(str(_INDEX[ord(char)]) for char in symbol[len(letter) :])
    spans = element("tspan", text(letter), class_=f"{class_} it")
    if not index:
        return spans + after
    lower = element("tspan", index, class_=f"{class_} index", dy=DROP)
    return spans + lower + element("tspan", after, dy=-DROP)


def write_words(item: PlacedEdge, label: Label, *, roomy: bool) -> str:
    """Return the words of a path; with ``roomy`` also the hump of how its slopes spread."""
    edge, estimate = item.edge, item.edge.estimate
    if estimate is None:
        return ""
    spread = None if edge.singular else edge.spread
    sd = "" if spread is None else f"SD {spread.value}"
    value = element("tspan", GAP, class_="s15") + element(
        "tspan", text(estimate.value), class_="s15 sb mw-value"
    )
    parts = [] if label.ground is None else [frame(label.ground, 1, 4, class_="ground")]
    more = [(edge.beside, "m3")]
    if label.inline:
        more += [(estimate.interval, "m"), (sd, "ochre")]
    for words, class_ in more:
        if words:
            value += WIDE_GAP + element("tspan", text(words), class_=f"s11 {class_}")
    parts.append(_line("number", symbol_spans(edge.symbol, "m", value), "", edge, label))
    if not label.inline:
        below = LINES[0]
        if second_line(edge):
            parts.append(_line("interval", text(second_line(edge)), "s11 m", edge, label, below))
            below += LINES[1]
        if sd:
            parts.append(_line("sd", text(sd), "s11 ochre", edge, label, below))
    if edge.singular:
        parts.append(_singular(item, label))
    if roomy and spread is not None and spread.sd > 0:
        parts.append(_hump(spread, *_hump_place(item, label, sd)))
    return "".join(parts)


def _line(
    kind: str, content: str, class_: str, edge: Edge, label: Label, below: float = 0.0
) -> str:
    """Return a line of words, ``below`` the first; the page lets its numbers run."""
    anchor = "" if label.anchor == "start" else label.anchor
    halo = "halo" if label.ground is None else ""
    return element(
        "text",
        content,
        x=float(label.x),
        y=label.y + below,
        class_=" ".join(filter(None, ("mw-number", class_, halo, anchor))),
        data_key=f"{kind}-{edge.key}",
    )


def _singular(item: PlacedEdge, label: Label) -> str:
    words = text(item.edge.singular)
    if not label.inline:
        return _line("sd", words, "s11 alarmed", item.edge, label, sum(LINES))
    below = Label(item.dot[0], item.dot[1] + SINGULAR_BELOW, "middle")
    return _line("sd", words, "s11 alarmed", item.edge, below)


# -- how slopes spread over groups ----------------------------------------------------------------


def _hump_place(item: PlacedEdge, label: Label, sd: str) -> tuple[float, float]:
    """Return the left end of the hump's foot."""
    if label.inline:
        words = label_width(item, inline=True) + 8 + text_width(sd, 11)
        return label.x + words / 2 + INLINE_GAP + 2, label.y + 1
    y = label.y + sum(LINES) + 1
    gap = max(HUMP_GAP, text_width(sd, 11) + 8, text_width(second_line(item.edge), 11) + 5)
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
    shape = f"M{number(first)} {number(foot)}L{outline}L{number(last)} {number(foot)}z"
    return (
        element("path", class_="hump", d=shape)
        + segment(Line((left, foot), (left + HUMP_WIDTH, foot)), "hump-foot")
        + segment(Line((zero, foot - HUMP_HEIGHT - 3), (zero, foot + 3)), "zero")
    )
