"""What the user calls a group and a row: a person and a day, a school and a pupil."""

from __future__ import annotations

from dataclasses import dataclass

from medwidget.views.text.names import shortened, visible

__all__ = ["Nouns"]

IRREGULAR = {"child": "children", "man": "men", "woman": "women", "person": "persons"}
SIBILANTS = ("s", "x", "z", "ch", "sh")
# Longest noun, in characters, that a sentence prints in full.
LONGEST = 24


@dataclass(frozen=True)
class Nouns:
    """The user's nouns, in the singular.

    Examples
    --------
    >>> nouns = Nouns("person", "diary")
    >>> nouns.groups, nouns.rows, nouns.of_groups(1), nouns.of_rows(2100)
    ('persons', 'diaries', '1 person', '2,100 diaries')
    """

    group: str = "group"
    row: str = "row"

    def __post_init__(self) -> None:
        for name in ("group", "row"):
            object.__setattr__(self, name, shortened(visible(getattr(self, name)), LONGEST))

    @property
    def groups(self) -> str:
        """Several groups."""
        return plural(self.group)

    @property
    def rows(self) -> str:
        """Several rows."""
        return plural(self.row)

    def of_groups(self, number: int) -> str:
        """Return a number of groups with its noun."""
        return f"{number:,} {self.group if number == 1 else self.groups}"

    def of_rows(self, number: int) -> str:
        """Return a number of rows with its noun."""
        return f"{number:,} {self.row if number == 1 else self.rows}"


def plural(noun: str) -> str:
    """Return the plural of an English noun, by its ending."""
    if noun in IRREGULAR:
        return IRREGULAR[noun]
    if noun.endswith("y") and noun[-2:-1] not in {"", "a", "e", "i", "o", "u"}:
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(SIBILANTS) else f"{noun}s"
