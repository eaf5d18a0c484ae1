"""An effect: a named expression with its level, definition and meaning; and sets of effects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Literal

import numpy as np

from medwidget.effects.expression import Array, Expression, Lookup
from medwidget.errors import UnsupportedError, suggestion

__all__ = [
    "Effect",
    "EffectKind",
    "EffectLevel",
    "EffectSet",
    "Guard",
    "Unavailable",
    "apply_guard",
]

EffectLevel = Literal["within", "between", "conflated", "cross-level"]
EffectKind = Literal[
    "effect",
    "specific",
    "contrast",
    "conditional",
    "heterogeneity",
    "standardized",
    "proportion",
    "variance",
]


@dataclass(frozen=True)
class Unavailable:
    """Stands where a number would be, with the reason why there is none."""

    reason: str


@dataclass(frozen=True)
class Guard:
    """Two effects that must allow a ratio: same sign, and an interval of the whole without 0.

    Attributes
    ----------
    part, whole : str
        Names of the effects in numerator and denominator.
    """

    part: str
    whole: str


@dataclass(frozen=True)
class Effect:
    """What the parameters mean, once.

    Attributes
    ----------
    name : str
        Unique within a set: ``indirect_within``, ``indirect_within[m1]``.
    level : {"within", "between", "conflated", "cross-level"}
    kind : str
        "effect", "specific" (one of several mediators), "contrast", "conditional" (at a value of a
        moderator), "heterogeneity", "standardized", "proportion" or "variance".
    expression : Expression or Unavailable
    definition : str
        The formula in parameter names, or words where it would be too long to read.
    about : str
        One plain sentence on what the effect is.
    guard : Guard or None
        What must hold for the number to mean anything; see `apply_guard`.
    range : tuple of float
        Least and largest possible value.
    """

    name: str
    level: EffectLevel
    kind: EffectKind
    expression: Expression | Unavailable
    definition: str
    about: str
    guard: Guard | None = None
    range: tuple[float, float] = (-inf, inf)

    @property
    def available(self) -> bool:
        """Whether there is an expression."""
        return isinstance(self.expression, Expression)

    @property
    def reason(self) -> str | None:
        """Why there is none, or None."""
        return self.expression.reason if isinstance(self.expression, Unavailable) else None

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters that the effect is made of."""
        return self._written.parameters if self.available else frozenset()

    def value(self, theta: Array, names: Sequence[str]) -> Array:
        """Evaluate at parameters ``theta`` (..., P) named by ``names``; returns shape (...).

        Raises
        ------
        UnsupportedError
            If the effect is unavailable.
        """
        lookup, shape = _lookup(theta, names)
        return np.broadcast_to(self._written.value(lookup), shape)

    def gradient(self, theta: Array, names: Sequence[str]) -> Array:
        """Return exact derivatives with respect to all parameters, shape (..., P)."""
        lookup, shape = _lookup(theta, names)
        positions = {name: position for position, name in enumerate(names)}
        gradient = np.zeros((*shape, len(names)))
        for name, part in self._written.gradient(lookup).items():
            gradient[..., positions[name]] = part
        return gradient

    def text(self) -> str:
        """Return the formula in parameter names; the reason where there is none."""
        if isinstance(self.expression, Unavailable):
            return self.expression.reason
        return self.expression.text()

    @property
    def _written(self) -> Expression:
        if isinstance(self.expression, Unavailable):
            raise UnsupportedError(f"{self.name} has no value: {self.expression.reason}")
        return self.expression


class EffectSet:
    """Effects in the order of a table, as functions of one parameter vector.

    The set iterates over all its effects. Values, gradients and `names` are of the available ones
    only, in the same order: their count is E.

    Parameters
    ----------
    effects : iterable of Effect
        With distinct names.
    parameter_names : sequence of str
        Names of the elements of the parameter vector; their count is P.

    Examples
    --------
    >>> from medwidget.effects.expression import Parameter
    >>> ab = Parameter("a") * Parameter("b")
    >>> effect = Effect("indirect", "conflated", "effect", ab, ab.text(), "By way of m.")
    >>> effects = EffectSet([effect], ["a", "b"])
    >>> effects.value(np.array([[2.0, 3.0], [1.0, -1.0]]))
    array([[ 6.],
           [-1.]])
    >>> effects.gradient(np.array([2.0, 3.0]))
    array([[3., 2.]])
    """

    def __init__(self, effects: Iterable[Effect], parameter_names: Sequence[str]) -> None:
        self.effects = tuple(effects)
        self.parameter_names = tuple(parameter_names)
        self._by_name = {effect.name: effect for effect in self.effects}
        if len(self._by_name) < len(self.effects):
            raise ValueError("Two effects of a set have the same name.")

    def __iter__(self) -> Iterator[Effect]:
        return iter(self.effects)

    def __len__(self) -> int:
        return len(self.effects)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def __getitem__(self, name: str) -> Effect:
        if name not in self._by_name:
            raise KeyError(f"There is no effect {name!r}.{suggestion(name, self._by_name)}")
        return self._by_name[name]

    def __repr__(self) -> str:
        return f"EffectSet({', '.join(effect.name for effect in self.effects)})"

    @cached_property
    def available(self) -> tuple[Effect, ...]:
        """The effects that have an expression."""
        return tuple(effect for effect in self.effects if effect.available)

    @cached_property
    def unavailable(self) -> tuple[Effect, ...]:
        """The effects that have a reason instead."""
        return tuple(effect for effect in self.effects if not effect.available)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the available effects."""
        return tuple(effect.name for effect in self.available)

    def subset(self, names: Iterable[str]) -> EffectSet:
        """Return the effects of some names, in the order of the names."""
        return EffectSet([self[name] for name in names], self.parameter_names)

    def value(self, theta: Array) -> Array:
        """Evaluate the available effects.

        Parameters
        ----------
        theta : array (..., P)
            A parameter vector or any stack of them.

        Returns
        -------
        array (..., E)
            Not a number only where the arithmetic is undefined, such as 0 / 0. For a stack the
            memory order is such that each effect's values are contiguous.
        """
        lookup, shape = _lookup(theta, self.parameter_names)
        values = np.empty((len(self.available), *shape))
        memo: dict[int, Array] = {}
        for row, effect in enumerate(self.available):
            values[row] = effect._written.value(lookup, memo)
        return np.moveaxis(values, 0, -1)

    def gradient(self, theta: Array) -> Array:
        """Return the derivatives of the available effects at ``theta`` (P,), shape (E, P)."""
        lookup, _ = _lookup(theta, self.parameter_names)
        gradient = np.zeros((len(self.available), len(self.parameter_names)))
        for row, effect in enumerate(self.available):
            for name, part in effect._written.gradient(lookup).items():
                gradient[row, self._positions[name]] = part
        return gradient

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.parameter_names)}


def apply_guard(
    effect: Effect,
    estimates: Mapping[str, float],
    bounds: Mapping[str, tuple[float, float]],
) -> Unavailable | None:
    """Decide whether a guarded effect may be shown.

    Parameters
    ----------
    effect : Effect
    estimates : mapping of str to float
        Estimates of the effects of the set, by name.
    bounds : mapping of str to (float, float)
        Their lower and upper bounds.

    Returns
    -------
    Unavailable or None
        The reason why the number means nothing here; None where it may be shown (or has no guard).
    """
    guard = effect.guard
    if guard is None:
        return None
    part, whole = estimates[guard.part], estimates[guard.whole]
    if not part * whole > 0:
        return Unavailable(
            f"not meaningful here: {guard.part} and {guard.whole} differ in sign, so one is not a "
            f"share of the other"
        )
    lower, upper = bounds.get(guard.whole, (np.nan, np.nan))
    if np.isnan(lower) or np.isnan(upper):
        return Unavailable(
            f"not meaningful here: no interval tells whether {guard.whole} differs from 0"
        )
    if not (lower > 0 or upper < 0):
        return Unavailable(
            f"not meaningful here: the interval of {guard.whole} includes 0, so the ratio could "
            f"take any value"
        )
    return None


def _lookup(theta: Array, names: Sequence[str]) -> tuple[Lookup, tuple[int, ...]]:
    theta = np.asarray(theta, dtype=np.float64)
    by_parameter = np.ascontiguousarray(np.moveaxis(theta, -1, 0))
    positions = {name: position for position, name in enumerate(names)}
    return lambda name: by_parameter[positions[name]], theta.shape[:-1]
