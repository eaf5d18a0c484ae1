"""Quadrature nodes where each group's integrand is: its mode, and its curvature there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.batched import cholesky, solve_lower
from medwidget._numerics.quadrature import normal_rule
from medwidget.estimators.twolevel.slopes.holes import HolesSetting
from medwidget.estimators.twolevel.slopes.parts import Setting

__all__ = ["EXACT", "LEAST", "SHORT", "Nodes", "find_modes", "place_nodes"]

Array = NDArray[np.float64]

# Newton steps at most, and the length in posterior SDs of the last that need not be improved on:
# what is left after it is of the order of its square.
STEPS = 60
SHORT = 1e-3
# With one node nothing corrects for a mode that is not quite there.
EXACT = 1e-8
# Longest step, in prior SDs.
LONGEST = 3.0
# Points of a product rule with less than this share of the largest weight are left out.
LEAST = 1e-13


@dataclass(frozen=True, eq=False)
class Nodes:
    """Points of u_v and their log weights, such that ∫ exp(value) du ≈ Σ exp(log_weight + value).

    Attributes
    ----------
    points : array (v, K, J)
    log_weights : array (K, J)
    """

    points: Array
    log_weights: Array


def find_modes(
    setting: Setting | HolesSetting, start: Array, short: float = SHORT
) -> tuple[Array, Array]:
    """Return modes (v, J) of the integrand and Cholesky factors (v, v, J) of minus its curvature.

    Newton's method for all groups at once, curvatures by complex steps of the gradient. A step
    that lowers the integrand is halved.
    """
    where = start.copy()
    size, groups = where.shape
    if not size:
        return where, np.zeros((0, 0, groups))
    value, slope, factor = _local(setting, where)
    for _ in range(STEPS):
        half = solve_lower(factor[None], slope[None, :, None].copy())[0, :, 0]
        step = _upper(factor, half)
        length = np.sqrt((half**2).sum(axis=0))
        norm = np.sqrt((step**2).sum(axis=0))
        if length.max(initial=0.0) < short:
            return where + step, factor
        step *= np.minimum(1.0, LONGEST / np.maximum(norm, 1e-300))
        moving = np.ones(groups)
        for _ in range(30):
            trial = where + moving * step
            found = _local(setting, trial)
            worse = ~(found[0] >= value - 1e-9 * np.maximum(1.0, np.abs(value)))
            worse &= np.isfinite(value)  # nothing is worse than no value
            if not worse.any():
                break
            moving = np.where(worse, moving / 4, moving)
        where, (value, slope, factor) = trial, found
    return where, factor


def place_nodes(modes: Array, factor: Array, nodes: int) -> Nodes:
    """Return the rule of ``nodes`` per dimension at each group's mode, in its scale."""
    size, groups = modes.shape
    points, log_weights = normal_rule(nodes, size, LEAST)
    spread = np.repeat(points[:, :, None], groups, axis=2)
    if size:
        spread = _upper(factor, spread)
    logs = np.log(factor[range(size), range(size)]).sum(axis=0)
    square = 0.5 * (points**2).sum(axis=0)
    return Nodes(modes[:, None] + spread, (log_weights + square)[:, None] - logs)


def _local(setting: Setting | HolesSetting, where: Array) -> tuple[Array, Array, Array]:
    """Return value (J,), gradient (v, J) and the factor (v, v, J) of minus the curvature."""
    size, groups = where.shape
    step = 1e-30
    points = np.repeat(where[:, None], size, axis=1).astype(np.complex128)
    points[range(size), range(size)] += 1j * step
    value, slopes = setting.value_and_slope(points)
    curvature = -slopes.imag / step
    curvature = 0.5 * (curvature + np.swapaxes(curvature, 0, 1))
    return value[0].real, slopes[:, 0].real, _positive_factor(curvature, groups)


def _positive_factor(curvature: Array, groups: int) -> Array:
    """Return the Cholesky factors; a matrix that is not positive definite becomes so.

    The integrand is a prior with curvature I times a likelihood, so eigenvalues below a share of 1
    are raised to it.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = cholesky(curvature[None])[0]
    size = len(curvature)
    diagonal = factor[range(size), range(size)]
    bad = ~np.all(diagonal > 0.2, axis=0)
    if bad.any():
        stack = np.moveaxis(curvature[:, :, bad], -1, 0)
        stack = np.where(np.isfinite(stack), stack, 0.0)
        values, vectors = np.linalg.eigh(stack)
        raised = np.maximum(np.abs(values), 0.04)
        repaired = np.einsum("jik,jk,jlk->jil", vectors, raised, vectors)
        factor[:, :, bad] = np.moveaxis(np.linalg.cholesky(repaired), 0, -1)
    return np.asarray(factor)


def _upper(factor: Array, right: Array) -> Array:
    """Solve factor' @ x = right for (v, v, J) and (v, ..., J)."""
    out = right.copy()
    size = len(factor)
    for row in range(size - 1, -1, -1):
        for inner in range(row + 1, size):
            out[row] -= factor[inner, row] * out[inner]
        out[row] /= factor[row, row]
    return np.asarray(out)
