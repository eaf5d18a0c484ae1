"""The two-level normal likelihood without random slopes, for complete and for incomplete data.

Derivatives are exact. With Fisher's identity those in Σ_B and μ_B are R* − e* e*' and −2 e*, where
R* is the precision of (latent parts as measured, z) and e* its score; those in Σ_W and μ_W are
Σ_r K_r (N_r Σ − T_r) K_r and −2 Σ n K d, with T_r = Σ_cells S + n (d d' + P). Their derivatives are
sums over groups of products of the same quantities (see `derivatives`), after which the number of
rows, groups and patterns no longer matters: both are carried to φ by the moments of each system.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.arrangement import Arrangement
from medwidget.estimators.twolevel.derivatives import Chain, first_derivatives, second_derivatives
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.state import State, Weighted

__all__ = ["NormalLikelihood"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NormalLikelihood:
    """f = −2 log L of standardized data in φ.

    Attributes
    ----------
    layout : Layout
    cells : Cells
    weights : array (J,)
        How often each group counts.
    """

    layout: Layout
    cells: Cells
    weights: Array
    _data: Arrangement
    _weighted: Weighted

    @classmethod
    def of(cls, layout: Layout, cells: Cells) -> NormalLikelihood:
        """Return the likelihood of cells, every group counted once."""
        data = Arrangement(cells)
        weights = np.ones(cells.n_groups)
        return cls(layout, cells, weights, data, Weighted.of(data, weights[None]))

    def reweighted(self, weights: Array) -> NormalLikelihood:
        """Return the same likelihood with other weights of the groups (J,)."""
        weighted = Weighted.of(self._data, weights[None])
        return NormalLikelihood(self.layout, self.cells, weights, self._data, weighted)

    def relaid(self, layout: Layout) -> NormalLikelihood:
        """Return the likelihood of another model for the same variables of the same data."""
        return NormalLikelihood(layout, self.cells, self.weights, self._data, self._weighted)

    def objective(self, phi: Array) -> tuple[float, Array, Array]:
        """Return f, its gradient (Q,) and its exact second derivative (Q, Q)."""
        value, gradient, hessian = self._evaluate(phi[None], self._weighted)
        return float(value[0]), gradient[0], hessian[0]

    def objective_many(self, phi: Array, weights: Array) -> tuple[Array, Array, Array]:
        """Return f (P,), gradients (P, Q) and Hessians (P, Q, Q) at points with weights (P, J)."""
        weighted = Weighted.of(self._data, weights)
        try:
            return self._evaluate_unguarded(phi, weighted)
        except np.linalg.LinAlgError:  # one of them: find out which
            each = [
                self._evaluate(phi[i : i + 1], Weighted.of(self._data, weights[i : i + 1]))
                for i in range(len(phi))
            ]
            value, gradient, hessian = (np.concatenate(parts) for parts in zip(*each, strict=True))
            return value, gradient, hessian

    def value_gradient(self, phi: Array) -> tuple[float, Array]:
        """Return f and its gradient (Q,)."""
        with np.errstate(all="ignore"):
            try:
                state = self._state(phi[None], self._weighted)
            except np.linalg.LinAlgError:
                return np.inf, np.zeros_like(phi)
            first = first_derivatives(self.layout, self._data, self._weighted, state)
            gradient = Chain.of(self.layout, phi[None], state).gradient(first)[0]
        if not (np.isfinite(state.value[0]) and np.isfinite(gradient).all()):
            return np.inf, np.zeros_like(phi)
        return float(state.value[0]), gradient

    def value(self, phi: Array) -> float:
        """Return f alone."""
        with np.errstate(all="ignore"):
            try:
                return float(self._state(phi[None], self._weighted).value[0])
            except np.linalg.LinAlgError:
                return np.inf

    def by_group(self, phi: Array) -> Array:
        """Return each group's log-likelihood (J,), not weighted, of standardized data."""
        data = self._data
        state = self._state(phi[None], self._weighted)
        precision = data.patterns_to_cells(state.precision)
        cells = (precision * data.products).sum(axis=(2, 3))
        cells = cells + data.counts * (state.by_cell + data.patterns_to_cells(state.log_within))
        groups = data.groups_of_cells(cells) + state.by_group
        groups = groups + state.log_between[:, data.shape] + state.log_group[:, data.group_pattern]
        return data.as_given(-groups[0] / 2)

    def posterior(self, phi: Array) -> tuple[Array, Array]:
        """Return means (J, b) and covariances (J, b, b) of B_j given the data, standardized.

        For a group-level variable that is observed, the value, with no variance.
        """
        data, model = self._data, self.layout.model
        state = self._state(phi[None], self._weighted)
        latent = [place for _, place in model.latent]
        group = list(model.group)
        size = len(model.between.variables)
        covariance, mean = state.between.covariance[0], state.between.mean[0]
        # by the score of everything observed: E(B) = μ + Σ e*, Cov(B) = Σ − Σ R* Σ
        columns = [*latent, *group]
        first = first_derivatives(self.layout, data, self._weighted, state)
        across = covariance[:, columns]
        means = mean + state.score[0] @ across.T
        precision = first.precision[0][:, columns][:, :, columns]
        covariances = covariance - across @ precision @ across.T
        means = data.as_given(means)
        covariances = data.as_given(
            np.broadcast_to(covariances[data.shape], (data.n_groups, size, size))
        )
        return means, covariances

    def _state(self, phi: Array, weighted: Weighted) -> State:
        return State.at(self.layout, self._data, weighted, phi)

    def _evaluate(self, phi: Array, weighted: Weighted) -> tuple[Array, Array, Array]:
        try:
            return self._evaluate_unguarded(phi, weighted)
        except np.linalg.LinAlgError:
            size = phi.shape[1]
            return np.full(1, np.inf), np.zeros((1, size)), np.eye(size)[None]

    def _evaluate_unguarded(self, phi: Array, weighted: Weighted) -> tuple[Array, Array, Array]:
        with np.errstate(all="ignore"):
            state = self._state(phi, weighted)
            first = first_derivatives(self.layout, self._data, weighted, state)
            second = second_derivatives(self.layout, self._data, weighted, state, first)
            chain = Chain.of(self.layout, phi, state)
            gradient = chain.gradient(first)
            hessian = chain.hessian(first, second, gradient)
        usable = np.isfinite(state.value) & np.isfinite(gradient).all(axis=1)
        usable &= np.isfinite(hessian).all(axis=(1, 2))
        if not usable.all():
            gradient[~usable] = 0.0
            hessian[~usable] = np.eye(phi.shape[1])
        return np.where(usable, state.value, np.inf), gradient, hessian
