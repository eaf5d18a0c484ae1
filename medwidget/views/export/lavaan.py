"""A result as R code for lavaan, version 0.6."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.errors import UnsupportedError
from medwidget.result import MediationResult
from medwidget.views.export.arithmetic import Arithmetic
from medwidget.views.export.literals import number, r_string
from medwidget.views.export.names import Names
from medwidget.views.export.ordinary import quoted
from medwidget.views.export.plan import Plan
from medwidget.views.export.r_data import (
    R_RESERVED,
    heading,
    parameter_comments,
    printed_effects,
    read_data,
)
from medwidget.views.export.refusals import refuse_restricted
from medwidget.views.export.systems import (
    System,
    amount,
    free_effects,
    latent_systems,
    observed_systems,
)

__all__ = ["lavaan_code"]

LATENT = (
    "Individual-level variables are split into latent parts within and between groups. All "
    "variables are modelled (fixed.x = FALSE), so log-likelihoods compare with medwidget's."
)
OBSERVED = (
    "lavaan models the predictors too; the log-likelihood at the end is without their part, as "
    "medwidget's is."
)

SCALED = (
    "Columns with very large or small values are divided by a power of ten, without which lavaan "
    "finds no standard errors. The defined effects are in the units of the data."
)

_FIT = """\
fit <- lavaan(model, data = {data},{cluster} meanstructure = TRUE, fixed.x = FALSE,
              missing = "{missing}", information = "observed",
              control = list(iter.max = 5000, eval.max = 10000))
summary(fit)
estimates <- parameterEstimates(fit, level = level)
defined <- estimates[estimates$op == ":=", ]
results <- data.frame(effect = effect_names[match(defined$lhs, effect_labels)],
                      estimate = defined$est, se = defined$se,
                      lower = defined$ci.lower, upper = defined$ci.upper)
print(results, digits = 5, row.names = FALSE)
estimate <- coef(fit)
covariance <- vcov(fit)
"""

_PREDICTORS = """\
# Log-likelihood of the predictors alone, which are normal at the maximum of lavaan's likelihood.
normal_loglik <- function(x) {
  n <- nrow(x)
  -n / 2 * (ncol(x) * (log(2 * pi) + 1) + log(det(cov(x) * (n - 1) / n)))
}
"""


def lavaan_code(result: MediationResult) -> str:
    """Return R code that fits the model of a result by lavaan and computes its effects.

    Raises
    ------
    UnsupportedError
        For slopes that vary over groups, restricted likelihood, and responses whose observed group
        means are predictors.
    """
    plan = Plan(result, "lavaan", Names(R_RESERVED), rescale=True)
    refuse_restricted(plan)
    _refuse_slopes(plan)
    two_level = plan.structure.two_level
    latent = two_level is not None
    within, between = (
        observed_systems(plan) if two_level is None else latent_systems(plan, two_level)
    )
    scaled = [SCALED] if any(scale != 1 for scale in plan.scales.values()) else []
    grouped = bool(within.variables)
    model = [*_level(plan, within, 1), *_level(plan, between, 2)] if grouped else []
    shown = _shown(plan, [within, between])
    model = model or list(_equations(plan, between))
    lines = [
        *heading(plan, [LATENT if latent else OBSERVED, *scaled]),
        *parameter_comments(plan, _parameters(within, between)),
        "library(lavaan)",
        "",
        *read_data(plan),
        "model <- '",
        *model,
        *_definitions(shown),
        "'",
        *_effects(plan, shown),
        _FIT.format(
            data="data" if grouped else "groups",
            cluster=f' cluster = "{plan.group}",' if grouped else "",
            missing="ml" if plan.incomplete else "listwise",
        ),
        *_loglik(plan, within, between),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _refuse_slopes(plan: Plan) -> None:
    slopes = [term.label for term in plan.structure.random if term.factors]
    two_level = plan.structure.two_level
    if two_level is not None and two_level.slopes:
        slopes = [two_level.between.variables[i].label for i in two_level.slopes]
    if slopes:
        raise UnsupportedError(
            f"lavaan fits no slopes that differ from group to group, and here "
            f"{', '.join(slopes)} {'does' if len(slopes) == 1 else 'do'}. Export to 'mplus', or "
            f"to 'lme4' where group means are observed; or fit with random_slopes=() and without "
            f"cross-level moderators."
        )


def _level(plan: Plan, system: System, level: int) -> Iterator[str]:
    yield f"level: {level}"
    yield from _equations(plan, system)


def _equations(plan: Plan, system: System) -> Iterator[str]:
    for target, source, parameter in system.paths:
        yield f"  {target} ~ {_times(plan, parameter)} * {source}"
    for first, second, parameter in system.elements:
        yield f"  {first} ~~ {_times(plan, parameter)} * {second}"
    for variable, parameter in system.means:
        yield f"  {variable} ~ {_times(plan, parameter)} * 1"


def _times(plan: Plan, parameter: str) -> str:
    found = amount(plan, parameter)
    return found if isinstance(found, str) else number(found)


def _parameters(within: System, between: System) -> list[str]:
    names = [
        *(item[2] for system in (within, between) for item in system.paths),
        *(item[1] for system in (within, between) for item in system.means),
        *(item[2] for system in (within, between) for item in system.elements),
    ]
    return list(dict.fromkeys(names))


def _shown(plan: Plan, systems: Sequence[System]) -> list[tuple[str, str, str]]:
    """Return label, name and formula of each effect that has a free parameter."""
    free = free_effects(plan)
    units = {
        parameter: plan.scales[target] / plan.scales[source]
        for system in systems
        for target, source, parameter in system.paths
    }

    def symbol(name: str) -> str:
        unit = units.get(name, 1.0)
        return _times(plan, name) if unit == 1 else f"({number(unit)} * {_times(plan, name)})"

    arithmetic = Arithmetic(symbol)
    return [
        (plan.effect_label(name), name, text)
        for name, text in printed_effects(plan, arithmetic)
        if name in free
    ]


def _definitions(shown: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    for label, _, text in shown:
        yield f"  {label} := {text}"


def _effects(plan: Plan, shown: Sequence[tuple[str, str, str]]) -> Iterator[str]:
    yield f"effect_labels <- {quoted([label for label, _, _ in shown])}"
    yield f"effect_names <- {_vector([name for _, name, _ in shown])}"
    yield f"level <- {number(plan.level)}"


def _vector(names: list[str]) -> str:
    return "c(\n" + ",\n".join(f"  {r_string(name)}" for name in names) + "\n)"


def _loglik(plan: Plan, within: System, between: System) -> Iterator[str]:
    latent = plan.structure.two_level is not None
    parts = ["as.numeric(logLik(fit))"]
    for frame, system in (("data", within), ("groups", between)):
        if system.exogenous and not latent:
            parts.append(f"normal_loglik({frame}[{quoted(system.exogenous)}])")
        for variable in system.variables:
            counted = frame == "data" or variable in system.own
            if (
                plan.scales[variable] != 1
                and counted
                and (latent or variable not in system.exogenous)
            ):
                scale = number(plan.scales[variable])
                parts.append(f"sum(!is.na({frame}${variable})) * log({scale})")
    if not latent:
        yield _PREDICTORS.rstrip()
    yield "loglik <- " + " -\n  ".join(parts)
    yield 'cat("Log-likelihood:", format(loglik, nsmall = 4), "\\n")'
