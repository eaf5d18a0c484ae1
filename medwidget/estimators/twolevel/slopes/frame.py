"""The distribution between groups as B = μ + K u with u ~ N(0, I): known, integrated, the rest.

Elements of u that belong to group-level variables are known, since K is triangular in that order.
All statistics of B are kept as statistics of u: where Ψ_B is close to singular they lose no digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.layout import Matrices
from medwidget.estimators.twolevel.slopes.plan import Plan

__all__ = ["FLOOR", "Frame", "between_moments"]

Array = NDArray[np.float64]
Numbers = NDArray[Any]

# Added to the diagonal of Ψ_B, in standardized units. An SD of 1e-5 changes no log-likelihood that
# anyone prints, and keeps derivatives at a variance of 0 exact to about 1e-6.
FLOOR = 1e-10


def between_moments(matrices: Matrices, plan: Plan) -> tuple[Numbers, Numbers, Numbers]:
    """Return A = (I − Γ_B)⁻¹, the means μ = A α and covariances A Ψ A' of B, any leading axes."""
    size = matrices.mean_between.shape[-1]
    total = np.linalg.inv(np.eye(size) - matrices.paths_between)
    mean = (total @ matrices.mean_between[..., None])[..., 0]
    root = total @ matrices.root_between
    covariance = root @ np.swapaxes(root, -1, -2)
    members = list(plan.members)
    part = total[..., members]
    covariance = covariance + FLOOR * part @ np.swapaxes(part, -1, -2)
    return total, mean, covariance


@dataclass(frozen=True)
class Frame:
    """B = μ + K u for a division of B.

    Attributes
    ----------
    order : tuple of int
        Positions in B of the elements that u follows: known, integrated, the rest.
    known, integrated : int
        How many of the first two.
    mean : array (b,)
    root : array (b, m)
        K, rows in the order of B; rows of deterministic slopes are 0.
    triangle : array (m, m)
        K with its rows in ``order``: lower triangular.
    """

    order: tuple[int, ...]
    known: int
    integrated: int
    mean: Array
    root: Array
    triangle: Array

    @classmethod
    def at(
        cls, matrices: Matrices, plan: Plan, known: Sequence[int], integrated: Sequence[int]
    ) -> Frame:
        """Factor the distribution.

        Raises
        ------
        numpy.linalg.LinAlgError
            If it has none, for lack of finite numbers.
        """
        first = [*known, *integrated]
        order = [*first, *(i for i in plan.members if i not in set(first))]
        _, mean, covariance = between_moments(matrices, plan)
        triangle = np.linalg.cholesky(covariance[np.ix_(order, order)])
        root = np.zeros((len(mean), len(order)))
        root[order] = triangle
        return cls(tuple(order), len(known), len(integrated), mean, root, triangle)

    @property
    def remaining(self) -> int:
        """How many elements are integrated in closed form."""
        return len(self.order) - self.known - self.integrated
