"""The likelihood of one SD over groups: why it is estimated at zero, or how well it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from medwidget.errors import ModelError, UnsupportedError
from medwidget.intervals.constrained import Whitened
from medwidget.result import MediationResult

__all__ = ["SdProfile", "sd_profile"]

Array = NDArray[np.float64]

# About how many values of the SD on either side of the estimate.
POINTS = 8
# The curve is drawn until the log-likelihood has fallen this many times as far as the cut-off.
BEYOND = 1.4
MOST_POINTS = 24
# An SD below this share of a step is zero.
AT_ZERO = 1e-3
# Gradient along the constraint, as a share of that at the edge of the region, that is none.
LEVEL = 0.01


@dataclass(frozen=True)
class SdProfile:
    """The log-likelihood, maximised over everything else, at values of an SD over groups.

    Attributes
    ----------
    label : str
        The random effect, as in ``result.random_effects``.
    estimate : float
    sd, drop : arrays (n,)
        Values of the SD, and how far the log-likelihood lies below its maximum there.
    cutoff : float
        Drop at the ends of the profile interval: half a chi-square quantile.
    level : float
        Of that interval.
    """

    label: str
    estimate: float
    sd: Array
    drop: Array
    cutoff: float
    level: float

    @property
    def at_boundary(self) -> bool:
        """Whether the likelihood is highest at zero."""
        return bool(self.sd[int(self.drop.argmin())] == 0.0)


def sd_profile(result: MediationResult, label: str) -> SdProfile:
    """Return the profile likelihood of the SD of one random effect.

    Parameters
    ----------
    result : MediationResult
        Just fitted by ML or REML (then it is the restricted likelihood).
    label : str
        One of the labels of ``result.random_effects``.

    Raises
    ------
    UnsupportedError
        If the estimator has no likelihood to profile, or its maximum along the SD was not found.
    """
    surface = getattr(result.fitted, "surface", None)
    if surface is None or result.resolved is None:
        raise UnsupportedError(
            "There is no likelihood to profile; fit the model by 'ml' or 'reml'."
        )
    structure = result.resolved.structure
    name = structure.covariance(label, label) if label in structure.labels else None
    if name is None:
        raise ModelError(f"There is no random effect {label!r}.")
    level = float(result.settings["level"])
    depth = float(ndtri(0.5 + level / 2.0)) ** 2 / 2.0
    search = _Search(Whitened(surface, depth), result.fitted.names.index(name))
    estimate = search.sd(np.zeros(search.space.dimension))
    sd, drop = search.curve(estimate)
    if len(sd) < 4:
        raise UnsupportedError(f"The likelihood of the SD of {label} could not be followed.")
    return SdProfile(label, estimate, sd, drop, depth, level)


class _Search:
    """Maxima of the likelihood at given values of one variance.

    Parameters
    ----------
    space : Whitened
        Whose origin is the overall maximum.
    place : int
        Of the variance among the natural parameters.
    """

    def __init__(self, space: Whitened, place: int) -> None:
        self.space = space
        self._place = place
        self._starts: list[Array] = []

    def sd(self, u: Array) -> float:
        """Return the SD at a point."""
        return float(np.sqrt(max(self.space.natural(u)[self._place], 0.0)))

    def curve(self, estimate: float) -> tuple[Array, Array]:
        """Return values of the SD from low to high, and the drop of the log-likelihood at each."""
        target = BEYOND * self.space.depth
        found = {estimate: 0.0}
        at_zero = estimate <= AT_ZERO * self._step(estimate)
        if at_zero:
            found = {0.0: 0.0}
        else:
            found |= self._walk(estimate, -self._step(estimate), target)
        found |= self._walk(max(found), self._step(estimate), target)
        kept = sorted(found)
        return np.array(kept), np.array([found[value] for value in kept])

    def _walk(self, start: float, step: float, target: float) -> dict[float, float]:
        """Go from an SD up or down until the log-likelihood has dropped by the target."""
        found: dict[float, float] = {}
        before: Array | None = None
        value, drop = start, 0.0
        for _ in range(MOST_POINTS):
            value = max(value + step, 0.0)
            # the SD has a kink at 0; next to it the likelihood is the same to all digits shown
            reached = self._maximum(value or AT_ZERO * abs(step), before)
            if reached is None:
                break
            change = reached[0] - drop
            drop, before = reached
            found[value] = drop
            if drop > target or value == 0.0:
                break
            if change < target / (4.0 * POINTS):
                step *= 1.6
        return found

    def _step(self, estimate: float) -> float:
        """Return a step in the SD that is small beside what the surface's curvature suggests."""
        moved = [
            self.sd(sign * self.space.radius * axis)
            for axis in np.eye(self.space.dimension)
            for sign in (1.0, -1.0)
        ]
        widest = max(abs(value - estimate) for value in moved)
        return widest / POINTS if widest > 0 else 1.0

    def _maximum(self, value: float, start: Array | None) -> tuple[float, Array] | None:
        """Return the drop at an SD and where it is; None where the search fails."""
        best: tuple[float, Array] | None = None
        for begin in self._beginnings(value, start):
            found = self._searched(value, begin)
            if found is not None and (best is None or found[0] < best[0]):
                best = found
        return best

    def _beginnings(self, value: float, start: Array | None) -> list[Array]:
        """Return where to start: near the last maximum, or where one coordinate gives the SD."""
        if start is not None:
            return [start]
        origin = np.zeros(self.space.dimension)
        if self.sd(origin) > AT_ZERO * value:
            return [origin]
        candidates = []
        for axis in np.eye(self.space.dimension):
            along = axis * self.space.radius / 2.0
            if abs(self.sd(along) - self.sd(0.0 * along)) > 1e-9 * (1 + value):
                candidates.append(along)
        candidates.sort(key=lambda u: -self.space.slack(u)[0])
        return candidates[:2]

    def _searched(self, value: float, begin: Array) -> tuple[float, Array] | None:
        from scipy.optimize import minimize

        space, place = self.space, self._place
        scale = max(value, self.sd(begin), 1e-12)

        # by the SD, not the variance: its gradient keeps its length near zero
        def gap(u: Array) -> float:
            return (self.sd(u) - value) / scale

        def gap_gradient(u: Array) -> Array:
            weights = np.zeros(len(space.natural(u)))
            weights[place] = 0.5 / (scale * max(self.sd(u), 1e-9 * scale))
            return space.pulled_back(u, weights)

        search: Any = minimize  # the stubs of scipy are narrower than scipy
        space.evaluations = 0
        try:
            with np.errstate(all="ignore"):  # steps into nowhere are taken back
                ended = search(
                    lambda u: -space.slack(u)[0],
                    begin,
                    jac=lambda u: -space.slack(u)[1],
                    constraints={"type": "eq", "fun": gap, "jac": gap_gradient},
                    method="SLSQP",
                    options={"ftol": 1e-8, "maxiter": 100},
                )
            u = np.asarray(ended.x, dtype=np.float64)
            drop = space.depth - space.slack(u)[0]
        except (FloatingPointError, np.linalg.LinAlgError):
            return None
        # verified, whatever the search says of itself: on the constraint, and level along it
        normal, slope = gap_gradient(u), space.slack(u)[1]
        level = slope - normal * (slope @ normal) / max(float(normal @ normal), 1e-300)
        if abs(gap(u)) > 1e-4 or np.linalg.norm(level) > LEVEL * space.radius:
            return None
        return max(float(drop), 0.0), u
