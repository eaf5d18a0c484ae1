r"""The likelihood of several mixed equations that share their random effects, with two derivatives.

In group j the responses of all equations, stacked, are

    y_j = X_j β + Z_j u_j + e_j,   u_j ~ N(0, T),   e_j ~ N(0, R),   R = ⊕_k I / τ_k,

with one residual precision τ_k for each equation k (Bauer, Preacher & Gil 2006). Each column of X
and Z belongs to one equation. Two representations are used:

- *coordinates*: the free elements of the lower Cholesky factor L of T (T = L L'), then log σ_k with
  τ_k = exp(-2 log σ_k). Unconstrained; a zero variance is an interior point of them.
- *cross-products* by group, groups on the last axis: S = Z'R⁻¹Z (q, q, J), U = Z'R⁻¹F (q, f, J) and the
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

import numpy as np
from numpy.typing import NDArray

from medwidget.data.design import LinearDesign
from medwidget.estimators.linear.derivatives import Derivatives, Evaluation
from medwidget.estimators.linear.state import State, Workspace

__all__ = ["Evaluation", "LinearLikelihood"]

Array = NDArray[np.float64]


class LinearLikelihood:
    """The criterion for one design, for any group weights.

    Parameters
    ----------
    design : LinearDesign
    free : sequence of (int, int)
        Positions (row >= column) of the free elements of L.
    restricted : bool
        REML instead of ML.
    weights : array (J,), optional
        How often each group counts; ones by default.
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
        self.blocks = [self.zz[np.ix_(rows, rows)] for rows in self.rows]
        self.workspace = Workspace(self.q, self.p + 1, groups)
        self._tangents = self._make_tangents()
        self._weigh(weights)

    def reweighted(self, weights: Array) -> LinearLikelihood:
        """Return the criterion with other group weights, sharing the cross-products."""
        other = object.__new__(LinearLikelihood)
        other.__dict__.update(self.__dict__)
        other.workspace = Workspace(self.q, self.p + 1, self.design.n_groups)
        other._weigh(weights)
        return other

    def _weigh(self, weights: Array | None) -> None:
        """Keep what only depends on the weights: row counts and F'F of each equation."""
        self.weights = weights
        self.counts = np.empty(self.n_equations)
        self.ff = np.zeros((self.n_equations, self.p + 1, self.p + 1))
        for k, equation in enumerate(self.design.equations):
            total = equation.ff.sum(axis=-1) if weights is None else equation.ff @ weights
            self.counts[k] = equation.counts.sum() if weights is None else equation.counts @ weights
            columns = [*range(equation.fixed.start, equation.fixed.stop), self.p]
            self.ff[k][np.ix_(columns, columns)] = total

    def _make_tangents(self) -> tuple[Array, Array]:
        rows = np.array([i for i, _ in self.free], dtype=np.intp)
        columns = np.array([c for _, c in self.free], dtype=np.intp)
        return rows, columns

    # -- coordinates --------------------------------------------------------------------------

    @property
    def n_coordinates(self) -> int:
        """Number of coordinates m: free elements of L, then log σ of each equation."""
        return len(self.free) + self.n_equations

    def factor(self, theta: Array) -> Array:
        """Return L (q, q) from the coordinates."""
        rows, columns = self._tangents
        factor = np.zeros((self.q, self.q))
        factor[rows, columns] = theta[: rows.size]
        return factor

    def precisions(self, theta: Array) -> Array:
        """Return τ (K,) from the coordinates."""
        return np.exp(-2 * theta[len(self.free) :])

    def covariance_tangents(self, factor: Array) -> Array:
        """Return dT/dL for every free element of L, shape (free, q, q)."""
        rows, columns = self._tangents
        tangents = np.zeros((rows.size, self.q, self.q))
        index = np.arange(rows.size)
        tangents[index, rows, :] += factor[:, columns].T
        tangents[index, :, rows] += factor[:, columns].T
        return tangents

    # -- evaluation ---------------------------------------------------------------------------

    def evaluate(self, theta: Array, beta: Array | None = None) -> Evaluation | None:
        """Return the criterion and its derivatives at ``theta``; None where it has no value.

        With ``beta`` given, value, gradient and partial derivatives are those at that β instead of
        at its generalised least squares value.
        """
        with np.errstate(all="ignore"):
            state = State.at(self, theta, beta)
        return None if state is None else Derivatives(self, state).evaluation()

    def unprofiled(self, beta: Array, theta: Array) -> tuple[float, Array, Array] | None:
        """Return f, its gradient and its Hessian in (β, θ) together; for ML."""
        with np.errstate(all="ignore"):
            state = State.at(self, theta, beta)
        if state is None:
            return None
        evaluation = Derivatives(self, state).evaluation()
        slope = 2 * (state.ff[:-1, :-1] @ beta - state.ff[:-1, -1])
        hessian = np.block(
            [[2 * evaluation.information, evaluation.mixed], [evaluation.mixed.T, evaluation.partial]]
        )
        return evaluation.value, np.concatenate([slope, evaluation.gradient]), hessian

    def objective(self, theta: Array) -> tuple[float, Array, Array]:
        """Return value, gradient and Hessian of the profiled criterion."""
        evaluation = self.evaluate(theta)
        if evaluation is None:
            return np.inf, np.zeros_like(theta), np.eye(theta.size)
        return evaluation.value, evaluation.gradient, evaluation.hessian

    def moments(self, theta: Array) -> tuple[Array, Array, Array] | None:
        """Return what a moment estimator needs at ``theta``: W by group, Σ (r r' − W), EM residuals.

        Returns
        -------
        w : array (q, q, J)
        excess : array (q, q)
        residual : array (K,)
            Residual variances after one EM step.
        """
        with np.errstate(all="ignore"):
            state = State.at(self, theta)
        if state is None:
            return None
        derivatives = Derivatives(self, state)
        residual = np.empty(self.n_equations)
        for k in range(self.n_equations):
            products = derivatives.residual_products(k)
            slope = derivatives.gradient_precision(k, products)
            # df/dτ = −n/τ + (e'e expected): the EM step is that expectation over n
            residual[k] = (slope + self.counts[k] / state.tau[k]) / self.counts[k]
        return state.w.copy(), -derivatives.gradient_covariance(), residual

    def fixed_effects(self, theta: Array) -> Array | None:
        """Return the generalised least squares β at ``theta``."""
        with np.errstate(all="ignore"):
            state = State.at(self, theta)
        return None if state is None else state.beta

    def conditional(self, theta: Array) -> tuple[Array, Array]:
        """Return C (q, q, J), the covariance of u given y, and C Z'R⁻¹[X, y] (q, f, J)."""
        state = State.at(self, theta)
        assert state is not None, "the posterior is asked for at an optimum"
        return state.c.copy(), state.u_hat.copy()

    def contract(self, left: Array, right: Array) -> Array:
        """Return Σ w_j left right' over all axes but the first: (a, ..., J), (b, ..., J) → (a, b)."""
        if self.weights is not None:
            left = left * self.weights
        width = int(np.prod(left.shape[1:]))
        return left.reshape(left.shape[0], width) @ right.reshape(right.shape[0], width).T

    def outer_sum(self, left: Array, right: Array) -> Array:
        """Return Σ_j w_j vec(left_j) vec(right_j)' for stacks (..., J), flattened over the rest."""
        groups = left.shape[-1]
        return self.contract(
            left.reshape(left.size // groups, groups), right.reshape(right.size // groups, groups)
        )

    def group_sum(self, stack: Array) -> Array:
        """Return Σ_j w_j stack_j."""
        return np.asarray(stack.sum(axis=-1) if self.weights is None else stack @ self.weights)
