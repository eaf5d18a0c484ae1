"""What is chosen in the Report tab, and how a saved session holds it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from medwidget.errors import ModelError, one_of
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.report.choices import ASSUMPTIONS, STYLES, Choices, read_choices

__all__ = ["ReportChoices", "read_report", "report_record"]


@dataclass(frozen=True)
class ReportChoices:
    """What is chosen in the Report tab.

    Attributes
    ----------
    style : {"apa", "plain"}
    judged : tuple of str
        The assumptions that are judged to hold.
    smallest : float or None
        The smallest effect that would matter.
    """

    style: str = STYLES[0]
    judged: tuple[str, ...] = ()
    smallest: float | None = None

    def choices(self, nouns: Nouns) -> Choices:
        """Return what the text of the report is made with."""
        return Choices(self.style, nouns, self.judged, self.smallest)

    def set(self, control: str, value: str) -> ReportChoices:
        """Return the choices with another style, or another smallest effect: a number or empty."""
        if one_of("control", control, ("style", "smallest")) == "style":
            return replace(self, style=one_of("style", value, STYLES))
        return replace(self, smallest=_size(value))

    def judge(self, assumption: str, *, held: bool) -> ReportChoices:
        """Return the choices with an assumption judged to hold, or not."""
        name = one_of("assumption", assumption, ASSUMPTIONS)
        wanted = {*self.judged, name} if held else {*self.judged} - {name}
        return replace(self, judged=tuple(item for item in ASSUMPTIONS if item in wanted))


def _size(text: str) -> float | None:
    written = text.strip().replace("\u2212", "-").replace(",", ".")
    if not written:
        return None
    try:
        number = abs(float(written))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or not number:
        raise ModelError(
            f"The smallest effect that would matter is a number other than 0, not {text!r}. Leave "
            f"it empty to hold effects against none."
        )
    return number


def report_record(report: ReportChoices) -> dict[str, Any]:
    """Return the choices as plain values that JSON can hold."""
    return {"style": report.style, "judged": list(report.judged), "smallest": report.smallest}


def read_report(record: Mapping[str, Any] | None) -> ReportChoices:
    """Return the choices that `report_record` wrote; those at first for an earlier session."""
    if record is None:
        return ReportChoices()
    chosen = read_choices(record["style"], judged=record["judged"], smallest=record["smallest"])
    return ReportChoices(chosen.style, chosen.judged, chosen.smallest)
