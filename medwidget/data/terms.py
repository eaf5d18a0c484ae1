"""The value of every term of a structure on the rows, or on the groups, it applies to.

Estimators work from cross-products and never need this; simulation does, because a mediator that
is drawn anew has new group means, and so do checks by other software.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from medwidget.data.frame import FloatArray
from medwidget.data.moments import ColumnKey, group_means
from medwidget.data.prepare import Prepared
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation, Factor, Part, RandomTerm, Structure, Term

__all__ = ["TermValues", "row_design"]


class TermValues:
    """Values of factors and terms on prepared data, some columns of which may be replaced.

    Parameters
    ----------
    prepared : Prepared
    """

    def __init__(self, prepared: Prepared) -> None:
        self.rows = prepared.rows
        self.counts = prepared.moments.counts
        moments = prepared.moments
        self._values: dict[ColumnKey, FloatArray] = dict(prepared.rows.values)
        self._means: dict[ColumnKey, FloatArray] = {
            key: moments.means[:, position] for position, key in enumerate(moments.keys)
        }

    def replace(self, key: ColumnKey, values: FloatArray) -> None:
        """Put new values in the place of a column; its means are computed when next asked for."""
        self._values[key] = values
        self._means.pop(key, None)

    def values(self, key: ColumnKey) -> FloatArray:
        """Return a column on the rows, (N,)."""
        return self._values[key]

    def means(self, key: ColumnKey) -> FloatArray:
        """Return the group means of a column, (J,)."""
        if key not in self._means:
            self._means[key] = group_means(self._values[key], self.rows.codes, self.counts)
        return self._means[key]

    def factor(self, factor: Factor, level: Level) -> FloatArray:
        """Return a factor on the rows, (N,), or at group level on the groups, (J,)."""
        key = (factor.column, factor.category)
        means = self.means(key)
        if level is Level.GROUP:
            return means
        if factor.part is Part.BETWEEN:
            return means[self.rows.codes]
        values = self.values(key)
        if factor.part is Part.WITHIN:
            return values - means[self.rows.codes]
        if factor.part is Part.GRAND:
            return values - float(self.counts @ means / self.counts.sum())
        return values

    def term(self, term: Term | RandomTerm, level: Level) -> FloatArray:
        """Return the product of a term's factors; ones for an intercept."""
        length = len(self.counts) if level is Level.GROUP else self.rows.n_rows
        product = np.ones(length)
        for factor in term.factors:
            product = product * self.factor(factor, level)
        return product

    def predictor(self, equation: Equation, values: Mapping[str, float]) -> FloatArray:
        """Return the sum of an equation's fixed terms, each times its parameter."""
        length = len(self.counts) if equation.level is Level.GROUP else self.rows.n_rows
        total = np.zeros(length)
        for term in equation.fixed:
            total += values[term.parameter] * self.term(term, equation.level)
        return total

    def matrix(self, terms: Sequence[Term | RandomTerm], level: Level) -> FloatArray:
        """Return terms side by side, one column each."""
        length = len(self.counts) if level is Level.GROUP else self.rows.n_rows
        columns = [self.term(term, level) for term in terms]
        return np.stack(columns, axis=1) if columns else np.empty((length, 0))


def row_design(
    prepared: Prepared, structure: Structure, equation: Equation | str
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the explicit design of one equation, as other software wants it.

    Parameters
    ----------
    prepared : Prepared
    structure : Structure
    equation : Equation or str
        The equation, or the name of its response.

    Returns
    -------
    X : ndarray, (N, p)
        Columns of the fixed effects, in the equation's order.
    Z : ndarray, (N, q)
        Columns of the random effects.
    y : ndarray, (N,)
        The response. An equation at group level has one row per group, in the order of
        ``prepared.labels``.
    """
    if isinstance(equation, str):
        equation = next(item for item in structure.equations if item.response == equation)
    terms = TermValues(prepared)
    level = equation.level
    key = (equation.response, None)
    response = terms.means(key) if level is Level.GROUP else terms.values(key)
    return terms.matrix(equation.fixed, level), terms.matrix(equation.random, level), response
