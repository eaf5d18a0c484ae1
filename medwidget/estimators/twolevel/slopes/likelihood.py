"""−2 log L of a two-level model with random slopes on latent parts, by adaptive quadrature."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.quadrature import normal_rule
from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout, Matrices
from medwidget.estimators.twolevel.slopes.adapt import (
    EXACT,
    LEAST,
    SHORT,
    Nodes,
    find_modes,
    place_nodes,
)
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
Index = NDArray[np.intp]

# Points of all groups (of all cells) that are worked on at once by either engine: more would not
# fit a processor's cache, fewer would leave it waiting for Python.
PARTS_AT_ONCE, HOLES_AT_ONCE = 24_000, 60_000
# What values alone take of the time that they take with derivatives.
VALUE = 0.2


class SlopesLikelihood:
    """The likelihood by a number of nodes per dimension.

    Parameters
    ----------
    layout : Layout
    cells : Cells
        Standardized by the layout's units.
    nodes : int or array of int (J,)
        Per dimension, of all groups or of each. One is Laplace's approximation.
    weights : array (J,), optional
    by_slopes : bool, optional
        Whether slopes are integrated numerically rather than latent parts that they multiply; by
        default where missing values need it.
    tick : callable, optional
        Told the share of an evaluation that is done, several times in a long one.

    Attributes
    ----------
    dimensions : int
        Of the integrals.
    levels : array of int (J,)
        Nodes per dimension of each group.
    """

    def __init__(
        self,
        layout: Layout,
        cells: Cells,
        nodes: int | Index = 3,
        weights: Array | None = None,
        by_slopes: bool | None = None,
        tick: Callable[[float], None] | None = None,
    ) -> None:
        self.layout, self.cells, self._tick = layout, cells, tick
        self.weights = np.ones(cells.n_groups) if weights is None else np.asarray(weights, float)
        self.levels = np.broadcast_to(np.asarray(nodes, dtype=np.intp), (cells.n_groups,))
        self.plan = Plan.of(layout.model)
        self.by_slopes = needs_slopes(self.plan, cells.observed) if by_slopes is None else by_slopes
        self.dimensions = len(self.plan.random if self.by_slopes else self.plan.sources)
        self._regressors = Regressors.of(self.plan)
        patterns = cells.observed
        if self.by_slopes:  # missing values are part of the complete data
            patterns = np.ones((1, patterns.shape[1]), dtype=np.bool_)
        self._complete = CompleteLikelihood(layout, self.plan, self._regressors, patterns)
        # modes of v in units of B, from the last evaluation
        self._modes = np.full((self.dimensions, cells.n_groups), np.nan)
        self._blocks: list[Block] | None = None

    @property
    def nodes(self) -> int:
        """The largest number of nodes per dimension that a group has."""
        return int(self.levels.max(initial=1))

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
        return self.values_of(phi, np.ones(self.cells.n_groups, dtype=np.bool_))

    def values_of(self, phi: Array, which: NDArray[np.bool_]) -> Array:
        """Return the log-likelihood (J,) of some groups, NaN for the others."""
        matrices = self.layout.matrices(phi)
        out = np.full(self.cells.n_groups, np.nan)
        blocks = self._divided(which)
        for block in blocks:
            if self._tick is not None:
                self._tick(VALUE / len(blocks))
            setting, nodes = self._placed(block, matrices)
            value = setting.value_at(nodes.points)
            out[block.groups] = setting.constant + _log_sum(nodes.log_weights + value)
        return out

    def reweighted(self, weights: Array) -> SlopesLikelihood:
        """Return the same likelihood with other weights of the groups (J,)."""
        return self._like(self.levels, np.asarray(weights, dtype=np.float64))

    def with_nodes(self, nodes: int | Index) -> SlopesLikelihood:
        """Return the same likelihood with other numbers of nodes."""
        levels = np.broadcast_to(np.asarray(nodes, dtype=np.intp), (self.cells.n_groups,))
        return self._like(levels, self.weights)

    def quiet(self) -> SlopesLikelihood:
        """Return the same likelihood, which tells nobody how far it is."""
        other = copy(self)
        other._tick = None
        return other

    def posterior(self, phi: Array) -> tuple[Array, Array]:
        """Return means (J, b) and covariances (J, b, b) of B_j given the data."""
        matrices = self.layout.matrices(phi)
        size = len(matrices.mean_between)
        means = np.empty((self.cells.n_groups, size))
        covariances = np.zeros((self.cells.n_groups, size, size))
        for block in self._divided(np.ones(self.cells.n_groups, dtype=np.bool_)):
            setting, nodes = self._placed(block, matrices)
            posterior, _ = _posterior(setting, nodes)
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

    def _like(self, levels: Index, weights: Array) -> SlopesLikelihood:
        other = copy(self)
        other.levels, other.weights, other._modes = levels, weights, self._modes.copy()
        other._blocks = None
        return other

    def _divided(self, which: NDArray[np.bool_]) -> list[Block]:
        """Divide some groups by numbers of nodes, into blocks of bearable size."""
        budget = float(PARTS_AT_ONCE)
        if self.by_slopes:
            cells = len(self.cells.counts) / max(self.cells.n_groups, 1)
            budget = HOLES_AT_ONCE / max(cells, 1.0)
        found = []
        for level in np.unique(self.levels[which]):
            points = normal_rule(int(level), self.dimensions, LEAST)[0].shape[1]
            some = np.flatnonzero(which & (self.levels == level))
            found += blocks_of(self.cells, some, max(1, int(budget / points)))
        return found

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
        if self._blocks is None:
            self._blocks = self._divided(self.weights > 0)
        for block in self._blocks:
            setting, nodes = self._placed(block, matrices)
            if self._tick is not None:
                self._tick(1 / len(self._blocks))
            weights = self.weights[block.groups]
            posterior, values = _posterior(setting, nodes)
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
        if common is None or gathered is None:  # no group counts
            return 0.0, np.zeros(len(phi)), spread
        gradient = self._complete.gradient(phi, matrices, common, gathered)
        if curvature:
            spread += self._complete.curvature(phi, matrices, common, gathered)
        return -2 * total, -2 * gradient, -2 * spread

    def _placed(self, block: Block, matrices: Matrices) -> tuple[Setting | HolesSetting, Nodes]:
        """Return what a block needs at a point, and nodes adapted to it."""
        engine = HolesSetting if self.by_slopes else Setting
        setting = engine(block, self.plan, matrices)
        frame, groups = setting.frame, block.groups
        z, v = frame.known, frame.integrated
        base = setting.start[list(frame.order[z : z + v])]
        triangle = frame.triangle[z : z + v, z : z + v]
        last = np.where(np.isnan(self._modes[:, groups]), base, self._modes[:, groups])
        start = np.asarray(np.linalg.solve(triangle, last - base))
        nodes = int(self.levels[groups[0]])
        modes, factor = find_modes(setting, start, EXACT if nodes == 1 else SHORT)
        self._modes[:, groups] = base + triangle @ modes
        return setting, place_nodes(modes, factor, nodes)


def _posterior(
    setting: Setting | HolesSetting, nodes: Nodes
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
