"""Mean and covariance matrix of a linear system, with exact first and second derivatives.

For v = α + Γ v + ζ, ζ ~ N(0, L L'), put M = (I − Γ)⁻¹ [L, α]: the covariance matrix is the product
of its first columns with themselves, the mean its last column. In any two directions

    dM = (I − Γ)⁻¹ (dΓ M + [dL, dα]),    d²M = (I − Γ)⁻¹ (dΓ₂ d₁M + dΓ₁ d₂M),

so that a function of covariance and mean is differentiated twice without differences
(Magnus & Neudecker 1999, ch. 6). All arrays have a leading axis of points (P).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.layout import Layout

__all__ = ["Moments", "implied_moments"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """The moments of a system at P points.

    Attributes
    ----------
    turn : array (P, k, k)
        (I − Γ)⁻¹.
    factor : array (P, k, k + 1)
        M.
    covariance, mean : arrays (P, k, k), (P, k)
    """

    turn: Array
    factor: Array
    covariance: Array
    mean: Array

    @classmethod
    def of(cls, mean: Array, paths: Array, root: Array) -> Moments:
        """Return the moments for α (P, k), Γ (P, k, k) and L (P, k, k)."""
        turn: Array = np.linalg.inv(np.eye(paths.shape[-1]) - paths).astype(np.float64)
        factor = turn @ np.concatenate([root, mean[..., None]], axis=-1)
        own = factor[..., :-1]
        return cls(turn, factor, own @ own.transpose(0, 2, 1), factor[..., -1])

    def adjoint(self, by_covariance: Array, by_mean: Array) -> tuple[Array, Array, Array, Array]:
        """Return derivatives in α, Γ and L, and Y = (I − Γ)⁻ᵀ dg/dM.

        Parameters
        ----------
        by_covariance, by_mean : arrays (P, k, k), (P, k)
            Derivatives of g in the covariance matrix (symmetric) and in the mean.
        """
        pulled = np.concatenate(
            [2 * by_covariance @ self.factor[..., :-1], by_mean[..., None]], axis=-1
        )
        pulled = self.turn.transpose(0, 2, 1) @ pulled
        return pulled[..., -1], pulled @ self.factor.transpose(0, 2, 1), pulled[..., :-1], pulled

    def derivatives(self, paths: Array, factor: Array) -> tuple[Array, Array, Array]:
        """Return dM (P, Q, k, k + 1), dΣ (P, Q, k, k) and dμ (P, Q, k).

        Parameters
        ----------
        paths, factor : arrays (Q, k, k), (P, Q, k, k + 1)
            dΓ and [dL, dα] in Q directions.
        """
        change = self.turn[:, None] @ (paths @ self.factor[:, None] + factor)
        half = change[..., :-1] @ self.factor[:, None, :, :-1].transpose(0, 1, 3, 2)
        return change, half + half.transpose(0, 1, 3, 2), change[..., -1]

    @staticmethod
    def curvature(change: Array, paths: Array, pulled: Array, by_covariance: Array) -> Array:
        """Return Σ dg/dΣ · d²Σ + dg/dμ · d²μ, (P, Q, Q), from dM, dΓ and what `adjoint` gave."""
        points, directions = change.shape[:2]
        flat = change.reshape(points, directions, -1)
        first = (paths.transpose(0, 2, 1) @ pulled[:, None]).reshape(points, directions, -1)
        mixed = first @ flat.transpose(0, 2, 1)
        own = change[..., :-1]
        turned = (by_covariance[:, None] @ own).reshape(points, directions, -1)
        both = turned @ own.reshape(points, directions, -1).transpose(0, 2, 1)
        return np.asarray(mixed + mixed.transpose(0, 2, 1) + 2 * both)


def implied_moments(layout: Layout, phi: Array) -> tuple[Array, Array, Array]:
    """Return Σ_W, Σ_B and μ_B of a model at one φ."""
    at = layout.matrices(phi[None])
    between = Moments.of(at.mean_between, at.paths_between, at.root_between)
    within = Moments.of(np.zeros_like(at.mean_within), at.paths_within, at.root_within)
    return within.covariance[0], between.covariance[0], between.mean[0]
