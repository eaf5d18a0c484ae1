"""A model as equations at two levels, for programs of structural equations."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from medwidget.errors import UnsupportedError
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation, Factor, Part, Term
from medwidget.spec.two_level import LevelSystem, TwoLevel, Variable
from medwidget.views.export.plan import Plan

__all__ = ["System", "amount", "free_effects", "latent_systems", "observed_systems"]


@dataclass
class System:
    """Equations of one level, by the names of the code.

    Attributes
    ----------
    variables : list of str
        Observed variables, in the order of the model.
    own : list of str
        Those that have no part at the other level.
    exogenous : list of str
        Those without an equation.
    means : list of (str, str)
        Variable and parameter.
    paths : list of (str, str, str)
        Target, source and parameter.
    elements : list of (str, str, str)
        Two variables (the same for a variance) and the parameter of their (residual) covariance.
    """

    variables: list[str] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    exogenous: list[str] = field(default_factory=list)
    means: list[tuple[str, str]] = field(default_factory=list)
    paths: list[tuple[str, str, str]] = field(default_factory=list)
    elements: list[tuple[str, str, str]] = field(default_factory=list)


def amount(plan: Plan, parameter: str) -> float | str:
    """Return what a parameter is: a free one's name in the code, or the number it is fixed at."""
    two_level = plan.structure.two_level
    held = two_level.constraints.get(parameter) if two_level is not None else None
    if isinstance(held, str):
        return plan.label(held)
    return plan.label(parameter) if held is None else float(held)


def free_effects(plan: Plan) -> set[str]:
    """Return the names of the effects that constraints do not fix altogether."""
    return {
        effect.name
        for effect in plan.effects
        if any(isinstance(amount(plan, name), str) for name in effect.parameters)
    }


# -- latent group means ---------------------------------------------------------------------------


def latent_systems(plan: Plan, two_level: TwoLevel) -> tuple[System, System]:
    """Return the systems within and between groups of a model with latent group means."""
    within, between = two_level.within, two_level.between
    return _system(plan, within, {"within"}), _system(plan, between, {"group"})


def _system(plan: Plan, level: LevelSystem, own: set[str]) -> System:
    names = [_variable(plan, variable) for variable in level.variables]
    observed = [i for i, variable in enumerate(level.variables) if variable.role != "slope"]
    return System(
        variables=[names[i] for i in observed],
        own=[names[i] for i in observed if level.variables[i].role in own],
        exogenous=[names[i] for i in observed if i not in level.endogenous],
        means=[(names[i], mean) for i, mean in enumerate(level.means) if mean is not None],
        paths=[(names[i], names[j], parameter) for i, j, parameter in level.paths],
        elements=[(names[i], names[j], parameter) for i, j, parameter in level.elements],
    )


def _variable(plan: Plan, variable: Variable) -> str:
    if variable.key is None:
        return plan.label(f"slope {variable.label}")
    column, category = variable.key
    part = Part.RAW if variable.part is None else variable.part
    if isinstance(category, tuple) and category[:1] == ("times",):
        return plan.variable(_factors(plan, column, category, part), Level.INDIVIDUAL)
    return plan.part(plan.source(column, category), part)


def _factors(plan: Plan, column: str, key: tuple[Hashable, ...], part: Part) -> list[Factor]:
    """Return the two factors of a product of columns, by the key of `two_level`."""
    by = key[1]
    moderator, category = by if isinstance(by, tuple) else (by, None)
    first = Factor(column, part, key[2] if len(key) > 2 else None)
    return [first, Factor(str(moderator), Part.GROUP, category)]


# -- observed variables ---------------------------------------------------------------------------


def observed_systems(plan: Plan) -> tuple[System, System]:
    """Return the systems of a model of which no response enters another equation in parts.

    Raises
    ------
    UnsupportedError
        If one does: as a deviation from its group mean, as that mean, or in a product.
    """
    within, between = System(), System()
    for equation in plan.structure.equations:
        _add_equation(plan, equation, within, between)
    for row, column in plan.structure.free_elements:
        first, second = (plan.structure.random[i].response for i in (row, column))
        name = plan.structure.covariance(*(plan.structure.labels[i] for i in (row, column)))
        if name is not None and not plan.zero(name):
            between.elements.append((plan.source(first), plan.source(second), name))
    for system, level in ((within, "within"), (between, "between")):
        for place, first in enumerate(system.exogenous):
            system.means.append((first, f"mean_{level}({first})"))
            for second in system.exogenous[: place + 1]:
                system.elements.append((first, second, f"cov_{level}({first},{second})"))
    return within, between


def _add_equation(plan: Plan, equation: Equation, within: System, between: System) -> None:
    target = plan.response(equation)
    at_group = equation.level is Level.GROUP
    levels = [between] if at_group else [within, *([between] if equation.random else [])]
    for level in levels:
        level.variables.append(target)
        if len(levels) == 1:
            level.own.append(target)
    levels[0].elements.append((target, target, equation.residual))
    for term in equation.fixed:
        if not term.factors:
            levels[-1].means.append((target, term.parameter))
            continue
        for level, source in _sources(plan, equation, term, within, between):
            level.paths.append((target, source, term.parameter))


def _sources(
    plan: Plan, equation: Equation, term: Term, within: System, between: System
) -> list[tuple[System, str]]:
    responses = set(plan.result.model.responses)
    if all(factor.column not in responses for factor in term.factors):
        varies = equation.level is Level.INDIVIDUAL and any(f.varies_within for f in term.factors)
        level = within if varies else between
        source = plan.variable(term.factors, equation.level)
        if source not in level.exogenous:
            level.exogenous.append(source)
            level.variables.append(source)
            level.own.append(source)
        return [(level, source)]
    factor = term.factors[0]
    if len(term.factors) > 1 or factor.part in {Part.WITHIN, Part.BETWEEN}:
        raise UnsupportedError(
            f"{plan.program} would have {factor.column!r} twice in one model, as a response and, "
            f"in parts that are computed from it, as a predictor of {equation.response!r}; their "
            f"joint distribution is singular. Export to 'lme4' or 'nlme'; or fit the model with "
            f"centering='latent', which {plan.program} can do where no slope varies."
        )
    source = plan.source(factor.column)
    at_group = plan.structure.levels[factor.column] is Level.GROUP
    if at_group:
        return [(between, source)]
    both = source in between.variables and bool(equation.random)
    return [(within, source), *([(between, source)] if both else [])]
