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
from medwidget.data.frame import FloatArray, Table, read_table
from medwidget.data.ledger import Ledger
from medwidget.data.moments import ColumnKey, GroupMoments
from medwidget.data.report import group_problems, row_problems, scale_problems
from medwidget.data.rows import Rows
from medwidget.data.selection import Selection, is_usable, select_rows
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


def prepare(model: MediationModel, data: object, *, also: Sequence[str] = ()) -> Prepared:
    """Prepare data for a model.

    Rows are used when every usable column of the model is present and finite (listwise). A column
    without a single finite value is not usable, and costs no rows. A model that keeps incomplete
    rows uses all with any value, and has NaN where one is missing.

    Parameters
    ----------
    model : MediationModel
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    also : sequence of str
        Further columns that must be complete, so that several models use the same rows. They cost
        no rows where incomplete ones are kept.

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
    chosen = select_rows(table, model, also)
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
        (
            *unusable,
            *row_problems(chosen.ledger, incomplete=model.keeps_incomplete_rows),
            *scale_problems(moments),
        ),
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


def _describe(
    table: Table, model: MediationModel, chosen: Selection
) -> tuple[dict[str, ColumnInfo], Rows, GroupMoments]:
    """Gather the values of the rows in use, go over them once, and describe the columns."""
    used, codes, n_groups = chosen.used, chosen.codes, chosen.n_groups
    infos: dict[str, ColumnInfo] = {}
    values: dict[ColumnKey, FloatArray] = {}
    for name, column in chosen.columns.items():
        infos[name] = column.info
        usable = is_usable(model, column)
        if column.coded is not None:
            coded = column.coded.codes if used is None else column.coded.codes[used]
            labels = column.coded.labels
            infos[name] = coded_info(column.info, labels, coded, codes, n_groups)
            if usable:
                for category in infos[name].categories[1:]:
                    indicator = (coded == labels.index(category)).astype(np.float64)
                    indicator[coded < 0] = np.nan
                    values[name, category] = indicator
        elif column.numbers is not None and usable:
            values[name, None] = column.numbers if used is None else column.numbers[used]
    rows = Rows(values, codes, n_groups, incomplete=chosen.incomplete)
    moments = rows.moments()
    for position, (name, category) in enumerate(moments.keys):
        if category is None:
            own, present = used, values[name, None]
            missing = chosen.columns[name].missing
            if chosen.incomplete and missing is not None:
                own = ~missing if used is None else used & ~missing
                present = present[~np.isnan(present)]
            items = partial(original_items, table, name, own)
            infos[name] = numeric_info(infos[name], moments, position, present, items)
    return infos, rows, moments
