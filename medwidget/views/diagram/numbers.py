"""The numbers of a diagram, ready to print: a look-up of a result's rows by path."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from medwidget.effects.context import at_name
from medwidget.result import EffectRow
from medwidget.views.diagram.sketch import Sketch
from medwidget.views.text.moderation_words import held_at
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.numbers import MINUS, TABLE_DECIMALS, percent, style_of
from medwidget.views.text.reading import AT_THE_MEAN

__all__ = ["Estimate", "Estimates", "Spread", "Words", "held_words"]

_DECIMALS = 2
# Width of a line: thinnest, by how much it grows with the standardized size, and thickest.
_THIN, _GROWTH, _THICK = 1.5, 6.0, 6.0
_UNKNOWN_SIZE = 2.0


@dataclass(frozen=True)
class Estimate:
    """A path's estimate as it is printed and drawn; bounds are empty where there are none."""

    value: str
    lower: str
    upper: str
    includes_zero: bool
    stroke: float

    @property
    def interval(self) -> str:
        """The bounds in brackets."""
        return f"[{self.lower}, {self.upper}]" if self.lower else ""


@dataclass(frozen=True)
class Spread:
    """How much a path differs across groups: its mean and SD, and the SD as printed."""

    mean: float
    sd: float
    value: str


@dataclass(frozen=True)
class Words:
    """A panel's number: caption, value, interval, and the name of the effect."""

    caption: str
    short: str
    value: str
    interval: str
    name: str


class Estimates:
    """What a result says of the paths of a sketch; nothing where there is no result."""

    def __init__(self, sketch: Sketch) -> None:
        result = sketch.result
        self._result = result
        self._several = len(sketch.mediators) > 1
        self._constraints = sketch.constraints
        self._rows: dict[str, EffectRow] = {}
        self._effects: dict[str, EffectRow] = {}
        self._random: dict[tuple[str, str], float] = {}
        self.level = ""
        if result is None:
            return
        self.level = percent(result.settings["level"])
        self._rows = {row.name: row for row in result.path_rows}
        self._effects = {row.name: row for row in result.effect_rows}
        labels = result.covariance_table.columns[1:]
        for first, *values in result.covariance_table.rows:
            for second, value in zip(labels, values, strict=True):
                self._random[first, second] = value

    def path(self, name: str) -> Estimate | None:
        """Return the estimate of a path by its parameter's name."""
        row = self._rows.get(name)
        if row is None or row.estimate is None or not math.isfinite(row.estimate):
            return None
        if isinstance(self._constraints.get(name), int | float):
            return Estimate(_number(row.estimate), "", "", includes_zero=False, stroke=_THIN)
        size = row.standardized
        wide = _UNKNOWN_SIZE if size is None else min(_THIN + _GROWTH * abs(size), _THICK)
        value, lower, upper = _printed(row, _DECIMALS, 1)
        includes = row.lower is not None and row.upper is not None and row.lower <= 0 <= row.upper
        return Estimate(value, lower, upper, includes, round(wide, 2))

    def spread(self, path: str) -> Spread | None:
        """Return how much a path differs across groups."""
        variance = self._random.get((path, path))
        letter, _, rest = path.partition("[")
        within = at_name(letter, "within", rest[:-1] or None)
        row = self._rows.get(path) or self._rows.get(within)
        if variance is None or row is None or row.estimate is None:
            return None
        sd = math.sqrt(max(variance, 0.0))
        return Spread(row.estimate, sd, style_of(sd, decimals=_DECIMALS, digits=1)(sd))

    def covariance(self, first: str, second: str) -> str | None:
        """Return a covariance of two slopes as printed, or None if it is fixed at zero.

        Without a result the covariance is there, but has no number.
        """
        if not self._rows:
            return ""
        value = self._random.get((first, second))
        return None if not value else style_of(value, decimals=TABLE_DECIMALS, digits=1)(value)

    def indirect(self, side: str) -> Words | None:
        """Return a level's indirect effect."""
        name = "indirect" if side == "conflated" else f"indirect_{side}"
        row = self._effects.get(name)
        if row is None or row.estimate is None:
            return None
        value, lower, upper = _printed(row, TABLE_DECIMALS, 2)
        interval = f"[{lower}, {upper}]" if lower else ""
        caption = "total indirect effect" if self._several else "indirect effect"
        if AT_THE_MEAN in row.definition:
            caption += ", moderators at their means"
        return Words(caption, "indirect", value, interval, name)

    def held_at(self, name: str, column: str) -> str:
        """Return the value of a moderator at which a path's estimate holds, as it is printed."""
        row = self._rows.get(name)
        if self._result is None or row is None or row.estimate is None:
            return ""
        return shortened(visible(held_at(self._result, name, column)))

    def interaction(self, name: str, column: str) -> str:
        """Say how a path changes with a moderator, as the end of a sentence."""
        told = []
        for label, row in self._rows.items():
            rest = label.removeprefix(f"{name}:") if label.startswith(f"{name}:") else None
            if rest is None or (rest != column and not rest.startswith(f"{column}[")):
                continue
            value, lower, upper = _printed(row, _DECIMALS, 1)
            told.append(f"{value}, {self.level} interval {lower} to {upper}" if lower else value)
        return f": {'; '.join(told)}" if told else ""


def held_words(name: str, constraints: Mapping[str, str | float]) -> str:
    """Return what stands beside a path that is not free: "fixed", or "= between"."""
    value = constraints.get(name)
    if isinstance(value, str):
        return f"= {_level_or_name(value)}"
    if value is not None:
        return "fixed"
    same = [first for first, second in constraints.items() if second == name]
    return f"= {', '.join(map(_level_or_name, same))}" if same else ""


def _level_or_name(parameter: str) -> str:
    """Return the level of a parameter of a path where it has one in its name."""
    head = parameter.partition("[")[0]
    return next((level for level in ("within", "between") if head.endswith(f"_{level}")), head)


def _number(value: float) -> str:
    """Return a number that was given, not estimated, with the digits that it has."""
    return f"{value:.6g}".replace("-", MINUS)


def _printed(row: EffectRow, decimals: int, digits: int) -> tuple[str, str, str]:
    style = style_of(row.estimate, row.se, (row.lower, row.upper), decimals=decimals, digits=digits)
    if row.lower is None or row.upper is None:
        return style(row.estimate), "", ""
    return style(row.estimate), style(row.lower), style(row.upper)
