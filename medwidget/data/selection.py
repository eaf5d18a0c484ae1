"""Which rows of a table a model uses: complete ones, or all that hold something it can use."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from medwidget.data.frame import BoolArray, IntArray, Table
from medwidget.data.groups import Grouping, group_rows, renumber
from medwidget.data.ledger import Ledger
from medwidget.data.moments import count_varying_groups
from medwidget.data.reading import ColumnData, read_column
from medwidget.data.report import Obstacle, make_ledger
from medwidget.spec.model import MediationModel

__all__ = ["Selection", "is_usable", "select_rows"]


@dataclass(frozen=True, eq=False)
class Selection:
    """The columns that were read, and the rows and groups in use.

    The codes of rows not in use are not kept: with many rows they are the largest thing here.

    Attributes
    ----------
    columns : dict of str to ColumnData
    used : ndarray of bool, or None
        None: all rows.
    codes : ndarray of int
        Of the rows in use; without a group column, one group of all.
    n_groups : int
    labels : tuple or None
        Of the groups in use; None without a group column.
    ledger : Ledger
    incomplete : bool
        Whether there are rows in use that lack a value.
    """

    columns: dict[str, ColumnData]
    used: BoolArray | None
    codes: IntArray
    n_groups: int
    labels: tuple[Hashable, ...] | None
    ledger: Ledger
    incomplete: bool = False


def select_rows(table: Table, model: MediationModel, also: Sequence[str]) -> Selection:
    """Read the columns of a model, and select the rows that it uses.

    Parameters
    ----------
    table : Table
    model : MediationModel
    also : sequence of str
        Further columns without which a row is not used, unless incomplete rows are.
    """
    columns = {name: read_column(table, name) for name in model.columns[:-1] if name in table}
    concerned = {name: column for name, column in columns.items() if is_usable(model, column)}
    grouping = group_rows(table, model.group) if model.group in table else None
    if model.keeps_incomplete_rows:
        obstacles = list(_insurmountable(model, grouping, concerned))
    else:
        for name in also:
            if name in table and name not in concerned and name != model.group:
                concerned[name] = columns.get(name) or read_column(table, name)
        obstacles = list(_obstacles(concerned))
    if grouping is not None and grouping.n_missing:
        obstacles.append(Obstacle("missing-group", model.group, grouping.codes < 0))
    used = None
    if obstacles:
        used = ~obstacles[0].rows
        for obstacle in obstacles[1:]:
            used &= ~obstacle.rows
    codes, n_groups = np.zeros(table.n_rows, dtype=np.intp), 1
    if grouping is not None:
        codes, n_groups = grouping.codes, grouping.n_groups
    groups = np.arange(n_groups)
    if used is not None:
        codes, groups = renumber(codes[used], n_groups)
    labels = None
    if grouping is not None:
        labels = tuple(grouping.labels[group] for group in groups.tolist())
    holes = _holes(concerned, used) if model.keeps_incomplete_rows else {}
    ledger = make_ledger(table.n_rows, len(codes), grouping, groups, obstacles, holes)
    return Selection(columns, used, codes, len(groups), labels, ledger, bool(holes))


def is_usable(model: MediationModel, column: ColumnData) -> bool:
    """Tell whether a column can enter an equation; if not, it must not cost rows."""
    name = column.info.name
    if column.is_empty:
        return False
    if column.info.kind == "categorical":
        moderators = {each for columns in model.moderators.values() for each in columns}
        return name in model.covariates or name in moderators
    return column.numbers is not None


def _obstacles(columns: Mapping[str, ColumnData]) -> Iterator[Obstacle]:
    for name, column in columns.items():
        if column.is_empty:
            continue
        if column.missing is not None:
            yield Obstacle("missing", name, column.missing)
        if column.infinite is not None:
            yield Obstacle("infinite", name, column.infinite)


# -- incomplete rows ------------------------------------------------------------------------------


def _insurmountable(
    model: MediationModel, grouping: Grouping | None, columns: Mapping[str, ColumnData]
) -> Iterator[Obstacle]:
    """Yield what keeps rows from being used where incomplete ones are.

    A column that is split into its observed parts, or moderates a slope, is not modelled and must
    be known; one that is the same for a whole group is, by any row of the group.
    """
    known = {name for name, way in model.splits.items() if way == "observed"}
    known.update(name for moderators in model.moderators.values() for name in moderators)
    for name, column in columns.items():
        if name in known and column.missing is not None:
            unknown = _unknown(column, column.missing, grouping)
            if unknown.any():
                yield Obstacle("missing", name, unknown)
        if column.infinite is not None:
            yield Obstacle("infinite", name, column.infinite)
    holes = [column.missing for column in columns.values() if column.missing is not None]
    if columns and len(holes) == len(columns):
        empty = np.logical_and.reduce(holes)
        if empty.any():
            yield Obstacle("empty", "", empty)


def _unknown(column: ColumnData, missing: BoolArray, grouping: Grouping | None) -> BoolArray:
    """Return the rows in which a column has no value, and no other row of the group tells it."""
    values = column.numbers if column.coded is None else column.coded.codes
    if grouping is None or values is None:
        return missing
    present = ~missing & (grouping.codes >= 0)
    codes, groups = renumber(grouping.codes[present], grouping.n_groups)
    if count_varying_groups(values[present], codes, len(groups)):
        return missing
    told = np.zeros(grouping.n_groups + 1, dtype=np.bool_)  # the last: rows of no group
    told[groups] = True
    unknown: BoolArray = missing & ~told[grouping.codes]
    return unknown


def _holes(columns: Mapping[str, ColumnData], used: BoolArray | None) -> dict[str, BoolArray]:
    """Return by column which of the rows in use lack a value of it."""
    found = {}
    for name, column in columns.items():
        if column.missing is not None:
            missing = column.missing if used is None else column.missing[used]
            if missing.any():
                found[name] = missing
    return found
