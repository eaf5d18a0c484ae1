"""Explained variance of each equation by source (Rights & Sterba 2019, Psych Methods 24:309)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import add

import numpy as np

from medwidget.effects.effect import Effect, EffectLevel, EffectSet, Unavailable
from medwidget.effects.expression import Array, Constant, Expression, Parameter
from medwidget.effects.functions import QuadraticForm
from medwidget.effects.implied import Implied
from medwidget.spec.levels import Level
from medwidget.spec.scales import EquationMoments, Scales
from medwidget.spec.structure import Equation, Structure

__all__ = ["build_r_squared"]

SOURCES = {
    "f1": "predictors, within groups",
    "f2": "predictors, between groups",
    "v": "slopes that vary over groups",
    "m": "group-specific intercepts",
    "residual": "residual",
}
# Rights & Sterba name the sums R2(f), R2(fv) and R2(fvm) of the total variance
SHARES: dict[str, dict[str, tuple[str, ...]]] = {
    "total": {
        **{source: (source,) for source in SOURCES},
        "f": ("f1", "f2"),
        "fv": ("f1", "f2", "v"),
        "fvm": ("f1", "f2", "v", "m"),
    },
    "within": {"f1": ("f1",), "v": ("v",), "residual": ("residual",), "f1v": ("f1", "v")},
    "between": {"f2": ("f2",), "m": ("m",)},
}
PARTS = {"total": tuple(SOURCES), "within": ("f1", "v", "residual"), "between": ("f2", "m")}
LEVELS: dict[str, EffectLevel] = {
    "total": "conflated",
    "within": "within",
    "between": "between",
}


def build_r_squared(structure: Structure, scales: Scales) -> EffectSet:
    """Return the shares of variance by source for every equation.

    Names are ``r_squared[y]:total:f1`` and so on: the variance that is shared out ("total",
    "within", "between") and the source. Sources are ``f1`` and ``f2`` (predictors by their within-
    and between-group parts), ``v`` (varying slopes), ``m`` (group-specific intercepts) and
    ``residual``; sums of sources are ``f``, ``fv``, ``fvm`` of the total and ``f1v`` of the within
    variance. An equation of a group-level response has ``total:f`` and ``total:residual`` alone.
    Variances of predictors are those of the data; under latent centring, which models predictors
    too, they are those that the model implies.

    Parameters
    ----------
    structure : Structure
    scales : Scales
        With the moments of each equation's predictors.
    """
    effects: list[Effect] = []
    if structure.two_level is not None:
        implied = Implied(structure.two_level)
        for equation in structure.equations:
            effects += _implied(equation, implied)
        return EffectSet(effects, structure.parameters.names)
    for equation in structure.equations:
        moments = scales.equations.get(equation.response)
        if moments is None:
            reason = f"The moments of the predictors of {equation.response} are not known."
            effects += _missing(equation, Unavailable(reason))
        elif equation.level is Level.GROUP:
            effects += _ordinary(equation, moments)
        else:
            effects += _by_source(structure, equation, moments)
    return EffectSet(effects, structure.parameters.names)


def _missing(equation: Equation, reason: Unavailable) -> Iterator[Effect]:
    for whole, shares in SHARES.items():
        for share, sources in shares.items():
            yield _effect(equation, whole, share, sources, reason)


def _effect(
    equation: Equation,
    whole: str,
    share: str,
    sources: tuple[str, ...],
    written: Expression | Unavailable,
) -> Effect:
    variance = f"{whole} variance of {equation.response}"
    words = " + ".join(SOURCES.get(source, "predictors") for source in sources)
    return Effect(
        f"r_squared[{equation.response}]:{whole}:{share}",
        LEVELS[whole],
        "variance",
        written,
        written.reason if isinstance(written, Unavailable) else f"share of the {variance}: {words}",
        f"The share of the {variance} that the model attributes to: {words}.",
    )


def _quadratic(equation: Equation, matrix: Array, label: str) -> Expression:
    used = [i for i in range(len(equation.fixed)) if np.any(matrix[i] != 0)]
    if not used:
        return Constant(0.0)
    vector = tuple(Parameter(equation.fixed[i].parameter) for i in used)
    kept = np.asarray(matrix, dtype=np.float64)[np.ix_(used, used)]
    return QuadraticForm(vector, kept, label)


def _trace(structure: Structure, equation: Equation, matrix: Array) -> Expression:
    """Return tr(T M) over the random effects of an equation."""
    terms: list[Expression] = []
    for i, first in enumerate(equation.random):
        for j, second in enumerate(equation.random[: i + 1]):
            name = structure.covariance(first.label, second.label)
            weight = float(matrix[i, j]) * (1.0 if i == j else 2.0)
            if name is not None and weight != 0:
                terms.append(weight * Parameter(name))
    return reduce(add, terms, Constant(0.0))


def _by_source(
    structure: Structure, equation: Equation, moments: EquationMoments
) -> Iterator[Effect]:
    response = equation.response
    parts: Mapping[str, Expression] = {
        "f1": _quadratic(equation, moments.within, f"var_within(predictors of {response})"),
        "f2": _quadratic(equation, moments.between, f"var_between(predictors of {response})"),
        "v": _trace(structure, equation, moments.random_within),
        "m": _trace(structure, equation, moments.random_mean),
        "residual": Parameter(equation.residual),
    }
    yield from _shares(equation, parts)


def _shares(equation: Equation, parts: Mapping[str, Expression]) -> Iterator[Effect]:
    """Yield each source, and sums of them, as shares of the variances that they are parts of."""
    for whole, shares in SHARES.items():
        variance = reduce(add, (parts[source] for source in PARTS[whole]))
        nothing = isinstance(variance, Constant)
        for share, sources in shares.items():
            written: Expression | Unavailable
            if nothing:
                reason = f"The model gives {equation.response} no variance {whole} groups."
                written = Unavailable(reason)
            else:
                written = reduce(add, (parts[source] for source in sources)) / variance
            yield _effect(equation, whole, share, sources, written)


def _ordinary(equation: Equation, moments: EquationMoments) -> Iterator[Effect]:
    matrix = np.asarray(moments.within + moments.between, dtype=np.float64)
    explained = _quadratic(equation, matrix, f"var(predictors of {equation.response})")
    yield from _explained(equation, explained)


def _explained(equation: Equation, explained: Expression) -> Iterator[Effect]:
    residual = Parameter(equation.residual)
    variance = explained + residual
    yield _effect(equation, "total", "f", ("f",), explained / variance)
    yield _effect(equation, "total", "residual", ("residual",), residual / variance)


def _implied(equation: Equation, implied: Implied) -> Iterator[Effect]:
    """Yield the shares of variances that a two-level model implies."""
    within = implied.position(equation.response, "within")
    between = implied.position(equation.response, "between")
    nothing = Constant(0.0)
    predicted = nothing if between is None else implied.explained_between(between)
    if within is None:
        yield from _explained(equation, predicted)
        return
    fixed = implied.explained_within(within, own_slopes=False)
    varying: Expression = nothing
    if any(
        variable.random and variable.entry is not None and variable.entry[0] == within
        for variable in implied.model.between.variables
    ):
        varying = implied.explained_within(within, own_slopes=True) - fixed
    intercepts = [
        Parameter(name)
        for row, column, name in implied.model.between.elements
        if row == column == between
    ]
    yield from _shares(
        equation,
        {
            "f1": fixed,
            "f2": predicted,
            "v": varying,
            "m": reduce(add, intercepts, nothing),
            "residual": Parameter(equation.residual),
        },
    )
