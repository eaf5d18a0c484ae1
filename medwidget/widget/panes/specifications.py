"""The Specifications tab: what varies, what came of it, and one specification in facts."""

from __future__ import annotations

from collections.abc import Sequence

from medwidget.spec.model import MediationModel
from medwidget.studies.comparison import Comparison
from medwidget.views.charts import specification_curve
from medwidget.views.text.comparison_words import (
    EFFECTS,
    cell_facts,
    comparison_notes,
    comparison_spans,
    effects_of,
)
from medwidget.views.text.nouns import Nouns
from medwidget.widget import messages
from medwidget.widget.panes.choices import count_cells
from medwidget.widget.panes.ladder import ladder_view
from medwidget.widget.panes.parts import chart, control, spans

__all__ = ["current_cell", "specifications_pane"]

NOTE = (
    "Click a column to load it into the diagram. A dash in the fit rows: not comparable with the "
    "current specification, because the estimator, the rows or the likelihood differ."
)
UNMAPPED = "Map the four roles first; then this tab fits the model in other ways beside it."
SORTS = (("estimate", "estimate"), ("choices", "choices"), ("aic", "AIC"))


def current_cell(comparison: Comparison, model: MediationModel | None, estimator: str) -> int:
    """Return the cell that is the model on screen; -1 if there is none."""
    for place, cell in enumerate(comparison.cells):
        if cell.model == model and cell.settings["estimator"] == estimator:
            return place if model is not None else -1
    return -1


def specifications_pane(  # noqa: PLR0913 - what is chosen, and what came of it
    model: MediationModel | None,
    estimator: str,
    revision: int,
    *,
    choices: Sequence[messages.SpecificationChoice] = (),
    comparison: Comparison | None = None,
    running: bool = False,
    stale: bool = False,
    effect: str = "",
    sort: str = "",
    pinned: int = -1,
    narrow: bool = False,
    nouns: Nouns | None = None,
    ladder: messages.LadderView | None = None,
) -> messages.Specifications:
    """Return what the Specifications tab shows.

    Parameters
    ----------
    model : MediationModel or None
        The one on screen.
    estimator : str
    revision : int
    choices : sequence of SpecificationChoice
        As `offered_choices` gives them.
    comparison : Comparison, optional
        The last one run, or the one under way.
    running, stale : bool
        Whether it is under way, and whether the choices have changed since.
    effect, sort : str
        Empty or unknown values stand for the first there is.
    pinned : int
        The cell whose facts are shown; otherwise those of the current one.
    narrow : bool
        One row for each specification instead of one column.
    nouns : Nouns, optional
        What a group and a row are called.
    ladder : LadderView, optional
        As `ladder_view` gives it.
    """
    pane: messages.Specifications = {
        "revision": revision,
        "reason": UNMAPPED if model is None else "",
        "choices": list(choices),
        "n_cells": 0 if model is None else count_cells(model, estimator, choices),
        "running": running,
        "stale": stale,
        "reading": [],
        "controls": [],
        "chart": None,
        "current": -1,
        "pinned": -1,
        "facts": [],
        "note": "",
        "ladder": ladder or ladder_view(),
    }
    offered = effects_of(comparison) if comparison is not None else ()
    if comparison is None or not offered:
        return pane
    chosen = effect if effect in offered else offered[0]
    order = sort if sort in dict(SORTS) else SORTS[0][0]
    current = current_cell(comparison, model, estimator)
    shown = pinned if 0 <= pinned < len(comparison.cells) else -1
    of_interest = shown if shown >= 0 else current
    picture = specification_curve.picture(
        comparison, effect=chosen, sort=order, current=current, narrow=narrow
    )
    pane["reading"] = spans(comparison_spans(comparison, chosen))
    pane["controls"] = [
        control("effect", "Effect", chosen, [(name, EFFECTS[name]) for name in offered]),
        control("sort", "Sort by", order, SORTS, menu=True),
    ]
    pane["chart"] = chart(picture)
    pane["current"], pane["pinned"] = current, shown
    if of_interest >= 0:
        facts = cell_facts(comparison, of_interest, chosen, nouns)
        pane["facts"] = [{"label": label, "value": value} for label, value in facts]
    pane["note"] = " ".join([NOTE, *comparison_notes(comparison, nouns or Nouns())[:1]])
    return pane
