"""Cells and groups in the order in which the likelihood sums over them.

Groups with the same numbers of rows by pattern of missing values, and the same group-level
variables observed, have a *shape* in common, and with it all matrices that do not depend on the
values. Groups are sorted by shape, cells by group, so that sums run over contiguous stretches.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.data.cells import Cells

__all__ = ["Arrangement"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class Arrangement:
    """The data of a two-level likelihood, arranged.

    Parameters
    ----------
    cells : Cells

    Attributes
    ----------
    order : array of int (J,)
        The groups as given, in the order used here.
    mask, group_mask : arrays (R, w), (S, g)
        1 where a pattern has a variable, of W and of group-level variables.
    counts, means, products : arrays (C,), (C, w), (C, w, w)
        Of cells, in the order used here.
    values : array (J, g)
        Group-level variables.
    shape_counts : array (T, R)
        Rows of each pattern in groups of each shape.
    shape_pattern : array of int (T,)
        Pattern of group-level variables of each shape.
    """

    def __init__(self, cells: Cells) -> None:
        self.n_groups, self.n_patterns = cells.n_groups, len(cells.observed)
        self.mask = cells.observed.astype(np.float64)
        rows = np.zeros((cells.n_groups, self.n_patterns))
        np.add.at(rows, (cells.group, cells.pattern), cells.counts)
        known, which = np.unique(cells.group_observed, axis=0, return_inverse=True)
        which = which.reshape(-1)
        self.group_mask = known.astype(np.float64)
        table = np.column_stack([which, rows])
        shapes, shape = np.unique(table, axis=0, return_inverse=True)
        shape = shape.reshape(-1)
        self.shape_pattern: Index = shapes[:, 0].astype(np.intp)
        self.shape_counts: Array = np.ascontiguousarray(shapes[:, 1:])
        self.order = np.argsort(shape, kind="stable")
        self.shape = shape[self.order]
        self.group_pattern = which[self.order]
        self.values = cells.group_values[self.order]
        self.present = cells.group_observed[self.order].astype(np.float64)
        place = np.argsort(self.order)
        cell_order = np.lexsort((cells.pattern, place[cells.group]))
        self.group = place[cells.group][cell_order]
        self.pattern = cells.pattern[cell_order]
        self.counts = cells.counts[cell_order]
        self.means = cells.means[cell_order]
        self.products = cells.products[cell_order]
        self.n_shapes = len(shapes)
        self._shape_starts = np.flatnonzero(np.diff(self.shape, prepend=-1))
        self._one_cell = np.array_equal(self.group, np.arange(self.n_groups))
        self._cell_starts = np.flatnonzero(np.diff(self.group, prepend=-1))
        self._with_cells = self.group[self._cell_starts]
        self._by_pattern = np.argsort(self.pattern, kind="stable")
        used = self.pattern[self._by_pattern]
        self._pattern_starts = np.flatnonzero(np.diff(used, prepend=-1))
        self._patterns_used = used[self._pattern_starts]

    # -- sums, over axis 1 of arrays with an axis of points first --------------------------------

    def groups_of_cells(self, values: Array) -> Array:
        """Return sums (P, J, ...) over the cells of each group."""
        if self._one_cell:
            return values
        out = np.zeros((values.shape[0], self.n_groups, *values.shape[2:]))
        if self._cell_starts.size:
            out[:, self._with_cells] = np.add.reduceat(values, self._cell_starts, axis=1)
        return out

    def patterns_of_cells(self, values: Array) -> Array:
        """Return sums (P, R, ...) over the cells of each pattern."""
        if self.n_patterns == 1:
            return np.asarray(values.sum(axis=1, keepdims=True))
        out = np.zeros((values.shape[0], self.n_patterns, *values.shape[2:]))
        out[:, self._patterns_used] = np.add.reduceat(
            values[:, self._by_pattern], self._pattern_starts, axis=1
        )
        return out

    def shapes_of_groups(self, values: Array) -> Array:
        """Return sums (P, T, ...) over the groups of each shape."""
        if self.n_shapes == self.n_groups:
            return values
        if self.n_shapes == 1:
            return np.asarray(values.sum(axis=1, keepdims=True))
        total: Array = np.add.reduceat(values, self._shape_starts, axis=1)
        return total

    def outer_by_shape(self, left: Array, right: Array) -> Array:
        """Return sums (P, T, k, l) of left (P, J, k) times right (P, J, l)'."""
        if self.n_shapes == 1:
            return (left.transpose(0, 2, 1) @ right)[:, None]
        return self.shapes_of_groups(left[..., :, None] * right[..., None, :])

    def outer_by_pattern(self, left: Array, right: Array) -> Array:
        """Return sums (P, R, k, l) of left (P, C, k) times right (P, C, l)'."""
        if self.n_patterns == 1:
            return (left.transpose(0, 2, 1) @ right)[:, None]
        return self.patterns_of_cells(left[..., :, None] * right[..., None, :])

    # -- the other way ---------------------------------------------------------------------------

    def to_groups(self, values: Array) -> Array:
        """Return what shapes (P, T, ...) have for each group; (P, 1, ...) if all have the same."""
        if self.n_shapes in {1, self.n_groups}:
            return values
        return values[:, self.shape]

    def to_cells(self, values: Array) -> Array:
        """Return what groups (P, J, ...) have for each cell."""
        return values if self._one_cell else values[:, self.group]

    def patterns_to_cells(self, values: Array) -> Array:
        """Return what patterns (P, R, ...) have for each cell; (P, 1, ...) if there is one."""
        return values if self.n_patterns == 1 else values[:, self.pattern]

    def as_given(self, values: Array) -> Array:
        """Return values (J, ...) in the order in which groups were given."""
        out = np.empty_like(values)
        out[self.order] = values
        return out
