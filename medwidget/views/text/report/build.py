"""From a result and what its author adds to a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.errors import MedwidgetError
from medwidget.result import MediationResult
from medwidget.studies.influence import Influence
from medwidget.studies.residuals import residual_quantiles
from medwidget.views.text.checks import CheckLine, check_lines
from medwidget.views.text.effect_lines import leading_level
from medwidget.views.text.names import visible
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.report.assumptions import (
    Judgement,
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
from medwidget.views.text.report.theory import theory_points
from medwidget.views.text.report.variation import conditional_spans
from medwidget.views.text.report.voice import Voice
from medwidget.views.text.spans import Span

__all__ = ["build_report", "checks", "text_blocks"]

HELD = "judged to hold"
OPEN = "not judged"
RESTS = "The effects rest on what is assumed under Method, which the data cannot show."
NO_REASON = "no reason given"


def build_report(
    result: MediationResult,
    choices: Choices,
    more: Sequence[Block] = (),
    *,
    influence: Influence | None = None,
) -> Report:
    """Return the report of a result.

    Parameters
    ----------
    result : MediationResult
    choices : Choices
    more : sequence of Block
        What follows at the end.
    influence : Influence, optional
        Where groups were left out.
    """
    voice = Voice(result, choices)
    return Report((*text_blocks(voice), *tables(voice), *_lists(voice, influence), *more))


def text_blocks(voice: Voice) -> tuple[Block, ...]:
    """Return method, results and limits as paragraphs under their headings."""
    limits, theory = limit_points(voice), theory_points(voice)
    before: list[Block] = [Heading("Theory"), Points(theory)] if theory else []
    return (
        *before,
        Heading("Method"),
        *_proses([method_spans(voice), assumed_spans(voice)]),
        Heading("Results"),
        *_proses([fit_spans(voice), *level_paragraphs(voice), conditional_spans(voice)]),
        Heading("Limits"),
        *_proses([association_spans(voice) or (() if limits else (Span(RESTS),))]),
        *([Points(limits)] if limits else []),
    )


def _proses(paragraphs: Sequence[tuple[Span, ...]]) -> list[Prose]:
    return [Prose(spans) for spans in paragraphs if spans]


def checks(
    result: MediationResult, nouns: Nouns, influence: Influence | None = None
) -> tuple[CheckLine, ...]:
    """Return what the data say to the assumptions of the model, line by line."""
    try:
        shapes = residual_quantiles(result)
    except MedwidgetError:  # read back without its data
        shapes = ()
    level = leading_level(result)
    effect = "indirect" if level == "conflated" else f"indirect_{level}"
    return check_lines(result, nouns, shapes, influence, effect)


def _standing(item: Judgement) -> str:
    """Say whether an assumption is judged to hold, by level where that differs."""
    told = [HELD if tick.held else OPEN for tick in item.ticks]
    if len(set(told)) == 1:
        return told[0]
    return "; ".join(f"{tick.where}: {words}" for tick, words in zip(item.ticks, told, strict=True))


def _lists(voice: Voice, influence: Influence | None) -> Iterator[Block]:
    lines = checks(voice.result, voice.nouns, influence)
    yield Heading("Checked from the data")
    yield Points(tuple((line.title, line.detail) for line in lines))
    yield Heading("For the authors to judge")
    yield Points(
        tuple((f"{item.title} ({_standing(item)})", item.detail) for item in judgements(voice))
    )
    decisions = voice.choices.decisions
    if decisions:
        yield Heading("Decisions, in the order in which they were made")
        yield Points(
            tuple(
                (visible(f"{item.when}, {item.what}"), visible(item.why) or NO_REASON)
                for item in decisions
            )
        )
