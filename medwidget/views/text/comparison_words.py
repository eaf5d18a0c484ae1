"""A comparison of specifications in one sentence, and one specification in facts."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from medwidget.result import EffectRow
from medwidget.studies.compare import WAITING
from medwidget.studies.comparison import Cell, Comparison
from medwidget.views.text.names import Names, shortened, visible
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import Style, bracketed, count, fixed, percent, style_of
from medwidget.views.text.problem_words import problem_words, reason_words
from medwidget.views.text.spans import Span

__all__ = [
    "EFFECTS",
    "SETTINGS",
    "cell_effect",
    "cell_facts",
    "comparison_notes",
    "comparison_spans",
    "comparison_style",
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
    "constraints": "Constraints",
    "missing": "Missing values",
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
    "listwise": "rows left out",
    "fiml": "FIML",
}
LONGEST = 60
LONGEST_REASON = 200
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


def comparison_style(rows: Sequence[EffectRow]) -> Style:
    """Return how all numbers of an effect are written in a comparison: with the same decimals.

    Parameters
    ----------
    rows : sequence of EffectRow
        The effect in the cells that have it.
    """
    values = [row.estimate for row in rows if row.estimate is not None]
    if not values:
        return style_of(None)
    errors = [row.se for row in rows if row.se is not None]
    bounds = [bound for row in rows for bound in (row.lower, row.upper)]
    typical = median(errors) if errors else None
    return style_of(median(values), typical, (min(values), max(values), *bounds))


def comparison_spans(comparison: Comparison, effect: str) -> tuple[Span, ...]:
    """Return in how many specifications an effect lies on which side of zero, and its range.

    Parameters
    ----------
    comparison : Comparison
        Complete or under way.
    effect : str
        One of `effects_of`.
    """
    rows = _rows(comparison, effect)
    if not rows:
        return (Span("No specification has this effect."),)
    return tuple(_told(comparison, effect, _Numbers(rows)))


def _rows(comparison: Comparison, effect: str) -> list[EffectRow]:
    return [row for cell in comparison.cells if (row := cell_effect(cell, effect)) is not None]


def _told(comparison: Comparison, effect: str, numbers: _Numbers) -> Iterator[Span]:
    values = numbers.values
    positive = sum(value > 0 for value in values)
    sign = 1 if 2 * positive >= len(values) else -1
    on_side = positive if sign > 0 else len(values) - positive
    middle = median(values)
    style = comparison_style(numbers.rows)
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


def comparison_notes(comparison: Comparison, nouns: Nouns) -> tuple[str, ...]:
    """Return how to read a comparison, in the words of the interface."""
    told = (reason_words(note, nouns, Names(())) for note in comparison.notes)
    return tuple(note.replace("cell", "specification") for note in told)


def setting_words(name: str, value: str) -> str:
    """Return the value of a setting as it is printed."""
    if name in {"centering", "random_covariance", "estimator", "missing"}:
        return LABELS.get(value, value)
    text = shortened(visible(value), LONGEST)
    return text.replace("direct", "c′") if name in {"random_slopes", "constraints"} else text


def cell_facts(
    comparison: Comparison, place: int, effect: str, nouns: Nouns | None = None
) -> tuple[tuple[str, str], ...]:
    """Return what a specification is and what it gives, as short facts.

    Parameters
    ----------
    comparison : Comparison
    place : int
        Of the cell.
    effect : str
    nouns : Nouns, optional
        What a group and a row are called.
    """
    return tuple(_facts(comparison, place, effect, nouns or Nouns()))


def _facts(
    comparison: Comparison, place: int, effect: str, nouns: Nouns
) -> Iterator[tuple[str, str]]:
    cell = comparison.cells[place]
    row = cell_effect(cell, effect)
    ranked = _ranked(comparison, effect)
    if row is not None:
        yield "Rank", f"{ranked.index(place) + 1:,} of {len(ranked):,}"
    for name, label in SETTINGS.items():
        if name in comparison.varied or name in {"centering", "random_slopes", "estimator"}:
            yield label, setting_words(name, cell.settings[name])
    if cell.result is None:
        yield "Not fitted", shortened(_reason(cell, nouns), LONGEST_REASON)
        return
    if row is not None:
        style = comparison_style(_rows(comparison, effect))
        yield from _numbers(row, cell, effect, style)
    yield "AIC", _statistic(cell, "aic")
    yield "BIC", _statistic(cell, "bic")
    if cell.estimand_note:
        yield "Another meaning", shortened(_meaning(cell, nouns), LONGEST_REASON)


def _meaning(cell: Cell, nouns: Nouns) -> str:
    """Say in which ways the effect means something else; columns are not to be mistaken."""
    called = {
        "within groups only": f"within {nouns.groups} only",
        "within and between groups blended": f"within and between {nouns.groups} blended",
        "within and between groups told apart": f"within and between {nouns.groups} told apart",
    }
    told = "; ".join(called.get(part, part) for part in cell.estimand_note.split("; "))
    return visible(told.replace("moderates direct", "moderates c′"))


def _reason(cell: Cell, nouns: Nouns) -> str:
    """Say why a cell has no numbers: what is the case, once."""
    names = Names(() if cell.model is None else cell.model.columns)
    errors = [problem for problem in cell.problems if problem.severity == "error"]
    told = dict.fromkeys(problem_words(problem, nouns, names)[0] for problem in errors)
    text = " ".join(told) or reason_words(cell.reason, nouns, names)
    stopped = re.fullmatch(r"Not fitted: s(topped after \d+ of \d+) cells\.", text)
    return text if stopped is None else f"S{stopped.group(1)} specifications."


def _numbers(row: EffectRow, cell: Cell, effect: str, style: Style) -> Iterator[tuple[str, str]]:
    words = EFFECTS[effect]
    label = "Contextual difference" if words == "contextual" else f"Indirect, {words}"
    yield label, style(row.estimate)
    if row.lower is not None and row.upper is not None and cell.result is not None:
        level = percent(cell.result.settings["level"])
        yield f"{level} interval", bracketed(style, row.lower, row.upper)


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
