"""−2 log L of a two-level model with random slopes on latent parts, by adaptive quadrature."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np
from numpy.typing import NDArray

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout, Matrices
from medwidget.estimators.twolevel.slopes.adapt import Nodes, find_modes, place_nodes
from medwidget.estimators.twolevel.slopes.basis import Basis
from medwidget.estimators.twolevel.slopes.blocks import Block, blocks_of
from medwidget.estimators.twolevel.slopes.complete import (
    CompleteLikelihood,
    Regressors,
    Statistics,
)
from medwidget.estimators.twolevel.slopes.frame import Frame
from medwidget.estimators.twolevel.slopes.holes import HolesSetting, needs_slopes
from medwidget.estimators.twolevel.slopes.holes_statistics import HolesPosterior
from medwidget.estimators.twolevel.slopes.parts import Setting
from medwidget.estimators.twolevel.slopes.parts_statistics import PartsPosterior
from medwidget.estimators.twolevel.slopes.plan import Plan

__all__ = ["SlopesLikelihood"]

Array = NDArray[np.float64]

# Groups that are worked on at once by either engine; more would not fit a processor's cache.
MANY, FEW = 256, 24


class SlopesLikelihood:
    """The likelihood by a number of nodes per dimension.

    Parameters
    ----------
    layout : Layout
    cells : Cells
        Standardized by the layout's units.
    nodes : int
        Per dimension. One is Laplace's approximation.
    weights : array (J,), optional
    by_slopes : bool, optional
        Whether slopes are integrated numerically rather than latent parts that they multiply; by
        default where missing values need it.
    tick : callable, optional
        Told the share of an evaluation that is done, several times in a long one.
    """

    def __init__(
        self,
        layout: Layout,
        cells: Cells,
        nodes: int = 3,
        weights: Array | None = None,
        by_slopes: bool | None = None,
        tick: Callable[[float], None] | None = None,
    ) -> None:
        self.layout, self.cells, self.nodes = layout, cells, nodes
        self.weights = np.ones(cells.n_groups) if weights is None else np.asarray(weights, float)
        self._tick = tick
        self.plan = Plan.of(layout.model)
        self.by_slopes = needs_slopes(self.plan, cells.observed) if by_slopes is None else by_slopes
        self.dimensions = len(self.plan.random if self.by_slopes else self.plan.sources)
        self._regressors = Regressors.of(self.plan)
        patterns = cells.observed
        if self.by_slopes:  # missing values are part of the complete data
            patterns = np.ones((1, patterns.shape[1]), dtype=np.bool_)
        self._complete = CompleteLikelihood(layout, self.plan, self._regressors, patterns)
        self._blocks = blocks_of(cells, FEW if self.by_slopes else MANY)
        # modes of v by block, in units of B, from the last evaluation
        self._modes: list[Array | None] = [None] * len(self._blocks)

    # -- the protocol -------------------------------------------------------------------------

    def objective(self, phi: Array) -> tuple[float, Array, Array]:
        """Return f, its gradient (Q,) and its second derivative (Q, Q)."""
        return self._evaluate(phi, curvature=True)

    def value_gradient(self, phi: Array) -> tuple[float, Array]:
        """Return f and its gradient (Q,)."""
        value, gradient, _ = self._evaluate(phi, curvature=False)
        return value, gradient

    def by_group(self, phi: Array) -> Array:
        """Return each group's log-likelihood (J,), not weighted."""
        matrices = self.layout.matrices(phi)
        out = np.empty(self.cells.n_groups)
        for number, block in enumerate(self._blocks):
            setting, nodes = self._placed(number, block, matrices)
            given = setting.at(nodes.points)
            out[block.groups] = setting.constant + _log_sum(nodes.log_weights + given.value)
        return out

    def reweighted(self, weights: Array) -> SlopesLikelihood:
        """Return the same likelihood with other weights of the groups (J,)."""
        return self._like(self.nodes, weights)

    def with_nodes(self, nodes: int) -> SlopesLikelihood:
        """Return the same likelihood with another number of nodes."""
        return self._like(nodes, self.weights)

    def quiet(self) -> SlopesLikelihood:
        """Return the same likelihood, which tells nobody how far it is."""
        other = self._like(self.nodes, self.weights)
        other._tick = None
        return other

    def _like(self, nodes: int, weights: Array) -> SlopesLikelihood:
        other = copy(self)
        other.nodes, other.weights = nodes, np.asarray(weights, dtype=float)
        other._modes = list(self._modes)
        return other

    def posterior(self, phi: Array) -> tuple[Array, Array]:
        """Return means (J, b) and covariances (J, b, b) of B_j given the data."""
        matrices = self.layout.matrices(phi)
        size = len(matrices.mean_between)
        means = np.empty((self.cells.n_groups, size))
        covariances = np.zeros((self.cells.n_groups, size, size))
        for number, block in enumerate(self._blocks):
            setting, nodes = self._placed(number, block, matrices)
            posterior, _ = self._posterior(setting, nodes)
            chance, u = posterior.probability, posterior.u
            first = np.einsum("akj,kj->ja", u[:, 0], chance)
            centred = u.copy()
            centred[:, 0] -= first.T[:, None]
            second = np.einsum("afkj,bfkj,kj->jab", centred, centred, chance)
            root = setting.frame.root
            found = setting.frame.mean + first @ root.T
            for slope in self.plan.deterministic:
                found[:, slope.between] = setting.start[slope.between]
            means[block.groups] = found
            covariances[block.groups] = root @ second @ root.T
        return means, covariances

    # -- evaluation ---------------------------------------------------------------------------

    def _evaluate(self, phi: Array, *, curvature: bool) -> tuple[float, Array, Array]:
        size = self.layout.n_coordinates
        bad = np.inf, np.zeros(size), np.zeros((size, size))
        with np.errstate(all="ignore"):
            try:
                value, gradient, hessian = self._sums(phi, curvature=curvature)
            except np.linalg.LinAlgError:
                return bad
        finite = np.isfinite(value) and np.all(np.isfinite(gradient)) and np.isfinite(hessian).all()
        return (value, gradient, hessian) if finite else bad

    def _sums(self, phi: Array, *, curvature: bool) -> tuple[float, Array, Array]:
        matrices = self.layout.matrices(phi)
        total = 0.0
        spread = np.zeros((self.layout.n_coordinates, self.layout.n_coordinates))
        gathered: Statistics | None = None
        common: Frame | None = None
        for number, block in enumerate(self._blocks):
            setting, nodes = self._placed(number, block, matrices)
            if self._tick is not None:
                self._tick(1 / len(self._blocks))
            weights = self.weights[block.groups]
            posterior, values = self._posterior(setting, nodes)
            total += float(weights @ values)
            found = posterior.expected(self._regressors, weights)
            if common is None or gathered is None:
                common, gathered = setting.frame, found
            else:
                gathered = gathered + found.turned(_rotation(common, setting.frame))
            if curvature:
                basis = Basis(setting)
                covariance = posterior.gradient_covariance(basis, weights)
                turn = basis.gradients(self.layout, self._complete, phi)
                spread += turn.T @ covariance @ turn
        assert common is not None
        assert gathered is not None
        gradient = self._complete.gradient(phi, matrices, common, gathered)
        if curvature:
            spread += self._complete.curvature(phi, matrices, common, gathered)
        return -2 * total, -2 * gradient, -2 * spread

    def _placed(
        self, number: int, block: Block, matrices: Matrices
    ) -> tuple[Setting | HolesSetting, Nodes]:
        """Return what a block needs at a point, and nodes adapted to it."""
        engine = HolesSetting if self.by_slopes else Setting
        setting = engine(block, self.plan, matrices)
        frame = setting.frame
        z, v = frame.known, frame.integrated
        sources = list(frame.order[z : z + v])
        triangle = frame.triangle[z : z + v, z : z + v]
        last = self._modes[number]
        if last is None:
            start = np.zeros((v, len(block.groups)))
        else:
            start = np.asarray(np.linalg.solve(triangle, last - setting.start[sources]))
        modes, factor = find_modes(setting, start, short=1e-8 if self.nodes == 1 else 1e-5)
        self._modes[number] = setting.start[sources] + triangle @ modes
        return setting, place_nodes(modes, factor, self.nodes)

    def _posterior(
        self, setting: Setting | HolesSetting, nodes: Nodes
    ) -> tuple[PartsPosterior | HolesPosterior, Array]:
        """Return B given the data, and each group's log-likelihood."""
        posterior: PartsPosterior | HolesPosterior
        if isinstance(setting, HolesSetting):
            slopes = setting.at(nodes.points)
            chance, total = _probabilities(nodes.log_weights + slopes.value)
            posterior = HolesPosterior(setting, nodes.points, slopes, chance)
        else:
            given = setting.at(nodes.points)
            chance, total = _probabilities(nodes.log_weights + given.value)
            posterior = PartsPosterior(setting, nodes.points, given, chance)
        return posterior, setting.constant + total


def _probabilities(logs: Array) -> tuple[Array, Array]:
    """Return shares of exp(logs) along the first axis, and the logarithm of their sum."""
    total = _log_sum(logs)
    return np.exp(logs - total), total


def _log_sum(logs: Array) -> Array:
    """Return log Σ exp over the first axis."""
    top = logs.max(axis=0)
    return np.asarray(top + np.log(np.exp(logs - top).sum(axis=0)))


def _rotation(common: Frame, other: Frame) -> Array:
    """Return the rotation of one frame's u into another's."""
    place = {item: number for number, item in enumerate(other.order)}
    rows = [place[item] for item in common.order]
    return np.asarray(np.linalg.solve(common.triangle, other.triangle[rows]))
