"""Each group's own slopes: means and covariances given the data, as arrays over groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.expression import Parameter
from medwidget.effects.moments import product_mean
from medwidget.spec.structure import Factor, Slope, Structure

__all__ = ["GroupSlopes", "group_slopes"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GroupSlopes:
    """Conditional distribution of the slopes of every group.

    Attributes
    ----------
    slopes : tuple of Slope
    means : array (J, S)
        Fixed part, moderated by the group's own values, plus the conditional mean of the random
        part.
    conditional : array (J, S, S)
        Covariance of the slopes given the data, at the estimates.
    covariances : array (J, S, S)
        Of the error of the means: the conditional covariance plus what the uncertainty of the fixed
        effects adds.
    """

    slopes: tuple[Slope, ...]
    means: Array
    conditional: Array
    covariances: Array

    def product(self, places: Sequence[int]) -> Array:
        """Return the conditional mean of a product of slopes by group, (J,)."""
        atoms = [Parameter(str(place)) for place in places]
        pairs = {
            (i, j): Parameter(f"{places[i]},{places[j]}")
            for i in range(len(places))
            for j in range(i, len(places))
        }
        values = {str(place): self.means[:, place] for place in places}
        for i, j in pairs:
            values[f"{places[i]},{places[j]}"] = self.conditional[:, places[i], places[j]]
        return np.asarray(product_mean(atoms, pairs).value(values.__getitem__))

    def position(self, path: str) -> int:
        """Return the place of a path among the slopes."""
        return [slope.path for slope in self.slopes].index(path)


def group_slopes(
    structure: Structure,
    estimates: Mapping[str, float],
    fixed_names: Sequence[str],
    fixed_covariance: Array,
    modes: Array,
    covariances: Array,
    sensitivity: Array,
    moderators: Mapping[Factor, Array],
) -> GroupSlopes:
    """Return the slopes of every group at the lowest level where they exist.

    Parameters
    ----------
    structure : Structure
    estimates : mapping of str to float
        Of all parameters.
    fixed_names : sequence of str
        Names of the p fixed effects, in the order of the covariance and of ``sensitivity``.
    fixed_covariance : array (p, p)
    modes, covariances, sensitivity : arrays (J, q), (J, q, q), (J, q, p)
        Conditional means of the random effects, their covariances, and the derivative of the means
        in the fixed effects; random effects in the order of ``structure.random``.
    moderators : mapping of Factor to array (J,)
        Values of group-level moderators by group (group means for individual-level ones).

    Notes
    -----
    For group j the slopes are s_j = K_j β + u_j; the error of the prediction has covariance
    C_j + D_j V_β D_j' with D_j = K_j + dû_j/dβ (Henderson 1975, Biometrics 31:423).
    """
    slopes = tuple(slope for slope in structure.slopes if slope.level != "between")
    places = {name: position for position, name in enumerate(fixed_names)}
    n_groups = modes.shape[0]
    loading = np.zeros((n_groups, len(slopes), len(fixed_names)))
    for row, slope in enumerate(slopes):
        loading[:, row, places[slope.parameter]] = 1.0
        for factor, parameter in slope.moderators:
            loading[:, row, places[parameter]] = moderators[factor]
    beta = np.array([estimates[name] for name in fixed_names])
    means = loading @ beta
    conditional = np.zeros((n_groups, len(slopes), len(slopes)))
    rows = [row for row, slope in enumerate(slopes) if slope.random is not None]
    labels = structure.labels
    random = [labels.index(str(slopes[row].random)) for row in rows]
    if rows:
        means[:, rows] += modes[:, random]
        loading[:, rows] += sensitivity[:, random]
        conditional[np.ix_(range(n_groups), rows, rows)] = covariances[
            np.ix_(range(n_groups), random, random)
        ]
    spread = conditional + loading @ fixed_covariance @ loading.transpose(0, 2, 1)
    return GroupSlopes(slopes, means, conditional, spread)
