"""The forest of effects: estimate, interval and density of each on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from medwidget.result import EffectRow, MediationResult
from medwidget.views.charts.config import COLORS, SOFT, color_scale, finished, shape_scale
from medwidget.views.charts.picture import Picture, Row
from medwidget.views.text.effect_lines import EffectLabel, effect_labels
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import NOTHING, bracketed, percent, style_of
from medwidget.views.theme import LIGHT

if TYPE_CHECKING:
    import altair as alt

__all__ = ["AXIS", "GAP", "LINE", "ROW", "TOP", "effects", "picture"]

Limits = Mapping[str, tuple[float, float]]

# Heights in pixels: of a row, of the rule between two blocks of rows, above the first, and below
# the last. A table beside the chart has rows of the same heights.
ROW = 44
GAP = 10
TOP = 4
AXIS = 26
# Where in its row an interval lies, how high the density above it is, and how far below it an
# interval for comparison is drawn.
LINE = 27
DENSITY = 20
BESIDE = 10
# Where the chart stands alone: widths of the plot, and of the labels and numbers beside it.
PLOT = 380
LABELS = 250
ESTIMATE = 70
INTERVAL = 230
MOST_LETTERS = 44


def effects(
    result: MediationResult,
    *,
    beside: Limits | None = None,
    group_label: str = "group",
    row_label: str = "row",
) -> alt.TopLevelMixin:
    """Draw the effects of a result with their intervals, and densities where there are draws.

    Circles are effects within groups, diamonds between them, triangles contextual differences,
    squares effects that blend the levels. A filled marker: the interval excludes zero.

    Parameters
    ----------
    result : MediationResult
    beside : mapping of str to (float, float), optional
        Other limits by effect, drawn thin and grey below those of the result.
    group_label, row_label : str
        What a group and a row are called, such as "person" and "day".

    Returns
    -------
    altair.LayerChart
    """
    return picture(result, beside=beside, nouns=Nouns(group_label, row_label)).chart()


def picture(
    result: MediationResult,
    *,
    compact: bool = False,
    beside: Limits | None = None,
    nouns: Nouns | None = None,
) -> Picture:
    """Return the forest as data.

    Parameters
    ----------
    result : MediationResult
    compact : bool
        Draw the plot alone, to stand in a table with rows of the heights in ``spec.usermeta``:
        a row for each effect of `effect_labels` that is not for "all effects" only.
    beside : mapping of str to (float, float), optional
        Other limits by effect, for comparison.
    nouns : Nouns, optional
    """
    labels = [item for item in effect_labels(result, nouns) if not item.more]
    tops = _tops(labels)
    height = tops[-1] + ROW if tops else TOP + ROW
    data = {
        "blocks": _blocks(labels, tops, height),
        "densities": _densities(result, labels, tops),
        "effects": [_effect(item, top) for item, top in zip(labels, tops, strict=True)],
        "beside": _beside(beside or {}, labels, tops),
    }
    interval = _interval_words(result)
    if not compact:
        data["words"] = [_words(item, top, result) for item, top in zip(labels, tops, strict=True)]
        data["heading"] = [{"interval": interval}]
    table = tuple(_table_row(item) for item in labels)
    about = f"Effects with {interval}s: " + "; ".join(
        f"{label} {estimate} {bounds}" for label, _, estimate, bounds in table
    )
    columns = ("Effect", "About", "Estimate", interval)
    return Picture("effects", _spec(height, compact), data, about, columns, table)


# -- rows -------------------------------------------------------------------------------------


def _tops(labels: Sequence[EffectLabel]) -> list[int]:
    tops, top = [], TOP
    for item in labels:
        top += GAP if item.gap else 0
        tops.append(top)
        top += ROW
    return tops


def _blocks(labels: Sequence[EffectLabel], tops: Sequence[int], height: int) -> list[Row]:
    """Return where the line of zero is drawn: beside each block of rows."""
    starts = [0, *(top for item, top in zip(labels, tops, strict=True) if item.gap)]
    stops = [*(top - GAP for top in starts[1:]), height]
    return [
        {"top": top, "bottom": bottom, "rule": top - GAP / 2 if top else None}
        for top, bottom in zip(starts, stops, strict=True)
    ]


def _effect(item: EffectLabel, top: int) -> Row:
    row = item.row
    return {
        "name": row.name,
        "side": row.level,
        "y": top + LINE,
        "estimate": row.estimate,
        "lower": row.lower,
        "upper": row.upper,
        "clear": _excludes_zero(row),
    }


def _excludes_zero(row: EffectRow) -> bool:
    if row.lower is None or row.upper is None:
        return False
    return row.lower > 0 or row.upper < 0


def _densities(
    result: MediationResult, labels: Sequence[EffectLabel], tops: Sequence[int]
) -> list[Row]:
    curves: dict[str, list[tuple[float, float]]] = {}
    if "densities" in result.deferred:
        for name, x, height in result.table("densities").rows:
            curves.setdefault(name, []).append((x, height))
    found: list[Row] = []
    for item, top in zip(labels, tops, strict=True):
        curve = curves.get(item.row.name, [])
        highest = max((height for _, height in curve), default=1.0)
        base = top + LINE
        found += [
            {
                "side": item.row.level,
                "base": base,
                "x": x,
                "top": round(base - DENSITY * height / highest, 2),
            }
            for x, height in curve
        ]
    return found


def _beside(beside: Limits, labels: Sequence[EffectLabel], tops: Sequence[int]) -> list[Row]:
    return [
        {"y": top + LINE + BESIDE, "lower": limits[0], "upper": limits[1]}
        for item, top in zip(labels, tops, strict=True)
        if (limits := beside.get(item.row.name)) is not None
    ]


def _words(item: EffectLabel, top: int, result: MediationResult) -> Row:
    _, _, estimate, interval = _table_row(item)
    asked = result.settings["interval"] is not None
    return {
        "y": top + LINE,
        "label": _short(item.label),
        "about": _short(item.about),
        "estimate": estimate,
        "interval": interval if asked else "",
    }


def _short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _table_row(item: EffectLabel) -> tuple[str, ...]:
    row = item.row
    style = style_of(row.estimate, row.se, (row.lower, row.upper))
    interval = bracketed(style, row.lower, row.upper)
    return (
        item.label,
        item.about,
        style(row.estimate) if row.estimate is not None else NOTHING,
        interval,
    )


def _interval_words(result: MediationResult) -> str:
    if result.settings["interval"] is None:
        return "no interval"
    return f"{percent(result.settings['level'])} interval"


# -- specification ----------------------------------------------------------------------------


def _spec(height: int, compact: bool) -> Mapping[str, Any]:
    return {**_spec_of_any_height(compact), "height": height}


@cache
def _spec_of_any_height(compact: bool) -> Mapping[str, Any]:
    import altair as alt

    layers = [*_plot(), *([] if compact else _beside_the_plot())]
    width: Any = "container" if compact else PLOT
    # the soft fill of a density and the fill of a marker are different scales
    chart = alt.layer(*layers).properties(width=width).resolve_scale(fill="independent")
    edge = 0 if compact else 8
    sides: Any = {"left": 8, "right": 8, "top": edge, "bottom": edge}
    meta = {"row": ROW, "gap": GAP, "top": TOP, "axis": AXIS, "line": LINE}
    return finished(chart, padding=sides, usermeta=meta)


def _on(name: str) -> Any:
    import altair as alt

    return alt.Chart(alt.NamedData(name=name))


def _down(field: str) -> Any:
    """Return a place in pixels from the top."""
    import altair as alt

    bottom: Any = {"expr": "height"}
    scale = alt.Scale(domain=[0, bottom], reverse=True, nice=False, zero=False)
    return alt.Y(f"{field}:Q", scale=scale, axis=None)


def _plot() -> list[Any]:
    import altair as alt

    axis = alt.Axis(title=None, tickColor=LIGHT["line2"], offset=2)
    scale = alt.Scale(nice=False, zero=True, padding=10)
    side = alt.Color("side:N", scale=color_scale(), legend=None)

    def across(field: str) -> Any:
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    zero = (
        _on("blocks")
        .mark_rule(color=LIGHT["ink3"], strokeWidth=1)
        .encode(x=alt.XDatum(0, scale=scale, axis=axis), y=_down("top"), y2="bottom:Q")
    )
    density = (
        _on("densities")
        .mark_area(interpolate="monotone", strokeWidth=0)
        .encode(
            x=across("x"),
            y=_down("top"),
            y2="base:Q",
            detail="base:Q",
            fill=alt.Fill("side:N", scale=color_scale(SOFT), legend=None),
        )
    )
    known = _on("effects").transform_filter("isValid(datum.estimate)")
    interval = (
        _on("effects")
        .transform_filter("isValid(datum.lower) && isValid(datum.upper)")
        .mark_rule(strokeWidth=2)
        .encode(x=across("lower"), x2="upper:Q", y=_down("y"), color=side)
    )
    point = known.mark_point(size=90, strokeWidth=1.6, opacity=1).encode(
        x=across("estimate"),
        y=_down("y"),
        stroke=alt.Stroke("side:N", scale=color_scale(COLORS), legend=None),
        shape=alt.Shape("side:N", scale=shape_scale(), legend=None),
        fill=alt.condition(
            "datum.clear",
            alt.Fill("side:N", scale=color_scale(COLORS), legend=None),
            alt.value(LIGHT["bg"]),
        ),
    )
    return [density, zero, *_compared(across), interval, point]


def _compared(across: Any) -> list[Any]:
    """Return the thin intervals with caps."""
    other, y = _on("beside"), _down("y")
    line = other.mark_rule(color=LIGHT["ink3"], strokeWidth=1.2)
    cap = other.mark_tick(color=LIGHT["ink3"], thickness=1.2, size=7, orient="vertical")
    return [
        line.encode(x=across("lower"), x2="upper:Q", y=y),
        cap.encode(x=across("lower"), y=y),
        cap.encode(x=across("upper"), y=y),
    ]


def _beside_the_plot() -> list[Any]:
    """Return labels, numbers and headings, for a chart that stands alone."""
    import altair

    alt: Any = altair  # its classes of fixed places have no types
    words, heading = _on("words"), _on("heading")
    y = _down("y")

    def at(x: int) -> Any:
        return alt.XValue(x)

    def text(base: Any, x: int, what: Any, **look: Any) -> Any:
        place = y if base is words else alt.YValue(-12)
        return base.mark_text(**{"baseline": "middle", "align": "left", **look}).encode(
            x=at(x), y=place, text=what
        )

    left, head = -LABELS, {"fontSize": 11, "color": LIGHT["ink3"]}
    number = {"align": "right", "fontSize": 13}
    # the rule spans labels, plot and numbers
    rule = (
        _on("blocks")
        .transform_filter("isValid(datum.rule)")
        .mark_rule(color=LIGHT["line2"])
        .encode(x=at(left), x2=alt.X2Value(PLOT + INTERVAL), y=_down("rule"))
    )
    return [
        rule,
        text(words, left, "label:N", fontSize=13, dy=-9, color=LIGHT["ink"]),
        text(words, left, "about:N", fontSize=11, dy=7, color=LIGHT["ink3"]),
        text(words, PLOT + ESTIMATE, "estimate:N", **number, fontWeight=600, color=LIGHT["ink"]),
        text(words, PLOT + INTERVAL, "interval:N", **number, color=LIGHT["ink2"]),
        text(heading, left, alt.value("Effect"), **head),
        text(heading, PLOT + ESTIMATE, alt.value("Estimate"), **head, align="right"),
        text(heading, PLOT + INTERVAL, "interval:N", **head, align="right"),
    ]
