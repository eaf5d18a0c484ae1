"""An indirect effect as a function of a numeric moderator."""

from __future__ import annotations

from collections.abc import Sequence

from medwidget.effects.conditional import moderated_levels, point_values
from medwidget.effects.context import Context, at_name, level_of, total
from medwidget.effects.effect import Effect, EffectSet
from medwidget.effects.expression import Expression
from medwidget.effects.routes import Route
from medwidget.errors import UnsupportedError, one_of
from medwidget.spec.scales import Scales
from medwidget.spec.structure import Structure

__all__ = ["moderation_effects"]


def moderation_effects(
    structure: Structure,
    scales: Scales,
    column: str,
    values: Sequence[float],
    *,
    level: str | None = None,
    route: Route | None = None,
) -> EffectSet:
    """Return the indirect effect at each of many values of a moderator.

    Parameters
    ----------
    structure : Structure
    scales : Scales
        Gives the means at which other moderators are held.
    column : str
        A moderator that is a number (or has two categories).
    values : sequence of float
        Distinct values of it.
    level : {"within", "between", "conflated", "individual"}, optional
        By default the first level at which the column moderates an indirect effect.
    route : Route, optional
        By default the sum over all routes.

    Returns
    -------
    EffectSet
        One effect for each value, in their order: ``indirect_within[w=0.5]``.

    Raises
    ------
    UnsupportedError
        If the column moderates no indirect effect, or is not a number.
    """
    context = Context(structure, scales)
    levels = moderated_levels(context, column) if column in scales.moderators else ()
    if not levels:
        raise UnsupportedError(
            f"{column} moderates no indirect effect of this model. Name it among moderators for a "
            f"path that is part of one."
        )
    chosen = levels[0] if level is None else one_of("level", level, levels)
    some = context.routes if route is None else (route,)
    effects = []
    for value in values:
        point = context.at(point_values(context, column, float(value)))
        written = total([context.route(item, chosen, point) for item in some])
        at = f"{column}={float(value):.12g}"
        label = at if route is None or not context.several else f"{route.label}|{at}"
        definition = written.text() if isinstance(written, Expression) else written.reason
        effects.append(
            Effect(
                at_name("indirect", chosen, label),
                level_of(chosen),
                "conditional",
                written,
                definition,
                f"The association by way of {context.via(some)} where {at.replace('=', ' is ')}.",
            )
        )
    return EffectSet(effects, structure.parameters.names)
