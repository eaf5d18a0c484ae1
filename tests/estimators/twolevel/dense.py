"""The normal likelihood of each group as one multivariate density: slow, and hard to get wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout


def moments(layout: Layout, phi: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return μ_B, Σ_B, μ_W, Σ_W."""
    at = layout.matrices(phi)
    outer = np.linalg.inv(np.eye(len(at.mean_between)) - at.paths_between)
    inner = np.linalg.inv(np.eye(len(at.mean_within)) - at.paths_within)
    root, other = outer @ at.root_between, inner @ at.root_within
    return outer @ at.mean_between, root @ root.T, at.mean_within, other @ other.T


def group_density(
    layout: Layout,
    cells: Cells,
    columns: Mapping[str, np.ndarray],
    codes: np.ndarray,
    phi: np.ndarray,
    group: int,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Return a group's log-likelihood, and mean and covariance of B given its data."""
    model = layout.model
    mean_b, cov_b, mean_w, cov_w = moments(layout, phi)
    place = dict(model.latent)
    values, loading, mean, noise_of = [], [], [], []
    for row in np.flatnonzero(codes == group):
        for k, variable in enumerate(model.within.variables):
            value = (columns[variable.label][row] - cells.location[k]) / cells.scale[k]
            if np.isnan(value):
                continue
            unit = np.zeros(len(mean_b))
            if k in place:
                unit[place[k]] = 1.0
            values.append(value)
            mean.append(mean_w[k])
            loading.append(unit)
            noise_of.append((row, k))
    for g, k in enumerate(model.group):
        if cells.group_observed[group, g]:
            values.append(cells.group_values[group, g])
            mean.append(0.0)
            loading.append(np.eye(len(mean_b))[k])
            noise_of.append((-1, -1))
    z = np.array(loading).reshape(-1, len(mean_b))
    noise = np.array(
        [
            [cov_w[k, m] if row == other and row >= 0 else 0.0 for other, m in noise_of]
            for row, k in noise_of
        ]
    ).reshape(len(values), len(values))
    covariance = z @ cov_b @ z.T + noise
    apart = np.array(values) - np.array(mean) - z @ mean_b
    solved = np.linalg.solve(covariance, np.column_stack([apart, z @ cov_b]))
    sign, log_determinant = np.linalg.slogdet(covariance)
    assert sign > 0
    loglik = -(len(values) * np.log(2 * np.pi) + log_determinant + apart @ solved[:, 0]) / 2
    across = cov_b @ z.T
    return loglik, mean_b + across @ solved[:, 0], cov_b - across @ solved[:, 1:]
