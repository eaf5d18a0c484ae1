"""Specifications of pictures of groups."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from medwidget.views.charts._marks import (
    RAMP,
    Styles,
    at_pixels,
    cells,
    dot_place,
    line_of_zero,
    on,
    panel_text,
    segments,
    text_at,
)
from medwidget.views.charts.config import COLORS, MUTED, SHAPES, SOFT, TEXT, finished
from medwidget.views.theme import LIGHT

__all__ = ["caterpillar_spec", "multiples_spec", "overview_spec"]

# Of the squares, above the lower edge.
FOOT = 13
OVERVIEW_HEIGHT = 56
# A group without a value of the column is not filled.
STEPS = [-1, 0, 1, 2, 3, 4]
STEP_COLORS = [LIGHT["bg"], *RAMP]


def _x(field: str = "rank") -> alt.X:
    return alt.X(f"{field}:Q", scale=alt.Scale(nice=False, zero=False), axis=None)


def _y(field: str) -> alt.Y:
    axis = alt.Axis(title=None, tickCount=5, domain=False, ticks=False, grid=True)
    return alt.Y(f"{field}:Q", scale=alt.Scale(nice=False, zero=False), axis=axis)


@cache
def caterpillar_spec(
    level: str, colored: bool, alone: bool, width: int, height: int, pitch: int
) -> dict[str, Any]:
    """Return the specification of a caterpillar; data sets groups, window, average, words."""
    brush = alt.selection_interval(name="brush", encodings=["x"], empty=False) if alone else None
    layers = [
        on("window").mark_point(opacity=0).encode(x=_x("x"), y=_y("y")),
        on("average")
        .transform_filter("isValid(datum.lower)")
        .mark_rect(color=SOFT[level], opacity=0.75)
        .encode(y=_y("lower"), y2="upper:Q"),
        on("average")
        .transform_filter("isValid(datum.average)")
        .mark_rule(color=COLORS[level], strokeWidth=1.5)
        .encode(y=_y("average")),
        line_of_zero("average"),
        *_groups(level, colored, brush, height),
        *text_at(
            "words",
            {
                "plain": {"color": LIGHT["ink3"]},
                "average": {"color": TEXT[level], "fontWeight": 600},
            },
        ),
        _squares("words", "datum.style == 'square'").encode(**at_pixels()),
    ]
    size: Any = width if alone else "container"
    chart = alt.layer(*layers).properties(height=height, width=size)
    return finished(chart, usermeta={"pitch": pitch, "height": height})


def _groups(level: str, colored: bool, brush: alt.Parameter | None, height: int) -> list[alt.Chart]:
    """Return the intervals, the points, and the squares at the foot."""
    picked: Any = alt.datum.selected
    chosen: Any = picked if brush is None else brush | picked
    base = on("groups").transform_filter("isValid(datum.estimate)")
    intervals = (
        base.transform_filter("isValid(datum.lower) && isValid(datum.upper)")
        .mark_rule(clip=True)
        .encode(
            x=_x(),
            y=_y("lower"),
            y2="upper:Q",
            color=alt.when(chosen)
            .then(alt.value(COLORS[level]))
            .otherwise(alt.value(MUTED[level])),
            strokeWidth=alt.when(chosen).then(alt.value(1.9)).otherwise(alt.value(1.1)),
        )
    )
    stroke = LIGHT["r4"] if colored else COLORS[level]
    points = base.mark_point(filled=True, shape=SHAPES[level], opacity=1, clip=True).encode(
        x=_x(),
        y=_y("estimate"),
        size=alt.when(chosen).then(alt.value(44)).otherwise(alt.value(34)),
        fill=_fill(level, colored),
        stroke=alt.when(chosen).then(alt.value(LIGHT["ink"])).otherwise(alt.value(stroke)),
        strokeWidth=alt.when(chosen).then(alt.value(1.4)).otherwise(alt.value(0.9)),
        tooltip=[
            alt.Tooltip("label:N", title="group"),
            alt.Tooltip("estimate:Q", format=".3f"),
            alt.Tooltip("lower:Q", format=".3f"),
            alt.Tooltip("upper:Q", format=".3f"),
        ],
    )
    if brush is not None:
        points = points.add_params(brush)
    feet = _squares("groups", "datum.negative").encode(x=_x(), y=alt.value(height - FOOT))
    return [intervals, points, feet]


def _ramp() -> alt.Fill:
    return alt.Fill("color:O", scale=alt.Scale(domain=STEPS, range=STEP_COLORS), legend=None)


def _fill(level: str, colored: bool) -> Any:
    """Return how points are filled: by the ramp, or where the interval excludes zero."""
    if colored:
        return _ramp()
    clear = "datum.lower > 0 || datum.upper < 0"
    return alt.when(clear).then(alt.value(COLORS[level])).otherwise(alt.value(LIGHT["bg"]))


def _squares(name: str, condition: str) -> alt.Chart:
    squares: alt.Chart = (
        on(name)
        .transform_filter(condition)
        .mark_point(
            shape="square",
            size=23,
            filled=True,
            fill=LIGHT["bg"],
            stroke=LIGHT["ink2"],
            strokeWidth=1.1,
            opacity=1,
        )
    )
    return squares


@cache
def overview_spec(level: str) -> dict[str, Any]:
    """Return the specification of an overview; data sets stretches and shown."""
    axis = alt.Axis(title=None, tickCount=2, domain=False, ticks=False)
    exact = alt.Scale(nice=False, zero=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=exact, axis=axis)

    layers = [
        on("shown")
        .mark_rect(color=LIGHT["ink"], opacity=0.06)
        .encode(x=_x("first"), x2="last:Q", y=y("low"), y2="high:Q"),
        on("stretches")
        .transform_filter("isValid(datum.lower)")
        .mark_area(color=SOFT[level])
        .encode(x=_x("rank"), y=y("lower"), y2="upper:Q"),
        on("stretches")
        .mark_line(color=COLORS[level], strokeWidth=1.5)
        .encode(x=_x("rank"), y=y("estimate")),
        line_of_zero("shown"),
    ]
    chart = alt.layer(*layers).properties(height=OVERVIEW_HEIGHT, width="container")
    return finished(chart, usermeta={"height": OVERVIEW_HEIGHT})


@cache
def multiples_spec(level: str, height: int, margin: int) -> dict[str, Any]:
    """Return the specification of small multiples; places along x are in units of panels."""
    styles: Styles = {
        "label": {"align": "center", "color": LIGHT["ink3"]},
        "effect": {"align": "center", "color": TEXT[level], "fontSize": 12, "fontWeight": 600},
        "value": {"align": "center", "color": LIGHT["ink"], "fontWeight": 500},
    }
    side: Styles = {
        "name": {"color": LIGHT["ink"], "fontSize": 12, "fontWeight": 500},
        "note": {"color": LIGHT["ink3"]},
        "letter": {"color": LIGHT["ink2"], "fontSize": 12, "fontStyle": "italic"},
    }
    ramp = (
        on("ramp")
        # a letter's worth of a circle: only text can be moved by pixels beside a place
        .mark_text(text="●", fontSize=13, baseline="middle", dx=alt.ExprRef("datum.shift"))
        .encode(**dot_place(), fill=_ramp(), stroke=alt.value(LIGHT["r4"]))
    )
    layers = [
        *cells(),
        segments("average", LIGHT["ink3"], 1.0, [2, 3]),
        on("dots").mark_circle(color=LIGHT["ink3"], size=9, opacity=0.65).encode(**dot_place()),
        segments("own", COLORS[level], 2.0),
        *panel_text("words", styles),
        ramp,
        *text_at("side", side),
    ]
    chart = alt.layer(*layers).properties(height=height, width="container")
    return finished(chart, usermeta={"height": height, "left": margin})
