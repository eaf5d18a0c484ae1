"""The indirect effect along a moderator, and where its interval excludes zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from medwidget.errors import UnsupportedError, one_of
from medwidget.views.charts._words import word
from medwidget.views.charts.config import COLORS, SOFT, TEXT, finished
from medwidget.views.charts.picture import Picture, Row
from medwidget.views.text.numbers import bracketed, percent, style_of
from medwidget.views.text.words import all_names
from medwidget.views.theme import LIGHT

if TYPE_CHECKING:
    import altair as alt

    from medwidget.result import MediationResult

__all__ = ["johnson_neyman", "picture"]

HEIGHT = 240
TITLES = {
    "within": "Indirect effect, within",
    "between": "Indirect effect, between",
    "conflated": "Indirect effect, levels blended",
    "cross-level": "Indirect effect, individual",
}
SIGNS = {1: "above zero", -1: "below zero", 0: "includes zero"}


def johnson_neyman(result: MediationResult, moderator: str | None = None) -> alt.TopLevelMixin:
    """Draw the indirect effect over the observed range of a numeric moderator.

    The line is solid where the pointwise interval excludes zero, dashed where it includes it
    (Johnson & Neyman 1936).

    Parameters
    ----------
    result : MediationResult
    moderator : str, optional
        By default the first numeric one.

    Returns
    -------
    altair.LayerChart
    """
    return picture(result, moderator).chart()


def picture(result: MediationResult, moderator: str | None = None) -> Picture:
    """Return the curve as data; arguments as `johnson_neyman`."""
    curve = result.table("moderation").rows
    offered = tuple(dict.fromkeys(row[0] for row in curve))
    if not offered:
        raise UnsupportedError(
            "No numeric moderator acts on a path of the indirect effect; there is no curve to draw."
        )
    chosen = offered[0] if moderator is None else one_of("moderator", moderator, offered)
    points = [row[1:] for row in curve if row[0] == chosen]
    regions = [row[1:] for row in result.table("johnson_neyman").rows if row[0] == chosen]
    level = _level(result, chosen)
    name = all_names(result)(chosen)
    values = [value for value, *_ in points]
    written = style_of(max(values, key=abs), (max(values) - min(values)) / 4, decimals=2)
    data: dict[str, list[Row]] = {
        "curve": [
            {"x": x, "estimate": estimate, "lower": lower, "upper": upper}
            for x, estimate, lower, upper in points
        ],
        "pieces": _pieces(points, regions),
        "borders": [{"x": stop, "text": written(stop)} for _, stop, _ in regions[:-1]],
        "words": [
            word(0, -26, TITLES[level], "title"),
            word(0, -10, f"along {name}, with {_interval(result)}s", "note"),
        ],
        "names": [{"text": name}],
    }
    told = ", ".join(
        f"{SIGNS[sign]} from {written(start)} to {written(stop)}" for start, stop, sign in regions
    )
    about = f"{TITLES[level]}, along {name}; the interval: {told}"
    columns = (name, "Estimate", _interval(result))
    return Picture("johnson_neyman", _spec(level), data, about, columns, _table(points, written))


def _level(result: MediationResult, moderator: str) -> str:
    """Return the level of the curve: the first at which the column moderates an indirect effect."""
    return next(
        row.level
        for row in result.effect_rows
        if row.kind == "conditional" and f"[{moderator}=" in row.name
    )


def _interval(result: MediationResult) -> str:
    return f"{percent(result.settings['level'])} interval"


def _table(points: Sequence[tuple[float, ...]], written: Any) -> tuple[tuple[str, ...], ...]:
    rows = []
    for value, estimate, lower, upper in points:
        style = style_of(estimate, (upper - lower) / 4, (lower, upper))
        rows.append((written(value), style(estimate), bracketed(style, lower, upper)))
    return tuple(rows)


def _pieces(points: Sequence[tuple[float, ...]], regions: Sequence[tuple[Any, ...]]) -> list[Row]:
    """Return the curve region by region; where two meet, between points of the curve."""
    rows = []
    for place, (start, stop, sign) in enumerate(regions):
        inside = [(x, estimate) for x, estimate, *_ in points if start < x < stop]
        ends = [(start, _between(points, start)), *inside, (stop, _between(points, stop))]
        rows += [{"piece": place, "clear": sign != 0, "x": x, "estimate": y} for x, y in ends]
    return rows


def _between(points: Sequence[tuple[float, ...]], x: float) -> float:
    """Return the height of the drawn curve, which is straight between two of its points."""
    for (left, low, *_), (right, high, *_) in pairwise(points):
        if left <= x <= right:
            return low if right == left else low + (high - low) * (x - left) / (right - left)
    return points[0][1] if x < points[0][0] else points[-1][1]


@cache
def _spec(level: str) -> Mapping[str, Any]:
    import altair as alt

    from medwidget.views.charts._marks import on, text_at

    x_scale = alt.Scale(nice=False, zero=False)
    x_axis = alt.Axis(title=None, tickCount=6)
    y_axis = alt.Axis(title=None, grid=True, ticks=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=alt.Scale(zero=True, nice=False, padding=6), axis=y_axis)

    x = alt.X("x:Q", scale=x_scale, axis=x_axis)
    fixed_places: Any = alt
    pieces, borders = on("pieces"), on("borders")
    line: dict[str, Any] = {"strokeWidth": 2.2, "color": COLORS[level]}
    known = on("curve").transform_filter("isValid(datum.lower) && isValid(datum.upper)")
    styles: dict[str, dict[str, Any]] = {
        "title": {"color": TEXT[level], "fontSize": 12, "fontWeight": 600},
        "note": {"color": LIGHT["ink3"]},
    }
    halo: dict[str, Any] = {"align": "left", "dx": 4, "dy": 10, "fontSize": 11}
    at_top = {"x": x, "y": fixed_places.YValue(0), "text": "text:N"}
    layers = [
        known.mark_area(color=SOFT[level]).encode(x=x, y=y("lower"), y2="upper:Q"),
        on("names").mark_rule(color=LIGHT["ink3"]).encode(y=alt.YDatum(0)),
        borders.mark_rule(color=LIGHT["ink3"], strokeDash=[2, 3]).encode(x=x),
        pieces.transform_filter("datum.clear")
        .mark_line(**line)
        .encode(x=x, y=y("estimate"), detail="piece:N"),
        pieces.transform_filter("!datum.clear")
        .mark_line(**line, strokeDash=[5, 4])
        .encode(x=x, y=y("estimate"), detail="piece:N"),
        borders.mark_text(**halo, stroke=LIGHT["bg"], strokeWidth=3).encode(**at_top),
        borders.mark_text(**halo, color=LIGHT["ink2"]).encode(**at_top),
        *text_at("words", styles),
        on("names")
        .mark_text(align="right", fontSize=11, dy=30, fontWeight=600, color=LIGHT["ink"])
        .encode(
            x=fixed_places.XValue(alt.ExprRef("width")),
            y=fixed_places.YValue(HEIGHT),
            text="text:N",
        ),
    ]
    chart = alt.layer(*layers).properties(width="container", height=HEIGHT)
    return finished(chart, padding=8)
