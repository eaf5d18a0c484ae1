"""The specification curve turned on its side, for narrow places: a row for each specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from medwidget.views.charts._specification_rows import NONE, Column, Setting, common_style
from medwidget.views.charts.config import COLORS, SOFT, color_scale, finished
from medwidget.views.charts.picture import Row
from medwidget.views.text.numbers import NOTHING
from medwidget.views.theme import LIGHT

__all__ = ["list_data", "list_spec"]

# Heights in pixels: above the first row, of a row, and below the last.
HEAD, ROW, AXIS = 26, 34, 26
# Shares of the width: where the settings end, and the intervals begin and end.
SETTINGS, BEGIN, END = 0.46, 0.49, 0.84


def list_data(
    columns: Sequence[Column], settings: Sequence[Setting], side: str, current: int
) -> tuple[dict[str, list[Row]], int]:
    """Return the data sets, and the height of the chart."""
    rows = []
    style = common_style(columns)
    for place, item in enumerate(columns):
        chosen = [(part.label, part.words(item.settings[part.name])) for part in settings]
        half = (len(chosen) + 1) // 2
        estimate, _ = item.numbers(style)
        top = HEAD + ROW * place
        deltas = item.delta_texts()
        rows.append(
            {
                "cell": item.cell,
                "side": side,
                "top": top,
                "bottom": top + ROW,
                "y": top + ROW / 2,
                "current": item.cell == current,
                "striped": place % 2 == 0,
                "first": _joined(chosen[:half]),
                "second": _joined(chosen[half:]),
                "estimate": item.estimate if item.row is not None else None,
                "lower": None if item.row is None else item.row.lower,
                "upper": None if item.row is None else item.row.upper,
                "clear": item.excludes_zero,
                "number": "not fitted" if item.state == "failed" else estimate,
                "fit": " · ".join(_below(item, deltas[0], current)),
            }
        )
    height = HEAD + ROW * len(rows) + 2
    frame = [{"top": HEAD - 4, "bottom": height}]
    heading = [{"settings": "Specification", "number": "Estimate"}]
    return {"rows": rows, "frame": frame, "heading": heading}, height


def _below(item: Column, delta: str, current: int) -> Iterator[str]:
    if item.cell == current:
        yield "current"
    if delta != NOTHING:
        yield f"ΔAIC {delta}"


def _joined(chosen: Sequence[tuple[str, str]]) -> str:
    return " · ".join(
        f"{label.lower()}: {value}" if value in {NONE, "all"} else value for label, value in chosen
    )


def list_spec(height: int) -> Mapping[str, Any]:
    """Return the specification of a chart of some height."""
    return {**_spec_of_any_height(), "height": height}


@cache
def _spec_of_any_height() -> Mapping[str, Any]:
    import altair as alt

    ground, band, hit = _rows()
    layers = [ground, band, *_intervals(), *_texts(), hit]
    chart = alt.layer(*layers).properties(width="container").resolve_scale(fill="independent")
    return finished(chart, padding={"left": 0, "right": 0, "top": 0, "bottom": 4})


def _across(field: str = "") -> Any:
    """Return a place along x; without a field that of zero."""
    import altair as alt

    ends: Any = [{"expr": f"{BEGIN} * width"}, {"expr": f"{END} * width"}]
    axis = alt.Axis(title=None, tickCount=4)
    scale = alt.Scale(range=ends, zero=True, nice=False)
    if field:
        return alt.X(f"{field}:Q", scale=scale, axis=axis)
    return alt.XDatum(0, scale=scale, axis=axis)


def _down(field: str) -> Any:
    import altair as alt

    return alt.Y(f"{field}:Q", scale=None, axis=None)


def _rows() -> list[Any]:
    """Return stripes, the band of the current row, and places to click."""
    import altair as alt

    from medwidget.views.charts._marks import on

    fixed_places: Any = alt
    ends = {"x": fixed_places.XValue(0), "x2": fixed_places.X2Value(alt.ExprRef("width"))}
    place = {**ends, "y": _down("top"), "y2": "bottom:Q"}
    rows = on("rows")
    stripe = rows.transform_filter("datum.striped").mark_rect(color=LIGHT["bg2"])
    band = rows.transform_filter("datum.current").mark_rect(opacity=0.6, cornerRadius=4)
    hit = rows.mark_rect(opacity=0, color=LIGHT["bg"], cursor="pointer")
    return [
        stripe.encode(**place),
        band.encode(**place, fill=alt.Fill("side:N", scale=color_scale(SOFT), legend=None)),
        hit.encode(**place),
    ]


def _intervals() -> list[Any]:
    import altair as alt

    from medwidget.views.charts._marks import on

    rows, y = on("rows"), _down("y")
    side = alt.Color("side:N", scale=color_scale(COLORS), legend=None)
    zero = on("frame").mark_rule(color=LIGHT["ink3"])
    bounded = rows.transform_filter("isValid(datum.lower) && isValid(datum.upper)")
    known = rows.transform_filter("isValid(datum.estimate)")
    thick = alt.condition("datum.current", alt.value(2.5), alt.value(1.5))
    return [
        zero.encode(x=_across(), y=_down("top"), y2="bottom:Q"),
        bounded.mark_rule().encode(
            x=_across("lower"), x2="upper:Q", y=y, color=side, strokeWidth=thick
        ),
        known.mark_point(opacity=1, strokeWidth=1.6, size=64, shape="circle").encode(
            x=_across("estimate"),
            y=y,
            stroke=alt.Stroke("side:N", scale=color_scale(COLORS), legend=None),
            fill=alt.condition(
                "datum.clear",
                alt.Fill("side:N", scale=color_scale(COLORS), legend=None),
                alt.value(LIGHT["bg"]),
            ),
        ),
    ]


def _texts() -> list[Any]:
    import altair as alt

    from medwidget.views.charts._marks import on

    fixed_places: Any = alt
    left, right = fixed_places.XValue(6), fixed_places.XValue(alt.ExprRef("width - 6"))
    limit = alt.ExprRef(f"{SETTINGS} * width")
    rows, heading = on("rows"), on("heading")

    def text(base: Any, x: Any, field: str, **look: Any) -> Any:
        y = fixed_places.YValue(10) if base is heading else _down("y")
        return base.mark_text(**{"baseline": "middle", **look}).encode(x=x, y=y, text=f"{field}:N")

    small = {"fontSize": 11, "color": LIGHT["ink3"]}
    return [
        text(heading, left, "settings", align="left", **small),
        text(heading, right, "number", align="right", **small),
        text(
            rows, left, "first", align="left", fontSize=12, color=LIGHT["ink"], dy=-7, limit=limit
        ),
        text(rows, left, "second", align="left", **small, dy=8, limit=limit),
        text(rows, right, "number", align="right", fontSize=12, color=LIGHT["ink"], dy=-7),
        text(rows, right, "fit", align="right", **small, dy=8),
    ]
