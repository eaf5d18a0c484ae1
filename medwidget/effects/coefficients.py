"""Single parameters as effects, so that every interval treats them like any other."""

from __future__ import annotations

from medwidget.effects.effect import Effect, EffectLevel, EffectSet
from medwidget.effects.expression import Parameter
from medwidget.spec.structure import Structure

__all__ = ["coefficient_effects"]


def coefficient_effects(structure: Structure) -> EffectSet:
    """Return an effect for every fixed effect of a model, in the order of the parameter table."""
    slopes = {slope.parameter: slope for slope in structure.slopes}
    effects = []
    for equation in structure.equations:
        for term in equation.fixed:
            slope = slopes.get(term.parameter)
            what = " × ".join(factor.label for factor in term.factors) or "the intercept"
            effects.append(
                Effect(
                    term.parameter,
                    _level(slope.level if slope else None),
                    "effect" if slope else "variance",
                    Parameter(term.parameter),
                    f"coefficient of {what} in the equation of {equation.response}",
                    f"Expected difference in {equation.response} for one unit of {what}."
                    if term.factors
                    else f"Expected {equation.response} where every predictor is 0.",
                )
            )
    return EffectSet(effects, structure.parameters.names)


def _level(level: str | None) -> EffectLevel:
    if level == "within":
        return "within"
    if level == "between":
        return "between"
    return "conflated" if level == "conflated" else "cross-level"
