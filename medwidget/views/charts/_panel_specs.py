"""Specifications of small charts of one thing each: quantiles, likelihood, influence, spread."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from medwidget.views.charts._marks import (
    cells,
    dot_place,
    line_of_zero,
    on,
    panel_text,
    segments,
)
from medwidget.views.charts.config import COLORS, MUTED, SHAPES, SOFT, TEXT, color_scale, finished
from medwidget.views.theme import LIGHT

__all__ = [
    "influence_spec",
    "likelihood_spec",
    "quantiles_spec",
    "settling_spec",
    "spread_spec",
]

# The hump of a popover: the curve, the groups' ticks below it, and the mark of zero.
HUMP = 34
RUG = 7
# Zero is the line itself; its label would lie among the bars.
NO_ZERO = "datum.value === 0 ? '' : datum.label"
EXACT = alt.Scale(nice=False, zero=False)


def _x(field: str, axis: alt.Axis | None = None) -> alt.X:
    return alt.X(f"{field}:Q", scale=EXACT, axis=axis)


def _y(field: str, axis: alt.Axis | None = None) -> alt.Y:
    return alt.Y(f"{field}:Q", scale=EXACT, axis=axis)


@cache
def quantiles_spec(height: int) -> dict[str, Any]:
    """Return panels of quantiles."""
    layers = [
        *cells(),
        segments("average", LIGHT["ink3"], 1.0, [3, 3]),
        on("dots")
        .mark_circle(size=11, opacity=1)
        .encode(**dot_place(), color=alt.Color("side:N", scale=color_scale(), legend=None)),
        *panel_text(
            "words", {"name": {"align": "center", "color": LIGHT["ink"], "fontWeight": 500}}
        ),
    ]
    chart = alt.layer(*layers).properties(height=height, width="container")
    return finished(chart, usermeta={"height": height})


@cache
def likelihood_spec(height: int) -> dict[str, Any]:
    """Return the curve of a likelihood with its cut-off."""
    axis = alt.Axis(title=None, tickCount=4, domain=True, domainColor=LIGHT["line2"], ticks=False)
    y = alt.Y("height:Q", scale=alt.Scale(nice=False, zero=False, padding=4), axis=None)
    frame = on("frame")
    layers = [
        frame.mark_point(opacity=0).encode(x=_x("sd", axis), y=_y("low")),
        frame.mark_rule(color=LIGHT["line2"], strokeDash=[3, 3]).encode(y=_y("cutoff")),
        frame.mark_text(
            align="right", baseline="bottom", dy=-4, color=LIGHT["ink3"], fontSize=11
        ).encode(x=_x("right", axis), y=_y("cutoff"), text="cutoff_words:N"),
        on("curve")
        .mark_line(color=LIGHT["b"], strokeWidth=2.2, interpolate="monotone", clip=True)
        .encode(x=_x("sd", axis), y=y, order="sd:Q"),
        on("best")
        .mark_point(
            filled=True, fill=LIGHT["b"], stroke=LIGHT["bg"], strokeWidth=1.5, size=90, opacity=1
        )
        .encode(x=_x("sd", axis), y=y),
        on("best")
        .mark_text(align="left", dx=2, dy=-13, color=LIGHT["ink"], fontSize=11, fontWeight=600)
        .encode(x=_x("sd", axis), y=y, text="text:N"),
        frame.mark_text(color=LIGHT["ink3"], fontSize=11).encode(
            x=alt.value({"expr": "width / 2"}), y=alt.value(height + 30), text="axis:N"
        ),
    ]
    chart = alt.layer(*layers).properties(height=height, width="container")
    return finished(chart, usermeta={"height": height})


@cache
def influence_spec(level: str, height: int) -> dict[str, Any]:
    """Return a bar for each group left out."""
    axis = alt.Axis(
        title=None,
        tickCount=3,
        ticks=False,
        grid=True,
        orient="right",
        format="+~g",
        labelExpr=NO_ZERO,
        labelAlign="right",
        labelBaseline="bottom",
        labelPadding=-2,
        labelOffset=-3,
    )
    bars = on("bars")
    layers = [
        on("frame").mark_point(opacity=0).encode(x=_x("first"), y=_y("reach", axis)),
        on("frame")
        .transform_calculate(low="-datum.reach")
        .mark_point(opacity=0)
        .encode(x=_x("last"), y=_y("low", axis)),
        line_of_zero("frame"),
        bars.mark_rule().encode(
            x=_x("position"),
            y=_y("change", axis),
            y2=alt.Y2Datum(0),
            color=alt.when("datum.large")
            .then(alt.value(COLORS[level]))
            .otherwise(alt.value(MUTED[level])),
            strokeWidth=alt.when("datum.large").then(alt.value(1.5)).otherwise(alt.value(1.1)),
        ),
        bars.transform_filter("datum.large")
        .mark_circle(size=28, opacity=1, color=COLORS[level])
        .encode(x=_x("position"), y=_y("change", axis)),
        *(
            bars.transform_filter(f"datum.beside == '{side}'")
            .mark_text(
                align="left" if side == "right" else "right",
                dx=7 if side == "right" else -7,
                color=LIGHT["ink"],
                fontSize=11,
                fontWeight=600,
            )
            .encode(x=_x("position"), y=_y("change", axis), text="label:N")
            for side in ("left", "right")
        ),
    ]
    chart = alt.layer(*layers).properties(height=height, width="container")
    return finished(chart, usermeta={"height": height})


@cache
def spread_spec(level: str) -> dict[str, Any]:
    """Return the hump of a popover; the marker of the mean says the level."""
    density = alt.Y("density:Q", scale=alt.Scale(domain=[0, 1.05], range=[HUMP, 0]), axis=None)
    layers = [
        on("curve")
        .mark_area(color=LIGHT["bs"], interpolate="monotone")
        .encode(x=_x("x"), y=density),
        on("groups")
        .mark_rule(color=LIGHT["b"], strokeWidth=1, opacity=0.8)
        .encode(x=_x("x"), y=alt.value(HUMP + 1), y2=alt.value(HUMP + 1 + RUG)),
        on("zero")
        .mark_rule(color=LIGHT["ink2"], strokeWidth=1.2)
        .encode(x=_x("x"), y=alt.value(0), y2=alt.value(HUMP + 1 + RUG)),
        on("zero")
        .mark_text(color=LIGHT["ink3"], fontSize=10)
        .encode(x=_x("x"), y=alt.value(HUMP + RUG + 10), text="text:N"),
        on("mean")
        .mark_point(shape=SHAPES[level], size=72, filled=True, opacity=1, color=COLORS[level])
        .encode(x=_x("x"), y=alt.value(HUMP)),
    ]
    chart = alt.layer(*layers).properties(height=HUMP + RUG + 16, width="container")
    return finished(chart, usermeta={"height": HUMP + RUG + 16})


def _ends(level: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the words at the right ends of the lines."""
    ends = on("ends")
    limits = ends.transform_filter("datum.style == 'limit'").mark_text(
        align="left", dx=8, fontSize=11, color=LIGHT["ink2"]
    )
    estimate = ends.transform_filter("datum.style == 'estimate'").mark_text(
        align="left", dx=8, fontSize=11, color=TEXT[level], fontWeight=600
    )
    return [layer.encode(x=x, y=y, text="text:N") for layer in (limits, estimate)]


@cache
def settling_spec(level: str, height: int) -> dict[str, Any]:
    """Return limits against samples, and what is still to come."""
    across = alt.Axis(title=None, tickCount=5, ticks=False, format=",d")
    down = alt.Axis(title=None, tickCount=5, ticks=False, grid=True)
    y_scale = alt.Scale(nice=True, zero=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=y_scale, axis=down)

    points, x = on("points"), _x("samples", across)
    layers = [
        on("frame").mark_point(opacity=0).encode(x=x),
        on("frame").mark_point(opacity=0).encode(x=_x("total", across), y=y("top")),
        on("coming").mark_rect(color=LIGHT["bg2"]).encode(x=_x("from", across), x2="to:Q"),
        on("coming").mark_rule(color=LIGHT["ink3"], strokeDash=[2, 3]).encode(x=_x("from", across)),
        points.mark_area(color=SOFT[level]).encode(x=x, y=y("lower"), y2="upper:Q"),
        points.mark_line(color=COLORS[level], strokeWidth=1.5).encode(x=x, y=y("lower")),
        points.mark_line(color=COLORS[level], strokeWidth=1.5).encode(x=x, y=y("upper")),
        points.mark_line(color=COLORS[level], strokeWidth=2.2).encode(x=x, y=y("estimate")),
        on("coming")
        .transform_calculate(middle="(datum.from + datum.to) / 2")
        .mark_text(color=LIGHT["ink3"], fontSize=11)
        .encode(x=_x("middle", across), y=alt.value(12), text="text:N"),
        *_ends(level, x, y("value")),
    ]
    chart = alt.layer(*layers).properties(height=height, width="container")
    return finished(chart, usermeta={"height": height})
