"""What the criterion and its derivatives share at each of B points; notation as in `likelihood`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.batched import (
    cholesky,
    left_multiply,
    solve_lower,
    transpose_multiply,
)

if TYPE_CHECKING:
    from medwidget.estimators.linear.likelihood import LinearLikelihood

__all__ = ["State", "Workspace"]

Array = NDArray[np.float64]
LOG_2PI = float(np.log(2 * np.pi))


class Workspace:
    """Arrays that every evaluation writes anew: warm memory saves more than arithmetic."""

    def __init__(self, problems: int, q: int, f: int, groups: int) -> None:
        self.problems = problems
        self.su = np.empty((problems, q, q + f, groups))
        self.e_all = np.empty((problems, q, 2 * q + f, groups))
        self.shrunken = np.empty((problems, q, 2 * q + f, groups))
        self.wm = np.empty((problems, q, q + f, groups))


@dataclass(frozen=True)
class State:
    """What every derivative shares, for B points; its arrays last until the next evaluation.

    Attributes
    ----------
    factor, tau : arrays (B, q, q), (B, K)
    c, u_hat : arrays (B, q, q, J), (B, q, f, J)
        C and C U.
    w, m : arrays (B, q, q, J), (B, q, f, J)
        Z'V⁻¹Z and Z'V⁻¹F.
    shrink : array (B, q, q, J)
        I − C S.
    ff : array (B, f, f)
        Σ F'V⁻¹F.
    root : array (B, p, p)
        Inverse of the Cholesky factor of Σ X'V⁻¹X.
    beta, best : arrays (B, p)
        β at which everything is evaluated, and by generalised least squares.
    value : array (B,)
        The criterion; not finite where it has none.
    """

    factor: Array
    tau: Array
    c: Array
    u_hat: Array
    w: Array
    m: Array
    shrink: Array
    ff: Array
    root: Array
    beta: Array
    best: Array
    value: Array

    @classmethod
    def at(cls, model: LinearLikelihood, theta: Array, beta: Array | None = None) -> State:
        """Return the state at points ``theta`` (B, m)."""
        q, space = model.q, model.workspace(len(theta))
        factor, tau = model.factor(theta), model.precisions(theta)
        turned = factor.transpose(0, 2, 1)
        size = np.arange(q)
        su = np.multiply(model.zq, tau[:, model.owner, None, None], out=space.su)  # [S, U]
        e_all = space.e_all
        e_all[:, :, :q] = turned[..., None]
        e_all[:, :, q:] = left_multiply(turned, su)
        a = left_multiply(turned, e_all[:, :, q : 2 * q].transpose(0, 2, 1, 3))
        a[:, size, size] += 1.0
        chol = cholesky(a)
        solve_lower(chol, e_all)  # K⁻¹ L' [I, S, U], with A = K K'
        e, es, eu = e_all[:, :, :q], e_all[:, :, q : 2 * q], e_all[:, :, 2 * q :]
        by_column = eu.transpose(0, 2, 1, 3)
        ff = (tau[:, :, None, None] * model.ff).sum(axis=1)
        ff = ff - model.contract(by_column, by_column)
        log_det_a = model.group_sum(2 * np.log(chol[:, size, size]).sum(axis=1))
        root, log_det_x = _inverse_factor(ff[:, :-1, :-1])
        best = (root.transpose(0, 2, 1) @ (root @ ff[:, :-1, -1:]))[..., 0]
        beta = best if beta is None else beta
        eta = np.concatenate([-beta, np.ones((len(beta), 1))], axis=1)
        value = model.counts.sum(axis=-1) * LOG_2PI - (model.counts * np.log(tau)).sum(axis=1)
        value = value + log_det_a + np.einsum("bf,bfg,bg->b", eta, ff, eta)
        if model.restricted:
            value = value + log_det_x - model.p * LOG_2PI
        shrunken = transpose_multiply(e, e_all, out=space.shrunken)  # [C, C S, C U]
        wm = transpose_multiply(es, e_all[:, :, q:], out=space.wm)
        np.subtract(su, wm, out=wm)
        shrink = -shrunken[:, :, q : 2 * q]
        shrink[:, size, size] += 1.0
        return cls(
            factor,
            tau,
            shrunken[:, :, :q],
            shrunken[:, :, 2 * q :],
            wm[:, :, :q],
            wm[:, :, q:],
            shrink,
            ff,
            root,
            beta,
            best,
            value,
        )


def _inverse_factor(matrices: Array) -> tuple[Array, Array]:
    """Return inverse Cholesky factors (B, p, p) and log determinants (B,) or NaN."""
    try:
        factor = np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        factor = np.array([_factor_or_nan(matrix) for matrix in matrices])
    log_det = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    usable = np.isfinite(log_det)
    if not usable.all():
        factor[~usable] = np.eye(factor.shape[1])
    inverse: Array = np.linalg.inv(factor).astype(np.float64)
    return inverse, np.where(usable, log_det, np.nan) + 0.0 * inverse.sum(axis=(1, 2))


def _factor_or_nan(matrix: Array) -> Array:
    try:
        return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)
