"""The random effects of each group given the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.linear.likelihood import LinearLikelihood
from medwidget.estimators.linear.order import Order
from medwidget.estimators.linear.scaling import NaturalScale
from medwidget.estimators.protocol import GroupPosterior

__all__ = ["group_posterior"]

Array = NDArray[np.float64]


def group_posterior(
    likelihood: LinearLikelihood,
    scale: NaturalScale,
    phi: Array,
    order: Order,
    labels: tuple[str, ...],
) -> GroupPosterior:
    """Return conditional means û_j = C_j Z_j'R⁻¹(y_j − X_j β) and covariances C_j, natural units.

    The derivative of û_j in β is −C_j Z_j'R⁻¹X_j, carried to natural units.
    """
    p = scale.p
    c, shrunken = likelihood.conditional(phi[p:])
    eta = np.append(-phi[:p], 1.0)
    unit = scale.random_unit
    modes = np.einsum("qfj,f->jq", shrunken, eta) * unit
    inverse = np.linalg.inv(scale.affine)
    sensitivity = -np.einsum("qfj,fg->jqg", shrunken[:, :-1], inverse, optimize=True)
    covariances = np.moveaxis(c, -1, 0) * np.outer(unit, unit)
    back = np.argsort(order.effects) if order.effects else np.empty(0, dtype=np.intp)
    return GroupPosterior(
        labels,
        modes[:, back],
        covariances[:, back][:, :, back],
        (sensitivity * unit[:, None])[:, back],
    )
