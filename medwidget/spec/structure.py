"""A model resolved against its columns: equations, random effects and parameters.

A `Structure` is what estimators, effects and exporters read: which columns enter which equation
in which part, which slopes vary, which covariances are free, and the name of every parameter.
Designs such as 2-1-1 are never branched on; everything follows from the level of each column.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.parameters import (
    Kind,
    Parameter,
    ParameterTable,
    covariance_name,
    residual_name,
)

if TYPE_CHECKING:
    from medwidget.spec.two_level import TwoLevel

__all__ = ["Equation", "Factor", "Part", "RandomTerm", "Slope", "Structure", "Term"]


class Part(Enum):
    """The part of a column that enters a term."""

    RAW = "raw"  # as it is
    GRAND = "grand-mean centred"  # minus the mean over all rows
    WITHIN = "within"  # minus the group's mean
    BETWEEN = "between"  # the group's observed mean
    GROUP = "group"  # a group-level column, as it is
    LATENT_WITHIN = "latent within"  # minus the group's latent mean
    LATENT_BETWEEN = "latent between"  # the group's latent mean


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
        return self.part in {Part.RAW, Part.GRAND, Part.WITHIN, Part.LATENT_WITHIN}


@dataclass(frozen=True)
class Term:
    """A fixed effect: the product of its factors (none for an intercept) times the parameter."""

    parameter: str
    factors: tuple[Factor, ...] = ()


@dataclass(frozen=True)
class RandomTerm:
    """A random effect of an equation, with the factors it multiplies (none: intercept)."""

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
    two_level : TwoLevel or None
        Under latent centring, both levels as systems of equations among all variables.
    """

    model: MediationModel
    levels: dict[str, Level]
    equations: tuple[Equation, ...]
    random: tuple[RandomTerm, ...]
    free: frozenset[tuple[int, int]]
    slopes: tuple[Slope, ...]
    two_level: TwoLevel | None = None

    @cached_property
    def parameters(self) -> ParameterTable:
        """Every quantity by name; all are free but those under the model's constraints."""
        fixed = [
            Parameter(term.parameter, "fixed", equation.response)
            for equation in self.equations
            for term in equation.fixed
        ]
        elements = [self._element(row, column) for row, column in self.free_elements]
        residuals = [Parameter(item.residual, "residual", item.response) for item in self.equations]
        table = (*fixed, *elements, *residuals)
        if self.two_level is None:
            return ParameterTable(table)
        known = {parameter.name for parameter in table}
        return ParameterTable((*table, *self.two_level.beside(known, self.model.responses)))

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
        """Positions of the random effects in reading order: by equation, intercept first."""
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
        """Return the name of an element of T by labels; None where it is fixed at zero."""
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
        kind: Kind = "variance" if row == column else "covariance"
        return Parameter(
            covariance_name(left.label, right.label), kind, equation, (left.label, right.label)
        )
