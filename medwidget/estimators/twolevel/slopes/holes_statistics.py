"""Expected statistics of complete rows, and how their gradient varies, given slopes at nodes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.batched import cholesky
from medwidget.estimators.twolevel.slopes.basis import Basis
from medwidget.estimators.twolevel.slopes.between import product
from medwidget.estimators.twolevel.slopes.complete import Regressors, Statistics
from medwidget.estimators.twolevel.slopes.forms import feature_count, product_feature
from medwidget.estimators.twolevel.slopes.holes import HolesConditional, HolesSetting
from medwidget.estimators.twolevel.slopes.statistics import (
    Posterior,
    between_posterior,
    deviations_of_rows,
    forms_of_rows,
    multipliers_of,
    sums_of_u,
)

__all__ = ["HolesPosterior"]

Array = NDArray[np.float64]


class HolesPosterior:
    """B and the missing values given the data, at the nodes of each group.

    Parameters
    ----------
    setting : HolesSetting
    points : array (v, K, J)
    given : HolesConditional
    probability : array (K, J)
        Of the nodes.
    """

    def __init__(
        self, setting: HolesSetting, points: Array, given: HolesConditional, probability: Array
    ) -> None:
        self.setting, self.given = setting, given
        block = setting.block
        u, slopes, theta = between_posterior(setting, points, given.centre, given.factor)
        self.fill, _, self.inner = setting.completed(given)
        observed = -np.einsum("wt,tfkc->wfkc", setting.latent_t, block.to_cells(theta))
        observed *= setting.mask[:, None]
        observed[:, 0] += given.deviation
        deviation = np.einsum("ikxc,kfxc->ifxc", self.fill, observed)
        root = np.linalg.inv(setting.matrices.root_within)
        # (I − Γ_j) from the left of W gives ζ; L⁻¹ and Ψ⁻¹ times it
        system = block.to_cells(given.system)
        self.system = system
        self.whitened = np.einsum("ik,klxc->ilxc", root, system)
        self.starred = np.einsum("ki,klxc->ilxc", root, self.whitened)
        residual = np.einsum("ikxc,kfxc->ifxc", self.whitened, deviation)
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
        first, second = sums_of_u(posterior, weights)
        chance = block.to_cells(posterior.probability * weights)
        multipliers = block.to_cells(multipliers_of(setting, posterior, regressors))
        forms = forms_of_rows(posterior, regressors, multipliers)
        count = len(forms)
        flat = forms.reshape(count, forms.shape[1], -1)
        scaled = (flat * (chance * block.counts).ravel()).reshape(count, -1)
        cross = scaled @ flat.reshape(count, -1).T
        outer = multipliers[:, None, 0] * multipliers[None, :, 0] * chance
        kinds, width = len(outer), len(self.inner)
        spread = outer.reshape(kinds**2, -1) @ self.inner.reshape(width**2, -1).T
        root = np.linalg.inv(setting.matrices.root_within)
        matrices = deviations_of_rows(setting, regressors, root)
        spread = spread.reshape(kinds, kinds, width, width)
        turned = np.einsum("aip,abpq->ibq", matrices, spread)
        cross += np.einsum("ibq,bkq->ik", turned, matrices)
        rows = float(block.to_cells(weights) @ block.counts)
        return Statistics(float(weights.sum()), first, second, np.array([rows]), cross[None])

    def gradient_covariance(self, basis: Basis, weights: Array) -> Array:
        """Return the sum over groups of the covariance of the basis of the gradient."""
        within = basis.size - basis.between_size
        out = self.posterior.gradient_covariance(basis, weights, self._add_within)
        chance = self.setting.block.to_cells(self.posterior.probability * weights)
        extra = np.zeros((within, within))
        for number, seen in enumerate(self.setting.block.observed):
            mine = np.flatnonzero(self.setting.block.pattern == number)
            if mine.size and not seen.all():
                features = self._missing_features(basis, mine, np.flatnonzero(~seen))
                features *= np.sqrt(chance[:, mine])
                flat = features.reshape(within, -1)
                extra += flat @ flat.T
        out[basis.between_size :, basis.between_size :] += extra
        return out

    def _add_within(self, basis: Basis, some: slice, out: Array) -> None:
        """Write the features of the within part of the basis at some nodes."""
        block = self.setting.block
        posterior = self.posterior
        residual, deviation = posterior.residual[:, :, some], posterior.deviation[:, :, some]
        starred, inner = self.starred[:, :, some], self.inner[:, :, some]
        star = np.einsum("ki,kfxc->ifxc", np.linalg.inv(self._root()), residual)
        work = np.empty((feature_count(residual.shape[1] - 1), *residual.shape[2:]))
        turned = product(starred, inner)
        place = 0
        for target, source in basis.paths:
            product_feature(star[target], deviation[source], work)
            work *= block.counts
            work[0] += turned[target, source]
            out[place] = block.to_groups(work)
            place += 1
        for fixed, number in basis.moderated:
            out[place] = out[fixed] * self.setting.moderator(number)
            place += 1
        both = product(turned, np.swapaxes(self.whitened[:, :, some], 0, 1))
        for row, column in basis.elements:
            product_feature(star[row], residual[column], work)
            work *= block.counts
            work[0] += both[row, column]
            out[place] = block.to_groups(work)
            place += 1
        for variable in basis.means:
            form = np.einsum("ixc,ifxc->fxc", self.system[:, variable, some], star)
            work[...] = 0.0
            work[: len(form)] = form * block.counts
            out[place] = block.to_groups(work)
            place += 1

    def _root(self) -> Array:
        return self.setting.matrices.root_within

    def _missing_features(
        self, basis: Basis, mine: NDArray[np.intp], gone: NDArray[np.intp]
    ) -> Array:
        """Return features (D, F, K, C) of what missing values, row by row, add to the variation.

        With a row's missing values X η, statistics Σ_i p_i q_i of forms p = p₀ + p_ε'ε + p_e'e_i +
        p_η'η_i vary by the sums of η_i, of ε η_i', of e_i η_i' and of η_i η_i'.
        """
        setting = self.setting
        posterior = self.posterior
        counts = setting.block.counts[mine]
        covariance = self.given.covariance[..., mine]
        fill = self.fill[..., mine]
        missing = covariance - product(fill, covariance)
        width, _, points, cells = missing.shape
        size = gone.size
        flat = missing[np.ix_(gone, gone)].reshape(1, size, size, points * cells)
        spread = np.zeros((width, size, points, cells))
        spread[gone] = cholesky(flat)[0].reshape(size, size, points, cells)
        products = np.moveaxis(setting.block.products[..., mine], -1, 0)
        values, vectors = np.linalg.eigh(products)
        roots = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
        along = np.einsum("ikxc,ckl->ilxc", fill, roots)
        whitened, starred = self.whitened[..., mine], self.starred[..., mine]
        residual = posterior.residual[..., mine]
        star = np.einsum("ki,kfxc->ifxc", np.linalg.inv(self._root()), residual)
        # forms over (1, ε), e and η, of W, of Ψ⁻¹ζ and of L⁻¹ζ
        plain = (posterior.deviation[..., mine], along, spread)
        starry = (star, product(starred, along), product(starred, spread))
        white = (residual, product(whitened, along), product(whitened, spread))
        found = []
        for target, source in basis.paths:
            found.append(_varied(_at(starry, target), _at(plain, source), counts))
        for fixed, number in basis.moderated:
            values = setting.moderator(number)[setting.block.cell_group[mine]]
            found.append(found[fixed] * values)
        for row, column in basis.elements:
            found.append(_varied(_at(starry, row), _at(white, column), counts))
        for variable in basis.means:
            feature = np.zeros_like(found[0])
            turn = self.system[:, variable][..., mine]
            feature[:size] = np.sqrt(counts) * np.einsum("ixc,ifxc->fxc", turn, starry[2])
            found.append(feature)
        return np.array(found)


def _at(forms: tuple[Array, Array, Array], place: int) -> tuple[Array, Array, Array]:
    return forms[0][place], forms[1][place], forms[2][place]


def _varied(
    left: tuple[Array, Array, Array], right: tuple[Array, Array, Array], counts: Array
) -> Array:
    """Return the features of Σ_i p_i q_i that involve η."""
    (p, p_e, p_n), (q, q_e, q_n) = left, right
    root = np.sqrt(counts)
    size = len(p_n)
    with_forms = p[:, None] * q_n + q[:, None] * p_n
    with_rows = p_e[:, None] * q_n + q_e[:, None] * p_n
    tail = p.shape[1:]
    parts = [(with_forms * root).reshape(-1, *tail), with_rows.reshape(-1, *tail)]
    for a in range(size):
        for b in range(a, size):
            value = p_n[a] * q_n[b] + p_n[b] * q_n[a]
            parts.append((value * root * (np.sqrt(0.5) if a == b else 1.0))[None])
    return np.concatenate(parts)
