"""Effects at values of a moderator, and how much they change with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medwidget.effects.context import Context, Written, at_name, level_of, total
from medwidget.effects.effect import Effect, Unavailable
from medwidget.effects.expression import Constant, Expression, Parameter
from medwidget.effects.routes import Route, route_slopes
from medwidget.errors import UnsupportedError
from medwidget.spec.scales import ModeratorPoint, Scales
from medwidget.spec.structure import Factor, Slope, Structure

__all__ = ["conditional_effects", "conditional_route", "moderated_levels"]


def conditional_route(
    structure: Structure,
    scales: Scales,
    route: Route,
    level: str,
    column: str,
    value: float | Mapping[Factor, float],
) -> Expression:
    """Return the indirect effect along a route where a moderator has a value.

    Parameters
    ----------
    structure : Structure
    scales : Scales
        Gives the means at which all other moderators are held.
    route : Route
    level : {"within", "between", "conflated", "individual"}
        "individual": of a group-level exposure by way of each unit's own mediator.
    column : str
        The moderator.
    value : float, or mapping of Factor to float
        A number, or the value of each factor of the moderator.

    Raises
    ------
    UnsupportedError
        If the route does not exist at the level, or a number is given for several categories.
    """
    context = Context(structure, scales)
    written = context.route(route, level, context.at(point_values(context, column, value)))
    if isinstance(written, Unavailable):
        raise UnsupportedError(written.reason)
    return written


def point_values(
    context: Context, column: str, value: float | Mapping[Factor, float]
) -> Mapping[Factor, float]:
    """Return the value of each factor of a moderator."""
    if isinstance(value, Mapping):
        return value
    factors = list(context.scales.moderators[column].mean)
    if len(factors) != 1:
        raise UnsupportedError(
            f"{column} has more than two categories, so no single number is a value of it. "
            f"Give the value of each of its indicators."
        )
    return {factors[0]: float(value)}


def moderated_levels(context: Context, column: str) -> tuple[str, ...]:
    """Return the levels ("individual" last) at which a column moderates an indirect effect."""
    return tuple(
        level
        for level in _all_levels(context)
        if any(_moderated(context, route, level, column) for route in context.routes)
    )


def conditional_effects(context: Context) -> Iterator[Effect]:
    """Yield for each moderator its conditional effects, their difference and the index.

    A difference or index of a second level has the level in its name.
    """
    taken: set[str] = set()
    for column, scale in context.scales.moderators.items():
        for level in moderated_levels(context, column):
            yield from _indirect(context, column, level, taken)
        for level in context.levels:
            slope = context.structure.slope("direct", level)
            if slope is not None and column in context.moderators([slope]):
                for point in scale.points:
                    yield _direct(context, column, slope, point)


def _all_levels(context: Context) -> tuple[str, ...]:
    return (*context.levels, "individual") if len(context.levels) > 1 else context.levels


def _moderated(context: Context, route: Route, level: str, column: str) -> list[Slope]:
    """Return the slopes of a route that a column moderates."""
    slopes = route_slopes(context.structure, route, level) or ()
    return [slope for slope in slopes if column in context.moderators([slope])]


def _indirect(context: Context, column: str, level: str, taken: set[str]) -> Iterator[Effect]:
    """Yield the effects along each moderated route where there are several, then along all."""
    moderated = [item for item in context.routes if _moderated(context, item, level, column)]
    chosen: list[tuple[str | None, tuple[Route, ...]]] = [(None, context.routes)]
    if context.several:
        chosen = [*((route.label, (route,)) for route in moderated), *chosen]
    points = context.scales.moderators[column].points
    for label, some in chosen:
        at_points = [_at_point(context, column, level, label, some, point) for point in points]
        yield from at_points
        suffix = column if label is None else f"{label}|{column}"
        if len(at_points) > 1:
            name = _free_name("moderated_difference", level, suffix, taken)
            yield _moderated_difference(column, level, name, at_points[0], at_points[-1])
        name = _free_name("index_of_moderated_mediation", level, suffix, taken)
        yield _index(context, column, level, name, some)


def _free_name(stem: str, level: str, suffix: str, taken: set[str]) -> str:
    name = f"{stem}[{suffix}]"
    if name in taken:
        name = f"{stem}_{level}[{suffix}]"
    taken.add(name)
    return name


def _at_point(
    context: Context,
    column: str,
    level: str,
    label: str | None,
    routes: tuple[Route, ...],
    point: ModeratorPoint,
) -> Effect:
    model = context.structure.model
    written = total([context.route(item, level, context.at(point.values)) for item in routes])
    slopes = [
        slope for route in routes for slope in route_slopes(context.structure, route, level) or ()
    ]
    at = f"{column}={point.label}"
    present = [item for item in routes if route_slopes(context.structure, item, level)]
    return Effect(
        at_name("indirect", level, at if label is None else f"{label}|{at}"),
        level_of(level),
        "conditional",
        written,
        _text(written) + context.note(slopes, besides=column),
        f"The part of the association of {model.exposure} with {model.outcome} "
        f"{context.place(level)} that goes by way of {context.via(present)} "
        f"where {column} is {_spoken(point)}.",
    )


def _direct(context: Context, column: str, slope: Slope, point: ModeratorPoint) -> Effect:
    model = context.structure.model
    written = context.slope(slope, context.at(point.values))
    return Effect(
        at_name("direct", slope.level, f"{column}={point.label}"),
        level_of(slope.level),
        "conditional",
        written,
        written.text() + context.note([slope], besides=column),
        f"The part of the association of {model.exposure} with {model.outcome} "
        f"{context.place(slope.level)} that does not go by way of {context.via(context.routes)} "
        f"where {column} is {_spoken(point)}.",
    )


def _spoken(point: ModeratorPoint) -> str:
    spoken = {"-1 SD": "one SD below its mean", "+1 SD": "one SD above its mean"}
    return spoken.get(point.label, "at its mean" if point.label == "mean" else point.label)


def _moderated_difference(
    column: str, level: str, name: str, first: Effect, last: Effect
) -> Effect:
    written: Written = Unavailable("The effect exists at no value of the moderator.")
    if isinstance(first.expression, Expression) and isinstance(last.expression, Expression):
        written = last.expression - first.expression
    return Effect(
        name,
        level_of(level),
        "conditional",
        written,
        f"{last.name} − {first.name}",
        f"How much the association by way of the mediator differs between the highest and the "
        f"lowest value of {column} that is shown.",
    )


def _index(
    context: Context, column: str, level: str, name: str, routes: tuple[Route, ...]
) -> Effect:
    rates = [_rate(context, column, level, route) for route in routes]
    reasons = [rate for rate in rates if isinstance(rate, Unavailable)]
    written: Written = reasons[0] if reasons else total(rates)
    slopes = [s for route in routes for s in route_slopes(context.structure, route, level) or ()]
    note = context.note(slopes, besides=column) if not reasons else ""
    return Effect(
        name,
        level_of(level),
        "conditional",
        written,
        _text(written) + note,
        f"How much the association by way of the mediator changes per unit of {column} "
        f"(index of moderated mediation, Hayes 2015).",
    )


def _rate(context: Context, column: str, level: str, route: Route) -> Written:
    """Return the derivative of a route's effect with respect to a moderator, if it is constant."""
    slopes = route_slopes(context.structure, route, level) or ()
    moderated = _moderated(context, route, level, column)
    if not moderated:
        return Constant(0.0)
    if len(moderated) > 1:
        paths = " and ".join(slope.path for slope in moderated)
        return Unavailable(
            f"{column} moderates {paths}, so the effect changes with {column} at no single rate; "
            f"see the effects at values of {column}."
        )
    interactions = [name for factor, name in moderated[0].moderators if factor.column == column]
    if len(interactions) > 1:
        return Unavailable(
            f"{column} has more than two categories, so there is no single rate of change; see "
            f"the effects in each category."
        )
    rest = [slope for slope in slopes if slope is not moderated[0]]
    return Parameter(interactions[0]) * context.mean(rest, context.means)


def _text(written: Written) -> str:
    return written.text() if isinstance(written, Expression) else written.reason
