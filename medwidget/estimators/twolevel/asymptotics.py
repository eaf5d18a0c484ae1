"""The covariance matrix at the optimum, draws from it, and the likelihood as a surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.semidefinite import make_semidefinite
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.likelihood import Likelihood

__all__ = ["Asymptotics", "TwoLevelSurface"]

Array = NDArray[np.float64]

# Directions of the information with less than this share of the largest are not identified, nor
# are those with less than this in all.
FLAT = 1e-10
NO_INFORMATION = 1e-4
# Means and paths that are not identified have at least this much, so that their standard errors are
# plainly too large to be anything, rather than 0: 1000 where a large variance is 1.
LEAST_INFORMATION = 1e-6
# A diagonal element of L_B this small (standardized) stands for a variance of zero.
ZERO_PIVOT = 1e-4
# A diagonal element of L_B whose standard error exceeds this share of it is too close to zero for
# the normal approximation on the scale of L_B.
WEAK = 0.5
# Where that happens, what is done about draws that are no covariance matrix is done to the elements
# of B whose diagonal element has a standard error beyond this share of it.
SHAKY = 0.2


@dataclass(frozen=True)
class Asymptotics:
    """The optimum φ with the inverse of the observed information, and natural parameters.

    Attributes
    ----------
    layout : Layout
    names : tuple of str
        The natural parameters, in the order of the table.
    phi, covariance : arrays (Q,), (Q, Q)
    smallest_curvature : float
    flat : tuple of int
        Coordinates that directions without information mostly consist of.
    conditional : array (n, n)
        Of the free means and paths, with variances taken as known.
    """

    layout: Layout
    names: tuple[str, ...]
    phi: Array
    covariance: Array
    smallest_curvature: float
    flat: tuple[int, ...]
    conditional: Array

    @classmethod
    def at(cls, layout: Layout, names: tuple[str, ...], phi: Array, hessian: Array) -> Asymptotics:
        """Return the asymptotics at the optimum ``phi``, where f has this second derivative."""
        covariance, smallest, flat = _inverse(hessian / 2, layout.n_locations)
        size = layout.n_locations
        conditional = _inverse(hessian[:size, :size] / 2, size)[0]
        return cls(layout, names, phi, covariance, smallest, flat, conditional)

    def natural(self) -> Array:
        """Return the estimates (P,)."""
        return self.layout.natural(self.phi, self.names)

    def natural_covariance(self) -> Array:
        """Return the covariance (P, P) of the natural parameters."""
        jacobian = self.layout.jacobian(self.phi, self.names)
        covariance = jacobian @ self.covariance @ jacobian.T
        return np.asarray((covariance + covariance.T) / 2)

    def natural_conditional(self, names: tuple[str, ...]) -> Array:
        """Return the covariance of means and paths by name, given the variances."""
        jacobian = self.layout.jacobian(self.phi, names)[:, : self.layout.n_locations]
        covariance = jacobian @ self.conditional @ jacobian.T
        return np.asarray((covariance + covariance.T) / 2)

    def sample(self, count: int, rng: np.random.Generator) -> Array:
        """Draw natural parameters (count, P), with both covariance matrices semidefinite.

        Draws are normal in φ, but diagonal elements of L_B on the log scale, except those at zero,
        which stay there. Where one is so close to zero that its standard error exceeds half of it,
        the elements of Ψ_B are drawn as they are instead, and the part of a draw with too little
        variance is moved to the nearest semidefinite matrix.
        """
        if self._pivots_beyond(WEAK):
            return self._sample_elements(count, rng)
        steps = _normal(self.covariance, count, rng)
        draws = self.phi + steps
        for place in self._pivots():
            pivot = self.phi[place]
            draws[:, place] = 0.0 if pivot < ZERO_PIVOT else pivot * np.exp(steps[:, place] / pivot)
        return self.layout.natural(draws, self.names)

    def _pivots(self) -> list[int]:
        return [place for place in self.layout.between_pivots if place >= 0]

    def _pivots_beyond(self, share: float) -> list[int]:
        """Return the elements of B whose pivot has a standard error beyond a share of it."""
        return [
            row
            for row, place in enumerate(self.layout.between_pivots)
            if place >= 0
            and self.phi[place] >= ZERO_PIVOT
            and self.covariance[place, place] > (share * self.phi[place]) ** 2
        ]

    def _pivots_at_zero(self) -> list[int]:
        return [
            row
            for row, place in enumerate(self.layout.between_pivots)
            if place >= 0 and self.phi[place] < ZERO_PIVOT
        ]

    def _sample_elements(self, count: int, rng: np.random.Generator) -> Array:
        """Draw with the elements of Ψ_B, not of L_B, as normal."""
        layout = self.layout
        start = layout.n_locations
        place = slice(start, start + len(layout.between_elements))
        turn = np.eye(self.phi.size)
        turn[place, place] = self._element_jacobian()
        steps = _normal(turn @ self.covariance @ turn.T, count, rng)
        draws = self.phi + steps
        draws[:, place] = self.phi[place]
        natural = layout.natural(draws, self.names)
        root = layout.matrices(self.phi).root_between
        centre = root @ root.T
        kept = [row for row, pivot in enumerate(layout.between_pivots) if pivot >= 0]
        rows, columns = (np.array(side) for side in zip(*layout.between_elements, strict=True))
        matrices = np.zeros((count, *centre.shape))
        matrices[:, rows, columns] = centre[rows, columns] + steps[:, place]
        matrices[:, columns, rows] = matrices[:, rows, columns]
        weak = [*self._pivots_at_zero(), *self._pivots_beyond(SHAKY)]
        block = np.ix_(range(count), kept, kept)
        inner = np.ix_(kept, kept)
        matrices[block] = make_semidefinite(
            matrices[block], [kept.index(row) for row in weak], centre[inner]
        )
        scale = layout.units.scale_between
        for row, column, name in layout.model.between.elements:
            unit = scale[row] * scale[column]
            natural[:, self.names.index(name)] = matrices[:, row, column] * unit
        return natural

    def _element_jacobian(self) -> Array:
        """Return the derivative of the free elements of Ψ_B in those of L_B."""
        elements = self.layout.between_elements
        root = self.layout.matrices(self.phi).root_between
        out = np.empty((len(elements), len(elements)))
        for position, (row, column) in enumerate(elements):
            change = np.zeros_like(root)
            change[row] += root[:, column]
            change[:, row] += root[:, column]
            out[:, position] = [change[place] for place in elements]
        return out


def _inverse(information: Array, n_locations: int) -> tuple[Array, float, tuple[int, ...]]:
    """Return the inverse, the smallest curvature, and where directions have no information.

    Such directions of variances are left out (they are at a boundary, and the rest is conditional
    on it); such directions of means and paths, the first coordinates, have next to none.
    """
    values, vectors = np.linalg.eigh(information)
    if not values.size:
        return information, 1.0, ()
    largest = max(float(values[-1]), 1e-300)
    identified = values > max(FLAT * largest, NO_INFORMATION)
    of_locations = (vectors[:n_locations] ** 2).sum(axis=0) > 0.5
    kept = np.maximum(values, np.where(identified, 0.0, LEAST_INFORMATION))
    inverse = np.where(identified | of_locations, 1 / kept, 0.0)
    flat = tuple(int(np.abs(vectors[:, i]).argmax()) for i in np.flatnonzero(~identified))
    return (vectors * inverse) @ vectors.T, float(values[0]) / largest, flat


def _normal(covariance: Array, count: int, rng: np.random.Generator) -> Array:
    """Return draws (count, Q) of mean zero; the covariance may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    steps: Array = rng.standard_normal((count, covariance.shape[0])) @ root.T
    return steps


class TwoLevelSurface:
    """The log-likelihood in φ."""

    def __init__(
        self,
        likelihood: Likelihood,
        phi: Array,
        loglik: float,
        shift: float,
        names: tuple[str, ...],
    ) -> None:
        self._likelihood, self._shift, self._names = likelihood, shift, names
        self.optimum, self.maximum = phi, loglik
        # constrained ones too: `natural` gives them wherever the others are
        self.covers = frozenset(names)
        self._last: tuple[bytes, float, Array] | None = None

    def value(self, phi: Array) -> float:
        """Return the log-likelihood at φ; minus infinity where it has none."""
        return -(self._at(phi)[0] + self._shift) / 2

    def gradient(self, phi: Array) -> Array:
        """Return the gradient (Q,)."""
        return -self._at(phi)[1] / 2

    def _at(self, phi: Array) -> tuple[float, Array]:
        """Return f and its gradient, which come together and are asked for one after the other."""
        key = phi.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = (key, *self._likelihood.value_gradient(phi))
        return self._last[1], self._last[2]

    def hessian(self, phi: Array) -> Array:
        """Return the second derivative (Q, Q)."""
        return -self._likelihood.objective(phi)[2] / 2

    def natural(self, phi: Array) -> Array:
        """Return all natural parameters (P,)."""
        return self._likelihood.layout.natural(phi, self._names)

    def jacobian(self, phi: Array) -> Array:
        """Return the derivative (P, Q) of `natural`."""
        return self._likelihood.layout.jacobian(phi, self._names)
