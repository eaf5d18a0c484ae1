"""What two fits must share for their likelihoods to be compared."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from medwidget.data.moments import ColumnKey
from medwidget.pipeline.resolve import Resolved
from medwidget.result import MediationResult
from medwidget.spec.structure import Part, Structure

__all__ = ["Density", "density_of", "difference"]


class Density(NamedTuple):
    """Of what a log-likelihood is the density, and how it was made.

    Attributes
    ----------
    estimator : str
    n_rows, n_groups, n_values : int
        ``n_values``: present in the columns that are modelled.
    columns : frozenset of (column, part)
        The responses with their levels; under latent centring, every modelled column with the part
        of it that is observed, because predictors are modelled too.
    joint : bool
        Whether predictors are modelled too.
    fixed : frozenset
        Of a restricted likelihood, the fixed effects, which it leaves out.
    """

    estimator: str
    n_rows: int
    n_groups: int
    n_values: int
    columns: frozenset[tuple[ColumnKey, Hashable]]
    joint: bool
    fixed: frozenset[Hashable]


def density_of(result: MediationResult, resolved: Resolved) -> Density:
    """Return of what the log-likelihood of a result is the density."""
    structure, ledger = resolved.structure, resolved.prepared.ledger
    fixed: frozenset[Hashable] = frozenset()
    if result.statistics["restricted"]:
        fixed = frozenset(
            (item.response, frozenset(term.factors for term in item.fixed))
            for item in structure.equations
        )
    values = resolved.prepared.rows.values
    return Density(
        result.settings["estimator"],
        ledger.n_rows_used,
        ledger.n_groups_used,
        sum(int(np.isfinite(values[key]).sum()) for key in modelled_columns(structure)),
        frozenset(_parts(structure)),
        structure.two_level is not None,
        fixed,
    )


def modelled_columns(structure: Structure) -> tuple[ColumnKey, ...]:
    """Return the columns whose values have a density in a model."""
    if structure.two_level is None:
        return tuple((item.response, None) for item in structure.equations)
    systems = (structure.two_level.within, structure.two_level.between)
    keys = [item.key for system in systems for item in system.variables if item.key is not None]
    return tuple(dict.fromkeys(keys))


def _parts(structure: Structure) -> list[tuple[ColumnKey, Hashable]]:
    if structure.two_level is None:
        return [((item.response, None), item.level) for item in structure.equations]
    # a column without a part between groups is observed as one that is split is
    within = [
        (item.key, Part.WITHIN if item.part is Part.WITHIN else Part.RAW)
        for item in structure.two_level.within.variables
        if item.key is not None
    ]
    group = [
        (item.key, item.part)
        for item in structure.two_level.between.variables
        if item.role == "group" and item.key is not None
    ]
    return [*within, *group]


def difference(first: Density, second: Density) -> str | None:
    """Say why two log-likelihoods cannot be compared; None where they can.

    Parameters
    ----------
    first, second : Density
    """
    if first.joint != second.joint:
        return (
            "under latent centring the likelihood is of predictors and responses, otherwise of "
            "responses alone"
        )
    if first.estimator != second.estimator:
        return f"one was fitted by {first.estimator!r}, the other by {second.estimator!r}"
    if first.columns != second.columns:
        return _other_columns(first, second)
    if first.fixed != second.fixed:
        return "by REML, likelihoods of different fixed effects are of different data; use 'ml'"
    if first[1:4] != second[1:4]:
        used = [
            f"{item.n_values:,} values in {item.n_rows:,} rows of {item.n_groups:,} groups"
            for item in (first, second)
        ]
        return f"they use different data: {used[0]}, and {used[1]}"
    return None


def _other_columns(first: Density, second: Density) -> str:
    names = sorted({key[0] for key, _ in first.columns ^ second.columns})
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    if not first.joint:
        return f"{listed} is a response, or at that level, in one of them only"
    return (
        f"{listed} is modelled, or split that way, in one of them only, and under latent centring "
        f"the likelihood is of predictors too"
    )
