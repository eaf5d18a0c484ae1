"""What an author adds to a result before it is reported."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from medwidget.errors import ModelError, one_of
from medwidget.views.text.nouns import Nouns

__all__ = [
    "ASSUMPTIONS",
    "BY_LEVEL",
    "LEVELS",
    "STANDINGS",
    "STYLES",
    "Choices",
    "Decision",
    "PathNote",
    "at_levels",
    "read_choices",
]

STYLES = ("apa", "plain")
# What theory says of a path may be testable with data like these, or not.
STANDINGS = ("", "testable", "speculative")
# What is judged within groups and between them, each by itself.
BY_LEVEL = ("confounding-xm", "confounding-my", "confounding-xy", "affected-confounder")
LEVELS = ("within", "between")
# What data cannot show and an author may judge to hold, in the order in which it is listed.
ASSUMPTIONS = (
    "order",
    *(f"{name}-{level}" for name in BY_LEVEL for level in LEVELS),
    "interference",
    "independent-rows",
    "measurement",
    "linear",
)


def at_levels(assumption: str) -> tuple[str, ...]:
    """Return an assumption as it is judged: one that names no level stands for both.

    Raises
    ------
    ModelError
        If there is no such assumption; the message lists those that there are.
    """
    name = one_of("judged", assumption, (*ASSUMPTIONS, *BY_LEVEL))
    return tuple(f"{name}-{level}" for level in LEVELS) if name in BY_LEVEL else (name,)


@dataclass(frozen=True)
class Decision:
    """A choice that was made on the way to the model.

    Attributes
    ----------
    when : str
        Date and time, as they are printed.
    what : str
    why : str
        In the author's words; empty where no reason was given.
    """

    when: str
    what: str
    why: str = ""


@dataclass(frozen=True)
class PathNote:
    """What theory says of a path.

    Attributes
    ----------
    source, target : str
        Columns.
    construct : str
        What they stand for.
    mechanism : str
        Why one should act on the other.
    standing : {"", "testable", "speculative"}
        Whether data like these could show it wrong.
    """

    source: str
    target: str
    construct: str = ""
    mechanism: str = ""
    standing: str = ""


@dataclass(frozen=True)
class Choices:
    """What an author chose.

    Attributes
    ----------
    style : {"apa", "plain"}
    nouns : Nouns
        What a group and a row are called.
    judged : tuple of str
        Of `ASSUMPTIONS`, those that the author judges to hold.
    smallest : float or None
        The smallest indirect effect that would matter, in units of the outcome per unit of the
        exposure; its sign does not matter.
    decisions : tuple of Decision
        In the order in which they were made.
    notes : tuple of PathNote
        Those of paths that the model does not have are left out.
    """

    style: str = "apa"
    nouns: Nouns = field(default_factory=Nouns)
    judged: tuple[str, ...] = ()
    smallest: float | None = None
    decisions: tuple[Decision, ...] = ()
    notes: tuple[PathNote, ...] = ()


def read_choices(
    style: str = "apa",
    group_label: str = "group",
    row_label: str = "row",
    judged: Iterable[str] = (),
    smallest: float | None = None,
) -> Choices:
    """Return choices that were checked.

    Raises
    ------
    ModelError
        If one of them is not among those that there are; the message names it.
    """
    if isinstance(judged, str):
        raise ModelError(f"judged is a list of assumptions, not the text {judged!r}.")
    wanted = {name for item in judged for name in at_levels(item)}
    if smallest is not None:
        number = isinstance(smallest, int | float) and math.isfinite(smallest)  # type: ignore[redundant-expr]
        if not number or not smallest:
            raise ModelError(
                f"smallest is the smallest effect that would matter, a number other than 0; "
                f"{smallest!r} is not."
            )
        smallest = abs(float(smallest))
    return Choices(
        one_of("style", style, STYLES),
        Nouns(group_label, row_label),
        tuple(item for item in ASSUMPTIONS if item in wanted),
        smallest,
    )
