"""A result as R code for brms, version 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.result import MediationResult
from medwidget.spec.levels import Level
from medwidget.spec.parameters import Parameter
from medwidget.spec.structure import Equation, RandomTerm
from medwidget.views.export.arithmetic import Arithmetic
from medwidget.views.export.literals import number, r_string
from medwidget.views.export.names import Names
from medwidget.views.export.ordinary import fixed_formula
from medwidget.views.export.plan import Plan
from medwidget.views.export.r_data import (
    R_RESERVED,
    heading,
    parameter_comments,
    printed_effects,
    read_data,
)
from medwidget.views.export.refusals import refuse_latent, refuse_part_covariance

__all__ = ["brms_code"]

POSTERIOR = (
    "brms samples from a posterior, under its default priors. Its numbers come near those of the "
    "result where the data say much, and are not the same. Indirect effects are computed on "
    "every draw."
)
SHARED = "Random effects of different equations covary by the identifier between the bars (|p1|)."

_RESULTS = """\
# Median, standard deviation and equal-tailed interval of each effect over the draws.
describe <- function(effect) {
  value <- eval(effect, p)
  tails <- quantile(value, c((1 - level) / 2, (1 + level) / 2), names = FALSE)
  c(estimate = median(value), sd = sd(value), lower = tails[1], upper = tails[2])
}
results <- data.frame(effect = effect_names, t(vapply(effects, describe, numeric(4))))
print(results, digits = 5, row.names = FALSE)
"""

_CORRELATION = """\
# Draws of the correlation of two random effects, whichever brms names first.
correlation <- function(draws, first, second) {
  either <- c(paste(first, second, sep = "__"), paste(second, first, sep = "__"))
  draws[[intersect(paste0("cor_GROUP__", either), names(draws))]]
}
"""


def brms_code(result: MediationResult) -> str:
    """Return R code that fits the model of a result by brms and computes its effects.

    Raises
    ------
    UnsupportedError
        For latent group means, and for covariances of which some in a set are zero.
    """
    # brms drops underscores from the names of responses, so no name has one
    plan = Plan(result, "brms", Names(R_RESERVED, joint=""))
    refuse_latent(plan)
    refuse_part_covariance(plan)
    shared = any(len(_owners(plan, part)) > 1 for part in _components(plan))
    fits = list(_fits(plan))
    parameters = [_draws(plan, parameter) for parameter in _needed(plan)]
    effects = list(printed_effects(plan, Arithmetic(plan.symbol)))
    lines = [
        *heading(plan, [POSTERIOR] + [SHARED] * shared),
        *parameter_comments(plan, [parameter.name for parameter in _needed(plan)]),
        "library(brms)",
        f"level <- {number(plan.level)}",
        f"seed <- {int(result.settings['seed'])}",
        "",
        *read_data(plan),
        *fits,
        *([_CORRELATION.replace("GROUP", plan.group)] if _crosses(plan) else []),
        "p <- data.frame(",
        ",\n".join(f"  {line}" for line in parameters),
        ")",
        "effect_names <- c(",
        ",\n".join(f"  {r_string(name)}" for name, _ in effects),
        ")",
        "effects <- expression(",
        ",\n".join(f"  {text}" for _, text in effects),
        ")",
        _RESULTS,
    ]
    return "\n".join(lines).rstrip() + "\n"


def _components(plan: Plan) -> list[tuple[str, ...]]:
    return [component for block in plan.blocks for component in block.components]


def _terms(plan: Plan) -> dict[str, RandomTerm]:
    return {term.label: term for term in plan.structure.random}


def _owners(plan: Plan, component: Sequence[str]) -> set[str]:
    terms = _terms(plan)
    return {terms[label].response for label in component}


# -- fits -----------------------------------------------------------------------------------------


def _together(plan: Plan) -> list[Equation]:
    """Return the equations of rows, which are one multivariate model."""
    return [each for each in plan.structure.equations if each.level is Level.INDIVIDUAL]


def _fits(plan: Plan) -> Iterator[str]:
    settings = "family = gaussian(), chains = 4, iter = 4000, seed = seed"
    rows = _together(plan)
    if rows:
        formulas = [f"bf({fixed_formula(plan, each)}{_random(plan, each)})" for each in rows]
        joined = " +\n  ".join(formulas)
        together = f"{joined} +\n  set_rescor(FALSE)" if len(rows) > 1 else joined
        yield f"formula <- {together}"
        yield f"fit <- brm(formula, data = data, {settings})"
        yield "print(summary(fit))"
        yield "draws <- as.data.frame(fit)"
    for each in plan.structure.equations:
        if each.level is Level.GROUP:
            name = plan.response(each)
            yield f"fit_{name} <- brm({fixed_formula(plan, each)}, data = groups, {settings})"
            yield f"print(summary(fit_{name}))"
            yield f"draws_{name} <- as.data.frame(fit_{name})"
    yield ""


def _random(plan: Plan, equation: Equation) -> str:
    terms = _terms(plan)
    text = ""
    for place, component in enumerate(_components(plan), 1):
        own = [terms[label] for label in component if terms[label].response == equation.response]
        if not own:
            continue
        columns = [_column(plan, term) for term in own]
        columns = ["1" if column == "Intercept" else column for column in columns]
        inside = " + ".join(columns if "1" in columns else ["0", *columns])
        bar = f"|p{place}|" if len(_owners(plan, component)) > 1 else "|"
        text += f" + ({inside} {bar} {plan.group})"
    return text


def _column(plan: Plan, term: RandomTerm) -> str:
    return plan.variable(term.factors, Level.INDIVIDUAL) if term.factors else "Intercept"


# -- draws ----------------------------------------------------------------------------------------


def _needed(plan: Plan) -> list[Parameter]:
    """Return the parameters that effects are made of."""
    used = {name for effect in plan.effects for name in effect.parameters if not plan.zero(name)}
    return [parameter for parameter in plan.structure.parameters if parameter.name in used]


def _crosses(plan: Plan) -> bool:
    return any(parameter.kind == "covariance" for parameter in _needed(plan))


def _draws(plan: Plan, parameter: Parameter) -> str:
    label = plan.label(parameter.name)
    if parameter.kind == "fixed":
        equation = next(e for e in plan.structure.equations if e.response == parameter.equation)
        columns = {term.parameter: column for term, column in plan.predictors(equation)}
        name = f"b_{_prefix(plan, equation)}{columns.get(parameter.name, 'Intercept')}"
        at_group = equation.level is Level.GROUP
        draws = f"draws_{plan.response(equation)}" if at_group else "draws"
        return f"{label} = {draws}[[{r_string(name)}]]"
    first, second = (_effect(plan, item) for item in parameter.labels)
    spread = " * ".join(
        f"draws[[{r_string(f'sd_{plan.group}__{name}')}]]" for name in (first, second)
    )
    if parameter.kind == "variance":
        return f"{label} = {spread}"
    return f"{label} = {spread} * correlation(draws, {r_string(first)}, {r_string(second)})"


def _effect(plan: Plan, label: str) -> str:
    """Return how brms names a random effect."""
    term = _terms(plan)[label]
    equation = next(e for e in plan.structure.equations if e.response == term.response)
    return f"{_prefix(plan, equation)}{_column(plan, term)}"


def _prefix(plan: Plan, equation: Equation) -> str:
    several = len(_together(plan)) > 1 and equation.level is Level.INDIVIDUAL
    return f"{plan.response(equation)}_" if several else ""
