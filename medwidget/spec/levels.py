"""The levels of a variable, as ordered labels."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Level"]


class Level(IntEnum):
    """Where a variable varies: among the rows of a group, or only from group to group."""

    INDIVIDUAL = 1
    GROUP = 2

    @property
    def label(self) -> str:
        """The level in words, as tables print it."""
        return self.name.lower()
