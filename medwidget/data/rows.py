"""The rows in use as arrays: one per column, indicator or product, and the group of each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from medwidget.data.available import available_moments
from medwidget.data.frame import FloatArray, IntArray
from medwidget.data.moments import ColumnKey, GroupMoments, as_key, compute_moments, product_key

__all__ = ["Rows"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Values of the rows in use. The arrays may be views of the caller's data: never write to them.

    Attributes
    ----------
    values : mapping of ColumnKey to ndarray, (N,)
    codes : ndarray of int, (N,)
        Group of each row, from 0 to ``n_groups - 1``.
    n_groups : int
    products : mapping of ColumnKey to (ColumnKey, ColumnKey)
        Which of the columns are products, and of what.
    incomplete : bool
        Whether values are missing (NaN) in some rows.
    """

    values: Mapping[ColumnKey, FloatArray]
    codes: IntArray
    n_groups: int
    products: Mapping[ColumnKey, tuple[ColumnKey, ColumnKey]] = field(default_factory=dict)
    incomplete: bool = False

    @property
    def n_rows(self) -> int:
        """Number of rows in use."""
        return len(self.codes)

    def moments(self) -> GroupMoments:
        """Go over the rows once; without groups there are moments of none."""
        if self.n_groups == 0:
            empty = {key: values[:0] for key, values in self.values.items()}
            return compute_moments(empty, self.codes[:0], 0)
        gathered = available_moments if self.incomplete else compute_moments
        return gathered(self.values, self.codes, self.n_groups)

    def with_values(self, new: Mapping[ColumnKey, FloatArray]) -> Rows:
        """Return rows with some columns replaced or added; products of them are formed anew."""
        values = {**self.values, **new}
        for key, (first, second) in self.products.items():
            if first in new or second in new:
                values[key] = values[first] * values[second]
        return Rows(values, self.codes, self.n_groups, self.products, self.incomplete)

    def with_products(self, pairs: Iterable[tuple[str | ColumnKey, str | ColumnKey]]) -> Rows:
        """Return rows with the products of pairs of columns added."""
        values, products = dict(self.values), dict(self.products)
        for pair in pairs:
            first, second = as_key(pair[0]), as_key(pair[1])
            key = product_key(first, second)
            values[key] = values[first] * values[second]
            products[key] = (first, second)
        return Rows(values, self.codes, self.n_groups, products, self.incomplete)
