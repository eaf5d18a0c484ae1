"""The options of a draft beside its roles: how the value of each is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from medwidget.errors import ModelError, one_of
from medwidget.estimators.registry import read_estimator
from medwidget.intervals.registry import read_interval
from medwidget.pipeline.run import read_level, read_seed
from medwidget.spec.arguments import SPLITS
from medwidget.spec.model import CENTERINGS, COVARIANCES, MEDIATIONS, MISSING

__all__ = ["OPTIONS", "read_option"]


def read_option(name: str, value: Any) -> Any:
    """Return the value of an option, from Python or as text from the page.

    Raises
    ------
    MedwidgetError
        If there is no such option, or it cannot take this value.
    """
    if name not in OPTIONS:
        raise ModelError(f"There is no option {name!r}; there are {', '.join(OPTIONS)}.")
    return OPTIONS[name](value)


def _choice(control: str, choices: tuple[str, ...]) -> Any:
    return lambda value: one_of(control, value, choices)


def _estimator(value: Any) -> Any:
    read_estimator(value)
    return value


def _interval(value: Any) -> Any:
    read_interval(value)
    return value


def _level(value: Any) -> float:
    return read_level(_number(value))


def _seed(value: Any) -> int:
    number = _number(value)
    return read_seed(int(number) if isinstance(number, float) and number == int(number) else number)


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


OPTIONS: dict[str, Callable[[Any], Any]] = {
    "centering": _choice("centering", CENTERINGS),
    "random_covariance": _choice("random_covariance", COVARIANCES),
    "mediation": _choice("mediation", MEDIATIONS),
    "missing": _choice("missing", MISSING),
    "split": _choice("split", SPLITS),
    "estimator": _estimator,
    "interval": _interval,
    "level": _level,
    "seed": _seed,
}
