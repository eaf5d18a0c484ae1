"""What an author adds to a result before it is reported."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from medwidget.errors import ModelError, one_of
from medwidget.views.text.nouns import Nouns

__all__ = [
    "ASSUMPTIONS",
    "CAUSAL",
    "STANDINGS",
    "STYLES",
    "Choices",
    "Decision",
    "PathNote",
    "read_choices",
]

STYLES = ("apa", "plain")
# What theory says of a path may be testable with data like these, or not.
STANDINGS = ("", "testable", "speculative")
# What data cannot show and an author may judge to hold, in the order in which it is listed.
ASSUMPTIONS = (
    "order",
    "confounding-xm",
    "confounding-my",
    "confounding-xy",
    "affected-confounder",
    "interference",
    "independent-rows",
    "measurement",
    "linear",
)
# Where all of these are judged to hold, an effect is called one.
CAUSAL = frozenset(ASSUMPTIONS[:5])


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

    @property
    def causal(self) -> bool:
        """Whether all is judged to hold under which an association is an effect."""
        return set(self.judged) >= CAUSAL


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
    wanted = {one_of("judged", item, ASSUMPTIONS) for item in judged}
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
