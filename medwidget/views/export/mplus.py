"""A result as an Mplus input file, for version 8 or later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.errors import UnsupportedError
from medwidget.result import MediationResult
from medwidget.spec.levels import Level
from medwidget.spec.structure import Part
from medwidget.views.export.arithmetic import Arithmetic
from medwidget.views.export.literals import in_comment, number
from medwidget.views.export.mplus_model import MplusModel, latent_model, observed_model
from medwidget.views.export.names import Names
from medwidget.views.export.plan import Derived, Plan
from medwidget.views.export.r_data import printed_effects, wrapped
from medwidget.views.export.refusals import refuse_restricted
from medwidget.views.export.systems import amount, free_effects

__all__ = ["mplus_code"]

WIDTH = 80

_WORDS = """
title data file variable names missing usevar cluster within between define analysis type
estimator model output new with on by all mean means center ml bayes twolevel random sqrt phi
"""
RESERVED = frozenset(_WORDS.split())

OBSERVED = (
    "Predictors are observed variables beside the responses, group means and deviations from them "
    "included; they are not split into latent parts."
)
LATENT = "Individual-level variables are split into latent parts within and between groups."
BAYES = (
    "Where slopes on latent parts vary, maximum likelihood in Mplus does not take the group's "
    "latent mean out of the predictor; its Bayesian estimator does (Asparouhov & Muthen 2019). "
    "So this gives posterior medians under Mplus's default priors, near the result's and not the "
    "same."
)


def mplus_code(result: MediationResult) -> str:
    """Return an Mplus input file that fits the model of a result and computes its effects.

    Raises
    ------
    UnsupportedError
        For restricted likelihood, and for products that Mplus cannot make in one run.
    """
    plan = Plan(result, "Mplus", Names(RESERVED, longest=8))
    refuse_restricted(plan)
    if all(level is Level.GROUP for level in _levels(plan)):
        raise UnsupportedError(
            "Every variable of this model is one of groups, for which Mplus needs a file with one "
            "row for each group. Export to 'lavaan' or 'lme4', which make one."
        )
    two_level = plan.structure.two_level
    model = observed_model(plan) if two_level is None else latent_model(plan, two_level)
    constraint = list(_constraint(plan))  # names effects; everything else has its names by now
    bayes = two_level is not None and bool(two_level.slopes)
    remarks = [OBSERVED if two_level is None else LATENT, *([BAYES] if bayes else [])]
    lines = [
        "TITLE: A mediation model;",
        *_heading(plan, remarks),
        *_data(plan),
        *_variables(plan, model),
        *_define(plan),
        *_analysis(model, bayes),
        "MODEL:",
        *(f"  {line}" for line in _labels(plan)),
        "  %WITHIN%",
        *(f"  {line}" for line in model.within),
        "  %BETWEEN%",
        *(f"  {line}" for line in model.between),
        *constraint,
        "OUTPUT:",
        "  CINTERVAL;" if not bayes else "  TECH8;",
    ]
    return "\n".join(lines) + "\n"


def _levels(plan: Plan) -> list[Level]:
    return [plan.structure.levels[item.column] for item in plan.sources]


def _comment(text: str) -> Iterator[str]:
    yield from (f"! {line}" for line in wrapped(text, WIDTH, break_long_words=True))


def _labels(plan: Plan) -> Iterator[str]:
    """Yield what the labels of parameters stand for, where they differ from medwidget's names."""
    for name in plan.structure.parameters.names:
        if plan.label(name) != name and isinstance(amount(plan, name), str):
            yield from _comment(f"{plan.label(name)}: {in_comment(name)}")


def _heading(plan: Plan, remarks: Sequence[str]) -> Iterator[str]:
    result = plan.result
    yield from _comment(f"Written by medwidget {result.versions.get('medwidget', '')}.")
    yield from _comment(f"The log-likelihood of the result is {result.statistics['loglik']:.4f}.")
    for remark in remarks:
        yield from _comment(remark)


def _data(plan: Plan) -> Iterator[str]:
    rows = (
        "every row with a group and at least one value; a full stop stands for a missing value"
        if plan.incomplete
        else "complete rows only"
    )
    yield from _comment(
        f"data.dat has no line of names, numbers alone, blanks between them, {rows}. "
        f"Its columns, in this order:"
    )
    yield from _comment(f"{plan.group}: {in_comment(plan.result.model.group)}, numbered")
    for item in plan.sources:
        column = in_comment(item.column)
        if item.category is None:
            yield from _comment(f"{item.name}: {column}")
        else:
            category = in_comment(str(item.category))
            yield from _comment(f"{item.name}: 1 where {column} is {category}, otherwise 0")
    yield "DATA:"
    yield '  FILE = "data.dat";'
    if not plan.incomplete:
        yield "  LISTWISE = ON;"


def _variables(plan: Plan, model: MplusModel) -> Iterator[str]:
    made = [item.name for item in plan.derived if item.name in model.variables]
    used = [item.name for item in plan.sources if item.name in model.variables]
    yield "VARIABLE:"
    yield from _list("NAMES", [plan.group, *(item.name for item in plan.sources)])
    yield "  MISSING = .;"
    yield from _list("USEVARIABLES", [*used, *made])
    yield f"  CLUSTER = {plan.group};"
    yield from _list("WITHIN", model.only_within)
    yield from _list("BETWEEN", model.only_between)


def _list(option: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        first, *rest = wrapped(f"{option} = {' '.join(names)};", WIDTH - 4)
        yield f"  {first}"
        yield from (f"    {line}" for line in rest)


def _define(plan: Plan) -> Iterator[str]:
    lines = [line for item in plan.derived for line in _made(plan, item)]
    if lines:
        yield "DEFINE:"
        yield from (f"  {line}" for line in sorted(lines, key=lambda line: "CENTER" in line))


def _made(plan: Plan, item: Derived) -> Iterator[str]:
    first = item.sources[0]
    if item.rule == "mean":
        yield f"{item.name} = CLUSTER_MEAN ({first});"
    elif item.rule == "deviation":
        yield f"{item.name} = {first};"
        yield f"CENTER {item.name} (GROUPMEAN);"
    elif item.rule == "grand":
        yield f"{item.name} = {first};"
        yield f"CENTER {item.name} (GRANDMEAN);"
    elif item.rule == "copy":
        yield f"{item.name} = {first};"
    else:
        yield from _product(plan, item)


def _product(plan: Plan, item: Derived) -> Iterator[str]:
    """Yield a product; with W of the group, (x - mean of x) W is xW minus its own group mean."""
    origins = {derived.name: derived.sources[0] for derived in plan.derived}
    raw = [origins.get(source, source) for source in item.sources]
    parts = set(item.parts)
    yield f"{item.name} = {' * '.join(raw)};"
    if parts <= {Part.RAW, Part.GROUP}:
        return
    if parts == {Part.WITHIN, Part.GROUP}:
        yield f"CENTER {item.name} (GROUPMEAN);"
        return
    raise UnsupportedError(
        "Mplus makes products of centred columns only in a second run, on a file that has the "
        "centred columns. Export to 'lme4'; or put the product into the data as a column of its "
        "own."
    )


def _analysis(model: MplusModel, bayes: bool) -> Iterator[str]:
    yield "ANALYSIS:"
    yield f"  TYPE = TWOLEVEL{' RANDOM' if model.random else ''};"
    yield f"  ESTIMATOR = {'BAYES' if bayes else 'ML'};"
    if bayes:
        yield "  ALGORITHM = GIBBS(RW);"  # takes covariance matrices with single zeros
        yield "  BITERATIONS = (10000);"


def _constraint(plan: Plan) -> Iterator[str]:
    def symbol(name: str) -> str:
        if plan.zero(name):
            return "0"
        found = amount(plan, name)
        return found if isinstance(found, str) else number(found)

    free = free_effects(plan)
    calls = {"sqrt": "SQRT", "normal": "PHI"}
    arithmetic = Arithmetic(symbol, power_sign="**", calls=calls)
    found = [
        (plan.effect_label(name), name, text)
        for name, text in printed_effects(plan, arithmetic)
        if name in free
    ]
    if not found:
        return
    yield "MODEL CONSTRAINT:"
    for label, name, _ in found:
        yield from (f"  {line}" for line in _comment(f"{label}: {in_comment(name)}"))
    first, *rest = wrapped(f"NEW ({' '.join(label for label, _, _ in found)});", WIDTH - 4)
    yield f"  {first}"
    yield from (f"    {line}" for line in rest)
    for label, _, text in found:
        head, *more = wrapped(f"{label} = {text};", WIDTH - 4)
        yield f"  {head}"
        yield from (f"    {line}" for line in more)
