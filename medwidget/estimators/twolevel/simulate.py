"""New data for the groups, rows and holes at hand, drawn from a fitted model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from medwidget.data.cells import Cells, make_cells
from medwidget.estimators.twolevel.layout import Layout, Matrices

__all__ = ["simulated_cells"]

Array = NDArray[np.float64]


def simulated_cells(layout: Layout, cells: Cells, phi: Array, rng: np.random.Generator) -> Cells:
    """Return cells of data drawn from the model at φ.

    Every modelled variable is drawn, exogenous ones too: the likelihood is that of all of them.
    Sizes of groups stay, and so does which values are missing.
    """
    model, matrices = layout.model, layout.matrices(phi)
    counts = cells.counts.astype(np.intp)
    codes, pattern = np.repeat(cells.group, counts), np.repeat(cells.pattern, counts)
    between = _between(matrices, cells.n_groups, rng)
    noise = rng.standard_normal((len(codes), len(matrices.mean_within))) @ matrices.root_within.T
    values = _within(layout, matrices, between, noise, codes) + matrices.mean_within
    for in_w, in_b in model.latent:
        values[:, in_w] += between[codes, in_b]
    values[~cells.observed[pattern]] = np.nan
    group_values = between[:, list(model.group)]
    group_values[~cells.group_observed] = np.nan
    nowhere, unit = np.zeros_like(cells.location), np.ones_like(cells.scale)
    group_nowhere, group_unit = np.zeros_like(cells.group_location), np.ones_like(cells.group_scale)
    drawn = make_cells(values, codes, group_values, nowhere, unit, group_nowhere, group_unit)
    return replace(
        drawn,
        location=cells.location,
        scale=cells.scale,
        group_location=cells.group_location,
        group_scale=cells.group_scale,
    )


def _between(matrices: Matrices, groups: int, rng: np.random.Generator) -> Array:
    noise = rng.standard_normal((groups, len(matrices.mean_between))) @ matrices.root_between.T
    turn = np.linalg.inv(np.eye(noise.shape[1]) - matrices.paths_between)
    drawn: Array = (matrices.mean_between + noise) @ turn.T
    return drawn


def _within(
    layout: Layout, matrices: Matrices, between: Array, noise: Array, codes: NDArray[np.intp]
) -> Array:
    """Return W from its residuals, with the slopes of each group."""
    model = layout.model
    if not model.slopes:
        turn = np.linalg.inv(np.eye(noise.shape[1]) - matrices.paths_within)
        drawn: Array = noise @ turn.T
        return drawn
    paths = np.tile(matrices.paths_within, (len(between), 1, 1))
    for place in model.slopes:
        entry = model.between.variables[place].entry
        if entry is not None:
            paths[:, entry[0], entry[1]] = between[:, place]
    turns = np.linalg.inv(np.eye(noise.shape[1]) - paths)
    by_row: Array = np.einsum("nij,nj->ni", turns[codes], noise)
    return by_row
