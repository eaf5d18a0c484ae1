"""What each column is like: kind, level, spread within and between groups, intraclass correlation.

Each formula stands here once; `prepare` applies it to the rows in use, `describe` to each column's
own rows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from medwidget.data.distinct import count_distinct, first_appearances
from medwidget.data.frame import BoolArray, FloatArray, IntArray, Table
from medwidget.data.groups import group_rows, renumber
from medwidget.data.moments import GroupMoments, compute_moments, count_varying_groups
from medwidget.data.reading import read_column
from medwidget.spec.columns import ColumnInfo, FrameInfo, GroupInfo
from medwidget.spec.levels import Level

__all__ = [
    "MOST_CATEGORIES",
    "Described",
    "Spread",
    "coded_info",
    "frame_info",
    "group_column_info",
    "group_info",
    "numeric_info",
    "original_items",
    "spread",
    "without_groups",
]

MOST_CATEGORIES = 20
_ROUNDING = 1e-20  # a mean square this small beside the other one is rounding error

NAN = float("nan")


@dataclass(frozen=True)
class Spread:
    """Mean, standard deviations and intraclass correlations of one column."""

    mean: float = NAN
    sd: float = NAN
    sd_within: float = NAN
    sd_between: float = NAN
    icc1: float = NAN
    icc2: float = NAN


def spread(moments: GroupMoments, position: int) -> Spread:
    """Return the spread of one column by one-way analysis of variance; NaN where undefined.

    ICC(1) uses n0 = (N - sum n_j^2 / N) / (J - 1). Negative estimates are given as they are.
    """
    counts, means = moments.counts, moments.means[:, position]
    products = moments.products[:, position, position]
    if moments.available is not None:
        counts = moments.available[:, position]
        some = counts > 0
        counts, means, products = counts[some], means[some], products[some]
    if len(counts) == 0:
        return Spread()
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):  # squares beyond the range
        return _analysis_of_variance(counts, means, products)


def _analysis_of_variance(counts: FloatArray, means: FloatArray, within: FloatArray) -> Spread:
    n, n_groups = float(counts.sum()), len(counts)
    centre = means[0] + float(counts @ (means - means[0])) / n
    ss_within = float(within.sum())
    ss_between = float(counts @ (means - centre) ** 2)
    sd = np.sqrt((ss_within + ss_between) / (n - 1)) if n > 1 else NAN
    sd_within = np.sqrt(ss_within / (n - n_groups)) if n > n_groups else NAN
    sd_between = float(np.std(means - means[0], ddof=1)) if n_groups > 1 else NAN
    icc1, icc2 = NAN, NAN
    if 1 < n_groups < n:
        ms_between, ms_within = ss_between / (n_groups - 1), ss_within / (n - n_groups)
        n0 = (n - float(counts @ counts) / n) / (n_groups - 1)
        if ms_between + ms_within > 0:
            icc1 = (ms_between - ms_within) / (ms_between + (n0 - 1) * ms_within)
        if ms_between > _ROUNDING * ms_within:
            icc2 = (ms_between - ms_within) / ms_between
    return Spread(float(centre), float(sd), float(sd_within), sd_between, icc1, icc2)


def numeric_info(
    plain: ColumnInfo,
    moments: GroupMoments,
    position: int,
    values: FloatArray,
    items: Callable[[Sequence[int]], list[Hashable]],
) -> ColumnInfo:
    """Complete the description of a numeric or boolean column.

    Parameters
    ----------
    plain : ColumnInfo
        Name, kind, type and counts of missing and infinite values.
    moments : GroupMoments
        Of the rows described; without a group column, of one group.
    position : int
        Of the column in the moments.
    values : ndarray
        The rows described.
    items : callable
        Gives the original values of some of these rows.
    """
    if len(values) == 0:
        return plain
    n_distinct = count_distinct(values)
    few = n_distinct <= MOST_CATEGORIES
    found = spread(moments, position)
    n_varying = int(moments.varying[position])
    return replace(
        plain,
        level=Level.INDIVIDUAL if n_varying else Level.GROUP,
        n_distinct=n_distinct,
        categories=tuple(items(first_appearances(values, n_distinct))) if few else (),
        minimum=float(moments.minima[position]),
        maximum=float(moments.maxima[position]),
        mean=found.mean,
        sd=found.sd,
        sd_within=found.sd_within,
        sd_between=found.sd_between,
        icc1=found.icc1,
        icc2=found.icc2,
        n_varying_groups=n_varying,
    )


def coded_info(
    plain: ColumnInfo,
    categories: Sequence[Hashable],
    values: IntArray,
    codes: IntArray,
    n_groups: int,
) -> ColumnInfo:
    """Complete the description of a column of text or categories, given as category numbers."""
    present = values >= 0
    if not present.all():
        values = values[present]
        codes, kept = renumber(codes[present], n_groups)
        n_groups = len(kept)
    if len(values) == 0:
        return plain
    used = np.flatnonzero(np.bincount(values, minlength=len(categories))).tolist()
    n_varying = count_varying_groups(values, codes, n_groups)
    return replace(
        plain,
        level=Level.INDIVIDUAL if n_varying else Level.GROUP,
        n_distinct=len(used),
        categories=tuple(categories[i] for i in used) if len(used) <= MOST_CATEGORIES else (),
        n_varying_groups=n_varying,
    )


def group_info(name: str, counts: FloatArray) -> GroupInfo:
    """Describe the groups by their sizes."""
    if len(counts) == 0:
        return GroupInfo(name, 0, 0, 0, NAN, 0)
    return GroupInfo(
        name,
        len(counts),
        int(counts.min()),
        int(counts.max()),
        float(counts.mean()),
        int(np.count_nonzero(counts == 1)),
    )


def group_column_info(table: Table, name: str, labels: Sequence[Hashable]) -> ColumnInfo:
    """Describe the group column itself; its numbers, if they are numbers, are only labels."""
    return ColumnInfo(
        name,
        table.kind(name),
        table.dtype(name),
        Level.GROUP if labels else None,
        n_missing=int(np.count_nonzero(table.missing(name))),
        n_distinct=len(labels),
        categories=tuple(labels) if len(labels) <= MOST_CATEGORIES else (),
    )


def frame_info(table: Table, group: str | None = None) -> FrameInfo:
    """Describe every column of a table, each over the rows in which it has a finite value.

    Parameters
    ----------
    table : Table
    group : str, optional
        The group column. Rows without a group label are left out of the descriptions.

    Returns
    -------
    FrameInfo
    """
    columns = Described(table, group)
    infos = {name: columns.info(name) for name in table.names}
    return FrameInfo(infos, table.n_rows, columns.group, table.duplicated, table.names)


class Described:
    """The columns of a table, described one at a time: the rows are put into groups only once.

    Parameters
    ----------
    table : Table
    group : str, optional
        The group column. Rows without a group label are left out of the descriptions.

    Attributes
    ----------
    group : GroupInfo or None
        None without a group column whose values can be labels.
    """

    def __init__(self, table: Table, group: str | None = None) -> None:
        self._table = table
        grouping = group_rows(table, group) if group is not None and group in table else None
        self.group: GroupInfo | None = None
        self._labels: list[Hashable] | None = None
        self._kept: BoolArray | None = None
        if grouping is None or group is None:
            self._codes, self._n_groups = np.zeros(table.n_rows, np.intp), min(1, table.n_rows)
            return
        self._codes, self._n_groups = grouping.codes, grouping.n_groups
        self._labels = grouping.labels
        self._kept = grouping.codes >= 0 if grouping.n_missing else None
        present = self._codes if self._kept is None else self._codes[self._kept]
        counts = np.bincount(present, minlength=self._n_groups).astype(np.float64)
        self.group = group_info(group, counts)

    def info(self, name: str) -> ColumnInfo:
        """Describe a column."""
        if self.group is not None and self._labels is not None and name == self.group.name:
            return group_column_info(self._table, name, self._labels)
        info = _own_rows_info(self._table, name, self._codes, self._n_groups, self._kept)
        return info if self.group is not None else without_groups(info)


def _own_rows_info(
    table: Table, name: str, codes: IntArray, n_groups: int, kept: BoolArray | None
) -> ColumnInfo:
    column = read_column(table, name)
    if column.numbers is None:
        if column.coded is None:
            return column.info
        values = column.coded.codes if kept is None else column.coded.codes[kept]
        codes = codes if kept is None else codes[kept]
        return coded_info(column.info, column.coded.labels, values, codes, n_groups)
    used, unusable, numbers = kept, column.unusable, column.numbers
    if unusable is not None:
        used = ~unusable if kept is None else kept & ~unusable
    if used is not None:
        numbers = numbers[used]
        codes, remaining = renumber(codes[used], n_groups)
        n_groups = len(remaining)
    moments = compute_moments({(name, None): numbers}, codes, n_groups)
    items = partial(original_items, table, name, used)
    return numeric_info(column.info, moments, 0, numbers, items)


def original_items(
    table: Table, name: str, used: BoolArray | None, wanted: Sequence[int]
) -> list[Hashable]:
    """Return values of a column as the data give them, by their position among the rows used."""
    return table.items(name, wanted if used is None else np.flatnonzero(used)[list(wanted)])


def without_groups(info: ColumnInfo) -> ColumnInfo:
    """Forget of a column what only groups define."""
    return replace(
        info,
        level=None,
        sd_within=NAN,
        sd_between=NAN,
        icc1=NAN,
        icc2=NAN,
        n_varying_groups=0,
    )
