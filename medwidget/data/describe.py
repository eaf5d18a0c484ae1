"""The columns of a data frame in one table: what each is, at which level it varies, how much."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from medwidget.data.columns import frame_info
from medwidget.data.frame import Table, read_table
from medwidget.data.groups import Grouping, group_rows
from medwidget.errors import DataError, suggestion
from medwidget.spec.columns import ColumnInfo, FrameInfo

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["describe", "guess_group"]

_GROUP_WORDS = frozenset(
    """
    block batch centre center class classroom clinic cls cluster company country county couple
    district dyad family firm gid group groups grp hospital household id ids individual litter
    neighborhood neighbourhood organisation organization participant participants patient
    patients person persons pid pupil region respondent sch school schools sid site state
    student subj subject subjects teacher team uid unit village ward
    """.split()  # noqa: SIM905 - a list literal would fill a screen
)
_FEWEST_GROUPS = 3
_SHARE_OF_ROWS = 0.5  # a group column has at most half as many values as rows


def describe(data: object, group: str | None = None) -> pd.DataFrame:
    """Describe every column of a data frame.

    Parameters
    ----------
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    group : str, optional
        The group column. Without it a column is guessed, and the note of that column says so;
        ``attrs["group"]`` of the result holds its name, or None.

    Returns
    -------
    pandas.DataFrame
        Indexed by column: type, level, icc1, icc2, missing, infinite, distinct, minimum, maximum,
        mean, sd, note. The level is "individual", "group", or empty where there is no group column.
    """
    import pandas as pd

    table = read_table(data)
    if group is not None and group not in table:
        if group in table.duplicated:
            raise DataError(f"More than one column is called {group!r}. Rename all but one.")
        raise DataError(
            f"group={group!r} is not among the columns.{suggestion(group, table.names)}"
        )
    chosen = guess_group(table) if group is None else group
    frame = frame_info(table, chosen)
    if group is not None and frame.group is None:
        raise DataError(f"The values of {group!r} cannot serve as labels of groups.")
    rows = [_row(info, frame, guessed=group is None) for info in frame.columns.values()]
    described = pd.DataFrame(rows, columns=_COLUMNS)
    described.index = pd.Index(list(frame.columns), name="column", dtype=object)
    for name in table.duplicated:
        note = "more than one column has this name; rename all but one to use them"
        blank = {"type": "unsupported", "level": "", "note": note}
        described.loc[name] = pd.Series(blank, index=_COLUMNS, dtype=object)
    described.attrs["group"] = chosen
    return described


_COLUMNS = [
    "type",
    "level",
    "icc1",
    "icc2",
    "missing",
    "infinite",
    "distinct",
    "minimum",
    "maximum",
    "mean",
    "sd",
    "note",
]


def _row(info: ColumnInfo, frame: FrameInfo, *, guessed: bool) -> list[Any]:
    return [
        info.kind,
        info.level.label if info.level is not None else "",
        info.icc1,
        info.icc2,
        info.n_missing,
        info.n_infinite,
        info.n_distinct,
        info.minimum,
        info.maximum,
        info.mean,
        info.sd,
        _note(info, frame, guessed=guessed),
    ]


def _note(info: ColumnInfo, frame: FrameInfo, *, guessed: bool) -> str:
    group = frame.group
    if group is not None and info.name == group.name:
        return _group_note(info, frame, guessed=guessed)
    if info.kind == "unsupported":
        return f"values of type {info.dtype} cannot be analysed"
    if info.n_distinct == 0:
        return "no value in any row"
    notes = []
    if info.kind == "number-as-text":
        notes.append("numbers stored as text; convert the column to use it as a number")
    if info.n_distinct == 1:
        notes.append("the same value in every row")
    elif group is not None and info.n_varying_groups:
        if info.n_varying_groups <= max(1, group.n_groups // 20):
            notes.append(f"varies within only {info.n_varying_groups} of {group.n_groups} groups")
        if info.icc1 <= 0:
            notes.append("group means differ no more than chance would have it")
    return "; ".join(notes)


def _group_note(info: ColumnInfo, frame: FrameInfo, *, guessed: bool) -> str:
    group = frame.group
    if group is None:
        return ""
    sizes = (
        f"{group.smallest} rows each"
        if group.smallest == group.largest
        else f"{group.smallest} to {group.largest} rows each"
    )
    note = f"groups the rows{' (guessed from name and values)' if guessed else ''}: "
    note += f"{group.n_groups} groups of {sizes}"
    if info.n_missing:
        note += f"; {info.n_missing} rows without a group are left out of all descriptions"
    return note


def guess_group(table: Table) -> str | None:
    """Guess which column says to which group a row belongs.

    A candidate repeats its values, several rows to each, and is not a measurement: fractions and
    booleans are out. Columns named like groups come first, then those whose equal values stand
    together in the data; among equals the one with more groups, the finer grouping, is taken.

    Parameters
    ----------
    table : Table

    Returns
    -------
    str or None
        None where no column looks like it.
    """
    best: tuple[tuple[bool, bool, int], str] | None = None
    for name in table.names:
        named = _named_like_group(name)
        if best is not None and best[0][0] and not named:
            continue
        grouping = _candidate(table, name)
        if grouping is None:
            continue
        in_blocks = _in_blocks(grouping)
        rank = (named, in_blocks, grouping.n_groups)
        if (named or in_blocks) and (best is None or rank > best[0]):
            best = (rank, name)
    return None if best is None else best[1]


def _named_like_group(name: str) -> bool:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)  # schoolId -> school Id
    words = re.split(r"[^a-z]+", spaced.lower())
    return any(word in _GROUP_WORDS or word.removesuffix("id") in _GROUP_WORDS for word in words)


def _candidate(table: Table, name: str) -> Grouping | None:
    """Number the values of a column if they can be labels of groups with several rows each."""
    kind = table.kind(name)
    if kind in {"boolean", "unsupported"} or table.n_rows == 0:
        return None
    if kind == "numeric":
        values = table.numbers(name)
        with np.errstate(invalid="ignore"):
            if np.any((values != np.rint(values)) & ~np.isnan(values)) or np.isinf(values).any():
                return None
    grouping = group_rows(table, name)
    if grouping is None or grouping.n_missing > table.n_rows // 2:
        return None
    few_enough = grouping.n_groups <= _SHARE_OF_ROWS * table.n_rows
    return grouping if few_enough and grouping.n_groups >= _FEWEST_GROUPS else None


def _in_blocks(grouping: Grouping) -> bool:
    """Tell whether the rows of each group stand together, which measurements hardly ever do."""
    runs = 1 + int(np.count_nonzero(np.diff(grouping.codes)))
    return runs == grouping.n_groups and not grouping.n_missing and grouping.n_groups >= 10
