"""A result as R code for nlme, version 3.1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.result import MediationResult
from medwidget.views.export.literals import r_string
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
from medwidget.views.export.stacked import fixed_columns, random_columns, stack

__all__ = ["nlme_code"]

STACKED = (
    "Equations whose random effects covary are fitted as one, in the stacked form of Bauer, "
    "Preacher and Gil (2006), with a residual variance for each equation."
)
ERRORS = (
    "Standard errors are nlme's: those of coefficients take the variances as known, those of "
    "variances come from its approximate covariance matrix. medwidget's come from the curvature "
    "of the likelihood in all parameters at once, and can differ from the second digit on."
)

ZEROS = (
    "nlme has no class for covariance matrices with a single zero, so the code defines one, by the "
    "elements of the Cholesky factor that are not zero."
)

_KEPT = """\
# Covariance matrices by the elements of their Cholesky factor where `kept` is true, logarithms on
# the diagonal; the methods are those that nlme asks of a class of its own.
pdKept <- function(kept, form) {
  value <- numeric(sum(kept))
  structure(value, class = c("pdKept", "pdMat"), formula = form, kept = kept, inverse = FALSE,
            Dimnames = dimnames(kept))
}
pdConstruct.pdKept <- function(object, value, ...) {
  if (!is.matrix(value)) return(value)
  L <- t(chol(if (attr(object, "inverse")) solve(value) else value))
  diag(L) <- log(diag(L))
  elements <- L[attr(object, "kept")]
  attributes(elements) <- attributes(object)
  elements
}
pdMatrix.pdKept <- function(object, factor = FALSE) {
  L <- 0 * attr(object, "kept")
  L[attr(object, "kept")] <- as.vector(object)
  diag(L) <- exp(diag(L))
  root <- if (attr(object, "inverse")) solve(L) else t(L)
  if (factor) unname(root) else crossprod(root)
}
pdFactor.pdKept <- function(object) c(pdMatrix(object, factor = TRUE))
solve.pdKept <- function(a, b, ...) {
  attr(a, "inverse") <- !attr(a, "inverse")
  a
}
control$niterEM <- 0
"""

_DESCRIBE = """\
control <- lmeControl(maxIter = 500, msMaxIter = 1000, msMaxEval = 5000, niterEM = 50,
                      tolerance = 1e-9, msTol = 1e-12, natural = FALSE)
# Estimates, their covariance matrix and the log-likelihood of a fit. fixed: names of the
# coefficients; random: names of the elements of the covariance matrix of the random effects, ""
# for zeros; residuals: names of the residual variances, by equation.
describe_fit <- function(fit, fixed, random, residuals) {
  inside <- lower.tri(random, diag = TRUE) & random != ""
  structure <- fit$modelStruct  # with covariances on the scale of the data, as in apVar
  for (place in seq_along(structure$reStruct)) {
    matrix(structure$reStruct[[place]]) <- fit$sigma^2 * pdMatrix(structure$reStruct[[place]])
  }
  variances <- function(parameters) {
    coef(structure) <- parameters[-length(parameters)]
    sigma <- exp(parameters[[length(parameters)]])
    ratio <- c(1, exp(as.numeric(coef(structure$varStruct))))  # of residual SDs, by equation
    names(ratio) <- if (length(ratio) > 1) attr(structure$varStruct, "groupNames") else
      names(residuals)
    covariances <- as.matrix(pdMatrix(structure$reStruct)[[1]])
    c(setNames(covariances[inside], random[inside]),
      setNames((sigma * ratio[names(residuals)])^2, residuals))
  }
  parameters <- c(coef(structure), log(fit$sigma))
  found <- variances(parameters)
  spread <- matrix(NA_real_, length(found), length(found))
  if (is.matrix(fit$apVar)) {
    slopes <- vapply(seq_along(parameters), function(place) {
      step <- replace(numeric(length(parameters)), place, 1e-5)
      (variances(parameters + step) - variances(parameters - step)) / 2e-5
    }, found)
    spread <- slopes %*% fit$apVar %*% t(slopes)
  }
  p <- c(setNames(fixef(fit), fixed), found)
  covariance <- matrix(0, length(p), length(p), dimnames = list(names(p), names(p)))
  covariance[fixed, fixed] <- vcov(fit)
  covariance[names(found), names(found)] <- spread
  list(estimate = p, covariance = covariance, loglik = as.numeric(logLik(fit)))
}
"""


def nlme_code(result: MediationResult) -> str:
    """Return R code that fits the model of a result by nlme and computes its effects.

    Raises
    ------
    UnsupportedError
        For latent group means.
    """
    plan = Plan(result, "nlme", Names(R_RESERVED))
    refuse_latent(plan)
    fits = [line for place, block in enumerate(plan.blocks, 1) for line in _fit(plan, block, place)]
    zeros = not all(plan.complete(part) for block in plan.blocks for part in block.components)
    stacked = any(len(block.equations) > 1 for block in plan.blocks)
    mixed = any(block.components for block in plan.blocks)
    remarks = [STACKED] * stacked + [ZEROS] * zeros + [ERRORS] * mixed
    helpers = [_DESCRIBE] * mixed + [_KEPT] * zeros
    return mixed_script(plan, "nlme", remarks, helpers, fits)


def _fit(plan: Plan, block: Block, place: int) -> Iterator[str]:
    if not block.components:
        yield from ordinary(plan, block.equations[0], place)
        return
    several = len(block.equations) > 1
    if several:
        data = f"stacked_{place}"
        yield from stack(plan, block, data)
        fixed = fixed_columns(plan, block)
        formula = f"response ~ 0 + {' + '.join(fixed)}"
        columns = [random_columns(plan, component) for component in block.components]
        parts = [f"0 + {' + '.join(part)}" for part in columns]
    else:
        data, fixed = "data", fixed_labels(plan, block.equations[0])
        formula = fixed_formula(plan, block.equations[0])
        parts = [random_formula(plan, block, component) for component in block.components]
    labels = [label for component in block.components for label in component]
    if all(plan.complete(component) for component in block.components):
        matrices = [f"pdSymm(~ {part})" for part in parts]
        random = matrices[0] if len(matrices) == 1 else f"pdBlocked(list({', '.join(matrices)}))"
    else:
        own = random_columns(plan, labels)
        yield f"kept_{place} <- {_kept(plan, labels)}"
        yield f"dimnames(kept_{place}) <- rep(list({quoted(own)}), 2)"
        random = f"pdKept(kept_{place}, ~ 0 + {' + '.join(own)})"
    yield f"fit_{place} <- lme({formula}, data = {data},"
    yield f"  random = list({plan.group} = {random}),"
    if several:
        yield "  weights = varIdent(form = ~ 1 | equation),"
    yield '  method = if (reml) "REML" else "ML", control = control)'
    residuals = ", ".join(
        f"{plan.response(each)} = {r_string(plan.label(each.residual))}" for each in block.equations
    )
    yield f"fits[[{place}]] <- describe_fit(fit_{place}, {quoted(fixed)},"
    yield f"  {covariance_names(plan, labels)}, c({residuals}))"


def _kept(plan: Plan, labels: Sequence[str]) -> str:
    """Return which elements of a Cholesky factor are not zero, as a matrix in R."""
    cells = [
        "TRUE" if row >= column and plan.covariance(first, second) is not None else "FALSE"
        for column, second in enumerate(labels)
        for row, first in enumerate(labels)
    ]
    return f"matrix(c({', '.join(cells)}), {len(labels)})"
