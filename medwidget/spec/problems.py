"""A problem is a value: the exception, the table and the interface all show the same one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from medwidget.errors import MedwidgetError, ModelError

__all__ = ["Problem", "Severity", "errors_among", "raise_errors"]

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way of a model, or that its reader must know.

    Attributes
    ----------
    code : str
        Stable identifier, for example ``"group-level-slope"``.
    message : str
        What is the case, and what it means for the numbers.
    remedy : str
        What to do about it, as an instruction.
    column : str or None
        The column concerned, as it is spelt in the data.
    count : int or None
        How many rows, groups or columns are concerned.
    severity : {"error", "warning", "note"}
        Whether it prevents a fit, limits what may be read off it, or is good to know.
    """

    code: str
    message: str
    remedy: str
    column: str | None = None
    count: int | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()

    def to_dict(self) -> dict[str, Any]:
        """Return the problem as a dictionary that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Problem:
        """Rebuild a problem from what `to_dict` gave."""
        return cls(**record)


def errors_among(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems that prevent a fit."""
    return [problem for problem in problems if problem.severity == "error"]


def raise_errors(problems: Iterable[Problem], kind: type[MedwidgetError] = ModelError) -> None:
    """Raise one exception of class ``kind`` for all errors among ``problems``, if there are any."""
    errors = errors_among(problems)
    if not errors:
        return
    if len(errors) == 1:
        raise kind(str(errors[0]), errors)
    lines = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(errors, 1))
    raise kind(
        f"The model cannot be fitted to these data, for {len(errors)} reasons:\n{lines}", errors
    )
