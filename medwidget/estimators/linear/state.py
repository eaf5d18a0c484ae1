"""What the criterion and its derivatives share at one point; notation as in `likelihood`."""

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
    """Arrays that every evaluation writes anew: memory that stays warm saves more than arithmetic."""

    def __init__(self, q: int, f: int, groups: int) -> None:
        self.su = np.empty((q, q + f, groups))
        self.e_all = np.empty((q, 2 * q + f, groups))
        self.row = np.empty((q + f) * groups)
        self.shrunken = np.empty((q, 2 * q + f, groups))
        self.wm = np.empty((q, q + f, groups))


@dataclass(frozen=True)
class State:
    """What every derivative shares at one point; its arrays last until the next evaluation."""

    factor: Array
    tau: Array
    c: Array  # C (q, q, J)
    u_hat: Array  # C U (q, f, J)
    w: Array  # Z'V⁻¹Z (q, q, J)
    m: Array  # Z'V⁻¹F (q, f, J)
    shrink: Array  # I − C S (q, q, J)
    ff: Array  # Σ F'V⁻¹F (f, f)
    root: Array  # inverse of the Cholesky factor of Σ X'V⁻¹X
    beta: Array
    value: float

    @classmethod
    def at(
        cls, model: LinearLikelihood, theta: Array, beta: Array | None = None
    ) -> State | None:
        factor, tau = model.factor(theta), model.precisions(theta)
        if not (np.isfinite(factor).all() and np.isfinite(tau).all() and (tau > 0).all()):
            return None
        q, space = model.q, model.workspace
        size = np.arange(q)
        su = np.multiply(model.zq, tau[model.owner][:, None, None], out=space.su)  # [S, U]
        e_all = space.e_all
        e_all[:, :q] = factor.T[:, :, None]
        for row in range(q):
            np.dot(factor[row:, row], su[row:].reshape(q - row, -1), out=space.row)
            e_all[row, q:] = space.row.reshape(su.shape[1:])
        a = left_multiply(factor.T, e_all[:, q : 2 * q].transpose(1, 0, 2))
        a[size, size] += 1.0
        chol = cholesky(a)
        solve_lower(chol, e_all)  # K⁻¹ L' [I, S, U], with A = K K'
        e, es, eu = e_all[:, :q], e_all[:, q : 2 * q], e_all[:, 2 * q :]
        ff = np.tensordot(tau, model.ff, 1) - model.contract(
            eu.transpose(1, 0, 2), eu.transpose(1, 0, 2)
        )
        log_det_a = 2 * np.log(chol[size, size]).sum(axis=0)
        weighted = log_det_a.sum() if model.weights is None else model.weights @ log_det_a
        try:
            chol_x = np.linalg.cholesky(ff[:-1, :-1])
        except np.linalg.LinAlgError:
            return None
        root = np.linalg.inv(chol_x)
        if beta is None:
            beta = root.T @ (root @ ff[:-1, -1])
        eta = np.append(-beta, 1.0)
        n = model.counts.sum()
        value = n * LOG_2PI - model.counts @ np.log(tau) + weighted + eta @ ff @ eta
        if model.restricted:
            value += 2 * np.log(np.diag(chol_x)).sum() - model.p * LOG_2PI
        if not np.isfinite(value):
            return None
        shrunken = transpose_multiply(e, e_all, out=space.shrunken)  # [C, C S, C U]
        wm = np.subtract(su, transpose_multiply(es, e_all[:, q:], out=space.wm), out=space.wm)
        shrink = -shrunken[:, q : 2 * q]
        shrink[size, size] += 1.0
        return cls(
            factor,
            tau,
            shrunken[:, :q],
            shrunken[:, 2 * q :],
            wm[:, :q],
            wm[:, q:],
            shrink,
            ff,
            root,
            beta,
            float(value),
        )
