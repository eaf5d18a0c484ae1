"""Functions of expressions beyond arithmetic: roots, normal probabilities, quadratic forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.special import ndtr

from medwidget.effects.bivariate import same_sign_gradient, same_sign_probability
from medwidget.effects.expression import Array, Expression, Lookup
from medwidget.effects.printing import Visitor

__all__ = ["NormalProbability", "QuadraticForm", "SameSign", "Sqrt"]

Result = TypeVar("Result")


@dataclass(frozen=True)
class Sqrt(Expression):
    """A square root; an argument below 0, which only rounding can bring about, counts as 0."""

    radicand: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The radicand."""
        return (self.radicand,)

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a square root."""
        return visitor.sqrt(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return np.asarray(np.sqrt(np.maximum(values[0], 0.0)))

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return (np.asarray(np.where(value > 0, 0.5 / value, np.nan)),)


@dataclass(frozen=True)
class NormalProbability(Expression):
    """The standard normal distribution function of an expression."""

    argument: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The argument."""
        return (self.argument,)

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a normal probability."""
        return visitor.normal_probability(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return np.asarray(ndtr(values[0]))

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return (np.asarray(np.exp(-0.5 * values[0] ** 2) / np.sqrt(2.0 * np.pi)),)


@dataclass(frozen=True)
class SameSign(Expression):
    """The probability that two jointly normal variables have the same sign."""

    mean1: Expression
    mean2: Expression
    var1: Expression
    var2: Expression
    cov: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The five moments."""
        return self.mean1, self.mean2, self.var1, self.var2, self.cov

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a same-sign probability."""
        return visitor.same_sign(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return same_sign_probability(*values)

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return same_sign_gradient(*values)


@dataclass(frozen=True, eq=False)
class QuadraticForm(Expression):
    """x'Mx for expressions x and a known symmetric matrix M (p, p), named by a label."""

    vector: tuple[Expression, ...]
    matrix: Array
    label: str

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The elements of x."""
        return self.vector

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a quadratic form."""
        return visitor.quadratic_form(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        stacked = np.stack(np.broadcast_arrays(*values))
        return np.asarray(np.sum(stacked * np.tensordot(self.matrix, stacked, 1), axis=0))

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        stacked = np.stack(np.broadcast_arrays(*values))
        return list(2.0 * np.tensordot(self.matrix, stacked, 1))
