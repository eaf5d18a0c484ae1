"""Columns that say the same: which design columns are exact combinations of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from medwidget.data.design import EquationProducts, LinearDesign
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Equation, Structure

__all__ = ["KEPT", "rank_problems", "share_left"]

Array = NDArray[np.float64]

# Share of its sum of squares that a column must keep beside the columns before it. Cross-products
# carry rounding errors of about 1e-14 of it.
KEPT = 1e-10
# The share of a response's sum of squares that its own groups' random effects must leave. Smaller
# than the above: a response may differ far more between groups than within them.
LEFT = 1e-13
# Beyond this number of groups that is left for the fit to notice: looking at every group would cost
# as much as the fit.
MOST_GROUPS = 300


def rank_problems(structure: Structure, design: LinearDesign) -> tuple[Problem, ...]:
    """Return a problem for every design column that others determine, and for perfect fits."""
    found: list[Problem] = []
    for equation, products in zip(structure.equations, design.equations, strict=True):
        found += _equation_problems(equation, products)
    return tuple(found)


def _equation_problems(equation: Equation, products: EquationProducts) -> Iterator[Problem]:
    total = products.ff.sum(axis=-1)
    names = [term.parameter for term in equation.fixed]
    columns = [" × ".join(factor.label for factor in term.factors) for term in equation.fixed]
    spread = np.sqrt(np.maximum(np.diag(total), 1e-300))
    correlation = total / np.outer(spread, spread)
    kept = list(range(len(names))) if _independent(correlation[:-1, :-1]) else []
    for position, name in enumerate(names if not kept else ()):
        rest, weights = share_left(correlation, kept, position)
        if total[position, position] > 0 and rest > KEPT:
            kept.append(position)
            continue
        involved = [
            columns[i] or "the intercept"
            for i, w in zip(kept, weights, strict=True)
            if abs(w) > 1e-6
        ]
        yield Problem(
            "collinear",
            f"In the equation of {equation.response!r}, {name} ({columns[position]}) is an exact "
            f"combination of {', '.join(involved) or 'nothing else: it is constant'}, over "
            f"{int(products.counts.sum())} rows in {products.counts.size} groups.",
            f"Take {columns[position]} out, or one of the columns that determine it.",
            columns[position].split(" × ")[0] or None,
            len(involved),
        )
    rows = float(products.counts.sum())
    if rows <= len(kept):
        yield Problem(
            "too-few-rows",
            f"The equation of {equation.response!r} has {len(names)} coefficients but only "
            f"{int(rows)} rows.",
            "Use more rows, or a model with fewer columns.",
            equation.response,
            int(rows),
        )
        return
    rest, _ = share_left(correlation, kept, len(names))
    if rest <= KEPT:
        yield Problem(
            "perfect-fit",
            f"{equation.response!r} is an exact combination of the columns in its equation, so "
            f"there is no residual variance to estimate.",
            "Check whether one column was computed from another, and take one of them out.",
            equation.response,
        )
    elif (
        products.random
        and products.counts.size <= MOST_GROUPS
        and _left_by_groups(products, kept) <= LEFT
    ):
        yield Problem(
            "saturated",
            f"With random effects for each of {products.counts.size} groups, the equation of "
            f"{equation.response!r} fits its {int(rows)} rows exactly, so there is no residual "
            f"variance to estimate.",
            "Drop random slopes or columns, or use more rows per group; check whether one column "
            "was computed from another.",
            equation.response,
            int(rows),
        )


def _left_by_groups(products: EquationProducts, kept: Sequence[int]) -> float:
    """Return the response's share of squares beside each group's Z and the kept columns of X.

    1 where the groups have no more rows than random effects: then T alone gives every row its
    variance, and the likelihood is bounded (Z T Z' is not singular).
    """
    zz, zf = np.moveaxis(products.zz, -1, 0), np.moveaxis(products.zf, -1, 0)
    inverse = np.linalg.pinv(zz, rcond=KEPT, hermitian=True)
    if products.counts.sum() - np.einsum("jqr,jrq->", inverse, zz) < 0.5:
        return 1.0
    explained = np.einsum("jqf,jqr,jrg->fg", zf, inverse, zf, optimize=True)
    total = products.ff.sum(axis=-1)
    spread = np.sqrt(np.maximum(np.diag(total), 1e-300))
    within = (total - explained) / np.outer(spread, spread)
    inside, last = within[np.ix_(kept, kept)], len(total) - 1
    weights = np.linalg.pinv(inside, rcond=LEFT, hermitian=True) @ within[kept, last]
    return float(within[last, last] - within[kept, last] @ weights)


def _independent(correlation: Array) -> bool:
    """Return whether no column is a combination of those before it."""
    try:
        factor = np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        return False
    return bool((np.diag(factor) ** 2 > KEPT).all())


def share_left(correlation: Array, kept: Sequence[int], position: int) -> tuple[float, Array]:
    """Return a column's share of squares beside the kept ones, and its weights on them."""
    if not kept:
        return 1.0, np.empty(0)
    inside = correlation[np.ix_(kept, kept)]
    cross = correlation[kept, position]
    weights: Array = np.linalg.solve(inside, cross).astype(np.float64)
    return float(correlation[position, position] - cross @ weights), weights
