"""A comparison of specifications in one sentence, and one specification in facts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from medwidget.result import EffectRow
from medwidget.studies.compare import WAITING
from medwidget.studies.comparison import Cell, Comparison
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.numbers import count, fixed, percent, style_of
from medwidget.views.text.spans import Span

__all__ = [
    "EFFECTS",
    "SETTINGS",
    "cell_effect",
    "cell_facts",
    "comparison_spans",
    "effects_of",
    "setting_words",
]

# The effects that a comparison can be read along: names, and what a control calls them.
EFFECTS = {
    "indirect_within": "within",
    "indirect_between": "between",
    "contextual_difference": "contextual",
    "indirect": "blended",
}
TOLD = {
    "indirect_within": "The within indirect effect",
    "indirect_between": "The between indirect effect",
    "contextual_difference": "The contextual difference",
    "indirect": "The indirect effect with levels blended",
}
SETTINGS = {
    "centering": "Centering",
    "random_slopes": "Random slopes",
    "random_covariance": "Covariances",
    "covariates": "Covariates",
    "moderators": "Moderators",
    "estimator": "Estimator",
}
LABELS = {
    "none": "none",
    "grand-mean": "grand mean",
    "group-mean": "group mean",
    "within": "within only",
    "latent": "latent",
    "full": "all",
    "by-equation": "by equation",
    "diagonal": "none",
    "ml": "ML",
    "reml": "REML",
    "statsmodels": "statsmodels",
}
LONGEST = 60
STATISTIC_DECIMALS = 1


@dataclass(frozen=True)
class _Numbers:
    """The estimates along one effect, in the cells that have it."""

    rows: list[EffectRow]

    @property
    def values(self) -> list[float]:
        return [row.estimate for row in self.rows if row.estimate is not None]

    def clear(self, sign: int) -> int:
        """Count the intervals that lie on one side of zero."""
        return sum(
            row.lower is not None
            and row.upper is not None
            and (row.lower > 0 if sign > 0 else row.upper < 0)
            for row in self.rows
        )


def effects_of(comparison: Comparison) -> tuple[str, ...]:
    """Return the effects that any cell has a number for."""
    present = {
        row.name
        for cell in comparison.cells
        if cell.result is not None
        for row in cell.result.effect_rows
        if row.estimate is not None
    }
    return tuple(name for name in EFFECTS if name in present)


def cell_effect(cell: Cell, effect: str) -> EffectRow | None:
    """Return an effect of a cell, if it has a number there."""
    if cell.result is None:
        return None
    known = (row for row in cell.result.effect_rows if row.name == effect)
    return next((row for row in known if row.estimate is not None), None)


def comparison_spans(comparison: Comparison, effect: str) -> tuple[Span, ...]:
    """Return in how many specifications an effect lies on which side of zero, and its range.

    Parameters
    ----------
    comparison : Comparison
        Complete or under way.
    effect : str
        One of `effects_of`.
    """
    rows = [row for cell in comparison.cells if (row := cell_effect(cell, effect)) is not None]
    if not rows:
        return (Span("No specification has this effect."),)
    return tuple(_told(comparison, effect, _Numbers(rows)))


def _told(comparison: Comparison, effect: str, numbers: _Numbers) -> Iterator[Span]:
    values = numbers.values
    positive = sum(value > 0 for value in values)
    sign = 1 if 2 * positive >= len(values) else -1
    on_side = positive if sign > 0 else len(values) - positive
    middle = median(values)
    style = style_of(middle, None, (min(values), max(values)))
    yield Span(f"{TOLD[effect]} is {'above' if sign > 0 else 'below'} zero in ")
    yield Span(f"{on_side:,} of {len(values):,}", strong=True)
    yield Span(f" {'specification' if len(values) == 1 else 'specifications'}")
    if any(row.lower is not None for row in numbers.rows):
        yield Span(", with the interval clear of zero in ")
        yield Span(f"{numbers.clear(sign):,}", strong=True)
    yield Span("; median ")
    yield Span(style(middle), strong=True)
    yield Span(f", range {style(min(values))} to {style(max(values))}.")
    yield from _without(comparison, len(values))


def _without(comparison: Comparison, known: int) -> Iterator[Span]:
    """Say how many cells are missing from the sentence, and why."""
    waiting = sum(cell.reason == WAITING for cell in comparison.cells)
    failed = sum(cell.result is None for cell in comparison.cells) - waiting
    other = len(comparison.cells) - known - failed - waiting
    if other:
        verb = "has" if other == 1 else "have"
        yield Span(f" {other:,} more {verb} no such effect, because of how the levels are treated.")
    if failed:
        yield Span(f" {count(failed, 'specification')} could not be fitted.")
    if waiting:
        yield Span(f" {count(waiting, 'specification')} still to come.")


def setting_words(name: str, value: str) -> str:
    """Return the value of a setting as it is printed."""
    if name in {"centering", "random_covariance", "estimator"}:
        return LABELS.get(value, value)
    text = shortened(visible(value), LONGEST)
    return text.replace("direct", "c′") if name == "random_slopes" else text


def cell_facts(comparison: Comparison, place: int, effect: str) -> tuple[tuple[str, str], ...]:
    """Return what a specification is and what it gives, as short facts.

    Parameters
    ----------
    comparison : Comparison
    place : int
        Of the cell.
    effect : str
    """
    return tuple(_facts(comparison, place, effect))


def _facts(comparison: Comparison, place: int, effect: str) -> Iterator[tuple[str, str]]:
    cell = comparison.cells[place]
    row = cell_effect(cell, effect)
    ranked = _ranked(comparison, effect)
    if row is not None:
        yield "Rank", f"{ranked.index(place) + 1:,} of {len(ranked):,}"
    for name, label in SETTINGS.items():
        if name in comparison.varied or name in {"centering", "random_slopes", "estimator"}:
            yield label, setting_words(name, cell.settings[name])
    if cell.result is None:
        yield "Not fitted", shortened(visible(cell.reason), 200)
        return
    if row is not None:
        yield from _numbers(row, cell, effect)
    yield "AIC", _statistic(cell, "aic")
    yield "BIC", _statistic(cell, "bic")
    if cell.estimand_note:
        yield "Another meaning", shortened(visible(cell.estimand_note), 200)


def _numbers(row: EffectRow, cell: Cell, effect: str) -> Iterator[tuple[str, str]]:
    style = style_of(row.estimate, row.se, (row.lower, row.upper))
    words = EFFECTS[effect]
    label = "Contextual difference" if words == "contextual" else f"Indirect, {words}"
    yield label, style(row.estimate)
    if row.lower is not None and row.upper is not None and cell.result is not None:
        level = percent(cell.result.settings["level"])
        yield f"{level} interval", f"[{style(row.lower)}, {style(row.upper)}]"


def _ranked(comparison: Comparison, effect: str) -> Sequence[int]:
    """Return the cells with an effect from the lowest estimate to the highest."""
    values = {
        place: row.estimate
        for place, cell in enumerate(comparison.cells)
        if (row := cell_effect(cell, effect)) is not None and row.estimate is not None
    }
    return sorted(values, key=values.__getitem__)


def _statistic(cell: Cell, name: str) -> str:
    value = cell.statistic(name)
    if not math.isfinite(value):
        return "–"
    text = fixed(abs(value), STATISTIC_DECIMALS)
    whole, point, rest = text.partition(".")
    return f"{'−' if value < 0 else ''}{int(whole):,}{point}{rest}"
