"""Separate maximum likelihood fits of each equation by statsmodels."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.data.prepare import Prepared
from medwidget.data.terms import row_design
from medwidget.estimators.protocol import (
    Convergence,
    Fit,
    GroupPosterior,
    Progress,
    latent_refusal,
)
from medwidget.estimators.statsmodels.draws import NormalDraws
from medwidget.estimators.statsmodels.equation import EquationFit, fit_equation
from medwidget.estimators.statsmodels.remarks import (
    boundary_problems,
    fit_problems,
    separate_fits_problem,
)
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Equation, Structure

__all__ = ["StatsmodelsEstimator"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StatsmodelsEstimator:
    """One MixedLM (or OLS) fit for each equation, by maximum likelihood: an outside check.

    Random effects of different equations are taken as uncorrelated. Columns are scaled before they
    go to statsmodels, and estimates are brought back to the units of the data.
    """

    name: str = "statsmodels"

    def unsupported(self, model: MediationModel) -> str | None:
        """Return why this estimator cannot fit the model, or None."""
        if model.centering == "latent":
            return latent_refusal(self.name)
        for response, family in model.families.items():
            if family != "gaussian":
                return (
                    f"families: {response!r} is {family}, but MixedLM fits Gaussian responses "
                    f"only. Treat it as numeric by leaving it out of families, and say so."
                )
        return None

    def fit(
        self,
        structure: Structure,
        prepared: Prepared,
        rng: np.random.Generator,
        progress: Progress | None = None,
    ) -> Fit:
        """Estimate the model; see `Fit` for what is returned. Nothing is drawn from ``rng``."""
        started = time.perf_counter()
        fits = [_fit(structure, prepared, equation) for equation in structure.equations]
        return _Assembly(structure, fits, len(prepared.labels)).fit(started)


def _fit(structure: Structure, prepared: Prepared, equation: Equation) -> EquationFit:
    x, z, y = row_design(prepared, structure, equation)
    at = _random_places(structure, equation)
    diagonal = not any(row != column and {row, column} <= {*at} for row, column in structure.free)
    return fit_equation(equation.response, x, z, y, prepared.rows.codes, diagonal)


def _random_places(structure: Structure, equation: Equation) -> list[int]:
    return [i for i, term in enumerate(structure.random) if term.response == equation.response]


class _Assembly:
    """All equations side by side, in the order of the parameter table."""

    def __init__(self, structure: Structure, fits: Sequence[EquationFit], n_groups: int) -> None:
        self.structure = structure
        self.fits = fits
        self.n_groups = n_groups
        table = structure.parameters
        self.places = [self._places(equation) for equation in structure.equations]
        self.estimate = np.zeros(len(table))
        self.covariance = np.zeros((len(table), len(table)))
        n_fixed = len(table.of_kind("fixed"))
        self.conditional = np.zeros((n_fixed, n_fixed))
        for equation, fit, places in zip(structure.equations, fits, self.places, strict=True):
            at = _random_places(structure, equation)
            elements = [
                fit.matrix[at.index(row), at.index(column)]
                for row, column in self._free_within(equation)
            ]
            self.estimate[places] = [*fit.fixed, *elements, fit.residual]
            self.covariance[np.ix_(places, places)] = fit.covariance
            fixed = places[: len(fit.fixed)]
            self.conditional[np.ix_(fixed, fixed)] = fit.conditional_covariance

    def _free_within(self, equation: Equation) -> list[tuple[int, int]]:
        at = set(_random_places(self.structure, equation))
        return [pair for pair in self.structure.free_elements if set(pair) <= at]

    def _places(self, equation: Equation) -> list[int]:
        """Return the places of an equation's fixed effects, elements of T and residual variance."""
        positions, labels = self.structure.parameters.positions, self.structure.labels
        names = [term.parameter for term in equation.fixed]
        for row, column in self._free_within(equation):
            name = self.structure.covariance(labels[row], labels[column])
            assert name is not None, "a free element has a name"
            names.append(name)
        return [positions[name] for name in (*names, equation.residual)]

    def _n_across(self) -> int:
        """Return the number of covariances across equations, which separate fits take as zero."""
        random = self.structure.random
        pairs = self.structure.free_elements
        return sum(random[row].response != random[column].response for row, column in pairs)

    def fit(self, started: float) -> Fit:
        """Return everything as a `Fit`."""
        structure = self.structure
        singular, problems = self._remarks()
        table = structure.parameters
        elements = list(structure.free_elements)
        sample = NormalDraws(
            self.estimate,
            self.covariance,
            elements,
            table.of_kind("variance", "covariance"),
            table.of_kind("residual"),
        )
        loglik = sum(fit.loglik for fit in self.fits)
        failed = [
            repr(equation.response)
            for equation, fit in zip(structure.equations, self.fits, strict=True)
            if not fit.converged
        ]
        return Fit(
            parameters=table,
            not_estimated=self._n_across(),
            estimate=self.estimate,
            covariance=self.covariance,
            conditional_covariance=self.conditional,
            loglik=loglik,
            restricted=False,
            n_observations=sum(fit.n_rows for fit in self.fits),
            convergence=Convergence(
                converged=not failed,
                message=f"no convergence in the equation of {', '.join(failed)}"
                if failed
                else "every equation converged",
                gradient_norm=max(fit.gradient_norm for fit in self.fits),
                decrement=sum(fit.decrement for fit in self.fits),
                singular=tuple(singular),
                starts=1,
                iterations=sum(fit.iterations for fit in self.fits),
                evaluations=sum(fit.evaluations for fit in self.fits),
                smallest_curvature=min(fit.smallest_curvature for fit in self.fits),
                history=(loglik,),
                seconds=time.perf_counter() - started,
            ),
            problems=tuple(problems),
            sample=sample,
            groups=self.groups,
        )

    def groups(self) -> GroupPosterior:
        """Return the random effects of every group, independent across equations."""
        structure = self.structure
        q, p = len(structure.random), len(self.conditional)
        modes = np.zeros((self.n_groups, q))
        covariances = np.zeros((self.n_groups, q, q))
        sensitivity = np.zeros((self.n_groups, q, p))
        for equation, fit, places in zip(structure.equations, self.fits, self.places, strict=True):
            at = _random_places(structure, equation)
            if at:
                modes[:, at] = fit.modes
                covariances[:, np.array(at)[:, None], at] = fit.covariances
                sensitivity[:, np.array(at)[:, None], places[: len(fit.fixed)]] = fit.sensitivity
        return GroupPosterior(structure.labels, modes, covariances, sensitivity)

    def _remarks(self) -> tuple[list[str], list[Problem]]:
        singular: list[str] = []
        problems: list[Problem] = []
        across = [
            parameter.labels
            for parameter in self.structure.parameters
            if parameter.kind == "covariance" and parameter.equation is None
        ]
        if across:
            problems.append(separate_fits_problem([(first, second) for first, second in across]))
        for equation, fit in zip(self.structure.equations, self.fits, strict=True):
            labels = [term.label for term in equation.random]
            texts, found = boundary_problems(fit, labels)
            singular += texts
            problems += found
            problems += fit_problems(equation.response, fit, bool(texts))
        return singular, problems
