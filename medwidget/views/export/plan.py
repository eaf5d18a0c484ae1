"""What code for another program is made of: its columns, parts of them, equations and effects."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log10, prod
from typing import Literal

from medwidget.effects.define import build_effects
from medwidget.effects.effect import Effect
from medwidget.errors import UnsupportedError
from medwidget.estimators.registry import ESTIMATORS
from medwidget.result import MediationResult
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation, Factor, Part, Structure, Term
from medwidget.views.export.names import Names

__all__ = ["Block", "Derived", "Plan", "Source"]

KINDS = frozenset({"effect", "specific", "contrast", "conditional", "heterogeneity"})
_SUFFIXES = {Part.WITHIN: "w", Part.BETWEEN: "b", Part.GRAND: "c"}
Rule = Literal["deviation", "mean", "grand", "product", "copy"]


@dataclass(frozen=True)
class Source:
    """A column of the file under its name in the code; for a category, its indicator."""

    name: str
    column: str
    category: Hashable = None


@dataclass(frozen=True)
class Derived:
    """A column that the code makes.

    Attributes
    ----------
    name : str
    rule : {"deviation", "mean", "grand", "product", "copy"}
        Deviation from the group's mean, that mean, deviation from the mean of all rows, the
        product of the sources, or the same again.
    sources : tuple of str
    parts : tuple of Part
        The part that each source is.
    """

    name: str
    rule: Rule
    sources: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Block:
    """Equations whose random effects covary, so that they must be fitted together.

    Attributes
    ----------
    equations : tuple of Equation
    components : tuple of tuple of str
        Labels of the random effects, in the engine's order, in sets of which no two covary.
    """

    equations: tuple[Equation, ...]
    components: tuple[tuple[str, ...], ...]


class Plan:
    """A result laid out for an exporter.

    Parameters
    ----------
    result : MediationResult
    program : str
        As messages name it.
    names : Names
        Gives every name that the code uses.
    rescale : bool
        Whether columns with very large or very small values are divided by a power of ten, for
        programs whose arithmetic needs that.

    Raises
    ------
    UnsupportedError
        If the result was read back from a file, or comes from an estimator of someone else.
    """

    def __init__(
        self, result: MediationResult, program: str, names: Names, *, rescale: bool = False
    ) -> None:
        if result.settings["estimator"] not in ESTIMATORS:
            raise UnsupportedError(
                f"The result came from the estimator {result.settings['estimator']!r}, which is "
                f"not one of medwidget's own, so there is no {program} code for it. Keep the code "
                f"that made it."
            )
        families = {name: of for name, of in result.model.families.items() if of != "gaussian"}
        if families:
            name, family = next(iter(families.items()))
            raise UnsupportedError(
                f"{name!r} is {family}, and {program} code is written for Gaussian responses only. "
                f"Fit the model without families, or use result.to_code('python')."
            )
        if result.resolved is None:
            raise UnsupportedError(
                f"The result was read back from a file, without the data that say which column is "
                f"a category of what, so there is no {program} code for it. Run "
                f"result.to_code('python'), and export the result that this gives."
            )
        self.result = result
        self.program = program
        self.names = names
        self.structure: Structure = result.resolved.structure
        self.level = float(result.settings["level"])
        self.restricted = bool(result.statistics["restricted"])
        self.incomplete = bool(result.model.missing == "fiml")
        self.group = names.take(result.model.group)
        self.sources = tuple(self._sources())
        self.scales: dict[str, float] = {item.name: 1.0 for item in self.sources}
        if rescale and not any(result.model.constraints.values()):  # 0 is 0 in any unit
            self.scales |= {item.name: self._power_of_ten(item) for item in self.sources}
        self._by_key = {(item.column, item.category): item.name for item in self.sources}
        self._derived: dict[tuple[tuple[str, Part], ...], Derived] = {}
        self._labels: dict[str, str] = {}

    # -- columns ------------------------------------------------------------------------------

    def _sources(self) -> Iterator[Source]:
        frame = self.result.resolved.prepared.frame
        for column in self.result.model.columns[:-1]:
            info = frame.columns[column]
            if info.kind != "categorical":
                yield Source(self.names.take(column), column)
                continue
            for category in info.categories[1:]:
                yield Source(self.names.take(f"{column}_{category}"), column, category)

    def _power_of_ten(self, source: Source) -> float:
        spread = self.result.resolved.prepared.frame.columns[source.column].sd
        if source.category is not None or not spread > 0 or 0.1 <= spread <= 20:
            return 1.0
        return float(10.0 ** round(log10(spread)))

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Every column made so far, parts before products of them."""
        return tuple(sorted(self._derived.values(), key=lambda item: item.rule == "product"))

    def response(self, equation: Equation) -> str:
        """Return the name of a response."""
        return self._by_key[equation.response, None]

    def source(self, column: str, category: Hashable = None) -> str:
        """Return the name of a column of the file."""
        return self._by_key[column, category]

    def part(self, source: str, part: Part) -> str:
        """Return the name of a part of a column, which the code then makes."""
        if part not in _SUFFIXES:
            return source
        rules: dict[Part, Rule] = {
            Part.WITHIN: "deviation",
            Part.BETWEEN: "mean",
            Part.GRAND: "grand",
        }
        return self._make(f"{source}_{_SUFFIXES[part]}", rules[part], ((source, part),))

    def copy(self, source: str) -> str:
        """Return the name of a second column with the values of a column."""
        return self._make(f"{source}_r", "copy", ((source, Part.RAW),))

    def variable(self, factors: Sequence[Factor], level: Level) -> str:
        """Return the name of a product of factors; at group level, of their group means."""
        parts = [self._at_level(factor, level) for factor in factors]
        made = [self.part(*item) for item in parts]
        if len(made) == 1:
            return made[0]
        return self._make("_x_".join(made), "product", tuple(parts), tuple(made))

    def _at_level(self, factor: Factor, level: Level) -> tuple[str, Part]:
        source = self._by_key[factor.column, factor.category]
        if level is Level.INDIVIDUAL:
            return source, factor.part
        at_group = self.structure.levels[factor.column] is Level.GROUP
        return source, Part.GROUP if at_group else Part.BETWEEN

    def _make(
        self,
        wanted: str,
        rule: Rule,
        parts: tuple[tuple[str, Part], ...],
        made: tuple[str, ...] | None = None,
    ) -> str:
        if parts not in self._derived:
            sources = made or tuple(source for source, _ in parts)
            kinds = tuple(part for _, part in parts)
            made_now = Derived(self.names.take(wanted), rule, sources, kinds)
            self._derived[parts] = made_now
            self.scales[made_now.name] = prod(self.scales[source] for source in sources)
        return self._derived[parts].name

    def predictors(self, equation: Equation) -> list[tuple[Term, str]]:
        """Return the terms of an equation beside its intercept, with the columns they multiply."""
        return [
            (term, self.variable(term.factors, equation.level))
            for term in equation.fixed
            if term.factors
        ]

    # -- parameters and effects ---------------------------------------------------------------

    def label(self, parameter: str) -> str:
        """Return the name of a parameter."""
        if parameter not in self._labels:
            self._labels[parameter] = self.names.take(parameter)
        return self._labels[parameter]

    def covariance(self, first: str, second: str) -> str | None:
        """Return the parameter of an element of T by labels; None where it is zero."""
        if self._equation_of[first] != self._equation_of[second] and self.separate:
            return None
        return self.structure.covariance(first, second)

    @property
    def separate(self) -> bool:
        """Whether the result came from equations fitted one by one."""
        return bool(self.result.settings["estimator"] == "statsmodels")

    @cached_property
    def _equation_of(self) -> dict[str, str]:
        return {term.label: term.response for term in self.structure.random}

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """The effects that have a formula, except standardized ones and shares."""
        scales = self.result.resolved.scales
        found = build_effects(self.structure, scales).available
        return tuple(
            effect
            for effect in found
            if effect.kind in KINDS and not all(map(self.zero, effect.parameters))
        )

    def effect_label(self, effect: str) -> str:
        """Return the name of an effect."""
        key = f"effect {effect}"
        if key not in self._labels:
            self._labels[key] = self.names.take(effect)
        return self._labels[key]

    def symbol(self, parameter: str) -> str:
        """Return what stands for a parameter in a formula."""
        return "0" if self.zero(parameter) else self.label(parameter)

    def zero(self, parameter: str) -> bool:
        """Tell whether a parameter stands in formulas but is zero in the result."""
        return self.separate and parameter in self._across

    @cached_property
    def _across(self) -> frozenset[str]:
        """Names of the covariances between random effects of different equations."""
        table = self.structure.parameters
        return frozenset(i.name for i in table if i.kind == "covariance" and i.equation is None)

    # -- blocks -------------------------------------------------------------------------------

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The equations in sets that can be fitted one after the other."""
        labels = self.structure.labels
        linked = _components(
            [equation.response for equation in self.structure.equations],
            [(self._equation_of[i], self._equation_of[j]) for i, j in self._pairs(labels)],
        )
        blocks = []
        for responses in linked:
            equations = tuple(e for e in self.structure.equations if e.response in responses)
            own = [label for label in labels if self._equation_of[label] in responses]
            blocks.append(Block(equations, _components(own, self._pairs(own))))
        return tuple(blocks)

    def _pairs(self, labels: Sequence[str]) -> list[tuple[str, str]]:
        return [
            (first, second)
            for place, first in enumerate(labels)
            for second in labels[:place]
            if self.covariance(first, second) is not None
        ]

    def complete(self, component: Sequence[str]) -> bool:
        """Tell whether all of some random effects covary."""
        return len(self._pairs(component)) == len(component) * (len(component) - 1) // 2


def _components(
    items: Sequence[str], links: Sequence[tuple[str, str]]
) -> tuple[tuple[str, ...], ...]:
    """Return items in sets that links hold together, all in their order."""
    leader = {item: item for item in items}
    for first, second in links:
        old, new = leader[first], leader[second]
        leader = {item: new if its == old else its for item, its in leader.items()}
    heads = dict.fromkeys(leader[item] for item in items)
    return tuple(tuple(item for item in items if leader[item] == head) for head in heads)
