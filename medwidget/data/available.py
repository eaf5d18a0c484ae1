"""Moments of rows some of whose values are missing, from the values that there are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medwidget.data.frame import BoolArray, FloatArray, IntArray
from medwidget.data.groups import first_rows
from medwidget.data.moments import ColumnKey, GroupMoments

__all__ = ["available_moments"]


def available_moments(
    rows: Mapping[ColumnKey, FloatArray], codes: IntArray, n_groups: int
) -> GroupMoments:
    """Go over rows with missing values once per pair of columns.

    Parameters
    ----------
    rows : mapping of ColumnKey to ndarray, (N,)
        NaN where a value is missing; no infinite values.
    codes : ndarray of int, (N,)
        Group of each row, from 0 to ``n_groups - 1``; every group has a row.
    n_groups : int

    Returns
    -------
    GroupMoments
        As `compute_moments` gives them, of the values that there are; with ``available``.
    """
    v = len(rows)
    available, means = np.zeros((n_groups, v)), np.full((n_groups, v), np.nan)
    varies = np.zeros((n_groups, v), dtype=np.bool_)
    products = np.zeros((n_groups, v, v))
    minima, maxima = np.full(v, np.inf), np.full(v, -np.inf)
    deviations: list[FloatArray] = []
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        for i, values in enumerate(rows.values()):
            present = ~np.isnan(values)
            here = codes[present]
            available[:, i] = np.bincount(here, minlength=n_groups)
            shift, origins = _shifted(values, present, codes, n_groups)
            varies[here[shift[present] != 0], i] = True
            mean_shift = np.bincount(codes, shift, n_groups) / np.maximum(available[:, i], 1)
            means[:, i] = np.where(available[:, i] > 0, origins + mean_shift, np.nan)
            minima[i] = values[present].min(initial=np.inf)
            maxima[i] = values[present].max(initial=-np.inf)
            # 0 where a value is missing: such a row adds nothing to any product
            deviations.append(np.where(present, shift - mean_shift[codes], 0.0))
            for k, other in enumerate(deviations):
                both = np.bincount(codes, deviations[i] * other, n_groups)
                products[:, i, k] = products[:, k, i] = both
    counts = np.bincount(codes, minlength=n_groups).astype(np.float64)
    return GroupMoments(tuple(rows), counts, means, products, varies, minima, maxima, available)


def _shifted(
    values: FloatArray, present: BoolArray, codes: IntArray, n_groups: int
) -> tuple[FloatArray, FloatArray]:
    """Return differences from the first value of each group (0 where missing), and these values.

    A column that is constant within groups has a mean that is exact.
    """
    origins = np.zeros(n_groups)
    here, known = codes[present], values[present]
    some = np.bincount(here, minlength=n_groups) > 0
    if len(here):
        origins[some] = known[first_rows(here, n_groups)][some]
    shift: FloatArray = np.where(present, values - origins[codes], 0.0)
    return shift, origins
