"""The Groups tab: each group's own effect, in order, in counts, and a dozen of them close up."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from medwidget.data.ledger import plain_label
from medwidget.errors import DataError
from medwidget.result import MediationResult
from medwidget.studies.group_column import STEPS, GroupColumn, group_column
from medwidget.studies.group_rows import MOST_GROUPS, group_rows_of
from medwidget.studies.group_view import GroupView, correlation, group_effect_names, group_view
from medwidget.views.charts import caterpillar, multiples
from medwidget.views.text.group_words import (
    effect_words,
    group_label,
    group_stats,
    multiples_words,
    selected_words,
)
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.nouns import Nouns
from medwidget.widget import messages
from medwidget.widget.panes.parts import chart, control

__all__ = ["SORTS", "groups_pane", "selection_code"]

SORTS = ("effect", "group", "size", "column")
NO_COLUMN = ""
NO_RESULT = "There is no result for the model above, so there are no groups to show."
# With more groups than this an overview helps to choose a stretch of them.
MANY = 100
SEGMENTS = 5


def groups_pane(  # noqa: PLR0913 - what is chosen in the tab
    result: MediationResult | None,
    nouns: Nouns,
    revision: int,
    *,
    data: object = None,
    effect: str = "",
    sort: str = "",
    color: str = "",
    shrink: bool = True,
    selected: Sequence[int] = (),
    columns: Sequence[str] = (),
    variable: str = "",
) -> messages.Groups:
    """Return what the Groups tab shows of a result.

    Parameters
    ----------
    result : MediationResult or None
        Just fitted; None while there is none.
    nouns : Nouns
    revision : int
    data : data frame or Table, optional
        The one that was fitted, for columns to colour by.
    effect, sort, color : str
        What is chosen; empty or unknown values stand for the first there is.
    shrink : bool
        The model's predictions, or each group's own least squares.
    selected : sequence of int
        Positions of groups, in the order of the result's groups.
    columns : sequence of str
        Group-level columns to sort and colour by; those of the model are always offered.
    variable : str, optional
        Name of the data frame in the user's code, where it is known.
    """
    if result is None:
        return _nothing(NO_RESULT, revision)
    offered = group_effect_names(result)
    if not offered:
        return _nothing(_no_path(result, nouns), revision)
    name = effect if effect in offered else offered[0]
    view = group_view(result, name, shrink=shrink)
    column = _column(result, data, color)
    order = sort if sort in SORTS and (sort != "column" or column is not None) else SORTS[0]
    level = float(result.settings["level"])
    n_groups = len(view.labels)
    chosen = list(dict.fromkeys(place for place in selected if 0 <= place < n_groups))
    related = None if column is None else correlation(view, column, level)
    picture = caterpillar.picture(
        view,
        order,
        column,
        selected=chosen,
        nouns=(nouns.group, nouns.groups),
        level=level,
    )
    return {
        "revision": revision,
        "reason": _same_everywhere(view, nouns),
        "controls": _controls(offered, name, order, column, _columns(result, data, columns)),
        "shrink": shrink,
        "shrink_label": "Shrink toward the average",
        "color_words": _ramp_words(column),
        "stats": [
            {"value": value, "text": text}
            for value, text in group_stats(view, nouns, level, column, related)
        ],
        "rows": _rows(view, view.order(order, column), column),
        "caterpillar": chart(picture),
        "overview": _overview(view, order, column),
        "selected": chosen,
        "selected_words": selected_words(len(chosen), nouns) if chosen else "",
        "multiples_words": multiples_words(view, nouns, min(len(chosen), MOST_GROUPS), len(chosen))
        if chosen
        else "",
        "multiples": _multiples(result, view, chosen, column, nouns),
        "snippet": selection_code(result, [view.labels[i] for i in chosen], nouns, variable),
    }


def _columns(result: MediationResult, data: object, columns: Sequence[str]) -> list[str]:
    """Return the columns to colour by; those of the model first."""
    if data is None:
        return []
    own = [name for name, level in result.levels.items() if level == "group"]
    return [name for name in dict.fromkeys((*own, *columns)) if name != result.model.group]


def _column(result: MediationResult, data: object, name: str) -> GroupColumn | None:
    if name == NO_COLUMN or data is None:
        return None
    try:
        return group_column(result, data, name)
    except DataError:  # gone, or varying within groups: as if it had not been chosen
        return None


def _controls(
    offered: Sequence[str],
    effect: str,
    sort: str,
    column: GroupColumn | None,
    columns: Sequence[str],
) -> list[messages.Control]:
    effects = [(name, effect_words(name)) for name in offered]
    sorts = [("effect", "effect"), ("group", "order of the data"), ("size", "number of rows")]
    color = NO_COLUMN if column is None else column.name
    if column is not None:
        sorts.append(("column", _shown(column.name)))
    controls = [
        control("effect", "Effect", effect, effects, menu=len(effects) > SEGMENTS),
        control("sort", "Sort by", sort, sorts, menu=True),
    ]
    names = list(dict.fromkeys((*columns, *([color] if color else []))))
    if names:
        colors = [(NO_COLUMN, "none"), *((name, _shown(name)) for name in names)]
        controls.append(control("color", "Colour by group-level column", color, colors, menu=True))
    return controls


def _shown(name: str) -> str:
    return shortened(visible(name))


def _ramp_words(column: GroupColumn | None) -> list[str]:
    if column is None:
        return []
    words = [group_label(word) for word in column.words]
    if len(words) == STEPS and not any(words[1:-1]):
        return [f"1 {words[0]}", f"{STEPS} {words[-1]}"]
    return words


def _rows(
    view: GroupView, order: NDArray[np.intp], column: GroupColumn | None
) -> messages.GroupRows:
    steps = [-1] * len(view.labels) if column is None else [int(step) for step in column.step]
    return {
        "label": [group_label(label) for label in view.labels],
        "estimate": _numbers(view.estimate),
        "lower": _numbers(view.lower),
        "upper": _numbers(view.upper),
        "both_negative": view.both_negative.tolist(),
        "color": steps,
        "order": order.tolist(),
    }


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]


def _overview(view: GroupView, sort: str, column: GroupColumn | None) -> messages.Chart | None:
    if len(view.labels) <= MANY:
        return None
    return chart(caterpillar.overview(view, sort, column))


def _multiples(
    result: MediationResult,
    view: GroupView,
    chosen: Sequence[int],
    column: GroupColumn | None,
    nouns: Nouns,
) -> messages.Chart | None:
    if not chosen:
        return None
    rows = group_rows_of(result, view, chosen)
    return chart(multiples.picture(rows, column, nouns=(nouns.group, nouns.groups)))


# -- what there is not ------------------------------------------------------------------------


def _same_everywhere(view: GroupView, nouns: Nouns) -> str:
    """Say that nothing in the model lets the effect differ from group to group."""
    if not (view.shrunken and view.constant) or len(view.labels) < 2:
        return ""
    words = effect_words(view.effect)
    what = f"path {words}" if len(view.paths) == 1 else f"the effect {words}"
    what = "the indirect effect" if view.effect == "indirect" else what
    paths = " or ".join(effect_words(path) for path in view.paths)
    return (
        f"In this model {what} is the same for every {nouns.group}. Let {paths} vary across "
        f"{nouns.groups} to see each one's own, or turn shrinking off."
    )


def _no_path(result: MediationResult, nouns: Nouns) -> str:
    model = result.model
    named = (model.exposure, *model.mediators, model.outcome)
    constant = [name for name in named if result.levels.get(name) == "group"]
    if not constant:
        return f"No path of this model lies within a {nouns.group}, so none differs between them."
    name = _shown(constant[0])
    return f"{name} never varies within a {nouns.group}, so no path differs between them."


def _nothing(reason: str, revision: int) -> messages.Groups:
    empty: messages.Chart = {
        "name": "caterpillar",
        "spec": {},
        "data": {},
        "about": reason,
        "columns": [],
        "rows": [],
    }
    return {
        "revision": revision,
        "reason": reason,
        "controls": [],
        "shrink": True,
        "shrink_label": "Shrink toward the average",
        "color_words": [],
        "stats": [],
        "rows": {
            "label": [],
            "estimate": [],
            "lower": [],
            "upper": [],
            "both_negative": [],
            "color": [],
            "order": [],
        },
        "caterpillar": empty,
        "overview": None,
        "selected": [],
        "selected_words": "",
        "multiples_words": "",
        "multiples": None,
        "snippet": "",
    }


def selection_code(
    result: MediationResult, labels: Sequence[Hashable], nouns: Nouns, variable: str = ""
) -> str:
    """Return code that keeps the rows of some groups of a pandas data frame."""
    if not labels:
        return ""
    name = variable if variable.isidentifier() else "data"
    column = f"{name}[{result.model.group!r}]"
    plain = [plain_label(label) for label in labels]
    if any(isinstance(label, str) for label in plain) and not all(
        isinstance(label, str) for label in labels
    ):
        plain, column = [str(label) for label in labels], f"{column}.astype(str)"
    return f"selected = {plain!r}\nrows = {name}[{column}.isin(selected)]\n"
