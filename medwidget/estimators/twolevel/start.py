"""Starting values from the variances within and between groups, and dispersed ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout
from medwidget.spec.two_level import LevelSystem

__all__ = ["dispersed_start", "moment_start", "start_from"]

Array = NDArray[np.float64]

# Least eigenvalue of a level's correlation matrix, and least share of a variable's variance there
# that its equation leaves; half of it is the least standardized variance.
LEAST = 0.02


def moment_start(layout: Layout, cells: Cells) -> Array:
    """Return φ from moment estimates of Σ_W, Σ_B and the means, equation by equation.

    Without slopes. Where values are missing, each covariance uses the rows that have both
    variables: Σ_W from deviations from the groups' means, Σ_B from what is left of the total
    (Searle, Casella & McCulloch 1992, ch. 3).
    """
    within, between, mean = _moments(layout, cells)
    return start_from(layout, within, between, mean)


def start_from(
    layout: Layout, within: Array, between: Array, mean: Array, least: float = LEAST
) -> Array:
    """Return φ at which the model has about these moments: regressions among them."""
    phi = np.zeros(layout.n_coordinates)
    model = layout.model
    # within: means of variables without a part between stay at what was taken from them
    levels = (
        (
            model.between,
            _definite(between, least),
            mean,
            layout.between_pivots,
            layout.between_elements,
        ),
        (
            model.within,
            _definite(within, least),
            None,
            layout.within_pivots,
            layout.within_elements,
        ),
    )
    for system, covariance, means, pivots, elements in levels:
        paths = _regressions(system, covariance)
        turn = np.eye(len(covariance)) - paths
        residual = turn @ covariance @ turn.T
        for target, source, path in system.paths:
            _place(phi, layout, path, paths[target, source])
        if means is not None:
            for name, value in zip(system.means, turn @ means, strict=True):
                _place(phi, layout, name, value)
        first = min((place for place in pivots if place >= 0), default=0)
        root = _patterned_root(residual, elements, least * np.diag(covariance))
        phi[first : first + len(elements)] = [root[place] for place in elements]
    logs = layout.logarithms
    phi[logs] = np.log(phi[logs])
    return phi


def _place(phi: Array, layout: Layout, name: str | None, value: float) -> None:
    if name is not None and name not in layout.model.constraints:
        place = layout.coordinate_of(name)
        if place is not None:
            phi[place] = value


def dispersed_start(layout: Layout, phi: Array, rng: np.random.Generator) -> Array:
    """Return a starting value away from ``phi``: other variances between groups, no covariances."""
    start = phi.copy()
    first = layout.n_locations
    start[first : first + len(layout.between_elements)] = 0.0
    for place in layout.between_pivots:
        if place >= 0:
            start[place] = max(abs(phi[place]), 0.2) * np.exp(rng.normal(scale=0.6))
    start[:first] += rng.normal(scale=0.1, size=first)
    return start


def _moments(layout: Layout, cells: Cells) -> tuple[Array, Array, Array]:
    """Return Σ_W, Σ_B and μ_B by the method of moments."""
    model, groups = layout.model, cells.n_groups
    masks = cells.observed[cells.pattern].astype(np.float64)
    both = cells.counts[:, None, None] * masks[:, :, None] * masks[:, None, :]
    summed = cells.counts[:, None] * cells.means
    over = _by_group(cells)
    number = over(both)
    first = over(summed[:, :, None] * masks[:, None, :])  # Σ of the first where both are there
    products = over(cells.products + summed[:, :, None] * cells.means[:, None, :])
    second = first.transpose(0, 2, 1)
    held = np.where(number > 0, number, 1.0)
    inner = products - first * second / held
    degrees = np.maximum(number - 1, 0).sum(axis=0)
    within = inner.sum(axis=0) / np.maximum(degrees, 1)
    rows = np.maximum(number.sum(axis=0), 1)
    grand = first.sum(axis=0) / rows
    total = products.sum(axis=0) / rows - grand * grand.T
    share = 1 - (number**2).sum(axis=0) / rows**2
    left = (total - within * (1 - 1 / rows)) / np.maximum(share, 0.1)
    own = np.einsum("jaa->ja", first) / np.maximum(np.einsum("jaa->ja", number), 1)
    known = np.einsum("jaa->ja", number) > 0

    size = len(model.between.variables)
    in_w = [place for place, _ in model.latent]
    in_b = [place for _, place in model.latent]
    group = list(model.group)
    values, present = np.zeros((groups, size)), np.zeros((groups, size), dtype=bool)
    values[:, in_b], present[:, in_b] = own[:, in_w], known[:, in_w]
    values[:, group], present[:, group] = cells.group_values, cells.group_observed
    observed = present.astype(np.float64)
    count = np.maximum(observed.sum(axis=0), 1)
    mean = (values * observed).sum(axis=0) / count
    apart = (values - mean) * observed
    between = (apart.T @ apart) / np.maximum(observed.T @ observed, 1)
    between[np.ix_(in_b, in_b)] = left[np.ix_(in_w, in_w)]
    return within, between, mean


def _by_group(cells: Cells) -> Callable[[Array], Array]:
    """Return the function that sums over the cells of each group."""
    starts = np.flatnonzero(np.diff(cells.group, prepend=-1))

    def total(values: Array) -> Array:
        out = np.zeros((cells.n_groups, *values.shape[1:]))
        if starts.size:
            out[cells.group[starts]] = np.add.reduceat(values, starts, axis=0)
        return out

    return total


def _definite(matrix: Array, least: float) -> Array:
    """Return the nearest matrix with some variance in every direction."""
    spread = np.sqrt(np.maximum(np.diag(matrix), least / 2))
    scaled = (matrix + matrix.T) / 2 / np.outer(spread, spread)
    np.fill_diagonal(scaled, 1.0)
    values, vectors = np.linalg.eigh(scaled)
    if values.size and values[0] < least:
        scaled = (vectors * np.maximum(values, least)) @ vectors.T
    return np.asarray(scaled * np.outer(spread, spread))


def _regressions(system: LevelSystem, covariance: Array) -> Array:
    """Return Γ by regression of each target on its sources."""
    out = np.zeros_like(covariance)
    for target in {target for target, _, _ in system.paths}:
        sources = [source for other, source, _ in system.paths if other == target]
        found = np.linalg.solve(covariance[np.ix_(sources, sources)], covariance[sources, target])
        out[target, sources] = found
    return out


def _patterned_root(matrix: Array, elements: tuple[tuple[int, int], ...], least: Array) -> Array:
    """Return a lower root whose entries outside ``elements`` are 0, with positive pivots."""
    free = np.zeros(matrix.shape, dtype=bool)
    for place in elements:
        free[place] = True
    root = np.zeros_like(matrix)
    for column in range(len(matrix)):
        if not free[column, column]:
            continue
        rest = matrix[column:, column] - root[column:, :column] @ root[column, :column]
        pivot = np.sqrt(max(float(rest[0]), float(least[column])))
        root[column:, column] = np.where(free[column:, column], rest / pivot, 0.0)
        root[column, column] = pivot
    return root
