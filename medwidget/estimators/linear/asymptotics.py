"""The covariance matrix at the optimum, draws from it, and the likelihood as a surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.linear.likelihood import Evaluation, LinearLikelihood
from medwidget.estimators.linear.scaling import NaturalScale

__all__ = ["Asymptotics", "LinearSurface"]

Array = NDArray[np.float64]

# Directions of the information with less than this share of the largest are not identified.
FLAT = 1e-10
# A diagonal element of L this small (scaled units) stands for a variance of zero.
ZERO_PIVOT = 1e-4
# A diagonal element of L is drawn on the log scale while its standard error is below this share of it;
# beyond, the log-normal's upper tail would run away with the interval.
LOG_SHARE = 0.5


@dataclass(frozen=True)
class Asymptotics:
    """The optimum in coordinates φ = (β, L, log σ), with their joint covariance matrix.

    The covariance of the variance coordinates is V_θ, the inverse of the profiled (ML) or restricted
    (REML) information; that of everything is

        V_ββ = Q⁻¹ + D V_θ D',   V_βθ = D V_θ,   D = dβ̂/dθ,

    with Q = Σ X'V⁻¹X. For ML this is exactly the inverse of the full observed information; for REML it
    is its analogue, with β given θ as in generalised least squares.
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
        identified = values > FLAT * largest
        inverse = np.where(identified, 1 / np.where(identified, values, 1.0), 0.0)
        v_theta = (vectors * inverse) @ vectors.T
        conditional = np.linalg.inv(evaluation.information)
        moves = -conditional @ evaluation.mixed / 2
        covariance = np.empty((scale.n_coordinates, scale.n_coordinates))
        covariance[:p, p:] = moves @ v_theta
        covariance[p:, :p] = covariance[:p, p:].T
        covariance[:p, :p] = conditional + covariance[:p, p:] @ moves.T
        covariance[p:, p:] = v_theta
        flat = tuple(
            int(np.abs(vectors[:, i]).argmax()) for i in np.flatnonzero(~identified)
        )
        smallest = float(values[0]) / largest if values.size else 1.0
        return cls(scale, np.concatenate([evaluation.beta, theta]), covariance, conditional, smallest, flat)

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
        """Draw natural parameters (count, P) from the asymptotic normal of the log-Cholesky coordinates.

        Diagonal elements of L are drawn on the log scale, so that T stays positive definite; one
        whose standard error exceeds half of it is drawn as it is (T = L L' is positive semidefinite all the
        same), and one at zero stays there.
        """
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        steps = rng.standard_normal((count, self.phi.size)) @ root.T
        draws = self.phi + steps
        for position, (row, column) in enumerate(self.scale.free):
            if row != column:
                continue
            place = self.scale.p + position
            pivot = self.phi[place]
            if abs(pivot) < ZERO_PIVOT:
                draws[:, place] = pivot
            elif self.covariance[place, place] < (LOG_SHARE * pivot) ** 2:
                draws[:, place] = pivot * np.exp(steps[:, place] / pivot)
        return self.scale.natural(draws)


class LinearSurface:
    """The log-likelihood in φ: all coordinates for ML, those of T and σ for REML."""

    def __init__(
        self, likelihood: LinearLikelihood, scale: NaturalScale, phi: Array, loglik: float, names: tuple[str, ...],
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
        return evaluation.value, evaluation.gradient, evaluation.hessian
