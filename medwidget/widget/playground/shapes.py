"""What crosses between the playground and its page; `js/src/playground/shapes.ts` is made of it.

Points and lines cross as whole numbers, in thousandths, so that many frames a second are small.
``python -m medwidget.widget.playground.shapes`` prints the TypeScript.
"""

from __future__ import annotations

from typing import Literal, TypedDict

from medwidget.widget.messages import Reply, Side, Span, StatusKind
from medwidget.widget.typescript import interface

__all__ = ["Controls", "Frame", "Line", "Mark", "Reply", "Scatter", "Slider", "type_script"]


class Slider(TypedDict):
    """One setting."""

    name: str
    label: list[Span]
    spoken: str  # the label in plain text
    part: Literal["design", "within", "between", "slopes"]
    least: float
    most: float
    reach: float  # how far from zero it can be moved with the other settings
    step: float
    decimals: int
    value: float
    note: str  # why it cannot be moved further; empty otherwise
    secondary: bool  # may be folded away
    usual: bool  # the value is that of a playground without a story


class Option(TypedDict):
    """A story or a centring to choose."""

    value: str
    label: str


class Controls(TypedDict):
    """What has been set."""

    turn: int  # of the last gesture that is part of it
    sliders: list[Slider]
    stories: list[Option]
    story: str  # empty: none
    centerings: list[Option]
    centering: str
    seed: str  # "Seed 36. Same seed, same data."
    can_undo: bool
    can_redo: bool
    undo_label: str
    redo_label: str


class Mark(TypedDict):
    """An estimate beside the truth."""

    side: Side
    estimate: float | None
    lower: float | None
    upper: float | None
    truth: float | None
    filled: bool  # the interval excludes zero
    estimate_text: str
    interval_text: str
    truth_text: str


class Line(TypedDict):
    """A row of the forest; of two levels where it has two marks."""

    name: str
    label: str
    about: str
    marks: list[Mark]
    gap: bool  # a rule is drawn above it
    stale: bool  # the numbers belong to settings that have been left


class Scatter(TypedDict):
    """One variable on another, in thousandths."""

    title: list[Span]
    across: Literal["x", "m"]
    up: Literal["m", "y"]
    means: list[int]  # x, y, x, y, ...
    own: list[int]  # x, y, x, y of each group's line
    between: list[int]
    pooled: list[int]
    extent: list[int]  # least and most across, least and most up
    about: str


class Frame(TypedDict):
    """Data of some settings and what is estimated from them."""

    turn: int
    subtitle: str
    sentence: list[Span]
    x: list[int]
    m: list[int]
    y: list[int]
    scatters: list[Scatter]
    lines: list[Line]
    domain: list[float]
    status: StatusKind
    strong: str
    text: str
    method: str
    code: str
    settled: bool  # every row belongs to these settings


_SHAPES = (Span, Reply, Slider, Option, Controls, Mark, Line, Scatter, Frame)


def type_script() -> str:
    """Return `js/src/playground/shapes.ts`."""
    lines = ["// Written by medwidget.widget.playground.shapes; do not edit.", ""]
    for shape in _SHAPES:
        lines += interface(shape)
    return "\n".join(lines)


if __name__ == "__main__":
    print(type_script())  # noqa: T201 - a command
