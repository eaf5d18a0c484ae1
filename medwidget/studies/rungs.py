"""The steps by which a model is built up: parts of its structure, each within the next.

Every step keeps terms and random effects of the one full structure, so that steps are nested, use
the same rows, and the last one is the model itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from medwidget.spec.build_two_level import build_two_level
from medwidget.spec.parameters import ParameterTable
from medwidget.spec.structure import Equation, RandomTerm, Slope, Structure

__all__ = ["SLOPES", "Step", "estimated", "steps", "substructure"]

SLOPES = ("each", "together")


@dataclass(frozen=True)
class Step:
    """What a rung adds to the one below.

    Attributes
    ----------
    name : str
        "null", "covariates", "total", "mediator", "fixed", "slope[a]", "slopes" or "moderation".
    about : str
        In a few words.
    fixed : tuple of str
        Fixed effects that it adds.
    random : tuple of str
        Labels of the random slopes that it adds.
    """

    name: str
    about: str
    fixed: tuple[str, ...] = ()
    random: tuple[str, ...] = ()


def steps(structure: Structure, slopes: str = "each") -> tuple[Step, ...]:
    """Return the steps from intercepts alone to a model; those that add nothing are left out.

    Parameters
    ----------
    structure : Structure
        Of the whole model.
    slopes : {"each", "together"}
        Whether random slopes come one after the other or in one step.
    """
    paths = {slope.parameter: slope.path for slope in structure.slopes}
    crossed = {name for slope in structure.slopes for _, name in slope.moderators}
    held = _constraints(structure)
    named = [
        term.parameter
        for equation in structure.equations
        for term in equation.fixed
        if term.factors and not isinstance(held.get(term.parameter), float)
    ]
    to_mediator = _of_letters(paths, "a")
    onward = _of_letters(paths, "bd")
    total = {name for name, path in paths.items() if path == "direct"}
    beside = {name for name in named if name not in paths and name not in crossed}
    found = [
        Step("null", "intercepts alone"),
        Step("covariates", _beside_words(structure), _among(named, beside)),
        Step("total", "exposure → outcome (total effect)", _among(named, total)),
        Step("mediator", "exposure → mediator", _among(named, to_mediator)),
        Step("fixed", "mediator → outcome, all paths fixed", _among(named, onward)),
        *_slope_steps(structure, slopes),
        Step("moderation", "cross-level terms", _among(named, crossed)),
    ]
    return tuple(step for step in found if step.name == "null" or step.fixed or step.random)


def substructure(structure: Structure, kept: Sequence[Step]) -> Structure:
    """Return what a model is after some steps: a part of its structure.

    Parameters
    ----------
    structure : Structure
        Of the whole model.
    kept : sequence of Step
        From the first on.
    """
    fixed = {name for step in kept for name in step.fixed}
    slopes = {label for step in kept for label in step.random}
    places = [
        place
        for place, term in enumerate(structure.random)
        if not term.factors or term.label in slopes
    ]
    order = {place: position for position, place in enumerate(places)}
    random = tuple(structure.random[place] for place in places)
    free = frozenset(
        (order[row], order[column])
        for row, column in structure.free
        if row in order and column in order
    )
    part = replace(structure, random=random, free=free, two_level=None)
    if structure.two_level is not None:
        return _latent_part(structure, part, fixed, slopes)
    return replace(
        part,
        equations=_equations(structure, random, fixed),
        slopes=tuple(
            slope for slope in _slopes(structure.slopes, fixed, slopes) if slope.parameter in fixed
        ),
    )


def estimated(structure: Structure) -> ParameterTable:
    """Return the parameters that are not held at a number or at another parameter."""
    held = _constraints(structure)
    return ParameterTable(tuple(each for each in structure.parameters if each.name not in held))


def _latent_part(
    structure: Structure, part: Structure, fixed: set[str], random: set[str]
) -> Structure:
    """Return a part in which coefficients that come later are held at zero.

    The likelihood is of predictors too, so none of their columns may leave the model. Only the
    moderation of a slope can, because what moderates is there with its own coefficient.
    """
    crossed = {name for slope in structure.slopes for _, name in slope.moderators}
    later = {
        term.parameter
        for equation in structure.equations
        for term in equation.fixed
        if term.factors and term.parameter not in fixed
    }
    part = replace(
        part,
        equations=_equations(structure, part.random, fixed | (later - crossed)),
        slopes=tuple(_slopes(structure.slopes, fixed, random)),
    )
    two_level = build_two_level(part)
    held = dict(two_level.constraints)
    held |= {name: 0.0 for name, equal in held.items() if equal in later}
    held |= dict.fromkeys((later - crossed) - _numbers(held), 0.0)
    known = set(two_level.parameters)
    held = {name: value for name, value in held.items() if name in known}
    return replace(part, two_level=replace(two_level, constraints=held))


def _constraints(structure: Structure) -> Mapping[str, float | str]:
    return {} if structure.two_level is None else structure.two_level.constraints


def _numbers(held: Mapping[str, float | str]) -> set[str]:
    return {name for name, value in held.items() if not isinstance(value, str)}


def _equations(
    structure: Structure, random: tuple[RandomTerm, ...], kept: set[str]
) -> tuple[Equation, ...]:
    return tuple(
        Equation(
            equation.response,
            equation.level,
            tuple(term for term in equation.fixed if not term.factors or term.parameter in kept),
            tuple(term for term in random if term.response == equation.response),
        )
        for equation in structure.equations
    )


def _slopes(slopes: Sequence[Slope], fixed: set[str], random: set[str]) -> Iterator[Slope]:
    """Yield slopes without the moderators and the variance that come later."""
    for slope in slopes:
        moderators = tuple(item for item in slope.moderators if item[1] in fixed)
        label = slope.random if slope.random in random else None
        yield replace(slope, moderators=moderators, random=label)


def _slope_steps(structure: Structure, slopes: str) -> Iterator[Step]:
    labels = {term.label for term in structure.random if term.factors}
    ordered = [path for path in structure.model.paths if path in labels]
    if slopes == "together" and ordered:
        yield Step("slopes", f"random slopes of {', '.join(ordered)}", random=tuple(ordered))
    elif slopes == "each":
        for path in ordered:
            yield Step(f"slope[{path}]", f"random slope of {path}", random=(path,))


def _of_letters(paths: Mapping[str, str], letters: str) -> set[str]:
    return {name for name, path in paths.items() if path.partition("[")[0] in set(letters)}


def _among(named: Sequence[str], wanted: set[str]) -> tuple[str, ...]:
    return tuple(name for name in named if name in wanted)


def _beside_words(structure: Structure) -> str:
    model = structure.model
    parts = ["covariates"] if model.covariates else []
    parts += ["moderators' own effects"] if model.moderators else []
    return " and ".join(parts)
