"""Which effects a table or a forest shows, in which order, and what each is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations

from medwidget.effects.routes import Route, routes_of
from medwidget.result import EffectRow, MediationResult
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import MINUS
from medwidget.views.text.words import all_names

__all__ = ["EffectLabel", "effect_labels", "joined", "leading_level"]

LEVELS = ("within", "between", "conflated")
# With more routes than this, effects by route are shown only when all effects are asked for.
MOST_ROUTES = 3
# With more conditional effects than this, the same holds for them.
MOST_CONDITIONAL = 6
PLACES = {"within": ", within", "between": ", between", "conflated": ""}


@dataclass(frozen=True)
class EffectLabel:
    """An effect as a table names it.

    Attributes
    ----------
    row : EffectRow
    label : str
        What it is, in two or three words.
    about : str
        The line below it.
    gap : bool
        Whether a rule is drawn above it.
    more : bool
        Whether it is shown only when all effects are asked for. All effects that are not stand
        before those that are, have a number, and share the unit of the outcome per unit of the
        exposure, so that they can be drawn on one scale.
    """

    row: EffectRow
    label: str
    about: str
    gap: bool = False
    more: bool = False


def effect_labels(
    result: MediationResult, nouns: Nouns | None = None, names: Names | None = None
) -> tuple[EffectLabel, ...]:
    """Return every effect of a result with its name in words, in the order of a table.

    Parameters
    ----------
    result : MediationResult
    nouns : Nouns, optional
        What a group and a row are called.
    names : Names, optional
        Of the result, if already made.
    """
    labeller = _Labeller(result, nouns or Nouns(), names or all_names(result))
    first, second = labeller.main()
    shown = {row.name for row in (*first, *second)}
    rest = [row for row in result.effect_rows if row.name not in shown]
    lines = [labeller.line(row) for row in first]
    lines += [labeller.line(row, gap=not place and bool(lines)) for place, row in enumerate(second)]
    return (*lines, *(labeller.line(row, more=True) for row in rest))


def leading_level(result: MediationResult) -> str:
    """Return the lowest level at which there is an indirect effect; empty if there is none."""
    names = {row.name for row in result.effect_rows if row.estimate is not None}
    for level in LEVELS:
        if _at("indirect", level) in names:
            return level
    return ""


def joined(names: list[str], word: str = "and") -> str:
    """Return names as a sentence lists them: ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def _at(stem: str, level: str) -> str:
    return stem if level == "conflated" else f"{stem}_{level}"


class _Labeller:
    """The words for the effects of one result."""

    def __init__(self, result: MediationResult, nouns: Nouns, names: Names) -> None:
        self._result, self._nouns, self._names = result, nouns, names
        self._routes = routes_of(result.model)
        self._via = joined([names(name) for name in result.model.mediators])
        self._by_name = {row.name: row for row in result.effect_rows}
        self._words = dict(self._entries())

    def main(self) -> tuple[list[EffectRow], list[EffectRow]]:
        """Return the rows that come first, and those below the rule."""
        several = 1 < len(self._routes) <= MOST_ROUTES
        first: list[str] = []
        for level in LEVELS:
            first.append(_at("indirect", level))
            if several:
                first += [f"{_at('indirect', level)}[{route.label}]" for route in self._routes]
        first += ["contextual_difference", "indirect_individual", "indirect_contextual"]
        conditional = [
            row.name
            for row in self._result.effect_rows
            if row.kind == "conditional" and row.name.startswith("indirect")
        ]
        if len(conditional) <= MOST_CONDITIONAL:
            first += conditional
        level = leading_level(self._result) or next(
            (level for level in LEVELS if self._known(_at("direct", level))), "within"
        )
        return self._rows(first), self._rows([_at("direct", level), _at("total", level)])

    def line(self, row: EffectRow, *, gap: bool = False, more: bool = False) -> EffectLabel:
        """Return a row with its words."""
        names = self._names
        label, about = self._words.get(row.name, ("", ""))
        if not label:
            label, about = self._conditional(row)
        if not label:
            label, about = names.within(row.name), names.within(row.about).rstrip(".")
        return EffectLabel(row, label, about, gap, more)

    def _known(self, name: str) -> bool:
        row = self._by_name.get(name)
        return row is not None and row.estimate is not None

    def _rows(self, wanted: list[str]) -> list[EffectRow]:
        return [self._by_name[name] for name in wanted if self._known(name)]

    # -- words --------------------------------------------------------------------------------

    def _entries(self) -> Iterator[tuple[str, tuple[str, str]]]:
        for level in LEVELS:
            yield from self._of_level(level)
            for route in self._routes:
                yield from self._of_route(route, level)
        yield "contextual_difference", ("Contextual difference", "between minus within")
        for first, second in combinations(self._result.model.paths, 2):
            words = (f"cov({self._path(first)}, {self._path(second)})", self._part)
            yield f"cov({first},{second})", words
        yield from self._split("", self._via)
        for route in self._routes:
            label = route.label
            via = self._through(route)
            words = (f"Contextual difference, {via}", "between minus within")
            yield f"contextual_difference[{label}]", words
            yield from self._split(f"[{label}]", via)

    def _of_level(self, level: str) -> Iterator[tuple[str, tuple[str, str]]]:
        place = PLACES[level]
        yield _at("indirect", level), (f"Indirect{place}", f"through {self._where(level)}")
        yield _at("direct", level), (f"Direct{place}", f"c′, not through {self._via}")
        yield _at("total", level), (f"Total{place}", "indirect plus direct")
        yield from self._derived(_at("indirect", level), f"indirect{place}", level)
        yield from self._derived(_at("direct", level), f"direct{place}", level)
        yield from self._derived(_at("total", level), f"total{place}", level)
        share = (f"Share of the total{place}", "indirect divided by total")
        yield _at("proportion_mediated", level), share
        yield from self._heterogeneity(level, "", "the indirect effect")
        direct = (f"SD of the direct effect{place}", f"across {self._nouns.groups}")
        yield _at("sd_direct", level), direct
        positive = (f"Share with a direct effect above 0{place}", f"of {self._nouns.groups}")
        yield _at("share_positive_direct", level), positive

    def _of_route(self, route: Route, level: str) -> Iterator[tuple[str, tuple[str, str]]]:
        name = f"{_at('indirect', level)}[{route.label}]"
        via, place = self._through(route), PLACES[level]
        yield name, (f"Through {via}{place}", "part of the indirect effect")
        yield from self._derived(name, f"through {via}{place}", level)
        yield from self._heterogeneity(level, f"[{route.label}]", f"the effect through {via}")
        for other in self._routes:
            contrast = f"{_at('contrast', level)}[{route.label} - {other.label}]"
            words = (f"Through {via} minus {self._through(other)}", f"difference{place}")
            yield contrast, words

    def _derived(self, name: str, words: str, level: str) -> Iterator[tuple[str, tuple[str, str]]]:
        x, y = self._names(self._result.model.exposure), self._names(self._result.model.outcome)
        about = f"SDs of {y} per SD of {x}{PLACES[level]}"
        yield f"standardized_{name}", (f"Standardised {words}", about)
        about = f"SDs of {y} per unit of {x}{PLACES[level]}"
        yield f"partially_standardized_{name}", (f"Partially standardised {words}", about)

    def _heterogeneity(
        self, level: str, suffix: str, effect: str
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        groups = self._nouns.groups
        yield f"{_at('sd_indirect', level)}{suffix}", (f"SD of {effect}", f"across {groups}")
        about = f"of {groups}; two negative paths count"
        yield f"{_at('share_positive', level)}{suffix}", (f"Share with {effect} above 0", about)

    def _split(self, suffix: str, via: str) -> Iterator[tuple[str, tuple[str, str]]]:
        row, group = self._nouns.row, self._nouns.group
        yield f"indirect_individual{suffix}", ("Indirect, individual", f"each {row}'s own {via}")
        about = f"{via} of the {group}, beyond each {row}'s own"
        yield f"indirect_contextual{suffix}", ("Indirect, contextual", about)

    def _conditional(self, row: EffectRow) -> tuple[str, str]:
        """Name an effect at a value of a moderator, or its change along one."""
        stem, _, inside = row.name.partition("[")
        inside = inside.removesuffix("]")
        for column in dict.fromkeys(chain.from_iterable(self._result.model.moderators.values())):
            shown = self._names(column)
            route, _, rest = f"|{inside}".rpartition(f"|{column}")
            via = f"through {self._names.within(route[1:])}" if route else ""
            if rest.startswith("=") and stem in self._words:
                value = self._names.within(rest[1:]).replace("-", MINUS)
                return f"{self._words[stem][0]}, {shown} = {value}", via or self._words[stem][1]
            if not rest and stem.startswith("moderated_difference"):
                return f"Moderated difference, {shown}", via or "highest minus lowest value shown"
            if not rest and stem.startswith("index_of_moderated_mediation"):
                about = f"change of the indirect effect per unit of {shown}"
                return f"Index of moderated mediation, {shown}", via or about
        return "", ""

    @property
    def _part(self) -> str:
        return f"across {self._nouns.groups}; part of the indirect effect"

    def _path(self, path: str) -> str:
        return self._names.within(path).replace("direct", "c′", 1 if path == "direct" else 0)

    def _where(self, level: str) -> str:
        group, result = self._nouns.group, self._result
        if level == "within":
            return f"{self._via}, same {group}"
        if level == "conflated":
            return f"{self._via}, levels blended"
        observed = any(result.levels.get(name) == "individual" for name in result.model.mediators)
        latent = "latent " if result.model.centering == "latent" else ""
        return f"{latent}{group} means" if observed else self._via

    def _through(self, route: Route) -> str:
        return ", then ".join(self._names(name) for name in route.mediators)
