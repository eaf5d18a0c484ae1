"""First and second derivatives of the criterion in T, τ and β; notation as in `likelihood`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
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
    """The criterion f = −2 log L at B points, β profiled out, in coordinates θ = (L, log σ).

    Attributes
    ----------
    value : array (B,)
    beta, best : arrays (B, p)
        β at which everything is evaluated, and by generalised least squares; the same unless β was
        given.
    information : array (B, p, p)
        Σ X'V⁻¹X: half the second derivative of f in β.
    gradient, hessian : arrays (B, m), (B, m, m)
        Of the profiled criterion.
    partial : array (B, m, m)
        Second derivative in θ with β held fixed (of the full criterion, not profiled).
    mixed : array (B, p, m)
        Second derivative in β and θ.

    For a single point, `at` gives the same without the leading axis.
    """

    value: Array
    beta: Array
    best: Array
    information: Array
    gradient: Array
    hessian: Array
    partial: Array
    mixed: Array

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Where value and derivatives are numbers, (B,)."""
        derivatives = self.hessian.sum(axis=(1, 2)) + self.gradient.sum(axis=1)
        return np.asarray(np.isfinite(self.value + derivatives))

    def at(self, point: int) -> Evaluation:
        """Return the evaluation at one of the points."""
        return Evaluation(*(getattr(self, item.name)[point] for item in fields(self)))


class Derivatives:
    """First and second derivatives of f in T and τ, then in the coordinates, at B points."""

    def __init__(self, model: LinearLikelihood, state: State) -> None:
        self.model = model
        self.state = state
        problems, p = state.beta.shape
        # columns [X R^-T, e]: REML's traces become plain sums over the columns of X
        n_x = p if model.restricted else 0
        self.columns = np.zeros((problems, p + 1, n_x + 1))
        if model.restricted:
            self.columns[:, :-1, :-1] = state.root.transpose(0, 2, 1)
        self.columns[:, :-1, -1] = -state.beta
        self.columns[:, -1, -1] = 1.0
        self.m = self._combine(state.m)  # Z'V⁻¹ of the columns, (B, q, c, J)
        self.residual = np.ascontiguousarray(self.m[:, :, -1])  # Z'V⁻¹e, (B, q, J)
        self.u_hat = self._combine(state.u_hat)
        zf = self._combine(model.zf[None])
        self.h = zf - multiply(model.zz[None], self.u_hat)  # Z'E_k F̂ in the rows of equation k
        # ZF + (ZF − PÛ), because F̂'E_kF̂ = FF − Û'(ZF) − (ZF − PÛ)'Û
        self.cross = zf + self.h
        # r r' (+ M'Q⁻¹M for REML) by group, (B, q, q, J)
        self.outer = np.einsum("bacj,bdcj->badj", self.m, self.m)

    def _combine(self, stack: Array) -> Array:
        return self.columns.transpose(0, 2, 1)[:, None] @ stack

    # -- first derivatives --------------------------------------------------------------------

    def gradient_covariance(self) -> Array:
        """Return df/dT as symmetric matrices (B, q, q)."""
        return self.model.group_sum(self.state.w - self.outer)

    def residual_products(self, k: int) -> Array:
        """Return Σ F̂'E_kF̂ over the columns [X R^-T, e], (B, c, c)."""
        model, rows = self.model, self.model.rows[k]
        total = self.columns.transpose(0, 2, 1) @ model.ff[:, k] @ self.columns
        total -= model.contract(
            self.cross[:, rows].transpose(0, 2, 1, 3), self.u_hat[:, rows].transpose(0, 2, 1, 3)
        )
        # the two products are one symmetric matrix up to rounding
        return (total + total.transpose(0, 2, 1)) / 2

    def gradient_precision(self, k: int, products: Array) -> Array:
        """Return df/dτ_k, (B,)."""
        model, state, rows = self.model, self.state, self.model.rows[k]
        c = state.c[:, rows[:, None], rows]
        trace = model.group_sum((model.blocks[k] * c).sum(axis=(1, 2)))
        squares: Array = np.einsum("bcc->b", products)
        return trace - model.counts[:, k] / state.tau[:, k] + squares

    # -- second derivatives -------------------------------------------------------------------

    def second_covariance(self) -> Array:
        """Return d²f/dT dT with β fixed, (B, q², q²) over unsymmetrised elements."""
        model, state, q = self.model, self.state, self.model.q
        # H[ab, cd] = −W_bc W_da + O_ad W_bc + O_cb W_da, O = r r' (+ REML)
        total = model.outer_sum(2 * self.outer - state.w, np.ascontiguousarray(state.w))
        n = len(total)  # said outright: without random effects -1 stands for anything
        total = total.reshape(n, q, q, q, q)
        hessian = total.transpose(0, 1, 3, 4, 2)  # [a,d,b,c] → [a,b,c,d]
        hessian = (hessian + hessian.transpose(0, 3, 4, 1, 2)) / 2
        if model.restricted:
            x, p = self.x_products, model.p
            left = x.transpose(0, 3, 4, 1, 2).reshape(n, q * q, p * p)
            right = x.transpose(0, 2, 1, 3, 4).reshape(n, p * p, q * q)
            hessian = hessian - (left @ right).reshape(n, q, q, q, q)
        return hessian.reshape(n, q * q, q * q)

    @cached_property
    def x_products(self) -> Array:
        """Σ M̃_a M̃_b' over the columns of X R^-T: (B, p, p, q, q)."""
        model, p, q = self.model, self.model.p, self.model.q
        m = np.ascontiguousarray(self.m[:, :, :-1])
        return model.outer_sum(m, m).reshape(len(m), q, p, q, p).transpose(0, 2, 4, 1, 3)

    def second_mixed(self, k: int, products: Array) -> Array:
        """Return d²f/dT dτ_k with β fixed, symmetric (B, q, q)."""
        model, rows = self.model, self.model.rows[k]
        shrink = self.state.shrink[:, rows]
        change = transpose_multiply(shrink, self.h[:, rows])  # dM/dτ_k over the columns
        moved = model.contract(change, self.m)
        spread = multiply(model.blocks[k], shrink)
        total = model.contract(shrink.transpose(0, 2, 1, 3), spread.transpose(0, 2, 1, 3))
        total -= moved + moved.transpose(0, 2, 1)
        if model.restricted:
            total += np.einsum("brsac,bsr->bac", self.x_products, products[:, :-1, :-1])
        return (total + total.transpose(0, 2, 1)) / 2

    def second_precision(self, k: int, other: int, products: Sequence[Array]) -> Array:
        """Return d²f/dτ_k dτ_l with β fixed, (B,)."""
        model, state = self.model, self.state
        rows, columns = model.rows[k], model.rows[other]
        total = np.zeros(len(state.value))
        if rows.size and columns.size:
            c = state.c[:, rows[:, None], columns]
            left, right = multiply(model.blocks[k], c), multiply(c, model.blocks[other])
            by_group = (left * right).sum(axis=(1, 2))
            by_group += 2 * (self.h[:, rows] * multiply(c, self.h[:, columns])).sum(axis=(1, 2))
            total -= model.group_sum(by_group)
        if k == other:
            total += model.counts[:, k] / state.tau[:, k] ** 2
        if model.restricted:
            total -= (products[k][:, :-1, :-1] * products[other][:, :-1, :-1]).sum(axis=(1, 2))
        return total

    def mixed_covariance(self) -> Array:
        """Return d²f/dβ dT, (B, p, q, q)."""
        model, q, p = self.model, self.model.q, self.model.p
        x = np.ascontiguousarray(self.state.m[:, :, :-1])
        moved = model.outer_sum(x, self.residual).reshape(len(x), q, p, q).transpose(0, 2, 1, 3)
        return moved + moved.transpose(0, 1, 3, 2)

    def mixed_precision(self, k: int) -> Array:
        """Return d²f/dβ dτ_k = −2 Σ X̂'E_kê, (B, p)."""
        model, rows = self.model, self.model.rows[k]
        x = model.zf[None, rows, :-1].transpose(0, 2, 1, 3)
        x_hat = self.state.u_hat[:, rows, :-1].transpose(0, 2, 1, 3)
        total = (model.ff[:, k, :-1] @ self.columns[:, :, -1:])[..., 0]
        total -= model.contract(self.u_hat[:, None, rows, -1], x)[:, 0]
        total -= model.contract(x_hat, self.h[:, None, rows, -1])[..., 0]
        return -2 * total

    # -- chain rule ---------------------------------------------------------------------------

    def evaluation(self) -> Evaluation:
        """Return everything in the coordinates (L, log σ)."""
        model, state = self.model, self.state
        n_free, n_equations, q = len(model.free), model.n_equations, model.q
        problems, m = len(state.value), model.n_coordinates
        products = [self.residual_products(k) for k in range(n_equations)]
        slope_t = self.gradient_covariance()
        slope_tau = [self.gradient_precision(k, products[k]) for k in range(n_equations)]
        flat = model.covariance_tangents(state.factor).reshape(problems, n_free, q * q)
        turned = flat.transpose(0, 2, 1)
        steps = -2 * state.tau  # dτ/d log σ

        gradient = np.empty((problems, m))
        gradient[:, :n_free] = (flat @ slope_t.reshape(problems, q * q, 1))[..., 0]
        partial = np.empty((problems, m, m))
        rows, shared = model.same_column()
        partial[:, :n_free, :n_free] = flat @ self.second_covariance() @ turned
        partial[:, :n_free, :n_free] += 2 * slope_t[:, rows[:, None], rows] * shared
        mixed = np.empty((problems, model.p, m))
        mixed[:, :, :n_free] = self.mixed_covariance().reshape(problems, model.p, q * q) @ turned
        for k in range(n_equations):
            place, step = n_free + k, steps[:, k]
            gradient[:, place] = step * slope_tau[k]
            second = self.second_mixed(k, products[k]).reshape(problems, q * q, 1)
            column = (flat @ second)[..., 0] * step[:, None]
            partial[:, :n_free, place] = partial[:, place, :n_free] = column
            mixed[:, :, place] = self.mixed_precision(k) * step[:, None]
            for other in range(k + 1):
                entry = self.second_precision(k, other, products) * step * steps[:, other]
                if k == other:
                    entry += 4 * state.tau[:, k] * slope_tau[k]
                partial[:, place, n_free + other] = partial[:, n_free + other, place] = entry

        information = state.ff[:, :-1, :-1]
        solved = state.root @ mixed
        hessian = partial - solved.transpose(0, 2, 1) @ solved / 2
        return Evaluation(
            state.value, state.beta, state.best, information, gradient, hessian, partial, mixed
        )
