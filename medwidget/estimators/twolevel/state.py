"""The two-level normal likelihood at P points, with what its derivatives share.

For group j with rows of patterns r of observed variables, K_r = Σ_W,rr⁻¹ (0 elsewhere), and B the
latent parts of the individual-level variables,

    A = Σ_r n_r K_r,   B | z ~ N(m, V),   P = (V⁻¹ + A)⁻¹,   b = E(B | data) = m + P g,
    g = Σ_cells n K (ȳ − μ_W − m),   d = ȳ − μ_W − b,   e = V⁻¹ (b − m) = Σ_cells n K d,

where z are the group-level variables, and

    −2 log f(y | z) = Σ_r n_r (o_r log 2π + log|Σ_W,rr|) + Σ_cells (tr K S + n d'K d)
                      + log|I + V A| + e'V e

(McDonald & Goldstein 1989, Brit. J. Math. Stat. Psych. 42:215; Rosseel 2021, Psych 3:197, for
missing values). No matrix is as large as a group, V may be singular, and nothing cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.arrangement import Arrangement
from medwidget.estimators.twolevel.layout import Layout, Matrices
from medwidget.estimators.twolevel.moments import Moments

__all__ = ["State", "Weighted"]

Array = NDArray[np.float64]
LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, eq=False)
class Weighted:
    """Weights of groups, and the sums that depend on them only.

    Attributes
    ----------
    groups : array (P, J)
    cells : array (P, C)
        Weight times rows of each cell.
    shapes : array (P, T)
    rows : array (P, R)
        Weighted rows of each pattern.
    patterns : array (P, S)
        Weighted groups of each pattern of group-level variables.
    products : array (P, R, w, w)
        Sums of products of deviations from the means of cells.
    """

    groups: Array
    cells: Array
    shapes: Array
    rows: Array
    patterns: Array
    products: Array

    @classmethod
    def of(cls, data: Arrangement, weights: Array) -> Weighted:
        """Return the sums for weights (P, J) of the groups as given."""
        groups = weights[:, data.order]
        by_cell = data.to_cells(groups)
        shapes = data.shapes_of_groups(groups)
        patterns = np.zeros((len(groups), len(data.group_mask)))
        for pattern in range(patterns.shape[1]):
            patterns[:, pattern] = shapes[:, data.shape_pattern == pattern].sum(axis=1)
        products = data.patterns_of_cells(by_cell[..., None, None] * data.products)
        return cls(
            groups, by_cell * data.counts, shapes, shapes @ data.shape_counts, patterns, products
        )


@dataclass(frozen=True, eq=False)
class State:
    """The value, and what the gradient needs. Group-level arrays are in the arrangement's order.

    Attributes
    ----------
    value : array (P,)
        −2 log L; infinite where it has none.
    matrices : Matrices
    within, between : Moments
    precision : array (P, R, w, w)
        K.
    shrink, spread : arrays (P, T, l, l)
        I − P A, and P.
    marginal : array (P, T, l, l)
        R = A − A P A.
    regression, group_precision : arrays (P, S, l, g), (P, S, g, g)
        Σ_lz Σ_zz⁻¹ and Σ_zz⁻¹, 0 where a variable is missing.
    mean : array (P, J, l)
        b.
    deviations, scores : arrays (P, C, w)
        d and K d.
    score : array (P, J, l + g)
        e, and Σ_zz⁻¹ (z − μ_z) − (Σ_lz Σ_zz⁻¹)' e.
    by_cell, by_group : arrays (P, C), (P, J)
        d'K d; e'V e and the quadratic form of z.
    log_within, log_between, log_group : arrays (P, R), (P, T), (P, S)
        Logarithms of determinants, with the constants.
    """

    value: Array
    matrices: Matrices
    within: Moments
    between: Moments
    precision: Array
    shrink: Array
    spread: Array
    marginal: Array
    regression: Array
    group_precision: Array
    mean: Array
    deviations: Array
    scores: Array
    score: Array
    by_cell: Array
    by_group: Array
    log_within: Array
    log_between: Array
    log_group: Array

    @classmethod
    def at(cls, layout: Layout, data: Arrangement, weights: Weighted, phi: Array) -> State:
        """Return the state at points ``phi`` (P, Q).

        Raises
        ------
        numpy.linalg.LinAlgError
            If a matrix is exactly singular at some point.
        """
        matrices = layout.matrices(phi)
        between = Moments.of(matrices.mean_between, matrices.paths_between, matrices.root_between)
        nowhere = np.zeros_like(matrices.mean_within)
        within = Moments.of(nowhere, matrices.paths_within, matrices.root_within)
        in_w = [place for place, _ in layout.model.latent]
        in_b = [place for _, place in layout.model.latent]
        group = list(layout.model.group)

        precision, log_within = _masked_inverse(within.covariance, data.mask)
        covariance = between.covariance
        group_precision, log_group = _masked_inverse(
            covariance[:, group][:, :, group], data.group_mask
        )
        across = covariance[:, in_b][:, :, group][:, None]
        regression = across @ group_precision
        latent = covariance[:, in_b][:, :, in_b][:, None]
        prior = latent - regression @ across.transpose(0, 1, 3, 2)
        prior = prior if prior.shape[1] == 1 else prior[:, data.shape_pattern]

        own = precision[:, :, in_w][..., in_w]
        size = len(in_w)
        total = data.shape_counts @ own.reshape(len(phi), data.n_patterns, -1)
        total = total.reshape(len(phi), data.n_shapes, size, size)
        system = np.eye(size) + prior @ total
        shrink: Array = np.linalg.inv(system).astype(np.float64)
        spread = shrink @ prior
        spread = (spread + spread.transpose(0, 1, 3, 2)) / 2
        marginal = total @ shrink
        log_between = _log_determinant(system)

        deviation = (data.values - between.mean[:, None, group]) * data.present
        turned = _times(deviation, group_precision, data.group_pattern)
        mean = between.mean[:, None, in_b] + _times(
            deviation, regression.transpose(0, 1, 3, 2), data.group_pattern
        )
        apart = data.means - matrices.mean_within[:, None]
        apart[..., in_w] -= data.to_cells(mean)
        by_pattern = data.patterns_to_cells(precision)
        pull = _rows(apart, by_pattern)[..., in_w] * data.counts[:, None]
        raw = data.groups_of_cells(pull)
        step = _rows(raw, data.to_groups(spread))
        latent_score = _rows(raw, data.to_groups(shrink))
        apart[..., in_w] -= data.to_cells(step)
        scores = _rows(apart, by_pattern)
        group_score = turned - _times(latent_score, regression, data.group_pattern)

        by_cell = np.einsum("pcw,pcw->pc", apart, scores)
        by_group = np.einsum("pjl,pjl->pj", latent_score, step)
        by_group += np.einsum("pjg,pjg->pj", deviation, turned)
        log_within += data.mask.sum(axis=1) * LOG_2PI
        log_group += data.group_mask.sum(axis=1) * LOG_2PI
        value = (
            (weights.rows * log_within).sum(axis=1)
            + (precision * weights.products).sum(axis=(1, 2, 3))
            + (weights.cells * by_cell).sum(axis=1)
            + (weights.groups * by_group).sum(axis=1)
            + (weights.shapes * log_between).sum(axis=1)
            + (weights.patterns * log_group).sum(axis=1)
        )
        return cls(
            np.where(np.isfinite(value), value, np.inf),
            matrices,
            within,
            between,
            precision,
            shrink,
            spread,
            marginal,
            regression,
            group_precision,
            mean + step,
            apart,
            scores,
            np.concatenate([latent_score, group_score], axis=-1),
            by_cell,
            by_group,
            log_within,
            log_between,
            log_group,
        )


def _masked_inverse(matrix: Array, mask: Array) -> tuple[Array, Array]:
    """Return inverses (P, R, k, k) of the blocks that each mask (R, k) leaves, and log |block|."""
    size = mask.shape[1]
    kept = mask[:, :, None] * mask[:, None, :]
    filled = matrix[:, None] * kept + np.eye(size) * (1 - mask)[:, :, None]
    return np.linalg.inv(filled).astype(np.float64) * kept, _log_determinant(filled)


def _log_determinant(matrices: Array) -> Array:
    """Return log |matrix|, NaN where the determinant is not positive."""
    sign, found = np.linalg.slogdet(matrices)
    return np.where(sign > 0, found, np.nan)


def _rows(vectors: Array, matrices: Array) -> Array:
    """Return each of vectors (P, J, k) times its matrix (P, J, k, l), or times one for all."""
    if matrices.shape[1] == 1:
        return vectors @ matrices[:, 0]
    product: Array = np.einsum("pjk,pjkl->pjl", vectors, matrices)
    return product


def _times(vectors: Array, matrices: Array, pattern: NDArray[np.intp]) -> Array:
    """Return each of vectors (P, J, k) times the matrix (P, S, k, l) of its pattern."""
    return _rows(vectors, matrices if matrices.shape[1] == 1 else matrices[:, pattern])
