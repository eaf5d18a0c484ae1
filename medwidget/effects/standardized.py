"""Effects in standard deviations of their own level, and the share that is mediated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medwidget.effects.context import Context, Written, at_name, level_of
from medwidget.effects.effect import Effect, Guard, Unavailable
from medwidget.effects.expression import Constant, Expression
from medwidget.effects.functions import Sqrt
from medwidget.effects.implied import Implied
from medwidget.spec.scales import Scales
from medwidget.spec.structure import Structure

__all__ = ["slope_scales", "standardized_effects"]


def standardized_effects(context: Context, defined: Mapping[str, Effect]) -> Iterator[Effect]:
    """Yield standardized, partially standardized and proportional forms of effects by name.

    The SDs of the data count as known: their sampling error is not part of any interval. Under
    latent centring they are SDs that the model implies, estimated like everything else.
    """
    model = context.structure.model
    spreads = _Spreads(context.structure, context.scales)
    for level in context.levels:
        upper = spreads.sd(model.exposure, level)
        lower = spreads.sd(model.outcome, level)
        labels = [None, *(route.label for route in context.routes)] if context.several else [None]
        names = [at_name("indirect", level, label) for label in labels]
        names += [at_name("direct", level), at_name("total", level)]
        for name in names:
            words = f"{name} · {_label(model.exposure, level)} / {_label(model.outcome, level)}"
            yield _rescaled(
                f"standardized_{name}",
                level,
                _scaled(defined[name].expression, upper, lower),
                words,
                f"{name} in SDs of {model.outcome} per SD of {model.exposure}, both of this level.",
            )
        name = at_name("indirect", level)
        yield _rescaled(
            f"partially_standardized_{name}",
            level,
            _scaled(defined[name].expression, Constant(1.0), lower),
            f"{name} / {_label(model.outcome, level)}",
            f"{name} in SDs of {model.outcome} at this level, per unit of {model.exposure}.",
        )
        yield _proportion(level, defined)


def slope_scales(structure: Structure, scales: Scales) -> dict[str, Expression]:
    """Return what makes each slope standardized, by parameter: SD of its source / SD of its target.

    Both SDs are of the slope's own level. Slopes between columns without spread there are left out.
    """
    spreads = _Spreads(structure, scales)
    found = {}
    for slope in structure.slopes:
        upper = spreads.sd(slope.source, slope.level)
        lower = spreads.sd(slope.target, slope.level)
        if isinstance(upper, Expression) and isinstance(lower, Expression):
            found[slope.parameter] = upper / lower
    return found


class _Spreads:
    """SDs of columns by level: those of the data, or those that a two-level model implies."""

    def __init__(self, structure: Structure, scales: Scales) -> None:
        self._scales = scales
        self._implied = None if structure.two_level is None else Implied(structure.two_level)

    def sd(self, column: str, level: str) -> Written:
        """Return the SD of a column at a level, or why it has none."""
        where = "" if level == "conflated" else f" {level} groups"
        nothing = Unavailable(f"{column} has no spread{where} to standardize by.")
        if self._implied is not None:
            variance = self._implied.variance(column, level)
            return nothing if variance is None else Sqrt(variance)
        by_level = {"within": self._scales.sd_within, "between": self._scales.sd_between}
        value = float(by_level.get(level, self._scales.sd_total).get(column, float("nan")))
        return Constant(value, _label(column, level)) if 0 < value < float("inf") else nothing


def _label(column: str, level: str) -> str:
    return f"SD({column})" if level == "conflated" else f"SD_{level}({column})"


def _scaled(written: Written, upper: Written, lower: Written) -> Written:
    if isinstance(written, Unavailable):
        return written
    if isinstance(upper, Unavailable):
        return upper
    return lower if isinstance(lower, Unavailable) else written * upper / lower


def _rescaled(name: str, level: str, written: Written, definition: str, about: str) -> Effect:
    if isinstance(written, Unavailable):
        definition = written.reason
    return Effect(name, level_of(level), "standardized", written, definition, about)


def _proportion(level: str, defined: Mapping[str, Effect]) -> Effect:
    part, whole = at_name("indirect", level), at_name("total", level)
    numerator, denominator = defined[part].expression, defined[whole].expression
    written: Written
    if isinstance(numerator, Expression) and isinstance(denominator, Expression):
        written, definition = numerator / denominator, f"{part} / {whole}"
    else:
        written = numerator if isinstance(numerator, Unavailable) else denominator
        definition = defined[part].reason or defined[whole].reason or ""
    return Effect(
        at_name("proportion_mediated", level),
        level_of(level),
        "proportion",
        written,
        definition,
        "The share of the total association that goes by way of the mediator.",
        Guard(part, whole),
    )
