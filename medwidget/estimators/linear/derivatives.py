"""First and second derivatives of the criterion in T, τ and β; notation as in `likelihood`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.batched import multiply, transpose_multiply
from medwidget.estimators.linear.state import State

if TYPE_CHECKING:
    from medwidget.estimators.linear.likelihood import LinearLikelihood

__all__ = ["Derivatives", "Evaluation"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evaluation:
    """The criterion f = −2 log L at one point, β profiled out, in coordinates θ = (L, log σ).

    Attributes
    ----------
    value : float
    beta : array (p,)
        Generalised least squares.
    information : array (p, p)
        Σ X'V⁻¹X: half the second derivative of f in β.
    gradient : array (m,)
        Of the profiled criterion.
    hessian : array (m, m)
        Of the profiled criterion.
    partial : array (m, m)
        Second derivative in θ with β held fixed (of the full criterion, not profiled).
    mixed : array (p, m)
        Second derivative in β and θ.
    """

    value: float
    beta: Array
    information: Array
    gradient: Array
    hessian: Array
    partial: Array
    mixed: Array


class Derivatives:
    """First and second derivatives of f in T and τ, then in the coordinates."""

    def __init__(self, model: LinearLikelihood, state: State) -> None:
        self.model = model
        self.state = state
        eta = np.append(-state.beta, 1.0)
        self.residual = np.tensordot(state.m, eta, (1, 0))  # Z'V⁻¹e, (q, J)
        # columns [X R^-T, e]: REML's traces become plain sums over the columns of X
        columns = state.root.T if model.restricted else np.empty((model.p, 0))
        self.columns = np.zeros((model.p + 1, columns.shape[1] + 1))
        self.columns[:-1, :-1] = columns
        self.columns[:, -1] = eta
        self.n_columns = self.columns.shape[1]
        self.m = self._combine(state.m)  # (q, c, J)
        u_hat = self._combine(state.u_hat)
        zf = self._combine(model.zf)
        self.h = zf - multiply(model.zz, u_hat)  # Z'E_k F̂ in the rows of equation k
        self.cross = zf + self.h  # ZF + (ZF − PÛ): for F̂'E_kF̂ = FF − Û'(ZF) − (ZF − PÛ)'Û
        self.u_hat = u_hat
        self.outer = self._outer()

    def _combine(self, stack: Array) -> Array:
        return np.einsum("qfj,fc->qcj", stack, self.columns, optimize=True)

    def _rows(self, k: int) -> NDArray[np.intp]:
        return np.flatnonzero(self.model.owner == k)

    def _outer(self) -> Array:
        """Return r r' (+ M'Q⁻¹M for REML) by group, (q, q, J)."""
        return np.einsum("acj,bcj->abj", self.m, self.m)

    # -- first derivatives --------------------------------------------------------------------

    def gradient_covariance(self) -> Array:
        """Return df/dT as a symmetric matrix (q, q)."""
        model = self.model
        difference = self.state.w - self.outer
        if model.weights is None:
            return np.asarray(difference.sum(axis=-1))
        return np.asarray(difference @ model.weights)

    def residual_products(self, k: int) -> Array:
        """Return Σ F̂'E_kF̂ over the columns [X R^-T, e], (c, c)."""
        model = self.model
        rows = self._rows(k)
        total = self.columns.T @ model.ff[k] @ self.columns
        for row in rows:
            total -= model.sum_groups(self.cross[row], self.u_hat[row])
        # the two products are one symmetric matrix up to rounding
        return (total + total.T) / 2

    def gradient_precision(self, k: int, products: Array) -> float:
        """Return df/dτ_k."""
        model, state = self.model, self.state
        rows = self._rows(k)
        trace = (model.zz[rows] * state.c[rows]).sum(axis=(0, 1))
        weighted = trace.sum() if model.weights is None else model.weights @ trace
        return float(-model.counts[k] / state.tau[k] + weighted + np.trace(products))

    # -- second derivatives -------------------------------------------------------------------

    def second_covariance(self) -> Array:
        """Return d²f/dT dT with β fixed, as (q², q²) over unsymmetrised elements."""
        model, state, q = self.model, self.state, self.model.q
        # H[ab, cd] = −W_bc W_da + O_ad W_bc + O_cb W_da, O = r r' (+ REML)
        total = model.sum_groups(2 * self.outer - state.w, state.w).reshape(q, q, q, q)
        hessian = total.transpose(0, 2, 3, 1)  # [a,d,b,c] → [a,b,c,d]
        hessian = (hessian + hessian.transpose(2, 3, 0, 1)) / 2
        if model.restricted:
            x = self._x_products()
            hessian = hessian - np.einsum("rsab,srcd->abcd", x, x)
        return np.ascontiguousarray(hessian).reshape(q * q, q * q)

    def _x_products(self) -> Array:
        """Return Σ M̃_a M̃_b' over the columns of X R^-T: (p, p, q, q)."""
        model, p, q = self.model, self.model.p, self.model.q
        m = np.ascontiguousarray(self.m[:, :-1]).reshape(q * p, -1)
        total = model.sum_groups(m, m).reshape(q, p, q, p)
        return total.transpose(1, 3, 0, 2)

    def second_mixed(self, k: int, products: Array) -> Array:
        """Return d²f/dT dτ_k with β fixed, symmetric (q, q)."""
        model, state = self.model, self.state
        rows = self._rows(k)
        shrink = state.shrink[rows]
        p_shrink = np.einsum("abj,bcj->acj", model.zz[np.ix_(rows, rows)], shrink)
        change = transpose_multiply(shrink, self.h[rows])  # dM/dτ_k over the columns, (q, c, J)
        by_group = np.einsum("rcj,rdj->cdj", shrink, p_shrink)
        by_group -= np.einsum("acj,bcj->abj", change, self.m)
        by_group -= np.einsum("bcj,acj->abj", change, self.m)
        total = by_group.sum(axis=-1) if model.weights is None else by_group @ model.weights
        if model.restricted:
            total = total + np.einsum("rsab,sr->ab", self._x_products(), products[:-1, :-1])
        return np.asarray(total)

    def second_precision(self, k: int, other: int, products: Sequence[Array]) -> float:
        """Return d²f/dτ_k dτ_l with β fixed."""
        model, state = self.model, self.state
        rows, columns = self._rows(k), self._rows(other)
        c = state.c[np.ix_(rows, columns)]
        left = multiply(model.zz[np.ix_(rows, rows)], c) if rows.size and columns.size else None
        total = 0.0
        if left is not None:
            right = multiply(c, model.zz[np.ix_(columns, columns)])
            by_group = -(left * right).sum(axis=(0, 1))
            by_group -= 2 * (self.h[rows] * multiply(c, self.h[columns])).sum(axis=(0, 1))
            total = float(by_group.sum() if model.weights is None else model.weights @ by_group)
        if k == other:
            total += float(model.counts[k] / state.tau[k] ** 2)
        if model.restricted:
            total -= float((products[k][:-1, :-1] * products[other][:-1, :-1]).sum())
        return total

    def mixed_beta(self, products_raw: Sequence[Array]) -> tuple[Array, Array]:
        """Return d²f/dβ dT (p, q, q), and d²f/dβ dτ (p, K)."""
        model, state = self.model, self.state
        q, p = model.q, model.p
        x = np.ascontiguousarray(state.m[:, :-1])
        moved = model.sum_groups(x, self.residual).reshape(q, p, q).transpose(1, 0, 2)
        return moved + moved.transpose(0, 2, 1), np.stack(products_raw, axis=1)

    def _beta_precision(self, k: int) -> Array:
        """Return −2 Σ X̂'E_kê, (p,)."""
        model, state = self.model, self.state
        total = model.ff[k][:-1] @ self.columns[:, -1]
        for row in self._rows(k):
            u, residual = self.u_hat[row, -1], self.h[row, -1]
            total -= model.sum_groups(model.zf[row, :-1], u[None])[:, 0]
            total -= model.sum_groups(state.u_hat[row, :-1], residual[None])[:, 0]
        return -2 * total

    # -- chain rule ---------------------------------------------------------------------------

    def evaluation(self) -> Evaluation:
        """Return everything in the coordinates (L, log σ)."""
        model, state = self.model, self.state
        n_free, n_equations, q = len(model.free), model.n_equations, model.q
        products = [self.residual_products(k) for k in range(n_equations)]
        slope_t = self.gradient_covariance()
        slope_tau = np.array([self.gradient_precision(k, products[k]) for k in range(n_equations)])
        tangents = model.covariance_tangents(state.factor)
        flat = tangents.reshape(n_free, q * q)
        steps = -2 * state.tau  # dτ/d log σ
        gradient = np.concatenate([flat @ slope_t.ravel(), steps * slope_tau])

        partial = np.zeros((n_free + n_equations, n_free + n_equations))
        partial[:n_free, :n_free] = flat @ self.second_covariance() @ flat.T
        rows, columns = model._tangents
        partial[:n_free, :n_free] += 2 * slope_t[np.ix_(rows, rows)] * np.equal.outer(columns, columns)
        for k in range(n_equations):
            column = flat @ self.second_mixed(k, products[k]).ravel() * steps[k]
            partial[:n_free, n_free + k] = partial[n_free + k, :n_free] = column
            for other in range(k + 1):
                entry = self.second_precision(k, other, products) * steps[k] * steps[other]
                if k == other:
                    entry += 4 * state.tau[k] * slope_tau[k]
                partial[n_free + k, n_free + other] = partial[n_free + other, n_free + k] = entry

        beta_t, beta_tau = self.mixed_beta([self._beta_precision(k) for k in range(n_equations)])
        mixed = np.concatenate(
            [beta_t.reshape(model.p, q * q) @ flat.T, beta_tau * steps], axis=1
        )
        information = state.ff[:-1, :-1]
        solved = state.root @ mixed
        hessian = partial - solved.T @ solved / 2
        return Evaluation(
            state.value, state.beta, information, gradient, hessian, partial, mixed
        )
