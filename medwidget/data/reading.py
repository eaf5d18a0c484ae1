"""One column of a table, read: its numbers or the numbers of its categories, and its holes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medwidget.data.frame import BoolArray, FloatArray, Table
from medwidget.data.groups import Grouping, group_rows
from medwidget.spec.columns import ColumnInfo

__all__ = ["ColumnData", "read_column"]


@dataclass(frozen=True, eq=False)
class ColumnData:
    """A column as it was read, over all rows.

    Attributes
    ----------
    info : ColumnInfo
        Name, kind, type, and counts of missing and infinite values; nothing else yet.
    numbers : ndarray or None
        Values of a numeric or boolean column.
    coded : Grouping or None
        Numbers and labels of the categories of a column of text or categories.
    missing, infinite : ndarray of bool or None
        Rows without a value, and with an infinite one; None where there are none.
    """

    info: ColumnInfo
    numbers: FloatArray | None = None
    coded: Grouping | None = None
    missing: BoolArray | None = None
    infinite: BoolArray | None = None

    @property
    def unusable(self) -> BoolArray | None:
        """Rows without a finite value; None where there are none."""
        if self.missing is None or self.infinite is None:
            return self.infinite if self.missing is None else self.missing
        return self.missing | self.infinite

    @property
    def is_empty(self) -> bool:
        """Whether no row at all holds a finite value."""
        unusable = self.unusable
        return unusable is not None and bool(unusable.all())


def read_column(table: Table, name: str) -> ColumnData:
    """Read a column of any kind."""
    kind = table.kind(name)
    if kind in {"numeric", "boolean"}:
        return _read_numbers(table, name)
    missing = table.missing(name)
    n_missing = int(np.count_nonzero(missing))
    return ColumnData(
        ColumnInfo(name, kind, table.dtype(name), None, n_missing=n_missing),
        coded=None if kind == "unsupported" else _category_codes(table, name),
        missing=missing if n_missing else None,
    )


def _read_numbers(table: Table, name: str) -> ColumnData:
    values = table.numbers(name)
    plain = ColumnInfo(name, table.kind(name), table.dtype(name), None)
    finite = np.isfinite(values)
    if finite.all():
        return ColumnData(plain, values)
    missing = np.isnan(values)
    infinite = ~(finite | missing)
    n_missing, n_infinite = int(np.count_nonzero(missing)), int(np.count_nonzero(infinite))
    return ColumnData(
        ColumnInfo(name, plain.kind, plain.dtype, None, n_missing, n_infinite),
        values,
        missing=missing if n_missing else None,
        infinite=infinite if n_infinite else None,
    )


def _category_codes(table: Table, name: str) -> Grouping | None:
    """Number the categories of a column: in their declared order, otherwise as they appear."""
    found = group_rows(table, name)
    declared = table.declared_categories(name)
    if found is None or not declared:
        return found
    place = {label: i for i, label in enumerate(declared)}
    order = sorted(range(found.n_groups), key=lambda i: place[found.labels[i]])
    ranks = np.empty(len(order) + 1, dtype=np.intp)
    ranks[order] = np.arange(len(order))
    ranks[-1] = -1  # what the code of a missing value picks
    return Grouping(ranks[found.codes], [found.labels[i] for i in order])
