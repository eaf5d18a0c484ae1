"""What effects refer to as known: spreads, values of moderators, moments of predictors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from medwidget.data.design import DesignColumn, EquationColumns
from medwidget.data.moments import GroupMoments
from medwidget.data.prepare import Prepared
from medwidget.spec.levels import Level
from medwidget.spec.scales import EquationMoments, ModeratorPoint, ModeratorScale, Scales
from medwidget.spec.structure import Factor, Structure

__all__ = ["measure_scales"]

Array = NDArray[np.float64]


def measure_scales(structure: Structure, prepared: Prepared) -> Scales:
    """Return the known quantities of the data for a resolved model.

    Parameters
    ----------
    structure : Structure
    prepared : Prepared
        With the columns of the structure, products included.

    Notes
    -----
    Under latent centring the moments of predictors are parameters, not known quantities.
    """
    infos = {
        name: info
        for name, info in prepared.frame.columns.items()
        if name in structure.levels and name != structure.model.group
    }
    moments = prepared.moments
    return Scales(
        sd_within={name: info.sd_within for name, info in infos.items()},
        sd_between={name: info.sd_between for name, info in infos.items()},
        sd_total={name: info.sd for name, info in infos.items()},
        moderators={
            column: _moderator_scale(column, factors, structure, prepared)
            for column, factors in _moderators(structure).items()
        },
        equations={
            equation.response: _equation_moments(EquationColumns(equation, moments))
            for equation in (structure.equations if structure.two_level is None else ())
        },
    )


def _moderators(structure: Structure) -> dict[str, tuple[Factor, ...]]:
    """Return the factors of every moderator by column, in the model's order."""
    found: dict[str, dict[Factor, None]] = {}
    for slope in structure.slopes:
        for factor, _ in slope.moderators:
            found.setdefault(factor.column, {})[factor] = None
    return {column: tuple(factors) for column, factors in found.items()}


def _moderator_scale(
    column: str, factors: Sequence[Factor], structure: Structure, prepared: Prepared
) -> ModeratorScale:
    info = prepared.frame.columns[column]
    grouped = structure.levels[column] is Level.GROUP
    mean = {factor: _mean(factor, prepared.moments, grouped) for factor in factors}
    if factors[0].category is not None:
        points = tuple(
            ModeratorPoint(
                str(category), {factor: float(factor.category == category) for factor in factors}
            )
            for category in info.categories
        )
        return ModeratorScale(column, points, mean)
    (factor,) = factors
    if info.n_distinct == 2:
        points = tuple(
            ModeratorPoint(f"{value:g}", {factor: value}) for value in (info.minimum, info.maximum)
        )
        return ModeratorScale(column, points, mean)
    spread = info.sd_between if grouped else info.sd
    points = tuple(
        ModeratorPoint(label, {factor: mean[factor] + step * spread})
        for label, step in (("-1 SD", -1.0), ("mean", 0.0), ("+1 SD", 1.0))
    )
    return ModeratorScale(column, points, mean, (info.minimum, info.maximum))


def _mean(factor: Factor, moments: GroupMoments, grouped: bool) -> float:
    means = moments.means[:, moments.position((factor.column, factor.category))]
    return float(means.mean() if grouped else moments.counts @ means / moments.counts.sum())


def _equation_moments(columns: EquationColumns) -> EquationMoments:
    within, between = _split(columns, columns.fixed)
    location = np.array(
        [columns.counts @ column.constant / columns.total for column in columns.fixed]
    )
    random_within, random_mean = _split(columns, columns.random)
    return EquationMoments(
        within, between - np.outer(location, location), random_within, random_mean
    )


def _split(columns: EquationColumns, listed: Sequence[DesignColumn]) -> tuple[Array, Array]:
    """Return mean cross-products over rows of deviations and of group means of design columns."""
    constants = [DesignColumn(column.constant) for column in listed]
    deviations = [
        DesignColumn(np.zeros_like(columns.counts), column.multiple, column.source)
        for column in listed
    ]
    total = columns.total
    return (
        columns.cross(deviations, deviations).sum(axis=-1) / total,
        columns.cross(constants, constants).sum(axis=-1) / total,
    )
