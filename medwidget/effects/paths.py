"""Indirect, direct and total effects at each level, their parts and their differences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from medwidget.effects.context import Context, Written, at_name, difference, level_of, total
from medwidget.effects.effect import Effect, EffectKind, Unavailable
from medwidget.effects.expression import Expression
from medwidget.effects.routes import Route, missing_reason, route_slopes
from medwidget.spec.structure import Slope

__all__ = ["direct", "indirect", "path_effects"]


def path_effects(context: Context) -> Iterator[Effect]:
    """Yield the effects of every level, then those that compare or split levels."""
    for level in context.levels:
        yield from _specific(context, level)
        yield _indirect(context, level)
        yield _direct(context, level)
        yield _total(context, level)
        yield from _contrasts(context, level)
    if len(context.levels) > 1:
        yield from _contextual_differences(context)
        yield from _individual_and_contextual(context)


def indirect(context: Context, level: str) -> Written:
    """Return the sum of the effects along all routes that exist at a level."""
    return total([context.route(route, level) for route in context.routes])


def direct(context: Context, level: str) -> Written:
    """Return the direct effect at a level, at the means of its moderators."""
    slope = context.structure.slope("direct", level)
    if slope is None:
        model = context.structure.model
        ends = (model.exposure, model.outcome)
        return Unavailable(missing_reason(context.structure, ends, level))
    return context.slope(slope, context.means)


def _slopes(context: Context, routes: tuple[Route, ...], level: str) -> list[Slope]:
    """Return the slopes of all routes that exist at a level, with repetitions."""
    found = (route_slopes(context.structure, route, level) for route in routes)
    return [slope for slopes in found for slope in slopes or ()]


def _present(context: Context, level: str) -> tuple[Route, ...]:
    exists = [route for route in context.routes if route_slopes(context.structure, route, level)]
    return tuple(exists) or context.routes


def _definition(written: Written, note: str) -> str:
    return written.text() + note if isinstance(written, Expression) else written.reason


def _association(context: Context, level: str) -> str:
    model = context.structure.model
    return f"association of {model.exposure} with {model.outcome} {context.place(level)}"


def _by_way_of(context: Context, routes: tuple[Route, ...], level: str) -> str:
    varying = any(slope.random for slope in _slopes(context, routes, level))
    averaged = ", averaged over groups" if varying else ""
    return (
        f"The part of the {_association(context, level)} that goes by way of "
        f"{context.via(routes)}, per unit of {context.structure.model.exposure}{averaged}."
    )


def _specific(context: Context, level: str) -> Iterator[Effect]:
    if not context.several:
        return
    for route in context.routes:
        written = context.route(route, level)
        note = context.note(_slopes(context, (route,), level))
        yield Effect(
            at_name("indirect", level, route.label),
            level_of(level),
            "specific",
            written,
            _definition(written, note),
            _by_way_of(context, (route,), level),
        )


def _indirect(context: Context, level: str) -> Effect:
    written = indirect(context, level)
    present = _present(context, level)
    note = context.note(_slopes(context, present, level))
    return Effect(
        at_name("indirect", level),
        level_of(level),
        "effect",
        written,
        _definition(written, note),
        _by_way_of(context, present, level),
    )


def _direct(context: Context, level: str) -> Effect:
    written = direct(context, level)
    slope = context.structure.slope("direct", level)
    return Effect(
        at_name("direct", level),
        level_of(level),
        "effect",
        written,
        _definition(written, context.note([slope] if slope else [])),
        f"The part of the {_association(context, level)} that does not go by way of "
        f"{context.via(_present(context, level))}, per unit of {context.structure.model.exposure}.",
    )


def _total(context: Context, level: str) -> Effect:
    straight = direct(context, level)
    # where no mediator varies at this level, all of the association is direct
    written = straight
    if isinstance(straight, Expression):
        written = total([indirect(context, level), straight])
    slope = context.structure.slope("direct", level)
    slopes = _slopes(context, context.routes, level) + ([slope] if slope else [])
    return Effect(
        at_name("total", level),
        level_of(level),
        "effect",
        written,
        _definition(written, context.note(slopes)),
        f"The {_association(context, level)} by any way, "
        f"per unit of {context.structure.model.exposure}.",
    )


def _contrasts(context: Context, level: str) -> Iterator[Effect]:
    present = [
        (route, written)
        for route in context.routes
        if isinstance(written := context.route(route, level), Expression)
    ]
    for (first, left), (second, right) in combinations(present, 2):
        yield Effect(
            at_name("contrast", level, f"{first.label} - {second.label}"),
            level_of(level),
            "contrast",
            left - right,
            f"{at_name('indirect', level, first.label)} − "
            f"{at_name('indirect', level, second.label)}",
            f"How much more of the {_association(context, level)} goes by way of "
            f"{context.via([first])} than by way of {context.via([second])}.",
        )


def _contextual_differences(context: Context) -> Iterator[Effect]:
    def effect(written: Written, label: str | None, kind: EffectKind, via: str) -> Effect:
        between, within = (at_name("indirect", level, label) for level in ("between", "within"))
        words = f"{between} − {within}"
        return Effect(
            "contextual_difference" if label is None else f"contextual_difference[{label}]",
            "cross-level",
            kind,
            written,
            words if isinstance(written, Expression) else written.reason,
            f"How much the association by way of {via} between groups exceeds that within groups.",
        )

    if context.several:
        for route in context.routes:
            parts = [context.route(route, level) for level in ("between", "within")]
            written = difference(parts[0], parts[1])
            yield effect(written, route.label, "specific", context.via([route]))
    overall = difference(indirect(context, "between"), indirect(context, "within"))
    yield effect(overall, None, "effect", context.via(context.routes))


def _individual_and_contextual(context: Context) -> Iterator[Effect]:
    """Split the effect of a group-level exposure (Pituch & Stapleton 2012)."""
    split: dict[Route, tuple[Expression, Expression]] = {}
    for route in context.routes:
        individual = route_slopes(context.structure, route, "individual")
        between = route_slopes(context.structure, route, "between")
        if individual is None or between is None:
            continue
        first = context.slope(individual[0], context.means)
        own = context.mean(individual[1:], context.means)
        split[route] = first * own, first * (context.mean(between[1:], context.means) - own)
    if context.several:
        for route, parts in split.items():
            yield from _split_pair(context, (route,), *parts, route.label)
    if split and len(split) == len(context.routes):
        individual_part = total([pair[0] for pair in split.values()])
        contextual_part = total([pair[1] for pair in split.values()])
        yield from _split_pair(context, context.routes, individual_part, contextual_part, None)


def _split_pair(
    context: Context,
    routes: tuple[Route, ...],
    individual: Written,
    contextual: Written,
    label: str | None,
) -> Iterator[Effect]:
    model = context.structure.model
    kind: EffectKind = "effect" if label is None else "specific"
    note = context.note(_slopes(context, routes, "individual"))
    start = f"The part of the association of {model.exposure} with {model.outcome} that goes by way"
    via = context.via(routes)
    for stem, written, about in (
        ("indirect_individual", individual, f"of each unit's own {via}"),
        (
            "indirect_contextual",
            contextual,
            f"of the group's mean of {via}, beyond each unit's own",
        ),
    ):
        name = stem if label is None else f"{stem}[{label}]"
        definition = _definition(written, note)
        text = f"{start} {about}, per unit of {model.exposure}."
        yield Effect(name, "cross-level", kind, written, definition, text)
