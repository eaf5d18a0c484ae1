"""Standard errors and random effects at an optimum of statsmodels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.statsmodels.scaled import ScaledRows

__all__ = ["GroupSums", "Profiled", "with_scale"]

Array = NDArray[np.float64]

# Directions of the information with less curvature than this (as a correlation matrix) have none.
FLAT = 1e-8


class Profiled:
    """The inverse of an information matrix of (β, Ψ) with some elements of Ψ held fixed.

    Inverted in blocks, so that directions of Ψ without curvature count as fixed as well.
    """

    def __init__(self, information: Array, p: int, kept: list[int]) -> None:
        at = [p + i for i in kept]
        self.conditional = np.linalg.inv(information[:p, :p])
        mixed = information[:p, at]
        schur = information[np.ix_(at, at)] - mixed.T @ self.conditional @ mixed
        size = np.sqrt(np.abs(np.diag(schur)))
        size[size == 0] = 1.0
        values, vectors = np.linalg.eigh(schur / np.outer(size, size))
        good = values > FLAT
        self.curved = bool(good.all())
        self.smallest = float(values[0] / values[-1]) if values.size else 1.0
        vectors = vectors[:, good] / size[:, None]
        self.variance = vectors / values[good] @ vectors.T
        self.full = np.zeros_like(information)
        moves = -self.conditional @ mixed
        self.full[:p, :p] = self.conditional + moves @ self.variance @ moves.T
        self.full[:p, at] = moves @ self.variance
        self.full[at, :p] = self.full[:p, at].T
        self.full[np.ix_(at, at)] = self.variance


def with_scale(
    covariance: Array,
    scale: float,
    slope: Array,
    psi: Array,
    elements: list[tuple[int, int]],
    n_rows: int,
) -> Array:
    """Return the covariance of (β, elements of T, σ²) from that of (β, Ψ), where T = σ²Ψ.

    MixedLM profiles σ² out: its matrix is the (β, Ψ) block of the inverse of the full information.
    With g = dσ̂²/dΨ the rest is Cov(σ², ·) = g'C and Var(σ²) = 2σ⁴/N + g'C g. (Its ``bse_re``
    leaves this part out, and multiplies by σ where it should by σ².)
    """
    size, m = len(covariance), len(elements)
    carry = np.zeros((size + 1, size))
    carry[:size] = np.eye(size)
    carry[size, size - m :] = slope
    joint = carry @ covariance @ carry.T
    joint[size, size] += 2 * scale**2 / n_rows
    turn = np.eye(size + 1)
    at = np.arange(size - m, size)
    turn[at, at] = scale
    turn[at, size] = [psi[row, column] for row, column in elements]
    return np.asarray(turn @ joint @ turn.T)


class GroupSums:
    """What is needed of each group, at β and Ψ: Z'Z, Z'X and Z'(y − Xβ), and what follows."""

    def __init__(self, rows: ScaledRows, codes: NDArray[np.intp], beta: Array, psi: Array) -> None:
        def sums(left: Array, right: Array) -> Array:
            out = np.empty((n_groups, left.shape[1], right.shape[1]))
            for i, one in enumerate(left.T):
                for j, other in enumerate(right.T):
                    out[:, i, j] = np.bincount(codes, one * other)
            return out

        n_groups = int(codes.max()) + 1 if rows.z.shape[1] else 0
        z, q = rows.z, rows.z.shape[1]
        residual = (rows.y - rows.x @ beta)[:, None]
        shrink = np.linalg.inv(np.eye(q) + sums(z, z) @ psi)  # Z'V⁻¹ = (I + Z'ZΨ)⁻¹Z'
        self._weighted = (shrink @ sums(z, residual))[..., 0]
        self._n_rows = rows.n_rows
        self.modes = self._weighted @ psi
        self.covariances = psi @ shrink
        self.sensitivity = -psi @ shrink @ sums(z, rows.x)

    def scale_slope(self, elements: list[tuple[int, int]]) -> Array:
        """Return dσ̂²/dΨ for elements of Ψ: −Σ (Z'V⁻¹e)(Z'V⁻¹e)' / N, twice off the diagonal."""
        products = self._weighted.T @ self._weighted / self._n_rows
        return np.array(
            [-products[row, column] * (1 if row == column else 2) for row, column in elements]
        )
