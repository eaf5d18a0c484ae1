"""First and second derivatives of the two-level normal likelihood; notation as in `state`.

In the moments (Σ_B, μ_B, Σ_W, μ_W) of the two systems, then, by `moments`, in φ. With
A, h = Σ n K ȳ and Q moving with Σ_W and μ_W, F = [I, −C] (I − P A)' for C = Σ_lz Σ_zz⁻¹ and
k = dh − dA b, the posterior moves by

    db = P k,   dP = −P dA P,   de* = F' k − R* (dμ + dΣ e*),   dR* = F' dA F − R* dΣ R*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.arrangement import Arrangement
from medwidget.estimators.twolevel.layout import Layout, Matrices
from medwidget.estimators.twolevel.state import State, Weighted

__all__ = ["Chain", "First", "first_derivatives", "second_derivatives"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class First:
    """Derivatives of f in the moments of both systems, and what the second ones share.

    Attributes
    ----------
    covariance_between, mean_between : arrays (P, b, b), (P, b)
    covariance_within, mean_within : arrays (P, w, w), (P, w)
    score : array (P, J, b)
        e*, in the order of B.
    precision : array (P, T, b, b)
        R*.
    scatter : array (P, R, w, w)
        T_r.
    """

    covariance_between: Array
    mean_between: Array
    covariance_within: Array
    mean_within: Array
    score: Array
    precision: Array
    scatter: Array


def first_derivatives(layout: Layout, data: Arrangement, weights: Weighted, state: State) -> First:
    """Return the first derivatives."""
    model = layout.model
    in_w = [place for place, _ in model.latent]
    order = _order(layout)
    reach = _reach(data, state)
    precision = reach.transpose(0, 1, 3, 2) @ state.marginal @ reach
    size = len(in_w)
    group_precision = state.group_precision
    if group_precision.shape[1] > 1:
        group_precision = group_precision[:, data.shape_pattern]
    precision[:, :, size:, size:] += group_precision
    precision = precision[:, :, order][..., order]
    score = state.score[..., order]
    weighted = weights.groups[..., None] * score
    by_covariance = (weights.shapes[..., None, None] * precision).sum(axis=1)
    by_covariance -= weighted.transpose(0, 2, 1) @ score

    cells = weights.cells[..., None] * state.deviations
    scatter = weights.products + data.outer_by_pattern(cells, state.deviations)
    points = len(score)
    rows = (weights.shapes[..., None] * data.shape_counts).transpose(0, 2, 1)
    spread = rows @ state.spread.reshape(points, data.n_shapes, -1)
    places = np.ix_(range(points), range(data.n_patterns), in_w, in_w)
    scatter[places] += spread.reshape(points, data.n_patterns, size, size)
    precision_w = state.precision
    turned = weights.rows[..., None, None] * precision_w - precision_w @ scatter @ precision_w
    pull = weights.cells[..., None] * state.scores
    return First(
        by_covariance,
        -2 * weighted.sum(axis=1),
        turned.sum(axis=1),
        -2 * pull.sum(axis=1),
        score,
        precision,
        scatter,
    )


def _order(layout: Layout) -> list[int]:
    """Return where each element of B stands among latent parts and group-level variables."""
    places = [place for _, place in layout.model.latent] + list(layout.model.group)
    return [int(place) for place in np.argsort(places)]


def _reach(data: Arrangement, state: State) -> Array:
    """Return [I, −C] (P, S or T, l, l + g)."""
    size = state.regression.shape[2]
    same = np.broadcast_to(np.eye(size), (*state.regression.shape[:2], size, size))
    reach = np.concatenate([same, -state.regression], axis=-1)
    return reach if reach.shape[1] == 1 else reach[:, data.shape_pattern]


def second_derivatives(
    layout: Layout, data: Arrangement, weights: Weighted, state: State, first: First
) -> Array:
    """Return second derivatives (P, n, n) in (Σ_B, μ_B, Σ_W by its lower triangle, own μ_W).

    Σ_B counts with all its b² elements; own are the means of variables without a part between.
    """
    b, w = len(layout.model.between.variables), len(layout.model.within.variables)
    lower = np.tril_indices(w)
    own = _own(layout)
    n_between, n_within = b * b + b, len(lower[0]) + len(own)
    out = np.empty((len(state.value), n_between + n_within, n_between + n_within))
    out[:, :n_between, :n_between] = _between(data, weights, first)
    moves = _Moves.of(layout, data, state, lower, own)
    cross = _across(layout, data, weights, state, first, moves)
    out[:, :n_between, n_between:] = cross
    out[:, n_between:, :n_between] = cross.transpose(0, 2, 1)
    within = _explicit(data, weights, state, first, lower, own)
    out[:, n_between:, n_between:] = within - moves.lost(data, weights, state)
    return out


def _own(layout: Layout) -> list[int]:
    shared = {place for place, _ in layout.model.latent}
    return [place for place in range(len(layout.model.within.variables)) if place not in shared]


def _between(data: Arrangement, weights: Weighted, first: First) -> Array:
    """Return second derivatives in Σ_B and μ_B: those of a normal likelihood with precision R*."""
    points, shapes, b, _ = first.precision.shape
    weighted = weights.groups[..., None] * first.score
    outer = data.outer_by_shape(weighted, first.score)
    total = data.shapes_of_groups(weighted)
    flat = first.precision.reshape(points, shapes, b * b)
    inner = 2 * outer - weights.shapes[..., None, None] * first.precision
    # tr(X dΣ₂ R dΣ₁): X_da R_bc for dΣ₂_ab and dΣ₁_cd
    quartic = inner.reshape(points, shapes, b * b).transpose(0, 2, 1) @ flat
    out = np.empty((points, b * b + b, b * b + b))
    quartic = quartic.reshape(points, b, b, b, b).transpose(0, 2, 3, 4, 1)
    out[:, : b * b, : b * b] = quartic.reshape(points, b * b, b * b)
    mixed = 2 * flat.transpose(0, 2, 1) @ total  # R_ab e_c
    mixed = mixed.reshape(points, b, b * b)
    out[:, b * b :, : b * b] = mixed
    out[:, : b * b, b * b :] = mixed.transpose(0, 2, 1)
    out[:, b * b :, b * b :] = 2 * (weights.shapes[..., None, None] * first.precision).sum(axis=1)
    return out


@dataclass(frozen=True, eq=False)
class _Moves:
    """How A and h − A b move in each direction of the within moments.

    Attributes
    ----------
    totals : array (P, T, q, l, l)
        dA, for the elements of Σ_W; it does not depend on μ_W.
    pulls : array (P, J, q + o, l)
        k.
    """

    totals: Array
    pulls: Array

    @classmethod
    def of(
        cls,
        layout: Layout,
        data: Arrangement,
        state: State,
        lower: tuple[NDArray[np.intp], NDArray[np.intp]],
        own: list[int],
    ) -> _Moves:
        rows, columns = lower
        in_w = [place for place, _ in layout.model.latent]
        points, size = len(state.value), len(in_w)
        same = np.where(rows == columns, 0.5, 1.0)
        half = state.precision[:, :, in_w]  # (P, R, l, w)
        left, right = half[..., rows] * same, half[..., columns]
        product = (
            left.transpose(0, 1, 3, 2)[..., :, None] * right.transpose(0, 1, 3, 2)[..., None, :]
        )
        product = product + product.swapaxes(-1, -2)
        flat = product.reshape(points, data.n_patterns, -1)
        totals = -(data.shape_counts @ flat).reshape(points, data.n_shapes, len(rows), size, size)
        scaled = data.counts[:, None] * state.scores
        by_pattern = data.patterns_to_cells(half.transpose(0, 1, 3, 2))  # (P, C, w, l)
        first = by_pattern[:, :, rows] * (same * scaled[..., columns])[..., None]
        first = first + by_pattern[:, :, columns] * (same * scaled[..., rows])[..., None]
        pulls = -data.groups_of_cells(first)
        if own:
            steady = half[..., own].transpose(0, 1, 3, 2).reshape(points, data.n_patterns, -1)
            means = -(data.shape_counts @ steady).reshape(points, data.n_shapes, len(own), size)
            by_group = np.broadcast_to(
                data.to_groups(means), (points, data.n_groups, len(own), size)
            )
            pulls = np.concatenate([pulls, by_group], axis=2)
        return cls(totals, pulls)

    def lost(self, data: Arrangement, weights: Weighted, state: State) -> Array:
        """Return Σ 2 k'P k + tr(P dA P dA) (P, q + o, q + o): what the latent parts take away."""
        points, _shapes, q, size, _ = self.totals.shape
        n = self.pulls.shape[2]
        spread = data.to_groups(state.spread)
        turned = self.pulls @ spread if size else self.pulls
        turned = weights.groups[..., None, None] * turned
        left = turned.transpose(0, 2, 1, 3).reshape(points, n, -1)
        right = self.pulls.transpose(0, 2, 1, 3).reshape(points, n, -1)
        out = 2 * left @ right.transpose(0, 2, 1)
        moved = state.spread[:, :, None] @ self.totals
        flat = moved.transpose(0, 2, 1, 3, 4).reshape(points, q, -1)
        other = weights.shapes[:, :, None, None, None] * moved.swapaxes(-1, -2)
        other = other.transpose(0, 2, 1, 3, 4).reshape(points, q, -1)
        out[:, :q, :q] += flat @ other.transpose(0, 2, 1)
        return np.asarray(out)


def _across(
    layout: Layout,
    data: Arrangement,
    weights: Weighted,
    state: State,
    first: First,
    moves: _Moves,
) -> Array:
    """Return second derivatives in (Σ_B, μ_B) and the within moments, (P, b² + b, q + o)."""
    order = _order(layout)
    reach = _reach(data, state)[..., order]
    force = state.shrink @ reach  # F (P, T, l, b)
    points, _, q, _size, _ = moves.totals.shape
    b = force.shape[-1]
    n = moves.pulls.shape[2]
    turned = moves.pulls @ data.to_groups(force)  # (P, J, q + o, b)
    weighted = (weights.groups[..., None] * first.score).transpose(0, 2, 1)  # (P, b, J)
    out = np.empty((points, b * b + b, n))
    both = weighted @ turned.reshape(points, data.n_groups, n * b)  # e_b (F'k)_a
    both = both.reshape(points, b, n, b).transpose(0, 1, 3, 2)
    out[:, : b * b] = -2 * both.reshape(points, b * b, n)
    total = weights.groups[:, None] @ turned.reshape(points, data.n_groups, n * b)
    out[:, b * b :] = -2 * total.reshape(points, n, b).transpose(0, 2, 1)
    scaled = weights.shapes[:, :, None, None] * force
    sandwich = scaled.transpose(0, 1, 3, 2)[:, :, None] @ moves.totals @ force[:, :, None]
    sandwich = sandwich.sum(axis=1).reshape(points, q, b * b)
    out[:, : b * b, :q] += sandwich.transpose(0, 2, 1)
    return out


def _explicit(
    data: Arrangement,
    weights: Weighted,
    state: State,
    first: First,
    lower: tuple[NDArray[np.intp], NDArray[np.intp]],
    own: list[int],
) -> Array:
    """Return second derivatives in the within moments with the latent parts held fast."""
    precision = state.precision
    points, patterns, w, _ = precision.shape
    q, n = len(lower[0]), len(lower[0]) + len(own)
    flat = precision.reshape(points, patterns, w * w)
    inner = 2 * precision @ first.scatter @ precision - weights.rows[..., None, None] * precision
    quartic = inner.reshape(points, patterns, w * w).transpose(0, 2, 1) @ flat
    quartic = quartic.reshape(points, w, w, w, w).transpose(0, 2, 3, 4, 1)
    basis = np.zeros((q, w, w))
    basis[np.arange(q), lower[0], lower[1]] = basis[np.arange(q), lower[1], lower[0]] = 1.0
    flat_basis = basis.reshape(q, w * w)
    out = np.empty((points, n, n))
    out[:, :q, :q] = flat_basis @ quartic.reshape(points, w * w, w * w) @ flat_basis.T
    if own:
        pull = data.patterns_of_cells(weights.cells[..., None] * state.scores)
        mixed = np.einsum("prua,qab,prb->puq", precision[:, :, own], basis, pull, optimize=True)
        out[:, q:, :q] = 2 * mixed
        out[:, :q, q:] = 2 * mixed.transpose(0, 2, 1)
        means = precision[:, :, own][..., own]
        out[:, q:, q:] = 2 * (weights.rows[..., None, None] * means).sum(axis=1)
    return out


@dataclass(frozen=True, eq=False)
class Chain:
    """From derivatives in the moments of both systems to derivatives in φ."""

    layout: Layout
    phi: Array
    state: State
    rates: Array

    @classmethod
    def of(cls, layout: Layout, phi: Array, state: State) -> Chain:
        """Return the chain at points (P, Q)."""
        return cls(layout, phi, state, layout.rates(phi))

    def gradient(self, first: First) -> Array:
        """Return the gradient (P, Q)."""
        mean, paths, root, _ = self.state.between.adjoint(
            first.covariance_between, first.mean_between
        )
        nothing = np.zeros_like(first.mean_within)
        _, inner_paths, inner_root, _ = self.state.within.adjoint(first.covariance_within, nothing)
        gradients = Matrices(mean, paths, root, first.mean_within, inner_paths, inner_root)
        return np.asarray(self.layout.gather(self.phi, gradients))

    def hessian(self, first: First, second: Array, gradient: Array) -> Array:
        """Return the second derivative (P, Q, Q)."""
        directions = self.layout.directions
        points, size = self.phi.shape
        state = self.state
        outer = np.concatenate(
            [directions.root_between, directions.mean_between[..., None]], axis=-1
        )
        change, covariance, mean = state.between.derivatives(directions.paths_between, outer[None])
        pulled = state.between.adjoint(first.covariance_between, first.mean_between)[3]
        curved = state.between.curvature(
            change, directions.paths_between, pulled, first.covariance_between
        )
        root = self.rates[..., None, None] * directions.root_within
        inner = np.concatenate([root, np.zeros_like(root[..., :1])], axis=-1)
        change, covariance_w, _ = state.within.derivatives(directions.paths_within, inner)
        nothing = np.zeros_like(first.mean_within)
        pulled = state.within.adjoint(first.covariance_within, nothing)[3]
        curved += state.within.curvature(
            change, directions.paths_within, pulled, first.covariance_within
        )
        lower = np.tril_indices(covariance_w.shape[-1])
        own = directions.mean_within[:, _own(self.layout)]
        turn = np.concatenate(
            [
                covariance.reshape(points, size, -1),
                mean,
                covariance_w[..., lower[0], lower[1]],
                np.broadcast_to(own, (points, *own.shape)),
            ],
            axis=-1,
        )
        found = turn @ second @ turn.transpose(0, 2, 1) + curved
        logs = self.layout.logarithms
        found[:, logs, logs] += gradient[:, logs]
        return np.asarray((found + found.transpose(0, 2, 1)) / 2)
