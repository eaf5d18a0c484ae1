"""A result as R code for lme4, version 1.1."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.result import MediationResult
from medwidget.spec.structure import Equation
from medwidget.views.export.names import Names
from medwidget.views.export.ordinary import (
    covariance_names,
    fixed_formula,
    fixed_labels,
    mixed_script,
    ordinary,
    quoted,
    random_formula,
)
from medwidget.views.export.plan import Block, Plan
from medwidget.views.export.r_data import R_RESERVED
from medwidget.views.export.refusals import refuse_latent
from medwidget.views.export.stacked import (
    fixed_columns,
    random_columns,
    residual_column,
    stack,
)

__all__ = ["lme4_code"]

STACKED = (
    "Equations whose random effects covary are fitted as one, in the stacked form of Bauer, "
    "Preacher and Gil (2006). lmer() has one residual variance for all rows, so a random effect "
    "of each row adds what an equation has more than the one with the least."
)
ZEROS = (
    "Where the model keeps a covariance of random effects at zero, an element of lme4's factor of "
    "their covariance matrix stays 0."
)
ERRORS = "Standard errors come from the curvature of lme4's deviance in all parameters at once."

_CONTROL = """\
control <- lmerControl(check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore",
                       check.nobs.vs.rankZ = "ignore", calc.derivs = FALSE)
# A fit, with the elements of theta numbered in `zero` kept at 0.
maximise <- function(formula, data, zero = integer()) {
  parts <- lFormula(formula, data, REML = reml, control = control)
  deviance <- do.call(mkLmerDevfun, c(parts, list(control = control)))
  theta <- as.numeric(parts$reTrms$theta)
  free <- setdiff(seq_along(theta), zero)
  theta[zero] <- 0
  criterion <- function(value) {
    theta[free] <- value
    deviance(theta)
  }
  lower <- parts$reTrms$lower[free]
  settings <- list(eval.max = 5000, iter.max = 2000, rel.tol = 1e-13)
  found <- nlminb(theta[free], criterion, lower = lower, control = settings)
  found <- nlminb(found$par, criterion, lower = lower, control = settings)
  theta[free] <- found$par
  list(deviance = deviance, theta = theta)
}
"""

_DESCRIBE = """\
# Second derivatives of f at p per product of steps, by differences.
curvature <- function(f, p, step) {
  at <- function(i, j, a, b) {
    p[i] <- p[i] + a * step[i]
    p[j] <- p[j] + b * step[j]
    f(p)
  }
  found <- matrix(0, length(p), length(p))
  for (i in seq_along(p)) for (j in seq_len(i)) {
    found[i, j] <- found[j, i] <- (at(i, j, 1, 1) - at(i, j, 1, -1) - at(i, j, -1, 1) +
      at(i, j, -1, -1)) / 4
  }
  found
}

# Estimates, their covariance matrix and the log-likelihood of a fit. fixed: names of the
# coefficients; random: names of the elements of the covariance matrices of the random effects,
# "" for zeros; residuals: names of the residual variances, the least one last.
describe_fit <- function(fit, fixed, random, residuals) {
  deviance <- fit$deviance
  loglik <- -deviance(fit$theta) / 2
  state <- environment(deviance)
  n <- length(state$resp$y)
  df <- if (reml) n - length(fixed) else n
  sigma2 <- (state$resp$wrss() + state$pp$sqrL(1)) / df
  coefficients <- sigma2 * chol2inv(state$pp$RX())
  p <- setNames(state$pp$beta(1), fixed)
  step <- setNames(sqrt(diag(coefficients)), fixed)
  extra <- seq_len(length(residuals) - 1)
  at <- length(extra)
  for (labels in random) {
    factor <- matrix(0, nrow(labels), nrow(labels))
    inside <- lower.tri(factor, diag = TRUE)
    factor[inside] <- fit$theta[at + seq_len(sum(inside))]
    at <- at + sum(inside)
    covariances <- sigma2 * tcrossprod(factor)
    free <- inside & labels != ""
    p[labels[free]] <- covariances[free]
    size <- sqrt(outer(diag(covariances), diag(covariances)) / nrow(groups))
    step[labels[free]] <- size[free]
  }
  p[residuals] <- sigma2 * (1 + c(fit$theta[extra]^2, 0))
  step[residuals] <- p[residuals] * sqrt(2 / n)
  # Minus twice the log-likelihood at any p (Bates, Maechler, Bolker & Walker 2015, J Stat Softw
  # 67(1), section 3.4).
  criterion <- function(p) {
    sigma2 <- p[[residuals[length(residuals)]]]
    factors <- lapply(random, function(labels) {
      covariances <- matrix(0, nrow(labels), nrow(labels))
      inside <- lower.tri(covariances, diag = TRUE)
      free <- inside & labels != ""
      covariances[free] <- p[labels[free]]
      covariances <- covariances + t(covariances) - diag(diag(covariances), nrow(labels))
      t(chol(covariances / sigma2))[inside]
    })
    deviance(c(sqrt(p[residuals[extra]] / sigma2 - 1), unlist(factors)))
    squares <- sum((state$pp$RX() %*% (p[fixed] - state$pp$beta(1)))^2)
    state$pp$ldL2() + (if (reml) state$pp$ldRX2() else 0) + df * log(2 * pi * sigma2) +
      (state$resp$wrss() + state$pp$sqrL(1) + squares) / sigma2
  }
  step <- step / 50
  covariance <- tryCatch(
    2 * outer(step, step) * solve(curvature(criterion, p, step)),
    error = function(problem) matrix(NA_real_, length(p), length(p))
  )
  dimnames(covariance) <- list(names(p), names(p))
  list(estimate = p, covariance = covariance, loglik = loglik)
}
"""


def lme4_code(result: MediationResult) -> str:
    """Return R code that fits the model of a result by lme4 and computes its effects.

    Raises
    ------
    UnsupportedError
        For latent group means.
    """
    plan = Plan(result, "lme4", Names(R_RESERVED))
    refuse_latent(plan)
    fits = [line for place, block in enumerate(plan.blocks, 1) for line in _fit(plan, block, place)]
    stacked = any(len(block.equations) > 1 for block in plan.blocks)
    zeros = not all(plan.complete(part) for block in plan.blocks for part in block.components)
    remarks = [STACKED] * stacked + [ZEROS] * zeros + [ERRORS]
    helpers = [_CONTROL, _DESCRIBE] if any(block.components for block in plan.blocks) else []
    return mixed_script(plan, "lme4", remarks, helpers, fits)


def _fit(plan: Plan, block: Block, place: int) -> Iterator[str]:
    if not block.components:
        yield from ordinary(plan, block.equations[0], place)
        return
    n_rows = len(block.equations) - 1
    if n_rows:
        data = f"stacked_{place}"
        yield from stack(plan, block, data, residuals=True)
        equations = _by_residual(plan, block)
        fixed = fixed_columns(plan, block)
        extra = [f"(0 + {residual_column(plan, each)} | row)" for each in equations[:-1]]
        parts = [random_columns(plan, component) for component in block.components]
        random = [f"(0 + {' + '.join(part)} | {plan.group})" for part in parts]
        formula = " +\n  ".join([f"response ~ 0 + {' + '.join(fixed)}", *random, *extra])
    else:
        data, equations = "data", list(block.equations)
        fixed = fixed_labels(plan, equations[0])
        random = [
            f"({random_formula(plan, block, part)} | {plan.group})" for part in block.components
        ]
        formula = " + ".join([fixed_formula(plan, equations[0]), *random])
    zero = _zeros(plan, block, n_rows)
    kept = f", zero = c({', '.join(map(str, zero))})" if zero else ""
    yield f"fit_{place} <- maximise({formula}, {data}{kept})"
    yield f"fits[[{place}]] <- describe_fit(fit_{place}, {quoted(fixed)}, list("
    yield ",\n".join(f"  {covariance_names(plan, part)}" for part in block.components)
    residuals = [plan.label(each.residual) for each in equations]
    yield f"), {quoted(residuals)})"


def _by_residual(plan: Plan, block: Block) -> list[Equation]:
    """Return the equations by residual variance, the least last."""
    table = dict(plan.result.residual_table.rows)
    return sorted(block.equations, key=lambda each: -table[each.response])


def _zeros(plan: Plan, block: Block, n_rows: int) -> list[int]:
    """Return the places in lme4's theta, from 1, of covariances that are zero."""
    places, at = [], n_rows
    for component in block.components:
        for column, first in enumerate(component):
            for second in component[column:]:
                at += 1
                if plan.covariance(first, second) is None:
                    places.append(at)
    return places
