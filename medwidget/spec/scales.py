"""What effects refer to as known: spreads, moderator values, moments of predictors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from medwidget.spec.structure import Factor

__all__ = ["EquationMoments", "ModeratorPoint", "ModeratorScale", "Scales"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ModeratorPoint:
    """A value at which conditional effects are shown.

    Attributes
    ----------
    label : str
        ``-1 SD``, ``mean``, ``+1 SD``, or the category or value itself.
    values : mapping of Factor to float
        Value of each factor of the moderator (one for a number, one per indicator otherwise).
    """

    label: str
    values: Mapping[Factor, float]


@dataclass(frozen=True)
class ModeratorScale:
    """A moderator: where to evaluate conditional effects, its mean, and its observed range.

    The mean and SD (n - 1) are over groups for a group-level column, over rows otherwise.
    ``curve`` is the observed range of a number with more than two values; None otherwise.
    """

    column: str
    points: tuple[ModeratorPoint, ...]
    mean: Mapping[Factor, float]
    curve: tuple[float, float] | None = None


@dataclass(frozen=True)
class EquationMoments:
    """Second moments of the predictors of one equation, as decompositions of variance need them.

    Attributes
    ----------
    within, between : arrays (p, p)
        Covariance over rows of the within-group deviations, and of the group means, of the design
        columns of the fixed effects, in the equation's order. Their sum is the total covariance
        (n).
    random_within, random_mean : arrays (q, q)
        Mean over rows of z_w z_w' (deviations of the random-effect columns) and of z_b z_b' (their
        group means, 1 for an intercept), in the order of the equation's random terms.
    """

    within: Array
    between: Array
    random_within: Array
    random_mean: Array


@dataclass(frozen=True)
class Scales:
    """All known quantities by column or equation.

    Attributes
    ----------
    sd_within : mapping of str to float
        Pooled SD of deviations from group means, by column of the model.
    sd_between : mapping of str to float
        SD of group means over groups (n - 1); for a group-level column its SD over groups.
    sd_total : mapping of str to float
        SD over rows (n - 1).
    moderators : mapping of str to ModeratorScale
    equations : mapping of str to EquationMoments
        By response.
    """

    sd_within: Mapping[str, float]
    sd_between: Mapping[str, float]
    sd_total: Mapping[str, float]
    moderators: Mapping[str, ModeratorScale] = field(default_factory=dict)
    equations: Mapping[str, EquationMoments] = field(default_factory=dict)
