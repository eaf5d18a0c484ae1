"""What every estimator takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from medwidget.data.prepare import Prepared
from medwidget.spec.model import MediationModel
from medwidget.spec.parameters import ParameterTable
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Structure

__all__ = [
    "Convergence",
    "Estimator",
    "Fit",
    "GroupPosterior",
    "Progress",
    "Refit",
    "Surface",
    "latent_refusal",
]

Array = NDArray[np.float64]

# Called as progress(done, total) during a long fit; returning False stops it.
Progress = Callable[[int, int], Any]


@dataclass(frozen=True)
class Convergence:
    """How the maximum was found.

    Attributes
    ----------
    converged : bool
    message : str
    gradient_norm : float
        Largest absolute element of the gradient of the log-likelihood at the optimum, in the
        estimator's unconstrained coordinates of standardized data.
    decrement : float
        Gain in log-likelihood that a further Newton step promises.
    singular : tuple of str
        Directions in which T has no variance, in words.
    starts : int
        Starting values tried.
    iterations, evaluations : int
        Accepted steps, and evaluations of the likelihood, from all starts.
    smallest_curvature : float
        Smallest eigenvalue of the information in those coordinates, as a share of the largest.
    history : tuple of float
        Log-likelihood after every accepted step from the best start.
    seconds : float
        Time in the estimator.
    nodes : int or None
        Quadrature nodes in each dimension; None where nothing was integrated numerically.
    node_change : float or None
        How much the log-likelihood moved at the last increase of the nodes.
    """

    converged: bool
    message: str
    gradient_norm: float
    decrement: float
    singular: tuple[str, ...]
    starts: int
    iterations: int
    evaluations: int
    smallest_curvature: float
    history: tuple[float, ...]
    seconds: float = 0.0
    nodes: int | None = None
    node_change: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain values that JSON can hold."""
        record = asdict(self)
        record["singular"] = list(self.singular)
        record["history"] = [float(value) for value in self.history]
        return record


class Surface(Protocol):
    """The likelihood in unconstrained coordinates, for profiles and samplers."""

    optimum: Array
    maximum: float
    covers: frozenset[str]

    def value(self, phi: Array) -> float:
        """Return the log-likelihood."""

    def gradient(self, phi: Array) -> Array:
        """Return its gradient."""

    def hessian(self, phi: Array) -> Array:
        """Return its second derivative."""

    def natural(self, phi: Array) -> Array:
        """Return the parameters in natural units."""

    def jacobian(self, phi: Array) -> Array:
        """Return the derivative of `natural`."""


class Refit(Protocol):
    """The same model again, on other groups or on simulated responses."""

    n_groups: int

    def cluster(self, weights: Array) -> Array:
        """Return estimates (B, P) for group weights (B, J); a failed refit is a row of NaN."""

    def parametric(self, count: int, rng: np.random.Generator) -> Array:
        """Return estimates (count, P) from responses simulated under the fit."""


@dataclass(frozen=True)
class GroupPosterior:
    """The random effects of every group given the data, at the estimates.

    Attributes
    ----------
    labels : tuple of str
        Labels of the random effects.
    modes : array (J, q)
        Conditional means (BLUPs).
    covariances : array (J, q, q)
        Conditional covariance at the estimates.
    sensitivity : array (J, q, p)
        Derivative of the conditional means in the fixed effects.
    """

    labels: tuple[str, ...]
    modes: Array
    covariances: Array
    sensitivity: Array


@dataclass(frozen=True)
class Fit:
    """What an estimator hands on.

    Attributes
    ----------
    parameters : ParameterTable
    estimate : array (P,)
        In natural units, in the order of the table.
    covariance : array (P, P)
        Inverse of the observed information of all parameters together.
    conditional_covariance : array (p, p)
        Of the fixed effects with variance parameters taken as known (generalised least squares):
        what lme4 and nlme report.
    loglik : float
    restricted : bool
        Whether ``loglik`` is the restricted one.
    n_observations : int
        Values of responses in all equations.
    convergence : Convergence
    problems : tuple of Problem
        What a reader of the estimates must know.
    sample : callable
        ``sample(count, rng)`` gives draws (count, P) of the asymptotic distribution.
    groups : callable or None
        Gives the `GroupPosterior`; None for estimators that have none.
    surface : Surface or None
    refit : Refit or None
    not_estimated : int
        Parameters of the table that were not estimated: taken as zero by this estimator, or
        constrained by the model.
    statistics : mapping of str to (float, int or None)
        Statistics that only this estimator has, by name: tests and indices of fit, quadrature.
    """

    parameters: ParameterTable
    estimate: Array
    covariance: Array
    conditional_covariance: Array
    loglik: float
    restricted: bool
    n_observations: int
    convergence: Convergence
    problems: tuple[Problem, ...]
    sample: Callable[[int, np.random.Generator], Array] = field(repr=False)
    groups: Callable[[], GroupPosterior] | None = field(default=None, repr=False)
    surface: Surface | None = field(default=None, repr=False)
    refit: Refit | None = field(default=None, repr=False)
    not_estimated: int = 0
    statistics: Mapping[str, float | int | None] = field(default_factory=dict)

    @property
    def n_parameters(self) -> int:
        """Number of parameters that were estimated."""
        return len(self.parameters) - self.not_estimated

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return self.parameters.names

    def draw(self, count: int, rng: np.random.Generator) -> Array:
        """Return draws (count, P) in natural units, with T positive semidefinite."""
        return self.sample(count, rng)


class Estimator(Protocol):
    """A way to estimate a model."""

    @property
    def name(self) -> str:
        """What `medwidget.fit` calls it."""

    def unsupported(self, model: MediationModel) -> str | None:
        """Return why this estimator cannot fit the model, or None."""

    def fit(
        self,
        structure: Structure,
        prepared: Prepared,
        rng: np.random.Generator,
        progress: Progress | None = None,
    ) -> Fit:
        """Estimate the model.

        A fit that takes long calls ``progress(done, total)`` at least five times a second, and
        raises `medwidget.errors.Cancelled` when that returns False. A quick one may ignore it.
        """


def latent_refusal(name: str) -> str:
    """Return why an estimator for regressions on observed means does not take latent ones."""
    return (
        f"centering='latent' is fitted by maximum likelihood, which estimator={name!r} does not "
        f"do for latent group means. Use estimator='ml', or centering='group-mean', for which the "
        f"reliability of the group means says how much it matters."
    )
