"""The Groups tab: what is chosen, what the groups show in counts, and a dozen of them close up.

Their rows are in `group_rows`: they are many, and stay while the selection changes.
"""

from __future__ import annotations

from collections.abc import Sequence

from medwidget.result import MediationResult
from medwidget.studies.group_column import STEPS, GroupColumn
from medwidget.studies.group_rows import MOST_GROUPS, group_rows_of
from medwidget.studies.group_view import GroupView, correlation
from medwidget.views.charts import multiples
from medwidget.views.export.selection import selection_code
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
from medwidget.widget.panes.group_basis import NO_COLUMN, GroupBasis
from medwidget.widget.panes.parts import chart, control

__all__ = ["groups_pane"]

NO_RESULT = "There is no result for the model above, so there are no {groups} to show."
SHRINK = "Shrink toward the average"
# With more effects than this they are a menu.
SEGMENTS = 5


def groups_pane(
    result: MediationResult | None,
    basis: GroupBasis | None,
    nouns: Nouns,
    revision: int,
    *,
    selected: Sequence[int] = (),
    columns: Sequence[str] = (),
    variable: str = "",
    library: str = "pandas",
) -> messages.Groups:
    """Return what the Groups tab shows of a result, but for its rows.

    Parameters
    ----------
    result : MediationResult or None
        None while there is none.
    basis : GroupBasis or None
        Of the result; None if no path lies within groups.
    nouns : Nouns
    revision : int
    selected : sequence of int
        Positions of groups, in the order of the result's groups.
    columns : sequence of str
        Group-level columns to sort and colour by; those of the model are always offered.
    variable : str, optional
        Name of the data frame in the user's code, where it is known.
    library : str
        Whose data frame it is.
    """
    if result is None:
        return _nothing(NO_RESULT.format(groups=nouns.groups), revision)
    if basis is None:
        return _nothing(_no_path(result, nouns), revision)
    view, column = basis.view, basis.column
    n_groups = len(view.labels)
    chosen = list(dict.fromkeys(place for place in selected if 0 <= place < n_groups))
    related = None if column is None else correlation(view, column, basis.level)
    labels = [view.labels[place] for place in chosen]
    return {
        "revision": revision,
        "reason": _same_everywhere(view, nouns),
        "controls": _controls(basis, _columns(result, columns), nouns),
        "shrink": view.shrunken,
        "shrink_label": SHRINK,
        "color_words": _ramp_words(column),
        "stats": [
            {"value": value, "text": text}
            for value, text in group_stats(view, nouns, basis.level, column, related)
        ],
        "selected": chosen,
        "selected_words": selected_words(len(chosen), nouns) if chosen else "",
        "multiples_words": multiples_words(view, nouns, min(len(chosen), MOST_GROUPS), len(chosen))
        if chosen
        else "",
        "multiples": _multiples(basis, chosen, nouns),
        "snippet": selection_code(result.model.group, labels, variable, library),
    }


def _columns(result: MediationResult, columns: Sequence[str]) -> list[str]:
    """Return the columns to colour by; those of the model first."""
    own = [name for name, level in result.levels.items() if level == "group"]
    return [name for name in dict.fromkeys((*own, *columns)) if name != result.model.group]


def _controls(basis: GroupBasis, columns: Sequence[str], nouns: Nouns) -> list[messages.Control]:
    effects = [(name, effect_words(name)) for name in basis.offered]
    sorts = [
        ("effect", "effect"),
        ("group", "order of the data"),
        ("size", f"number of {nouns.rows}"),
    ]
    color = NO_COLUMN
    if basis.column is not None:
        color = basis.column.name
        sorts.append(("column", _shown(color)))
    controls = [
        control("effect", "Effect", basis.view.effect, effects, menu=len(effects) > SEGMENTS),
        control("sort", "Sort by", basis.sort, sorts, menu=True),
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


def _multiples(basis: GroupBasis, chosen: Sequence[int], nouns: Nouns) -> messages.Chart | None:
    if not chosen:
        return None
    rows = group_rows_of(basis.result, basis.view, chosen)
    picture = multiples.picture(
        rows, basis.column, nouns=(nouns.group, nouns.groups), rows_called=nouns.rows
    )
    return chart(picture, packed=True)


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
    return {
        "revision": revision,
        "reason": reason,
        "controls": [],
        "shrink": True,
        "shrink_label": SHRINK,
        "color_words": [],
        "stats": [],
        "selected": [],
        "selected_words": "",
        "multiples_words": "",
        "multiples": None,
        "snippet": "",
    }
