"""One effect in every group, as chosen in the Groups tab: all that does not hang on a selection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.errors import DataError
from medwidget.result import MediationResult
from medwidget.studies.group_column import GroupColumn, group_column
from medwidget.studies.group_view import GroupView, group_effect_names, group_view

__all__ = ["NO_COLUMN", "SORTS", "GroupBasis", "group_basis"]

SORTS = ("effect", "group", "size", "column")
NO_COLUMN = ""


@dataclass(frozen=True)
class GroupBasis:
    """What a selection of groups is made from.

    Attributes
    ----------
    result : MediationResult
    offered : tuple of str
        Effects that can be told group by group.
    view : GroupView
        Of the one that is shown.
    column : GroupColumn or None
        That colours the groups.
    sort : {"effect", "group", "size", "column"}
    order : array of int (J,)
        Positions as sorted.
    """

    result: MediationResult
    offered: tuple[str, ...]
    view: GroupView
    column: GroupColumn | None
    sort: str
    order: NDArray[np.intp]

    @property
    def level(self) -> float:
        """Level of the intervals."""
        return float(self.result.settings["level"])


def group_basis(
    result: MediationResult,
    *,
    data: object = None,
    effect: str = "",
    sort: str = "",
    color: str = "",
    shrink: bool = True,
) -> GroupBasis | None:
    """Return every group's effect, sorted and coloured; None if no path lies within groups.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    data : data frame or Table, optional
        The one that was fitted, for columns to colour by.
    effect, sort, color : str
        What is chosen; empty or unknown values stand for the first there is.
    shrink : bool
        The model's predictions, or each group's own least squares.
    """
    offered = group_effect_names(result)
    if not offered:
        return None
    view = group_view(result, effect if effect in offered else offered[0], shrink=shrink)
    column = _column(result, data, color)
    by = sort if sort in SORTS and (sort != "column" or column is not None) else SORTS[0]
    return GroupBasis(result, offered, view, column, by, view.order(by, column))


def _column(result: MediationResult, data: object, name: str) -> GroupColumn | None:
    if name == NO_COLUMN or data is None:
        return None
    try:
        return group_column(result, data, name)
    except DataError:  # gone, or varying within groups: as if it had not been chosen
        return None
