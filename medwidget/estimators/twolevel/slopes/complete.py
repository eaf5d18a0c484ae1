"""The likelihood of complete data (rows and B), by its expected statistics.

Fisher's identity: the gradient of the log-likelihood is that of the complete data's, expected
given what was observed. Louis (1982, JRSS B 44:226): the information is that of the complete data,
expected, less the covariance of the complete data's gradient.

Within groups, ζ(φ) = X(φ) r where r holds ζ and its regressors at a reference point φ₀:

    ζ(φ) = ζ₀ − (Γ(φ) − Γ₀) W₀ − (I − Γ_j(φ)) (μ_W(φ) − μ_W0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.layout import Layout, Matrices
from medwidget.estimators.twolevel.slopes.frame import Frame, Moved
from medwidget.estimators.twolevel.slopes.plan import Plan

__all__ = ["CompleteLikelihood", "Regressors", "Statistics"]

Array = NDArray[np.float64]
Numbers = NDArray[Any]


@dataclass(frozen=True)
class Regressors:
    """What ζ(φ) is linear in, besides ζ₀.

    Attributes
    ----------
    multipliers : tuple of (str, int)
        The vector g of a group: ("one", 0), ("slope", number of a random slope), ("moderator",
        number of a group-level variable).
    parts : tuple of (int, int)
        Position in W, and number of the multiplier, of regressors W_k g.
    constants : tuple of int
        Numbers of multipliers that are regressors themselves; they follow ``parts``.
    """

    multipliers: tuple[tuple[str, int], ...]
    parts: tuple[tuple[int, int], ...]
    constants: tuple[int, ...]

    @classmethod
    def of(cls, plan: Plan) -> Regressors:
        """Find them for a model."""
        moderators = sorted({n for slope in plan.deterministic for _, n in slope.moderators})
        multipliers = [("one", 0), *(("slope", n) for n in range(len(plan.random)))]
        multipliers += [("moderator", number) for number in moderators]
        number_of = {item: number for number, item in enumerate(multipliers)}
        parts = {(source, 0): None for _, source, _ in plan.model.within.paths}
        for slope in plan.deterministic:
            parts[slope.source, 0] = None
            for _, number in slope.moderators:
                parts[slope.source, number_of["moderator", number]] = None
        shifts = any(mean is not None for mean in plan.model.within.means)
        constants = tuple(range(len(multipliers))) if shifts else ()
        return cls(tuple(multipliers), tuple(parts), constants)

    def moderator(self, number: int) -> int:
        """Return the number of the multiplier that a group-level variable is."""
        return self.multipliers.index(("moderator", number))

    @property
    def size(self) -> int:
        """How many regressors there are."""
        return len(self.parts) + len(self.constants)


@dataclass(frozen=True)
class Statistics:
    """Expected statistics of the complete data, summed over groups.

    Attributes
    ----------
    groups : float
        Sum of the weights.
    first, second : arrays (m,), (m, m)
        Sums of E u and E uu'.
    rows : array (R,)
        Rows of each pattern.
    cross : array (R, w + p, w + p)
        Sums of E rr', with Ω ζ₀ for ζ₀.
    """

    groups: float
    first: Array
    second: Array
    rows: Array
    cross: Array

    def __add__(self, other: Statistics) -> Statistics:
        return Statistics(
            self.groups + other.groups,
            self.first + other.first,
            self.second + other.second,
            self.rows + other.rows,
            self.cross + other.cross,
        )

    def turned(self, rotation: Array) -> Statistics:
        """Return the statistics for rotation @ u."""
        return Statistics(
            self.groups,
            rotation @ self.first,
            rotation @ self.second @ rotation.T,
            self.rows,
            self.cross,
        )


class CompleteLikelihood:
    """Gradients of Q(φ) = E log p(rows, B; φ), given statistics at a reference point.

    Parameters
    ----------
    layout : Layout
    plan : Plan
    regressors : Regressors
    observed : array of bool (R, w)
        Patterns of missing values.
    """

    def __init__(
        self, layout: Layout, plan: Plan, regressors: Regressors, observed: NDArray[np.bool_]
    ) -> None:
        self.layout, self.plan, self.regressors = layout, plan, regressors
        self.rows = [np.flatnonzero(seen) for seen in observed]

    def gradient(
        self, phi: Numbers, reference: Matrices, frame: Frame, statistics: Statistics
    ) -> Numbers:
        """Return the gradient (..., Q) at points (..., Q)."""
        matrices = self.layout.matrices(phi)
        between = self._between(matrices, frame, statistics)
        within = self._within(matrices, reference, statistics)
        total = Matrices(*(a + b for a, b in zip(between, within, strict=True)))
        return self.layout.gather(phi, total)

    def curvature(
        self, phi: Array, reference: Matrices, frame: Frame, statistics: Statistics
    ) -> Array:
        """Return the second derivative (Q, Q) at one point, by complex steps."""
        step = 1e-30
        points = phi[None] + 1j * step * np.eye(len(phi))
        found = self.gradient(points, reference, frame, statistics).imag / step
        return np.asarray(0.5 * (found + found.T))

    # -- between ------------------------------------------------------------------------------

    def _between(self, matrices: Matrices, frame: Frame, statistics: Statistics) -> Matrices:
        at = frame.moved(matrices)
        shift, inverse = at.shift, np.linalg.inv(at.covariance)
        first = statistics.first - statistics.groups * shift
        cross = statistics.first[:, None] * shift[..., None, :]
        second = statistics.second - cross - np.swapaxes(cross, -1, -2)
        second = second + statistics.groups * shift[..., :, None] * shift[..., None, :]
        pull = (inverse @ first[..., None])[..., 0]
        push = 0.5 * (inverse @ second @ inverse - statistics.groups * inverse)
        return self.between_adjoint(matrices, at, frame, pull, push)

    def between_adjoint(
        self, matrices: Matrices, at: Moved, frame: Frame, pull: Numbers, push: Numbers
    ) -> Matrices:
        """Carry gradients in the mean and covariance of u on to the matrices."""
        back = np.swapaxes(at.inverse, -1, -2)
        g_alpha = (back @ pull[..., None])[..., 0]
        g_paths = g_alpha[..., :, None] * at.mean[..., None, :]
        g_paths = g_paths + 2 * back @ push @ at.covariance @ frame.root.T
        g_root = 2 * back @ push @ at.turned
        nothing = _like(matrices, g_alpha)
        return nothing._replace(mean_between=g_alpha, paths_between=g_paths, root_between=g_root)

    # -- within -------------------------------------------------------------------------------

    def _within(self, matrices: Matrices, reference: Matrices, stats: Statistics) -> Matrices:
        width = matrices.mean_within.shape[-1]
        design = self._design(matrices, reference)
        root = matrices.root_within
        psi = root @ np.swapaxes(root, -1, -2)
        psi0 = reference.root_within @ reference.root_within.T
        g_psi = np.zeros_like(psi)
        g_design = np.zeros_like(design)
        for rows, count, cross in zip(self.rows, stats.rows, stats.cross, strict=True):
            if not count:
                continue
            whole = np.zeros((*design.shape[:-2], rows.size, cross.shape[0]), dtype=design.dtype)
            whole[..., rows] = np.linalg.cholesky(psi0[np.ix_(rows, rows)])
            whole[..., width:] = design[..., rows, :]
            inverse = np.linalg.inv(psi[..., rows, :][..., rows])
            right = whole @ cross
            pulled = inverse @ right
            square = pulled @ np.swapaxes(whole, -1, -2) @ inverse
            g_psi[..., rows[:, None], rows] += 0.5 * (square - count * inverse)
            g_design[..., rows, :] -= pulled[..., width:]
        found = self._design_adjoint(matrices, reference, g_design)
        return found._replace(root_within=2 * g_psi @ root)

    def _design(self, matrices: Matrices, reference: Matrices) -> Numbers:
        """Return the columns of X beyond those of ζ₀."""
        spec, lead = self.regressors, matrices.mean_within.shape[:-1]
        width = matrices.mean_within.shape[-1]
        out = np.zeros((*lead, width, spec.size), dtype=matrices.paths_within.dtype)
        change = matrices.paths_within - reference.paths_within
        place = {item: number for number, item in enumerate(spec.parts)}
        for (source, multiplier), number in place.items():
            if multiplier == 0:
                out[..., number] = -change[..., source]
        for slope in self.plan.deterministic:
            change = matrices.mean_between - reference.mean_between
            column = place[slope.source, 0]
            out[..., slope.target, column] -= change[..., slope.between]
            change = matrices.paths_between - reference.paths_between
            for cause, number in slope.moderators:
                column = place[slope.source, spec.moderator(number)]
                out[..., slope.target, column] -= change[..., slope.between, cause]
        if spec.constants:
            self._add_shifts(out[..., len(spec.parts) :], matrices, reference)
        return out

    def _add_shifts(self, out: Numbers, matrices: Matrices, reference: Matrices) -> None:
        shift = matrices.mean_within - reference.mean_within
        out[..., 0] = -shift + (matrices.paths_within @ shift[..., None])[..., 0]
        for number, slope in enumerate(self.plan.random):
            out[..., slope.target, 1 + number] += shift[..., slope.source]
        for fixed in self.plan.deterministic:
            moved = shift[..., fixed.source]
            out[..., fixed.target, 0] += matrices.mean_between[..., fixed.between] * moved
            for cause, number in fixed.moderators:
                column = self.regressors.moderator(number)
                coefficient = matrices.paths_between[..., fixed.between, cause]
                out[..., fixed.target, column] += coefficient * moved

    def _design_adjoint(self, matrices: Matrices, reference: Matrices, g: Numbers) -> Matrices:
        """Carry a gradient in X on to the matrices."""
        spec = self.regressors
        found = _like(matrices, g.sum(axis=-1))
        place = {item: number for number, item in enumerate(spec.parts)}
        for (source, multiplier), number in place.items():
            if multiplier == 0:
                found.paths_within[..., source] -= g[..., number]
        for slope in self.plan.deterministic:
            column = place[slope.source, 0]
            found.mean_between[..., slope.between] -= g[..., slope.target, column]
            for cause, number in slope.moderators:
                column = place[slope.source, spec.moderator(number)]
                found.paths_between[..., slope.between, cause] -= g[..., slope.target, column]
        if spec.constants:
            self._shifts_adjoint(found, matrices, reference, g[..., len(spec.parts) :])
        return found

    def _shifts_adjoint(
        self, found: Matrices, matrices: Matrices, reference: Matrices, g: Numbers
    ) -> None:
        shift = matrices.mean_within - reference.mean_within
        one = g[..., 0]
        found.paths_within[...] += one[..., :, None] * shift[..., None, :]
        back = np.swapaxes(matrices.paths_within, -1, -2)
        found.mean_within[...] += (back @ one[..., None])[..., 0] - one
        for number, slope in enumerate(self.plan.random):
            found.mean_within[..., slope.source] += g[..., slope.target, 1 + number]
        for fixed in self.plan.deterministic:
            place, target, source = fixed.between, fixed.target, fixed.source
            found.mean_between[..., place] += one[..., target] * shift[..., source]
            moved = matrices.mean_between[..., place] * one[..., target]
            for cause, number in fixed.moderators:
                into = g[..., target, self.regressors.moderator(number)]
                found.paths_between[..., place, cause] += into * shift[..., source]
                moved = moved + matrices.paths_between[..., place, cause] * into
            found.mean_within[..., source] += moved


def _like(matrices: Matrices, values: Numbers) -> Matrices:
    """Return zeros with the leading axes of ``values`` (..., one axis)."""
    lead = values.shape[:-1]
    shapes = [(*lead, *item.shape[len(matrices.mean_within.shape) - 1 :]) for item in matrices]
    return Matrices(*(np.zeros(shape, dtype=values.dtype) for shape in shapes))
