"""From a model and a data frame to a resolved structure, or to every reason why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medwidget.data.design import build_design
from medwidget.data.prepare import Prepared, prepare, with_products
from medwidget.data.rank import rank_problems
from medwidget.data.scales import measure_scales
from medwidget.data.two_level_rank import two_level_rank_problems
from medwidget.errors import DataError, ModelError
from medwidget.spec.build import build_structure
from medwidget.spec.check import check as check_columns
from medwidget.spec.check_latent import nothing_within
from medwidget.spec.model import MediationModel
from medwidget.spec.names import name_problems
from medwidget.spec.problems import Problem, errors_among, raise_errors
from medwidget.spec.scales import Scales
from medwidget.spec.structure import Structure

__all__ = ["Resolved", "problems_of", "resolve", "resolve_prepared"]

# Problems that are about the data rather than about the model.
_DATA_CODES = frozenset({"no-rows", "one-group", "too-few-rows"})


@dataclass(frozen=True)
class Resolved:
    """A model resolved against data: ready for any estimator.

    Attributes
    ----------
    prepared : Prepared
    structure : Structure
    scales : Scales
    problems : tuple of Problem
        Warnings and notes; there are no errors among them.
    """

    prepared: Prepared
    structure: Structure
    scales: Scales
    problems: tuple[Problem, ...]


def resolve(model: MediationModel, data: object, *, also: Sequence[str] = ()) -> Resolved:
    """Prepare the data and resolve the model against them.

    Parameters
    ----------
    model : MediationModel
    data : data frame
    also : sequence of str
        Further columns that must be complete in the rows used.

    Raises
    ------
    ModelError, DataError
        With all problems at once.
    """
    if not isinstance(model, MediationModel):
        raise ModelError(
            f"model must be a MediationModel, not {type(model).__name__}; the data frame comes "
            f"second."
        )
    return resolve_prepared(model, prepare(model, data, also=also))


def resolve_prepared(model: MediationModel, prepared: Prepared) -> Resolved:
    """Resolve a model against data that were prepared for it, or for one with the same columns.

    Parameters
    ----------
    model : MediationModel
    prepared : Prepared
        Of a model with the same columns in the same roles, and the same handling of missing
        values; other options may differ.

    Raises
    ------
    ModelError, DataError
        With all problems at once.
    """
    if prepared.rows.incomplete and not model.keeps_incomplete_rows:
        raise ValueError("the model uses complete rows; prepare the data for it")
    prepared, structure, problems = _examine(model, prepared)
    about_data = all(problem.code in _DATA_CODES for problem in errors_among(problems))
    raise_errors(problems, DataError if about_data else ModelError)
    assert structure is not None, "without errors there is a structure"
    return Resolved(prepared, structure, measure_scales(structure, prepared), problems)


def problems_of(model: MediationModel, data: object) -> tuple[Problem, ...]:
    """Return every problem of a model on data, errors first."""
    return _examine(model, prepare(model, data))[2]


def _examine(
    model: MediationModel, prepared: Prepared
) -> tuple[Prepared, Structure | None, tuple[Problem, ...]]:
    found = dict.fromkeys((*check_columns(model, prepared.frame), *prepared.problems))
    problems = _without_repetition(found)
    if errors_among(problems):
        return prepared, None, problems
    structure = build_structure(model, prepared.frame)
    refused = (*name_problems(structure), *nothing_within(structure))
    if refused:
        return prepared, None, (*refused, *problems)
    prepared = with_products(prepared, _products(structure))
    return prepared, structure, (*_dependent(structure, prepared), *problems)


def _dependent(structure: Structure, prepared: Prepared) -> tuple[Problem, ...]:
    if structure.two_level is not None:
        return two_level_rank_problems(structure, prepared)
    return rank_problems(structure, build_design(structure, prepared.moments))


def _without_repetition(problems: dict[Problem, None]) -> tuple[Problem, ...]:
    """Keep the first problem of each code and column; the rooms may both have seen it."""
    seen: dict[tuple[str, str | None], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.code, problem.column), problem)
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(seen.values(), key=lambda problem: order[problem.severity]))


def _products(structure: Structure) -> list[tuple[tuple[str, object], tuple[str, object]]]:
    """Return the pairs of columns whose product is a design column, or a variable of its own.

    The product of a column with a group-level one is made from the two where a design is made.
    """
    pairs: dict[tuple[tuple[str, object], tuple[str, object]], None] = {}
    for equation in structure.equations:
        for term in equation.fixed:
            varying = [factor for factor in term.factors if factor.varies_within]
            apart = structure.two_level is not None and not varying
            if len(term.factors) == 2 and (apart or len(varying) == 2):
                first, second = term.factors
                pairs[(first.column, first.category), (second.column, second.category)] = None
    return list(pairs)
