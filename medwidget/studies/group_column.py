"""A column that is constant within groups, one value a group, and the steps of its colours."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.data.frame import Table, read_table
from medwidget.data.groups import first_rows, group_rows
from medwidget.data.moments import count_varying_groups
from medwidget.data.reading import ColumnData, read_column
from medwidget.errors import DataError
from medwidget.result import MediationResult

__all__ = ["STEPS", "GroupColumn", "group_column"]

Array = NDArray[np.float64]

# Colours of the ramp: a numeric column with more values is cut at its quintiles.
STEPS = 5


@dataclass(frozen=True)
class GroupColumn:
    """Values of a group-level column, in the order of a result's groups.

    Attributes
    ----------
    name : str
    values : array (J,)
        Numbers; of a column of categories, their places. NaN where a group has no value.
    ordered : bool
        Whether the values are numbers, so that more and less mean something.
    step : array of int (J,)
        Step of the ramp, from 0; -1 where a group has no value.
    words : tuple of str
        What each step stands for: a category or value, or for quintiles "low" and "high" at the
        ends and nothing between.
    """

    name: str
    values: Array
    ordered: bool
    step: NDArray[np.intp]
    words: tuple[str, ...]


def group_column(result: MediationResult, data: object, name: str) -> GroupColumn:
    """Return a group-level column of the data, by group.

    Parameters
    ----------
    result : MediationResult
        Just fitted; gives the groups and their order.
    data : data frame
        The one that was fitted, or any other with the same group column.
    name : str
        A column without two different values in any group. Text and categories need at most five
        different values.

    Raises
    ------
    DataError
        If the column is absent, varies within a group, or has too many categories.
    """
    table = read_table(data)
    column = read_column(table, name)
    labels, values = _by_group(table, result.model.group, column)
    by_label = dict(zip(labels, values.tolist(), strict=True))
    chosen = np.array([by_label.get(label, np.nan) for label in _labels(result)], dtype=np.float64)
    if column.numbers is None:
        categories = column.coded.labels if column.coded is not None else []
        return _categorical(name, chosen, categories)
    distinct = np.unique(chosen[np.isfinite(chosen)])
    if len(distinct) <= STEPS:
        step = np.where(np.isfinite(chosen), np.searchsorted(distinct, chosen), -1).astype(np.intp)
        return GroupColumn(name, chosen, True, step, tuple(f"{value:.6g}" for value in distinct))
    inner = np.quantile(chosen[np.isfinite(chosen)], np.arange(1, STEPS) / STEPS)
    step = np.searchsorted(inner, chosen, side="left")
    step = np.where(np.isfinite(chosen), step, -1).astype(np.intp)
    return GroupColumn(name, chosen, True, step, ("low", *[""] * (STEPS - 2), "high"))


def _labels(result: MediationResult) -> tuple[Hashable, ...]:
    labels: tuple[Hashable, ...] = result.resolved.prepared.labels
    return labels


def _by_group(table: Table, group: str, column: ColumnData) -> tuple[list[Hashable], Array]:
    """Return the labels of the data's groups, and the column's value in each."""
    grouping = group_rows(table, group)
    name = column.info.name
    numbers = column.numbers
    if numbers is None and column.coded is not None:
        numbers = np.where(column.coded.codes >= 0, column.coded.codes, np.nan)
    if grouping is None or numbers is None:
        raise DataError(f"Column {name!r} cannot be read by group.")
    used = np.flatnonzero((grouping.codes >= 0) & np.isfinite(numbers))
    values = np.full(grouping.n_groups, np.nan)
    present = numbers[used]
    codes = grouping.codes[used]
    if len(used):
        found = np.unique(codes)
        renumbered = np.searchsorted(found, codes)
        if count_varying_groups(present, renumbered, len(found)):
            raise DataError(f"{name!r} varies within groups of {group!r}.")
        values[found] = present[first_rows(renumbered, len(found))]
    return grouping.labels, values


def _categorical(name: str, places: Array, categories: list[Hashable]) -> GroupColumn:
    present = np.unique(places[np.isfinite(places)]).astype(np.intp)
    if len(present) > STEPS:
        raise DataError(
            f"{name!r} has {len(present)} categories among the groups; a ramp tells {STEPS} apart."
        )
    step = np.where(np.isfinite(places), np.searchsorted(present, places), -1).astype(np.intp)
    return GroupColumn(name, places, False, step, tuple(str(categories[i]) for i in present))
