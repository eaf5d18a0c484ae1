"""Newton's method in a trust region, for one function or several in step, with its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Minimum", "Objective", "minimize", "minimize_many"]

Array = NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array, Array]]
ManyObjective = Callable[[Array, NDArray[np.intp]], tuple[Array, Array, Array]]


@dataclass(frozen=True)
class Minimum:
    """Where a minimisation ended, and how.

    Attributes
    ----------
    point : array (n,)
        After a last Newton step that promised less than the tolerance.
    gradient, hessian, value : arrays (n,), (n, n), float
        Before that step.
    decrement : float
        Half the squared Newton decrement: how much lower the quadratic model still promises.
    converged : bool
        The decrement fell below the tolerance and the Hessian has no negative eigenvalue beyond
        rounding.
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
    tolerance: float = 1e-8,
    iterations: int = 100,
    radius: float = 1.0,
    least: float = 0.0,
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
    least : float
        A step that lowers the value by less is the last, converged or not.
    """
    search = _Search(np.array(start, dtype=float), tolerance, radius, least)
    search.begin(*objective(search.trial))
    for _ in range(iterations):
        if search.done:
            break
        search.judge(*objective(search.trial))
    return search.result()


def minimize_many(
    objective: ManyObjective,
    starts: Array,
    *,
    tolerance: float = 1e-8,
    iterations: int = 100,
    radius: float = 1.0,
) -> list[Minimum]:
    """Minimise several functions in step, so that they can be evaluated together.

    Parameters
    ----------
    objective : callable
        ``objective(points, which)`` maps points (A, n) of the problems numbered ``which`` (A,) to
        values (A,), gradients (A, n) and Hessians (A, n, n).
    starts : array (B, n)
    tolerance, iterations, radius
        As in `minimize`, for each problem.
    """
    searches = [_Search(np.array(start, dtype=float), tolerance, radius) for start in starts]
    which = np.arange(len(searches))
    for round_number in range(iterations + 1):
        evaluated = objective(np.array([searches[i].trial for i in which]), which)
        for i, value, gradient, hessian in zip(which, *evaluated, strict=True):
            if round_number == 0:
                searches[i].begin(float(value), gradient, hessian)
            else:
                searches[i].judge(float(value), gradient, hessian)
        which = np.array([i for i in which if not searches[i].done], dtype=np.intp)
        if which.size == 0:
            break
    return [search.result() for search in searches]


class _Search:
    """One minimisation: where it is, what it tries next, and how it went."""

    def __init__(self, start: Array, tolerance: float, radius: float, least: float = 0.0) -> None:
        self.trial = start
        self.done = False
        self._least = least
        self._tolerance = tolerance
        self._radius = radius
        self._message = "the limit on iterations was reached"
        self._converged = False
        self._decrement = np.inf
        self._evaluations = 1

    def begin(self, value: float, gradient: Array, hessian: Array) -> None:
        """Take the value at the start."""
        self._accept(value, gradient, hessian)
        self._history = [value] if np.isfinite(value) else []
        if np.isfinite(value):
            self._propose()
        else:
            self._message, self.done = "no value at the start", True

    def judge(self, value: float, gradient: Array, hessian: Array) -> None:
        """Accept or reject the trial, resize the region, and propose the next."""
        self._evaluations += 1
        noise = self._noise()
        gained = self._value - value
        finite = np.isfinite(value)
        ratio = (gained + noise) / (self._predicted + noise) if finite else -1.0
        if ratio < 0.25:
            self._radius = 0.25 * float(np.linalg.norm(self.trial - self._point))
        elif ratio > 0.75 and not self._interior:
            self._radius = min(2.5 * self._radius, 1e3)
        if ratio > 1e-3:
            self._accept(value, gradient, hessian)
            self._history.append(value)
            if 0 <= gained < self._least:
                self._message, self.done = "the last step gained little", True
                return
        elif self._radius < 1e-12:
            self._message, self.done = "no step lowers the value any more", True
            return
        self._propose()

    def result(self) -> Minimum:
        """Return where the search ended."""
        return Minimum(
            self._point,
            self._value,
            self._gradient,
            self._hessian,
            float(self._decrement),
            self._converged,
            self._message,
            tuple(self._history),
            self._evaluations,
        )

    def _accept(self, value: float, gradient: Array, hessian: Array) -> None:
        self._point, self._value = self.trial, value
        self._gradient, self._hessian = gradient, hessian
        self._spectrum: tuple[Array, Array] | None = None

    def _propose(self) -> None:
        if self._spectrum is None:
            values, vectors = np.linalg.eigh(self._hessian)
            self._spectrum = values, vectors
        step, self._predicted, self._interior = _step(self._gradient, self._spectrum, self._radius)
        self._decrement = self._predicted
        if self._interior and self._predicted <= max(self._tolerance, self._noise()):
            # the last step is taken without looking: it gains less than was asked for
            self._message, self._converged, self.done = "the gradient vanishes", True, True
            self._point = self._point + step
        self.trial = self._point + step

    def _noise(self) -> float:
        return 4 * float(np.finfo(float).eps) * max(1.0, abs(self._value))


def _step(
    gradient: Array, spectrum: tuple[Array, Array], radius: float
) -> tuple[Array, float, bool]:
    """Return the quadratic model's minimiser in the ball, its gain, whether it is interior."""
    values, vectors = spectrum
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
