"""What a two-level model needs of the rows: cross-products by group and pattern of missing values.

The rows of one group that have the same variables observed are a cell. Complete data have one cell
a group. Values are standardized, so that no product loses digits to an offset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from medwidget.data.columns import spread
from medwidget.data.frame import BoolArray, FloatArray, IntArray
from medwidget.data.moments import ColumnKey
from medwidget.data.prepare import Prepared
from medwidget.spec.structure import Part
from medwidget.spec.two_level import TwoLevel, Variable

__all__ = ["Cells", "build_cells", "make_cells"]

BITS = 63  # of a whole number
_Asked = tuple[tuple[ColumnKey | None, Part | None], ...]
_LAST: WeakKeyDictionary[Prepared, tuple[_Asked, Cells]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Cells:
    """Cross-products of standardized variables by group and pattern of missing values.

    Attributes
    ----------
    observed : ndarray of bool, (R, w)
        Which individual-level variables each pattern has; no pattern is without any.
    group, pattern : ndarrays of int, (C,)
        Of each cell, in the order of groups.
    counts : ndarray, (C,)
        Rows of each cell.
    means : ndarray, (C, w)
        0 where a variable is missing.
    products : ndarray, (C, w, w)
        Sums of products of deviations from the cell's means; 0 where a variable is missing.
    group_values : ndarray, (J, g)
        Group-level variables; 0 where missing.
    group_observed : ndarray of bool, (J, g)
    n_groups : int
    location, scale : ndarrays, (w,)
        What was taken from the individual-level variables, and what they were divided by.
    group_location, group_scale : ndarrays, (g,)
    """

    observed: BoolArray
    group: IntArray
    pattern: IntArray
    counts: FloatArray
    means: FloatArray
    products: FloatArray
    group_values: FloatArray
    group_observed: BoolArray
    n_groups: int
    location: FloatArray
    scale: FloatArray
    group_location: FloatArray
    group_scale: FloatArray

    @property
    def complete(self) -> bool:
        """Whether no value is missing."""
        return bool(self.observed.all() and self.group_observed.all())

    @property
    def n_values(self) -> int:
        """Values observed, at both levels."""
        rows = int(self.counts @ self.observed.sum(axis=1)[self.pattern])
        return rows + int(self.group_observed.sum())


def build_cells(two_level: TwoLevel, prepared: Prepared) -> Cells:
    """Return the cells of prepared data for a two-level model.

    Parameters
    ----------
    two_level : TwoLevel
    prepared : Prepared
        With the columns of the model, products of group-level ones included.

    Notes
    -----
    All parts of a column have one scale, its standard deviation over rows. The location is the
    column's mean, and 0 for deviations from observed group means. The last cells of some data are
    kept while these live: they depend on the variables only, which nested models share.
    """
    within = two_level.within.variables
    group = [two_level.between.variables[place] for place in two_level.group]
    asked = tuple((item.key, item.part) for item in (*within, *group))
    known = _LAST.get(prepared)
    if known is not None and known[0] == asked:
        return known[1]
    cells = _Columns(prepared).cells(within, group)
    _LAST[prepared] = (asked, cells)
    return cells


class _Columns:
    """Columns of prepared data as variables of a two-level model."""

    def __init__(self, prepared: Prepared) -> None:
        self.rows, self.moments = prepared.rows, prepared.moments

    def cells(self, within: Sequence[Variable], group: Sequence[Variable]) -> Cells:
        """Return the cells of some variables."""
        location, scale = self._units(within)
        group_location, group_scale = self._units(group)
        group_values = np.empty((self.moments.n_groups, len(group)))
        for place, variable in enumerate(group):
            group_values[:, place] = self._group_values(_key(variable))
        if self.moments.available is None:
            return Cells(
                np.ones((1, len(within)), dtype=np.bool_),
                np.arange(self.moments.n_groups),
                np.zeros(self.moments.n_groups, dtype=np.intp),
                self.moments.counts,
                *self._complete(within, location, scale),
                (group_values - group_location) / group_scale,
                np.ones(group_values.shape, dtype=np.bool_),
                self.moments.n_groups,
                location,
                scale,
                group_location,
                group_scale,
            )
        values = np.empty((self.rows.n_rows, len(within)))
        for place, variable in enumerate(within):
            values[:, place] = self._values(variable)
        return make_cells(
            values,
            self.rows.codes,
            group_values,
            location,
            scale,
            group_location,
            group_scale,
        )

    def _units(self, variables: Sequence[Variable]) -> tuple[FloatArray, FloatArray]:
        location, scale = np.zeros(len(variables)), np.ones(len(variables))
        for place, variable in enumerate(variables):
            found = spread(self.moments, self.moments.position(_key(variable)))
            scale[place] = found.sd if found.sd > 0 else 1.0
            location[place] = 0.0 if variable.part is Part.WITHIN else found.mean
        return location, scale

    def _complete(
        self, within: Sequence[Variable], location: FloatArray, scale: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return means and products by group; no row is read again."""
        places = [self.moments.position(_key(variable)) for variable in within]
        means = (self.moments.means[:, places] - location) / scale
        means[:, [variable.part is Part.WITHIN for variable in within]] = 0.0
        products = self.moments.products[:, places][:, :, places]
        return means, products / np.outer(scale, scale)

    def _values(self, variable: Variable) -> FloatArray:
        key = _key(variable)
        values = self.rows.values[key]
        if variable.part is Part.WITHIN:
            return values - self._group_values(key)[self.rows.codes]
        return values

    def _group_values(self, key: ColumnKey) -> FloatArray:
        """Return group means: of a group-level column, its value where a row of the group has it.

        The mean of a product with a group-level column is the product of the means.
        """
        if key in self.rows.products:
            first, second = self.rows.products[key]
            return self._group_values(first) * self._group_values(second)
        return self.moments.means[:, self.moments.position(key)]


def _key(variable: Variable) -> ColumnKey:
    assert variable.key is not None, "a slope is no column"
    return variable.key


def make_cells(
    values: FloatArray,
    codes: IntArray,
    group_values: FloatArray,
    location: FloatArray,
    scale: FloatArray,
    group_location: FloatArray,
    group_scale: FloatArray,
) -> Cells:
    """Go over the rows once.

    Parameters
    ----------
    values : ndarray, (N, w)
        NaN where missing. A row without any value is left out.
    codes : ndarray of int, (N,)
        Group of each row, from 0.
    group_values : ndarray, (J, g)
        NaN where missing.
    location, scale, group_location, group_scale : ndarrays
        By which the variables are standardized.
    """
    scaled = (values - location) / scale
    present = ~np.isnan(scaled)
    some = present.any(axis=1)
    scaled, present, codes = scaled[some], present[some], codes[some]
    width = scaled.shape[1]
    observed, which = _patterns(present)
    keys, cell = np.unique(codes * len(observed) + which, return_inverse=True)
    cell = cell.reshape(-1)
    counts = np.bincount(cell, minlength=len(keys)).astype(np.float64)
    filled = np.where(present, scaled, 0.0)
    means = (
        np.stack([np.bincount(cell, column, len(keys)) for column in filled.T], axis=1)
        / counts[:, None]
    )
    deviations = np.where(present, filled - means[cell], 0.0)
    products = np.zeros((len(keys), width, width))
    for i in range(width):
        for k in range(i + 1):
            products[:, i, k] = products[:, k, i] = np.bincount(
                cell, deviations[:, i] * deviations[:, k], len(keys)
            )
    known = ~np.isnan(group_values)
    standard = np.where(known, (group_values - group_location) / group_scale, 0.0)
    return Cells(
        observed,
        (keys // len(observed)).astype(np.intp),
        (keys % len(observed)).astype(np.intp),
        counts,
        means,
        products,
        standard,
        known,
        len(group_values),
        location,
        scale,
        group_location,
        group_scale,
    )


def _patterns(present: BoolArray) -> tuple[BoolArray, IntArray]:
    """Return the different rows of an array, and which of them each row is."""
    n_rows, width = present.shape
    if present.all():
        return np.ones((1, width), dtype=np.bool_), np.zeros(n_rows, dtype=np.intp)
    if width < BITS:  # as whole numbers, which are sorted in a fraction of the time
        weights = 1 << np.arange(width)
        numbers, which = np.unique(present @ weights, return_inverse=True)
        return (numbers[:, None] & weights) > 0, which.reshape(-1)
    observed, which = np.unique(present, axis=0, return_inverse=True)
    return observed, which.reshape(-1)
