"""First and second derivatives of the criterion in T, τ and β; notation as in `likelihood`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
        # columns [X R^-T, e]: REML's traces become plain sums over the columns of X
        x = state.root.T if model.restricted else np.empty((model.p, 0))
        self.columns = np.zeros((model.p + 1, x.shape[1] + 1))
        self.columns[:-1, :-1] = x
        self.columns[:, -1] = eta
        self.m = self._combine(state.m)  # Z'V⁻¹ of the columns, (q, c, J)
        self.residual = np.ascontiguousarray(self.m[:, -1])  # Z'V⁻¹e, (q, J)
        self.u_hat = self._combine(state.u_hat)
        zf = self._combine(model.zf)
        self.h = zf - multiply(model.zz, self.u_hat)  # Z'E_k F̂ in the rows of equation k
        # ZF + (ZF − PÛ), because F̂'E_kF̂ = FF − Û'(ZF) − (ZF − PÛ)'Û
        self.cross = zf + self.h
        # r r' (+ M'Q⁻¹M for REML) by group, (q, q, J)
        self.outer = self.m[:, None, 0] * self.m[None, :, 0]
        for column in range(1, self.m.shape[1]):
            self.outer += self.m[:, None, column] * self.m[None, :, column]

    def _combine(self, stack: Array) -> Array:
        return self.columns.T @ stack

    # -- first derivatives --------------------------------------------------------------------

    def gradient_covariance(self) -> Array:
        """Return df/dT as a symmetric matrix (q, q)."""
        return self.model.group_sum(self.state.w - self.outer)

    def residual_products(self, k: int) -> Array:
        """Return Σ F̂'E_kF̂ over the columns [X R^-T, e], (c, c)."""
        model, rows = self.model, self.model.rows[k]
        total = self.columns.T @ model.ff[k] @ self.columns
        total -= model.contract(
            self.cross[rows].transpose(1, 0, 2), self.u_hat[rows].transpose(1, 0, 2)
        )
        # the two products are one symmetric matrix up to rounding
        return (total + total.T) / 2

    def gradient_precision(self, k: int, products: Array) -> float:
        """Return df/dτ_k."""
        model, state, rows = self.model, self.state, self.model.rows[k]
        trace = (model.blocks[k] * state.c[np.ix_(rows, rows)]).sum(axis=(0, 1))
        slope = -model.counts[k] / state.tau[k] + model.group_sum(trace) + np.trace(products)
        return float(slope)

    # -- second derivatives -------------------------------------------------------------------

    def second_covariance(self) -> Array:
        """Return d²f/dT dT with β fixed, as (q², q²) over unsymmetrised elements."""
        model, state, q = self.model, self.state, self.model.q
        # H[ab, cd] = −W_bc W_da + O_ad W_bc + O_cb W_da, O = r r' (+ REML)
        total = model.outer_sum(2 * self.outer - state.w, state.w).reshape(q, q, q, q)
        hessian = total.transpose(0, 2, 3, 1)  # [a,d,b,c] → [a,b,c,d]
        hessian = (hessian + hessian.transpose(2, 3, 0, 1)) / 2
        if model.restricted:
            x, p = self.x_products, model.p
            left = x.transpose(2, 3, 0, 1).reshape(q * q, p * p)
            right = x.transpose(1, 0, 2, 3).reshape(p * p, q * q)
            hessian = hessian - (left @ right).reshape(q, q, q, q)
        return np.ascontiguousarray(hessian).reshape(q * q, q * q)

    @cached_property
    def x_products(self) -> Array:
        """Σ M̃_a M̃_b' over the columns of X R^-T: (p, p, q, q)."""
        model, p, q = self.model, self.model.p, self.model.q
        m = np.ascontiguousarray(self.m[:, :-1])
        return model.outer_sum(m, m).reshape(q, p, q, p).transpose(1, 3, 0, 2)

    def second_mixed(self, k: int, products: Array) -> Array:
        """Return d²f/dT dτ_k with β fixed, symmetric (q, q)."""
        model, rows = self.model, self.model.rows[k]
        shrink = self.state.shrink[rows]
        change = transpose_multiply(shrink, self.h[rows])  # dM/dτ_k over the columns, (q, c, J)
        moved = model.contract(change, self.m)
        spread = multiply(model.blocks[k], shrink)
        total = model.contract(shrink.transpose(1, 0, 2), spread.transpose(1, 0, 2))
        total -= moved + moved.T
        if model.restricted:
            total += np.tensordot(self.x_products, products[:-1, :-1], ((0, 1), (1, 0)))
        return (total + total.T) / 2

    def second_precision(self, k: int, other: int, products: Sequence[Array]) -> float:
        """Return d²f/dτ_k dτ_l with β fixed."""
        model, state = self.model, self.state
        rows, columns = model.rows[k], model.rows[other]
        total = 0.0
        if rows.size and columns.size:
            c = state.c[np.ix_(rows, columns)]
            left, right = multiply(model.blocks[k], c), multiply(c, model.blocks[other])
            by_group = (left * right).sum(axis=(0, 1))
            by_group += 2 * (self.h[rows] * multiply(c, self.h[columns])).sum(axis=(0, 1))
            total = -float(model.group_sum(by_group))
        if k == other:
            total += float(model.counts[k] / state.tau[k] ** 2)
        if model.restricted:
            total -= float((products[k][:-1, :-1] * products[other][:-1, :-1]).sum())
        return total

    def mixed_covariance(self) -> Array:
        """Return d²f/dβ dT, (p, q, q)."""
        model, q, p = self.model, self.model.q, self.model.p
        x = np.ascontiguousarray(self.state.m[:, :-1])
        moved = model.outer_sum(x, self.residual).reshape(q, p, q).transpose(1, 0, 2)
        return moved + moved.transpose(0, 2, 1)

    def mixed_precision(self, k: int) -> Array:
        """Return d²f/dβ dτ_k = −2 Σ X̂'E_kê, (p,)."""
        model, rows = self.model, self.model.rows[k]
        x = model.zf[rows, :-1].transpose(1, 0, 2)
        x_hat = self.state.u_hat[rows, :-1].transpose(1, 0, 2)
        total = model.ff[k][:-1] @ self.columns[:, -1]
        total -= model.contract(x, self.u_hat[None, rows, -1])[:, 0]
        total -= model.contract(x_hat, self.h[None, rows, -1])[:, 0]
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

        mixed = np.empty((model.p, n_free + n_equations))
        mixed[:, :n_free] = self.mixed_covariance().reshape(model.p, q * q) @ flat.T
        for k in range(n_equations):
            mixed[:, n_free + k] = self.mixed_precision(k) * steps[k]
        information = state.ff[:-1, :-1]
        solved = state.root @ mixed
        hessian = partial - solved.T @ solved / 2
        return Evaluation(
            state.value, state.beta, information, gradient, hessian, partial, mixed
        )
