"""What an interval takes and gives, and what it asks of a fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.effect import EffectSet
from medwidget.errors import ModelError

__all__ = [
    "Array",
    "Bounds",
    "FittedModel",
    "Interval",
    "LikelihoodSurface",
    "Progress",
    "Refit",
    "check_count",
    "check_level",
]

Array = NDArray[np.float64]


class LikelihoodSurface(Protocol):
    """A log-likelihood in unconstrained coordinates phi (Q,)."""

    @property
    def optimum(self) -> Array:
        """Where the log-likelihood is largest, shape (Q,)."""

    @property
    def maximum(self) -> float:
        """The log-likelihood there."""

    @property
    def covers(self) -> frozenset[str]:
        """Names of the parameters that it contains (a restricted one: no fixed effects)."""

    def value(self, phi: Array, /) -> float:
        """Return the log-likelihood."""

    def gradient(self, phi: Array, /) -> Array:
        """Return its gradient, shape (Q,)."""

    def hessian(self, phi: Array, /) -> Array:
        """Return its second derivatives, shape (Q, Q)."""

    def natural(self, phi: Array, /) -> Array:
        """Return the parameters of the table, shape (P,)."""

    def jacobian(self, phi: Array, /) -> Array:
        """Return the derivatives of `natural`, shape (P, Q)."""


class FittedModel(Protocol):
    """An estimate of all parameters with its sampling distribution."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters in the order of the estimate."""

    @property
    def estimate(self) -> Array:
        """The estimate on the natural scale, shape (P,)."""

    @property
    def covariance(self) -> Array:
        """Joint sampling covariance, from the full observed information, shape (P, P)."""

    @property
    def surface(self) -> LikelihoodSurface | None:
        """The likelihood, where the estimator has one."""

    def draw(self, count: int, rng: np.random.Generator, /) -> Array:
        """Return draws (count, P) of the asymptotic distribution, on the natural scale."""


class Refit(Protocol):
    """A way to estimate the same model on other data.

    Where one takes long, ``slow = True`` asks for a look at whether to stop after each.
    """

    @property
    def n_groups(self) -> int:
        """Count of groups."""

    def cluster(self, weights: Array, /) -> Array:
        """Return estimates (B, P) for group weights (B, J); rows of NaN where a refit failed."""

    def parametric(self, count: int, rng: np.random.Generator, /) -> Array:
        """Return estimates (count, P) on data simulated from the fit; NaN as in `cluster`."""


@dataclass(frozen=True)
class Bounds:
    """Intervals of the available effects of a set, in their order (E of them).

    Attributes
    ----------
    lower, upper : arrays (E,)
        NaN where an interval is unavailable.
    standard_error : array (E,)
        SD of the draws, or what the method derives.
    monte_carlo_error : array (E,)
        How far a bound may be off because draws are finite in number, as a standard error; the
        larger of the two bounds'. Zero for methods without draws.
    settings : mapping
        Method, level and the method's options; never a seed.
    attempted, failed : int
        Draws or refits, and how many of them could not be used.
    reasons : tuple of (str or None)
        Why an effect has no interval; None where it has.
    draws : array (S, E) or None
        Values of the effects in the usable draws.
    """

    lower: Array
    upper: Array
    standard_error: Array
    monte_carlo_error: Array
    settings: Mapping[str, Any]
    attempted: int = 0
    failed: int = 0
    reasons: tuple[str | None, ...] = ()
    draws: Array | None = field(default=None, repr=False)

    @property
    def used(self) -> int:
        """How many draws or refits the bounds rest on."""
        return self.attempted - self.failed


# called with how much is done, how much there is, and the bounds so far if there are any;
# False asks to stop and keep what is done
Progress = Callable[[int, int, Bounds | None], bool | None]


@runtime_checkable
class Interval(Protocol):
    """A method, with its options."""

    @property
    def name(self) -> str:
        """The method's name in the registry."""

    def unsupported(self, fit: FittedModel, refit: Refit | None = None) -> str | None:
        """Return why the method cannot be had for this fit, or None."""

    def bounds(
        self,
        effects: EffectSet,
        fit: FittedModel,
        refit: Refit | None,
        rng: np.random.Generator,
        level: float = 0.95,
        progress: Progress | None = None,
    ) -> Bounds:
        """Return the bounds of every available effect.

        Parameters
        ----------
        effects : EffectSet
            Over the parameters of the fit.
        fit : FittedModel
        refit : Refit or None
            Only resampling needs it.
        rng : numpy Generator
            The only source of random numbers.
        level : float
            Nominal coverage, between 0 and 1.
        progress : callable, optional
            Called a few times a second, from the calling thread. When it returns False the method
            stops and gives what it has.

        Raises
        ------
        UnsupportedError
            With the reason that `unsupported` gives.
        Cancelled
            If stopped before there was anything to keep.
        """


def check_level(level: float) -> float:
    """Return a level between 0 and 1, or raise a ModelError."""
    if not 0 < level < 1:
        raise ModelError(f"level={level!r} must lie between 0 and 1; 0.95 is usual.")
    return float(level)


def check_count(argument: str, count: object, least: int = 2) -> None:
    """Raise a ModelError unless ``count`` is a whole number and at least ``least``."""
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < least:
        raise ModelError(f"{argument}={count!r} must be a whole number of at least {least}.")
