"""The specification curve: one effect under every specification, above what each one chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from medwidget.errors import one_of
from medwidget.studies.comparison import Comparison
from medwidget.views.charts._specification_columns import columns_data
from medwidget.views.charts._specification_layers import columns_spec
from medwidget.views.charts._specification_list import list_data, list_spec
from medwidget.views.charts._specification_rows import (
    Column,
    Setting,
    columns_of,
    common_style,
    settings_of,
)
from medwidget.views.charts.picture import Picture
from medwidget.views.text.comparison_words import EFFECTS, effects_of

if TYPE_CHECKING:
    import altair as alt

__all__ = ["picture", "specification_curve"]

SIDE_OF = {
    "indirect_within": "within",
    "indirect_between": "between",
    "contextual_difference": "cross-level",
    "indirect": "conflated",
}
TITLES = {
    "indirect_within": ("Indirect effect,", "within"),
    "indirect_between": ("Indirect effect,", "between"),
    "contextual_difference": ("Contextual", "difference"),
    "indirect": ("Indirect effect,", "levels blended"),
}


def specification_curve(
    comparison: Comparison,
    effect: str | None = None,
    *,
    sort: str = "estimate",
    current: int = 0,
    narrow: bool = False,
) -> alt.TopLevelMixin:
    """Draw one effect under every specification of a comparison.

    Parameters
    ----------
    comparison : Comparison
    effect : str, optional
        Such as "indirect_between"; by default the first that any specification has.
    sort : {"estimate", "choices", "aic"}
    current : int
        The specification to mark, by its place in the comparison; -1 for none.
    narrow : bool
        One row for each specification instead of a column.

    Returns
    -------
    altair.LayerChart
    """
    return picture(comparison, effect, sort=sort, current=current, narrow=narrow).chart()


def picture(
    comparison: Comparison,
    effect: str | None = None,
    *,
    sort: str = "estimate",
    current: int = 0,
    narrow: bool = False,
) -> Picture:
    """Return the curve as data; arguments as `specification_curve`.

    The rows of the data set "hits" cover a specification each, and name its ``cell``.
    """
    chosen = one_of("effect", effect, tuple(EFFECTS)) if effect else _first(comparison)
    columns = columns_of(comparison, chosen, sort, current)
    settings = settings_of(comparison)
    side = SIDE_OF[chosen]
    table = _table(columns, settings)
    about = _about(columns, chosen)
    if narrow:
        data, height = list_data(columns, settings, side, current)
        spec = list_spec(height)
    else:
        data, height, left = columns_data(columns, settings, TITLES[chosen], side, current)
        spec = columns_spec(height, left, len(columns))
    return Picture("specification_curve", spec, data, about, *table)


def _first(comparison: Comparison) -> str:
    offered = effects_of(comparison)
    return offered[0] if offered else next(iter(EFFECTS))


# -- words ------------------------------------------------------------------------------------


def _table(
    columns: Sequence[Column], settings: Sequence[Setting]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    style = common_style(columns)
    head = (*(item.label for item in settings), "Estimate", "Interval", "ΔAIC", "ΔBIC")
    rows = tuple(
        (
            *(item.words(column.settings[item.name]) for item in settings),
            *column.numbers(style),
            *column.delta_texts(),
        )
        for column in columns
    )
    return head, rows


def _about(columns: Sequence[Column], effect: str) -> str:
    known = [item.estimate for item in columns if item.row is not None]
    told = f"{' '.join(TITLES[effect])} under {len(columns):,} specifications"
    if not known:
        return f"{told}, none of which has it"
    style = common_style(columns)
    clear = sum(item.excludes_zero for item in columns)
    return (
        f"{told}: estimates from {style(min(known))} to {style(max(known))}; "
        f"{clear:,} of {len(known):,} intervals exclude zero"
    )
