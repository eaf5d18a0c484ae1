"""The largest value of a function where the log-likelihood is not far below its maximum.

Coordinates are whitened by the Hessian at the optimum, so that the region is close to a ball and
one sequential quadratic program with exact gradients ends in a few steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from medwidget.intervals.protocol import Array, LikelihoodSurface

__all__ = ["Whitened", "extreme"]

ACTIVE = 1e-4  # in units of the log-likelihood
STATIONARY = 1e-3  # share of the gradient that is not along the constraint's
FLATTEST = 1e-6  # curvature below this share of the largest is no curvature
# a bound takes about ten; one that takes far more is at the end of a ridge and would not verify
MOST_EVALUATIONS = 200
# how far below the region the log-likelihood may seem, so that steps into nowhere stay finite
FLOOR = 1e6


class Whitened:
    """A likelihood surface with optimum 0 and (nearly) unit curvature, evaluated once per point.

    Parameters
    ----------
    surface : LikelihoodSurface
    depth : float
        How far below the maximum the log-likelihood may be.
    """

    def __init__(self, surface: LikelihoodSurface, depth: float) -> None:
        self.surface = surface
        self.depth = depth
        information = -np.asarray(surface.hessian(surface.optimum))
        curvature, axes = np.linalg.eigh((information + information.T) / 2.0)
        largest = curvature[-1] if curvature[-1] > 0 else 1.0
        curvature = np.maximum(curvature, FLATTEST * largest)
        self._root = axes / np.sqrt(curvature)
        self.evaluations = 0
        self._points: dict[bytes, tuple[Array, Array]] = {}
        self._slack: dict[bytes, tuple[float, Array]] = {}

    @property
    def dimension(self) -> int:
        """Count of coordinates."""
        return int(self._root.shape[1])

    @property
    def radius(self) -> float:
        """Radius of the region if the log-likelihood were quadratic."""
        return float(np.sqrt(2.0 * self.depth))

    def natural(self, u: Array) -> Array:
        """Return the parameters."""
        return self._at(u)[0]

    def pulled_back(self, u: Array, gradient: Array) -> Array:
        """Return the gradient in whitened coordinates from that in the parameters."""
        # what an effect does not depend on must not pass on an infinite derivative
        used = gradient != 0
        return np.asarray((gradient[used] @ self._at(u)[1][used]) @ self._root)

    def slack(self, u: Array) -> tuple[float, Array]:
        """Return how far the log-likelihood is above the region's edge, and its gradient."""
        key = u.tobytes()
        if key not in self._slack:
            self._slack.clear()
            self.evaluations += 1
            if self.evaluations > MOST_EVALUATIONS:
                raise FloatingPointError("The search does not end.")
            phi = self._phi(u)
            value = float(self.surface.value(phi)) - self.surface.maximum + self.depth
            gradient = np.asarray(self.surface.gradient(phi)) @ self._root
            if not np.isfinite(value) or not np.isfinite(gradient).all():
                value, gradient = -FLOOR, -u
            self._slack[key] = max(value, -FLOOR), gradient
        return self._slack[key]

    def _phi(self, u: Array) -> Array:
        if not np.isfinite(u).all():
            raise FloatingPointError("The search left for infinity.")
        return np.asarray(self.surface.optimum + self._root @ u)

    def _at(self, u: Array) -> tuple[Array, Array]:
        key = u.tobytes()
        if key not in self._points:
            self._points.clear()
            phi = self._phi(u)
            self._points[key] = (
                np.asarray(self.surface.natural(phi)),
                np.asarray(self.surface.jacobian(phi)),
            )
        return self._points[key]


def extreme(
    value: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    space: Whitened,
    sign: float,
) -> float:
    """Return the largest (sign 1) or smallest (sign -1) value in the region; NaN if not found.

    Parameters
    ----------
    value, gradient : callables
        A function of whitened coordinates and its gradient.
    space : Whitened
    sign : float

    Returns
    -------
    float
        Verified: either the constraint is active and the gradients are parallel with a multiplier
        of the right sign, or the function is stationary inside the region.
    """
    origin = np.zeros(space.dimension)
    centre = value(origin)
    best = np.nan
    for start, scale, spare in _starts(gradient, space, sign):
        if spare and np.isfinite(best):
            continue
        try:
            found = _searched(value, gradient, space, sign / scale, start)
            reached = value(found)
            good = _verified(reached - centre, gradient(found), space, found, sign, scale)
        except (FloatingPointError, np.linalg.LinAlgError):
            continue
        if good and (np.isnan(best) or sign * reached > sign * best):
            best = reached
    return best


def _searched(
    value: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    space: Whitened,
    factor: float,
    start: Array,
) -> Array:
    """Return where sequential quadratic programming for factor times value ends."""
    from scipy.optimize import minimize

    centre = value(np.zeros(space.dimension))
    space.evaluations = 0
    constraint = {
        "type": "ineq",
        "fun": lambda u: space.slack(u)[0],
        "jac": lambda u: space.slack(u)[1],
    }
    search: Any = minimize  # the stubs of scipy are narrower than scipy
    with np.errstate(all="ignore"):  # steps into nowhere are taken back
        result = search(
            lambda u: -factor * (value(u) - centre),
            start,
            jac=lambda u: -factor * gradient(u),
            constraints=constraint,
            method="SLSQP",
            options={"ftol": 1e-7, "maxiter": 100},
        )
    return np.asarray(result.x, dtype=np.float64)


def _starts(
    gradient: Callable[[Array], Array], space: Whitened, sign: float
) -> Iterator[tuple[Array, float, bool]]:
    """Yield starting points, the scale of the function's change, and whether a start is a spare.

    First where a linear function would be extreme. Where curvature matters as much as slope (the
    product of two slopes near 0), also either end of the axis of largest curvature. A spare is for
    when nothing was found before.
    """
    origin = np.zeros(space.dimension)
    slope = gradient(origin)
    if not np.isfinite(slope).all():
        return
    steepness = float(np.linalg.norm(slope))
    step = 1e-4
    shifts = step * np.eye(space.dimension)
    hessian = np.array([(gradient(u) - gradient(-u)) / (2.0 * step) for u in shifts])
    if np.isfinite(hessian).all():
        curvature, axes = np.linalg.eigh(sign * (hessian + hessian.T) / 2.0)
        bend = 0.5 * max(float(curvature[-1]), 0.0) * space.radius
    else:
        bend, axes = 0.0, np.eye(space.dimension)
    scale = max(steepness, bend)
    if scale == 0:
        return
    if steepness > 0:
        outward = sign * space.radius * slope / steepness
        yield outward, scale, False
        yield 0.5 * outward, scale, True
    if bend > 0.25 * steepness:
        for end in (1.0, -1.0):
            yield end * space.radius * axes[:, -1], scale, False


def _verified(
    change: float, slope: Array, space: Whitened, u: Array, sign: float, scale: float
) -> bool:
    slack, normal = space.slack(u)
    if not np.isfinite(change) or not np.isfinite(slope).all() or slack < -ACTIVE:
        return False
    if sign * change < 0:
        return False
    if slack > ACTIVE:
        return bool(np.linalg.norm(slope) <= STATIONARY * scale)
    along = float(slope @ normal) / float(normal @ normal)
    residual = np.linalg.norm(slope - along * normal)
    # outward, the function improves and the likelihood falls
    return bool(sign * along < 0 and residual <= STATIONARY * np.linalg.norm(slope))
