"""Many symmetric matrices made positive semidefinite, most of which nearly are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.batched import cholesky, solve_lower

__all__ = ["make_semidefinite"]

Array = NDArray[np.float64]


# A pivot of the rows that are not weak may fall to this share of what it is at the centre.
FALL = 0.25


def make_semidefinite(matrices: Array, weak: list[int], centre: Array) -> Array:
    """Return a stack (S, q, q) with each matrix positive semidefinite.

    The rows in ``weak`` are those that may have too little variance. What is left of their block
    given the other rows is moved to the nearest semidefinite matrix; the rest stays as it is. A
    matrix whose other rows are not definite either, or hardly so, is moved to the nearest one as a
    whole.

    Parameters
    ----------
    matrices : array (S, q, q)
    weak : list of int
        At least one row.
    centre : array (q, q)
        A semidefinite matrix that the stack scatters around.
    """
    size = matrices.shape[1]
    strong = [i for i in range(size) if i not in weak]
    by_entry = np.moveaxis(matrices, 0, -1)
    rest = by_entry[np.ix_(weak, weak)].copy()
    if strong:
        with np.errstate(all="ignore"):
            factor = cholesky(by_entry[np.ix_(strong, strong)][None])
            half = solve_lower(factor, by_entry[np.ix_(strong, weak)][None].copy())[0]
        rest -= np.einsum("kij,klj->ilj", half, half)
        pivots = np.einsum("kkj->kj", factor[0])
        least = FALL * np.diag(_factor(centre[np.ix_(strong, strong)]))
        usable = np.isfinite(rest.sum(axis=(0, 1))) & (pivots >= least[:, None]).all(axis=0)
    else:
        usable = np.ones(len(matrices), dtype=bool)
    raised = np.zeros_like(rest)
    raised[..., usable] = _nearest(rest[..., usable])
    out = matrices.copy()
    change = np.moveaxis(raised - rest, -1, 0)[usable]
    rows, columns = np.ix_(weak, weak)
    out[np.flatnonzero(usable)[:, None, None], rows, columns] += change
    if not usable.all():
        out[~usable] = _nearest_by_eigenvalues(matrices[~usable])
    return out


def _factor(matrix: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.asarray(np.nan_to_num(cholesky(matrix[None, :, :, None])[0, :, :, 0]))


def _nearest(blocks: Array) -> Array:
    """Return the nearest semidefinite matrices (Frobenius) to a stack (w, w, S)."""
    if len(blocks) == 1:
        return np.maximum(blocks, 0.0)
    if len(blocks) > 2:
        moved = _nearest_by_eigenvalues(np.moveaxis(blocks, -1, 0))
        return np.moveaxis(moved, 0, -1)
    middle = (blocks[0, 0] + blocks[1, 1]) / 2
    reach = np.hypot((blocks[0, 0] - blocks[1, 1]) / 2, blocks[0, 1])
    low, high = middle - reach, middle + reach
    # with one negative eigenvalue only the other's projection is left
    share = np.maximum(high, 0.0) / np.where(reach > 0, 2 * reach, 1.0)
    projected = share * (blocks - low * np.eye(2)[..., None])
    return np.where(low >= 0, blocks, projected)


def _nearest_by_eigenvalues(matrices: Array) -> Array:
    values, vectors = np.linalg.eigh(matrices)
    vectors = vectors * np.sqrt(np.maximum(values, 0.0))[:, None]
    return np.asarray(vectors @ vectors.transpose(0, 2, 1))
