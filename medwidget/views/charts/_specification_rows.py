"""What a specification curve draws of a comparison: specifications in order, settings, fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from medwidget.errors import one_of
from medwidget.result import EffectRow
from medwidget.studies.compare import WAITING
from medwidget.studies.comparison import Cell, Comparison
from medwidget.views.text.comparison_words import (
    SETTINGS,
    cell_effect,
    comparison_style,
    setting_words,
)
from medwidget.views.text.numbers import NOTHING, Style, bracketed, fixed

__all__ = [
    "CRITERIA",
    "NONE",
    "SORTS",
    "Column",
    "Setting",
    "columns_of",
    "common_style",
    "middle",
    "settings_of",
    "ticks",
]

SORTS = ("estimate", "choices", "aic")
CRITERIA = ("aic", "bic")
CENTERINGS = ("none", "grand-mean", "group-mean", "within", "latent")
NONE = "none"
# A difference that is printed bold: fits so close are hard to tell apart.
CLOSE = 2.0
LARGEST_WHOLE = 99_999


@dataclass(frozen=True)
class Column:
    """One specification of the curve.

    Attributes
    ----------
    cell : int
        Its place in the comparison.
    state : {"fitted", "waiting", "failed", "without"}
        "without": fitted, but it has no such effect.
    row : EffectRow or None
        The effect, where it has a number.
    settings : mapping of str to str
    deltas : tuple of (float or None)
        Differences of AIC and BIC from the lowest of those that may be compared with the current
        specification; None where this one may not.
    """

    cell: int
    state: str
    row: EffectRow | None
    settings: dict[str, str]
    deltas: tuple[float | None, ...]

    @property
    def estimate(self) -> float:
        """The estimate; NaN without one."""
        if self.row is None or self.row.estimate is None:
            return math.nan
        return self.row.estimate

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero."""
        row = self.row
        if row is None or row.lower is None or row.upper is None:
            return False
        return row.lower > 0 or row.upper < 0

    def numbers(self, style: Style) -> tuple[str, str]:
        """Return estimate and interval as text."""
        row = self.row
        if row is None:
            return NOTHING, NOTHING
        return style(row.estimate), bracketed(style, row.lower, row.upper)

    def delta_texts(self) -> tuple[str, ...]:
        """Return the differences of fit as text."""
        return tuple(map(_delta_text, self.deltas))

    def close(self) -> tuple[bool, ...]:
        """Return for each criterion whether the difference is small."""
        return tuple(delta is not None and delta <= CLOSE for delta in self.deltas)


@dataclass(frozen=True)
class Setting:
    """One thing that varies, and its values in order."""

    name: str
    label: str
    values: tuple[str, ...]

    def words(self, value: str) -> str:
        """Return a value as it is printed."""
        return setting_words(self.name, value)


def columns_of(
    comparison: Comparison, effect: str, sort: str = "estimate", current: int = -1
) -> tuple[Column, ...]:
    """Return the specifications in order; those without a number stand at the end.

    Parameters
    ----------
    comparison : Comparison
        Complete or under way.
    effect : str
    sort : {"estimate", "choices", "aic"}
    current : int
        The specification on screen; -1 if it is none of them.
    """
    one_of("sort", sort, SORTS)
    deltas = _deltas(comparison, current)
    columns = [
        Column(place, _state(cell, effect), cell_effect(cell, effect), dict(cell.settings), delta)
        for place, (cell, delta) in enumerate(zip(comparison.cells, deltas, strict=True))
    ]
    if sort == "choices":
        return tuple(columns)
    return tuple(sorted(columns, key=lambda item: _key(item, sort)))


def _key(item: Column, sort: str) -> tuple[bool, float, float]:
    estimate = item.estimate
    last = math.isnan(estimate)
    first = item.deltas[0] if sort == "aic" else 0.0
    return last, math.inf if first is None else first, item.cell if last else estimate


def _state(cell: Cell, effect: str) -> str:
    if cell.result is None:
        return "waiting" if cell.reason == WAITING else "failed"
    return "without" if cell_effect(cell, effect) is None else "fitted"


def _deltas(comparison: Comparison, current: int) -> Iterator[tuple[float | None, ...]]:
    cells = comparison.cells
    reference = cells[max(current, 0)].comparable if cells else ""
    table = comparison.table
    for place, cell in enumerate(cells):
        same = bool(reference) and cell.comparable == reference
        values = [float(table[f"delta_{name}"].iloc[place]) for name in CRITERIA]
        yield tuple(value if same and math.isfinite(value) else None for value in values)


def _delta_text(delta: float | None) -> str:
    if delta is None:
        return NOTHING
    if delta > LARGEST_WHOLE:
        return f"{delta:.0e}"
    return fixed(delta, 0)


def common_style(columns: Sequence[Column]) -> Style:
    """Return how the estimates are written, all with the same decimals."""
    return comparison_style([item.row for item in columns if item.row is not None])


def settings_of(comparison: Comparison) -> tuple[Setting, ...]:
    """Return what varies among the specifications."""
    found = []
    for name, label in SETTINGS.items():
        if name not in comparison.varied:
            continue
        values = list(dict.fromkeys(cell.settings[name] for cell in comparison.cells))
        found.append(Setting(name, label, tuple(_in_order(name, values))))
    return tuple(found)


def _in_order(name: str, values: list[str]) -> list[str]:
    """Return values from the least to the most, where they have such an order."""
    if name == "centering":
        return sorted(values, key=CENTERINGS.index)
    if name in {"random_slopes", "covariates", "moderators"}:
        return sorted(values, key=lambda value: (value != NONE, value.count(",")))
    return values


def middle(columns: Sequence[Column]) -> float | None:
    """Return the estimate in the middle, if there is any."""
    known = [item.estimate for item in columns if item.row is not None]
    return median(known) if known else None


def ticks(low: float, high: float, about: int = 5) -> tuple[list[float], int]:
    """Return round numbers between two, about so many of them, and the decimals they need."""
    if not low < high:
        return [low], 2
    raw = (high - low) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    decimals = 0
    while decimals < 12 and abs(round(step, decimals) - step) > 1e-9 * step:
        decimals += 1
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)], decimals
