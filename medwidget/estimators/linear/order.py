"""The order of the random effects inside the engine.

T = L L' with L lower triangular works in any order, but a zero variance or a correlation of ±1 that
comes early leaves the columns after it free to turn, and Newton's method slow. So random effects
with little variance of their own are moved to the end, as far as the zeros of T allow: every zero
of T must stay a zero of L.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medwidget.data.design import LinearDesign
from medwidget.spec.structure import Structure

__all__ = ["Order"]

Array = NDArray[np.float64]
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Order:
    """A permutation of the random effects.

    Attributes
    ----------
    effects : tuple of int
        Position in the structure of the random effect at each place of the engine.
    free : tuple of (int, int)
        Free elements of L (row >= column), in places of the engine.
    """

    effects: tuple[int, ...]
    free: Pairs

    @classmethod
    def of(cls, structure: Structure, effects: Sequence[int] | None = None) -> Order:
        """Return an order of the structure's random effects; by default its own."""
        chosen = tuple(range(len(structure.random)) if effects is None else effects)
        place = {effect: i for i, effect in enumerate(chosen)}
        pairs = ((place[row], place[column]) for row, column in structure.free)
        return cls(chosen, tuple(sorted((max(i, j), min(i, j)) for i, j in pairs)))

    @property
    def keeps_zeros(self) -> bool:
        """Whether every zero of T is a zero of L in this order."""
        free = set(self.free)
        size = len(self.effects)
        return not any(
            (row, inner) in free and (column, inner) in free
            for row in range(size)
            for column in range(row)
            if (row, column) not in free
            for inner in range(column)
        )

    def places(self, pairs: Pairs) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return rows and columns, in places of the engine, of elements of the structure's T."""
        place = {effect: i for i, effect in enumerate(self.effects)}
        rows = np.array([place[row] for row, _ in pairs], dtype=np.intp)
        return rows, np.array([place[column] for _, column in pairs], dtype=np.intp)

    def design(self, design: LinearDesign) -> LinearDesign:
        """Return a design in the structure's order with its random effects in this order."""
        place = {effect: i for i, effect in enumerate(self.effects)}
        equations = tuple(
            replace(item, random=tuple(place[effect] for effect in item.random))
            for item in design.equations
        )
        scale = design.random_scale[list(self.effects)]
        return replace(design, equations=equations, random_scale=scale)

    def matrix(self, matrix: Array) -> Array:
        """Return T of the structure's order in this order."""
        chosen = list(self.effects)
        return np.asarray(matrix[np.ix_(chosen, chosen)])

    def inverse(self, matrix: Array) -> Array:
        """Return T of this order in the structure's order."""
        out = np.empty_like(matrix)
        chosen = list(self.effects)
        out[np.ix_(chosen, chosen)] = matrix
        return out

    @classmethod
    def pivoted(cls, structure: Structure, matrix: Array) -> Order:
        """Return the order in which what is left of T is largest first.

        Where that would lose zeros of T, intercepts stay in front and only slopes are sorted.
        """
        by_rest = cls.of(structure, _pivots(matrix, first=()))
        if by_rest.keeps_zeros:
            return by_rest
        intercepts = [i for i, term in enumerate(structure.random) if not term.factors]
        return cls.of(structure, _pivots(matrix, first=intercepts))


def _pivots(matrix: Array, first: Sequence[int]) -> list[int]:
    """Return the pivots of a Cholesky decomposition by largest remaining diagonal element."""
    rest = matrix.copy()
    order: list[int] = []
    for step in range(len(matrix)):
        left = np.diag(rest).copy()
        left[order] = -np.inf
        chosen = first[step] if step < len(first) else int(np.argmax(left))
        order.append(chosen)
        if rest[chosen, chosen] > 0:
            rest -= np.outer(rest[:, chosen], rest[chosen]) / rest[chosen, chosen]
    return order
