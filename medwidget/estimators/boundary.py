"""Where a covariance matrix of random effects has no variance, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.spec.problems import Problem

__all__ = ["Boundary", "find_boundaries"]

Array = NDArray[np.float64]

# A variance below this share of the scaled response's is zero to the optimiser.
ZERO_VARIANCE = 1e-9
# The smallest eigenvalue of the correlation matrix below which it is singular.
ZERO_EIGENVALUE = 1e-7


@dataclass(frozen=True)
class Boundary:
    """One direction without variance: ``kind`` is "variance", "correlation" or "combination"."""

    kind: str
    labels: tuple[str, ...]
    sign: int = 0

    def text(self) -> str:
        """The direction in a few words."""
        if self.kind == "variance":
            return f"variance of {self.labels[0]} is 0"
        if self.kind == "correlation":
            end = "+1" if self.sign > 0 else "−1"
            return f"correlation of {self.labels[0]} and {self.labels[1]} is {end}"
        return f"a combination of {', '.join(self.labels)} has no variance"

    def problem(self, count: int | None = None) -> Problem:
        """Return the boundary as a warning with a remedy."""
        if self.kind == "variance":
            label = self.labels[0]
            message = (
                f"{label} does not vary enough across groups to estimate how much it varies: its "
                f"variance is estimated at exactly 0. Estimates stand; standard errors are "
                f"conditional on this variance being 0."
            )
            remedy = f"Drop the random effect of {label}, or keep it knowing this."
        elif self.kind == "correlation":
            first, second = self.labels
            end = "+1" if self.sign > 0 else "−1"
            message = (
                f"The correlation of the random effects {first} and {second} is estimated at "
                f"{end}, the "
                f"edge of what is possible. Estimates stand; standard errors are conditional on it."
            )
            remedy = (
                "Drop one of the two random effects, or set their covariance to zero with "
                "random_covariance='by-equation' or 'diagonal'."
            )
        else:
            message = (
                f"A combination of the random effects {', '.join(self.labels)} has no variance. "
                f"Estimates stand; standard errors are conditional on it."
            )
            remedy = "Drop one of these random effects, or use random_covariance='diagonal'."
        return Problem(f"boundary-{self.kind}", message, remedy, self.labels[0], count, "warning")


def find_boundaries(matrix: Array, labels: Sequence[str]) -> tuple[Boundary, ...]:
    """Return the directions in which T (scaled units) has no variance.

    Parameters
    ----------
    matrix : array (q, q)
        T for scaled responses and columns, so that 1 is a large variance.
    labels : sequence of str
    """
    variances = np.diag(matrix)
    found = [
        Boundary("variance", (label,))
        for label, variance in zip(labels, variances, strict=True)
        if variance < ZERO_VARIANCE
    ]
    kept = np.flatnonzero(variances >= ZERO_VARIANCE)
    if kept.size < 2:
        return tuple(found)
    for block in _blocks(matrix, kept):
        found += _in_block(matrix[np.ix_(block, block)], [labels[int(i)] for i in block])
    return tuple(found)


def _blocks(matrix: Array, rows: NDArray[np.intp]) -> list[list[int]]:
    """Return the rows in groups without covariances across groups."""
    left: list[int] = rows.tolist()
    blocks: list[list[int]] = []
    while left:
        block = [left.pop(0)]
        for row in block:  # grows while it is walked through
            joined = [other for other in left if matrix[row, other] != 0]
            left = [other for other in left if other not in joined]
            block += joined
        blocks.append(sorted(block))
    return blocks


def _in_block(matrix: Array, labels: Sequence[str]) -> Iterator[Boundary]:
    spread = np.sqrt(np.diag(matrix))
    values, vectors = np.linalg.eigh(matrix / np.outer(spread, spread))
    for value, vector in zip(values, vectors.T, strict=True):
        if value >= ZERO_EIGENVALUE:
            break
        involved = np.flatnonzero(np.abs(vector) > 0.15)
        names = tuple(labels[int(i)] for i in involved)
        if involved.size == 2:
            sign = -1 if vector[involved[0]] * vector[involved[1]] > 0 else 1
            yield Boundary("correlation", names, sign)
        else:
            yield Boundary("combination", names)
