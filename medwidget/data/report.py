"""What the preparation has to say: the ledger of rows, and what only the data stage sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from medwidget.data.frame import BoolArray, IntArray, Table
from medwidget.data.groups import Grouping
from medwidget.data.ledger import Dropped, Ledger, LostGroup, Reason, plain_label
from medwidget.data.moments import GroupMoments
from medwidget.spec.problems import Problem, Severity

__all__ = ["Obstacle", "group_problems", "make_ledger", "row_problems", "scale_problems"]

_SHOWN = 3  # lost groups that a message names
# The square of a product of two columns must stay in the range of floating point numbers.
LARGEST = 1e75


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Rows that one column keeps from being used, and the reason; "" where it is no one column."""

    reason: Reason
    column: str
    rows: BoolArray


def make_ledger(
    n_rows: int,
    n_used: int,
    grouping: Grouping | None,
    groups: IntArray,
    obstacles: Sequence[Obstacle],
    holes: Mapping[str, BoolArray],
) -> Ledger:
    """Account for the rows and groups.

    Parameters
    ----------
    n_rows, n_used : int
    grouping : Grouping or None
    groups : ndarray of int
        Numbers of the groups in use.
    obstacles : sequence of Obstacle
    holes : mapping of str to ndarray of bool
        By column, which of the rows in use lack a value.
    """
    dropped = []
    for obstacle in obstacles:
        count = int(np.count_nonzero(obstacle.rows))
        dropped.append(
            Dropped(
                obstacle.reason,
                obstacle.column,
                count,
                _sentence(obstacle.reason, obstacle.column, count),
            )
        )
    n_groups = 0 if grouping is None else grouping.n_groups
    lost = () if grouping is None else _lost_groups(grouping, groups, obstacles)
    return Ledger(
        n_rows,
        n_used,
        n_groups,
        n_groups - len(lost),
        tuple(dropped),
        lost,
        int(np.count_nonzero(np.logical_or.reduce(list(holes.values())))) if holes else 0,
        {name: int(np.count_nonzero(rows)) for name, rows in holes.items()},
    )


def _sentence(reason: Reason, column: str, count: int) -> str:
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    what = {
        "missing": f"no value of {column!r}",
        "infinite": f"an infinite value of {column!r}",
        "missing-group": f"no group label in {column!r}",
        "empty": "no value in any column of the model",
    }
    return f"{rows} {what[reason]}."


def _lost_groups(
    grouping: Grouping, groups: IntArray, obstacles: Sequence[Obstacle]
) -> tuple[LostGroup, ...]:
    lost = np.ones(grouping.n_groups, dtype=np.bool_)
    lost[groups] = False
    if not lost.any():
        return ()
    concerned: list[tuple[str, BoolArray]] = []
    for obstacle in obstacles:
        if obstacle.reason != "missing-group":
            flags = np.zeros(grouping.n_groups + 1, dtype=np.bool_)  # the last: rows of no group
            flags[grouping.codes[obstacle.rows]] = True
            concerned.append((obstacle.column, flags))
    found = []
    for group in np.flatnonzero(lost).tolist():
        columns = dict.fromkeys(
            repr(column) if column else "all columns" for column, flags in concerned if flags[group]
        )
        why = f"missing or infinite values of {', '.join(columns)}"
        found.append(LostGroup(grouping.labels[group], why))
    return tuple(found)


def group_problems(name: str, table: Table) -> tuple[Problem, ...]:
    """Return the problem of a group column whose values cannot be labels; absence is not it."""
    if name not in table:
        return ()
    return (
        Problem(
            "unusable-group-column",
            f"The values of the group column {name!r} ({table.dtype(name)}) cannot serve as labels "
            f"of groups.",
            "Convert the column to text or whole numbers.",
            column=name,
        ),
    )


def row_problems(ledger: Ledger, *, incomplete: bool = False) -> tuple[Problem, ...]:
    """Return the problems of rows that are left out and groups that are lost.

    Parameters
    ----------
    ledger : Ledger
    incomplete : bool
        Whether incomplete rows are used, so that only columns that must be known cost rows.
    """
    keep = (
        "split the column by latent means, or let it moderate no path"
        if incomplete
        else "keep incomplete rows with missing='fiml' and centering='latent'"
    )
    remedies = {
        "missing": (
            "rows-dropped",
            f"Find out why they are missing: if that depends on the outcome, results are biased; "
            f"impute them first, or {keep}.",
        ),
        "empty": ("rows-empty", "Nothing needs doing: such rows hold no information."),
        "infinite": (
            "infinite-values",
            "Look for a division by zero or the logarithm of zero in how the column was made.",
        ),
        "missing-group": (
            "missing-group",
            "Fill in the group of these rows, or remove the rows on purpose.",
        ),
    }
    problems = []
    for entry in ledger.dropped:
        code, remedy = remedies[entry.reason]
        left_out = "It is" if entry.count == 1 else "They are"
        message = f"{entry.sentence} {left_out} left out."
        severity: Severity = "note" if entry.reason == "empty" else "warning"
        column = entry.column or None
        problems.append(Problem(code, message, remedy, column, entry.count, severity))
    if ledger.n_rows_incomplete:
        problems.append(_incomplete(ledger))
    if ledger.lost_groups and ledger.n_rows_used:
        labels = [repr(plain_label(group.label)) for group in ledger.lost_groups]
        count = len(labels)
        more = f" and {count - _SHOWN:,} more" if count > _SHOWN else ""
        has, are = ("has", "is") if count == 1 else ("have", "are")
        problems.append(
            Problem(
                "groups-lost",
                f"{count:,} of {ledger.n_groups_total:,} groups {has} no usable row and {are} "
                f"left out: {', '.join(labels[:_SHOWN])}{more}.",
                "Compare these groups with the others before reading results as being about all.",
                count=count,
                severity="warning",
            )
        )
    return tuple(problems)


def _incomplete(ledger: Ledger) -> Problem:
    count, total = ledger.n_rows_incomplete, ledger.n_rows_used
    lack, are = ("lacks", "is") if count == 1 else ("lack", "are")
    return Problem(
        "rows-incomplete",
        f"{count:,} of {total:,} rows {lack} a value ({ledger.holes_by_column}) and {are} kept: "
        f"full-information maximum likelihood uses what each row has.",
        "Results hold where it depends only on known values of the model whether one is missing; "
        "say so, and add columns that tell why values are missing as covariates.",
        count=count,
        severity="note",
    )


def scale_problems(moments: GroupMoments) -> tuple[Problem, ...]:
    """Return the columns whose values are too large or too small for their products to be kept."""
    if moments.n_groups == 0:
        return ()
    problems = []
    largest = np.maximum(np.abs(moments.minima), np.abs(moments.maxima))
    for position, (column, category) in enumerate(moments.keys):
        squares = moments.products[:, position, position]
        vanished = bool((moments.varies[:, position] & (squares == 0)).any())
        size = float(largest[position])
        beyond = size > LARGEST or 0 < size < 1 / LARGEST
        if category is None and (vanished or beyond):
            problems.append(
                Problem(
                    "extreme-scale",
                    f"The values of {column!r} (at most {size:.0e}) are so large or differ by so "
                    f"little that their squares and products leave the range of floating point "
                    f"numbers.",
                    "Change its unit, for example by dividing it by a power of ten.",
                    column=column,
                )
            )
    return tuple(problems)
