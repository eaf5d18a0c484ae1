"""The random effects of each group given the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.protocol import GroupPosterior
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.likelihood import Likelihood
from medwidget.spec.structure import Structure

__all__ = ["group_posterior"]

Array = NDArray[np.float64]

# Step of the central differences of conditional means, in units of φ.
STEP = 1e-5


def group_posterior(
    likelihood: Likelihood, rough: Likelihood, phi: Array, structure: Structure
) -> GroupPosterior:
    """Return conditional means and covariances of the residuals between groups, natural units.

    The random effects are ζ = (I − Γ_B) B − α_B of the latent responses and of the slopes: what the
    equations between groups leave of them. The derivative of their conditional means in the fixed
    effects is by central differences in the free means and paths, for which ``rough``, the same
    likelihood with fewer quadrature nodes, is good enough.
    """
    layout = likelihood.layout
    places = _places(structure, layout)
    unit = layout.units.scale_between[places]
    modes, covariances = _residuals(likelihood, phi, places)
    sensitivity = np.empty((*modes.shape, layout.n_locations))
    for coordinate in range(layout.n_locations):
        step = np.zeros_like(phi)
        step[coordinate] = STEP
        higher, _ = _residuals(rough, phi + step, places)
        lower, _ = _residuals(rough, phi - step, places)
        sensitivity[..., coordinate] = (higher - lower) / (2 * STEP)
    table = structure.parameters
    fixed = [table.names[position] for position in table.of_kind("fixed")]
    # φ_k in natural units: the free means and paths are as many as their coordinates
    turn = layout.jacobian(phi, layout.locations)[:, : layout.n_locations]
    by_name = sensitivity @ np.linalg.inv(turn)
    free = {name: position for position, name in enumerate(layout.locations)}
    by_fixed = np.zeros((*modes.shape, len(fixed)))
    for position, name in enumerate(fixed):
        if name in free:
            by_fixed[..., position] = by_name[..., free[name]]
    return GroupPosterior(
        structure.labels,
        modes * unit,
        covariances * np.outer(unit, unit),
        by_fixed * unit[:, None],
    )


def _places(structure: Structure, layout: Layout) -> list[int]:
    """Return where in B each random effect stands."""
    variables = layout.model.between.variables
    found = []
    for term in structure.random:
        for place, variable in enumerate(variables):
            if variable.role == "slope":
                mine = bool(term.factors) and variable.label == term.label
            else:
                mine = not term.factors and variable.key == (term.response, None)
            if mine:
                found.append(place)
                break
    return found


def _residuals(likelihood: Likelihood, phi: Array, places: list[int]) -> tuple[Array, Array]:
    matrices = likelihood.layout.matrices(phi)
    means, covariances = likelihood.posterior(phi)
    turn = (np.eye(means.shape[1]) - matrices.paths_between)[places]
    return means @ turn.T - matrices.mean_between[places], turn @ covariances @ turn.T
