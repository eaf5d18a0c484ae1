"""Every group's own effect with its interval, sorted, beside the average."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from medwidget.studies.group_column import GroupColumn, group_column
from medwidget.studies.group_view import GroupView, group_view
from medwidget.views.charts._group_rows import (
    axis_limits,
    group_rows,
    overview_rows,
    table_headings,
    table_rows,
)
from medwidget.views.charts._words import width_of, word
from medwidget.views.charts.picture import Picture
from medwidget.views.text.numbers import NOTHING, count, fixed, percent

if TYPE_CHECKING:
    import altair as alt

    from medwidget.result import MediationResult

__all__ = ["MOST_AT_ONCE", "PITCH", "caterpillar", "overview", "picture"]

# Pixels from one group to the next, and height of the axis.
PITCH = 9
HEIGHT = 254
# With more groups a picture on its own shows quantiles instead of each group.
MOST_AT_ONCE = 400
_SORTS = {
    "effect": "sorted by effect",
    "group": "in the order of the data",
    "size": "sorted by number of {rows}",
    "column": "sorted by column",
}
_BOTH = "both paths negative, so the product is positive"


def caterpillar(
    result: MediationResult,
    effect: str | None = None,
    *,
    shrink: bool = True,
    sort: str = "effect",
    color_by: str | None = None,
    data: object = None,
) -> alt.TopLevelMixin:
    """Draw every group's own effect with its interval.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    effect : str, optional
        ``indirect`` or a path; by default the first indirect effect.
    shrink : bool
        The model's predictions, or each group's own least squares.
    sort : {"effect", "group", "size", "column"}
    color_by : str, optional
        A group-level column of ``data``, which must then be given.
    data : data frame, optional

    Returns
    -------
    altair.Chart
        Drag over groups to set them apart. With more than 400 groups, their quantiles.
    """
    view = group_view(result, effect, shrink=shrink)
    column = None if color_by is None else group_column(result, data, color_by)
    if len(view.labels) > MOST_AT_ONCE:
        return overview(view, sort, column).chart()
    return picture(view, sort, column, alone=True).chart()


def picture(
    view: GroupView,
    sort: str = "effect",
    column: GroupColumn | None = None,
    *,
    selected: Collection[int] = (),
    nouns: tuple[str, str] = ("group", "groups"),
    rows: str = "rows",
    level: float = 0.95,
    alone: bool = False,
) -> Picture:
    """Return the caterpillar of a view.

    Parameters
    ----------
    view : GroupView
    sort : {"effect", "group", "size", "column"}
    column : GroupColumn, optional
        Whose steps colour the points.
    selected : collection of int
        Positions of groups to set apart.
    nouns : tuple of str
        What one group and several are called.
    rows : str
        What rows are called.
    level : float
        Of the intervals, for the words.
    alone : bool
        With all groups in it and a brush. Otherwise the data set "groups" and the table are
        empty, and whoever shows the picture fills in the groups in view and sets "window" to
        their ranks.
    """
    order = view.order(sort, column)
    low, high, cut = axis_limits(view)
    drawn = group_rows(view, order, column, set(selected)) if alone else []
    sorted_by = _SORTS[sort].format(rows=rows)
    single = len(view.paths) == 1
    name = view.effect if single else "indirect effect"
    data = {
        "groups": drawn,
        "window": [{"x": -0.5, "y": low}, {"x": len(order) - 0.5, "y": high}],
        "average": _average(view),
        "words": _words(view, sorted_by, nouns, level, cut),
    }
    about = (
        f"{name} of each of {count(len(order), *nouns)}, {sorted_by}, with "
        f"{percent(level)} intervals, beside the average."
    )
    columns = table_headings(column, nouns[0], level, rows)
    table = table_rows(view, order, column) if alone else ()
    width = min(max(PITCH * len(order), 420), 900) if alone else 0
    spec = _specs().caterpillar_spec(view.level, column is not None, alone, width, HEIGHT, PITCH)
    return Picture("caterpillar", spec, data, about, columns, table)


def _average(view: GroupView) -> list[dict[str, Any]]:
    values = (view.average, view.average_lower, view.average_upper)
    estimate, lower, upper = (float(value) if np.isfinite(value) else None for value in values)
    return [{"average": estimate, "lower": lower, "upper": upper}]


def _words(
    view: GroupView, sorted_by: str, nouns: tuple[str, str], level: float, cut: bool
) -> list[dict[str, Any]]:
    found = []
    if np.isfinite(view.average):
        shown = f"average {fixed(view.average, 3)}"
        band = f"band: {percent(level)} interval of the average"
        found.append(word(0, -9, shown, "average"))
        if np.isfinite(view.average_lower):
            found.append(word(8 + width_of([shown]), -9, band))
    foot = f"{count(len(view.labels), *nouns)}, {sorted_by}"
    if cut:
        foot += "; wide intervals are cut at the edge"
    y = HEIGHT + 12
    found.append(word(0, y, foot))
    if view.n_both_negative:
        start = 30 + width_of([foot])
        found += [word(start, y, "", "square"), word(start + 9, y, _BOTH)]
    return found


def overview(
    view: GroupView,
    sort: str = "effect",
    column: GroupColumn | None = None,
    *,
    groups: str = "groups",
) -> Picture:
    """Return medians over stretches of many groups: what lies where, for choosing a window.

    The data set "shown" has one row, with the first and last rank in view.
    """
    order = view.order(sort, column)
    rows = overview_rows(view, order)
    low, high, _ = axis_limits(view)
    data = {
        "stretches": rows,
        "shown": [{"first": -0.5, "last": len(order) - 0.5, "low": low, "high": high}],
    }
    about = f"Medians of {view.effect} and of its bounds over stretches of {len(order):,} {groups}."
    columns = ("place", "estimate", "lower", "upper")
    table = tuple(
        (f"{row['rank'] + 1:,.0f}", *(_plain(row[name]) for name in columns[1:])) for row in rows
    )
    return Picture("overview", _specs().overview_spec(view.level), data, about, columns, table)


def _plain(value: float | None) -> str:
    return NOTHING if value is None else fixed(value, 3)


def _specs() -> Any:
    """Return the specifications, which need Altair: imported when the first chart is drawn."""
    from medwidget.views.charts import _group_specs

    return _group_specs
