"""Slopes and routes as expressions: what every kind of effect is built from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add

from medwidget.effects.effect import EffectLevel, Unavailable
from medwidget.effects.expression import Constant, Expression, Parameter
from medwidget.effects.moments import product_mean, product_variance
from medwidget.effects.routes import Route, missing_reason, route_slopes, routes, shown_levels
from medwidget.spec.scales import Scales
from medwidget.spec.structure import Factor, Slope, Structure

__all__ = ["Context", "Point", "Written", "at_name", "difference", "level_of", "total"]

Point = Mapping[Factor, Constant]
Written = Expression | Unavailable


@dataclass(frozen=True)
class Context:
    """A structure and the scales of its data, with the expressions that effects share."""

    structure: Structure
    scales: Scales

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """Every way from the exposure to the outcome by way of mediators."""
        return routes(self.structure)

    @cached_property
    def several(self) -> bool:
        """Whether there is more than one route, so that each has a name of its own."""
        return len(self.routes) > 1

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels at which effects are shown."""
        return shown_levels(self.structure)

    @cached_property
    def means(self) -> Point:
        """The mean of each factor of each moderator, labelled."""
        return {
            factor: Constant(float(mean), f"mean({factor.label})")
            for scale in self.scales.moderators.values()
            for factor, mean in scale.mean.items()
        }

    def at(self, values: Mapping[Factor, float]) -> Point:
        """Return a point: some factors at values, all others at their means."""
        known = {factor: Constant(float(value)) for factor, value in values.items()}
        return {**self.means, **known}

    def slope(self, slope: Slope, point: Point) -> Expression:
        """Return the mean of a slope over groups, where its moderators are at a point."""
        terms: list[Expression] = [Parameter(slope.parameter)]
        terms += [point[factor] * Parameter(name) for factor, name in slope.moderators]
        return reduce(add, terms)

    def covariances(self, slopes: Sequence[Slope]) -> dict[tuple[int, int], Expression]:
        """Return the elements of the slopes' covariance matrix that are not fixed at zero."""
        found: dict[tuple[int, int], Expression] = {}
        for i, first in enumerate(slopes):
            for j, second in enumerate(slopes[i:], i):
                if first.random is not None and second.random is not None:
                    name = self.structure.covariance(first.random, second.random)
                    if name is not None:
                        found[i, j] = Parameter(name)
        return found

    def mean(self, slopes: Sequence[Slope], point: Point) -> Expression:
        """Return the mean over groups of the product of slopes."""
        return product_mean([self.slope(item, point) for item in slopes], self.covariances(slopes))

    def variance(self, slopes: Sequence[Slope], point: Point) -> Expression:
        """Return the variance over groups of the product of slopes."""
        means = [self.slope(item, point) for item in slopes]
        return product_variance(means, self.covariances(slopes))

    def route(self, route: Route, level: str, point: Point | None = None) -> Written:
        """Return the effect along a route at a level, by default at the means of moderators."""
        slopes = route_slopes(self.structure, route, level)
        if slopes is None:
            model = self.structure.model
            columns = (model.exposure, *route.mediators, model.outcome)
            return Unavailable(missing_reason(self.structure, columns, level))
        return self.mean(slopes, self.means if point is None else point)

    def moderators(self, slopes: Sequence[Slope]) -> tuple[str, ...]:
        """Return the columns that moderate any of the slopes, without repetition."""
        columns = [factor.column for slope in slopes for factor, _ in slope.moderators]
        return tuple(dict.fromkeys(columns))

    def note(self, slopes: Sequence[Slope], besides: str | None = None) -> str:
        """Say at which values of moderators (other than one) a formula holds."""
        columns = [column for column in self.moderators(slopes) if column != besides]
        return f", at the mean of {' and '.join(columns)}" if columns else ""

    def place(self, level: str) -> str:
        """Say where an association holds, as part of a sentence."""
        group = self.structure.model.group
        if level == "within":
            return f"within the same {group}"
        if level == "conflated":
            return f"(within and between {group} blended)"
        return f"between one {group} and another"

    def via(self, chosen: Sequence[Route]) -> str:
        """Name the mediators of routes, as part of a sentence."""
        return " or ".join(" and then ".join(route.mediators) for route in chosen)


def at_name(stem: str, level: str, label: str | None = None) -> str:
    """Return the name of an effect: ``indirect``, ``indirect_within``, ``indirect_within[m1]``."""
    named = stem if level == "conflated" else f"{stem}_{level}"
    return named if label is None else f"{named}[{label}]"


def level_of(level: str) -> EffectLevel:
    """Return the level that a table shows for effects of a level of slopes."""
    levels: dict[str, EffectLevel] = {
        "within": "within",
        "between": "between",
        "conflated": "conflated",
    }
    return levels.get(level, "cross-level")


def total(parts: Sequence[Written]) -> Written:
    """Return the sum of the available parts; the first reason where there is none."""
    written = [part for part in parts if isinstance(part, Expression)]
    return reduce(add, written) if written else parts[0]


def difference(first: Written, second: Written) -> Written:
    """Return first minus second; a reason where either is unavailable."""
    if isinstance(first, Unavailable):
        return first
    return second if isinstance(second, Unavailable) else first - second
