"""From a data frame to what an estimator needs of it, for one model.

A bad column never stops the preparation: what can be read is returned, with the problems, and
`medwidget.spec.check` decides what the model cannot do without.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from medwidget.data.columns import (
    coded_info,
    group_column_info,
    group_info,
    numeric_info,
    original_items,
    without_groups,
)
from medwidget.data.frame import BoolArray, FloatArray, IntArray, Table, read_table
from medwidget.data.groups import Grouping, group_rows, renumber
from medwidget.data.ledger import Ledger
from medwidget.data.moments import ColumnKey, GroupMoments, compute_moments
from medwidget.data.reading import ColumnData, read_column
from medwidget.data.report import (
    Obstacle,
    group_problems,
    make_ledger,
    row_problems,
    scale_problems,
)
from medwidget.data.rows import Rows
from medwidget.errors import DataError
from medwidget.spec.columns import ColumnInfo, FrameInfo
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem

__all__ = ["Prepared", "prepare", "with_products"]


@dataclass(frozen=True, eq=False)
class Prepared:
    """The data of one model, prepared.

    Attributes
    ----------
    frame : FrameInfo
        Descriptions of the model's columns over the rows in use (missing and infinite values are
        counted over all rows). Columns that the data lack are absent.
    moments : GroupMoments
        Of the numeric and boolean columns, and of an indicator of each category but the first of
        categorical covariates and moderators.
    rows : Rows
        The rows in use; views of the data where all rows are used.
    ledger : Ledger
    labels : tuple
        Labels of the groups in use, as given, in the data's order.
    problems : tuple of Problem
        What only the data stage sees: rows left out, groups lost, a group column whose values
        cannot be labels, values beyond the range of squares. What shows in ``frame`` (absent and
        repeated columns, no rows, types) is for `medwidget.spec.check` to report.
    """

    frame: FrameInfo
    moments: GroupMoments
    rows: Rows
    ledger: Ledger
    labels: tuple[Hashable, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, eq=False)
class _Selection:
    """The columns that were read, and the rows and groups in use.

    The codes of rows not in use are not kept: with many rows they are the largest thing here.
    """

    columns: dict[str, ColumnData]
    used: BoolArray | None  # None: all rows
    codes: IntArray  # of the rows in use; without a group column, one group of all
    n_groups: int
    labels: tuple[Hashable, ...] | None  # of the groups in use; None without a group column
    ledger: Ledger


def prepare(model: MediationModel, data: object, *, also: Sequence[str] = ()) -> Prepared:
    """Prepare data for a model.

    Rows are used when every usable column of the model is present and finite (listwise). A column
    without a single finite value is not usable, and costs no rows.

    Parameters
    ----------
    model : MediationModel
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    also : sequence of str
        Further columns that must be complete, so that several models use the same rows.

    Returns
    -------
    Prepared

    Raises
    ------
    DataError
        If ``data`` is not a data frame, or has no rows or no columns.
    """
    table = read_table(data)
    if table.n_rows == 0 or not (table.names or table.duplicated):
        what = "rows" if table.n_rows == 0 else "columns"
        raise DataError(f"The data frame has no {what}. Check how it was read or filtered.")
    chosen = _select(table, model, also)
    infos, rows, moments = _describe(table, model, chosen)
    described = None
    unusable: tuple[Problem, ...] = ()
    if chosen.labels is not None:
        infos[model.group] = group_column_info(table, model.group, chosen.labels)
        described = group_info(model.group, moments.counts)
    else:
        infos = {name: without_groups(info) for name, info in infos.items()}
        rows, moments = replace(rows, n_groups=0), moments.select([])
        unusable = group_problems(model.group, table)
        if unusable:
            infos[model.group] = group_column_info(table, model.group, ())
    return Prepared(
        FrameInfo(infos, rows.n_rows, described, table.duplicated, table.names),
        moments,
        rows,
        chosen.ledger,
        chosen.labels or (),
        (*unusable, *row_problems(chosen.ledger), *scale_problems(moments)),
    )


def with_products(
    prepared: Prepared, pairs: Iterable[tuple[str | ColumnKey, str | ColumnKey]]
) -> Prepared:
    """Return prepared data with the products of pairs of columns added to rows and moments.

    Parameters
    ----------
    prepared : Prepared
    pairs : iterable of (str or ColumnKey, str or ColumnKey)
        Their keys are those of `product_key`, in the order given.
    """
    rows = prepared.rows.with_products(pairs)
    return replace(prepared, rows=rows, moments=rows.moments())


def _select(table: Table, model: MediationModel, also: Sequence[str]) -> _Selection:
    columns = {name: read_column(table, name) for name in model.columns[:-1] if name in table}
    complete = {name: column for name, column in columns.items() if _is_usable(model, column)}
    for name in also:
        if name in table and name not in complete and name != model.group:
            complete[name] = columns.get(name) or read_column(table, name)
    grouping = group_rows(table, model.group) if model.group in table else None
    obstacles = _obstacles(model.group, grouping, complete)
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
    ledger = make_ledger(table.n_rows, len(codes), grouping, groups, obstacles)
    return _Selection(columns, used, codes, len(groups), labels, ledger)


def _is_usable(model: MediationModel, column: ColumnData) -> bool:
    """Tell whether a column can enter an equation; if not, it must not cost rows."""
    name = column.info.name
    if column.is_empty:
        return False
    if column.info.kind == "categorical":
        moderators = {each for columns in model.moderators.values() for each in columns}
        return name in model.covariates or name in moderators
    return column.numbers is not None


def _obstacles(
    group: str, grouping: Grouping | None, columns: dict[str, ColumnData]
) -> list[Obstacle]:
    found = []
    for name, column in columns.items():
        if column.is_empty:
            continue
        if column.missing is not None:
            found.append(Obstacle("missing", name, column.missing))
        if column.infinite is not None:
            found.append(Obstacle("infinite", name, column.infinite))
    if grouping is not None and grouping.n_missing:
        found.append(Obstacle("missing-group", group, grouping.codes < 0))
    return found


def _describe(
    table: Table, model: MediationModel, chosen: _Selection
) -> tuple[dict[str, ColumnInfo], Rows, GroupMoments]:
    """Gather the values of the rows in use, go over them once, and describe the columns."""
    used, codes, n_groups = chosen.used, chosen.codes, chosen.n_groups
    infos: dict[str, ColumnInfo] = {}
    values: dict[ColumnKey, FloatArray] = {}
    for name, column in chosen.columns.items():
        infos[name] = column.info
        usable = _is_usable(model, column)
        if column.coded is not None:
            coded = column.coded.codes if used is None else column.coded.codes[used]
            labels = column.coded.labels
            infos[name] = coded_info(column.info, labels, coded, codes, n_groups)
            if usable:
                for category in infos[name].categories[1:]:
                    values[name, category] = (coded == labels.index(category)).astype(np.float64)
        elif column.numbers is not None and usable:
            values[name, None] = column.numbers if used is None else column.numbers[used]
    rows = Rows(values, codes, n_groups)
    moments = compute_moments(values, codes, n_groups)
    for position, (name, category) in enumerate(moments.keys):
        if category is None:
            items = partial(original_items, table, name, used)
            infos[name] = numeric_info(infos[name], moments, position, values[name, None], items)
    return infos, rows, moments
