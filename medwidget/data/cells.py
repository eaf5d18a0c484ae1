"""What a two-level model needs of the rows: cross-products of the rows of one group that have the
same variables observed.

Such rows are a cell. Complete data have one cell a group. Values are standardized, so that no
product loses digits to an offset.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medwidget.data.frame import BoolArray, FloatArray, IntArray

__all__ = ["Cells", "make_cells"]


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
    if present.all():
        observed = np.ones((1, width), dtype=np.bool_)
        which = np.zeros(len(codes), dtype=np.intp)
    else:
        observed, which = np.unique(present, axis=0, return_inverse=True)
        which = which.reshape(-1)
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
