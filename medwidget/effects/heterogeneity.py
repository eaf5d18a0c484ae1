"""How much an effect differs from group to group, where slopes vary."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from medwidget.effects.context import Context, Written, at_name, level_of
from medwidget.effects.effect import Effect, Unavailable
from medwidget.effects.expression import Constant, Expression, Parameter
from medwidget.effects.functions import NormalProbability, SameSign, Sqrt
from medwidget.effects.routes import Route, route_slopes
from medwidget.spec.structure import Slope

__all__ = ["heterogeneity_effects"]


def heterogeneity_effects(context: Context) -> Iterator[Effect]:
    """Yield covariances of slopes, and the SD and share of positive effects over groups."""
    for level in context.levels:
        if level == "between":
            continue
        seen: set[str] = set()
        for route in context.routes:
            slopes = route_slopes(context.structure, route, level)
            if slopes is not None and any(slope.random for slope in slopes):
                yield from _covariances(context, level, slopes, seen)
                yield from _spread(context, level, route, slopes)
        slope = context.structure.slope("direct", level)
        if slope is not None and slope.random:
            yield from _direct(context, level, slope)


def _covariances(
    context: Context, level: str, slopes: tuple[Slope, ...], seen: set[str]
) -> Iterator[Effect]:
    for (i, j), covariance in context.covariances(slopes).items():
        name = covariance.text()
        if i != j and name not in seen:
            seen.add(name)
            first, second = slopes[i].path, slopes[j].path
            yield Effect(
                name,
                level_of(level),
                "heterogeneity",
                covariance,
                f"covariance over groups of {first} and {second}",
                f"Whether groups with a larger {first} also have a larger {second}; it is part of "
                f"the average product.",
            )


def _spread(
    context: Context, level: str, route: Route, slopes: tuple[Slope, ...]
) -> Iterator[Effect]:
    label = route.label if context.several else None
    variance = context.variance(slopes, context.means)
    note = context.note(slopes)
    spread = Sqrt(variance)
    product = "·".join(slope.path for slope in slopes)
    via = context.via([route])
    yield Effect(
        at_name("sd_indirect", level, label),
        level_of(level),
        "heterogeneity",
        spread,
        f"{spread.text()}{note}" if len(slopes) == 2 else f"SD over groups of {product}{note}",
        f"How much the association by way of {via} differs from group to group (SD).",
        range=(0.0, inf),
    )
    share = _share(context, slopes, variance)
    yield Effect(
        at_name("share_positive", level, label),
        level_of(level),
        "heterogeneity",
        share,
        f"P({product} > 0) over groups, slopes jointly normal{note}"
        if isinstance(share, Expression)
        else share.reason,
        f"The share of groups in which the association by way of {via} is positive; products of "
        f"two negative slopes count.",
        range=(0.0, 1.0),
    )


def _share(context: Context, slopes: tuple[Slope, ...], variance: Expression) -> Written:
    """Return P(product of slopes > 0), exact for one or two slopes that vary."""
    varying = [slope for slope in slopes if slope.random]
    if len(varying) == 1:
        return NormalProbability(context.mean(slopes, context.means) / Sqrt(variance))
    if len(varying) > 2:
        return Unavailable(
            "No closed form is known for the sign of a product of three slopes that all vary; the "
            "effects of the groups at hand show it."
        )
    fixed = [slope for slope in slopes if not slope.random]
    factor = context.mean(fixed, context.means) if fixed else Constant(1.0)
    first, second = (context.slope(slope, context.means) for slope in varying)
    covariances = context.covariances(varying)
    return SameSign(
        factor * first,
        second,
        factor * factor * covariances[0, 0],
        covariances[1, 1],
        factor * covariances.get((0, 1), Constant(0.0)),
    )


def _direct(context: Context, level: str, slope: Slope) -> Iterator[Effect]:
    variance = context.structure.covariance(slope.random or "", slope.random or "")
    spread = Sqrt(Parameter(variance or ""))
    note = context.note([slope])
    yield Effect(
        at_name("sd_direct", level),
        level_of(level),
        "heterogeneity",
        spread,
        f"{spread.text()}{note}",
        "How much the direct association differs from group to group (SD).",
        range=(0.0, inf),
    )
    share = NormalProbability(context.slope(slope, context.means) / spread)
    yield Effect(
        at_name("share_positive_direct", level),
        level_of(level),
        "heterogeneity",
        share,
        f"{share.text()}{note}",
        "The share of groups in which the direct association is positive.",
        range=(0.0, 1.0),
    )
