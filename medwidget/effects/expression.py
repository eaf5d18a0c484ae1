"""A small language of expressions over named parameters, with exact gradients.

An effect is written once in it. The estimate, every interval, the table and exported syntax are
all read off the same expression.

>>> a, b, c = Parameter("a"), Parameter("b"), Parameter("cov(a,b)")
>>> effect = a * b + c
>>> effect.text()
'a·b + cov(a,b)'
>>> theta = {"a": np.array(2.0), "b": np.array(3.0), "cov(a,b)": np.array(0.5)}
>>> float(effect.value(theta.__getitem__))
6.5
>>> [(name, float(part)) for name, part in sorted(effect.gradient(theta.__getitem__).items())]
[('a', 3.0), ('b', 2.0), ('cov(a,b)', 1.0)]
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.printing import TextPrinter, Visitor

__all__ = [
    "Array",
    "Constant",
    "Expression",
    "Lookup",
    "Parameter",
    "Power",
    "Product",
    "Quotient",
    "Sum",
    "power",
]

Array = NDArray[np.float64]
Lookup = Callable[[str], Array]
Memo = dict[int, Array]
Result = TypeVar("Result")


class Expression(ABC):
    """A differentiable function of named parameters.

    Build expressions with ``+ - * /`` and `power`; they drop zeros and ones and keep labelled
    constants, so that a definition does not change its form with the data.
    """

    @property
    @abstractmethod
    def operands(self) -> tuple[Expression, ...]:
        """The expressions that this one is made of."""

    @abstractmethod
    def accept(self, visitor: Visitor[Result]) -> Result:
        """Call the visitor's method for this kind of node."""

    @abstractmethod
    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        """Return the value from those of the operands."""

    @abstractmethod
    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        """Return the derivative with respect to each operand."""

    def value(self, lookup: Lookup, memo: Memo | None = None) -> Array:
        """Evaluate.

        Parameters
        ----------
        lookup : callable
            Gives the value of a parameter by name, an array of any shape (the same for all).
        memo : dict, optional
            Values of nodes already evaluated with the same lookup; filled in. Expressions that
            share nodes then share work.

        Returns
        -------
        array
            Of the shape of the parameters (or () where there are none).
        """
        memo = {} if memo is None else memo
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return self._evaluate(lookup, memo)

    def gradient(self, lookup: Lookup, memo: Memo | None = None) -> dict[str, Array]:
        """Return the exact partial derivatives by parameter, in reverse mode.

        Arguments are those of `value`; each derivative has the shape of the parameters. Where the
        expression is not differentiable (a root at 0), derivatives are not finite.
        """
        memo = {} if memo is None else memo
        gradient: dict[str, Array] = {}
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            one = np.ones_like(self._evaluate(lookup, memo))
            adjoints: dict[int, Array] = {id(self): one}
            for node in reversed(self._order):
                adjoint = adjoints[id(node)]
                if isinstance(node, Parameter):
                    gradient[node.name] = gradient.get(node.name, 0.0) + adjoint
                    continue
                values = [memo[id(operand)] for operand in node.operands]
                partials = node._partials(values, memo[id(node)])
                for operand, partial in zip(node.operands, partials, strict=True):
                    adjoints[id(operand)] = adjoints.get(id(operand), 0.0) + adjoint * partial
        return gradient

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters that occur."""
        return frozenset(node.name for node in self._order if isinstance(node, Parameter))

    def text(self) -> str:
        """Return the expression as readable text, such as ``a_within·b_within + cov(a,b)``."""
        return self.accept(TextPrinter())[0]

    def __add__(self, other: Expression | float) -> Expression:
        return _sum((self, _expression(other)))

    def __sub__(self, other: Expression | float) -> Expression:
        return _sum((self, -_expression(other)))

    def __mul__(self, other: Expression | float) -> Expression:
        return _product((self, _expression(other)))

    def __truediv__(self, other: Expression | float) -> Expression:
        return _quotient(self, _expression(other))

    def __radd__(self, other: float) -> Expression:
        return _expression(other) + self

    def __rsub__(self, other: float) -> Expression:
        return _expression(other) - self

    def __rmul__(self, other: float) -> Expression:
        return _expression(other) * self

    def __rtruediv__(self, other: float) -> Expression:
        return _expression(other) / self

    def __neg__(self) -> Expression:
        return _product((Constant(-1.0), self))

    def __str__(self) -> str:
        return self.text()

    def _evaluate(self, lookup: Lookup, memo: Memo) -> Array:
        found = memo.get(id(self))
        if found is None:
            values = [operand._evaluate(lookup, memo) for operand in self.operands]
            found = memo[id(self)] = self._compute(lookup, values)
        return found

    @cached_property
    def _order(self) -> tuple[Expression, ...]:
        """Every node once, operands before what is made of them."""
        seen: dict[int, Expression] = {}
        for operand in self.operands:
            seen.update((id(node), node) for node in operand._order if id(node) not in seen)
        return (*seen.values(), self)


@dataclass(frozen=True)
class Parameter(Expression):
    """A free parameter by name."""

    name: str

    @property
    def operands(self) -> tuple[Expression, ...]:
        """None."""
        return ()

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a parameter."""
        return visitor.parameter(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return np.asarray(lookup(self.name), dtype=np.float64)

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return ()


@dataclass(frozen=True)
class Constant(Expression):
    """A known number; with a label it stands for a quantity of the data, such as ``SD(x)``."""

    number: float
    label: str | None = None

    @property
    def operands(self) -> tuple[Expression, ...]:
        """None."""
        return ()

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a constant."""
        return visitor.constant(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return np.asarray(self.number, dtype=np.float64)

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return ()


@dataclass(frozen=True)
class Sum(Expression):
    """A sum of two or more terms."""

    terms: tuple[Expression, ...]

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The terms."""
        return self.terms

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a sum."""
        return visitor.sum(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        total = values[0]
        for value in values[1:]:
            total = total + value
        return total

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return [np.asarray(1.0)] * len(values)


@dataclass(frozen=True)
class Product(Expression):
    """A product of two or more factors, a numeric coefficient first."""

    factors: tuple[Expression, ...]

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The factors."""
        return self.factors

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a product."""
        return visitor.product(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return _multiply(values)

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return [_multiply([*values[:i], *values[i + 1 :]]) for i in range(len(values))]


@dataclass(frozen=True)
class Quotient(Expression):
    """One expression divided by another."""

    numerator: Expression
    denominator: Expression

    @property
    def operands(self) -> tuple[Expression, ...]:
        """Numerator and denominator."""
        return self.numerator, self.denominator

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a quotient."""
        return visitor.quotient(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return np.asarray(values[0] / values[1])

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return np.asarray(1.0 / values[1]), np.asarray(-value / values[1])


@dataclass(frozen=True)
class Power(Expression):
    """An integer power."""

    base: Expression
    exponent: int

    @property
    def operands(self) -> tuple[Expression, ...]:
        """The base."""
        return (self.base,)

    def accept(self, visitor: Visitor[Result]) -> Result:
        """Visit as a power."""
        return visitor.power(self)

    def _compute(self, lookup: Lookup, values: Sequence[Array]) -> Array:
        return np.asarray(values[0] ** self.exponent)

    def _partials(self, values: Sequence[Array], value: Array) -> Sequence[Array]:
        return (np.asarray(self.exponent * values[0] ** (self.exponent - 1)),)


def power(base: Expression, exponent: int) -> Expression:
    """Return an integer power, without a node for exponents 0 and 1."""
    if exponent == 0:
        return Constant(1.0)
    return base if exponent == 1 else Power(base, exponent)


def _expression(value: Expression | float) -> Expression:
    return value if isinstance(value, Expression) else Constant(float(value))


def _plain(node: Expression) -> bool:
    return isinstance(node, Constant) and node.label is None


def _sum(terms: tuple[Expression, ...]) -> Expression:
    flat = [part for term in terms for part in (term.terms if isinstance(term, Sum) else [term])]
    known = sum(term.number for term in flat if isinstance(term, Constant) and _plain(term))
    rest = [term for term in flat if not _plain(term)]
    if known != 0 or not rest:
        rest.append(Constant(known))
    return rest[0] if len(rest) == 1 else Sum(tuple(rest))


def _product(factors: tuple[Expression, ...]) -> Expression:
    flat = [
        part
        for factor in factors
        for part in (factor.factors if isinstance(factor, Product) else [factor])
    ]
    coefficient = 1.0
    for factor in flat:
        if isinstance(factor, Constant) and factor.label is None:
            coefficient *= factor.number
    rest = [factor for factor in flat if not _plain(factor)]
    if coefficient == 0:
        return Constant(0.0)
    if coefficient != 1 or not rest:
        rest.insert(0, Constant(coefficient))
    return rest[0] if len(rest) == 1 else Product(tuple(rest))


def _quotient(numerator: Expression, denominator: Expression) -> Expression:
    if isinstance(denominator, Constant) and _plain(denominator) and denominator.number == 1:
        return numerator
    if isinstance(numerator, Constant) and _plain(numerator) and numerator.number == 0:
        return numerator
    return Quotient(numerator, denominator)


def _multiply(values: Sequence[Array]) -> Array:
    product = values[0]
    for value in values[1:]:
        product = product * value
    return product
