"""Which group each row belongs to, with the labels exactly as given and in the data's order."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget.data.frame import PIECE, BoolArray, IntArray, Table

__all__ = ["Grouping", "first_rows", "group_rows", "renumber"]


@dataclass(frozen=True, eq=False)
class Grouping:
    """Rows in groups.

    Attributes
    ----------
    codes : ndarray of int, (N,)
        Number of each row's group, -1 where the label is missing. Groups are numbered in the
        order in which they first appear.
    labels : list
        The label of each group, as the data frame gives it: never sorted, never recoded.
    """

    codes: IntArray
    labels: list[Hashable]

    @property
    def n_groups(self) -> int:
        """How many groups there are."""
        return len(self.labels)

    @property
    def n_missing(self) -> int:
        """How many rows have no label."""
        return int(np.count_nonzero(self.codes < 0))


def group_rows(table: Table, name: str) -> Grouping | None:
    """Number the groups of a column; None if its values cannot be labels (lists, structures)."""
    stored = table.machine_values(name)
    if stored is not None:
        codes = _codes_of_numbers(*stored)
    else:
        try:
            codes = _codes_of_objects(table, name)
        except TypeError:  # unhashable
            return None
    n_groups = int(codes.max(initial=-1)) + 1
    return Grouping(codes, table.items(name, first_rows(codes, n_groups)))


def first_rows(codes: IntArray, n_groups: int) -> IntArray:
    """Return the first row of each group."""
    first = np.zeros(n_groups, dtype=np.intp)
    # backwards, so that the earliest row of a group is written last
    for start in reversed(range(0, len(codes), PIECE)):
        here = codes[start : start + PIECE]
        rows = np.arange(start, start + len(here))
        if here.min() < 0:
            here, rows = here[here >= 0], rows[here >= 0]
        first[here[::-1]] = rows[::-1]
    return first


def renumber(codes: IntArray, n_groups: int) -> tuple[IntArray, IntArray]:
    """Close the gaps that groups without rows leave: new codes, and the groups that remain."""
    present = np.bincount(codes, minlength=n_groups) > 0
    kept = np.flatnonzero(present)
    if len(kept) == n_groups:
        return codes, kept
    return (np.cumsum(present) - 1)[codes], kept


def _codes_of_numbers(values: NDArray[Any], missing: BoolArray | None) -> IntArray:
    if missing is not None:
        codes = np.full(len(values), -1, dtype=np.intp)
        codes[~missing] = _codes_of_numbers(values[~missing], None)
        return codes
    from pandas import factorize

    if values.dtype.kind == "f" and values.dtype.itemsize not in {4, 8}:
        values = values.astype(np.float64)  # pandas cannot number the other lengths
    starts = np.flatnonzero(values[1:] != values[:-1]) + 1
    if len(starts) > len(values) // 2:
        return np.asarray(factorize(values)[0], dtype=np.intp)
    # rows of a group mostly stand together: number the runs instead of the rows
    starts = np.concatenate([np.zeros(min(1, len(values)), dtype=np.intp), starts])
    lengths = np.diff(starts, append=len(values))
    return np.repeat(np.asarray(factorize(values[starts])[0], dtype=np.intp), lengths)


def _codes_of_objects(table: Table, name: str) -> IntArray:
    from pandas import factorize

    codes = np.empty(table.n_rows, dtype=np.intp)
    numbers: dict[Hashable, int] = {}
    start = 0
    for piece in table.pieces(name):
        local, uniques = factorize(piece)
        known = [numbers.setdefault(label, len(numbers)) for label in uniques.tolist()]
        # the extra last entry is what the -1 of a missing label picks
        codes[start : start + len(piece)] = np.array([*known, -1], dtype=np.intp)[local]
        start += len(piece)
    return codes
