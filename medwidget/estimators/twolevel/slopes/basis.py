"""The statistics that the complete data's gradient is linear in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.twolevel.layout import Layout, Matrices
from medwidget.estimators.twolevel.slopes.between import BetweenSetting
from medwidget.estimators.twolevel.slopes.complete import CompleteLikelihood

__all__ = ["Basis"]

Array = NDArray[np.float64]


class Basis:
    """Statistics by group, and how the gradient follows from their sums.

    In this order: u_a; u_a u_b; for each path k → i within groups, [Ψ⁻¹ζ]_i W_k summed over rows,
    of deterministic slopes also times each moderator; for each element (i, k) of L_W,
    [Ψ⁻¹ζ]_i [L'Ψ⁻¹ζ]_k; for each mean within groups, [(I − Γ_j)'Ψ⁻¹ζ]_k.

    Parameters
    ----------
    setting : BetweenSetting
    """

    def __init__(self, setting: BetweenSetting) -> None:
        self.setting = setting
        plan, frame = setting.plan, setting.frame
        within = plan.model.within
        last = len(frame.order)
        self.singles = list(range(frame.known, last))
        self.pairs = [(a, b) for b in self.singles for a in range(b + 1)]
        self.paths = sorted({(target, source) for target, source, _ in within.paths})
        self._deterministic = len(self.paths)
        self.paths += [(slope.target, slope.source) for slope in plan.deterministic]
        self.moderated = [
            (self._deterministic + place, number)
            for place, slope in enumerate(plan.deterministic)
            for _, number in slope.moderators
        ]
        self.elements = [(row, column) for row, column, _ in within.elements]
        self.means = [place for place, name in enumerate(within.means) if name is not None]

    @property
    def between_size(self) -> int:
        """How many statistics there are of u."""
        return len(self.singles) + len(self.pairs)

    @property
    def size(self) -> int:
        """How many statistics there are."""
        within = len(self.paths) + len(self.moderated) + len(self.elements) + len(self.means)
        return self.between_size + within

    def gradients(self, layout: Layout, complete: CompleteLikelihood, phi: Array) -> Array:
        """Return the derivative (D, Q) of the gradient in φ in each statistic."""
        setting = self.setting
        matrices, frame, plan = setting.matrices, setting.frame, setting.plan
        count, size = self.size, len(frame.order)
        pull = np.zeros((count, size))
        push = np.zeros((count, size, size))
        pull[range(len(self.singles)), self.singles] = 1.0
        place = len(self.singles)
        for a, b in self.pairs:
            push[place, a, b] += 0.5
            push[place, b, a] += 0.5
            if a == b:
                push[place, a, a] = 0.5
            place += 1
        wide = Matrices(*(np.broadcast_to(item, (count, *item.shape)) for item in matrices))
        found = complete.between_adjoint(wide, frame.moved(matrices), frame, pull, push)
        for target, source in self.paths[: self._deterministic]:
            found.paths_within[place, target, source] = 1.0
            place += 1
        for slope in plan.deterministic:
            found.mean_between[place, slope.between] = 1.0
            place += 1
        for slope in plan.deterministic:
            for cause, _ in slope.moderators:
                found.paths_between[place, slope.between, cause] = 1.0
                place += 1
        for row, column in self.elements:
            found.root_within[place, row, column] = 1.0
            place += 1
        for variable in self.means:
            found.mean_within[place, variable] = 1.0
            place += 1
        points = np.broadcast_to(phi, (count, len(phi)))
        return layout.gather(points, found)
