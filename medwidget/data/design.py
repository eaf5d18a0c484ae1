"""From cross-products of columns to cross-products of design columns, equation by equation.

Inside group j every design column is a constant plus a multiple of the deviations of one data
column from their group mean: c = α_j 1 + γ_j (v − v̄_j). The deviation of X has α = 0; its group
mean has γ = 0; a cross-level product W_j (x − x̄_j) has γ = W_j. So the cross-product of two design
columns is n_j α_j α'_j + γ_j γ'_j S_j[v, v'], and no row is read again.

Latent parts are represented by the observed ones, for the check of rank: columns that determine one
another do so in either.

For the sake of the arithmetic, fixed-effect columns and responses are shifted by their overall mean
and all columns are divided by their spread; `LinearDesign` knows the way back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from medwidget.data.moments import GroupMoments, product_key
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation, Factor, Part, Structure

__all__ = ["DesignColumn", "EquationProducts", "LinearDesign", "build_design"]

Array = NDArray[np.float64]

_LAST: WeakKeyDictionary[GroupMoments, tuple[Structure, LinearDesign]] = WeakKeyDictionary()


@dataclass(frozen=True)
class DesignColumn:
    """A design column by group: ``constant``, and ``multiple`` of data column ``source``, (J,)."""

    constant: Array
    multiple: Array | None = None
    source: int = -1

    def shifted(self, location: float, scale: float) -> DesignColumn:
        """Return (column - location) / scale."""
        multiple = None if self.multiple is None else self.multiple / scale
        return DesignColumn((self.constant - location) / scale, multiple, self.source)

    def times(self, other: DesignColumn) -> DesignColumn:
        """Return the product with a column that is constant within groups."""
        multiple = None if self.multiple is None else self.multiple * other.constant
        return DesignColumn(self.constant * other.constant, multiple, self.source)


@dataclass(frozen=True)
class EquationProducts:
    """Cross-products of one equation, groups along the last axis.

    Attributes
    ----------
    response : str
    counts : array (J,)
        Rows of each group in this equation (one each for an equation at group level).
    random, fixed : slice
        Where its random effects stand in T and its fixed effects in the vector of all of them.
    zz, zf, ff : arrays (q_k, q_k, J), (q_k, p_k + 1, J), (p_k + 1, p_k + 1, J)
        Cross-products of the scaled random-effect columns Z and of F = [X, y].
    """

    response: str
    counts: Array
    random: tuple[int, ...]
    fixed: slice
    zz: Array
    zf: Array
    ff: Array


@dataclass(frozen=True)
class LinearDesign:
    """All equations of a model as cross-products, and the scales that lead back to natural units.

    Attributes
    ----------
    equations : tuple of EquationProducts
    location, scale : arrays (p,)
        Shift and scale of every fixed-effect column (0 and 1 for intercepts).
    response_location, response_scale : arrays (K,)
    random_scale : array (q,)
        Scale of every random-effect column.
    columns : tuple of str
        Name of the parameter of each fixed-effect column.
    """

    equations: tuple[EquationProducts, ...]
    location: Array
    scale: Array
    response_location: Array
    response_scale: Array
    random_scale: Array
    columns: tuple[str, ...]

    @property
    def n_groups(self) -> int:
        """Number of groups J."""
        return int(self.equations[0].counts.size)


def build_design(structure: Structure, moments: GroupMoments) -> LinearDesign:
    """Return the cross-products of every equation's design columns.

    Parameters
    ----------
    structure : Structure
    moments : GroupMoments
        Of every column that a factor of the structure names, and of the responses.

    Notes
    -----
    The last design of some moments is kept while they live: the check of rank and the estimator
    ask for the same one.
    """
    known = _LAST.get(moments)
    if known is not None and known[0] is structure:
        return known[1]
    design = _build(structure, moments)
    _LAST[moments] = (structure, design)
    return design


def _build(structure: Structure, moments: GroupMoments) -> LinearDesign:
    equations: list[EquationProducts] = []
    location: list[float] = []
    scale: list[float] = []
    responses: list[tuple[float, float]] = []
    random_scale = np.ones(len(structure.random))
    for equation in structure.equations:
        columns = EquationColumns(equation, moments)
        start = len(location)
        location += [place for place, _ in columns.fixed_scales]
        scale += [spread for _, spread in columns.fixed_scales]
        responses.append(columns.response_scale)
        places = tuple(
            i for i, term in enumerate(structure.random) if term.response == equation.response
        )
        random_scale[list(places)] = columns.random_scales
        fixed = slice(start, len(location))
        equations.append(columns.products(places, fixed))
    return LinearDesign(
        tuple(equations),
        np.array(location),
        np.array(scale),
        np.array([place for place, _ in responses]),
        np.array([spread for _, spread in responses]),
        random_scale,
        tuple(term.parameter for item in structure.equations for term in item.fixed),
    )


class EquationColumns:
    """The design columns of one equation, and their overall means and spreads."""

    def __init__(self, equation: Equation, moments: GroupMoments) -> None:
        self.equation = equation
        self.moments = moments
        grouped = equation.level is Level.GROUP
        self.counts = np.ones_like(moments.counts) if grouped else moments.counts
        self.total = float(self.counts.sum())
        self.fixed = [self._product(term.factors) for term in equation.fixed]
        self.random = [self._product(term.factors) for term in equation.random]
        part = Part.GROUP if grouped else Part.RAW
        self.response = self._factor(Factor(equation.response, part))

    @cached_property
    def fixed_scales(self) -> list[tuple[float, float]]:
        """Mean and spread of every fixed-effect column, in order."""
        return [
            self._scales(column) if term.factors else (0.0, 1.0)
            for term, column in zip(self.equation.fixed, self.fixed, strict=True)
        ]

    @cached_property
    def response_scale(self) -> tuple[float, float]:
        """Mean and spread of the response."""
        return self._scales(self.response)

    @cached_property
    def random_scales(self) -> list[float]:
        """Root mean square of every random-effect column."""
        return [float(np.sqrt(self._mean_square(column))) or 1.0 for column in self.random]

    def products(self, random: tuple[int, ...], fixed: slice) -> EquationProducts:
        """Return the cross-products of the scaled columns."""
        f = [
            column.shifted(place, spread)
            for column, (place, spread) in zip(self.fixed, self.fixed_scales, strict=True)
        ]
        f.append(self.response.shifted(*self.response_scale))
        z = [
            column.shifted(0.0, spread)
            for column, spread in zip(self.random, self.random_scales, strict=True)
        ]
        return EquationProducts(
            self.equation.response,
            self.counts,
            random,
            fixed,
            self.cross(z, z),
            self.cross(z, f),
            self.cross(f, f),
        )

    def cross(self, left: Sequence[DesignColumn], right: Sequence[DesignColumn]) -> Array:
        """Return the cross-products by group of two lists of columns, shape (left, right, J)."""
        out = np.empty((len(left), len(right), self.counts.size))
        same = left is right
        for i, first in enumerate(left):
            for j, second in enumerate(right):
                if same and j < i:
                    out[i, j] = out[j, i]
                else:
                    out[i, j] = self._cross(first, second)
        return out

    # -- one column ---------------------------------------------------------------------------

    def _product(self, factors: tuple[Factor, ...]) -> DesignColumn:
        varying = [factor for factor in factors if factor.varies_within]
        if len(varying) == 2:  # two individual-level columns: their product is a column of its own
            first, second = varying
            key = product_key((first.column, first.category), (second.column, second.category))
            return self._data_column(self.moments.position(key))
        column = DesignColumn(np.ones_like(self.counts))
        for factor in sorted(factors, key=lambda item: not item.varies_within):
            part = self._factor(factor)
            column = (
                part
                if column.multiple is None and part.multiple is not None
                else column.times(part)
            )
        return column

    def _factor(self, factor: Factor) -> DesignColumn:
        source = self.moments.position((factor.column, factor.category))
        means = self.moments.means[:, source]
        if factor.part in {Part.BETWEEN, Part.GROUP, Part.LATENT_BETWEEN}:
            return DesignColumn(means)
        column = self._data_column(source)
        if factor.part in {Part.WITHIN, Part.LATENT_WITHIN}:
            return DesignColumn(np.zeros_like(means), column.multiple, source)
        if factor.part is Part.GRAND:
            counts = self.moments.counts
            return column.shifted(float(counts @ means / counts.sum()), 1.0)
        return column

    def _data_column(self, source: int) -> DesignColumn:
        return DesignColumn(self.moments.means[:, source], np.ones_like(self.counts), source)

    def _cross(self, first: DesignColumn, second: DesignColumn) -> Array:
        cross = self.counts * first.constant * second.constant
        if first.multiple is not None and second.multiple is not None:
            deviations = self.moments.products[:, first.source, second.source]
            cross += first.multiple * second.multiple * deviations
        return cross

    def _mean_square(self, column: DesignColumn) -> float:
        return float(self._cross(column, column).sum()) / self.total

    def _scales(self, column: DesignColumn) -> tuple[float, float]:
        mean = float(self.counts @ column.constant) / self.total
        spread = float(np.sqrt(self._mean_square(column.shifted(mean, 1.0))))
        # a constant column is left as it is: the rank check names it
        return (mean, spread) if spread > 1e-12 * abs(mean) else (0.0, max(abs(mean), 1.0))
