"""From the engine's coordinates φ to the matrices of both systems, and back for gradients.

φ holds, for standardized data, the free means and paths of both systems, the free elements of
L_B (Ψ_B = L_B L_B') and those of L_W (Ψ_W = L_W L_W') with its diagonal as logarithms. Every entry
of the matrices is one coordinate or a constant, so a gradient in the matrices is gathered into φ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from medwidget.spec.two_level import LevelSystem, TwoLevel

__all__ = ["Layout", "Matrices", "Units"]

Array = NDArray[np.float64]
# Real, or complex where derivatives are taken by complex steps.
Numbers = NDArray[Any]


class Matrices(NamedTuple):
    """The quantities of both systems, with any leading axes.

    Attributes
    ----------
    mean_between, paths_between, root_between : arrays (..., b), (..., b, b), (..., b, b)
        α_B, Γ_B and L_B.
    mean_within, paths_within, root_within : arrays (..., w), (..., w, w), (..., w, w)
        Means of variables without a part between groups, Γ_W without the slopes (their entries
        are 0), and L_W. Every element of W has mean zero; such a variable is mean + W.
    """

    mean_between: Numbers
    paths_between: Numbers
    root_between: Numbers
    mean_within: Numbers
    paths_within: Numbers
    root_within: Numbers


class Units(NamedTuple):
    """Location and scale by which the data of the engine were standardized.

    Attributes
    ----------
    location_between, scale_between : arrays (b,)
        0 and the ratio of target's to source's scale for a slope.
    location_within, scale_within : arrays (w,)
        A latent variable has the same here as between; all parts of a column have one scale.
    """

    location_between: Array
    scale_between: Array
    location_within: Array
    scale_within: Array


@dataclass(frozen=True)
class _Entry:
    """One entry of one matrix: a coordinate of φ (exp of it for ``log``), or a constant."""

    matrix: int
    place: tuple[int, ...]
    coordinate: int = -1
    constant: float = 0.0
    log: bool = False


class Layout:
    """Where each parameter stands.

    Parameters
    ----------
    model : TwoLevel
    units : Units

    Attributes
    ----------
    n_coordinates : int
        Length Q of φ.
    locations : tuple of str
        Free means and paths: the first coordinates of φ.
    between_pivots, within_pivots : tuples of int
        Coordinates of the diagonals of L_B and (logarithms) of L_W, by variable; -1 where none.
    """

    def __init__(self, model: TwoLevel, units: Units) -> None:
        self.model, self.units = model, units
        self._entries: list[_Entry] = []
        self._coordinates: dict[str, int] = {}
        self._constants = {
            name: value for name, value in model.constraints.items() if not isinstance(value, str)
        }
        self._same = {
            name: value for name, value in model.constraints.items() if isinstance(value, str)
        }
        between, within = model.between, model.within
        self._sizes = (len(between.variables), len(within.variables))
        self._add_locations(between, 0, units.location_between, units.scale_between)
        self._add_locations(within, 3, units.location_within, units.scale_within)
        self.locations = tuple(self._coordinates)
        self.n_locations = len(self.locations)
        self.between_elements = tuple((row, column) for row, column, _ in between.elements)
        self.within_elements = tuple((row, column) for row, column, _ in within.elements)
        self.between_pivots = self._add_root(self.between_elements, 2, log=False)
        self.within_pivots = self._add_root(self.within_elements, 5, log=True)
        self.n_coordinates = (
            self.n_locations + len(self.between_elements) + len(self.within_elements)
        )
        self._index = self._indexed()

    # -- building -----------------------------------------------------------------------------

    def _coordinate(self, name: str) -> int:
        return self._coordinates.setdefault(name, len(self._coordinates))

    def _add_locations(
        self, system: LevelSystem, first: int, location: Array, scale: Array
    ) -> None:
        for place, name in enumerate(system.means):
            if name is not None:
                self._add_location(first, (place,), name, scale[place])
        for target, source, name in system.paths:
            self._add_location(first + 1, (target, source), name, scale[target] / scale[source])

    def _add_location(self, matrix: int, place: tuple[int, ...], name: str, unit: float) -> None:
        if name in self._constants:
            value = self._constants[name] / unit
            self._entries.append(_Entry(matrix, place, constant=float(value)))
        else:
            name = self._same.get(name, name)
            self._entries.append(_Entry(matrix, place, self._coordinate(name)))

    def _add_root(
        self, elements: Sequence[tuple[int, int]], matrix: int, *, log: bool
    ) -> tuple[int, ...]:
        start = self.n_locations if matrix == 2 else self.n_locations + len(self.between_elements)
        pivots = [-1] * self._sizes[0 if matrix == 2 else 1]
        for position, (row, column) in enumerate(elements):
            coordinate = start + position
            if row == column:
                pivots[row] = coordinate
            self._entries.append(
                _Entry(matrix, (row, column), coordinate, log=log and row == column)
            )
        return tuple(pivots)

    def _indexed(self) -> list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]]:
        """Return flat places, coordinates and logs of the entries of each matrix."""
        found = []
        for matrix, shape in enumerate(self.shapes):
            mine = [
                item for item in self._entries if item.matrix == matrix and item.coordinate >= 0
            ]
            places = [int(np.ravel_multi_index(item.place, shape)) for item in mine]
            found.append(
                (
                    np.array(places, dtype=np.intp),
                    np.array([item.coordinate for item in mine], dtype=np.intp),
                    np.array([item.log for item in mine], dtype=np.bool_),
                )
            )
        return found

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of the six matrices without leading axes."""
        b, w = self._sizes
        return ((b,), (b, b), (b, b), (w,), (w, w), (w, w))

    # -- φ to matrices ------------------------------------------------------------------------

    def matrices(self, phi: Numbers) -> Matrices:
        """Return the matrices at φ (..., Q)."""
        lead = phi.shape[:-1]
        found = []
        for matrix, (shape, (places, coordinates, logs)) in enumerate(
            zip(self.shapes, self._index, strict=True)
        ):
            out = np.zeros((*lead, int(np.prod(shape))), dtype=phi.dtype)
            values = phi[..., coordinates]
            if logs.any():
                values = np.where(logs, np.exp(np.where(logs, values, 0.0)), values)
            out[..., places] = values
            for item in self._entries:
                if item.matrix == matrix and item.coordinate < 0 and item.constant:
                    out[..., int(np.ravel_multi_index(item.place, shape))] = item.constant
            found.append(out.reshape(*lead, *shape))
        return Matrices(*found)

    def gather(self, phi: Numbers, gradients: Matrices) -> Numbers:
        """Return the gradient (..., Q) in φ from that in every entry of the matrices.

        Entries that are not free are ignored; of L_B and L_W the lower triangles count.
        """
        lead = phi.shape[:-1]
        out = np.zeros((*lead, self.n_coordinates), dtype=np.result_type(phi, *gradients))
        for gradient, (places, coordinates, logs) in zip(gradients, self._index, strict=True):
            values = gradient.reshape(*lead, -1)[..., places]
            if logs.any():
                chosen = phi[..., coordinates]
                values = np.where(logs, values * np.exp(np.where(logs, chosen, 0.0)), values)
            for position, coordinate in enumerate(coordinates):  # one may serve several entries
                out[..., coordinate] += values[..., position]
        return out

    # -- φ to natural parameters --------------------------------------------------------------

    def coordinate_of(self, name: str) -> int | None:
        """Return the coordinate of a mean or path; None where it is held constant."""
        return self._coordinates.get(self._same.get(name, name))

    def natural(self, phi: Array, names: Sequence[str]) -> Array:
        """Return natural parameters (..., P) in the order of ``names``."""
        found = self.natural_by_name(phi)
        return np.stack([found[name] for name in names], axis=-1)

    def natural_by_name(self, phi: Array) -> Mapping[str, Array]:
        """Return every parameter of the model in natural units, from φ (..., Q).

        With scales s and locations l of the variables, Γ_ik = Γ'_ik s_i / s_k,
        α_i = l_i + s_i α'_i − Σ_k Γ_ik l_k, and Ψ_ik = Ψ'_ik s_i s_k.
        """
        matrices = self.matrices(phi)
        found: dict[str, Array] = {}
        units = self.units
        levels = (
            (self.model.between, matrices[:3], units.location_between, units.scale_between, True),
            (self.model.within, matrices[3:], units.location_within, units.scale_within, False),
        )
        for system, (mean, paths, root), location, scale, shifts in levels:
            turned = paths * (scale[:, None] / scale)
            for target, source, name in system.paths:
                found[name] = turned[..., target, source]
            shift = turned @ location if shifts else np.zeros_like(mean)
            for place, name in enumerate(system.means):
                if name is not None:
                    found[name] = location[place] + scale[place] * mean[..., place]
                    found[name] = found[name] - shift[..., place]
            psi = root @ np.swapaxes(root, -1, -2) * np.outer(scale, scale)
            for row, column, name in system.elements:
                found[name] = psi[..., row, column]
        return found

    def jacobian(self, phi: Array, names: Sequence[str]) -> Array:
        """Return the derivative (P, Q) of `natural` at one φ, by complex steps."""
        step = 1e-30
        points = phi[None, :] + 1j * step * np.eye(self.n_coordinates)
        return np.ascontiguousarray(self.natural(points, names).imag.T / step)
