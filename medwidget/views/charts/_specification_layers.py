"""The specification of a specification curve that has a column for each specification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from medwidget.views.charts._specification_columns import MOST_LEFT, MOST_PRINTED
from medwidget.views.charts.config import COLORS, SOFT, TEXT, color_scale, finished
from medwidget.views.theme import LIGHT

__all__ = ["columns_spec"]

# Where the chart stands alone: from one column to the next, and width of all columns.
PITCH, LEAST_WIDTH, MOST_WIDTH = 31, 360, 900


def columns_spec(height: int, left: int, count: int) -> Mapping[str, Any]:
    """Return the specification of a curve of some height, space at the left and columns."""
    size = 64 if count <= MOST_PRINTED else max(6, 64 * MOST_PRINTED // count)
    params = [{"name": "left", "value": left}, {"name": "dot", "value": size}]
    width = left + min(max(PITCH * count, LEAST_WIDTH), MOST_WIDTH)
    size_alone = {"usermeta": {"width": width}}
    return {**_spec_of_any_size(), **size_alone, "height": height, "params": params}


def _styles() -> dict[str, dict[str, Any]]:
    value = {"align": "right", "fontSize": 12, "color": LIGHT["ink2"], "limit": MOST_LEFT - 90}
    return {
        "title": {"fontSize": 12, "color": LIGHT["ink"]},
        **{
            f"side {side}": {"fontSize": 12, "fontWeight": 600, "color": color}
            for side, color in TEXT.items()
        },
        "tick": {"align": "right", "fontSize": 11, "color": LIGHT["ink3"]},
        "group": {"fontSize": 11, "color": LIGHT["ink3"], "limit": 120},
        "value": value,
        "slopes": {**value, "fontStyle": "italic"},
    }


@cache
def _spec_of_any_size() -> Mapping[str, Any]:
    import altair as alt

    from medwidget.views.charts._marks import text_at

    hits = _box("hits", opacity=0, color=LIGHT["bg"], cursor="pointer")
    layers = [*_ground(), *_over(), *_matrix_layers(), *text_at("words", _styles()), hits]
    # band, markers and label of the current specification take their colours from different scales
    chart = alt.layer(*layers).resolve_scale(fill="independent", color="independent")
    chart = chart.properties(width="container")
    return finished(chart, padding={"left": 0, "right": 0, "top": 0, "bottom": 4})


def _x(field: str = "x") -> Any:
    import altair as alt

    ends: Any = [{"expr": "left"}, {"expr": "width"}]
    scale = alt.Scale(domain=[0, 1], range=ends, nice=False, zero=False)
    return alt.X(f"{field}:Q", scale=scale, axis=None)


def _y(field: str = "y") -> Any:
    import altair as alt

    return alt.Y(f"{field}:Q", scale=None, axis=None)


def _box(name: str, **look: Any) -> Any:
    """Return rectangles over the columns."""
    from medwidget.views.charts._marks import on

    return on(name).mark_rect(**look).encode(x=_x(), x2="x2:Q", y=_y(), y2="y2:Q")


def _ground() -> Iterator[Any]:
    """Return what lies behind the curve: stripes, band, grid and median."""
    import altair as alt

    from medwidget.views.charts._marks import on

    fixed_places: Any = alt
    ends = {
        "x": fixed_places.XValue(alt.ExprRef("left")),
        "x2": fixed_places.X2Value(alt.ExprRef("width")),
    }
    soft = alt.Color("side:N", scale=color_scale(SOFT), legend=None)
    yield on("stripes").mark_rect(color=LIGHT["bg2"]).encode(**ends, y=_y(), y2="y2:Q")
    yield _box("current", cornerRadius=4, opacity=0.6).encode(fill=soft)
    yield (
        on("grid")
        .mark_rule()
        .encode(
            **ends,
            y=_y(),
            color=alt.condition("datum.zero", alt.value(LIGHT["ink3"]), alt.value(LIGHT["line"])),
        )
    )
    yield on("median").mark_rule(strokeDash=[2, 3], color=LIGHT["ink3"]).encode(**ends, y=_y())
    for right, align, x in ((False, "left", "left + 4"), (True, "right", "width - 4")):
        note = on("median").transform_filter(alt.datum.right == right)
        place = {"x": fixed_places.XValue(alt.ExprRef(x)), "y": _y("py"), "text": "text:N"}
        look: dict[str, Any] = {"align": align, "baseline": "middle", "fontSize": 11}
        yield note.mark_text(**look, stroke=LIGHT["bg"], strokeWidth=4).encode(**place)
        yield note.mark_text(**look, color=LIGHT["ink3"]).encode(**place)


def _over() -> Iterator[Any]:
    """Return the curve with its intervals, and the words on it."""
    import altair as alt

    from medwidget.views.charts._marks import on

    side = alt.Color("side:N", scale=color_scale(COLORS), legend=None)
    thick = alt.condition("datum.current", alt.value(2.5), alt.value(1.5))
    yield (
        on("curve")
        .transform_filter("isValid(datum.lower)")
        .mark_rule()
        .encode(x=_x(), y=_y("upper"), y2="lower:Q", color=side, strokeWidth=thick)
    )
    yield (
        on("curve")
        .transform_filter("datum.known")
        .mark_point(opacity=1, strokeWidth=1.6, shape="circle")
        .encode(
            x=_x(),
            y=_y(),
            stroke=alt.Stroke("side:N", scale=color_scale(COLORS), legend=None),
            fill=alt.condition(
                "datum.clear",
                alt.Fill("side:N", scale=color_scale(COLORS), legend=None),
                alt.value(LIGHT["bg"]),
            ),
            size=alt.condition(
                "datum.current",
                alt.value(alt.ExprRef("1.5 * dot")),
                alt.value(alt.ExprRef("dot")),
            ),
        )
    )
    yield (
        on("curve")
        .transform_filter("datum.sign != ''")
        .mark_text(color=LIGHT["ink3"], fontSize=12, dy=-8)
        .encode(x=_x(), y=_y(), text="sign:N")
    )
    yield (
        on("current")
        .mark_text(fontSize=11, fontWeight=600, baseline="middle", dy=11)
        .encode(
            x=_x("middle"),
            y=_y(),
            text="text:N",
            color=alt.Color("side:N", scale=color_scale(TEXT), legend=None),
        )
    )


def _matrix_layers() -> Iterator[Any]:
    """Return the rows of fit and the dots."""
    import altair as alt

    from medwidget.views.charts._marks import on

    close = alt.condition("datum.close", alt.value(LIGHT["ink"]), alt.value(LIGHT["ink3"]))
    weights: list[tuple[Any, str]] = [(600, "datum.close"), (400, "!datum.close")]
    for weight, which in weights:
        yield (
            on("fits")
            .transform_filter(which)
            .mark_text(fontSize=10, baseline="middle", fontWeight=weight)
            .encode(x=_x(), y=_y(), text="text:N", color=close)
        )
    dots = on("dots")
    place = {"x": _x(), "y": _y()}
    yield (
        dots.transform_filter("!datum.on")
        .mark_point(shape="circle", filled=True, opacity=1, size=4, color=LIGHT["line2"])
        .encode(**place)
    )
    for which, color in (
        ("datum.on && !datum.current", LIGHT["ink2"]),
        ("datum.on && datum.current", None),
    ):
        mark = dots.transform_filter(which).mark_point(
            shape="circle", filled=True, size=alt.ExprRef("dot"), color=color or LIGHT["ink2"]
        )
        shade = alt.condition("datum.faint", alt.value(0.35), alt.value(1))
        hue = {} if color else {"color": alt.Color("side:N", scale=color_scale(), legend=None)}
        yield mark.encode(**place, opacity=shade, **hue)
