"""The MODEL command of an Mplus input file: both levels, every parameter labelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from medwidget.errors import UnsupportedError
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation, Factor, RandomTerm, Term
from medwidget.spec.two_level import TwoLevel
from medwidget.views.export.literals import number
from medwidget.views.export.plan import Plan
from medwidget.views.export.systems import System, amount, latent_systems

__all__ = ["MplusModel", "latent_model", "observed_model"]


@dataclass
class MplusModel:
    """What goes into the VARIABLE and MODEL commands.

    Attributes
    ----------
    variables, only_within, only_between : list of str
        Variables of the model, and those of one level.
    within, between : list of str
        Statements.
    random : bool
        Whether there are random slopes.
    """

    variables: list[str] = field(default_factory=list)
    only_within: list[str] = field(default_factory=list)
    only_between: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)
    between: list[str] = field(default_factory=list)
    random: bool = False

    def use(self, name: str, *levels: list[str]) -> None:
        """Note a variable, and the lists of levels that it belongs to."""
        for names in (self.variables, *levels):
            if name not in names:
                names.append(name)


def _held(plan: Plan, parameter: str) -> str:
    """Return a parameter after what it belongs to: a label in brackets, or @ and a number."""
    found = amount(plan, parameter)
    return f" ({found})" if isinstance(found, str) else f"@{number(found)}"


# -- latent group means ---------------------------------------------------------------------------


def latent_model(plan: Plan, two_level: TwoLevel) -> MplusModel:
    """Return the model command of a model with latent group means."""
    within, between = latent_systems(plan, two_level)
    model = MplusModel(only_within=within.own, only_between=between.own)
    model.variables = list(dict.fromkeys([*within.variables, *between.variables]))
    for place in two_level.slopes:
        slope = two_level.between.variables[place]
        if not slope.random or slope.entry is None:
            raise UnsupportedError(
                f"The slope {slope.label} is moderated without varying otherwise. In Mplus that "
                f"needs a variance of zero, which its Bayesian estimator does not take. Add "
                f"{slope.label!r} to random_slopes, or export to 'python'."
            )
        target, source = (within.variables[i] for i in slope.entry)
        model.within.append(f"{plan.label(f'slope {slope.label}')} | {target} ON {source};")
        model.random = True
    known = {variable for variable, _ in within.means}
    model.within += [f"[{name}@0];" for name in within.own if name not in known]
    model.within += _statements(plan, within)
    slopes = [plan.label(f"slope {two_level.between.variables[i].label}") for i in two_level.slopes]
    model.between += _statements(plan, between, [*between.variables, *slopes])
    return model


def _statements(
    plan: Plan, system: System, variables: Sequence[str] | None = None
) -> Iterator[str]:
    for target, source, parameter in system.paths:
        yield f"{target} ON {source}{_held(plan, parameter)};"
    for variable, parameter in system.means:
        yield f"[{variable}{_inside(_held(plan, parameter))}"
    elements = {frozenset((first, second)): name for first, second, name in system.elements}
    yield from _covariances(plan, variables or system.variables, elements)


def _inside(held: str) -> str:
    return f"{held}];" if held.startswith("@") else f"]{held};"


def _covariances(
    plan: Plan, variables: Sequence[str], elements: Mapping[frozenset[str], str]
) -> Iterator[str]:
    """Yield variances and covariances; those that are not among the elements are fixed at 0."""
    for variable in variables:
        name = elements.get(frozenset((variable,)))
        yield f"{variable}{_held(plan, name) if name else '@0'};"
    for first, second in combinations(variables, 2):
        name = elements.get(frozenset((first, second)))
        yield f"{first} WITH {second}{_held(plan, name) if name else '@0'};"


# -- observed group means -------------------------------------------------------------------------


def observed_model(plan: Plan) -> MplusModel:
    """Return the model command of a model on observed variables, predictors beside responses."""
    model = MplusModel()
    for equation in plan.structure.equations:
        _add_equation(plan, equation, model)
    within = [e for e in plan.structure.equations if e.level is Level.INDIVIDUAL]
    residuals = {frozenset((plan.response(e),)): e.residual for e in within}
    model.within += _covariances(plan, [plan.response(e) for e in within], residuals)
    names: dict[str, str] = {}  # of random effects and of group-level responses
    elements: dict[frozenset[str], str] = {}
    for equation in plan.structure.equations:
        if equation.level is Level.GROUP:
            names[equation.response] = plan.response(equation)
            elements[frozenset((plan.response(equation),))] = equation.residual
        for term in equation.random:
            names[term.label] = _effect(plan, equation, term)
    labels = [term.label for term in plan.structure.random]
    for place, first in enumerate(labels):
        for second in labels[: place + 1]:
            name = plan.covariance(first, second)
            if name is not None:
                elements[frozenset((names[first], names[second]))] = name
    model.between += _covariances(plan, list(names.values()), elements)
    return model


def _effect(plan: Plan, equation: Equation, term: RandomTerm) -> str:
    return plan.label(f"slope {term.label}") if term.factors else plan.response(equation)


def _add_equation(plan: Plan, equation: Equation, model: MplusModel) -> None:
    target = plan.response(equation)
    at_group = equation.level is Level.GROUP
    has_intercept = any(not term.factors for term in equation.random)
    only = [model.only_between] if at_group else [] if has_intercept else [model.only_within]
    model.use(target, *only)
    by_factors = {term.factors: term for term in equation.random if term.factors}
    for term in equation.fixed:
        if not term.factors:
            level = model.between if at_group or has_intercept else model.within
            level.append(f"[{target}] ({plan.label(term.parameter)});")
            continue
        source, varies = _predictor(plan, equation, term, model)
        random = by_factors.get(term.factors)
        label = plan.label(term.parameter)
        if random is None:
            level = model.within if varies else model.between
            level.append(f"{target} ON {source} ({label});")
            continue
        slope = _effect(plan, equation, random)
        model.random = True
        model.within.insert(0, f"{slope} | {target} ON {source};")
        model.between.append(f"[{slope}] ({label});")


def _predictor(plan: Plan, equation: Equation, term: Term, model: MplusModel) -> tuple[str, bool]:
    """Return the variable of a term, and whether it is one within groups."""
    varies = equation.level is Level.INDIVIDUAL and any(f.varies_within for f in term.factors)
    source = plan.variable(term.factors, equation.level)
    if (
        _is_response(plan, term.factors)
        and varies
        and source == plan.source(term.factors[0].column)
    ):
        source = plan.copy(source)  # the response itself has two parts here, its copy has one
    model.use(source, model.only_within if varies else model.only_between)
    return source, varies


def _is_response(plan: Plan, factors: Sequence[Factor]) -> bool:
    return len(factors) == 1 and factors[0].column in plan.result.model.responses
