"""The account of rows: how many came in, how many are used, and why the others are not."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

__all__ = ["Dropped", "Ledger", "LostGroup", "Reason", "plain_label"]

Reason = Literal["missing", "infinite", "missing-group", "empty"]

_SHOWN = 5  # labels that a sentence names before it says "and n more"


def plain_label(label: object) -> str | int | float | bool:
    """Return a label as JSON can hold it: text, numbers and booleans as they are, else its text."""
    if isinstance(label, np.generic):
        label = label.item()
    if isinstance(label, float) and not math.isfinite(label):
        return str(label)
    return label if isinstance(label, str | int | float | bool) else str(label)


@dataclass(frozen=True)
class Dropped:
    """Rows that one column keeps from being used.

    Attributes
    ----------
    reason : {"missing", "infinite", "missing-group", "empty"}
        "empty": no column of the model has a value.
    column : str
        Empty where the reason is in no one column.
    count : int
        Rows with this reason. A row may have several, so counts need not add up.
    sentence : str
    """

    reason: Reason
    column: str
    count: int
    sentence: str


@dataclass(frozen=True)
class LostGroup:
    """A group of which no row is left: its label as given, and why."""

    label: Hashable
    why: str


@dataclass(frozen=True)
class Ledger:
    """The rows and groups of the data, and those in use.

    Attributes
    ----------
    n_rows_total, n_rows_used, n_groups_total, n_groups_used : int
    dropped : tuple of Dropped
    lost_groups : tuple of LostGroup
    n_rows_incomplete : int
        Rows in use that lack a value.
    holes : dict of str to int
        How many rows in use lack a value of each column; only columns of which some do.
    """

    n_rows_total: int
    n_rows_used: int
    n_groups_total: int
    n_groups_used: int
    dropped: tuple[Dropped, ...] = ()
    lost_groups: tuple[LostGroup, ...] = ()
    n_rows_incomplete: int = 0
    holes: dict[str, int] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether every row is used."""
        return self.n_rows_used == self.n_rows_total

    @property
    def holes_by_column(self) -> str:
        """Missing values in the rows in use, in words: ``3 of 'm', 5 of 'y'``."""
        return ", ".join(f"{count:,} of {name!r}" for name, count in self.holes.items())

    def sentences(self) -> list[str]:
        """Return the account in words, one fact a sentence."""
        if self.complete:
            everything = f"All {self.n_rows_total:,} rows and all {self.n_groups_total:,} groups"
            return [f"{everything} are used.", *self._kept()]
        told = [
            f"{self.n_rows_used:,} of {self.n_rows_total:,} rows and {self.n_groups_used:,} of "
            f"{self.n_groups_total:,} groups are used."
        ]
        told += [entry.sentence for entry in self.dropped]
        if self.lost_groups:
            shown = [
                f"{plain_label(group.label)!r} ({group.why})" for group in self.lost_groups[:_SHOWN]
            ]
            more = len(self.lost_groups) - len(shown)
            rest = f", and {more:,} more" if more else ""
            told.append(f"Groups without any usable row: {', '.join(shown)}{rest}.")
        return [*told, *self._kept()]

    def _kept(self) -> list[str]:
        """Say how many rows are used although they lack a value, and of which columns."""
        if not self.n_rows_incomplete:
            return []
        count = self.n_rows_incomplete
        rows = "1 row is" if count == 1 else f"{count:,} rows are"
        return [f"{rows} kept although a value is missing: {self.holes_by_column}."]

    def to_dict(self) -> dict[str, Any]:
        """Return the ledger as a dictionary that JSON can hold."""
        record = asdict(self)
        record["dropped"] = list(record["dropped"])
        record["lost_groups"] = [
            {"label": plain_label(group.label), "why": group.why} for group in self.lost_groups
        ]
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Ledger:
        """Rebuild a ledger from what `to_dict` gave."""
        rest = dict(record)
        dropped = tuple(Dropped(**entry) for entry in rest.pop("dropped"))
        lost = tuple(LostGroup(**entry) for entry in rest.pop("lost_groups"))
        return cls(**rest, dropped=dropped, lost_groups=lost)
