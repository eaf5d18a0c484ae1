"""The report of a session: what the Report tab shows, and the same as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError
from medwidget.result import MediationResult
from medwidget.widget.decisions import decisions_of, numbered_decisions

if TYPE_CHECKING:
    from medwidget.widget.session import Session

__all__ = ["report_of", "report_section"]


def report_section(
    session: Session, result: MediationResult | None, revision: int
) -> dict[str, Any]:
    """Return the section of the Report tab."""
    from medwidget.widget.panes.report import report_pane

    pane = report_pane(
        result,
        session.state.report.choices(session.nouns, decisions_of(session.history)),
        revision,
        decided=tuple(name for name, _ in numbered_decisions(session.history)),
        influence=session.tabs.influence_of(result),
        variable=session.variable,
    )
    return {"report": pane}


def report_of(session: Session, style: str | None, form: str) -> str:
    """Return the report of the result on screen as one text.

    Raises
    ------
    ModelError
        If there is no result on screen.
    """
    from medwidget.views.text.report.build import build_report
    from medwidget.views.text.report.layout import lay_out_report

    result = session.current
    if result is None:
        raise ModelError("There is no result on screen yet, so there is nothing to report.")
    chosen = session.state.report
    chosen = chosen if style is None else chosen.set("style", style)
    influence = session.tabs.influence_of(result)
    choices = chosen.choices(session.nouns, decisions_of(session.history))
    return lay_out_report(build_report(result, choices, influence=influence), form)
