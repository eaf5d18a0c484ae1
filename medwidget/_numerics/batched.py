"""Linear algebra of many small matrices at once, with the many along the last axis.

A stack of J matrices of k x l, for each of B problems, is an array (B, k, l, J). Loops run over the
small axes, so that every operation is one pass over long runs of memory; at k = 5 this beats a call
of LAPACK per matrix.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["cholesky", "left_multiply", "multiply", "solve_lower", "transpose_multiply"]

Array = NDArray[np.float64]


def cholesky(matrices: Array) -> Array:
    """Return the lower Cholesky factors of a stack (B, k, k, J) of positive definite matrices."""
    size = matrices.shape[1]
    factor = np.zeros_like(matrices)
    for column in range(size):
        pivot = matrices[:, column, column].copy()
        for inner in range(column):
            pivot -= factor[:, column, inner] ** 2
        factor[:, column, column] = np.sqrt(pivot)
        for row in range(column + 1, size):
            entry = matrices[:, row, column].copy()
            for inner in range(column):
                entry -= factor[:, row, inner] * factor[:, column, inner]
            factor[:, row, column] = entry / factor[:, column, column]
    return factor


def solve_lower(factor: Array, right: Array) -> Array:
    """Solve factor @ x = right in place, for lower triangular (B, k, k, J) and (B, k, l, J)."""
    for row in range(factor.shape[1]):
        entry = right[:, row]
        for inner in range(row):
            entry -= factor[:, row, inner, None] * right[:, inner]
        entry /= factor[:, row, row, None]
    return right


def left_multiply(matrices: Array, stack: Array) -> Array:
    """Return matrix @ each of a stack (B, k, l, J), for one matrix (m, k) of each problem."""
    problems, rows, columns, groups = stack.shape
    flat = matrices @ stack.reshape(problems, rows, columns * groups)
    return np.asarray(flat.reshape(problems, matrices.shape[1], columns, groups))


def multiply(left: Array, right: Array) -> Array:
    """Return left @ right for stacks (B, k, m, J) and (B, m, l, J)."""
    product: Array = np.einsum("bkmj,bmlj->bklj", left, right)
    return product


def transpose_multiply(left: Array, right: Array, out: Array | None = None) -> Array:
    """Return left' @ right for stacks (B, m, k, J) and (B, m, l, J)."""
    product: Array = np.einsum("bmkj,bmlj->bklj", left, right, out=out)
    return product
