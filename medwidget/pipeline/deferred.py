"""Tables that are computed when they are first looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.by_group import GroupSlopes, group_slopes
from medwidget.effects.conditional import moderated_levels
from medwidget.effects.context import Context
from medwidget.effects.curve import moderation_effects
from medwidget.effects.effect import EffectSet
from medwidget.effects.r_squared import build_r_squared
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

__all__ = [
    "Pointwise",
    "group_table",
    "johnson_neyman_table",
    "moderation_table",
    "r_squared_table",
    "slopes_by_group",
]

Array = NDArray[np.float64]

# Points of a moderation curve over the observed range of the moderator.
CURVE_POINTS = 61


def group_table(resolved: Resolved, fit: Fit, level: float) -> Table:
    """Return each group's slopes and indirect effect.

    The effect is E[a_j b_j | data] = â_j b̂_j + Cov(a_j, b_j | data).

    Bounds are quantiles of the product under the joint conditional distribution of the slopes,
    which carries the uncertainty of the fixed effects. With several routes there is a column and
    a pair of bounds for each.
    """
    structure = resolved.structure
    own = slopes_by_group(resolved, fit)
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
            mean = own.product(places)
            lower, upper = product_bounds(own.means, own.covariances, places, level)
            suffix = "" if single else f"[{route.label}]"
            columns += [
                (f"indirect{suffix}", mean),
                (f"lower{suffix}", lower),
                (f"upper{suffix}", upper),
            ]
    columns.append(("n_rows", resolved.prepared.moments.counts.astype(np.intp)))
    rows = zip(resolved.prepared.labels, *(values.tolist() for _, values in columns), strict=True)
    return Table((structure.model.group, *(name for name, _ in columns)), tuple(rows))


def slopes_by_group(resolved: Resolved, fit: Fit) -> GroupSlopes:
    """Return each group's own slopes given the data, with their covariances."""
    structure, moments = resolved.structure, resolved.prepared.moments
    factors: set[Factor] = {factor for slope in structure.slopes for factor, _ in slope.moderators}
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


@dataclass(frozen=True)
class Pointwise:
    """Further effects of a fit, each with bounds by the result's method where it is quick enough.

    Monte Carlo and delta intervals are made anew from the same stream; after a bootstrap or a
    profile, Monte Carlo stands in.
    """

    resolved: Resolved
    fit: Fit
    interval: Interval | None
    level: float
    seed: Sequence[int]

    @property
    def method(self) -> MonteCarlo | Delta:
        """The interval used."""
        return self.interval if isinstance(self.interval, MonteCarlo | Delta) else MonteCarlo()

    def bounds(self, effects: EffectSet) -> tuple[Array, Array, Array, Array]:
        """Return estimate, standard error, lower and upper of the available effects."""
        rng = np.random.default_rng(list(self.seed))
        bounds = self.method.bounds(effects, self.fit, None, rng, self.level, None)
        estimates = effects.value(self.fit.estimate)
        return estimates, bounds.standard_error, bounds.lower, bounds.upper

    def curve(self, column: str, values: Array) -> tuple[Array, Array, Array]:
        """Return estimate, lower and upper of the indirect effect at values of a moderator."""
        distinct, places = np.unique(np.atleast_1d(values), return_inverse=True)
        effects = moderation_effects(
            self.resolved.structure, self.resolved.scales, column, distinct.tolist()
        )
        estimates, _, lower, upper = self.bounds(effects)
        return estimates[places], lower[places], upper[places]

    def ranges(self) -> dict[str, tuple[float, float]]:
        """Return the range of every numeric moderator of an indirect effect."""
        context = Context(self.resolved.structure, self.resolved.scales)
        return {
            column: scale.curve
            for column, scale in self.resolved.scales.moderators.items()
            if scale.curve is not None and moderated_levels(context, column)
        }


def r_squared_table(pointwise: Pointwise) -> Table:
    """Return shares of variance by source, by equation."""
    effects = build_r_squared(pointwise.resolved.structure, pointwise.resolved.scales)
    found = dict(zip(effects.names, zip(*pointwise.bounds(effects), strict=True), strict=True))
    rows = []
    for effect in effects:
        numbers = found.get(effect.name)
        shown = (None,) * 4 if numbers is None else tuple(float(value) for value in numbers)
        rows.append((effect.name, *shown, effect.definition, effect.reason or ""))
    columns = ("name", "estimate", "se", "lower", "upper", "definition", "reason")
    return Table(columns, tuple(rows))


def moderation_table(pointwise: Pointwise) -> Table:
    """Return conditional indirect effects over the observed range of every numeric moderator."""
    rows: list[tuple[Any, ...]] = []
    for column, (low, high) in pointwise.ranges().items():
        values = np.linspace(low, high, CURVE_POINTS)
        curve = pointwise.curve(column, values)
        rows += [
            (column, float(value), *(float(item[place]) for item in curve))
            for place, value in enumerate(values)
        ]
    return Table(("moderator", "value", "estimate", "lower", "upper"), tuple(rows))


def johnson_neyman_table(pointwise: Pointwise) -> Table:
    """Return where along each moderator the indirect effect's interval excludes zero."""
    rows: list[tuple[Any, ...]] = []
    for column, (low, high) in pointwise.ranges().items():

        def bounds_at(values: Array, column: str = column) -> tuple[Array, Array]:
            _, lower, upper = pointwise.curve(column, values)
            return lower, upper

        regions = johnson_neyman(bounds_at, low, high, points=CURVE_POINTS, tolerance=1e-4)
        rows += [(column, region.start, region.stop, region.sign) for region in regions]
    return Table(("moderator", "start", "stop", "sign"), tuple(rows))
