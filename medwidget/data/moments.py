"""What a Gaussian model needs of the rows: per group its size, means and cross-products.

One pass over the rows in pieces, and never again. Values enter as differences from the first row
of their group: a column that is constant within groups then has products of exactly zero and an
exact mean, and an offset of 1e9 costs no digits.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np

from medwidget.data.frame import PIECE, BoolArray, FloatArray, IntArray
from medwidget.data.groups import first_rows

__all__ = [
    "ColumnKey",
    "GroupMoments",
    "as_key",
    "compute_moments",
    "count_varying_groups",
    "group_means",
    "product_key",
]

ColumnKey: TypeAlias = tuple[str, Hashable]
"""A column (its name, None), or the indicator of one of its categories (its name, category)."""


def as_key(column: str | ColumnKey) -> ColumnKey:
    """Return the key of a column given by name or key."""
    return (column, None) if isinstance(column, str) else column


def product_key(first: str | ColumnKey, second: str | ColumnKey) -> ColumnKey:
    """Return the key of the product of two columns: ``("x", ("times", "w"))``.

    Examples
    --------
    >>> product_key("x", "w")
    ('x', ('times', 'w'))
    >>> product_key("x", ("sex", "female"))
    ('x', ('times', ('sex', 'female')))
    """
    (name, category), other = as_key(first), as_key(second)
    by = other[0] if other[1] is None else other
    return (name, ("times", by) if category is None else ("times", by, category))


@dataclass(frozen=True, eq=False)
class GroupMoments:
    """Sizes, means and cross-products of columns by group.

    Attributes
    ----------
    keys : tuple of ColumnKey
        The columns, in the order of the arrays.
    counts : ndarray, (J,)
        Rows of each group.
    means : ndarray, (J, v)
    products : ndarray, (J, v, v)
        Sums over a group's rows of products of deviations from the group's means.
    varies : ndarray of bool, (J, v)
        Whether a column takes more than one value in a group, by exact comparison.
    minima, maxima : ndarray, (v,)
        Over all rows; `select` leaves them as they are.
    available : ndarray, (J, v), or None
        Rows of each group that have a value of each column, where some do not: means are over
        these (NaN where there are none), products over the rows that have both values, of
        deviations from these means. None where every row has every value.
    """

    keys: tuple[ColumnKey, ...]
    counts: FloatArray
    means: FloatArray
    products: FloatArray
    varies: BoolArray
    minima: FloatArray
    maxima: FloatArray
    available: FloatArray | None = None

    @cached_property
    def varying(self) -> IntArray:
        """Number of groups in which each column takes more than one value, (v,)."""
        varying: IntArray = self.varies.sum(axis=0, dtype=np.intp)
        return varying

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return len(self.counts)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.counts.sum())

    @cached_property
    def _positions(self) -> dict[ColumnKey, int]:
        return {key: position for position, key in enumerate(self.keys)}

    def __contains__(self, key: object) -> bool:
        return key in self._positions

    def position(self, key: ColumnKey) -> int:
        """Return where a column stands in the arrays."""
        return self._positions[key]

    def select(self, groups: Sequence[int] | IntArray | BoolArray) -> GroupMoments:
        """Return the moments of some groups, given by number or by a mask."""
        chosen = np.asarray(groups)
        if chosen.dtype != np.bool_:
            chosen = chosen.astype(np.intp)
        return GroupMoments(
            self.keys,
            self.counts[chosen],
            self.means[chosen],
            self.products[chosen],
            self.varies[chosen],
            self.minima,
            self.maxima,
            None if self.available is None else self.available[chosen],
        )


def compute_moments(
    rows: Mapping[ColumnKey, FloatArray], codes: IntArray, n_groups: int
) -> GroupMoments:
    """Go over the rows once.

    Parameters
    ----------
    rows : mapping of ColumnKey to ndarray, (N,)
        Columns without missing or infinite values.
    codes : ndarray of int, (N,)
        Group of each row, from 0 to ``n_groups - 1``; every group has a row.
    n_groups : int

    Returns
    -------
    GroupMoments
    """
    columns = tuple(rows.values())
    v = len(columns)
    counts = np.bincount(codes, minlength=n_groups).astype(np.float64)
    first = first_rows(codes, n_groups)
    origins = [column[first] for column in columns]
    sums = np.zeros((v, n_groups))
    products = np.zeros((v, v, n_groups))
    varies = np.zeros((v, n_groups), dtype=np.bool_)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for start in range(0, len(codes), PIECE):
            stop = start + PIECE
            _add_piece(
                [column[start:stop] for column in columns],
                origins,
                codes[start:stop],
                (sums, products, varies),
            )
        _centre(sums, products, counts)
        means = np.stack(origins, axis=1) + sums.T if v else np.zeros((n_groups, 0))
    return GroupMoments(
        tuple(rows),
        counts,
        means,
        np.ascontiguousarray(products.transpose(2, 0, 1)),
        np.ascontiguousarray(varies.T),
        np.array([column.min(initial=np.inf) for column in columns]),
        np.array([column.max(initial=-np.inf) for column in columns]),
    )


def _add_piece(
    columns: Sequence[FloatArray],
    origins: Sequence[FloatArray],
    codes: IntArray,
    totals: tuple[FloatArray, FloatArray, BoolArray],
) -> None:
    """Add one piece of the rows to the sums, products and flags of its groups."""
    sums, products, varies = totals
    # with the groups in order a piece holds few of them, and the rest are not touched
    low, high = int(codes.min()), int(codes.max()) + 1
    local = codes - low if low else codes
    moving: list[tuple[int, FloatArray]] = []
    for i, column in enumerate(columns):
        shift = column - origins[i][codes]
        if not shift.any():
            continue
        varies[i, codes[shift != 0]] = True
        sums[i, low:high] += np.bincount(local, shift, high - low)
        for k, other in [*moving, (i, shift)]:
            products[k, i, low:high] += np.bincount(local, shift * other, high - low)
        moving.append((i, shift))


def _centre(sums: FloatArray, products: FloatArray, counts: FloatArray) -> None:
    """Turn sums of shifts into mean shifts, and products about first rows into ones about means."""
    totals = sums.copy()
    sums /= np.maximum(counts, 1)
    for i in range(len(sums)):
        for k in range(i + 1):
            if totals[k].any() and totals[i].any():
                products[k, i] -= totals[k] * sums[i]
            products[i, k] = products[k, i]
        np.maximum(products[i, i], 0, out=products[i, i])  # rounding may leave -1e-17


def group_means(values: FloatArray, codes: IntArray, counts: FloatArray) -> FloatArray:
    """Return the mean of one column in each group, as `compute_moments` does."""
    origins = values[first_rows(codes, len(counts))]
    return origins + np.bincount(codes, values - origins[codes], len(counts)) / counts


def count_varying_groups(values: FloatArray | IntArray, codes: IntArray, n_groups: int) -> int:
    """Count the groups in which a column takes more than one value."""
    origins = values[first_rows(codes, n_groups)]
    differing = codes[values != origins[codes]]
    return int(np.count_nonzero(np.bincount(differing, minlength=n_groups)))
