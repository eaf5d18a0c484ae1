"""Expected statistics of complete rows, and how their gradient varies, given parts at nodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.slopes.basis import Basis
from medwidget.estimators.twolevel.slopes.complete import Regressors, Statistics
from medwidget.estimators.twolevel.slopes.forms import (
    feature_count,
    product_feature,
    quadratic_feature,
)
from medwidget.estimators.twolevel.slopes.parts import Conditional, Setting
from medwidget.estimators.twolevel.slopes.statistics import (
    Posterior,
    between_posterior,
    deviations_of_rows,
    forms_of_rows,
    multipliers_of,
    sums_of_u,
)

__all__ = ["PartsPosterior"]

Array = NDArray[np.float64]


class PartsPosterior:
    """B given the data, at the nodes of each group.

    Parameters
    ----------
    setting : Setting
    points : array (v, K, J)
    given : Conditional
    probability : array (K, J)
        Of the nodes.
    """

    def __init__(
        self, setting: Setting, points: Array, given: Conditional, probability: Array
    ) -> None:
        self.setting = setting
        u, slopes, theta = between_posterior(setting, points, given.centre, given.factor)
        theta = setting.block.to_cells(theta)
        residual = -np.einsum("wtkc,tfkc->wfkc", given.loading, theta)
        residual[:, 0] += given.residual
        deviation = -np.einsum("wt,tfkc->wfkc", setting.latent_t, theta)
        deviation[:, 0] += given.deviation
        self.posterior = Posterior(probability, u, slopes, residual, deviation)

    @property
    def u(self) -> Array:
        """Elements of B as forms."""
        return self.posterior.u

    @property
    def probability(self) -> Array:
        """Probabilities of the nodes."""
        return self.posterior.probability

    def expected(self, regressors: Regressors, weights: Array) -> Statistics:
        """Return the statistics summed over groups with ``weights`` (J,)."""
        setting, posterior, block = self.setting, self.posterior, self.setting.block
        chance = posterior.probability * weights
        first, second = sums_of_u(posterior, weights)
        patterns = len(block.observed)
        rows = np.zeros(patterns)
        np.add.at(rows, block.pattern, block.to_cells(weights) * block.counts)
        multipliers = multipliers_of(setting, posterior, regressors)
        forms = forms_of_rows(posterior, regressors, block.to_cells(multipliers))
        moments = np.einsum("afkj,bfkj,kj->abj", multipliers, multipliers, chance)
        moments = block.to_cells(moments)
        chance = block.to_cells(chance) * block.counts
        count, kinds = len(forms), len(multipliers)
        width = len(block.products)
        cross = np.zeros((patterns, count, count))
        for pattern in range(patterns):
            mine = np.flatnonzero(block.pattern == pattern) if patterns > 1 else slice(None)
            flat = forms[..., mine].reshape(count, forms.shape[1], -1)
            scaled = (flat * chance[:, mine].ravel()).reshape(count, -1)
            cross[pattern] = scaled @ flat.reshape(count, -1).T
            outer = moments[..., mine].reshape(kinds**2, -1)
            spread = outer @ block.products[..., mine].reshape(width**2, -1).T
            spread = spread.reshape(kinds, kinds, width, width)
            matrices = deviations_of_rows(setting, regressors, setting.whiteners[pattern])
            turned = np.einsum("aip,abpq->ibq", matrices, spread)
            cross[pattern] += np.einsum("ibq,bkq->ik", turned, matrices)
        return Statistics(float(weights.sum()), first, second, rows, cross)

    def gradient_covariance(self, basis: Basis, weights: Array) -> Array:
        """Return the sum over groups of the covariance of the basis of the gradient."""
        self._add_parts(basis)
        return self.posterior.gradient_covariance(basis, weights, self._add_within)

    def _add_parts(self, basis: Basis) -> None:
        """Find what deviations of rows from their means contribute, as c + b's + s'As."""
        setting = self.setting
        products = setting.block.products[:, :, None]
        precision = setting.precision
        targets, origins = setting.targets, setting.origins
        self._path_parts = [
            (
                setting.spread[target, source],
                -precision[target, targets] * products[origins, source],
            )
            for target, source in basis.paths
        ]
        root = setting.matrices.root_within[:, :, None, None]
        self._rooted = np.einsum("ik...,kl...->il...", setting.whiten, root)
        right = np.einsum("ik...,kl...->il...", precision, root)
        # S (I − Γ)' at slopes of 0
        turned = np.einsum("ik...,lk...->il...", products, setting.system)
        inner = products[np.ix_(origins, origins)]
        self._element_parts = []
        for row, column in basis.elements:
            a, b = precision[row], right[:, column]
            s_a = np.einsum("ik...,k...->i...", turned, a)
            s_b = np.einsum("ik...,k...->i...", turned, b)
            constant = (np.einsum("ki...,k...->i...", setting.system, a) * s_b).sum(axis=0)
            linear = -(a[targets] * s_b[origins] + b[targets] * s_a[origins])
            outer = a[targets][:, None] * b[targets][None]
            square = 0.5 * (outer + np.swapaxes(outer, 0, 1)) * inner
            self._element_parts.append((constant, linear, square))

    def _add_within(self, basis: Basis, some: slice, out: Array) -> None:
        """Write the features of the within part of the basis at some nodes."""
        setting, posterior, block = self.setting, self.posterior, self.setting.block
        counts = block.counts
        residual, deviation = posterior.residual[:, :, some], posterior.deviation[:, :, some]
        size = residual.shape[1] - 1
        work = np.empty((feature_count(size), *residual.shape[2:]))
        star = np.einsum("ki...,kf...->if...", setting.whiten, residual)
        rooted = np.einsum("ki...,kf...->if...", self._rooted, residual)
        slopes = block.to_cells(posterior.slopes[:, :, some])
        place = 0
        for number, (target, source) in enumerate(basis.paths):
            product_feature(star[target], deviation[source], work)
            work *= counts
            quadratic_feature(*self._path_parts[number], None, slopes, work)
            out[place] = block.to_groups(work)
            place += 1
        for fixed, number in basis.moderated:
            out[place] = out[fixed] * setting.moderator(number)
            place += 1
        for number, (row, column) in enumerate(basis.elements):
            product_feature(star[row], rooted[column], work)
            work *= counts
            quadratic_feature(*self._element_parts[number], slopes, work)
            out[place] = block.to_groups(work)
            place += 1
        other = np.empty_like(work)
        for variable in basis.means:
            form = np.einsum("i...,if...->f...", setting.system[:, variable], star)
            work[...] = 0.0
            work[: 1 + size] = form
            for number, slope in enumerate(setting.plan.random):
                if slope.source == variable:
                    work -= product_feature(slopes[number], star[slope.target], other)
            work *= counts
            out[place] = block.to_groups(work)
            place += 1
