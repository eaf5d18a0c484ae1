"""What the Groups tab has of each group: sent once, while selections come and go.

Numbers are rounded to what a picture can show. The table is written by the page: it is told the
decimals of each group's numbers, and whatever cannot be written so comes as text.
"""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from medwidget.studies.group_column import GroupColumn
from medwidget.views.charts import caterpillar
from medwidget.views.charts._group_rows import interval_style, table_headings, value_text
from medwidget.views.text.group_words import group_label
from medwidget.views.text.nouns import Nouns
from medwidget.widget import messages
from medwidget.widget.panes.group_basis import GroupBasis
from medwidget.widget.panes.parts import chart

__all__ = ["group_rows_pane", "rounded", "wire_numbers"]

Array = NDArray[np.float64]
Integers = NDArray[np.intp]


class Numbers(TypedDict):
    """The numbers among `messages.GroupRows`."""

    estimate: list[float | None]
    lower: list[float | None]
    upper: list[float | None]
    decimals: list[int]
    written: dict[str, list[str]]


# With more groups than this an overview helps to choose a stretch of them.
MANY = 100
# Digits that cross, where the first is that of an interval's width.
DIGITS = 5
# Of numbers that are not written with decimals.
TOLD = -1


def group_rows_pane(basis: GroupBasis, nouns: Nouns) -> messages.GroupRows:
    """Return every group's numbers, their order and colour, and the pictures of all of them."""
    view, column, order = basis.view, basis.column, basis.order
    numbers = wire_numbers(view.estimate, view.lower, view.upper)
    picture = caterpillar.picture(
        view,
        basis.sort,
        column,
        nouns=(nouns.group, nouns.groups),
        rows=nouns.rows,
        level=basis.level,
    )
    return {
        "columns": list(table_headings(column, nouns.group, basis.level, nouns.rows)),
        "label": [group_label(label) for label in view.labels],
        **numbers,
        "n_rows": [f"{number:,}" for number in view.n_rows.tolist()],
        "value": _values(column),
        "color": [] if column is None else column.step.tolist(),
        "both_negative": np.flatnonzero(view.both_negative).tolist(),
        "order": order.tolist(),
        "caterpillar": chart(picture),
        "overview": _overview(basis, nouns),
    }


def wire_numbers(estimate: Array, lower: Array, upper: Array) -> Numbers:
    """Return numbers of groups as they cross: rounded, and how each group's are written."""
    decimals, written = _texts(estimate, lower, upper)
    widths = upper - lower
    return {
        "estimate": rounded(estimate, widths, decimals),
        "lower": rounded(lower, widths, decimals),
        "upper": rounded(upper, widths, decimals),
        "decimals": decimals.tolist(),
        "written": written,
    }


def _texts(estimate: Array, lower: Array, upper: Array) -> tuple[Integers, dict[str, list[str]]]:
    """Return the decimals of each group's numbers; estimate and interval where there are none."""
    decimals = np.zeros(len(estimate), dtype=np.intp)
    written = {}
    for place, numbers in enumerate(zip(*map(list, (estimate, lower, upper)), strict=True)):
        style, interval = interval_style(*numbers)
        decimals[place] = style.decimals
        if style.exponent:
            decimals[place] = TOLD
            written[str(place)] = [style(numbers[0]), interval]
    return decimals, written


def rounded(values: Array, widths: Array, decimals: Integers) -> list[float | None]:
    """Return numbers as they cross: short, but the same in the picture and in the table.

    Parameters
    ----------
    values : array (J,)
    widths : array (J,)
        Of the intervals: numbers keep five digits of theirs.
    decimals : array of int (J,)
        With which each is written; it is not rounded to another text, nor over zero.
    """
    scale = np.where(np.isfinite(widths) & (widths > 0), widths, np.abs(values))
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.floor(np.log10(scale))
    keep = np.where(np.isfinite(first), DIGITS - 1 - first, 0)
    keep = np.clip(np.maximum(keep, decimals + 2), -300, 300)
    power, shown = 10.0**keep, 10.0 ** np.maximum(decimals, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        short = np.rint(values * power) / power
        # beside the place where the text turns to the next one, every digit counts
        turn = np.abs(np.abs(values) * shown % 1.0 - 0.5) <= 2.0 * shown / power
    exact = turn | ((short == 0) & (values != 0)) | ~np.isfinite(short) | (decimals == TOLD)
    return [
        float(value) if np.isfinite(value) else None for value in np.where(exact, values, short)
    ]


def _values(column: GroupColumn | None) -> list[str]:
    if column is None:
        return []
    return [value_text(column, place) for place in range(len(column.values))]


def _overview(basis: GroupBasis, nouns: Nouns) -> messages.Chart | None:
    if len(basis.view.labels) <= MANY:
        return None
    picture = caterpillar.overview(basis.view, basis.sort, basis.column, groups=nouns.groups)
    # the table of the groups stands beside it
    return {**chart(picture, packed=True), "columns": [], "rows": []}
