"""Null models: how much of each column varies between groups, before anything is explained."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from medwidget.data.design import build_design
from medwidget.data.frame import Table, read_table
from medwidget.data.groups import Grouping, group_rows, renumber
from medwidget.data.moments import GroupMoments, compute_moments
from medwidget.errors import DataError, MedwidgetError, ModelError, one_of
from medwidget.estimators.linear.estimator import LinearEstimator
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.structure import Equation, RandomTerm, Structure, Term

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["null_models"]

ESTIMATORS = ("reml", "ml")
# Starts from which a maximum at a boundary is looked for again are drawn from this seed.
SEED = 1
_NUMBERS = (
    "intercept",
    "se",
    "tau2",
    "sigma2",
    "loglik",
    "icc",
    "icc2",
    "design_effect",
)
_COLUMNS = (*_NUMBERS, "n_rows", "n_groups", "converged", "reason")


def null_models(
    data: object, columns: str | Sequence[str], group: str, *, estimator: str = "reml"
) -> pd.DataFrame:
    """Fit to each column the mixed model with an intercept alone, and split its variance.

    Parameters
    ----------
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    columns : str or sequence of str
        Numeric columns. Each uses the rows in which it and the group have a value.
    group : str
    estimator : {"reml", "ml"}

    Returns
    -------
    pandas.DataFrame
        Indexed by column: intercept, se (with the variances taken as known), tau2 (variance
        between groups), sigma2 (within groups), loglik, icc (``tau2 / (tau2 + sigma2)``), icc2
        (reliability of the mean of a group of average size), design_effect
        (``1 + (average size - 1) icc``), n_rows, n_groups, converged, and reason: why a column has
        no such model, empty where it has one.

    Raises
    ------
    DataError
        If a column is absent or holds no numbers, or the group column cannot name groups.
    ModelError
        If the estimator is not offered, or a column is the group column itself.
    """
    import pandas as pd

    restricted = one_of("estimator", estimator, ESTIMATORS) == "reml"
    chosen = [columns] if isinstance(columns, str) else list(columns)
    table = read_table(data)
    grouping = group_rows(table, group)
    if grouping is None:
        raise DataError(f"The values of {group!r} cannot serve as labels of groups.")
    rows = [_null_model(table, name, group, grouping, restricted) for name in chosen]
    return pd.DataFrame(
        rows, columns=list(_COLUMNS), index=pd.Index(chosen, name="column", dtype=object)
    )


def _null_model(
    table: Table, column: str, group: str, grouping: Grouping, restricted: bool
) -> dict[str, Any]:
    if column == group:
        raise ModelError(f"{column!r} is the group column, so it has no null model of its own.")
    values = table.numbers(column)
    used = np.flatnonzero(np.isfinite(values) & (grouping.codes >= 0))
    codes, kept = renumber(grouping.codes[used], grouping.n_groups)
    row: dict[str, Any] = dict.fromkeys(_NUMBERS, math.nan)
    row |= {"n_rows": len(used), "n_groups": len(kept), "converged": False, "reason": ""}
    moments = compute_moments({(column, None): values[used]}, codes, len(kept))
    row["reason"] = _reason(moments, group)
    if row["reason"]:
        return row
    structure = _structure(column, group)
    estimate = LinearEstimator("null", restricted=restricted)
    try:
        fit = estimate.fit_design(
            structure, build_design(structure, moments), np.random.default_rng(SEED)
        )
    except MedwidgetError as error:
        return row | {"reason": str(error)}
    intercept, tau2, sigma2 = (float(value) for value in fit.estimate)
    size = len(used) / len(kept)
    icc = tau2 / (tau2 + sigma2)
    return row | {
        "intercept": intercept,
        "se": math.sqrt(float(fit.conditional_covariance[0, 0])),
        "tau2": tau2,
        "sigma2": sigma2,
        "loglik": fit.loglik,
        "icc": icc,
        "icc2": size * tau2 / (size * tau2 + sigma2),
        "design_effect": 1 + (size - 1) * icc,
        "converged": fit.convergence.converged,
    }


def _reason(moments: GroupMoments, group: str) -> str:
    """Say why two variances cannot be told apart, or nothing."""
    if moments.n_groups < 2:
        return f"{group!r} names fewer than two groups with a value."
    if not moments.minima[0] < moments.maxima[0]:
        return "The same value in every row."
    if not moments.varying[0]:
        return "The same value for all rows of each group: all of its variance is between groups."
    return ""


def _structure(column: str, group: str) -> Structure:
    """Return one equation with a fixed and a random intercept."""
    # nothing reads the model of a structure while it is fitted; roles without a column get
    # names that are longer than either column, and so different from both
    unused = [f"{column} {group} {number}" for number in (1, 2)]
    model = MediationModel(unused[0], unused[1], column, group)
    random = RandomTerm(column, column)
    equation = Equation(column, Level.INDIVIDUAL, (Term(f"intercept[{column}]"),), (random,))
    levels = {column: Level.INDIVIDUAL, group: Level.GROUP}
    return Structure(model, levels, (equation,), (random,), frozenset({(0, 0)}), ())
