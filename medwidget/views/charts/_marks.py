"""Marks that several charts draw the same way, over data sets that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from medwidget.views.theme import LIGHT

__all__ = [
    "RAMP",
    "Styles",
    "at_pixels",
    "cells",
    "dot_place",
    "line_of_zero",
    "on",
    "panel_text",
    "segments",
    "text_at",
]

Styles = Mapping[str, Mapping[str, Any]]
# Colours of the steps of a group-level column, low to high.
RAMP = tuple(LIGHT[f"r{step}"] for step in range(1, 6))


def on(name: str) -> alt.Chart:
    """Return a chart over a named data set that comes with the picture."""
    chart: alt.Chart = alt.Chart(alt.NamedData(name=name))
    return chart


def line_of_zero(name: str) -> alt.Chart:
    """Return a line across the chart at 0, drawn over a data set of one row."""
    line: alt.Chart = on(name).mark_rule(color=LIGHT["ink3"]).encode(y=alt.YDatum(0))
    return line


def at_pixels() -> dict[str, Any]:
    """Return encodings that place a mark at ``px``, ``py`` in pixels."""
    return {
        "x": alt.X("px:Q", scale=None, axis=None),
        "y": alt.Y("py:Q", scale=None, axis=None),
    }


def text_at(name: str, styles: Styles) -> list[alt.Chart]:
    """Return layers that print the rows of a data set where they say, in pixels.

    Parameters
    ----------
    name : str
        Of a data set with rows of `word`.
    styles : mapping of str to mapping
        Properties of the text mark for each style.
    """
    usual = {"baseline": "middle", "align": "left", "fontSize": 11}
    return [
        on(name)
        .transform_filter(f"datum.style == '{style}'")
        .mark_text(**{**usual, **properties})
        .encode(text="text:N", **at_pixels())
        for style, properties in styles.items()
    ]


# -- panels ---------------------------------------------------------------------------------------


def _across(field: str) -> alt.X:
    return alt.X(f"{field}:Q", scale=alt.Scale(nice=False, zero=False), axis=None)


def _down(field: str) -> alt.Y:
    return alt.Y(f"{field}:Q", scale=None, axis=None)


def dot_place() -> dict[str, Any]:
    """Return encodings of a place in a panel: x in units of panels, y in pixels."""
    return {"x": _across("x"), "y": _down("y")}


def cells() -> list[alt.Chart]:
    """Return layers that hold the picture's width, and draw the ground of each panel."""
    return [
        on("frame").mark_point(opacity=0).encode(x=_across("x")),
        on("cells")
        .mark_rect(color=LIGHT["bg2"], cornerRadius=4)
        .encode(x=_across("x"), x2="x2:Q", y=_down("y"), y2="y2:Q"),
    ]


def segments(name: str, color: str, width: float, dash: Sequence[int] = ()) -> alt.Chart:
    """Return a layer of straight lines in panels."""
    lines: alt.Chart = (
        on(name)
        .mark_rule(color=color, strokeWidth=width, strokeDash=list(dash) or [1, 0])
        .encode(x=_across("x"), x2="x2:Q", y=_down("y"), y2="y2:Q")
    )
    return lines


def panel_text(name: str, styles: Styles) -> list[alt.Chart]:
    """Return layers that print text in panels, by style, moved right by ``shift`` pixels."""
    shift = alt.ExprRef("datum.shift")
    usual = {"baseline": "middle", "align": "left", "fontSize": 11, "dx": shift}
    return [
        on(name)
        .transform_filter(f"datum.style == '{style}'")
        .mark_text(**{**usual, **properties})
        .encode(text="text:N", **dot_place())
        for style, properties in styles.items()
    ]
