"""Intervals by name: the only place where a string becomes a method."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from medwidget.errors import ModelError, UnsupportedError, one_of
from medwidget.intervals.bootstrap import Bootstrap
from medwidget.intervals.delta import Delta
from medwidget.intervals.monte_carlo import MonteCarlo
from medwidget.intervals.profile import Profile
from medwidget.intervals.protocol import Interval

__all__ = ["INTERVALS", "read_interval"]

INTERVALS: Mapping[str, Callable[[], Interval]] = MappingProxyType(
    {"monte-carlo": MonteCarlo, "delta": Delta, "bootstrap": Bootstrap, "profile": Profile}
)


def read_interval(interval: object) -> Interval:
    """Return the method that a name stands for, with its default options; a method as it is.

    Parameters
    ----------
    interval : str or Interval
        "monte-carlo", "delta", "bootstrap", "profile", or an object with options such as
        ``Bootstrap(kind="parametric", samples=500)``.

    Raises
    ------
    UnsupportedError
        For "posterior", which comes with the Bayesian estimator and is no choice of its own.
    ModelError
        For anything else.

    Examples
    --------
    >>> read_interval("monte-carlo")
    MonteCarlo(samples=10000)
    """
    if interval == "posterior":
        raise UnsupportedError(
            'interval="posterior" comes with estimator="bayes" and only with it. Choose that '
            "estimator, or another interval."
        )
    if isinstance(interval, str):
        return INTERVALS[one_of("interval", interval, [*INTERVALS, "posterior"])]()
    if isinstance(interval, type) or not isinstance(interval, Interval):
        raise ModelError(
            f"interval={interval!r} must be one of {', '.join(map(repr, INTERVALS))}, or a method "
            f"with options such as Bootstrap(samples=500)."
        )
    return interval
