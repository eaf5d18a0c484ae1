"""What both engines need of the distribution between groups, for the groups of a block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.batched import solve_lower
from medwidget.estimators.twolevel.layout import Matrices
from medwidget.estimators.twolevel.slopes.blocks import Block
from medwidget.estimators.twolevel.slopes.frame import Frame
from medwidget.estimators.twolevel.slopes.plan import Plan

__all__ = ["BetweenSetting", "apply", "product", "solve_upper"]

Array = NDArray[np.float64]
Numbers = NDArray[Any]


def product(left: Numbers, right: Numbers) -> Numbers:
    """Return products of matrices (k, m, ...) and (m, l, ...)."""
    out: Numbers = np.einsum("ik...,kl...->il...", left, right)
    return out


def apply(left: Numbers, right: Numbers) -> Numbers:
    """Return products of matrices (k, m, ...) and vectors (m, ...)."""
    out: Numbers = np.einsum("ik...,k...->i...", left, right)
    return out


class BetweenSetting:
    """B = μ + K u for the groups of a block: what is known of u, and where each element stands.

    Parameters
    ----------
    block : Block
    plan : Plan
    matrices : Matrices
        At one point φ.
    integrated : sequence of int
        Positions in B of what is integrated numerically.

    Attributes
    ----------
    frame : Frame
    known_u : array (z, J)
        Elements of u that belong to group-level variables.
    log_known : array (J,)
        Their log density.
    start : array (b, J)
        B at 0 for the other elements of u.
    root_v, root_t : arrays (b, v), (b, t)
        Columns of K for what is integrated numerically, and for the rest.
    latent_t : array (w, t)
        The latter for parts of W.
    """

    def __init__(
        self, block: Block, plan: Plan, matrices: Matrices, integrated: Sequence[int]
    ) -> None:
        self.block, self.plan, self.matrices = block, plan, matrices
        known = [plan.group[number] for number in block.known]
        self.frame = Frame.at(matrices, plan, known, integrated)
        self._place_known(known)
        self.latent_w = [place for place, _ in plan.latent]
        self.latent_b = [place for _, place in plan.latent]
        self.latent_t = self.latent(self.root_t)
        self.slope_b = [slope.between for slope in plan.random]
        self.targets = [slope.target for slope in plan.random]
        self.origins = [slope.source for slope in plan.random]
        self.slope_v, self.slope_t = self.root_v[self.slope_b], self.root_t[self.slope_b]

    def _place_known(self, known: list[int]) -> None:
        frame, z = self.frame, self.frame.known
        distance = self.block.values - frame.mean[known][:, None]
        self.known_u = solve_lower(frame.triangle[None, :z, :z, None], distance[None, :, None])[
            0, :, 0
        ]
        diagonal = np.log(np.diag(frame.triangle)[:z])
        self.log_known = (
            -0.5 * (self.known_u**2).sum(axis=0) - diagonal.sum() - 0.5 * z * np.log(2 * np.pi)
        )
        self.start = frame.mean[:, None] + frame.root[:, :z] @ self.known_u
        self.root_v = frame.root[:, z : z + frame.integrated]
        self.root_t = frame.root[:, z + frame.integrated :]
        for slope in self.plan.deterministic:  # not in the frame: functions of what is known
            self.start[slope.between] = self.matrices.mean_between[slope.between]
            for cause, number in slope.moderators:
                coefficient = self.matrices.paths_between[slope.between, cause]
                self.start[slope.between] += coefficient * self.moderator(number)

    def moderator(self, number: int) -> Array:
        """Return a group-level variable (J,) by its number; slopes' moderators are complete."""
        place = int(np.flatnonzero(self.block.known == number)[0])
        return np.asarray(self.block.values[place])

    def latent(self, values: Numbers) -> Numbers:
        """Return the elements of B (b, ...) that are parts of W, by position in W (w, ...)."""
        out = np.zeros((len(self.matrices.mean_within), *values.shape[1:]), dtype=values.dtype)
        out[self.latent_w] = values[self.latent_b]
        return out


def solve_upper(factor: Numbers, right: Numbers) -> Numbers:
    """Solve factor' @ x = right for lower triangular (1, k, k, J) and (1, k, l, J)."""
    out = right.copy()
    size = factor.shape[1]
    for row in range(size - 1, -1, -1):
        entry = out[:, row]
        for inner in range(row + 1, size):
            entry -= factor[:, inner, row, None] * out[:, inner]
        entry /= factor[:, row, row, None]
    return out
