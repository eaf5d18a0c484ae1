"""Where a level has no variance left, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from medwidget.errors import ConvergenceError
from medwidget.estimators.boundary import Boundary, find_boundaries
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.moments import implied_moments
from medwidget.spec.problems import Problem
from medwidget.spec.two_level import TwoLevel

__all__ = ["boundaries_at", "boundary_problems", "refuse_perfect_fit"]

Array = NDArray[np.float64]

# A latent variable with less than this share of its variance between groups has, for paths from
# its latent means, none.
LITTLE = 0.01
# A residual SD below this share of the variable's is none.
NO_RESIDUAL = 1e-6


def boundaries_at(layout: Layout, phi: Array) -> tuple[Boundary, ...]:
    """Return the directions in which Ψ_B has no variance."""
    root = layout.matrices(phi).root_between
    rows = [place for place, pivot in enumerate(layout.between_pivots) if pivot >= 0]
    labels = [layout.model.between.variables[place].label for place in rows]
    return find_boundaries((root @ root.T)[np.ix_(rows, rows)], labels)


def boundary_problems(layout: Layout, phi: Array) -> tuple[Problem, ...]:
    """Return a warning for each boundary, with the column it is about and a remedy."""
    model = layout.model
    places = model.between.positions
    found = list(_without_means(layout, phi))
    named = {problem.column for problem in found}
    for boundary in boundaries_at(layout, phi):
        first = model.between.variables[places[boundary.labels[0]]]
        slope = any(
            model.between.variables[places[label]].role == "slope" for label in boundary.labels
        )
        if boundary.kind == "variance" and first.role == "latent":
            if first.label not in named:
                found.append(_explained(model, first.label, str(first.key and first.key[0])))
        elif slope or boundary.kind == "variance":
            found.append(boundary.problem())
        else:
            found.append(_dependent(boundary))
    return tuple(found)


def _without_means(layout: Layout, phi: Array) -> Iterator[Problem]:
    """Yield the sources of paths whose latent means do not vary."""
    model = layout.model
    inner, outer, _ = implied_moments(layout, phi)
    within, between = np.diag(inner), np.diag(outer)
    for in_w, in_b in model.latent:
        share = between[in_b] / max(between[in_b] + within[in_w], 1e-300)
        paths = [name for _, source, name in model.between.paths if source == in_b]
        if share >= LITTLE or not paths:
            continue
        column = str((model.between.variables[in_b].key or ("",))[0])
        some = "None" if share < LITTLE / 1000 else f"Only {100 * share:.2g} %"
        moves = "mean" if len(paths) > 1 else "means"
        exogenous = in_b not in model.between.endogenous
        fixed = ", ".join(f"{name!r}: 0" for name in paths)
        yield Problem(
            "no-latent-between-variance",
            f"{some} of the variance of {column!r} is estimated to lie between groups, so the "
            f"paths from its latent group means divide by next to nothing: "
            f"{' and '.join(paths)} {moves} nothing, whatever the standard errors.",
            f"Use splits={{{column!r}: 'within'}}, which gives {column!r} no part between groups."
            if exogenous
            else f"Fix what it cannot tell with constraints={{{fixed}}}, and read the effects "
            f"within groups.",
            column,
            severity="warning",
        )


def _explained(model: TwoLevel, label: str, column: str) -> Problem:
    place = model.between.positions[label]
    sources = [
        model.between.variables[source].label
        for target, source, _ in model.between.paths
        if target == place
    ]
    if not sources:
        message = f"The latent group means of {column!r} do not vary: their variance is estimated "
        remedy = f"Read the effects within groups, or keep {label!r} knowing this."
    else:
        message = (
            f"Between groups {', '.join(map(repr, sources))} would explain {column!r} completely: "
            f"the residual variance of its latent group means is estimated "
        )
        remedy = "Use fewer predictors between groups, more groups, or keep it knowing this."
    return Problem(
        "boundary-variance",
        f"{message}at exactly 0. Estimates stand; standard errors are conditional on this variance "
        f"being 0.",
        remedy,
        column,
        severity="warning",
    )


def _dependent(boundary: Boundary) -> Problem:
    names = ", ".join(map(repr, boundary.labels))
    return Problem(
        f"boundary-{boundary.kind}",
        f"The group means of {names} are estimated to depend on one another without any error, "
        f"given what explains them. Estimates stand; standard errors are conditional on it.",
        "Drop one of them between groups, or keep them knowing this.",
        boundary.labels[0],
        severity="warning",
    )


def refuse_perfect_fit(layout: Layout, phi: Array) -> None:
    """Raise where a variance has gone to 0 and taken the likelihood to infinity."""
    model = layout.model
    for level, pivots, limit in (
        (model.within, layout.within_pivots, np.log(NO_RESIDUAL)),
        (model.between, layout.between_pivots, NO_RESIDUAL),
    ):
        for variable, pivot in zip(level.variables, pivots, strict=True):
            observed = level is model.within or variable.role == "group"
            if observed and pivot >= 0 and phi[pivot] < limit:
                where = "within" if level is model.within else "between"
                column = variable.label if variable.key is None else variable.key[0]
                raise ConvergenceError(
                    f"The others explain {column!r} completely {where} groups: its "
                    f"residual variance there goes to 0 and the likelihood has no maximum. Drop a "
                    f"column that is a function of others, or use groups with more rows."
                )
