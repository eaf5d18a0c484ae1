"""Arguments of a model, read: what each may be, and what is said where it is not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from medwidget.errors import ModelError, one_of, suggestion
from medwidget.spec.frozen import FrozenDict

__all__ = [
    "FAMILIES",
    "SPLITS",
    "Constraint",
    "follow_constraints",
    "read_column",
    "read_columns",
    "read_constraints",
    "read_covariates",
    "read_families",
    "read_splits",
]

FAMILIES = ("gaussian", "binomial", "poisson", "negative-binomial", "ordinal")
SPLITS = ("latent", "observed", "within")

Names = tuple[str, ...]
Constraint = float | str


def read_column(argument: str, name: object) -> str:
    """Return the name of one column."""
    if not isinstance(name, str) or not name:
        raise ModelError(f"{argument}={name!r} must be the name of one column.")
    return name


def read_columns(argument: str, names: object) -> Names:
    """Return the names of one or several columns."""
    if isinstance(names, str):
        return (read_column(argument, names),)
    if not isinstance(names, Iterable):
        raise ModelError(f"{argument}={names!r} must be the name of a column, or several.")
    return tuple(read_column(argument, name) for name in names)


def read_covariates(covariates: object) -> FrozenDict[Names | None]:
    """Return the responses whose equations each covariate enters; None for all."""
    if isinstance(covariates, Mapping):
        return FrozenDict(
            {
                read_column("covariates", name): None
                if equations is None
                else read_columns(f"covariates[{name!r}]", equations)
                for name, equations in covariates.items()
            }
        )
    names = read_columns("covariates", covariates)
    twice = [name for position, name in enumerate(names) if name in names[:position]]
    if twice:
        raise ModelError(f"covariates: {twice[0]!r} is named twice. Remove one of them.")
    return FrozenDict(dict.fromkeys(names))


def read_families(families: object) -> FrozenDict[str]:
    """Return the distribution of responses that are not Gaussian."""
    if families is None:
        return FrozenDict()
    if not isinstance(families, Mapping):
        raise ModelError(
            "families must map a response to a distribution, such as {'y': 'binomial'}."
        )
    return FrozenDict(
        {
            read_column("families", name): one_of(f"families[{name!r}]", family, FAMILIES)
            for name, family in families.items()
        }
    )


def read_splits(splits: object, allowed: Names) -> FrozenDict[str]:
    """Return how columns are split where it is not by latent means."""
    if splits is None:
        return FrozenDict()
    if not isinstance(splits, Mapping):
        raise ModelError("splits must map a column to a way, such as {'x': 'observed'}.")
    found = {}
    for name, way in splits.items():
        if name not in allowed:
            raise ModelError(
                f"splits: {name!r} is not the exposure or a covariate; mediators and the outcome "
                f"are always split by latent means. Choose among "
                f"{', '.join(map(repr, allowed))}."
            )
        found[name] = one_of(f"splits[{name!r}]", way, SPLITS)
    return FrozenDict({name: way for name, way in found.items() if way != "latent"})


def read_constraints(constraints: object, allowed: Names) -> FrozenDict[Constraint]:
    """Return the paths that are held at a value, or equal to another path."""
    if constraints is None:
        return FrozenDict()
    if not isinstance(constraints, Mapping):
        raise ModelError(
            "constraints must map a path at a level to a number or to another one, such as "
            "{'direct_between': 0, 'a_within': 'a_between'}."
        )
    found = {
        _path_at_level(name, allowed): _constraint(name, value, allowed)
        for name, value in constraints.items()
    }
    follow_constraints(found)
    return FrozenDict(found)


def _path_at_level(name: object, allowed: Names) -> str:
    if isinstance(name, str) and name in allowed:
        return name
    raise ModelError(
        f"constraints: {name!r} is not a path at a level; this model has {', '.join(allowed)}."
        f"{suggestion(name, allowed)}"
    )


def _constraint(name: object, value: object, allowed: Names) -> Constraint:
    if isinstance(value, str):
        return _path_at_level(value, allowed)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ModelError(
            f"constraints[{name!r}]={value!r} must be a finite number, or the name of another "
            f"path at a level."
        )
    return float(value)


def follow_constraints(constraints: Mapping[str, Constraint]) -> dict[str, Constraint]:
    """Return for each path that is not free its value, or the free path that it equals.

    Raises
    ------
    ModelError
        If paths equal one another in a circle, so that none of them is free.
    """
    followed: dict[str, Constraint] = {}
    for name in constraints:
        passed, end = [name], constraints[name]
        while isinstance(end, str) and end in constraints:
            if end in passed:
                raise ModelError(
                    f"constraints: {' = '.join([*passed, end])} is a circle. Leave one of them "
                    f"out, or hold it at a number."
                )
            passed.append(end)
            end = constraints[end]
        followed[name] = end
    return followed
