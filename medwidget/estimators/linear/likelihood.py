r"""The likelihood of several mixed equations that share their random effects, with two derivatives.

In group j the responses of all equations, stacked, are

    y_j = X_j β + Z_j u_j + e_j,   u_j ~ N(0, T),   e_j ~ N(0, R),   R = ⊕_k I / τ_k,

with one residual precision τ_k for each equation k (Bauer, Preacher & Gil 2006). Each column of X
and Z belongs to one equation. Two representations are used:

- *coordinates*: the free elements of the lower Cholesky factor L of T (T = L L'), then log σ_k with
  τ_k = exp(-2 log σ_k). Unconstrained; a zero variance is an interior point of them.
- *cross-products* by group, groups on the last axis: S = Z'R⁻¹Z (q, q, J), U = Z'R⁻¹F (q, f, J)
and the
  sum over groups of F'R⁻¹F, where F = [X, y].

Everything follows from A = I + L'SL and C = L A⁻¹ L' = (T⁻¹ + S)⁻¹:

    W = Z'V⁻¹Z = S − S C S,    M = Z'V⁻¹F = U − S C U,    F'V⁻¹F = F'R⁻¹F − U'C U,
    V⁻¹F = R⁻¹(F − Z Û) with Û = C U,

and from dV⁻¹ = −V⁻¹Z dT Z'V⁻¹ and dV⁻¹ = V⁻¹ τ_k⁻² E_k V⁻¹ dτ_k, where E_k selects the rows of
equation k. The criterion is f = −2 log L, with β at its generalised least squares value; REML adds
log |Σ X'V⁻¹X| − p log 2π.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from medwidget.data.design import LinearDesign
from medwidget.estimators.linear.derivatives import Derivatives, Evaluation
from medwidget.estimators.linear.state import State, Workspace

__all__ = ["Evaluation", "LinearLikelihood"]

Array = NDArray[np.float64]


class LinearLikelihood:
    """The criterion for one design, at one point or at several with group weights each.

    Methods that end in ``_many`` take and give a leading axis of B points; the others are for one.

    Parameters
    ----------
    design : LinearDesign
    free : sequence of (int, int)
        Positions (row >= column) of the free elements of L.
    restricted : bool
        REML instead of ML.
    weights : array (B, J), optional
        How often each group counts at each of B points; once by default.
    """

    def __init__(
        self,
        design: LinearDesign,
        free: Sequence[tuple[int, int]],
        *,
        restricted: bool,
        weights: Array | None = None,
    ) -> None:
        self.design = design
        self.restricted = restricted
        self.free = tuple(free)
        self.q = len(design.random_scale)
        self.p = len(design.scale)
        self.n_equations = len(design.equations)
        self.owner = np.zeros(self.q, dtype=np.intp)
        groups = design.n_groups
        self.zq = np.zeros((self.q, self.q + self.p + 1, groups))
        self.zz, self.zf = self.zq[:, : self.q], self.zq[:, self.q :]
        for k, equation in enumerate(design.equations):
            rows = np.array(equation.random, dtype=np.intp)
            self.owner[rows] = k
            self.zz[np.ix_(rows, rows)] = equation.zz
            self.zf[rows, equation.fixed] = equation.zf[:, :-1]
            self.zf[rows, -1] = equation.zf[:, -1]
        self.rows = [np.flatnonzero(self.owner == k) for k in range(self.n_equations)]
        self.blocks = [self.zz[np.ix_(rows, rows)][None] for rows in self.rows]
        self._tangents = (
            np.array([row for row, _ in self.free], dtype=np.intp),
            np.array([column for _, column in self.free], dtype=np.intp),
        )
        self._workspace: Workspace | None = None
        self._weigh(weights)

    def reweighted(self, weights: Array) -> LinearLikelihood:
        """Return the criterion with group weights (B, J), sharing the cross-products."""
        other = object.__new__(LinearLikelihood)
        other.__dict__.update(self.__dict__)
        other._workspace = None
        other._weigh(weights)
        return other

    def _weigh(self, weights: Array | None) -> None:
        """Keep what only depends on the weights: row counts (B, K) and F'F (B, K, f, f)."""
        self.weights = weights
        problems = 1 if weights is None else len(weights)
        self.counts = np.empty((problems, self.n_equations))
        self.ff = np.zeros((problems, self.n_equations, self.p + 1, self.p + 1))
        for k, equation in enumerate(self.design.equations):
            columns = [*range(equation.fixed.start, equation.fixed.stop), self.p]
            rows, across = np.ix_(columns, columns)
            if weights is None:
                self.ff[0, k, rows, across] = equation.ff.sum(axis=-1)
                self.counts[0, k] = equation.counts.sum()
            else:
                self.ff[:, k, rows, across] = np.moveaxis(equation.ff @ weights.T, -1, 0)
                self.counts[:, k] = weights @ equation.counts

    def workspace(self, problems: int) -> Workspace:
        """Return memory for evaluations at ``problems`` points."""
        if self._workspace is None or self._workspace.problems != problems:
            self._workspace = Workspace(problems, self.q, self.p + 1, self.design.n_groups)
        return self._workspace

    # -- coordinates --------------------------------------------------------------------------

    @property
    def n_coordinates(self) -> int:
        """Number of coordinates m: free elements of L, then log σ of each equation."""
        return len(self.free) + self.n_equations

    def factor(self, theta: Array) -> Array:
        """Return L (..., q, q) from the coordinates (..., m)."""
        rows, columns = self._tangents
        factor = np.zeros((*theta.shape[:-1], self.q, self.q))
        factor[..., rows, columns] = theta[..., : rows.size]
        return factor

    def precisions(self, theta: Array) -> Array:
        """Return τ (..., K) from the coordinates (..., m)."""
        return np.exp(-2 * theta[..., len(self.free) :])

    def covariance_tangents(self, factor: Array) -> Array:
        """Return dT/dL for every free element of L, shape (B, free, q, q), from L (B, q, q)."""
        rows, columns = self._tangents
        tangents = np.zeros((len(factor), rows.size, self.q, self.q))
        index = np.arange(rows.size)
        column = factor[:, :, columns].transpose(0, 2, 1)
        tangents[:, index, rows, :] += column
        tangents[:, index, :, rows] += column.transpose(1, 0, 2)
        return tangents

    def same_column(self) -> tuple[NDArray[np.intp], Array]:
        """Return the rows of the free elements of L, and which pairs share a column."""
        rows, columns = self._tangents
        return rows, np.equal.outer(columns, columns).astype(float)

    # -- evaluation ---------------------------------------------------------------------------

    def evaluate_many(self, theta: Array, beta: Array | None = None) -> Evaluation:
        """Return the criterion and its derivatives at points ``theta`` (B, m)."""
        with np.errstate(all="ignore"):
            return Derivatives(self, State.at(self, theta, beta)).evaluation()

    def evaluate(self, theta: Array, beta: Array | None = None) -> Evaluation | None:
        """Return the criterion and its derivatives at ``theta`` (m,); None where it has no value.

        With ``beta`` given, value, gradient and partial derivatives are those at that β instead of
        at its generalised least squares value.
        """
        several = self.evaluate_many(theta[None], None if beta is None else beta[None])
        return several.at(0) if several.usable[0] else None

    def unprofiled(self, beta: Array, theta: Array) -> tuple[float, Array, Array] | None:
        """Return f, its gradient and its Hessian in (β, θ) together; for ML."""
        evaluation = self.evaluate(theta, beta)
        if evaluation is None:
            return None
        slope = 2 * evaluation.information @ (beta - evaluation.best)
        hessian = np.block(
            [
                [2 * evaluation.information, evaluation.mixed],
                [evaluation.mixed.T, evaluation.partial],
            ]
        )
        return float(evaluation.value), np.concatenate([slope, evaluation.gradient]), hessian

    def objective(self, theta: Array) -> tuple[float, Array, Array]:
        """Return value, gradient and Hessian of the profiled criterion."""
        evaluation = self.evaluate(theta)
        if evaluation is None:
            return np.inf, np.zeros_like(theta), np.eye(theta.size)
        return float(evaluation.value), evaluation.gradient, evaluation.hessian

    def moments(self, theta: Array) -> tuple[Array, Array, Array] | None:
        """Return what a moment estimator needs: W by group, Σ (r r' − W), EM residuals.

        Returns
        -------
        w : array (q, q, J)
        excess : array (q, q)
        residual : array (K,)
            Residual variances after one EM step.
        """
        with np.errstate(all="ignore"):
            state = State.at(self, theta[None])
            if not np.isfinite(state.value[0]):
                return None
            derivatives = Derivatives(self, state)
            residual = np.empty(self.n_equations)
            for k in range(self.n_equations):
                slope = derivatives.gradient_precision(k, derivatives.residual_products(k))[0]
                # df/dτ = −n/τ + (e'e expected): the EM step is that expectation over n
                count = self.counts[0, k]
                residual[k] = (slope + count / state.tau[0, k]) / count
        return state.w[0].copy(), -derivatives.gradient_covariance()[0], residual

    def fixed_effects_many(self, theta: Array) -> Array:
        """Return generalised least squares β (B, p) at points (B, m); NaN where there is none."""
        with np.errstate(all="ignore"):
            state = State.at(self, theta)
        return np.where(np.isfinite(state.value)[:, None], state.best, np.nan)

    def conditional(self, theta: Array) -> tuple[Array, Array]:
        """Return C (q, q, J), the covariance of u given y, and C Z'R⁻¹[X, y] (q, f, J)."""
        state = State.at(self, theta[None])
        return state.c[0].copy(), state.u_hat[0].copy()

    # -- sums over groups ---------------------------------------------------------------------

    def contract(self, left: Array, right: Array) -> Array:
        """Return Σ w_j left right' over all axes after the second: (B, a, ..., J) → (B, a, b)."""
        if self.weights is not None:
            ones = (1,) * (left.ndim - 2)
            left = left * self.weights.reshape(len(self.weights), *ones, -1)
        problems = max(len(left), len(right))
        width = prod(left.shape[2:])
        first = left.reshape(len(left), left.shape[1], width)
        second = right.reshape(len(right), right.shape[1], width)
        product = first @ second.transpose(0, 2, 1)
        return product if len(product) == problems else np.repeat(product, problems, axis=0)

    def outer_sum(self, left: Array, right: Array) -> Array:
        """Return Σ_j w_j vec(left_j) vec(right_j)' for stacks (B, ..., J)."""
        return self.contract(_flat(left), _flat(right))

    def group_sum(self, stack: Array) -> Array:
        """Return Σ_j w_j stack_j for a stack (B, ..., J)."""
        if self.weights is None:
            return np.asarray(stack.sum(axis=-1))
        ones = (1,) * (stack.ndim - 2)
        return np.asarray((stack * self.weights.reshape(len(self.weights), *ones, -1)).sum(axis=-1))


def _flat(stack: Array) -> Array:
    """Return a stack (B, ..., J) as (B, k, J); k may be 0."""
    return stack.reshape(len(stack), prod(stack.shape[1:-1]), stack.shape[-1])
