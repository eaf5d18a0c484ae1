"""The likelihood of groups given their slopes: for any pattern of missing values.

Given the slopes, W ~ N(0, Σ_W) with Σ_W = (I − Γ_j)⁻¹ Ψ_W (I − Γ_j)⁻ᵀ, so rows with the variables o
observed have a density in y_o − μ_o − B_o with covariance Σ_oo, and all other elements of B are
integrated in closed form. Missing elements of W are Gaussian given what was observed.
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

__all__ = ["HolesConditional", "HolesSetting", "needs_slopes"]

Array = NDArray[np.float64]
Numbers = NDArray[Any]


def needs_slopes(plan: Plan, observed: NDArray[np.bool_]) -> bool:
    """Whether a pattern lacks a variable but has one that depends on it.

    Where all that follows from a missing variable is missing too, residuals of what is observed
    do not involve it.
    """
    return any(
        seen[target] and not seen[source] for seen in observed for target, source in plan.entries
    )


@dataclass(frozen=True, eq=False)
class HolesConditional:
    """θ given the data and the slopes, at K points of each group.

    Attributes
    ----------
    value : array (K, J)
        Log of the density of u_v and the data, less `HolesSetting.constant`.
    system : array (w, w, K, J)
        I − Γ_j.
    covariance : array (w, w, K, C)
        Σ_W.
    inverse : array (w, w, K, C)
        Σ_oo⁻¹, 0 where a variable is missing.
    deviation : array (w, K, C)
        y − μ_W − B at u_θ = 0; 0 where missing.
    centre, factor : arrays (t, K, J), (t, t, K, J)
        Posterior mean of u_θ, lower Cholesky factor of its posterior precision.
    """

    value: Numbers
    system: Numbers
    covariance: Numbers
    inverse: Numbers
    deviation: Numbers
    centre: Numbers
    factor: Numbers


class HolesSetting(BetweenSetting):
    """All that does not depend on u_v.

    Parameters
    ----------
    block : Block
    plan : Plan
    matrices : Matrices
        At one point φ.
    """

    def __init__(self, block: Block, plan: Plan, matrices: Matrices) -> None:
        super().__init__(block, plan, matrices, [slope.between for slope in plan.random])
        self.mask = block.observed[block.pattern].T.astype(np.float64)[:, None]
        base = block.means[:, None] - matrices.mean_within[:, None, None]
        base = base - self.latent(block.to_cells(self.start))[:, None]
        self.base = base * self.mask
        seen = self.mask.sum(axis=0)[0]
        total = -0.5 * block.counts * seen * np.log(2 * np.pi)
        self.constant = block.to_groups(total) + self.log_known
        self.moved = self.latent(self.root_v)
        self._order = _topological(plan, len(matrices.mean_within))
        psi = matrices.root_within @ matrices.root_within.T
        self.precision = np.linalg.inv(psi)

    def at(self, u: Numbers) -> HolesConditional:
        """Integrate θ at points u_v (v, K, J)."""
        system = self._system(u)
        covariance = self.block.to_cells(self._covariance(system))
        mask = self.mask
        width, _, points, cells = covariance.shape
        held = covariance * mask * mask[:, None]
        held[range(width), range(width)] += 1.0 - mask
        flat = (1, width, width, points * cells)
        factor = cholesky(held.reshape(flat))
        unit = np.zeros(flat, dtype=u.dtype)
        unit[0, range(width), range(width)] = 1.0
        whiten = solve_lower(factor, unit)
        inverse = transpose_multiply(whiten, whiten).reshape(width, width, points, cells)
        inverse = inverse * mask * mask[:, None]
        logs = np.log(factor[0, range(width), range(width)]).sum(axis=0).reshape(points, cells)
        shift = np.einsum("wv,vkc->wkc", self.moved, self.block.to_cells(u))
        deviation = self.base - shift * mask
        return self._solved(u, system, covariance, inverse, deviation, logs)

    def _solved(
        self,
        u: Numbers,
        system: Numbers,
        covariance: Numbers,
        inverse: Numbers,
        deviation: Numbers,
        logs: Numbers,
    ) -> HolesConditional:
        block = self.block
        size = self.latent_t.shape[1]
        weighted = inverse * block.counts
        pulled = apply(weighted, deviation)
        square = (pulled * deviation).sum(axis=0)
        square = square + (inverse * block.products[:, :, None]).sum(axis=(0, 1))
        total = block.to_groups(square + 2 * block.counts * logs)
        points, groups = total.shape
        right = np.einsum("wt,wkj->tkj", self.latent_t, block.to_groups(pulled))
        inner = block.to_groups(weighted)
        precision = np.einsum(
            "wt,wxkj,xs->tskj", self.latent_t, inner, self.latent_t, optimize=True
        )
        precision[range(size), range(size)] += 1.0
        factor = cholesky(precision.reshape(1, size, size, points * groups))
        half = solve_lower(factor, right.reshape(1, size, 1, points * groups).copy())
        value = -0.5 * (u * u).sum(axis=0) - 0.5 * total
        value = value - np.log(factor[0, range(size), range(size)]).sum(axis=0).reshape(
            points, groups
        )
        value = value + 0.5 * (half * half).sum(axis=(0, 1, 2)).reshape(points, groups)
        centre = solve_upper(factor, half).reshape(size, points, groups)
        factor = factor.reshape(size, size, points, groups)
        return HolesConditional(value, system, covariance, inverse, deviation, centre, factor)

    def _system(self, u: Numbers) -> Numbers:
        """Return I − Γ_j (w, w, K, J) at points u_v."""
        paths = self.matrices.paths_within
        width = len(paths)
        out = np.zeros((width, width, *u.shape[1:]), dtype=u.dtype)
        out[...] = (np.eye(width) - paths)[:, :, None, None]
        slopes = self.start[self.slope_b][:, None] + np.einsum("lv,vkj->lkj", self.slope_v, u)
        for number, slope in enumerate(self.plan.random):
            out[slope.target, slope.source] -= slopes[number]
        for fixed in self.plan.deterministic:
            out[fixed.target, fixed.source] -= self.start[fixed.between]
        return out

    def _covariance(self, system: Numbers) -> Numbers:
        """Return Σ_W (w, w, K, J), by substitution in an order in which causes come first."""
        root: Numbers = np.zeros_like(system)
        root[...] = self.matrices.root_within[:, :, None, None]
        for target, sources in self._order:
            for source in sources:
                root[target] -= system[target, source] * root[source]
        width, _, points, groups = root.shape
        flat = np.swapaxes(root, 0, 1).reshape(1, width, width, points * groups)
        return transpose_multiply(flat, flat).reshape(root.shape)

    def completed(self, given: HolesConditional) -> tuple[Numbers, Numbers, Numbers]:
        """Return what rows are expected to be, given what they have.

        Returns
        -------
        fill : array (w, w, K, C)
            U: a row's W is expected to be U times its observed deviation.
        centre : array (w, K, C)
            d at the posterior mean of θ; 0 where missing.
        inner : array (w, w, K, C)
            Expected products of W's deviations from their means over the rows of a cell, and n
            times the covariance of W given the observed.
        """
        fill = product(given.covariance, given.inverse)
        centre = self.block.to_cells(given.centre)
        centre = given.deviation - self.mask * np.einsum("wt,tkc->wkc", self.latent_t, centre)
        missing = given.covariance - product(fill, given.covariance)
        inner = product(fill, self.block.products[:, :, None])
        inner = product(inner, np.swapaxes(fill, 0, 1)) + self.block.counts * missing
        return fill, centre, inner

    def value_at(self, u: Array) -> Array:
        """Return the log density (K, J)."""
        return np.asarray(self.at(u).value)

    def value_and_slope(self, u: Numbers) -> tuple[Numbers, Numbers]:
        """Return the log density (K, J) and its derivative (v, K, J) in u_v."""
        given = self.at(u)
        return given.value, self.slope_of_value(u, given)

    def slope_of_value(self, u: Numbers, given: HolesConditional) -> Numbers:
        """Return the derivative (v, K, J) of the log density in u_v, by Fisher's identity."""
        block = self.block
        fill, centre, inner = self.completed(given)
        size, points, groups = given.centre.shape
        right = np.zeros((1, size, len(self.latent_t), points * groups), dtype=u.dtype)
        right[0] = self.latent_t.T[:, :, None]
        half = solve_lower(given.factor.reshape(1, size, size, points * groups), right)
        spread = transpose_multiply(half, half).reshape(-1, len(self.latent_t), points, groups)
        second = block.to_cells(spread) + centre[:, None] * centre
        moved = product(product(fill, second), np.swapaxes(fill, 0, 1)) * block.counts
        total = block.to_groups(moved + inner)
        pull = product(np.einsum("ik,klxj->ilxj", self.precision, given.system), total)
        out = -u
        for number, slope in enumerate(self.plan.random):
            into = pull[slope.target, slope.source]
            out = out + self.slope_v[number][:, None, None] * into
        along = block.to_groups(apply(given.inverse, centre) * block.counts)
        return np.asarray(out + np.einsum("wv,wkj->vkj", self.moved, along))


def _topological(plan: Plan, width: int) -> list[tuple[int, list[int]]]:
    """Return the targets within groups with their sources, causes first."""
    causes: dict[int, set[int]] = {place: set() for place in range(width)}
    for target, source in plan.entries:
        causes[target].add(source)
    done: list[int] = []
    while len(done) < width:
        ready = [i for i in causes if i not in done and causes[i] <= set(done)]
        if not ready:
            raise ValueError("the paths within groups go round in a circle")
        done += ready
    return [(place, sorted(causes[place])) for place in done if causes[place]]
