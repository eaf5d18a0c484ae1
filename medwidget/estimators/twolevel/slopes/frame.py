"""The distribution between groups as B = μ + K u with u ~ N(0, I): known, integrated, the rest.

Elements of u that belong to group-level variables are known, since K is triangular in that order.
All statistics of B are kept as statistics of u: where Ψ_B is close to singular they lose no digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.layout import Matrices
from medwidget.estimators.twolevel.slopes.plan import Plan

__all__ = ["FLOOR", "Frame", "Moved"]

Array = NDArray[np.float64]
Numbers = NDArray[Any]

# Added to the diagonal of Ψ_B, in standardized units. An SD of 1e-5 changes no log-likelihood that
# anyone prints, and keeps derivatives at a variance of 0 exact to about 1e-6.
FLOOR = 1e-10


@dataclass(frozen=True)
class Frame:
    """B = μ + K u for a division of B, at a reference point.

    With A = (I − Γ_B)⁻¹, Ψ = L_B L_B' + floor = L_e L_e' and Q a rotation, K = A L_e Q'. What
    derivatives need of K⁻¹ is had from L_e and Q, so that nothing cancels where Ψ is close to
    singular.

    Attributes
    ----------
    order : tuple of int
        Positions in B of the elements that u follows: known, integrated, the rest.
    known, integrated : int
        How many of the first two.
    matrices : Matrices
        At the reference point.
    mean : array (b,)
        μ.
    root : array (b, m)
        K, rows in the order of B; rows of deterministic slopes are 0.
    triangle : array (m, m)
        K with its rows in ``order``: lower triangular.
    inverse : array (m, b)
        K⁻¹ A = Q L_e⁻¹.
    turned : array (m, b)
        K⁻¹ A L_B.
    spread : array (m, b)
        K⁻¹ A Ψ = Q L_e'.
    """

    order: tuple[int, ...]
    known: int
    integrated: int
    matrices: Matrices
    mean: Array
    root: Array
    triangle: Array
    inverse: Array
    turned: Array
    spread: Array

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
        members, size = list(plan.members), len(matrices.mean_between)
        total = np.linalg.inv(np.eye(size) - matrices.paths_between)
        low = matrices.root_between[np.ix_(members, members)]
        lower = np.linalg.cholesky(low @ low.T + FLOOR * np.eye(len(members)))
        rotation, upper = np.linalg.qr((total[np.ix_(order, members)] @ lower).T)
        sign = np.where(np.diag(upper) < 0, -1.0, 1.0)
        triangle, rotation = (upper * sign[:, None]).T, rotation.T * sign[:, None]
        root = np.zeros((size, len(order)))
        root[order] = triangle
        inverse, spread = np.zeros((len(order), size)), np.zeros((len(order), size))
        inverse[:, members] = np.linalg.solve(lower.T, rotation.T).T
        turned = np.zeros_like(inverse)
        turned[:, members] = rotation @ np.linalg.solve(lower, low)
        spread[:, members] = rotation @ lower.T
        mean = np.asarray(total @ matrices.mean_between, dtype=np.float64)
        counts = len(known), len(integrated)
        return cls(tuple(order), *counts, matrices, mean, root, triangle, inverse, turned, spread)

    @property
    def remaining(self) -> int:
        """How many elements are integrated in closed form."""
        return len(self.order) - self.known - self.integrated

    def moved(self, matrices: Matrices) -> Moved:
        """Return mean and covariance of u at another point (any leading axes)."""
        size = matrices.mean_between.shape[-1]
        total = np.linalg.inv(np.eye(size) - matrices.paths_between)
        change = (matrices.paths_between - self.matrices.paths_between) @ total
        # (I − Γ₀) A = I + change
        step = self.inverse @ change
        root = self.inverse @ (matrices.root_between - self.matrices.root_between)
        alpha = matrices.mean_between
        apart = (alpha - self.matrices.mean_between)[..., None]
        shift = (self.inverse @ apart + step @ alpha[..., None])[..., 0]
        back = np.swapaxes(matrices.root_between, -1, -2)
        moved_root = np.swapaxes(matrices.root_between - self.matrices.root_between, -1, -2)
        spread = self.spread + root @ back + self.turned @ moved_root
        cross = root @ self.turned.T + step @ np.swapaxes(spread, -1, -2)
        second = root @ np.swapaxes(root, -1, -2)
        psi = matrices.root_between @ back + FLOOR * np.eye(size)
        third = step @ psi @ np.swapaxes(step, -1, -2)
        covariance = np.eye(len(self.order)) + cross + np.swapaxes(cross, -1, -2) + second + third
        mean = (total @ alpha[..., None])[..., 0]
        inverse = self.inverse + step
        turned = self.turned + root + step @ matrices.root_between
        return Moved(mean, shift, covariance, inverse, turned)


class Moved(NamedTuple):
    """A distribution of B at some point, in the u of a frame.

    Attributes
    ----------
    mean : array (..., b)
        Of B.
    shift, covariance : arrays (..., m), (..., m, m)
        Mean and covariance of u.
    inverse, turned : arrays (..., m, b)
        K⁻¹ A and K⁻¹ A L_B.
    """

    mean: Numbers
    shift: Numbers
    covariance: Numbers
    inverse: Numbers
    turned: Numbers
