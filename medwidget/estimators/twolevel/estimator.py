"""Maximum likelihood of two-level structural models with latent group means."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from medwidget._numerics.threads import one_blas_thread
from medwidget.data.cells import Cells, build_cells
from medwidget.data.prepare import Prepared
from medwidget.errors import ConvergenceError, UnsupportedError
from medwidget.estimators.maximize import Optimum
from medwidget.estimators.protocol import Convergence, Fit, Progress
from medwidget.estimators.twolevel.asymptotics import Asymptotics, TwoLevelSurface
from medwidget.estimators.twolevel.boundary import (
    boundaries_at,
    boundary_problems,
    refuse_perfect_fit,
)
from medwidget.estimators.twolevel.fit_indices import fit_statistics
from medwidget.estimators.twolevel.groups import group_posterior
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.likelihood import Likelihood
from medwidget.estimators.twolevel.normal import NormalLikelihood
from medwidget.estimators.twolevel.pace import Pace
from medwidget.estimators.twolevel.refit import TwoLevelRefit
from medwidget.estimators.twolevel.saturated import without_slopes
from medwidget.estimators.twolevel.search import first_search, search
from medwidget.estimators.twolevel.units import units_of
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Structure

__all__ = ["TwoLevelEstimator"]

Array = NDArray[np.float64]

# Quadrature nodes that are enough for derivatives of conditional means.
FEW_NODES = 3
# Enough for a refit on simulated data, which only has to resolve its own sampling noise; the fit
# itself takes as many as its hardest group needs.
REFIT_NODES = 7


@dataclass(frozen=True)
class _Solution:
    """A maximum, with the likelihood at which it was found.

    ``again`` gives that of other data, ``rough`` is the same with few quadrature nodes; with all
    that it takes, the log-likelihood at the maximum is higher by ``more``.
    """

    likelihood: Likelihood
    optimum: Optimum
    again: Callable[[Cells], Likelihood]
    rough: Likelihood
    more: float = 0.0
    nodes: int | None = None
    change: float | None = None


@dataclass(frozen=True)
class TwoLevelEstimator:
    """Joint ML of all variables of both levels (Preacher, Zyphur & Zhang 2010).

    Newton's method in a trust region on exact second derivatives. Without random slopes the
    likelihood is normal; with them what is not is integrated by adaptive quadrature.
    """

    name: str = "ml"

    def unsupported(self, model: MediationModel) -> str | None:
        """Return why this estimator cannot fit the model, or None."""
        if model.centering != "latent":
            return (
                f"The two-level structural estimator is for latent group means, and centering is "
                f"{model.centering!r}. Give estimator={self.name!r} by name, which finds the one "
                f"for that centring."
            )
        for response, family in model.families.items():
            if family != "gaussian":
                return (
                    f"families: {response!r} is {family}, but with centering='latent' all "
                    f"variables are Gaussian. Treat it as numeric by leaving it out of families, "
                    f"and say so."
                )
        return None

    def fit(
        self,
        structure: Structure,
        prepared: Prepared,
        rng: np.random.Generator,
        progress: Progress | None = None,
    ) -> Fit:
        """Estimate the model; see `Fit` for what is returned."""
        if structure.two_level is None:
            raise UnsupportedError(self.unsupported(structure.model) or "There is no latent part.")
        with one_blas_thread():
            cells = build_cells(structure.two_level, prepared)
            return self.fit_cells(structure, cells, rng, progress)

    def fit_cells(
        self,
        structure: Structure,
        cells: Cells,
        rng: np.random.Generator,
        progress: Progress | None = None,
    ) -> Fit:
        """Estimate from cells; `fit` without the data room."""
        started = time.perf_counter()
        model = structure.two_level
        if model is None:
            raise UnsupportedError("The model has no latent group means.")
        layout = Layout(model, units_of(model, cells))
        pace = Pace(progress)
        solution = _solve(layout, cells, rng, pace, progress)
        phi = _with_positive_pivots(layout, solution.optimum.best.point)
        refuse_perfect_fit(layout, phi)
        value, gradient, hessian = solution.likelihood.objective(phi)
        if not np.isfinite(value):
            raise ConvergenceError(
                "The likelihood could not be evaluated at the best point found. Rescale columns "
                "of extreme size, or drop random slopes."
            )
        names = structure.parameters.names
        shift = _shift(cells)
        loglik = -(value + shift) / 2 + solution.more
        asymptotics = Asymptotics.at(layout, names, phi, hessian)
        fixed = tuple(names[place] for place in structure.parameters.of_kind("fixed"))
        convergence = _record(solution, gradient, hessian, asymptotics, shift)
        fit = Fit(
            parameters=structure.parameters,
            estimate=asymptotics.natural(),
            covariance=asymptotics.natural_covariance(),
            conditional_covariance=asymptotics.natural_conditional(fixed),
            loglik=loglik,
            restricted=False,
            n_observations=cells.n_values,
            convergence=convergence,
            problems=_problems(solution, layout, phi, asymptotics),
            sample=asymptotics.sample,
            groups=partial(group_posterior, solution.likelihood, solution.rough, phi, structure),
            surface=TwoLevelSurface(solution.likelihood, phi, loglik - solution.more, shift, names),
            refit=TwoLevelRefit(layout, cells, phi, names, solution.likelihood, solution.again),
            not_estimated=sum(name in model.constraints for name in names),
            statistics=_statistics(solution, phi, value, shift, pace),
        )
        seconds = time.perf_counter() - started
        return replace(fit, convergence=replace(convergence, seconds=seconds))


def _solve(
    layout: Layout,
    cells: Cells,
    rng: np.random.Generator,
    pace: Pace,
    progress: Progress | None,
) -> _Solution:
    if not layout.model.slopes:
        normal, optimum = search(layout, cells, rng, pace)
        return _Solution(normal, optimum, partial(NormalLikelihood.of, layout), normal)
    from medwidget.estimators.twolevel.slopes import SlopesLikelihood, fit_slopes, slope_start

    plain = without_slopes(layout.model)
    _, first = first_search(Layout(plain, units_of(plain, cells)), cells, pace)
    start = slope_start(layout, cells, first.best.point)
    found = fit_slopes(layout, cells, start, rng, progress)
    likelihood = found.likelihood
    again = partial(SlopesLikelihood, layout, nodes=min(found.nodes, REFIT_NODES))
    rough = likelihood.with_nodes(min(found.nodes, FEW_NODES))
    settled = found.change if np.isfinite(found.change) else None
    return _Solution(likelihood, found.optimum, again, rough, found.more, found.nodes, settled)


def _with_positive_pivots(layout: Layout, phi: Array) -> Array:
    """Turn the columns of L_B so that its diagonal is not negative; Ψ_B stays the same."""
    turned = phi.copy()
    negative = {
        row for row, place in enumerate(layout.between_pivots) if place >= 0 and phi[place] < 0
    }
    for position, (_, column) in enumerate(layout.between_elements):
        if column in negative:
            turned[layout.n_locations + position] *= -1
    return turned


def _shift(cells: Cells) -> float:
    """Return what −2 log L of the data as given has more than that of standardized ones."""
    rows = cells.counts @ cells.observed[cells.pattern].astype(np.float64)
    groups = cells.group_observed.sum(axis=0)
    return 2 * float(rows @ np.log(cells.scale) + groups @ np.log(cells.group_scale))


def _statistics(
    solution: _Solution, phi: Array, value: float, shift: float, pace: Pace
) -> dict[str, float | int | None]:
    likelihood = solution.likelihood
    if isinstance(likelihood, NormalLikelihood):
        return fit_statistics(likelihood, phi, value, shift, pace)
    return {
        "quadrature_nodes": solution.nodes,
        "quadrature_dimensions": getattr(likelihood, "dimensions", None),
        "quadrature_change": solution.change,
    }


def _record(
    solution: _Solution, gradient: Array, hessian: Array, asymptotics: Asymptotics, shift: float
) -> Convergence:
    optimum, best = solution.optimum, solution.optimum.best
    values, vectors = np.linalg.eigh(hessian)
    curved = values > 1e-12 * max(float(values[-1]), 1e-300)
    slope = (vectors.T @ gradient)[curved]
    return Convergence(
        converged=best.converged,
        message=best.message,
        gradient_norm=float(np.abs(gradient).max(initial=0.0)) / 2,
        decrement=float(slope @ (slope / values[curved])) / 4,
        singular=tuple(item.text() for item in boundaries_at(asymptotics.layout, asymptotics.phi)),
        starts=optimum.starts,
        iterations=optimum.iterations,
        evaluations=optimum.evaluations,
        smallest_curvature=asymptotics.smallest_curvature,
        history=tuple(-(value + shift) / 2 for value in best.history),
        nodes=solution.nodes,
        node_change=solution.change,
    )


def _problems(
    solution: _Solution, layout: Layout, phi: Array, asymptotics: Asymptotics
) -> tuple[Problem, ...]:
    found = list(boundary_problems(layout, phi))
    optimum = solution.optimum
    if not optimum.best.converged:
        found.append(
            Problem(
                "not-converged",
                f"The fit did not converge after {optimum.iterations} steps from {optimum.starts} "
                f"starts: {optimum.best.message}. Estimates are from the last step and should not "
                f"be reported.",
                "Drop a random slope or a covariate, or rescale columns of extreme size.",
                count=optimum.iterations,
                severity="warning",
            )
        )
    if solution.nodes is not None:
        from medwidget.estimators.twolevel.slopes import quadrature_problem

        unsettled = quadrature_problem(solution.nodes, solution.change)
        found += [unsettled] if unsettled is not None else []
    if asymptotics.flat and not found:
        found.append(
            Problem(
                "not-identified",
                "The likelihood is flat in some direction, so that these data do not identify all "
                "parameters.",
                "Drop a random slope or a covariate, or hold a path fast with constraints.",
                count=len(asymptotics.flat),
                severity="warning",
            )
        )
    return tuple(found)
