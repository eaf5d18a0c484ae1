"""Equations without random effects, and fits put together, in R."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation
from medwidget.views.export.literals import r_string
from medwidget.views.export.plan import Block, Plan

__all__ = [
    "JOIN",
    "ORDINARY",
    "fixed_formula",
    "fixed_labels",
    "frame_of",
    "ordinary",
    "quoted",
    "random_formula",
]

ORDINARY = """\
# An equation without random effects: estimates, their covariance matrix and the log-likelihood.
describe_lm <- function(fit, fixed, residual) {
  df <- if (reml) df.residual(fit) else nobs(fit)
  sigma2 <- sum(residuals(fit)^2) / df
  covariance <- diag(c(rep(0, length(fixed)), 2 * sigma2^2 / df))
  covariance[seq_along(fixed), seq_along(fixed)] <- sigma2 * summary(fit)$cov.unscaled
  dimnames(covariance) <- list(c(fixed, residual), c(fixed, residual))
  list(estimate = setNames(c(coef(fit), sigma2), c(fixed, residual)), covariance = covariance,
       loglik = as.numeric(logLik(fit, REML = reml)))
}
"""

JOIN = """\
estimate <- unlist(lapply(fits, `[[`, "estimate"))
covariance <- matrix(0, length(estimate), length(estimate),
                     dimnames = list(names(estimate), names(estimate)))
for (fit in fits) covariance[names(fit$estimate), names(fit$estimate)] <- fit$covariance
loglik <- sum(vapply(fits, `[[`, numeric(1), "loglik"))
"""


def frame_of(equation: Equation) -> str:
    """Return the data frame that an equation is fitted to."""
    return "groups" if equation.level is Level.GROUP else "data"


def fixed_formula(plan: Plan, equation: Equation) -> str:
    """Return the fixed part of an equation as a formula."""
    columns = ["1", *(column for _, column in plan.predictors(equation))]
    return f"{plan.response(equation)} ~ {' + '.join(columns)}"


def fixed_labels(plan: Plan, equation: Equation) -> list[str]:
    """Return the names of the coefficients, in the order of the formula."""
    intercepts = [term for term in equation.fixed if not term.factors]
    terms = [*intercepts, *(term for term, _ in plan.predictors(equation))]
    return [plan.label(term.parameter) for term in terms]


def random_formula(plan: Plan, block: Block, component: Sequence[str]) -> str:
    """Return some random effects of a block of one equation as the terms of a formula."""
    equation = block.equations[0]
    by_label = {term.label: term for term in equation.random}
    columns = [
        plan.variable(by_label[label].factors, equation.level) if by_label[label].factors else "1"
        for label in component
    ]
    return " + ".join(columns if "1" in columns else ["0", *columns])


def quoted(names: Sequence[str]) -> str:
    """Return names as an R vector of strings."""
    return f"c({', '.join(map(r_string, names))})"


def ordinary(plan: Plan, equation: Equation, place: int) -> Iterator[str]:
    """Yield code that fits an equation without random effects."""
    formula = fixed_formula(plan, equation)
    residual = r_string(plan.label(equation.residual))
    yield f"fit_{place} <- lm({formula}, data = {frame_of(equation)})"
    labels = quoted(fixed_labels(plan, equation))
    yield f"fits[[{place}]] <- describe_lm(fit_{place}, {labels}, {residual})"
