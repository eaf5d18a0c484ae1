"""Starting values: the model without random slopes, then slopes by each group's regressions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.saturated import without_slopes
from medwidget.estimators.twolevel.start import moment_start
from medwidget.estimators.twolevel.units import units_of

__all__ = ["slope_start"]

Array = NDArray[np.float64]

# SD of a slope that the data say nothing about, and least SD of any, in standardized units.
USUAL, LEAST = 0.25, 0.1
# Most that a group may say against others: slopes of near-constant predictors are wild.
LARGEST = 1.0


def slope_start(layout: Layout, cells: Cells, no_slope_phi: Array | None = None) -> Array:
    """Return φ for a model with slopes from one of the same model without.

    Parameters
    ----------
    layout : Layout
    cells : Cells
    no_slope_phi : array, optional
        In the coordinates of ``Layout(without_slopes(layout.model), units)``; from moments of the
        data when left out.
    """
    model = layout.model
    plain = without_slopes(model)
    before = Layout(plain, units_of(plain, cells))
    source = moment_start(before, cells) if no_slope_phi is None else no_slope_phi
    phi = np.zeros(layout.n_coordinates)
    for name in layout.locations:
        where, whence = layout.coordinate_of(name), before.coordinate_of(name)
        if where is not None and whence is not None:
            phi[where] = source[whence]
    kept = [i for i, item in enumerate(model.between.variables) if item.role != "slope"]
    first = before.n_locations
    old = {
        (kept[row], kept[column]): first + number
        for number, (row, column) in enumerate(before.between_elements)
    }
    spread = _spread_of_slopes(layout, cells)
    for number, place in enumerate(layout.between_elements, start=layout.n_locations):
        if place in old:
            phi[number] = source[old[place]]
        elif place[0] == place[1]:
            phi[number] = spread[place[0]]
    size = len(layout.within_elements)
    phi[layout.n_coordinates - size :] = source[len(source) - size :]
    return phi


def _spread_of_slopes(layout: Layout, cells: Cells) -> dict[int, float]:
    """Return an SD for each random slope: that of groups' own regressions less its sampling error.

    By weights that are no smaller than each group's own variance (DerSimonian & Laird 1986).
    """
    model = layout.model
    random = [i for i in model.slopes if model.between.variables[i].random]
    found = dict.fromkeys(random, USUAL)
    entries = {slope: model.between.variables[slope].entry for slope in random}
    paths = [(target, source) for target, source, _ in model.within.paths]
    paths += [item.entry for item in model.between.variables if item.entry is not None]
    whole = np.all(cells.observed, axis=1)[cells.pattern]
    for target in {entry[0] for entry in entries.values() if entry is not None}:
        sources = sorted({source for goal, source in paths if goal == target})
        enough = np.asarray(whole & (cells.counts > len(sources) + 1))
        if not enough.any():
            continue
        slopes, errors, weights = _regressions(cells, enough, target, sources)
        for slope, entry in entries.items():
            if entry is not None and entry[0] == target:
                place = sources.index(entry[1])
                found[slope] = _excess(slopes[:, place], errors[:, place], weights)
    return found


def _regressions(
    cells: Cells, which: NDArray[np.bool_], target: int, sources: list[int]
) -> tuple[Array, Array, Array]:
    """Return slopes and sampling variances (C, s) of cells' own regressions, and their rows."""
    products, counts = cells.products[which], cells.counts[which]
    inner = products[:, sources][:, :, sources]
    ridge = 1e-3 * counts[:, None, None] * np.eye(len(sources))
    inverse = np.linalg.inv(inner + ridge)
    right = products[:, sources, target]
    slopes = np.einsum("cij,cj->ci", inverse, right)
    left = products[:, target, target] - np.einsum("ci,ci->c", slopes, right)
    variance = max(float(left.sum() / (counts - 1 - len(sources)).sum()), 1e-6)
    return slopes, variance * np.einsum("cii->ci", inverse), counts


def _excess(slopes: Array, errors: Array, counts: Array) -> float:
    weights = 1.0 / (errors + LARGEST / counts.mean())
    weights = weights / weights.sum()
    centre = weights @ slopes
    excess = float(weights @ (slopes - centre) ** 2 - (weights * (1 - weights)) @ errors)
    return float(np.sqrt(np.clip(excess, LEAST**2, 1.0)))
