"""B given the data at the nodes of each group, and what sums over rows need of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.slopes.basis import Basis
from medwidget.estimators.twolevel.slopes.between import BetweenSetting, solve_upper
from medwidget.estimators.twolevel.slopes.complete import Regressors
from medwidget.estimators.twolevel.slopes.forms import (
    feature_count,
    linear_feature,
    product_feature,
)

__all__ = [
    "Posterior",
    "between_posterior",
    "deviations_of_rows",
    "forms_of_rows",
    "multipliers_of",
    "sums_of_u",
]

Array = NDArray[np.float64]

# Numbers held at once for the covariance of the gradient.
LARGEST = 3_000_000


@dataclass(frozen=True, eq=False)
class Posterior:
    """B given the data at the nodes of each group, as linear forms in ε.

    Attributes
    ----------
    probability : array (K, J)
        Of the nodes.
    u : array (m, 1 + t, K, J)
    slopes : array (l, 1 + t, K, J)
    residual : array (w, 1 + t, K, C)
        Ω ζ̄.
    deviation : array (w, 1 + t, K, C)
        W at the means of cells.
    """

    probability: Array
    u: Array
    slopes: Array
    residual: Array
    deviation: Array

    def gradient_covariance(
        self,
        basis: Basis,
        weights: Array,
        add_within: Callable[[Basis, slice, Array], None],
    ) -> Array:
        """Return the sum over groups of the covariance of the basis.

        Parameters
        ----------
        basis : Basis
        weights : array (J,)
        add_within : callable
            Writes the features of the within part at some nodes.
        """
        _, forms, points, groups = self.u.shape
        size = feature_count(forms - 1)
        step = max(1, LARGEST // (basis.size * size * groups))
        means = np.empty((basis.size, points, groups))
        out = np.zeros((basis.size, basis.size))
        scale = np.sqrt(self.probability * weights)
        for first in range(0, points, step):
            some = slice(first, min(first + step, points))
            features = np.empty((basis.size, size, some.stop - first, groups))
            self._add_between(basis, some, features)
            add_within(basis, some, features[basis.between_size :])
            means[:, some] = features[:, 0]
            rest = features[:, 1:]
            rest *= scale[some]
            flat = rest.reshape(basis.size, -1)
            out += flat @ flat.T
        means -= (means * self.probability).sum(axis=1, keepdims=True)
        means *= scale
        flat = means.reshape(basis.size, -1)
        return out + flat @ flat.T

    def _add_between(self, basis: Basis, some: slice, out: Array) -> None:
        u = self.u[:, :, some]
        place = 0
        for number in basis.singles:
            linear_feature(u[number], out[place])
            place += 1
        for first, second in basis.pairs:
            product_feature(u[first], u[second], out[place])
            place += 1


def between_posterior(
    setting: BetweenSetting, points: Array, centre: Array, factor: Array
) -> tuple[Array, Array, Array]:
    """Return u (m, 1 + t, K, J), random slopes (l, ...) and u_θ (t, ...) as forms in ε.

    Parameters
    ----------
    setting : BetweenSetting
    points : array (v, K, J)
        Nodes of u_v.
    centre, factor : arrays (t, K, J), (t, t, K, J)
        Posterior mean of u_θ, and lower Cholesky factor of its precision.
    """
    frame = setting.frame
    size, count, groups = centre.shape
    unit = np.zeros((1, size, size, count * groups))
    unit[0, range(size), range(size)] = 1.0
    spread = solve_upper(factor.reshape(1, size, size, count * groups), unit)
    theta = np.concatenate([centre[:, None], spread.reshape(size, size, count, groups)], axis=1)
    z, v = frame.known, frame.integrated
    u = np.zeros((len(frame.order), 1 + size, count, groups))
    u[:z, 0] = setting.known_u[:, None]
    u[z : z + v, 0] = points
    u[z + v :] = theta
    slopes = np.einsum("lt,tfkj->lfkj", setting.slope_t, theta)
    slopes[:, 0] += setting.start[setting.slope_b][:, None]
    slopes[:, 0] += np.einsum("lv,vkj->lkj", setting.slope_v, points)
    return u, slopes, theta


def sums_of_u(posterior: Posterior, weights: Array) -> tuple[Array, Array]:
    """Return sums over groups of E u (m,) and E uu' (m, m)."""
    size, forms = posterior.u.shape[:2]
    flat = posterior.u.reshape(size, forms, -1)
    weighted = flat * (posterior.probability * weights).ravel()
    second = weighted.reshape(size, -1) @ flat.reshape(size, -1).T
    return weighted[:, 0].sum(axis=1), second


def multipliers_of(setting: BetweenSetting, posterior: Posterior, regressors: Regressors) -> Array:
    """Return the vector g of each group as forms (a, 1 + t, K, J)."""
    out = np.zeros((len(regressors.multipliers), *posterior.u.shape[1:]))
    for place, (kind, number) in enumerate(regressors.multipliers):
        if kind == "slope":
            out[place] = posterior.slopes[number]
        else:
            out[place, 0] = 1.0 if kind == "one" else setting.moderator(number)
    return out


def forms_of_rows(posterior: Posterior, regressors: Regressors, multipliers: Array) -> Array:
    """Return Ω ζ̄ and its regressors at the means of cells, as forms (w + p, 1 + t, K, C)."""
    width = len(posterior.residual)
    out = np.empty((width + regressors.size, *posterior.residual.shape[1:]))
    out[:width] = posterior.residual
    place = width
    for source, number in regressors.parts:
        # multipliers of parts are constants: 1 or a group-level variable
        out[place] = posterior.deviation[source] * multipliers[number, 0]
        place += 1
    for number in regressors.constants:
        out[place] = multipliers[number]
        place += 1
    return out


def deviations_of_rows(setting: BetweenSetting, regressors: Regressors, whiten: Array) -> Array:
    """Return Y (a, w + p, w): deviations of Ω ζ and its regressors are Σ g_a Y_a e.

    Parameters
    ----------
    setting : BetweenSetting
    regressors : Regressors
    whiten : array (w, w)
        Ω.
    """
    plan, matrices = setting.plan, setting.matrices
    width = len(matrices.mean_within)
    out = np.zeros((len(regressors.multipliers), width + regressors.size, width))
    out[0, :width] = np.eye(width) - matrices.paths_within
    for number, slope in enumerate(plan.random):
        out[1 + number, slope.target, slope.source] -= 1.0
    for fixed in plan.deterministic:
        out[0, fixed.target, fixed.source] -= matrices.mean_between[fixed.between]
        for cause, moderator in fixed.moderators:
            place = regressors.moderator(moderator)
            coefficient = matrices.paths_between[fixed.between, cause]
            out[place, fixed.target, fixed.source] -= coefficient
    out[:, :width] = whiten @ out[:, :width]
    for place, (source, number) in enumerate(regressors.parts):
        out[number, width + place, source] = 1.0
    return out
