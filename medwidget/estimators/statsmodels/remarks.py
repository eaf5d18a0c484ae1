"""What a reader of separate fits must know, as problems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from medwidget.estimators.statsmodels.equation import ZERO_VARIANCE, EquationFit
from medwidget.spec.problems import Problem

__all__ = ["boundary_problems", "fit_problems", "separate_fits_problem"]

Array = NDArray[np.float64]

# The smallest eigenvalue of a correlation matrix below which statsmodels' optimum is singular.
ZERO_EIGENVALUE = 1e-5
CONDITIONAL = "Estimates stand; standard errors are conditional on it."


def separate_fits_problem(pairs: Sequence[tuple[str, str]]) -> Problem:
    """Return the problem of covariances across equations, by the labels of each pair."""
    listed = "; ".join(f"{first} and {second}" for first, second in pairs)
    what = (
        f"the covariance of {listed}; it is"
        if len(pairs) == 1
        else f"covariances of {listed}; they are"
    )
    return Problem(
        "separate-fits",
        f"Separate fits cannot estimate {what} taken as 0, also in the effects that contain it.",
        "Use estimator='ml' or 'reml' to estimate all equations together.",
        count=len(pairs),
        severity="warning",
    )


def boundary_problems(fit: EquationFit, labels: Sequence[str]) -> tuple[list[str], list[Problem]]:
    """Return the directions without variance of one equation, in a few words and as problems."""
    variances = np.diag(fit.standardized)
    texts, problems = [], []
    for label, variance in zip(labels, variances, strict=True):
        if variance < ZERO_VARIANCE:
            texts.append(f"variance of {label} is 0")
            problems.append(
                Problem(
                    "boundary-variance",
                    f"statsmodels puts the variance of {label} across groups at 0. {CONDITIONAL}",
                    f"Drop the random effect of {label}, or keep it knowing this.",
                    label,
                    severity="warning",
                )
            )
    kept = np.flatnonzero(variances >= ZERO_VARIANCE)
    spread = np.sqrt(variances[kept])
    values, vectors = np.linalg.eigh(
        fit.standardized[np.ix_(kept, kept)] / np.outer(spread, spread)
    )
    for value, vector in zip(values, vectors.T, strict=True):
        if value < ZERO_EIGENVALUE:
            names = [labels[kept[i]] for i in np.flatnonzero(np.abs(vector) > 0.15)]
            texts.append(f"a combination of {', '.join(names)} has no variance")
            problems.append(
                Problem(
                    "boundary-correlation" if len(names) == 2 else "boundary-combination",
                    f"The covariance matrix of the random effects {', '.join(names)} is singular: "
                    f"a combination of them has no variance. {CONDITIONAL}",
                    "Drop one of these random effects, or use random_covariance='diagonal'.",
                    names[0],
                    severity="warning",
                )
            )
    return texts, problems


def fit_problems(response: str, fit: EquationFit, singular: bool) -> list[Problem]:
    """Return problems of the optimum of one equation."""
    problems = []
    if not fit.converged:
        problems.append(
            Problem(
                "not-converged",
                f"statsmodels did not converge in the equation of {response!r} after "
                f"{fit.iterations} steps. Its estimates should not be reported.",
                "Drop a random slope or a covariate, or use estimator='ml'.",
                column=response,
                count=fit.iterations,
                severity="warning",
            )
        )
    if fit.converged and not fit.curved and not singular:
        problems.append(
            Problem(
                "not-identified",
                f"The likelihood of the equation of {response!r} is flat in some direction of its "
                f"variance parameters, so they are not all identified by these data.",
                "Drop a random slope, or use random_covariance='diagonal'.",
                column=response,
                severity="warning",
            )
        )
    return problems
