"""Newton's method in a trust region, with the whole history kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Minimum", "minimize"]

Array = NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array, Array]]


@dataclass(frozen=True)
class Minimum:
    """Where a minimisation ended, and how.

    Attributes
    ----------
    point, gradient, hessian : arrays (n,), (n,), (n, n)
    value : float
    decrement : float
        Half the squared Newton decrement: how much lower the quadratic model still promises.
    converged : bool
        The decrement fell below the tolerance and the Hessian has no negative eigenvalue beyond rounding.
    message : str
    history : tuple of float
        The value after every accepted step, the start included.
    evaluations : int
    """

    point: Array
    value: float
    gradient: Array
    hessian: Array
    decrement: float
    converged: bool
    message: str
    history: tuple[float, ...]
    evaluations: int


def minimize(
    objective: Objective,
    start: Array,
    *,
    tolerance: float = 1e-11,
    iterations: int = 100,
    radius: float = 1.0,
) -> Minimum:
    """Minimise a smooth function of few variables that comes with gradient and Hessian.

    Each step solves the trust-region problem exactly by the eigenvectors of the Hessian, so saddle
    points are left along directions of negative curvature (Nocedal & Wright 2006, ch. 4).

    Parameters
    ----------
    objective : callable
        Maps a point (n,) to value, gradient (n,) and Hessian (n, n). A value that is not finite
        rejects the step.
    start : array (n,)
    tolerance : float
        On the decrement, in units of the objective.
    iterations : int
        Most steps tried.
    radius : float
        First trust radius, in units of the point.
    """
    point = np.array(start, dtype=float)
    value, gradient, hessian = objective(point)
    history = [value]
    evaluations = 1
    message = "the limit on iterations was reached"
    converged = False
    decrement = np.inf
    if not np.isfinite(value):
        return Minimum(point, value, gradient, hessian, decrement, False, "no value at the start", (), 1)
    for _ in range(iterations):
        step, predicted, interior = _step(gradient, hessian, radius)
        decrement = predicted
        noise = 4 * np.finfo(float).eps * max(1.0, abs(value))
        if interior and predicted <= max(tolerance, noise):
            converged = True
            message = "gradient at rounding level"
            break
        trial = point + step
        new_value, new_gradient, new_hessian = objective(trial)
        evaluations += 1
        gained = value - new_value
        ratio = (gained + noise) / (predicted + noise) if np.isfinite(new_value) else -1.0
        length = float(np.linalg.norm(step))
        if ratio < 0.25:
            radius = 0.25 * length
        elif ratio > 0.75 and not interior:
            radius = min(2.5 * radius, 1e3)
        if ratio > 1e-3:
            point, value, gradient, hessian = trial, new_value, new_gradient, new_hessian
            history.append(value)
        elif radius < 1e-12:
            message = "no step lowers the value any more"
            break
    return Minimum(
        point, value, gradient, hessian, float(decrement), converged, message, tuple(history), evaluations
    )


def _step(gradient: Array, hessian: Array, radius: float) -> tuple[Array, float, bool]:
    """Return the minimiser of the quadratic model in the ball, its gain, and whether it is interior."""
    values, vectors = np.linalg.eigh(hessian)
    slope = vectors.T @ gradient
    largest = max(float(np.abs(values).max(initial=0.0)), 1e-300)
    lowest = float(values[0]) if values.size else 1.0
    flat = 1e-13 * largest
    if lowest > flat:
        coordinates = -slope / values
        if float(np.linalg.norm(coordinates)) <= radius:
            return vectors @ coordinates, -float(slope @ coordinates) / 2, True
    elif lowest > -1e-9 * largest:
        # directions in which the function is flat to rounding: step in the others only
        curved = values > 1e-9 * largest
        coordinates = np.where(curved, -slope / np.where(curved, values, 1.0), 0.0)
        idle = float(np.abs(slope[~curved]).max(initial=0.0))
        if float(np.linalg.norm(coordinates)) <= radius and idle < 1e-6:
            return vectors @ coordinates, -float(slope @ coordinates) / 2, True
    shift = _shift(values, slope, radius)
    coordinates = -slope / (values + shift)
    short = radius**2 - float(coordinates @ coordinates)
    if short > 0 and lowest < 0:  # the hard case: fill up along the direction of lowest curvature
        coordinates[0] += np.sqrt(short) * (-1.0 if slope[0] > 0 else 1.0)
    model = float(slope @ coordinates + 0.5 * values @ coordinates**2)
    return vectors @ coordinates, -model, False


def _shift(values: Array, slope: Array, radius: float) -> float:
    """Return the multiple of the identity that brings the step onto the boundary of the region."""
    lower = max(0.0, -float(values[0])) + 1e-12 * max(1.0, float(np.abs(values).max()))
    upper = lower + max(1.0, float(np.linalg.norm(slope)) / radius)
    while float(np.linalg.norm(slope / (values + upper))) > radius:
        upper = lower + 4 * (upper - lower)
    for _ in range(60):
        middle = 0.5 * (lower + upper)
        if float(np.linalg.norm(slope / (values + middle))) > radius:
            lower = middle
        else:
            upper = middle
        if upper - lower <= 1e-3 * upper:
            break
    return upper
