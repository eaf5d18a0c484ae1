"""The shapes of the Report tab."""

from __future__ import annotations

from typing import Literal, TypedDict

from medwidget.widget.control_shapes import Control
from medwidget.widget.span_shapes import Side, Span

__all__ = [
    "Judgement",
    "JudgementTick",
    "Report",
    "ReportBlock",
    "ReportCheck",
    "ReportCode",
    "ReportDecision",
    "ReportForm",
    "ReportPoint",
    "ReportRow",
    "ReportTable",
    "TheoryNote",
]


class ReportForm(TypedDict):
    """A part of the report as text to copy, in one form."""

    form: Literal["text", "markdown", "html", "latex"]
    text: str


class ReportPoint(TypedDict):
    """A point of a list."""

    title: str
    text: str


class ReportBlock(TypedDict):
    """A heading, a paragraph or a list."""

    kind: Literal["heading", "prose", "points"]
    spans: list[Span]  # of a heading or a paragraph
    points: list[ReportPoint]


class ReportRow(TypedDict):
    """A row of a table; a heading stands over all columns."""

    heading: bool
    side: Side
    cells: list[list[Span]]


class ReportTable(TypedDict):
    """A table; the first column holds words, the others numbers."""

    title: str
    columns: list[str]
    rows: list[ReportRow]
    note: str
    forms: list[ReportForm]


class ReportCheck(TypedDict):
    """An assumption that the data speak to."""

    status: Literal["ok", "look", "note"]
    title: str
    detail: str


class JudgementTick(TypedDict):
    """An assumption at a level; it is empty if there is only one."""

    name: str
    level: str
    held: bool


class Judgement(TypedDict):
    """An assumption that only the author can judge."""

    title: str
    detail: str
    ticks: list[JudgementTick]


class ReportCode(TypedDict):
    """Code for a program, or why there is none."""

    id: str
    label: str
    code: str
    refusal: str


class ReportDecision(TypedDict):
    """A choice on the way to the model; a reason is given for it by its id."""

    id: str
    when: str
    what: str
    why: str


class TheoryNote(TypedDict):
    """What theory says of a path, as typed; standing: "", "testable" or "speculative"."""

    construct: str
    mechanism: str
    standing: str


class Report(TypedDict):
    """The Report tab."""

    revision: int
    reason: str  # why there is nothing to report; empty otherwise
    style: Control
    smallest: str  # the smallest effect that would matter, as typed; empty if none
    smallest_label: str
    blocks: list[ReportBlock]
    forms: list[ReportForm]  # of the whole report
    tables: list[ReportTable]
    checks: list[ReportCheck]
    judgements: list[Judgement]
    note: str  # on causal words
    decisions: list[ReportDecision]
    code: list[ReportCode]
    code_note: str
