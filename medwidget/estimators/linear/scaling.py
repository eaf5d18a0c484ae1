"""From the engine's coordinates to natural units and back.

Coordinates φ are the fixed effects of the scaled columns, the free elements of L, and log σ by
equation, both for scaled responses. Natural parameters are those of `ParameterTable`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.data.design import LinearDesign
from medwidget.estimators.linear.order import Order
from medwidget.spec.structure import Structure

__all__ = ["NaturalScale"]

Array = NDArray[np.float64]


class NaturalScale:
    """The map from coordinates φ (Q,) to natural parameters (P,), with its derivative.

    Parameters
    ----------
    structure : Structure
        Gives the order of the natural parameters.
    design : LinearDesign
        With the random effects in the engine's order.
    order : Order
    """

    def __init__(self, structure: Structure, design: LinearDesign, order: Order) -> None:
        self.free = order.free
        self.elements = order.places(structure.free_elements)
        self.p, self.q = len(design.scale), len(design.random_scale)
        self.n_equations = len(design.equations)
        owner = np.empty(self.p, dtype=np.intp)
        self.affine = np.zeros((self.p, self.p))
        self.offset = np.zeros(self.p)
        random_unit = np.empty(self.q)
        for k, equation in enumerate(design.equations):
            unit = design.response_scale[k]
            places = np.arange(equation.fixed.start, equation.fixed.stop)
            owner[places] = k
            self.affine[places, places] = unit / design.scale[places]
            # the intercept, first in its equation, absorbs the shifts of the columns
            first = places[0]
            self.affine[first, places[1:]] = (
                -unit * design.location[places[1:]] / design.scale[places[1:]]
            )
            self.offset[first] = design.response_location[k]
            random = list(equation.random)
            random_unit[random] = unit / design.random_scale[random]
        self.random_unit = random_unit
        self.unit = design.response_scale
        self.counts = np.array([equation.counts.sum() for equation in design.equations])
        self._log_scale = float(np.log(design.scale).sum() - np.log(self.unit[owner]).sum())

    @property
    def n_coordinates(self) -> int:
        """Length Q of φ."""
        return self.p + len(self.free) + self.n_equations

    def criterion_shift(self, *, restricted: bool) -> float:
        """Return what to add to f = −2 log L of the scaled data for f of the data as given."""
        shift = 2 * float(self.counts @ np.log(self.unit))
        return shift + 2 * self._log_scale if restricted else shift

    def factor(self, theta: Array) -> Array:
        """Return L (..., q, q) from θ (..., m)."""
        factor = np.zeros((*theta.shape[:-1], self.q, self.q))
        for position, (row, column) in enumerate(self.free):
            factor[..., row, column] = theta[..., position]
        return factor

    def natural(self, phi: Array) -> Array:
        """Return natural parameters (..., P) for one φ or a stack of them."""
        factor = self.factor(phi[..., self.p :])
        matrix = factor @ np.swapaxes(factor, -1, -2)
        return self.natural_at(phi[..., : self.p], matrix, phi[..., self.p + len(self.free) :])

    def natural_at(self, beta: Array, matrix: Array, log_sigma: Array) -> Array:
        """Return natural parameters (..., P) from scaled β, T (..., q, q) and log σ."""
        fixed = beta @ self.affine.T + self.offset
        rows, columns = self.elements
        elements = matrix[..., rows, columns] * (self.random_unit[rows] * self.random_unit[columns])
        with np.errstate(over="ignore"):  # a draw of a variance that the data hardly bound
            residual = np.exp(2 * log_sigma) * self.unit**2
        return np.concatenate([fixed, elements, residual], axis=-1)

    def jacobian(self, phi: Array) -> Array:
        """Return the derivative (P, Q) of the natural parameters at one φ."""
        place = slice(self.p, self.p + len(self.free))
        out = np.zeros((self.n_coordinates, self.n_coordinates))
        out[: self.p, : self.p] = self.affine
        rows, columns = self.elements
        unit = self.random_unit[rows] * self.random_unit[columns]
        out[place, place] = self.covariance_jacobian(phi[self.p :]) * unit[:, None]
        tail = np.arange(place.stop, self.n_coordinates)
        out[tail, tail] = 2 * np.exp(2 * phi[tail]) * self.unit**2
        return out

    def covariance_jacobian(self, theta: Array) -> Array:
        """Return the derivative (free, free) of the free elements of scaled T in those of L."""
        rows, columns = self.elements
        factor = self.factor(theta)
        out = np.empty((len(self.free), len(self.free)))
        for position, (row, column) in enumerate(self.free):
            change = np.zeros((self.q, self.q))
            change[row] += factor[:, column]
            change[:, row] += factor[:, column]
            out[:, position] = change[rows, columns]
        return out
