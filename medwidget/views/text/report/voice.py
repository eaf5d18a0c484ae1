"""How a report speaks: numbers with their intervals, parameters, units, and verbs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from medwidget.result import EffectRow, MediationResult
from medwidget.views.text.effect_lines import joined
from medwidget.views.text.numbers import MINUS, SENTENCE_DECIMALS, Style, percent, style_of
from medwidget.views.text.reading import AT_THE_MEAN, latent_mean
from medwidget.views.text.report.choices import BY_LEVEL, LEVELS, Choices, at_levels
from medwidget.views.text.spans import Span, side_of
from medwidget.views.text.words import all_names

__all__ = ["Voice", "bounded", "includes_zero", "parameter"]

DIRECT = "c′"
# What must not stand behind the columns that a path joins, by its letter.
BEHIND = {
    "a": "confounding-xm",
    "b": "confounding-my",
    "d": "confounding-my",
    "direct": "confounding-xy",
}


class Voice:
    """The words for one result, in one style.

    Parameters
    ----------
    result : MediationResult
    choices : Choices
    """

    def __init__(self, result: MediationResult, choices: Choices) -> None:
        self.result, self.choices, self.nouns = result, choices, choices.nouns
        self.names = all_names(result)
        self.apa = choices.style == "apa"
        self.rows = {row.name: row for row in result.effect_rows if row.estimate is not None}
        self.level = percent(result.settings["level"])
        several = len(result.model.mediators) > 1
        self.via = joined([self.names(name) for name in result.model.mediators])

        self.mediator = "the mediators" if several else self.via

    def effect(self, stem: str, level: str) -> EffectRow | None:
        """Return an effect at a level, if it has a number."""
        return self.rows.get(stem if level == "conflated" else f"{stem}_{level}")

    # -- what is assumed ----------------------------------------------------------------------

    def ends(self, row: EffectRow) -> tuple[str, str, str] | None:
        """Return path, source and target of the row of a path, or None for a product."""
        letter, bracket, rest = row.name.partition("[")
        stem = letter.removesuffix(f"_{row.level}") if row.level != "conflated" else letter
        path = f"{stem}{bracket}{rest}"
        found = self.result.model.paths.get(path)
        return None if found is None else (path, *found)

    @cached_property
    def assumed(self) -> dict[str, tuple[str, ...]]:
        """What must hold at each level for its associations to be effects; of `BY_LEVEL`."""
        found: dict[str, set[str]] = {}
        for row in self.result.path_rows:
            ends = self.ends(row)
            if ends is not None and row.estimate is not None:
                found.setdefault(row.level, set()).add(BEHIND[ends[0].partition("[")[0]])
        for names in found.values():
            if {"confounding-xm", "confounding-my"} <= names:
                names.add("affected-confounder")
        return {
            level: tuple(name for name in BY_LEVEL if name in found[level])
            for level in (*LEVELS, "conflated")
            if level in found
        }

    def judged(self, name: str, level: str = "") -> bool:
        """Tell whether the author judges an assumption to hold, at a level where it has one."""
        wanted = at_levels(name) if level in {"", "conflated"} else (f"{name}-{level}",)
        return set(wanted) <= set(self.choices.judged)

    @cached_property
    def as_effects(self) -> tuple[str, ...]:
        """The levels at which the author's judgements allow a causal verb."""
        return tuple(
            level
            for level in LEVELS
            if level in self.assumed
            and self.judged("order")
            and all(self.judged(name, level) for name in self.assumed[level])
        )

    def causal(self, level: str) -> bool:
        """Tell whether the author's judgements allow a causal verb at a level, or across both."""
        if level == "cross-level":
            return all(each in self.as_effects for each in self.assumed)
        return level in self.as_effects

    # -- numbers ------------------------------------------------------------------------------

    @staticmethod
    def style(row: EffectRow) -> Style:
        """Return how the numbers of an effect are written in a sentence."""
        return style_of(
            row.estimate, row.se, (row.lower, row.upper), decimals=SENTENCE_DECIMALS, digits=1
        )

    def number(self, row: EffectRow) -> str:
        """Return an estimate."""
        return self.style(row)(row.estimate)

    def interval(self, row: EffectRow, *, named: bool = True) -> str:
        """Return an interval: ``95% CI [0.04, 0.08]``, or ``95% interval 0.04 to 0.08``.

        In a series, the level is ``named`` once, as APA 7 has it.
        """
        if not bounded(row):
            return ""
        style = self.style(row)
        return self.bounds(style(row.lower), style(row.upper), named=named)

    def bounds(self, low: str, high: str, *, named: bool = True) -> str:
        """Return two bounds as an interval."""
        kind = f"{self.level} {'CI' if self.apa else 'interval'} " if named else ""
        return f"{kind}[{low}, {high}]" if self.apa else f"{kind}{low} to {high}"

    def share(self, row: EffectRow) -> str:
        """Return a share with its interval."""
        size = f"{100 * (row.estimate or 0.0):.0f}%"
        if not bounded(row):
            return size
        low, high = (f"{100 * (bound or 0.0):.0f}%" for bound in (row.lower, row.upper))
        told = self.bounds(low, high).replace("-", MINUS)
        return f"{size}, {told}" if self.apa else f"{size} ({told})"

    def size(self, row: EffectRow) -> str:
        """Return an estimate with its interval."""
        told = self.interval(row)
        if not told:
            return self.number(row)
        return f"{self.number(row)}, {told}" if self.apa else f"{self.number(row)} ({told})"

    def inside(self, row: EffectRow) -> str:
        """Return the same for the middle of a sentence."""
        return f"{self.size(row)}{self.pause(row)}"

    def pause(self, row: EffectRow) -> str:
        """Return the comma that closes an interval of APA's within a sentence."""
        return "," if self.apa and bounded(row) else ""

    def strong_size(self, row: EffectRow) -> Span:
        """Return estimate and interval in the colour of their level."""
        return Span(self.size(row), side_of(row.level), strong=True)

    # -- words --------------------------------------------------------------------------------

    def where(self, level: str) -> str:
        """Return the level at which something holds."""
        groups = self.nouns.groups
        if level == "conflated":
            return f"with differences within and between {groups} blended"
        return f"{'within' if level == 'within' else 'between'} {groups}"

    def more_of(self, column: str, level: str) -> str:
        """Return the change of a predictor that an effect is about."""
        mean = self.mean_of(column, level)
        if mean:
            return f"a {mean} of {self.names(column)} one unit higher"
        return f"one unit more of {self.names(column)}"

    def outcome(self, column: str, level: str, source: str = "") -> str:
        """Return a response, as it is at a level, after the predictor was named."""
        mean = self.mean_of(column, level)
        if not mean:
            return self.names(column)
        the = "that" if source and self.mean_of(source, level) == mean else f"the {mean}"
        return f"{the} of {self.names(column)}"

    def mean_of(self, column: str, level: str) -> str:
        """Return what a column is between groups: a mean, observed or latent; or itself, empty."""
        individual = self.result.levels.get(column) == "individual"
        if level != "between" or not individual:
            return ""
        latent = "latent " if latent_mean(self.result, column) else ""
        return f"{latent}{self.nouns.group} mean"

    def changed(
        self, source: str, target: str, level: str, row: EffectRow, *, strong: bool = False
    ) -> Iterator[Span]:
        """Say that a predictor goes with a response, or, where it is judged so, changes it."""
        more, other = self.more_of(source, level), self.outcome(target, level, source)
        size = self.strong_size(row) if strong else Span(self.size(row))
        zero = (
            f"{self.pause(row)} which includes zero," if includes_zero(row) and not strong else ""
        )
        pause = zero or self.pause(row)
        if self.causal(level):
            yield from (Span(f"{more} changed {other} by "), size, Span(pause))
        else:
            yield Span(f"{more} was associated with a difference of ")
            yield from (size, Span(f"{pause} in {other}"))

    def listed(self, *others: str) -> str:
        """Return every mediator with other names as a list in words, the mediators before last."""
        mediators = [self.names(name) for name in self.result.model.mediators]
        return joined([*others[:-1], *mediators, *others[-1:]])

    def association(self, level: str) -> str:
        """Return the noun for what is estimated at a level."""
        return "effect" if self.causal(level) else "association"

    def averaged(self, row: EffectRow, paths: tuple[str, ...]) -> str:
        """Say that an effect is an average where a slope on its way varies."""
        labels = set(self.result.covariance_table.columns[1:])
        varies = row.level in {"within", "conflated"} and any(path in labels for path in paths)
        return f", on average over {self.nouns.groups}" if varies else ""

    def condition(self, row: EffectRow) -> str:
        """Say at which values of moderators an effect holds."""
        _, where, columns = row.definition.partition(AT_THE_MEAN)
        return f"{where}{self.names.within(columns)}" if where else ""

    def called(self, path: str) -> Iterator[Span]:
        """Yield a path by its symbol, or in plain words by its ends."""
        if self.apa:
            yield from self.symbol(path)
        else:
            source, target = self.result.model.paths[path]
            yield Span(f"{self.names(source)} → {self.names(target)}")

    def symbol(self, path: str) -> Iterator[Span]:
        """Yield a path as it is written: its letter in italics, its mediators in brackets."""
        letter, bracket, rest = path.partition("[")
        yield parameter(letter)
        if bracket:
            yield Span(f"[{self.names.within(rest)}")


def parameter(letter: str) -> Span:
    """Return a parameter in italics; the direct effect is *c′*."""
    return Span(DIRECT if letter == "direct" else letter, italic=True)


def bounded(row: EffectRow) -> bool:
    """Tell whether an effect has an interval."""
    return row.lower is not None and row.upper is not None


def includes_zero(row: EffectRow) -> bool:
    """Tell whether zero lies in an effect's interval."""
    return row.lower is not None and row.upper is not None and row.lower <= 0 <= row.upper
