"""Groups that have the same group-level variables observed, and their cells, the many last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.data.cells import Cells

__all__ = ["Block", "blocks_of"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Block:
    """Data of some groups.

    Attributes
    ----------
    groups : array of int (J,)
        Which of all groups.
    known : array of int
        Which group-level variables are observed, by number.
    values : array (z, J)
        Those variables.
    cell_group : array of int (C,)
        Of each cell, from 0 within the block; ascending.
    observed : array of bool (R, w)
    pattern : array of int (C,)
    counts : array (C,)
    means : array (w, C)
    products : array (w, w, C)
    """

    groups: NDArray[np.intp]
    known: NDArray[np.intp]
    values: Array
    cell_group: NDArray[np.intp]
    observed: NDArray[np.bool_]
    pattern: NDArray[np.intp]
    counts: Array
    means: Array
    products: Array

    @property
    def plain(self) -> bool:
        """Whether cells are the groups, one each."""
        size = len(self.groups)
        return len(self.cell_group) == size and bool(np.all(self.cell_group == np.arange(size)))

    def to_cells(self, values: Array) -> Array:
        """Repeat what groups have (..., J) for their cells (..., C)."""
        return values if self._same else values[..., self.cell_group]

    def to_groups(self, values: Array) -> Array:
        """Sum over the cells (..., C) of each group (..., J)."""
        if self._same:
            return values
        out = np.zeros((*values.shape[:-1], len(self.groups)), dtype=values.dtype)
        starts = np.flatnonzero(np.r_[True, np.diff(self.cell_group) > 0])
        if len(self.cell_group):
            out[..., self.cell_group[starts]] = np.add.reduceat(values, starts, axis=-1)
        return out

    def __post_init__(self) -> None:
        object.__setattr__(self, "_same", self.plain)

    _same: bool = False


def blocks_of(cells: Cells, groups: NDArray[np.intp], largest: int) -> list[Block]:
    """Divide groups by which group-level variables they have, ``largest`` at most in each."""
    if cells.group_observed.shape[1]:
        kinds, which = np.unique(cells.group_observed[groups], axis=0, return_inverse=True)
        which = which.reshape(-1)
    else:
        kinds = np.zeros((1, 0), dtype=np.bool_)
        which = np.zeros(len(groups), dtype=np.intp)
    found = []
    for number, kind in enumerate(kinds):
        same = groups[which == number]
        pieces = np.array_split(same, max(1, -(-len(same) // largest)))
        found += [_block(cells, piece, np.flatnonzero(kind)) for piece in pieces]
    return found


def _block(cells: Cells, groups: NDArray[np.intp], known: NDArray[np.intp]) -> Block:
    place = np.full(cells.n_groups, -1)
    place[groups] = np.arange(len(groups))
    mine = np.flatnonzero(place[cells.group] >= 0)
    return Block(
        groups,
        known,
        np.ascontiguousarray(cells.group_values[np.ix_(groups, known)].T),
        place[cells.group[mine]],
        cells.observed,
        cells.pattern[mine],
        cells.counts[mine],
        np.ascontiguousarray(cells.means[mine].T),
        np.ascontiguousarray(np.moveaxis(cells.products[mine], 0, -1)),
    )
