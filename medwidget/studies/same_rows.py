"""Whether two data sets are the same, or share rows or groups."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.data.ledger import plain_label
from medwidget.data.prepare import Prepared
from medwidget.data.rows import Rows

__all__ = ["Overlap", "overlap", "rows_hash"]

# Where at least this share of rows differ from all others, a row that is in both data sets is the
# same row; below it, equal rows may come about by chance.
DISTINCT = 0.95


@dataclass(frozen=True)
class Overlap:
    """What two data sets have in common.

    Attributes
    ----------
    same : bool
        All rows, in any order.
    rows : int
        Rows of the second that are in the first too, where rows tell one another apart; else 0.
    groups : int
        Labels of groups that are in both.
    """

    same: bool
    rows: int
    groups: int


def overlap(first: Prepared, second: Prepared) -> Overlap:
    """Return what the rows in use of two data sets have in common."""
    labels = [{plain_label(label) for label in each.labels} for each in (first, second)]
    shared_groups = len(labels[0] & labels[1])
    if _keys(first.rows) != _keys(second.rows):
        return Overlap(False, 0, shared_groups)
    matrices = [_matrix(each.rows) for each in (first, second)]
    same = _digest(matrices[0]) == _digest(matrices[1])
    return Overlap(same, _shared(*matrices), shared_groups)


def rows_hash(prepared: Prepared) -> str:
    """Return SHA-256 of the rows in use: the same for any order of rows and labels of groups."""
    return _digest(_matrix(prepared.rows))


def _keys(rows: Rows) -> list[tuple[str, str]]:
    return sorted((name, repr(category)) for name, category in _columns(rows))


def _columns(rows: Rows) -> list[tuple[str, object]]:
    return [key for key in rows.values if key not in rows.products]


def _matrix(rows: Rows) -> NDArray[np.float64]:
    """Return the rows as a matrix, sorted."""
    keys = sorted(_columns(rows), key=lambda key: (key[0], repr(key[1])))
    if not keys:
        return np.empty((rows.n_rows, 0))
    # adding zero turns −0 into 0
    matrix = np.column_stack([rows.values[key] for key in keys]) + 0.0
    return np.ascontiguousarray(matrix[np.lexsort(matrix.T[::-1])])


def _digest(matrix: NDArray[np.float64]) -> str:
    shape = ",".join(map(str, matrix.shape)).encode("ascii")
    return hashlib.sha256(shape + matrix.astype("<f8").tobytes()).hexdigest()


def _shared(first: NDArray[np.float64], second: NDArray[np.float64]) -> int:
    if not first.size or not second.size:
        return 0
    old, new = _distinct(first), _distinct(second)
    if len(old) < DISTINCT * len(first) or len(new) < DISTINCT * len(second):
        return 0
    return int(np.intersect1d(old, new, assume_unique=True).size)


def _distinct(rows: NDArray[np.float64]) -> NDArray[np.void]:
    """Return each different row once, as one value of bytes, so that numpy sorts rows."""
    whole: NDArray[np.void] = rows.view(np.dtype((np.void, rows.strides[0])))
    return np.unique(whole)
