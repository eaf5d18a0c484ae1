"""The shapes of what can be chosen: controls with their values, and the switches of slopes."""

from __future__ import annotations

from typing import Literal, TypedDict

__all__ = ["Choice", "Control", "Form", "Slope"]

Form = Literal["segments", "menu"]


class Choice(TypedDict):
    """One value of a control."""

    value: str
    label: str
    help: str
    refusal: str  # why it cannot be chosen now; empty if it can


class Control(TypedDict):
    """A control of the options row. ``segments``: radio group; ``menu``: select."""

    name: str
    label: str
    form: Form
    value: str
    choices: list[Choice]
    help: str


class Slope(TypedDict):
    """A switch of the options row: does this path vary across groups."""

    path: str
    label: str  # "a", "b", "c′", "a[m1]"
    on: bool
    refusal: str
    help: str
