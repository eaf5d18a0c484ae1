"""The Report tab: text, tables, code for other tools, and what is assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.errors import MedwidgetError
from medwidget.result import MediationResult
from medwidget.studies.influence import Influence
from medwidget.views.export.registry import EXPORTERS
from medwidget.views.text.names import visible
from medwidget.views.text.report.assumptions import judgements
from medwidget.views.text.report.blocks import Block, Grid, Heading, Points, Prose, Report
from medwidget.views.text.report.build import build_report, checks, text_blocks
from medwidget.views.text.report.choices import Choices
from medwidget.views.text.report.layout import lay_out_report
from medwidget.views.text.report.tables import tables
from medwidget.views.text.report.voice import Voice
from medwidget.views.text.spans import Span
from medwidget.widget import report_shapes as shapes
from medwidget.widget.panes.code import script
from medwidget.widget.panes.parts import control, side, spans

__all__ = ["report_pane"]

NO_RESULT = "There is no result for the model above, so there is nothing to report."
STYLES = (("apa", "APA 7"), ("plain", "Plain"))
LABELS = {
    "python": "Python",
    "lavaan": "lavaan",
    "lme4": "lme4",
    "nlme": "nlme",
    "brms": "brms",
    "mplus": "Mplus",
    "stata": "Stata",
}
SMALLEST = "Smallest effect that would matter"
ASSOCIATION = (
    "An observational design shows association. The text says that one variable changes another "
    "only when order in time, no unmeasured confounding of any two of them, and no confounder "
    "changed by {x} are all ticked{where}."
)
CAUSAL = "The text reads differences{where} as effects, under the assumptions that are ticked."
CODE_NOTE = "The code gives the figures in this report; results of other programs agree with them "
CODE_NOTE += "to rounding where they fit by the same criterion."


def report_pane(
    result: MediationResult | None,
    choices: Choices,
    revision: int,
    *,
    decided: Sequence[str] = (),
    influence: Influence | None = None,
    variable: str = "",
) -> shapes.Report:
    """Return what the Report tab shows of a result.

    Parameters
    ----------
    result : MediationResult or None
        Just fitted; None while there is none.
    choices : Choices
    revision : int
    decided : sequence of str
        Ids of the decisions among the choices.
    influence : Influence, optional
        Where groups were left out.
    variable : str, optional
        Name of the data frame in the user's code, where it is known.
    """
    if result is None:
        return _blank(choices, revision)
    voice = Voice(result, choices)
    whole = build_report(result, choices, influence=influence)
    return {
        **_blank(choices, revision),
        "reason": "",
        "blocks": [_block(block) for block in text_blocks(voice)],
        "forms": _forms(whole),
        "tables": [_table(grid) for grid in tables(voice)],
        "checks": [
            {"status": line.status, "title": line.title, "detail": line.detail}
            for line in checks(result, choices.nouns, influence)
        ],
        "judgements": [
            {
                "title": item.title,
                "detail": item.detail,
                "ticks": [
                    {"name": tick.name, "level": tick.level, "held": tick.held}
                    for tick in item.ticks
                ],
            }
            for item in judgements(voice)
        ],
        "note": _note(voice),
        "decisions": [
            {"id": name, "when": item.when, "what": visible(item.what), "why": item.why}
            for name, item in zip(decided, choices.decisions, strict=True)
        ]
        if decided
        else [],
        "code": list(_code(result, variable)),
        "code_note": CODE_NOTE,
    }


def _note(voice: Voice) -> str:
    """Say whether the text speaks of effects, and what would have to be ticked."""
    groups = voice.nouns.groups
    x = voice.names(voice.result.model.exposure)
    several = len(voice.assumed) > 1
    if not voice.as_effects:
        return ASSOCIATION.format(x=x, where=" for a level" if several else "")
    where = "" if voice.causal("cross-level") else f" {voice.as_effects[0]} {groups}"
    return CAUSAL.format(where=where)


def _blank(choices: Choices, revision: int) -> shapes.Report:
    smallest = "" if choices.smallest is None else f"{choices.smallest:.6g}"
    return {
        "revision": revision,
        "reason": NO_RESULT,
        "style": control("style", "Text", choices.style, STYLES),
        "smallest": smallest,
        "smallest_label": SMALLEST,
        "blocks": [],
        "forms": [],
        "tables": [],
        "checks": [],
        "judgements": [],
        "note": "",
        "decisions": [],
        "code": [],
        "code_note": "",
    }


def _forms(report: Report) -> list[shapes.ReportForm]:
    return [
        {"form": "text", "text": lay_out_report(report, "text")},
        {"form": "markdown", "text": lay_out_report(report, "markdown")},
        {"form": "html", "text": lay_out_report(report, "html")},
        {"form": "latex", "text": lay_out_report(report, "latex")},
    ]


def _block(block: Block) -> shapes.ReportBlock:
    if isinstance(block, Prose):
        return {"kind": "prose", "spans": spans(block.spans), "points": []}
    if isinstance(block, Heading):
        return {"kind": "heading", "spans": spans([Span(block.text)]), "points": []}
    points = block.items if isinstance(block, Points) else ()
    return {
        "kind": "points",
        "spans": [],
        "points": [{"title": title, "text": text} for title, text in points],
    }


def _table(grid: Grid) -> shapes.ReportTable:
    return {
        "title": grid.title,
        "columns": list(grid.columns),
        "rows": [
            {
                "heading": row.heading,
                "side": side(row.side),
                "cells": [spans(cell) for cell in row.cells],
            }
            for row in grid.rows
        ],
        "note": grid.note,
        "forms": _forms(Report((grid,))),
    }


def _code(result: MediationResult, variable: str) -> Iterator[shapes.ReportCode]:
    """Yield code for every program, or the sentence that says why there is none."""
    for name, exporter in EXPORTERS.items():
        code, refusal = "", ""
        try:
            code = script(result, variable) if name == "python" else exporter(result)
        except MedwidgetError as error:
            refusal = visible(str(error))
        yield {"id": name, "label": LABELS.get(name, name), "code": code, "refusal": refusal}
