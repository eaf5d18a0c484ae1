"""A result as Stata code, for version 15 or later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from medwidget.errors import UnsupportedError
from medwidget.result import MediationResult
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation
from medwidget.views.export.arithmetic import Arithmetic
from medwidget.views.export.literals import in_comment, number, stata_string
from medwidget.views.export.names import Names
from medwidget.views.export.plan import Derived, Plan, Source
from medwidget.views.export.r_data import parameter_comments, printed_effects, wrapped
from medwidget.views.export.refusals import refuse_latent, refuse_restricted

__all__ = ["stata_code"]

_WORDS = """
_all _b byte _coef _cons double float if in int _n _N long _pi _pred _rc _skip str strl using with
first wanted category file e var cov
"""
RESERVED = frozenset(_WORDS.split())

REMARK = (
    "gsem fits all equations in one likelihood. With Gaussian responses the Laplace method is "
    "exact. Covariances that the model keeps at zero are fixed with @0. gsem, coeflegend shows "
    "the names that _b[] takes."
)

_READ = """\
version 15
clear all
local file "data.csv"
import delimited using "`file'", varnames(nonames) stringcols(_all) bindquote(strict) ///
    maxquotedrows(unlimited) encoding("UTF-8") clear
rename v* raw__*

* take name: the column whose first row is the text in scalar wanted, as numbers
* take name category: 1 where it is the text in scalar category, 0 in other rows
* take name group: numbered by its texts
capture program drop take
program define take
    args name how
    local found ""
    foreach column of varlist raw__* {
        if "`found'" == "" & `column'[1] == scalar(wanted) local found `column'
    }
    if "`found'" == "" {
        display as error "There is no column " scalar(wanted) " in the file."
        exit 111
    }
    if "`how'" == "group" {
        egen long `name' = group(`found')
    }
    else if "`how'" == "category" {
        generate double `name' = (`found' == scalar(category)) if `found' != ""
    }
    else {
        generate double `name' = real(`found')
        replace `name' = 1 if inlist(`found', "True", "TRUE", "true")
        replace `name' = 0 if inlist(`found', "False", "FALSE", "false")
    }
end
"""


def stata_code(result: MediationResult) -> str:
    """Return Stata code that fits the model of a result by gsem and computes its effects.

    Raises
    ------
    UnsupportedError
        For latent group means and for restricted likelihood.
    """
    plan = Plan(result, "Stata", Names(RESERVED))
    refuse_latent(plan)
    refuse_restricted(plan)
    if not any(each.level is Level.INDIVIDUAL for each in plan.structure.equations):
        raise UnsupportedError(
            "Every equation of this model has one row for each group, for which gsem needs a file "
            "of groups. Export to 'lavaan' or 'lme4', which make one."
        )
    model = list(_model(plan))
    lines = [
        *_heading(plan),
        *parameter_comments(plan, plan.structure.parameters.names, "*"),
        _READ,
        *_columns(plan),
        *model,
        *_effects(plan),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _heading(plan: Plan) -> Iterator[str]:
    result = plan.result
    made_by = f"medwidget {result.versions.get('medwidget', '')}".strip()
    yield f"* Stata code of a mediation model, written by {made_by}."
    yield f"* The log-likelihood of the result is {result.statistics['loglik']:.4f}."
    yield from (f"* {line}" for line in wrapped(REMARK, 96))


def _columns(plan: Plan) -> Iterator[str]:
    yield "* Columns of the file under the names of the code."
    yield f"scalar wanted = {stata_string(plan.result.model.group)}"
    yield f"take {plan.group} group"
    for item in plan.sources:
        yield from _taken(item)
    yield "drop in 1"
    yield "drop raw__*"
    names = ", ".join([plan.group, *(item.name for item in plan.sources)])
    yield f"keep if !missing({names})"
    for made in plan.derived:
        yield from _made(plan, made)
    if any(each.level is Level.GROUP for each in plan.structure.equations):
        yield "* A group has one value of these, in its first row."
        yield f"bysort {plan.group}: generate byte first = _n == 1"
        for each in plan.structure.equations:
            if each.level is Level.GROUP:
                response = plan.response(each)
                yield f"generate double {_response(plan, each)} = {response} if first"
    yield ""


def _taken(item: Source) -> Iterator[str]:
    yield f"scalar wanted = {stata_string(item.column)}"
    if item.category is None:
        yield f"take {item.name}"
        return
    yield f"scalar category = {stata_string(str(item.category))}"
    yield f"take {item.name} category"


def _made(plan: Plan, item: Derived) -> Iterator[str]:
    source = item.sources[0]
    if item.rule == "product":
        yield f"generate double {item.name} = {' * '.join(item.sources)}"
    elif item.rule == "grand":
        yield f"summarize {source}, meanonly"
        yield f"generate double {item.name} = {source} - r(mean)"
    else:
        yield f"egen double {item.name} = mean({source}), by({plan.group})"
        if item.rule == "deviation":
            yield f"replace {item.name} = {source} - {item.name}"


def _response(plan: Plan, equation: Equation) -> str:
    name = plan.response(equation)
    return plan.label(f"{name} of groups") if equation.level is Level.GROUP else name


def _latent(plan: Plan, label: str) -> str:
    return f"{plan.label(f'U {label}')}[{plan.group}]"


def _model(plan: Plan) -> Iterator[str]:
    yield "gsem ///"
    for each in plan.structure.equations:
        terms = [column for _, column in plan.predictors(each)]
        for random in each.random:
            latent = f"{_latent(plan, random.label)}@1"
            column = plan.variable(random.factors, each.level) if random.factors else ""
            terms.append(f"c.{column}#{latent}" if column else latent)
        yield f"    ({_response(plan, each)} <- {' '.join(terms)}) ///"
    labels = [term.label for each in plan.structure.equations for term in each.random]
    if labels:
        yield "    , nocapslatent ///"
        yield f"    latent({' '.join(plan.label(f'U {label}') for label in labels)}) ///"
        for first, second in combinations(labels, 2):
            free = plan.covariance(first, second) is not None
            pair = f"{_latent(plan, first)}*{_latent(plan, second)}"
            yield f"    covariance({pair}{'' if free else '@0'}) ///"
        yield "    intmethod(laplace)"
    else:
        yield "    , nocapslatent"
    yield ""


def _effects(plan: Plan) -> Iterator[str]:
    symbols = _symbols(plan)
    calls = {"sqrt": "sqrt", "normal": "normal"}
    arithmetic = Arithmetic(lambda name: symbols.get(name, "0"), calls=calls)
    yield "* Effects, with standard errors and intervals by the delta method."
    for name, text in printed_effects(plan, arithmetic):
        label = plan.effect_label(name)
        yield f"* {label}: {in_comment(name)}"
        yield f"nlcom ({label}: {text}), level({number(100 * plan.level)})"


def _symbols(plan: Plan) -> dict[str, str]:
    """Return how Stata names each parameter of the result."""
    found: dict[str, str] = {}
    for each in plan.structure.equations:
        response = _response(plan, each)
        columns = {term.parameter: column for term, column in plan.predictors(each)}
        for term in each.fixed:
            found[term.parameter] = f"_b[{response}:{columns.get(term.parameter, '_cons')}]"
        found[each.residual] = f"_b[/var(e.{response})]"
    labels = [term.label for each in plan.structure.equations for term in each.random]
    for place, first in enumerate(labels):
        name = plan.covariance(first, first)
        if name is not None:
            found[name] = f"_b[/var({_latent(plan, first)})]"
        for second in labels[place + 1 :]:
            name = plan.covariance(first, second)
            if name is not None:
                found[name] = f"_b[/cov({_latent(plan, first)},{_latent(plan, second)})]"
    return found
