"""What both engines of two-level models offer: f = −2 log L of standardized data, by φ."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.layout import Layout

__all__ = ["Likelihood"]

Array = NDArray[np.float64]


class Likelihood(Protocol):
    """−2 log L of the standardized data in the coordinates φ of a layout.

    Attributes
    ----------
    layout : Layout
    weights : array (J,)
        How often each group counts.
    """

    @property
    def layout(self) -> Layout:
        """Where each parameter stands in φ."""

    @property
    def weights(self) -> Array:
        """How often each group counts."""

    def objective(self, phi: Array) -> tuple[float, Array, Array]:
        """Return f, its gradient (Q,) and its exact second derivative (Q, Q).

        f is infinite where the likelihood has no value.
        """

    def value_gradient(self, phi: Array) -> tuple[float, Array]:
        """Return f and its gradient (Q,)."""

    def by_group(self, phi: Array) -> Array:
        """Return each group's log-likelihood (J,), not weighted, of standardized data."""

    def reweighted(self, weights: Array) -> Likelihood:
        """Return the same likelihood with other weights of the groups (J,)."""

    def posterior(self, phi: Array) -> tuple[Array, Array]:
        """Return means (J, b) and covariances (J, b, b) of B_j given the data, standardized."""
