"""The report of a result as one text."""

from __future__ import annotations

from collections.abc import Iterable

from medwidget.result import MediationResult
from medwidget.views.text.report.build import build_report
from medwidget.views.text.report.choices import read_choices
from medwidget.views.text.report.layout import lay_out_report

__all__ = ["report_text"]


def report_text(
    result: MediationResult,
    style: str,
    form: str,
    *,
    group_label: str = "group",
    row_label: str = "row",
    judged: Iterable[str] = (),
    smallest: float | None = None,
) -> str:
    """Return the report of a result; arguments as in `MediationResult.report`."""
    choices = read_choices(style, group_label, row_label, judged, smallest)
    return lay_out_report(build_report(result, choices), form)
