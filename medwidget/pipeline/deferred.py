"""Tables that are computed when they are first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.by_group import GroupSlopes, group_slopes
from medwidget.effects.curve import moderation_effects
from medwidget.effects.routes import route_slopes, routes, shown_levels
from medwidget.estimators.protocol import Fit
from medwidget.intervals.delta import Delta
from medwidget.intervals.groups import product_bounds
from medwidget.intervals.johnson_neyman import johnson_neyman
from medwidget.intervals.monte_carlo import MonteCarlo
from medwidget.pipeline.resolve import Resolved
from medwidget.result import Table
from medwidget.spec.structure import Factor

if TYPE_CHECKING:
    from medwidget.intervals.protocol import Interval

__all__ = ["group_table", "johnson_neyman_table", "moderation_table"]

Array = NDArray[np.float64]

# Points of a moderation curve over the observed range of the moderator.
CURVE_POINTS = 61


def group_table(resolved: Resolved, fit: Fit, level: float) -> Table:
    """Return each group's slopes and indirect effect, E[a_j b_j | data] = â_j b̂_j + Cov(a_j, b_j | data).

    Bounds are quantiles of the product under the joint conditional distribution of the slopes,
    which carries the uncertainty of the fixed effects. With several routes there is a column and
    a pair of bounds for each.
    """
    structure = resolved.structure
    own = _slopes(resolved, fit)
    single = len(structure.model.mediators) == 1
    columns: list[tuple[str, Array]] = [
        (slope.path, own.means[:, place]) for place, slope in enumerate(own.slopes)
    ]
    for route in routes(structure):
        for shown in shown_levels(structure):
            if shown == "between":
                continue
            slopes = route_slopes(structure, route, shown)
            if slopes is None:
                continue
            places = [own.slopes.index(slope) for slope in slopes]
            mean, lower, upper = product_bounds(own.means, own.covariances, places, level)
            suffix = "" if single else f"[{route.label}]"
            columns += [
                (f"indirect{suffix}", mean),
                (f"lower{suffix}", lower),
                (f"upper{suffix}", upper),
            ]
    columns.append(("n_rows", resolved.prepared.moments.counts))
    rows = zip(resolved.prepared.labels, *(values.tolist() for _, values in columns), strict=True)
    return Table((structure.model.group, *(name for name, _ in columns)), tuple(rows))


def _slopes(resolved: Resolved, fit: Fit) -> GroupSlopes:
    structure, moments = resolved.structure, resolved.prepared.moments
    factors: set[Factor] = {
        factor for slope in structure.slopes for factor, _ in slope.moderators
    }
    fixed = fit.parameters.of_kind("fixed")
    names = [fit.names[place] for place in fixed]
    n_groups, q = moments.counts.size, len(structure.labels)
    if fit.groups is None:
        modes, covariances = np.zeros((n_groups, q)), np.zeros((n_groups, q, q))
        sensitivity = np.zeros((n_groups, q, len(fixed)))
    else:
        posterior = fit.groups()
        modes, covariances = posterior.modes, posterior.covariances
        sensitivity = posterior.sensitivity
    return group_slopes(
        structure,
        dict(zip(fit.names, fit.estimate.tolist(), strict=True)),
        names,
        fit.covariance[np.ix_(fixed, fixed)],
        modes,
        covariances,
        sensitivity,
        {
            factor: moments.means[:, moments.position((factor.column, factor.category))]
            for factor in factors
        },
    )


def moderation_table(
    resolved: Resolved, fit: Fit, interval: Interval | None, level: float, seed: Sequence[int]
) -> Table:
    """Return conditional indirect effects over the observed range of every numeric moderator."""
    rows: list[tuple[Any, ...]] = []
    for column, (low, high) in _ranges(resolved).items():
        values = np.linspace(low, high, CURVE_POINTS)
        curve = _curve(resolved, fit, interval, level, seed, column, values)
        rows += [
            (column, float(value), *(float(item[place]) for item in curve))
            for place, value in enumerate(values)
        ]
    return Table(("moderator", "value", "estimate", "lower", "upper"), tuple(rows))


def johnson_neyman_table(
    resolved: Resolved, fit: Fit, interval: Interval | None, level: float, seed: Sequence[int]
) -> Table:
    """Return where the interval of the indirect effect begins or ceases to exclude zero."""
    rows: list[tuple[Any, ...]] = []
    for column, (low, high) in _ranges(resolved).items():

        def bounds_at(values: Array, column: str = column) -> tuple[Array, Array]:
            _, lower, upper = _curve(resolved, fit, interval, level, seed, column, values)
            return lower, upper

        rows += [(column, value) for value in johnson_neyman(bounds_at, low, high)]
    return Table(("moderator", "value"), tuple(rows))


def _ranges(resolved: Resolved) -> dict[str, tuple[float, float]]:
    """Return the range of every numeric moderator of a path that is part of an indirect effect."""
    mediating = {
        factor.column
        for slope in resolved.structure.slopes
        for factor, _ in slope.moderators
        if slope.path != "direct"
    }
    return {
        column: scale.curve
        for column, scale in resolved.scales.moderators.items()
        if scale.curve is not None and column in mediating
    }


def _curve(
    resolved: Resolved,
    fit: Fit,
    interval: Interval | None,
    level: float,
    seed: Sequence[int],
    column: str,
    values: Array,
) -> tuple[Array, Array, Array]:
    """Return estimate, lower and upper at each value, from the same draws at every value."""
    distinct, places = np.unique(np.atleast_1d(values), return_inverse=True)
    effects = moderation_effects(resolved.structure, resolved.scales, column, distinct.tolist())
    by = interval if isinstance(interval, MonteCarlo | Delta) else Delta()
    bounds = by.bounds(effects, fit, None, np.random.default_rng(list(seed)), level, None)
    estimates = effects.value(fit.estimate)
    return estimates[places], bounds.lower[places], bounds.upper[places]
