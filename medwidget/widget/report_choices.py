"""What is chosen in the Report tab, and how a saved session holds it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from medwidget.errors import ModelError, one_of
from medwidget.spec.frozen import FrozenDict
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.report.choices import (
    ASSUMPTIONS,
    BY_LEVEL,
    STANDINGS,
    STYLES,
    Choices,
    Decision,
    PathNote,
    at_levels,
    read_choices,
)

__all__ = ["ReportChoices", "judged_words", "read_report", "report_record"]

_JUDGED = {
    "order": "order in time",
    "confounding-xm": "no unmeasured confounding of X and M",
    "confounding-my": "no unmeasured confounding of M and Y",
    "confounding-xy": "no unmeasured confounding of X and Y",
    "affected-confounder": "no confounder of M and Y that X changes",
    "interference": "no interference between groups",
    "independent-rows": "no interference between rows",
    "measurement": "X and M measured without error",
    "linear": "linear paths",
}


def judged_words(assumption: str) -> str:
    """Return what the history calls an assumption."""
    stem, _, level = assumption.rpartition("-")
    return f"{_JUDGED[stem]}, {level} groups" if stem in BY_LEVEL else _JUDGED[assumption]


# A reason of more characters is cut.
LONGEST = 2_000


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
    reasons : mapping of str to str
        For decisions, by their ids.
    earlier : tuple of Decision
        Those of a saved session, which came before the history.
    notes : tuple of PathNote
        On paths, which are known by the columns that they join.
    """

    style: str = STYLES[0]
    judged: tuple[str, ...] = ()
    smallest: float | None = None
    reasons: FrozenDict[str] = field(default_factory=FrozenDict)
    earlier: tuple[Decision, ...] = ()
    notes: tuple[PathNote, ...] = ()

    def choices(self, nouns: Nouns, decisions: Sequence[Decision] = ()) -> Choices:
        """Return what the text of the report is made with."""
        decided = tuple(decisions)
        return Choices(self.style, nouns, self.judged, self.smallest, decided, self.notes)

    def note(self, ends: tuple[str, str], **changes: str) -> Self:
        """Return the choices with parts of the note on the path between two columns changed.

        A note without a word goes.
        """
        told = {name: _line(text) for name, text in changes.items()}
        one_of("standing", told.get("standing", ""), STANDINGS)
        note = replace(self.note_on(ends), **told)
        others = tuple(item for item in self.notes if (item.source, item.target) != ends)
        empty = note == PathNote(*ends)
        return replace(self, notes=others if empty else (*others, note))

    def note_on(self, ends: tuple[str, str]) -> PathNote:
        """Return the note on the path between two columns; an empty one where there is none."""
        found = (item for item in self.notes if (item.source, item.target) == ends)
        return next(found, PathNote(*ends))

    def explain(self, decision: str, reason: str) -> ReportChoices:
        """Return the choices with a reason for a decision; an empty one takes it away."""
        told = _line(reason)
        others = {key: text for key, text in self.reasons.items() if key != decision}
        return replace(self, reasons=FrozenDict({**others, decision: told} if told else others))

    def set(self, control: str, value: str) -> ReportChoices:
        """Return the choices with another style, or another smallest effect: a number or empty."""
        if one_of("control", control, ("style", "smallest")) == "style":
            return replace(self, style=one_of("style", value, STYLES))
        return replace(self, smallest=_size(value))

    def judge(self, assumption: str, *, held: bool) -> ReportChoices:
        """Return the choices with an assumption judged to hold, or not; at both levels if none."""
        names = set(at_levels(assumption))
        wanted = names.union(self.judged) if held else set(self.judged) - names
        return replace(self, judged=tuple(item for item in ASSUMPTIONS if item in wanted))


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


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


def report_record(report: ReportChoices, decisions: Sequence[Decision] = ()) -> dict[str, Any]:
    """Return the choices as plain values that JSON can hold, with the decisions so far."""
    return {
        "style": report.style,
        "judged": list(report.judged),
        "smallest": report.smallest,
        "decisions": [[item.when, item.what, item.why] for item in decisions],
        "notes": [
            [item.source, item.target, item.construct, item.mechanism, item.standing]
            for item in report.notes
        ],
    }


def read_report(record: Mapping[str, Any] | None) -> ReportChoices:
    """Return the choices that `report_record` wrote; those at first for an earlier session."""
    if record is None:
        return ReportChoices()
    chosen = read_choices(record["style"], judged=record["judged"], smallest=record["smallest"])
    earlier = tuple(_decision(item) for item in record["decisions"])
    notes = tuple(_note(item) for item in record["notes"])
    return ReportChoices(chosen.style, chosen.judged, chosen.smallest, earlier=earlier, notes=notes)


def _decision(item: Sequence[Any]) -> Decision:
    when, what, why = item
    if not all(isinstance(text, str) for text in item):
        raise TypeError(f"a decision consists of texts, not {item!r}")
    return Decision(when, what, why)


def _note(item: Sequence[Any]) -> PathNote:
    source, target, construct, mechanism, standing = item
    if not all(isinstance(text, str) for text in item):
        raise TypeError(f"a note consists of texts, not {item!r}")
    return PathNote(source, target, construct, mechanism, one_of("standing", standing, STANDINGS))
