"""Expected statistics of the complete data, and how the complete data's gradient varies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.slopes.basis import Basis
from medwidget.estimators.twolevel.slopes.complete import Regressors, Statistics
from medwidget.estimators.twolevel.slopes.forms import (
    feature_count,
    linear_feature,
    product_feature,
    quadratic_feature,
)
from medwidget.estimators.twolevel.slopes.parts import Conditional, Setting, solve_upper

__all__ = ["Posterior", "expected", "gradient_covariance"]

Array = NDArray[np.float64]


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
        d = ȳ − μ_W − B.
    """

    probability: Array
    u: Array
    slopes: Array
    residual: Array
    deviation: Array

    @classmethod
    def at(
        cls, setting: Setting, points: Array, given: Conditional, probability: Array
    ) -> Posterior:
        """Form it at nodes ``points`` (v, K, J)."""
        block, frame = setting.block, setting.frame
        size, count, groups = given.centre.shape
        unit = np.zeros((1, size, size, count * groups))
        unit[0, range(size), range(size)] = 1.0
        flat = given.factor.reshape(1, size, size, count * groups)
        spread = solve_upper(flat, unit)[0].reshape(size, size, count, groups)
        theta = np.concatenate([given.centre[:, None], spread], axis=1)
        z, v = frame.known, frame.integrated
        u = np.zeros((len(frame.order), 1 + size, count, groups))
        u[:z, 0] = setting.known_u[:, None]
        u[z : z + v, 0] = points
        u[z + v :] = theta
        slopes = np.einsum("lt,tfkj->lfkj", setting.slope_t, theta)
        slopes[:, 0] += given.slopes
        theta_c = block.to_cells(theta)
        residual = -np.einsum("wtkc,tfkc->wfkc", given.loading, theta_c)
        residual[:, 0] += given.residual
        deviation = -np.einsum("wt,tfkc->wfkc", setting.latent_t, theta_c)
        deviation[:, 0] += given.deviation
        return cls(probability, u, slopes, residual, deviation)


def expected(
    setting: Setting, posterior: Posterior, regressors: Regressors, weights: Array
) -> Statistics:
    """Return the statistics, summed over the groups of a block with ``weights`` (J,)."""
    block = setting.block
    chance = posterior.probability * weights
    flat_u = posterior.u.reshape(len(posterior.u), posterior.u.shape[1], -1)
    weighted = flat_u * chance.ravel()
    size = len(flat_u)
    first = weighted[:, 0].sum(axis=1)
    second = weighted.reshape(size, -1) @ flat_u.reshape(size, -1).T
    weights_c = block.to_cells(weights)
    patterns = len(block.observed)
    rows = np.zeros(patterns)
    np.add.at(rows, block.pattern, weights_c * block.counts)
    multipliers = _multipliers(setting, posterior, regressors)
    forms = _row_forms(setting, posterior, regressors, block.to_cells(multipliers))
    moments = np.einsum("afkj,bfkj,kj->abj", multipliers, multipliers, chance)
    moments_c = block.to_cells(moments)
    chance_c = block.to_cells(chance) * block.counts
    cross = np.zeros((patterns, len(forms), len(forms)))
    for pattern in range(patterns):
        mine = np.flatnonzero(block.pattern == pattern) if patterns > 1 else slice(None)
        flat = forms[..., mine].reshape(len(forms), forms.shape[1], -1)
        scaled = (flat * chance_c[:, mine].ravel()).reshape(len(forms), -1)
        cross[pattern] = scaled @ flat.reshape(len(forms), -1).T
        products = block.products[..., mine]
        spread = np.einsum("abc,ikc->abik", moments_c[..., mine], products)
        matrices = _deviations(setting, regressors, pattern)
        cross[pattern] += np.einsum("aip,abpq,bkq->ik", matrices, spread, matrices)
    return Statistics(float(weights.sum()), first, second, rows, cross)


def _multipliers(setting: Setting, posterior: Posterior, regressors: Regressors) -> Array:
    """Return the vector g of each group as forms (a, 1 + t, K, J)."""
    _, forms, points, groups = posterior.u.shape
    out = np.zeros((len(regressors.multipliers), forms, points, groups))
    for place, (kind, number) in enumerate(regressors.multipliers):
        if kind == "slope":
            out[place] = posterior.slopes[number]
        else:
            out[place, 0] = 1.0 if kind == "one" else setting.moderator(number)
    return out


def _row_forms(
    setting: Setting, posterior: Posterior, regressors: Regressors, multipliers: Array
) -> Array:
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


def _deviations(setting: Setting, regressors: Regressors, pattern: int) -> Array:
    """Return Y (a, w + p, w): the deviations of Ω ζ and its regressors are Σ g_a Y_a e."""
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
    out[:, :width] = setting.whiteners[pattern] @ out[:, :width]
    for place, (source, number) in enumerate(regressors.parts):
        out[number, width + place, source] = 1.0
    return out


def gradient_covariance(basis: Basis, posterior: Posterior, weights: Array) -> Array:
    """Return the sum over groups of the covariance of the basis of the complete data's gradient.

    The basis is in the order of `Basis`.
    """
    _, forms, points, groups = posterior.u.shape
    features = np.empty((basis.size, feature_count(forms - 1), points, groups))
    for place, number in enumerate(basis.singles):
        linear_feature(posterior.u[number], features[place])
    place = len(basis.singles)
    for first, second in basis.pairs:
        product_feature(posterior.u[first], posterior.u[second], features[place])
        place += 1
    _add_within(basis, posterior, features[place:])
    mean = (features[:, 0] * posterior.probability).sum(axis=1)
    features[:, 0] -= mean[:, None]
    features *= np.sqrt(posterior.probability * weights)
    flat = features.reshape(basis.size, -1)
    return np.asarray(flat @ flat.T)


def _add_within(basis: Basis, posterior: Posterior, out: Array) -> None:
    """Write the features of the within part of the basis."""
    setting = basis.setting
    block = setting.block
    counts = block.counts
    points, cells = posterior.residual.shape[2:]
    size = posterior.residual.shape[1] - 1
    star = np.einsum("ki...,kf...->if...", setting.whiten, posterior.residual)
    slopes = block.to_cells(posterior.slopes)
    work = np.empty((feature_count(size), points, cells))
    place = 0
    for number, (target, source) in enumerate(basis.paths):
        product_feature(star[target], posterior.deviation[source], work)
        work *= counts
        quadratic_feature(*basis.path_parts[number], None, slopes, work)
        out[place] = block.to_groups(work)
        place += 1
    for fixed, number in basis.moderated:
        out[place] = out[fixed] * setting.moderator(number)
        place += 1
    rooted = np.einsum("ki...,kf...->if...", basis.rooted, posterior.residual)
    for number, (row, column) in enumerate(basis.elements):
        product_feature(star[row], rooted[column], work)
        work *= counts
        quadratic_feature(*basis.element_parts[number], slopes, work)
        out[place] = block.to_groups(work)
        place += 1
    back = setting.system
    for variable in basis.means:
        work[...] = 0.0
        form = np.einsum("i...,if...->f...", back[:, variable], star)
        work[: 1 + size] = form
        for number, slope in enumerate(setting.plan.random):
            if slope.source == variable:
                work -= product_feature(slopes[number], star[slope.target], np.empty_like(work))
        work *= counts
        out[place] = block.to_groups(work)
        place += 1
