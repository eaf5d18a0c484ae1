"""From the engine's coordinates φ to the matrices of both systems, and back for gradients.

φ holds, for standardized data, the free means and paths of both systems, the free elements of
L_B (Ψ_B = L_B L_B') and those of L_W (Ψ_W = L_W L_W') with its diagonal as logarithms. Every entry
of the matrices is one coordinate or a constant, so a gradient in the matrices is gathered into φ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
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


class Layout:
    """Where each parameter stands.

    With ψ = φ but exp(φ) for the diagonal of L_W, every entry of the matrices is affine in ψ.

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
    between_elements, within_elements : tuples of (int, int)
        Places of the free elements of L_B and of L_W, the coordinates that follow.
    between_pivots, within_pivots : tuples of int
        Coordinates of the diagonals of L_B and (logarithms) of L_W, by variable; -1 where none.
    shapes : tuple of tuple of int
        Of the six matrices, without leading axes.
    """

    def __init__(self, model: TwoLevel, units: Units) -> None:
        self.model, self.units = model, units
        between, within = model.between, model.within
        self._sizes = b, w = len(between.variables), len(within.variables)
        self.shapes: tuple[tuple[int, ...], ...] = ((b,), (b, b), (b, b), (w,), (w, w), (w, w))
        self._slices = _slices(self.shapes)
        self._constraints = dict(model.constraints)
        names = dict.fromkeys(
            name
            for system in (between, within)
            for name in (*system.means, *(path for _, _, path in system.paths))
            if name is not None and name not in self._constraints
        )
        self.locations = tuple(names)
        self.n_locations = len(names)
        self._coordinates = {name: place for place, name in enumerate(names)}
        self.between_elements = tuple((row, column) for row, column, _ in between.elements)
        self.within_elements = tuple((row, column) for row, column, _ in within.elements)
        first = self.n_locations + len(self.between_elements)
        self.n_coordinates = first + len(self.within_elements)
        self.between_pivots = _pivots(self.between_elements, self.n_locations, self._sizes[0])
        self.within_pivots = _pivots(self.within_elements, first, self._sizes[1])
        self._logs = np.array([place for place in self.within_pivots if place >= 0], dtype=np.intp)
        self._offset, self._turn = self._affine()
        # entries of the matrices that are not held constant: the only ones that gradients need
        self._moving = np.flatnonzero(self._turn.any(axis=0))
        self._gathered = np.ascontiguousarray(self._turn[:, self._moving].T)

    # -- building -----------------------------------------------------------------------------

    def _affine(self) -> tuple[Array, Array]:
        """Return o and A (Q, E): the matrices' entries, one after the other, are o + ψ A."""
        starts = [place.start for place in self._slices]
        size = self._slices[-1].stop
        offset, turn = np.zeros(size), np.zeros((self.n_coordinates, size))
        natural = _NaturalLocations(self.model, self.units, self._coordinates)
        units = self.units
        levels = (
            (self.model.between, 0, units.location_between, units.scale_between, True),
            (self.model.within, 3, units.location_within, units.scale_within, False),
        )
        for system, matrix, location, scale, shifts in levels:
            width = len(system.variables)
            for place, mean in enumerate(system.means):
                entry = starts[matrix] + place
                if mean in self._coordinates:
                    turn[self._coordinates[mean], entry] = 1.0
                elif mean is not None:
                    row = natural.of(mean).copy()
                    row[-1] -= location[place]
                    if shifts:
                        row += natural.shift(system, location, place)
                    row /= scale[place]
                    turn[: row.size - 1, entry], offset[entry] = row[:-1], row[-1]
            for target, source, path in system.paths:
                row = natural.of(path) * (scale[source] / scale[target])
                entry = starts[matrix + 1] + target * width + source
                turn[: row.size - 1, entry], offset[entry] = row[:-1], row[-1]
        for elements, matrix, size, first in (
            (self.between_elements, 2, self._sizes[0], self.n_locations),
            (
                self.within_elements,
                5,
                self._sizes[1],
                self.n_locations + len(self.between_elements),
            ),
        ):
            for position, (target, source) in enumerate(elements):
                turn[first + position, starts[matrix] + target * size + source] = 1.0
        return offset, turn

    # -- φ to matrices ------------------------------------------------------------------------

    def matrices(self, phi: Numbers) -> Matrices:
        """Return the matrices at φ (..., Q)."""
        psi = phi.copy()
        psi[..., self._logs] = np.exp(phi[..., self._logs])
        entries = psi @ self._turn + self._offset
        lead = phi.shape[:-1]
        return Matrices(
            *(
                entries[..., place].reshape(*lead, *shape)
                for place, shape in zip(self._slices, self.shapes, strict=True)
            )
        )

    def gather(self, phi: Numbers, gradients: Matrices) -> Numbers:
        """Return the gradient (..., Q) in φ from that in every entry of the matrices.

        Entries that are not free are ignored; of L_B and L_W the lower triangles count.
        """
        lead = phi.shape[:-1]
        flat = np.concatenate([gradient.reshape(*lead, -1) for gradient in gradients], axis=-1)
        out: Numbers = flat[..., self._moving] @ self._gathered
        out[..., self._logs] *= np.exp(phi[..., self._logs])
        return out

    @cached_property
    def directions(self) -> Matrices:
        """Derivatives (Q, ...) of the matrices in each coordinate of ψ: constants."""
        return Matrices(
            *(
                np.ascontiguousarray(self._turn[:, place]).reshape(self.n_coordinates, *shape)
                for place, shape in zip(self._slices, self.shapes, strict=True)
            )
        )

    def rates(self, phi: Array) -> Array:
        """Return dψ/dφ (..., Q): 1, or exp(φ) for logarithms, where it is also d²ψ/dφ²."""
        out = np.ones_like(phi)
        out[..., self._logs] = np.exp(phi[..., self._logs])
        return out

    @property
    def logarithms(self) -> NDArray[np.intp]:
        """Coordinates that are logarithms."""
        return self._logs

    # -- φ to natural parameters --------------------------------------------------------------

    def coordinate_of(self, name: str) -> int | None:
        """Return the coordinate of a mean or path; None where it is held constant."""
        free = self._constraints.get(name, name)
        return self._coordinates.get(free) if isinstance(free, str) else None

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
            for target, source, path in system.paths:
                found[path] = turned[..., target, source]
            shift = turned @ location if shifts else np.zeros_like(mean)
            for place, name in enumerate(system.means):
                if name is not None:
                    found[name] = location[place] + scale[place] * mean[..., place]
                    found[name] = found[name] - shift[..., place]
            psi = root @ np.swapaxes(root, -1, -2) * np.outer(scale, scale)
            for row, column, element in system.elements:
                found[element] = psi[..., row, column]
        for name, value in self._constraints.items():  # exactly, not to rounding
            found[name] = found[value] if isinstance(value, str) else np.full(phi.shape[:-1], value)
        return found

    def jacobian(self, phi: Array, names: Sequence[str]) -> Array:
        """Return the derivative (P, Q) of `natural` at one φ, by complex steps."""
        step = 1e-30
        points = phi[None, :] + 1j * step * np.eye(self.n_coordinates)
        return np.ascontiguousarray(self.natural(points, names).imag.T / step)


class _NaturalLocations:
    """Means and paths in natural units as affine functions of their coordinates.

    Each is an array: a coefficient for each free mean or path, and the constant.
    """

    def __init__(self, model: TwoLevel, units: Units, coordinates: Mapping[str, int]) -> None:
        self._constraints = dict(model.constraints)
        self._size = len(coordinates) + 1
        self._found: dict[str, Array] = {}
        levels = (
            (model.between, units.location_between, units.scale_between, True),
            (model.within, units.location_within, units.scale_within, False),
        )
        for system, _, scale, _ in levels:
            for target, source, name in system.paths:
                if name in coordinates and name not in self._found:
                    self._found[name] = self._row(coordinates[name], scale[target] / scale[source])
        for system, location, scale, shifts in levels:
            # means of slopes first: a path between groups may be held equal to one
            for place in sorted(
                range(len(system.means)), key=lambda i: system.variables[i].role != "slope"
            ):
                mean = system.means[place]
                if mean is not None and mean in coordinates and mean not in self._found:
                    row = self._row(coordinates[mean], scale[place], location[place])
                    if shifts:
                        row -= self.shift(system, location, place)
                    self._found[mean] = row

    def _row(self, coordinate: int, unit: float, constant: float = 0.0) -> Array:
        row = np.zeros(self._size)
        row[coordinate], row[-1] = unit, constant
        return row

    def of(self, name: str) -> Array:
        """Return a parameter, constrained or not."""
        value = self._constraints.get(name, name)
        if isinstance(value, str):
            return self._found[value]
        row = np.zeros(self._size)
        row[-1] = value
        return row

    def shift(self, system: LevelSystem, location: Array, target: int) -> Array:
        """Return Σ_k Γ_ik l_k: what the locations of its sources add to a variable's mean."""
        total = np.zeros(self._size)
        for row, source, name in system.paths:
            if row == target and location[source]:
                total += self.of(name) * location[source]
        return total


def _pivots(elements: Sequence[tuple[int, int]], first: int, size: int) -> tuple[int, ...]:
    found = [-1] * size
    for position, (row, column) in enumerate(elements):
        if row == column:
            found[row] = first + position
    return tuple(found)


def _slices(shapes: Sequence[tuple[int, ...]]) -> tuple[slice, ...]:
    """Return where each matrix stands when their entries are laid out one after the other."""
    found, start = [], 0
    for shape in shapes:
        stop = start + int(np.prod(shape))
        found.append(slice(start, stop))
        start = stop
    return tuple(found)
