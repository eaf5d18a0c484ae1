"""How every chart looks: fonts, sizes, axes, and the colour and shape that stand for a level.

Charts are specified in the colours of the light theme; who shows one in the dark looks each
colour up in the table of `medwidget.views.theme`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from medwidget.views.theme import FONT, LIGHT

if TYPE_CHECKING:
    import altair as alt

__all__ = [
    "COLORS",
    "CONFIG",
    "MUTED",
    "SCHEMA",
    "SHAPES",
    "SIDES",
    "SOFT",
    "TEXT",
    "WIDTH",
    "color_scale",
    "finished",
    "shape_scale",
]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
# Width in pixels where a chart that fills its box in the page stands alone.
WIDTH = 640

# Levels of effects; "cross-level" and "conflated" belong to neither hue.
SIDES = ("within", "between", "cross-level", "conflated")
COLORS = {
    "within": LIGHT["w"],
    "between": LIGHT["b"],
    "cross-level": LIGHT["n"],
    "conflated": LIGHT["n"],
}
# The same levels as text, as many thin marks, and as a soft fill.
TEXT = {
    "within": LIGHT["wt"],
    "between": LIGHT["bt"],
    "cross-level": LIGHT["ink2"],
    "conflated": LIGHT["ink2"],
}
MUTED = {**COLORS, "within": LIGHT["wm"]}
SOFT = {
    "within": LIGHT["ws"],
    "between": LIGHT["bs"],
    "cross-level": LIGHT["ns"],
    "conflated": LIGHT["ns"],
}
SHAPES = {
    "within": "circle",
    "between": "diamond",
    "cross-level": "triangle-up",
    "conflated": "square",
}

_AXIS = {
    "aria": False,
    "domain": False,
    "grid": False,
    "gridColor": LIGHT["line"],
    "labelColor": LIGHT["ink3"],
    "labelFontSize": 10,
    "labelPadding": 4,
    "tickColor": LIGHT["line2"],
    "tickCount": 5,
    "tickSize": 4,
    "title": None,
    "titleColor": LIGHT["ink3"],
    "titleFontSize": 11,
    "titleFontWeight": "normal",
    "titlePadding": 6,
}
_LEGEND = {
    "aria": False,
    "labelColor": LIGHT["ink2"],
    "labelFontSize": 11,
    "titleColor": LIGHT["ink3"],
    "titleFontSize": 11,
    "titleFontWeight": "normal",
}
_TITLE = {
    "anchor": "start",
    "aria": False,
    "color": LIGHT["ink"],
    "fontSize": 12,
    "fontWeight": 600,
    "offset": 8,
}

# Marks are not announced one by one: a chart has a text alternative, and its numbers as a table.
CONFIG: Mapping[str, Any] = MappingProxyType(
    {
        "axis": _AXIS,
        "background": "transparent",
        "concat": {"spacing": 20},
        "countTitle": "",
        "facet": {"spacing": 12},
        "font": FONT,
        "header": {
            "labelColor": LIGHT["ink2"],
            "labelFontSize": 11,
            "labelFontWeight": "normal",
            "title": None,
        },
        "legend": _LEGEND,
        # no zeros at the end: 0, 0.1, 0.2
        "numberFormat": ",~f",
        "mark": {"aria": False, "tooltip": None},
        "text": {"color": LIGHT["ink2"], "fontSize": 11},
        "title": _TITLE,
        "view": {"stroke": None, "continuousWidth": WIDTH, "continuousHeight": 240},
    }
)


def finished(chart: alt.TopLevelMixin, **more: Any) -> dict[str, Any]:
    """Return the specification of a chart that was built without data, in the common look.

    Parameters
    ----------
    chart : altair chart
        Over `altair.NamedData`.
    **more
        Further entries of the top level, such as ``usermeta``.
    """
    spec: dict[str, Any] = chart.to_dict()
    # whatever theme the user has enabled in altair is for the user's own charts
    spec.pop("usermeta", None)
    return {**spec, "$schema": SCHEMA, "config": dict(CONFIG), **more}


def color_scale(colors: Mapping[str, str] = COLORS) -> Any:
    """Return the scale from a level to its colour."""
    import altair as alt

    return alt.Scale(domain=list(SIDES), range=[colors[side] for side in SIDES])


def shape_scale() -> Any:
    """Return the scale from a level to its marker."""
    import altair as alt

    return alt.Scale(domain=list(SIDES), range=[SHAPES[side] for side in SIDES])
