"""The covariance matrix at the optimum, draws from it, and the likelihood as a surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.semidefinite import make_semidefinite
from medwidget.estimators.linear.likelihood import Evaluation, LinearLikelihood
from medwidget.estimators.linear.scaling import NaturalScale

__all__ = ["Asymptotics", "LinearSurface"]

Array = NDArray[np.float64]

# Directions of the information with less than this share of the largest are not identified, nor are
# those with less than this in all: a standard error of 100 where a large variance is 1. Rounding
# makes a flat ridge look more curved than the share alone would catch.
FLAT = 1e-10
NO_INFORMATION = 1e-4
# A diagonal element of L this small (scaled units) stands for a variance of zero.
ZERO_PIVOT = 1e-4
# A diagonal element of L whose standard error exceeds this share of it is too close to zero for the
# normal approximation on the scale of L.
WEAK = 0.5
# Where that happens, what is done about draws that are no covariance matrix is done to the random
# effects whose diagonal element has a standard error beyond this share of it.
SHAKY = 0.2


@dataclass(frozen=True)
class Asymptotics:
    """The optimum in coordinates φ = (β, L, log σ), with their joint covariance matrix.

    The covariance of the variance coordinates is V_θ, the inverse of the profiled (ML) or
    restricted (REML) information; that of everything is

        V_ββ = Q⁻¹ + D V_θ D',   V_βθ = D V_θ,   D = dβ̂/dθ,

    with Q = Σ X'V⁻¹X. For ML this is exactly the inverse of the full observed information; for
    REML it is its analogue, with β given θ as in generalised least squares.
    """

    scale: NaturalScale
    phi: Array
    covariance: Array
    conditional: Array
    smallest_curvature: float
    flat: tuple[int, ...]

    @classmethod
    def at(
        cls, likelihood: LinearLikelihood, scale: NaturalScale, theta: Array, evaluation: Evaluation
    ) -> Asymptotics:
        """Return the asymptotics at the optimum ``theta``."""
        p = likelihood.p
        values, vectors = np.linalg.eigh(evaluation.hessian / 2)
        largest = max(float(values[-1]), 1e-300) if values.size else 1.0
        identified = values > max(FLAT * largest, NO_INFORMATION)
        inverse = np.where(identified, 1 / np.where(identified, values, 1.0), 0.0)
        v_theta = (vectors * inverse) @ vectors.T
        conditional: Array = np.linalg.inv(evaluation.information).astype(np.float64)
        moves = -conditional @ evaluation.mixed / 2
        covariance = np.empty((scale.n_coordinates, scale.n_coordinates))
        covariance[:p, p:] = moves @ v_theta
        covariance[p:, :p] = covariance[:p, p:].T
        covariance[:p, :p] = conditional + covariance[:p, p:] @ moves.T
        covariance[p:, p:] = v_theta
        flat = tuple(int(np.abs(vectors[:, i]).argmax()) for i in np.flatnonzero(~identified))
        smallest = float(values[0]) / largest if values.size else 1.0
        return cls(
            scale, np.concatenate([evaluation.beta, theta]), covariance, conditional, smallest, flat
        )

    def natural_covariance(self) -> Array:
        """Return the covariance (P, P) of the natural parameters."""
        jacobian = self.scale.jacobian(self.phi)
        covariance = jacobian @ self.covariance @ jacobian.T
        return np.asarray((covariance + covariance.T) / 2)

    def natural_conditional(self) -> Array:
        """Return the covariance (p, p) of the fixed effects given the variance parameters."""
        affine = self.scale.affine
        return np.asarray(affine @ self.conditional @ affine.T)

    def sample(self, count: int, rng: np.random.Generator) -> Array:
        """Draw natural parameters (count, P), with T positive semidefinite.

        Draws are normal in the log-Cholesky coordinates: diagonal elements of L on the log scale,
        except those at zero, which stay there. Where T is so close to singular that a diagonal
        element's standard error exceeds half of it, the normal approximation in these coordinates
        fails; the elements of T are then drawn as they are, and the part of the draw with too
        little variance moved to the nearest positive semidefinite matrix.
        """
        if self._pivots_beyond(WEAK):
            return self._sample_elements(count, rng)
        steps = _normal(self.covariance, count, rng)
        draws = self.phi + steps
        for place in self._pivots():
            pivot = self.phi[place]
            draws[:, place] = 0.0 if pivot < ZERO_PIVOT else pivot * np.exp(steps[:, place] / pivot)
        return self.scale.natural(draws)

    def _pivots(self) -> list[int]:
        """Return where the diagonal elements of L stand in φ."""
        return [
            self.scale.p + position
            for position, (row, column) in enumerate(self.scale.free)
            if row == column
        ]

    def _pivots_beyond(self, share: float) -> list[int]:
        """Return the random effects whose pivot has a standard error beyond a share of it."""
        return [
            row
            for row, place in enumerate(self._pivots())
            if self.phi[place] >= ZERO_PIVOT
            and self.covariance[place, place] > (share * self.phi[place]) ** 2
        ]

    def _pivots_at_zero(self) -> list[int]:
        return [row for row, place in enumerate(self._pivots()) if self.phi[place] < ZERO_PIVOT]

    def _sample_elements(self, count: int, rng: np.random.Generator) -> Array:
        """Draw with the elements of T, not of L, as normal."""
        scale = self.scale
        place = slice(scale.p, scale.p + len(scale.free))
        turn = np.eye(self.phi.size)
        turn[place, place] = scale.covariance_jacobian(self.phi[scale.p :])
        draws = self.phi + _normal(turn @ self.covariance @ turn.T, count, rng)
        rows, columns = scale.elements
        factor = scale.factor(self.phi[scale.p :])
        centre = factor @ factor.T
        elements = draws[:, place] - self.phi[place] + centre[rows, columns]
        matrices = np.zeros((count, scale.q, scale.q))
        matrices[:, rows, columns] = matrices[:, columns, rows] = elements
        weak = [*self._pivots_at_zero(), *self._pivots_beyond(SHAKY)]
        possible = make_semidefinite(matrices, weak, centre)
        return scale.natural_at(draws[:, : scale.p], possible, draws[:, place.stop :])


def _normal(covariance: Array, count: int, rng: np.random.Generator) -> Array:
    """Return draws (count, Q) of mean zero; the covariance may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    steps: Array = rng.standard_normal((count, covariance.shape[0])) @ root.T
    return steps


class LinearSurface:
    """The log-likelihood in φ: all coordinates for ML, those of T and σ for REML."""

    def __init__(
        self,
        likelihood: LinearLikelihood,
        scale: NaturalScale,
        phi: Array,
        loglik: float,
        names: tuple[str, ...],
    ) -> None:
        self._likelihood = likelihood
        self._scale = scale
        self._phi = phi
        self._shift = scale.criterion_shift(restricted=likelihood.restricted)
        self._skip = scale.p if likelihood.restricted else 0
        self.optimum = phi[self._skip :]
        self.covers = frozenset(names[self._skip :])
        self.maximum = loglik

    def value(self, phi: Array) -> float:
        """Return the log-likelihood at φ; minus infinity where it has none."""
        evaluated = self._evaluate(phi)
        return -np.inf if evaluated is None else -evaluated[0] / 2 - self._shift / 2

    def gradient(self, phi: Array) -> Array:
        """Return the gradient (Q,)."""
        evaluated = self._evaluate(phi)
        return np.zeros_like(phi) if evaluated is None else -evaluated[1] / 2

    def hessian(self, phi: Array) -> Array:
        """Return the second derivative (Q, Q)."""
        evaluated = self._evaluate(phi)
        return -np.eye(phi.size) if evaluated is None else -evaluated[2] / 2

    def natural(self, phi: Array) -> Array:
        """Return all natural parameters (P,); REML keeps its fixed effects at the estimates."""
        return self._scale.natural(np.concatenate([self._phi[: self._skip], phi]))

    def jacobian(self, phi: Array) -> Array:
        """Return the derivative (P, Q) of `natural`."""
        full = self._scale.jacobian(np.concatenate([self._phi[: self._skip], phi]))
        return full[:, self._skip :]

    def _evaluate(self, phi: Array) -> tuple[float, Array, Array] | None:
        """Return f and its derivatives with β free (ML) or integrated out (REML)."""
        if not self._skip:
            p = self._scale.p
            return self._likelihood.unprofiled(phi[:p], phi[p:])
        evaluation = self._likelihood.evaluate(phi)
        if evaluation is None:
            return None
        return float(evaluation.value), evaluation.gradient, evaluation.hessian
