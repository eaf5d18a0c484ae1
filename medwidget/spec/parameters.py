"""The parameter table: every free quantity of a model by name, in one fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

__all__ = ["Kind", "Parameter", "ParameterTable", "covariance_name", "residual_name"]

Kind = Literal["fixed", "variance", "covariance", "residual", "exogenous"]


def covariance_name(first: str, second: str) -> str:
    """Return the parameter name of an element of T: ``var(a)`` or ``cov(a,b)``."""
    return f"var({first})" if first == second else f"cov({first},{second})"


def residual_name(response: str) -> str:
    """Return the parameter name of a residual variance."""
    return f"residual({response})"


@dataclass(frozen=True)
class Parameter:
    """One free quantity.

    Attributes
    ----------
    name : str
        Unique within the table.
    kind : {"fixed", "variance", "covariance", "residual", "exogenous"}
        What it is: a coefficient; an element of T; a residual variance, or a covariance of the
        residuals of two responses; a mean, variance or covariance of exogenous variables (under
        latent centring). All but the first, and means, are on the (co)variance scale, not
        logarithms.
    equation : str or None
        Response of the equation it belongs to; None for covariances across equations.
    labels : tuple of str
        For elements of T, the labels of the two random effects; for other variances and
        covariances, the variables.
    """

    name: str
    kind: Kind
    equation: str | None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class ParameterTable:
    """All parameters in the order of the estimates: fixed, elements of T, residuals, exogenous."""

    parameters: tuple[Parameter, ...]

    def __len__(self) -> int:
        return len(self.parameters)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.parameters)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Position of each name in the estimate vector."""
        return {name: position for position, name in enumerate(self.names)}

    def __contains__(self, name: object) -> bool:
        return name in self.positions

    def of_kind(self, *kinds: Kind) -> Sequence[int]:
        """Return the positions of the parameters of some kinds."""
        return [
            position
            for position, parameter in enumerate(self.parameters)
            if parameter.kind in kinds
        ]
