"""What scripts for lme4 and nlme share: equations without random effects, fits put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation
from medwidget.views.export.literals import r_string
from medwidget.views.export.plan import Block, Plan
from medwidget.views.export.r_data import delta_effects, heading, parameter_comments, read_data

__all__ = [
    "covariance_names",
    "fixed_formula",
    "fixed_labels",
    "frame_of",
    "mixed_script",
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


def mixed_script(
    plan: Plan, library: str, remarks: Sequence[str], helpers: Sequence[str], fits: Sequence[str]
) -> str:
    """Return a whole script: data, the fit of every block, and effects by the delta method.

    Parameters
    ----------
    plan : Plan
    library : str
        The package that fits blocks with random effects.
    remarks : sequence of str
        On how it fits them.
    helpers : sequence of str
        R functions that ``fits`` call.
    fits : sequence of str
        Lines that put a fit into ``fits``.
    """
    plain = any(not block.components for block in plan.blocks)
    lines = [
        *heading(plan, remarks),
        *parameter_comments(plan, plan.structure.parameters.names),
        f"library({library})",
        f"reml <- {'TRUE' if plan.restricted else 'FALSE'}",
        "",
        *read_data(plan),
        *helpers,
        *([ORDINARY] if plain else []),
        "fits <- list()",
        *fits,
        JOIN,
        *delta_effects(plan),
    ]
    return "\n".join(lines).rstrip() + "\n"


def covariance_names(plan: Plan, labels: Sequence[str]) -> str:
    """Return the names of the elements of a covariance matrix as a matrix in R, "" for zeros."""
    names = [plan.covariance(first, second) for first in labels for second in labels]
    cells = ", ".join(r_string(plan.label(name) if name else "") for name in names)
    return f"matrix(c({cells}), {len(labels)})"
