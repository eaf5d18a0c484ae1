"""From a model and the levels of its columns to equations, random effects and parameters.

A `Structure` is what estimators, effects and exporters read: which columns enter which equation
in which part, which slopes vary, which covariances are free, and the name of every parameter.
Designs such as 2-1-1 are never branched on; everything follows from the level of each column.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from medwidget.spec.columns import FrameInfo
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.parameters import Parameter, ParameterTable, covariance_name, residual_name

__all__ = ["Equation", "Factor", "Part", "RandomTerm", "Slope", "Structure", "Term", "build_structure"]


class Part(Enum):
    """The part of a column that enters a term."""

    RAW = "raw"  # as it is
    GRAND = "grand-mean centred"  # minus the mean over all rows
    WITHIN = "within"  # minus the group's mean
    BETWEEN = "between"  # the group's observed mean
    GROUP = "group"  # a group-level column, as it is


@dataclass(frozen=True)
class Factor:
    """One part of one column; for a categorical column, the indicator of one category."""

    column: str
    part: Part
    category: Hashable = None

    @property
    def label(self) -> str:
        """The column as tables print it: ``age`` or ``sex[female]``."""
        return self.column if self.category is None else f"{self.column}[{self.category}]"

    @property
    def varies_within(self) -> bool:
        """Whether the factor can differ among the rows of a group."""
        return self.part in {Part.RAW, Part.GRAND, Part.WITHIN}


@dataclass(frozen=True)
class Term:
    """A fixed effect: the product of its factors (none for an intercept) times the parameter."""

    parameter: str
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class RandomTerm:
    """A random effect of an equation: label, and the factors that it multiplies (none: intercept)."""

    label: str
    response: str
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class Equation:
    """One regression: its response, the level of its rows, and its terms.

    An equation at group level has one row per group and no random effects.
    """

    response: str
    level: Level
    fixed: tuple[Term, ...]
    random: tuple[RandomTerm, ...]

    @property
    def residual(self) -> str:
        """Name of the residual variance."""
        return residual_name(self.response)


@dataclass(frozen=True)
class Slope:
    """A path at one level: what effects are made of.

    Attributes
    ----------
    path : str
        Name in the diagram: ``a``, ``b[m1]``, ``direct``.
    source, target : str
        Columns at its two ends.
    level : {"within", "between", "conflated"}
        The level the slope belongs to.
    parameter : str
        Name of its fixed effect (at zero of its moderators).
    random : str or None
        Label of the random effect by which it varies over groups.
    moderators : tuple of (Factor, str)
        Moderating factors with the parameter of each interaction.
    """

    path: str
    source: str
    target: str
    level: str
    parameter: str
    random: str | None = None
    moderators: tuple[tuple[Factor, str], ...] = ()


@dataclass(frozen=True)
class Structure:
    """A model resolved against the levels of its columns.

    Attributes
    ----------
    model : MediationModel
    levels : dict of str to Level
        Level of every column of the model.
    equations : tuple of Equation
        In causal order: mediators as named, then the outcome.
    random : tuple of RandomTerm
        All random effects in the order of T inside the engine: intercepts (outcome first), slopes.
        In this order each zero of T is also a zero of its lower Cholesky factor.
    free : frozenset of (int, int)
        Positions (i >= j) of the free elements of T.
    slopes : tuple of Slope
    """

    model: MediationModel
    levels: dict[str, Level]
    equations: tuple[Equation, ...]
    random: tuple[RandomTerm, ...]
    free: frozenset[tuple[int, int]]
    slopes: tuple[Slope, ...]

    @cached_property
    def parameters(self) -> ParameterTable:
        """Every free quantity by name."""
        fixed = [
            Parameter(term.parameter, "fixed", equation.response)
            for equation in self.equations
            for term in equation.fixed
        ]
        elements = [self._element(row, column) for row, column in self.free_elements]
        residuals = [Parameter(item.residual, "residual", item.response) for item in self.equations]
        return ParameterTable((*fixed, *elements, *residuals))

    @cached_property
    def free_elements(self) -> tuple[tuple[int, int], ...]:
        """Positions of the free elements of T (row >= column), in the order of the table."""
        return tuple(sorted(self.free))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels of the random effects in the engine's order."""
        return tuple(term.label for term in self.random)

    @cached_property
    def display_order(self) -> tuple[int, ...]:
        """Positions of the random effects in reading order: by equation, intercept before slopes."""
        order = [equation.response for equation in self.equations]
        return tuple(
            sorted(range(len(self.random)), key=lambda i: (order.index(self.random[i].response), i))
        )

    @property
    def design(self) -> str:
        """The levels of X, M (each) and Y, such as ``2-1-1``; for printing only."""
        model = self.model
        named = (model.exposure, *model.mediators, model.outcome)
        return "-".join(str(int(self.levels[name])) for name in named)

    def covariance(self, first: str, second: str) -> str | None:
        """Return the parameter name of an element of T by labels; None where it is fixed at zero."""
        i, j = self.labels.index(first), self.labels.index(second)
        row, column = max(i, j), min(i, j)
        return self._element(row, column).name if (row, column) in self.free else None

    def slope(self, path: str, level: str) -> Slope | None:
        """Return a path at a level, or None where it does not exist."""
        for slope in self.slopes:
            if slope.path == path and slope.level == level:
                return slope
        return None

    def factors(self) -> Iterator[Factor]:
        """Yield every factor of every term, with repetitions."""
        for equation in self.equations:
            for fixed in equation.fixed:
                yield from fixed.factors
            for random in equation.random:
                yield from random.factors

    def _element(self, row: int, column: int) -> Parameter:
        left, right = self.random[column], self.random[row]
        # by reading order, so that the name is cov(a,b) whatever the engine's order is
        if self.display_order.index(column) > self.display_order.index(row):
            left, right = right, left
        equation = left.response if left.response == right.response else None
        kind = "variance" if row == column else "covariance"
        return Parameter(
            covariance_name(left.label, right.label), kind, equation, (left.label, right.label)
        )


def build_structure(model: MediationModel, frame: FrameInfo) -> Structure:
    """Resolve a model against the columns of a frame.

    Parameters
    ----------
    model : MediationModel
    frame : FrameInfo
        Descriptions of at least the columns that the model names, over the rows in use. The frame
        must have passed `medwidget.spec.check.check`.

    Returns
    -------
    Structure
    """
    return _Builder(model, frame).build()


class _Builder:
    def __init__(self, model: MediationModel, frame: FrameInfo) -> None:
        self.model = model
        self.frame = frame
        self.levels: dict[str, Level] = {}
        for name in model.columns:
            info = frame.columns.get(name)
            level = info.level if info is not None else Level.GROUP
            self.levels[name] = Level.INDIVIDUAL if level is None else level
        self.slopes: list[Slope] = []

    def build(self) -> Structure:
        fixed = {response: self._fixed_terms(response) for response in self.model.responses}
        random = self._random_terms()
        equations = tuple(
            Equation(
                response,
                self.levels[response],
                fixed[response],
                tuple(term for term in random if term.response == response),
            )
            for response in self.model.responses
        )
        return Structure(
            self.model, self.levels, equations, random, self._free(random), tuple(self.slopes)
        )

    # -- parts --------------------------------------------------------------------------------

    def _parts(self, source: str, target: str, centering: str) -> list[tuple[str, Part]]:
        """Return the parts in which ``source`` enters the equation of ``target``, by level."""
        if self.levels[target] is Level.GROUP:
            part = Part.GROUP if self.levels[source] is Level.GROUP else Part.BETWEEN
            return [("between" if self.model.separates_levels else "conflated", part)]
        if self.levels[source] is Level.GROUP:
            return [("between" if self.model.separates_levels else "conflated", Part.GROUP)]
        if centering == "none":
            return [("conflated", Part.RAW)]
        if centering == "grand-mean":
            return [("conflated", Part.GRAND)]
        if centering == "within":
            return [("within", Part.WITHIN)]
        return [("within", Part.WITHIN), ("between", Part.BETWEEN)]

    def _indicators(self, column: str, part: Part) -> list[Factor]:
        """Return the factors of a column: itself, or an indicator of each category but the first."""
        info = self.frame.columns[column]
        if info.kind != "categorical":
            return [Factor(column, part)]
        return [Factor(column, part, category) for category in info.categories[1:]]

    # -- fixed effects ------------------------------------------------------------------------

    def _fixed_terms(self, response: str) -> tuple[Term, ...]:
        terms = [Term(f"intercept[{response}]")]
        interactions: list[Term] = []
        for path, (source, target) in self.model.paths.items():
            if target == response:
                self._add_path(path, source, target, terms, interactions)
        for factor in self._moderator_factors(response):
            self._add(terms, Term(f"{response}~{factor.label}", (factor,)))
        for covariate in self.model.covariates_of(response):
            self._add_covariate(covariate, response, terms)
        return _with_unique_names((*terms, *interactions))

    def _add_path(
        self, path: str, source: str, target: str, terms: list[Term], interactions: list[Term]
    ) -> None:
        parts = self._parts(source, target, self.model.centering)
        for position, (level, part) in enumerate(parts):
            parameter = _at_level(path, level)
            factor = Factor(source, part)
            terms.append(Term(parameter, (factor,)))
            moderators = []
            if position == 0:  # the within slope where there is one, otherwise the only slope
                for moderator in self._path_moderators(path):
                    name = f"{parameter}:{moderator.label}"
                    interactions.append(Term(name, (factor, moderator)))
                    moderators.append((moderator, name))
            varies = path in self.model.random_slopes and factor.varies_within
            self.slopes.append(
                Slope(path, source, target, level, parameter, path if varies else None, tuple(moderators))
            )

    def _path_moderators(self, path: str) -> list[Factor]:
        factors = []
        for column in self.model.moderators.get(path, ()):
            part = Part.GROUP if self.levels[column] is Level.GROUP else Part.RAW
            factors += self._indicators(column, part)
        return factors

    def _moderator_factors(self, response: str) -> list[Factor]:
        factors: dict[Factor, None] = {}
        for path, (_, target) in self.model.paths.items():
            if target == response:
                factors.update(dict.fromkeys(self._path_moderators(path)))
        return list(factors)

    def _add_covariate(self, covariate: str, response: str, terms: list[Term]) -> None:
        as_model = self.model.covariate_centering == "as-model"
        centering = self.model.centering if as_model else "none"
        parts = self._parts(covariate, response, centering)
        for level, part in parts:
            suffix = f"_{level}" if len(parts) > 1 else ""
            for factor in self._indicators(covariate, part):
                self._add(terms, Term(f"{response}~{factor.label}{suffix}", (factor,)))

    @staticmethod
    def _add(terms: list[Term], term: Term) -> None:
        if all(term.factors != other.factors for other in terms):
            terms.append(term)

    # -- random effects -----------------------------------------------------------------------

    def _random_terms(self) -> tuple[RandomTerm, ...]:
        model = self.model
        terms = [
            RandomTerm(self._intercept_label(response), response)
            for response in (model.outcome, *model.mediators)
            if self.levels[response] is Level.INDIVIDUAL and self._varies_between(response)
        ]
        for slope in self.slopes:
            if slope.random is not None:
                part = self._parts(slope.source, slope.target, model.centering)[0][1]
                terms.append(RandomTerm(slope.random, slope.target, (Factor(slope.source, part),)))
        return tuple(terms)

    def _varies_between(self, response: str) -> bool:
        """Whether the group means of a response differ at all; if centred, they do not."""
        info = self.frame.columns[response]
        return not info.sd_between <= 1e-9 * info.sd

    def _intercept_label(self, response: str) -> str:
        return f"intercept[{response}]" if response in self.model.paths else response

    def _free(self, random: tuple[RandomTerm, ...]) -> frozenset[tuple[int, int]]:
        covariance = self.model.random_covariance
        # a response whose observed mean predicts another: their intercepts' covariance and that
        # between slope are not identified together, so the covariance is zero
        fixed_at_zero = {
            frozenset((slope.source, slope.target))
            for slope in self.slopes
            if slope.level == "between" and self.levels[slope.source] is Level.INDIVIDUAL
        }
        free = set()
        for row, term in enumerate(random):
            for column, other in enumerate(random[: row + 1]):
                both_intercepts = row != column and not term.factors and not other.factors
                pair = frozenset((term.response, other.response))
                if covariance == "diagonal" and row != column:
                    continue
                if covariance == "by-equation" and term.response != other.response:
                    continue
                if both_intercepts and pair in fixed_at_zero:
                    continue
                free.add((row, column))
        return frozenset(free)


def _with_unique_names(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Tell apart covariates whose names coincide, such as ``age_within`` and the within part of ``age``."""
    seen: dict[str, int] = {}
    unique = []
    for term in terms:
        count = seen[term.parameter] = seen.get(term.parameter, 0) + 1
        name = term.parameter if count == 1 else f"{term.parameter}#{count}"
        unique.append(Term(name, term.factors))
    return tuple(unique)


def _at_level(path: str, level: str) -> str:
    """Return the parameter name of a path at a level: ``a``, ``a_within``, ``a_within[m1]``."""
    if level == "conflated":
        return path
    letter, bracket, rest = path.partition("[")
    return f"{letter}_{level}{bracket}{rest}"
