"""From a result and what its author adds to a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.result import MediationResult
from medwidget.views.text.checks import check_lines
from medwidget.views.text.report.assumptions import (
    association_spans,
    assumed_spans,
    judgements,
)
from medwidget.views.text.report.blocks import Block, Heading, Points, Prose, Report
from medwidget.views.text.report.choices import Choices
from medwidget.views.text.report.limits import limit_points
from medwidget.views.text.report.method import fit_spans, method_spans
from medwidget.views.text.report.results import level_paragraphs
from medwidget.views.text.report.tables import tables
from medwidget.views.text.report.variation import conditional_spans
from medwidget.views.text.report.voice import Voice
from medwidget.views.text.spans import Span

__all__ = ["build_report", "text_blocks"]

HELD = "judged to hold"
OPEN = "not judged"


def build_report(result: MediationResult, choices: Choices, more: Sequence[Block] = ()) -> Report:
    """Return the report of a result.

    Parameters
    ----------
    result : MediationResult
    choices : Choices
    more : sequence of Block
        What follows at the end.
    """
    voice = Voice(result, choices)
    return Report((*text_blocks(voice), *tables(voice), *_lists(voice), *more))


def text_blocks(voice: Voice) -> tuple[Block, ...]:
    """Return method, results and limits as paragraphs under their headings."""
    limits = limit_points(voice)
    return (
        Heading("Method"),
        *_proses([method_spans(voice), assumed_spans(voice)]),
        Heading("Results"),
        *_proses([fit_spans(voice), *level_paragraphs(voice), conditional_spans(voice)]),
        Heading("Limits"),
        *_proses([association_spans(voice)]),
        *([Points(limits)] if limits else []),
    )


def _proses(paragraphs: Sequence[tuple[Span, ...]]) -> list[Prose]:
    return [Prose(spans) for spans in paragraphs if spans]


def _lists(voice: Voice) -> Iterator[Block]:
    lines = check_lines(voice.result, voice.nouns)
    yield Heading("Checked from the data")
    yield Points(tuple((line.title, line.detail) for line in lines))
    yield Heading("For the authors to judge")
    yield Points(
        tuple(
            (f"{item.title} ({HELD if item.held else OPEN})", item.detail)
            for item in judgements(voice)
        )
    )
