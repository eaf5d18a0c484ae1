"""The exceptions of medwidget: every message says what is wrong, where, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medwidget.spec.problems import Problem

__all__ = [
    "Cancelled",
    "ConvergenceError",
    "DataError",
    "MedwidgetError",
    "MedwidgetWarning",
    "ModelError",
    "UnsupportedError",
    "one_of",
    "suggestion",
]


class MedwidgetError(Exception):
    """Base of every error that medwidget raises on purpose.

    Attributes
    ----------
    problems : tuple of Problem
        The problems behind the error, each with code, column, count and remedy.
        Empty when the error is about a single argument.
    """

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class ModelError(MedwidgetError):
    """The model contradicts itself or the columns that it names."""


class DataError(MedwidgetError):
    """The data cannot be read, or hold too little for the model."""


class UnsupportedError(MedwidgetError):
    """The request is meaningful, but not offered for this model; the message says why."""


class ConvergenceError(MedwidgetError):
    """No usable maximum of the likelihood was found from any start."""


class Cancelled(MedwidgetError):  # noqa: N818 - a request of the user, not an error
    """The user asked to stop before there was anything to keep."""


class MedwidgetWarning(UserWarning):
    """Base of the warnings that medwidget issues outside of a result."""


def suggestion(given: object, choices: Iterable[str]) -> str:
    """Return " Did you mean ...?" for the choice closest to ``given``, or an empty string."""
    close = get_close_matches(str(given), list(choices), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""


def one_of(argument: str, given: object, choices: Sequence[str]) -> str:
    """Return ``given`` if it is one of ``choices``; raise a ModelError that lists them if not."""
    if isinstance(given, str) and given in choices:
        return given
    offered = ", ".join(repr(choice) for choice in choices)
    raise ModelError(
        f"{argument}={given!r} is not offered; choose one of {offered}.{suggestion(given, choices)}"
    )
