"""Each group's own least squares: what the group's rows say by themselves, without the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from medwidget.data.moments import ColumnKey, GroupMoments, compute_moments, product_key
from medwidget.data.rows import Rows
from medwidget.spec.structure import Equation, Factor, Slope, Structure

__all__ = ["OwnSlopes", "own_slopes", "within_predictors"]

Array = NDArray[np.float64]

# An eigenvalue of a group's correlations below which its predictors do not vary apart.
ALIASED = 1e-9


@dataclass(frozen=True)
class OwnSlopes:
    """Slopes of each group's own regressions.

    Attributes
    ----------
    slopes : tuple of Slope
    means : array (J, S)
        NaN where a group has too few rows, or its predictors do not vary apart.
    covariances : array (J, S, S)
        Diagonal: an equation's residuals are uncorrelated with those before it. Each is scaled so
        that a normal interval from it is the t interval of the group's degrees of freedom.
    """

    slopes: tuple[Slope, ...]
    means: Array
    covariances: Array


def own_slopes(
    structure: Structure, moments: GroupMoments, level: float, rows: Rows | None = None
) -> OwnSlopes:
    """Regress each response on its predictors in every group by itself.

    Predictors are the columns of the model's equation that vary within groups, covariates
    included. Where an individual-level column moderates a slope, it is the slope at the group's
    mean of that column.

    Parameters
    ----------
    structure : Structure
    moments : GroupMoments
    level : float
        Of the intervals to be made.
    rows : Rows, optional
        Where values may be missing: each equation then uses the rows that are complete in it.
    """
    slopes = tuple(slope for slope in structure.slopes if slope.level != "between")
    means = np.full((moments.n_groups, len(slopes)), np.nan)
    covariances = np.zeros((moments.n_groups, len(slopes), len(slopes)))
    for equation in structure.equations:
        keys = within_predictors(equation)
        wanted = [place for place, item in enumerate(slopes) if item.target == equation.response]
        if not keys or not wanted:
            continue
        response: ColumnKey = (equation.response, None)
        some = moments if rows is None else _complete(moments, rows, (*keys, response))
        solved = _Regressions(some, keys, response)
        widening = _widening(solved.freedom, level)
        for place in wanted:
            combination = _combination(slopes[place], keys, some)
            if combination is None:
                continue
            estimate, variance = solved.along(combination)
            means[:, place] = estimate
            covariances[:, place, place] = np.where(
                np.isfinite(estimate), variance * widening**2, 0.0
            )
    return OwnSlopes(slopes, means, covariances)


def _complete(moments: GroupMoments, rows: Rows, keys: tuple[ColumnKey, ...]) -> GroupMoments:
    """Return the moments of the rows that are complete in some columns."""
    present = np.logical_and.reduce([np.isfinite(rows.values[key]) for key in keys])
    if present.all():
        return moments
    chosen = {key: rows.values[key][present] for key in keys}
    return compute_moments(chosen, rows.codes[present], rows.n_groups)


def within_predictors(equation: Equation) -> tuple[ColumnKey, ...]:
    """Return the columns of an equation that can differ among the rows of a group."""
    found: dict[ColumnKey, None] = {}
    for term in equation.fixed:
        varying = [factor for factor in term.factors if factor.varies_within]
        if len(varying) == len(term.factors) == 1:
            found[_key(varying[0])] = None
        elif len(varying) == 2:
            found[product_key(_key(varying[0]), _key(varying[1]))] = None
    return tuple(found)


def _key(factor: Factor) -> ColumnKey:
    return factor.column, factor.category


def _combination(slope: Slope, keys: tuple[ColumnKey, ...], moments: GroupMoments) -> Array | None:
    """Return the weights (J, k) of the predictors' coefficients in a group's slope."""
    source: ColumnKey = (slope.source, None)
    if source not in keys:
        return None
    weights = np.zeros((moments.n_groups, len(keys)))
    weights[:, keys.index(source)] = 1.0
    for factor, _ in slope.moderators:
        product = product_key(source, _key(factor))
        if product in keys:
            weights[:, keys.index(product)] = moments.means[:, moments.position(_key(factor))]
    return weights


def _widening(freedom: Array, level: float) -> Array:
    """Return the t quantile over the normal one, by group; 1 where there are no degrees."""
    probability = 0.5 + level / 2.0
    usable = np.maximum(freedom, 1.0)
    return np.asarray(stdtrit(usable, probability) / ndtri(probability))


class _Regressions:
    """Least squares of one response on the same predictors in every group at once."""

    def __init__(
        self, moments: GroupMoments, keys: tuple[ColumnKey, ...], response: ColumnKey
    ) -> None:
        places = [moments.position(key) for key in keys]
        y = moments.position(response)
        products = moments.products
        cross = products[:, places][:, :, places]
        self._scale = np.sqrt(np.einsum("jkk->jk", cross))
        self._scale[self._scale == 0] = 1.0
        scaled = cross / (self._scale[:, :, None] * self._scale[:, None, :])
        values, self._axes = np.linalg.eigh(scaled)
        self._kept = values > ALIASED
        inverse = np.where(self._kept, 1.0 / np.where(self._kept, values, 1.0), 0.0)
        toward = products[:, places, y] / self._scale
        self._inverse = np.einsum("jkv,jv,jlv->jkl", self._axes, inverse, self._axes)
        self._coefficients = np.einsum("jkl,jl->jk", self._inverse, toward)
        explained = np.einsum("jk,jk->j", self._coefficients, toward)
        self.freedom = moments.counts - 1.0 - self._kept.sum(axis=1)
        left = np.maximum(products[:, y, y] - explained, 0.0)
        self._variance = np.where(self.freedom >= 1, left / np.maximum(self.freedom, 1.0), np.nan)

    def along(self, weights: Array) -> tuple[Array, Array]:
        """Return a combination of coefficients and its variance, (J,) each."""
        scaled = weights / self._scale
        estimate = np.einsum("jk,jk->j", scaled, self._coefficients)
        variance = np.einsum("jk,jkl,jl->j", scaled, self._inverse, scaled) * self._variance
        # how much of the combination lies where the group's predictors do not vary
        lost = np.einsum("jk,jkv->jv", scaled, self._axes) * ~self._kept
        aliased = (lost**2).sum(axis=1) > 1e-8 * (scaled**2).sum(axis=1)
        usable = ~aliased & np.isfinite(variance)
        return np.where(usable, estimate, np.nan), np.where(usable, variance, np.nan)
