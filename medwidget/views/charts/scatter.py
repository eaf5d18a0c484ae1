"""The rows behind each path, level by level: deviations within groups, means between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from medwidget.errors import UnsupportedError
from medwidget.studies.level_scatter import MOST_POINTS, Scatter, level_scatters
from medwidget.views.charts._words import word
from medwidget.views.charts.config import COLORS, MUTED, TEXT, finished
from medwidget.views.charts.picture import Picture, Row
from medwidget.views.text.names import Names
from medwidget.views.text.numbers import NOTHING, bracketed, style_of
from medwidget.views.text.words import all_names
from medwidget.views.theme import LIGHT

if TYPE_CHECKING:
    import altair as alt

    from medwidget.result import MediationResult

__all__ = ["picture", "scatter"]

# Of a panel: its width, its height, and what of that the words at its head take.
WIDTH, HEIGHT, HEAD = 320, 272, 52
# Room for the numbers at the left, so that panels stand in line.
NUMBERS = 30
# More points than this are drawn small and pale.
MANY = 300
LEVELS = {
    "between": ("BETWEEN", "group means"),
    "within": ("WITHIN", "deviations from group means"),
    "conflated": ("LEVELS NOT SEPARATED", "rows as they are"),
}


def scatter(
    result: MediationResult,
    mediator: str | None = None,
    *,
    most: int = MOST_POINTS,
    seed: int = 1,
) -> alt.TopLevelMixin:
    """Draw each path to and from a mediator over its data, at each level.

    The line is the path's slope through the middle of the points. It takes account of everything
    else in the equation, which the points do not.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    mediator : str, optional
        By default the first.
    most : int
        Points of a panel at most; of more, so many are drawn at random.
    seed : int
        Of these.

    Returns
    -------
    altair.VConcatChart
    """
    return picture(result, mediator, most=most, seed=seed).chart()


def picture(
    result: MediationResult,
    mediator: str | None = None,
    *,
    most: int = MOST_POINTS,
    seed: int = 1,
) -> Picture:
    """Return the scatters as data; arguments as `scatter`."""
    panels = level_scatters(result, mediator, most=most, seed=seed)
    if not panels:
        raise UnsupportedError("No two columns of a path vary at the same level.")
    names = all_names(result)
    data: dict[str, list[Row]] = {}
    for place, panel in enumerate(panels):
        data[f"points{place}"] = _points(panel)
        data[f"line{place}"] = _line(panel)
        data[f"words{place}"] = _words(panel, names, seed)
    rows = tuple(_table_row(panel, names) for panel in panels)
    about = "Scatters of " + "; ".join(f"{row[2]} on {row[1]}, {row[0].lower()}" for row in rows)
    columns = ("Level", "From", "To", "Points", "Drawn", "Slope", "Interval")
    spec = _spec(tuple((panel.level, panel.x.size > MANY) for panel in panels))
    return Picture("scatter", spec, data, about, columns, rows)


# -- rows -------------------------------------------------------------------------------------


def _points(panel: Scatter) -> list[Row]:
    return [{"x": x, "y": y} for x, y in zip(panel.x.tolist(), panel.y.tolist(), strict=True)]


def _line(panel: Scatter) -> list[Row]:
    """Return the slope's line, cut where it leaves the points' range."""
    if panel.row is None or panel.row.estimate is None:
        return []
    slope, (x, y) = panel.row.estimate, panel.center
    start, stop = float(panel.x.min()), float(panel.x.max())
    low, high = float(panel.y.min()), float(panel.y.max())
    if slope != 0:
        reach = sorted(x + (edge - y) / slope for edge in (low, high))
        start, stop = max(start, reach[0]), min(stop, reach[1])
    ends = np.array([start, stop])
    return [
        {"x": float(a), "y": float(b)} for a, b in zip(ends, y + slope * (ends - x), strict=True)
    ]


def _words(panel: Scatter, names: Names, seed: int) -> list[Row]:
    caps, about = LEVELS[panel.level]
    drawn = f" · {panel.x.size:,} of {panel.n:,} drawn, seed {seed}"
    about = f"{about}{drawn if panel.x.size < panel.n else f' · {panel.n:,}'}"
    return [
        word(0, 6, caps, "caps"),
        word(0, 22, about, "note"),
        word(0, 40, names(panel.target), "name"),
        word(WIDTH, HEIGHT + 28, names(panel.source), "below"),
        word(WIDTH, 40, _slope_words(panel, names), "slope"),
    ]


def _slope_words(panel: Scatter, names: Names) -> str:
    path = names.within(panel.path).replace("direct", "c′")
    if panel.row is None:
        return f"{path} depends on a moderator"
    estimate, interval = _numbers(panel)
    return f"{path} {estimate} {'' if interval == NOTHING else interval}".strip()


def _numbers(panel: Scatter) -> tuple[str, str]:
    row = panel.row
    if row is None:
        return NOTHING, NOTHING
    style = style_of(row.estimate, row.se, (row.lower, row.upper), decimals=2)
    return style(row.estimate), bracketed(style, row.lower, row.upper)


def _table_row(panel: Scatter, names: Names) -> tuple[str, ...]:
    source, target = names(panel.source), names(panel.target)
    counts = f"{panel.n:,}", f"{panel.x.size:,}"
    return (panel.level.capitalize(), source, target, *counts, *_numbers(panel))


# -- specification ----------------------------------------------------------------------------


@cache
def _spec(panels: Sequence[tuple[str, bool]]) -> Mapping[str, Any]:
    import altair as alt

    charts = [_panel(place, level, many) for place, (level, many) in enumerate(panels)]
    levels = dict.fromkeys(level for level, _ in panels)
    rows = []
    for level in levels:
        own = [chart for chart, (at, _) in zip(charts, panels, strict=True) if at == level]
        rows.append(alt.hconcat(*own, spacing=2 * NUMBERS, bounds="flush"))
    return finished(alt.vconcat(*rows, spacing=56, bounds="flush"), padding=8)


def _panel(place: int, level: str, many: bool) -> Any:
    import altair as alt

    from medwidget.views.charts._marks import on, text_at

    exact = alt.Scale(nice=False, zero=False, padding=6)
    x = alt.X("x:Q", scale=exact, axis=alt.Axis(title=None, tickCount=4))
    below_head = alt.Scale(nice=False, zero=False, padding=6, range=[HEIGHT, HEAD])
    numbers = alt.Axis(title=None, tickCount=4, grid=True, ticks=False, minExtent=NUMBERS)
    y = alt.Y("y:Q", scale=below_head, axis=numbers)
    points = (
        on(f"points{place}")
        .mark_circle(
            color=MUTED[level] if many else COLORS[level],
            size=7 if many else 22,
            opacity=0.4 if many else 0.65,
        )
        .encode(x=x, y=y)
    )
    line = on(f"line{place}").mark_line(color=TEXT[level], strokeWidth=2).encode(x=x, y=y)
    styles: dict[str, dict[str, Any]] = {
        "caps": {"color": TEXT[level], "fontSize": 10.5, "fontWeight": 700},
        "note": {"color": LIGHT["ink3"], "limit": WIDTH},
        "name": {"color": LIGHT["ink"], "fontWeight": 600, "limit": WIDTH // 2},
        "below": {"color": LIGHT["ink"], "fontWeight": 600, "align": "right", "limit": WIDTH},
        "slope": {"color": TEXT[level], "fontWeight": 600, "align": "right", "limit": WIDTH // 2},
    }
    layers = [points, line, *text_at(f"words{place}", styles)]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)
