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

__all__ = ["State"]

Array = NDArray[np.float64]
LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class State:
    """What every derivative shares at one point."""

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
        by_row = tau[model.owner][:, None, None]
        s = model.zz * by_row
        u = model.zf * by_row
        size = np.arange(model.q)
        ls = left_multiply(factor.T, s)
        a = left_multiply(factor.T, np.ascontiguousarray(ls.transpose(1, 0, 2)))
        a[size, size] += 1.0
        chol = cholesky(a)
        e = solve_lower(chol, np.broadcast_to(factor.T[:, :, None], a.shape))
        es, eu = solve_lower(chol, ls), solve_lower(chol, left_multiply(factor.T, u))
        ff = np.tensordot(tau, model.ff, 1) - _gram(model, eu)
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
        shrink = -transpose_multiply(e, es)
        shrink[size, size] += 1.0
        return cls(
            factor,
            tau,
            transpose_multiply(e, e),
            transpose_multiply(e, eu),
            s - transpose_multiply(es, es),
            u - transpose_multiply(es, eu),
            shrink,
            ff,
            root,
            beta,
            float(value),
        )


def _gram(model: LinearLikelihood, stack: Array) -> Array:
    """Return Σ_j w_j stack_j' stack_j for a stack (q, f, J)."""
    total = np.zeros((stack.shape[1], stack.shape[1]))
    for layer in stack:
        total += model.sum_groups(layer, layer)
    return total
