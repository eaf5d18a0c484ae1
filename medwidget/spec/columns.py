"""What a model needs to know of a data frame: a description of each column and of the groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from medwidget.spec.levels import Level

__all__ = ["ColumnInfo", "FrameInfo", "GroupInfo", "Kind", "is_centred"]

Kind = Literal["numeric", "boolean", "categorical", "number-as-text", "unsupported"]


@dataclass(frozen=True)
class ColumnInfo:
    """One column, described.

    Attributes
    ----------
    name : str
        The column as it is spelt in the data.
    kind : str
        "numeric", "boolean", "categorical" (text or categories), "number-as-text" (text whose
        every value reads as a number) or "unsupported" (dates, lists, ...).
    dtype : str
        The type in the words of the data frame's own library.
    level : Level or None
        Group level when no group has two different values; None without a group column or values.
    n_missing, n_infinite, n_distinct : int
        Counts over all rows (distinct values among the finite, present ones).
    categories : tuple
        The distinct values of a column with at most 20 of them, in the data's order
        (a categorical's declared order); otherwise empty.
    minimum, maximum, mean, sd : float
        Over present, finite values; sd with n - 1. NaN where not numeric.
    sd_within : float
        Pooled SD of deviations from group means, sqrt(SS_within / (N - J)).
    sd_between : float
        SD over groups of the group means, unweighted, with J - 1.
    icc1, icc2 : float
        One-way ANOVA estimates: ICC(1) with n0 = (N - sum n_j^2 / N) / (J - 1), ICC(2) of a group
        mean.
    n_varying_groups : int
        Groups in which the column takes more than one value.
    """

    name: str
    kind: Kind
    dtype: str
    level: Level | None
    n_missing: int = 0
    n_infinite: int = 0
    n_distinct: int = 0
    categories: tuple[object, ...] = ()
    minimum: float = float("nan")
    maximum: float = float("nan")
    mean: float = float("nan")
    sd: float = float("nan")
    sd_within: float = float("nan")
    sd_between: float = float("nan")
    icc1: float = float("nan")
    icc2: float = float("nan")
    n_varying_groups: int = 0


@dataclass(frozen=True)
class GroupInfo:
    """The grouping column, described: its name, group count and sizes over the rows in use."""

    name: str
    n_groups: int
    smallest: int
    largest: int
    mean_size: float
    n_singletons: int


@dataclass(frozen=True)
class FrameInfo:
    """A data frame as the checks of a model see it.

    Attributes
    ----------
    columns : mapping of str to ColumnInfo
        Every column that could be read, by name.
    n_rows : int
        Rows in use.
    group : GroupInfo or None
        None when no group column is named or it is absent.
    duplicated : tuple of str
        Names that more than one column carries.
    names : tuple of str
        All columns of the data, for the sake of suggestions.
    """

    columns: Mapping[str, ColumnInfo]
    n_rows: int
    group: GroupInfo | None = None
    duplicated: tuple[str, ...] = field(default=())
    names: tuple[str, ...] = field(default=())


# Group means that differ by less than this share of what chance alone would give them have been
# made equal: by centring, up to rounding.
BELOW_CHANCE = 0.01


def is_centred(info: ColumnInfo, frame: FrameInfo) -> bool:
    """Return whether the group means of an individual-level column have been made equal."""
    if info.level is not Level.INDIVIDUAL or frame.group is None:
        return False
    by_chance = info.sd_within / frame.group.mean_size**0.5
    return bool(info.sd_between <= BELOW_CHANCE * by_chance)
