"""Joint maximum likelihood and REML of Gaussian mediation models."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.threads import one_blas_thread
from medwidget._numerics.trust_region import Minimum, minimize
from medwidget.data.design import LinearDesign, build_design
from medwidget.data.prepare import Prepared
from medwidget.errors import ConvergenceError
from medwidget.estimators.boundary import Boundary, find_boundaries
from medwidget.estimators.linear.asymptotics import Asymptotics, LinearSurface
from medwidget.estimators.linear.derivatives import Evaluation
from medwidget.estimators.linear.groups import group_posterior
from medwidget.estimators.linear.likelihood import LinearLikelihood
from medwidget.estimators.linear.order import Order
from medwidget.estimators.linear.refit import LinearRefit
from medwidget.estimators.linear.scaling import NaturalScale
from medwidget.estimators.linear.start import dispersed_start, moment_start, start_at
from medwidget.estimators.maximize import Optimum, maximize, only
from medwidget.estimators.protocol import Convergence, Fit, Progress, latent_refusal
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Structure

__all__ = ["LinearEstimator"]

Array = NDArray[np.float64]

# Steps in the structure's order before the random effects are put in the order that suits them.
FIRST_STEPS = 12
# A residual SD below this share of the response's is none.
NO_RESIDUAL = 1e-6


@dataclass(frozen=True)
class LinearEstimator:
    """Joint ML (``restricted=False``) or REML of all equations from per-group cross-products.

    One likelihood for all equations (Bauer, Preacher & Gil 2006), Newton's method in a trust region
    on the lower Cholesky factor of T and the log residual SDs, fixed effects profiled out.
    """

    name: str
    restricted: bool

    def unsupported(self, model: MediationModel) -> str | None:
        """Return why this estimator cannot fit the model, or None."""
        if model.centering == "latent":
            return latent_refusal(self.name)
        for response, family in model.families.items():
            if family != "gaussian":
                return (
                    f"families: {response!r} is {family}, but this estimator fits Gaussian "
                    f"responses only. "
                    f"Treat it as numeric by leaving it out of families, and say so."
                )
        return None

    def fit(
        self,
        structure: Structure,
        prepared: Prepared,
        rng: np.random.Generator,
        progress: Progress | None = None,
    ) -> Fit:
        """Estimate the model; see `Fit` for what is returned. Too quick to report progress."""
        started = time.perf_counter()
        with one_blas_thread():
            design = build_design(structure, prepared.moments)
            fit = self.fit_design(structure, design, rng, partial(LinearRefit, prepared=prepared))
        seconds = time.perf_counter() - started
        return replace(fit, convergence=replace(fit.convergence, seconds=seconds))

    def fit_design(
        self,
        structure: Structure,
        design: LinearDesign,
        rng: np.random.Generator,
        refit: partial[LinearRefit] | None = None,
    ) -> Fit:
        """Estimate from a design; `fit` without the data room."""
        order, likelihood, optimum = self._optimum(structure, design, rng)
        scale = NaturalScale(structure, likelihood.design, order)
        theta = _with_positive_diagonal(optimum.best.point, likelihood)
        evaluation = likelihood.evaluate(theta)
        if evaluation is None:
            raise ConvergenceError(
                "The likelihood could not be evaluated at the best point found. Rescale columns of "
                "extreme size, or drop random slopes."
            )
        _refuse_perfect_fit(theta, likelihood)
        asymptotics = Asymptotics.at(likelihood, scale, theta, evaluation)
        factor = likelihood.factor(theta)
        boundaries = find_boundaries(order.inverse(factor @ factor.T), structure.labels)
        shift = scale.criterion_shift(restricted=self.restricted)
        loglik = -(float(evaluation.value) + shift) / 2
        return Fit(
            parameters=structure.parameters,
            estimate=scale.natural(asymptotics.phi),
            covariance=asymptotics.natural_covariance(),
            conditional_covariance=asymptotics.natural_conditional(),
            loglik=loglik,
            restricted=self.restricted,
            n_observations=round(float(scale.counts.sum())),
            convergence=_record(optimum, evaluation, asymptotics, boundaries, shift),
            problems=_problems(optimum, boundaries, asymptotics, structure),
            sample=asymptotics.sample,
            groups=partial(
                group_posterior, likelihood, scale, asymptotics.phi, order, structure.labels
            ),
            surface=LinearSurface(
                likelihood, scale, asymptotics.phi, loglik, structure.parameters.names
            ),
            refit=None
            if refit is None
            else refit(self, structure, likelihood, scale, order, asymptotics),
        )

    def _optimum(
        self, structure: Structure, design: LinearDesign, rng: np.random.Generator
    ) -> tuple[Order, LinearLikelihood, Optimum]:
        """Maximise; where T is close to singular, in the order of random effects that suits it."""
        search = _Search(structure, design, self.restricted)
        search.reorder(moment_start(search.likelihood))
        first = minimize(search.likelihood.objective, search.start, iterations=FIRST_STEPS)
        if first.converged and not search.doubtful(first):
            return search.order, search.likelihood, only(first)
        if np.isfinite(first.value):
            search.reorder(first.point)
        optimum = maximize(
            search.likelihood.objective,
            search.start,
            lambda: dispersed_start(search.start, search.likelihood, rng),
            search.doubtful,
        )
        return search.order, search.likelihood, optimum.after(first)


class _Search:
    """The likelihood in an order of random effects that suits a point, and that point in it."""

    def __init__(self, structure: Structure, design: LinearDesign, restricted: bool) -> None:
        self._structure, self._design, self._restricted = structure, design, restricted
        self._take(Order.of(structure))

    def reorder(self, theta: Array) -> None:
        """Put the random effects in the order that suits ``theta``, and start from there."""
        factor = self.likelihood.factor(theta)
        matrix = self.order.inverse(factor @ factor.T)
        residuals = theta[len(self.likelihood.free) :]
        order = Order.pivoted(self._structure, matrix)
        if order != self.order:
            self._take(order)
        self.start = start_at(self.likelihood, self.order.matrix(matrix), residuals)

    def _take(self, order: Order) -> None:
        self.order = order
        self.likelihood = LinearLikelihood(
            order.design(self._design), order.free, restricted=self._restricted
        )

    def doubtful(self, run: Minimum) -> bool:
        """Whether an optimum has a singular T, and deserves a second opinion."""
        factor = self.likelihood.factor(run.point)
        return bool(find_boundaries(factor @ factor.T, self._structure.labels))


def _refuse_perfect_fit(theta: Array, likelihood: LinearLikelihood) -> None:
    """Raise where a residual variance has gone to 0 and taken the likelihood to infinity."""
    residuals = theta[len(likelihood.free) :]
    for equation, log_sigma in zip(likelihood.design.equations, residuals, strict=True):
        if log_sigma < np.log(NO_RESIDUAL):
            raise ConvergenceError(
                f"The random effects explain {equation.response!r} completely: its residual "
                f"variance goes to 0 and the likelihood has no maximum. Drop random slopes, or "
                f"use groups with more rows."
            )


def _with_positive_diagonal(theta: Array, likelihood: LinearLikelihood) -> Array:
    """Turn the columns of L so that its diagonal is not negative; T stays the same."""
    turned = theta.copy()
    negative = {
        row
        for position, (row, column) in enumerate(likelihood.free)
        if row == column and theta[position] < 0
    }
    for position, (_, column) in enumerate(likelihood.free):
        if column in negative:
            turned[position] = -turned[position]
    return turned


def _record(
    optimum: Optimum,
    evaluation: Evaluation,
    asymptotics: Asymptotics,
    boundaries: Sequence[Boundary],
    shift: float,
) -> Convergence:
    best = optimum.best
    return Convergence(
        converged=best.converged,
        message=best.message,
        gradient_norm=float(np.abs(evaluation.gradient).max(initial=0.0)) / 2,
        decrement=_decrement(evaluation),
        singular=tuple(boundary.text() for boundary in boundaries),
        starts=optimum.starts,
        iterations=optimum.iterations,
        evaluations=optimum.evaluations,
        smallest_curvature=asymptotics.smallest_curvature,
        history=tuple(-(value + shift) / 2 for value in best.history),
    )


def _decrement(evaluation: Evaluation) -> float:
    """Return the gain in log-likelihood that one more Newton step promises."""
    values, vectors = np.linalg.eigh(evaluation.hessian)
    curved = values > 1e-12 * max(float(values[-1]), 1e-300) if values.size else values > 0
    slope = (vectors.T @ evaluation.gradient)[curved]
    return float(slope @ (slope / values[curved])) / 4


def _problems(
    optimum: Optimum,
    boundaries: Sequence[Boundary],
    asymptotics: Asymptotics,
    structure: Structure,
) -> tuple[Problem, ...]:
    found = [boundary.problem() for boundary in boundaries]
    if not optimum.best.converged:
        found.append(
            Problem(
                "not-converged",
                f"The fit did not converge after {optimum.iterations} steps from {optimum.starts} "
                f"starts: "
                f"{optimum.best.message}. Estimates are from the last step and should not be "
                f"reported.",
                "Drop a random slope or a covariate, or rescale columns of extreme size.",
                count=optimum.iterations,
                severity="warning",
            )
        )
    if asymptotics.flat and not boundaries:
        found.append(
            Problem(
                "not-identified",
                "The likelihood is flat in some direction of the variance parameters, so they are "
                "not "
                "all identified by these data.",
                "Drop a random slope, or use random_covariance='by-equation' or 'diagonal'.",
                count=len(asymptotics.flat),
                severity="warning",
            )
        )
    return tuple(found)
