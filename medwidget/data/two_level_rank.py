"""Columns that say the same under latent centring, within groups or between them.

The likelihood of a two-level model is that of all its columns, so it has no maximum where any of
them is an exact combination of others within groups, or an observed one between groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from medwidget.data.design import build_design
from medwidget.data.groups import renumber
from medwidget.data.moments import GroupMoments, compute_moments
from medwidget.data.prepare import Prepared
from medwidget.data.rank import KEPT, rank_problems, share_left
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Structure
from medwidget.spec.two_level import TwoLevel, Variable

__all__ = ["two_level_rank_problems"]

Array = NDArray[np.float64]

# Complete rows and groups per column that tell an exact relation from a chance one.
ENOUGH = 3
# What incomplete data cannot show: whether there are too few rows for an equation.
ABOUT_ROWS = frozenset({"too-few-rows", "saturated"})


def two_level_rank_problems(structure: Structure, prepared: Prepared) -> tuple[Problem, ...]:
    """Return a problem for every column that others determine.

    Where values are missing, the rows that lack none are looked at if they are not too few.
    """
    two_level = structure.two_level
    assert two_level is not None, "the structure is of a model with latent centring"
    moments = prepared.moments
    if moments.available is not None:
        complete = _complete_rows(prepared)
        if complete is None:
            return ()
        moments = complete
    found = rank_problems(structure, build_design(structure, moments))
    if moments is not prepared.moments:
        found = tuple(problem for problem in found if problem.code not in ABOUT_ROWS)
    named = {problem.column for problem in found}
    further = (*_within(two_level, moments, structure), *_between(two_level, moments))
    seen: set[str | None] = set()
    for problem in further:
        if problem.column not in named | seen:
            seen.add(problem.column)
            found = (*found, problem)
    return found


def _complete_rows(prepared: Prepared) -> GroupMoments | None:
    rows = prepared.rows
    full = np.logical_and.reduce([~np.isnan(values) for values in rows.values.values()])
    codes, groups = renumber(rows.codes[full], rows.n_groups)
    if min(len(codes), len(groups)) < ENOUGH * len(rows.values):
        return None
    chosen = {key: values[full] for key, values in rows.values.items()}
    return compute_moments(chosen, codes, len(groups))


def _within(two_level: TwoLevel, moments: GroupMoments, structure: Structure) -> Iterator[Problem]:
    """Look at deviations from group means, exogenous columns first, the outcome last."""
    order = ("", *structure.model.responses)
    variables = sorted(
        two_level.within.variables,
        key=lambda item: order.index(item.key[0]) if item.key and item.key[0] in order else 0,
    )
    places = _places(variables, moments)
    products = moments.products.sum(axis=0)[np.ix_(places, places)]
    spare = moments.n_rows - moments.n_groups
    if spare < len(variables):
        yield Problem(
            "too-few-rows",
            f"There are {moments.n_rows} rows in {moments.n_groups} groups, too few for the "
            f"variances of {len(variables)} columns within groups.",
            "Use more rows per group, or a model with fewer columns.",
            structure.model.outcome,
            moments.n_rows,
        )
        return
    where = f"within groups, over {moments.n_rows} rows in {moments.n_groups} groups"
    yield from _dependent(variables, products, where, structure.model.responses)


def _between(two_level: TwoLevel, moments: GroupMoments) -> Iterator[Problem]:
    """Look at the group means of exogenous columns, and at group-level columns."""
    system = two_level.between
    variables = [
        item
        for place, item in enumerate(system.variables)
        if item.key is not None and place not in system.endogenous
    ]
    means = moments.means[:, _places(variables, moments)]
    centred = means - means.mean(axis=0)
    where = f"between groups, over {moments.n_groups} groups"
    yield from _dependent(variables, centred.T @ centred, where, ())


def _places(variables: Sequence[Variable], moments: GroupMoments) -> list[int]:
    return [moments.position(item.key) for item in variables if item.key is not None]


def _dependent(
    variables: Sequence[Variable], products: Array, where: str, responses: Sequence[str]
) -> Iterator[Problem]:
    """Yield a problem for every variable that those before it determine."""
    spread = np.sqrt(np.maximum(np.diag(products), 1e-300))
    correlation = products / np.outer(spread, spread)
    kept: list[int] = []
    for place, variable in enumerate(variables):
        rest, weights = share_left(correlation, kept, place)
        if products[place, place] > 0 and rest > KEPT:
            kept.append(place)
            continue
        involved = [variables[i].label for i, w in zip(kept, weights, strict=True) if abs(w) > 1e-6]
        others = ", ".join(involved) or "nothing else: it is constant"
        column = variable.key[0] if variable.key is not None else None
        if column in responses:
            yield Problem(
                "perfect-fit",
                f"{column!r} is an exact combination of {others} {where}, so there is no residual "
                f"variance to estimate.",
                "Check whether one column was computed from another, and take one of them out.",
                column,
            )
        else:
            yield Problem(
                "collinear",
                f"{variable.label} is an exact combination of {others}, {where}.",
                f"Take {variable.label} out, or one of the columns that determine it.",
                column,
                len(involved),
            )
