"""Rows of pictures of groups: what is drawn of each, and what the table beside it prints."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget.studies.group_column import GroupColumn
from medwidget.studies.group_view import GroupView
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.numbers import NOTHING, Style, bracketed, percent, style_of

__all__ = [
    "axis_limits",
    "group_rows",
    "interval_style",
    "label_of",
    "named_label",
    "overview_rows",
    "table_headings",
    "table_rows",
    "value_text",
]

# Bins of an overview: about one for every four pixels.
BINS = 220
# Share of the groups' bounds that the axis holds; the widest few of very small groups are cut.
SHARE_SHOWN = 0.98
LONGEST_LABEL = 40


def label_of(label: object, longest: int = LONGEST_LABEL) -> str:
    """Return a group's label as pictures print it."""
    return shortened(visible(str(label)), longest)


def named_label(group: str, label: object, longest: int = LONGEST_LABEL) -> str:
    """Return a label that says what it is: a bare number after the group column's name."""
    shown = label_of(label, longest)
    named = f"{visible(group)} {shown}"
    bare = not isinstance(label, str) or label.isdigit()
    return named if bare and len(named) <= longest else shown


def group_rows(
    view: GroupView,
    order: NDArray[np.intp],
    column: GroupColumn | None = None,
    selected: Collection[int] = (),
) -> list[dict[str, Any]]:
    """Return the rows of the caterpillar, from left to right."""
    negative = view.both_negative
    return [
        {
            "rank": rank,
            "position": int(place),
            "label": label_of(view.labels[place]),
            "estimate": _number(view.estimate[place]),
            "lower": _number(view.lower[place]),
            "upper": _number(view.upper[place]),
            "negative": bool(negative[place]),
            "color": -1 if column is None else int(column.step[place]),
            "selected": int(place) in selected,
        }
        for rank, place in enumerate(order)
    ]


def axis_limits(view: GroupView) -> tuple[float, float, bool]:
    """Return the ends of the axis, zero included, and whether some intervals are cut by them."""
    ends = np.concatenate([view.lower, view.upper, [view.average_lower, view.average_upper]])
    points = np.concatenate([view.estimate, [view.average, 0.0]])
    ends, points = ends[np.isfinite(ends)], points[np.isfinite(points)]
    low, high = float(points.min()), float(points.max())
    if not ends.size:
        return (low, high, False) if low < high else (-1.0, 1.0, False)
    widest_low, widest_high = min(low, float(ends.min())), max(high, float(ends.max()))
    tail = (1.0 - SHARE_SHOWN) / 2.0
    usual_low = min(low, float(np.quantile(ends, tail)))
    usual_high = max(high, float(np.quantile(ends, 1.0 - tail)))
    room = usual_high - usual_low
    # cut only where the few would press all the others together
    if widest_high - widest_low <= 1.6 * room:
        usual_low, usual_high, room = widest_low, widest_high, widest_high - widest_low
    if room <= 0:
        return low - 1.0, high + 1.0, False
    cut = usual_low > widest_low or usual_high < widest_high
    # room below for the squares, above for the words
    return usual_low - 0.09 * room, usual_high + 0.04 * room, cut


def table_headings(
    column: GroupColumn | None, noun: str, level: float, rows: str = "rows"
) -> tuple[str, ...]:
    """Return the headings of the table that stands for the picture."""
    colored = () if column is None else (shortened(visible(column.name)),)
    return (noun, "estimate", f"{percent(level)} interval", rows, *colored)


def table_rows(
    view: GroupView, order: NDArray[np.intp], column: GroupColumn | None
) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table, in the order of the picture."""
    rows = []
    for place in order:
        numbers = (float(values[place]) for values in (view.estimate, view.lower, view.upper))
        estimate, lower, upper = numbers
        style, interval = interval_style(estimate, lower, upper)
        row = [label_of(view.labels[place]), style(estimate), interval, f"{view.n_rows[place]:,}"]
        if column is not None:
            row.append(value_text(column, int(place)))
        rows.append(tuple(row))
    return tuple(rows)


def interval_style(estimate: float, lower: float, upper: float) -> tuple[Style, str]:
    """Return how a group's numbers are written, and its interval; those it lacks are NaN."""
    known = (_number(value) for value in (estimate, lower, upper))
    shown, low, high = known
    style = style_of(shown, None, (low, high))
    return style, bracketed(style, low, high)


def value_text(column: GroupColumn, place: int) -> str:
    """Return a group's value of a column as the table has it."""
    value = float(column.values[place])
    if not np.isfinite(value):
        return NOTHING
    if column.ordered:
        return style_of(value)(value)
    return label_of(column.words[int(column.step[place])])


def overview_rows(view: GroupView, order: NDArray[np.intp]) -> list[dict[str, Any]]:
    """Return medians of estimates and bounds over stretches of groups, from left to right."""
    known = order[view.known[order]]
    digits = _digits(view)
    rows = []
    for part in np.array_split(np.arange(len(known)), min(BINS, max(len(known), 1))):
        if not part.size:
            continue
        places = known[part]
        lower, upper = view.lower[places], view.upper[places]
        bounded = np.isfinite(lower) & np.isfinite(upper)
        rows.append(
            {
                "rank": float(part.mean()),
                "estimate": round(float(np.median(view.estimate[places])), digits),
                "lower": round(float(np.median(lower[bounded])), digits) if bounded.any() else None,
                "upper": round(float(np.median(upper[bounded])), digits) if bounded.any() else None,
            }
        )
    return rows


def _digits(view: GroupView) -> int:
    """Return the decimals of numbers that are only drawn: a ten-thousandth of the axis."""
    low, high, _ = axis_limits(view)
    return 4 - math.floor(math.log10(high - low))


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
