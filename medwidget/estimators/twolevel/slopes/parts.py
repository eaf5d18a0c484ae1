"""The likelihood of groups given the latent parts that random slopes multiply.

Given v, the latent parts that are sources of random slopes, the residuals within groups

    ζ_ij = (I − Γ_j)(y_ij − μ_W − B_j)

are linear in all other elements θ of B, slopes among them, so θ is integrated in closed form. With
B = μ + K u, the rows of a group enter by n_j, ȳ_j and S_j only:

    Σ_i ζ'Ψ⁻¹ζ = n ζ̄'Ψ⁻¹ζ̄ + tr Ψ⁻¹(I − Γ_j) S_j (I − Γ_j)',   Ω ζ̄ = r − H u_θ,   Ψ⁻¹ = Ω'Ω.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.batched import cholesky, solve_lower, transpose_multiply
from medwidget.estimators.twolevel.layout import Matrices
from medwidget.estimators.twolevel.slopes.between import (
    BetweenSetting,
    apply,
    product,
    solve_upper,
)
from medwidget.estimators.twolevel.slopes.blocks import Block
from medwidget.estimators.twolevel.slopes.plan import Plan

__all__ = ["Conditional", "Setting"]

Array = NDArray[np.float64]
Numbers = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Conditional:
    """θ given the data and u_v, at K points of each group.

    Attributes
    ----------
    value : array (K, J)
        Log of the density of u_v and the data, less `Setting.constant`, with (2π)^(−v/2) left out.
    deviation : array (w, K, C)
        d = ȳ − μ_W − B at u_θ = 0.
    slopes : array (l, K, J)
        Random slopes at u_θ = 0.
    residual : array (w, K, C)
        r.
    loading : array (w, t, K, C)
        H.
    centre : array (t, K, J)
        Posterior mean of u_θ.
    factor : array (t, t, K, J)
        Lower Cholesky factor of its posterior precision.
    """

    value: Numbers
    deviation: Numbers
    slopes: Numbers
    residual: Numbers
    loading: Numbers
    centre: Numbers
    factor: Numbers


class Setting(BetweenSetting):
    """All that does not depend on u_v, for the groups of a block.

    Parameters
    ----------
    block : Block
    plan : Plan
    matrices : Matrices
        At one point φ.
    """

    def __init__(self, block: Block, plan: Plan, matrices: Matrices) -> None:
        super().__init__(block, plan, matrices, plan.sources)
        self._place_within()
        self._place_slopes()

    # -- within -------------------------------------------------------------------------------

    def _place_within(self) -> None:
        block, matrices, plan = self.block, self.matrices, self.plan
        width = len(matrices.mean_within)
        psi = matrices.root_within @ matrices.root_within.T
        whiten = np.zeros((len(block.observed), width, width))
        logs = np.zeros(len(block.observed))
        for number, seen in enumerate(block.observed):
            rows = np.flatnonzero(seen)
            factor = np.linalg.cholesky(psi[np.ix_(rows, rows)])
            whiten[number][np.ix_(rows, rows)] = np.linalg.inv(factor)
            logs[number] = rows.size * np.log(2 * np.pi) + 2 * np.log(np.diag(factor)).sum()
        pattern = block.pattern if len(whiten) > 1 else np.zeros(1, dtype=np.intp)
        self.whiteners = whiten
        self.whiten = np.moveaxis(whiten[pattern], 0, -1)[:, :, None]
        self.precision = product(np.swapaxes(self.whiten, 0, 1), self.whiten)
        system = np.eye(width) - matrices.paths_within
        self.system = system[:, :, None, None]
        if plan.deterministic:
            full = np.repeat(self.system, len(block.counts), axis=-1)
            for slope in plan.deterministic:
                values = block.to_cells(self.start[slope.between])
                full[slope.target, slope.source, 0] -= values
            self.system = full
        self.whitened = product(self.whiten, self.system)
        products = block.products[:, :, None]
        self.spread = product(product(self.precision, self.system), products)
        rows_part = (self.spread * self.system).sum(axis=(0, 1))
        total = -0.5 * (block.counts * logs[block.pattern] + rows_part[0])
        self.constant = block.to_groups(total) + self.log_known
        self.base = block.means[:, None] - matrices.mean_within[:, None, None]
        self.base = self.base - self.latent(block.to_cells(self.start))[:, None]

    # -- slopes -------------------------------------------------------------------------------

    def _place_slopes(self) -> None:
        random, block = self.plan.random, self.block
        # gradient and curvature in the slopes of −½ tr Ψ⁻¹(I − Γ)S(I − Γ)', by group
        self.pull = block.to_groups(self.spread[self.targets, self.origins])
        grid = np.ix_(self.targets, self.targets)
        curve = (
            self.precision[grid] * block.products[np.ix_(self.origins, self.origins)][:, :, None]
        )
        self.curve = block.to_groups(curve)
        self.source_v = np.zeros_like(self.slope_v)
        for number, slope in enumerate(random):
            if slope.source_between >= 0:
                self.source_v[number] = self.root_v[slope.source_between]
        self.prior = np.eye(self.root_t.shape[1])[:, :, None, None] + np.einsum(
            "lt,lm...,ms->ts...", self.slope_t, self.curve, self.slope_t
        )
        self.steady = product(self.whitened, self.latent_t[:, :, None, None])
        self.moved = product(self.whitened, self.latent(self.root_v)[:, :, None, None])
        # columns of Ω that slopes lead into
        self.into = self.whiten[:, self.targets]

    # -- given u_v ----------------------------------------------------------------------------

    def at(self, u: Numbers) -> Conditional:
        """Integrate θ at points u_v (v, K, J)."""
        block = self.block
        cells_u = block.to_cells(u)
        points, cells = u.shape[1], len(block.counts)
        shift = self.latent(self.root_v)
        deviation = self.base - np.einsum("wv,vkc->wkc", shift, cells_u)
        slopes = self.start[self.slope_b][:, None] + np.einsum("lv,vkj->lkj", self.slope_v, u)
        residual = apply(self.whitened, deviation)
        loading = np.empty((*self.steady.shape[:2], points, cells), dtype=u.dtype)
        loading[...] = self.steady
        slopes_c = block.to_cells(slopes)
        for number, source in enumerate(self.origins):
            away = deviation[source]
            residual -= self.into[:, number] * (slopes_c[number] * away)
            loading += (self.into[:, number, None] * self.slope_t[number][:, None, None]) * away
        return self._solved(u, deviation, slopes, residual, loading)

    def _solved(
        self, u: Numbers, deviation: Numbers, slopes: Numbers, residual: Numbers, loading: Numbers
    ) -> Conditional:
        block, counts = self.block, self.block.counts
        width, size, points, cells = loading.shape
        flat = loading.reshape(1, width, size, points * cells)
        gram = transpose_multiply(flat, flat).reshape(size, size, points, cells)
        precision = self.prior + block.to_groups(gram * counts)
        pull = self.pull - apply(self.curve, slopes)
        weighted = residual * counts
        right = block.to_groups(np.einsum("wtkc,wkc->tkc", loading, weighted))
        right = right + np.einsum("lt,lkj->tkj", self.slope_t, pull)
        groups = precision.shape[-1]
        factor = cholesky(precision.reshape(1, size, size, points * groups))
        half = solve_lower(factor, right.reshape(1, size, 1, points * groups).copy())
        logs = np.log(factor[0, range(size), range(size)]).sum(axis=0).reshape(points, groups)
        square = block.to_groups((weighted * residual).sum(axis=0))
        square = square - (slopes * (self.pull + pull)).sum(axis=0)
        value = -0.5 * (u * u).sum(axis=0) - 0.5 * square - logs
        value = value + 0.5 * (half * half).sum(axis=(0, 1, 2)).reshape(points, groups)
        centre = solve_upper(factor, half).reshape(size, points, groups)
        factor = factor.reshape(size, size, points, groups)
        return Conditional(value, deviation, slopes, residual, loading, centre, factor)

    def value_at(self, u: Array) -> Array:
        """Return the log density (K, J)."""
        return np.asarray(self.at(u).value)

    def value_and_slope(self, u: Numbers) -> tuple[Numbers, Numbers]:
        """Return the log density (K, J) and its derivative (v, K, J) in u_v."""
        given = self.at(u)
        return given.value, self.slope_of_value(u, given)

    def slope_of_value(self, u: Numbers, given: Conditional) -> Numbers:
        """Return the derivative (v, K, J) of the log density in u_v."""
        block, counts = self.block, self.block.counts
        size, points, groups = given.centre.shape
        slopes = given.slopes + np.einsum("lt,tkj->lkj", self.slope_t, given.centre)
        centre = block.to_cells(given.centre)
        residual = given.residual - np.einsum("wtkc,tkc->wkc", given.loading, centre)
        weighted = residual * counts
        out = -u - np.einsum("vl,lkj->vkj", self.slope_v.T, apply(self.curve, slopes) - self.pull)
        out = out + block.to_groups(np.einsum("wv...,w...->v...", self.moved, weighted))
        # C K_lθ': how θ covaries with each slope
        right = np.zeros((1, size, len(self.targets), points * groups), dtype=u.dtype)
        right[0] = self.slope_t.T[:, :, None]
        flat = given.factor.reshape(1, size, size, points * groups)
        spread = solve_upper(flat, solve_lower(flat, right))
        spread = spread.reshape(size, len(self.targets), points, groups)
        slopes_c, spread_c = block.to_cells(slopes), block.to_cells(spread)
        for number, source in enumerate(self.origins):
            into = self.into[:, number]
            along = (into * weighted).sum(axis=0)
            # away from the source's part: d falls, so ζ rises by the slope times it
            out = out + self.slope_v[number][:, None, None] * block.to_groups(
                along * given.deviation[source]
            )
            covaried = np.einsum("wtkc,tkc->wkc", given.loading, spread_c[:, number])
            joint = (into * covaried).sum(axis=0) * counts
            change = along * slopes_c[number] - joint
            out = out - self.source_v[number][:, None, None] * block.to_groups(change)
        return np.asarray(out)
