"""The decisions behind the model on screen: what was chosen, when, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from medwidget.views.text.report.choices import Decision

if TYPE_CHECKING:
    from medwidget.widget.choices import State
    from medwidget.widget.history import History

__all__ = ["decisions_of", "numbered_decisions"]

EARLIER = "earlier-"


def decisions_of(history: History[State]) -> tuple[Decision, ...]:
    """Return the decisions that led to the present state, with their reasons."""
    return tuple(decision for _, decision in numbered_decisions(history))


def numbered_decisions(history: History[State]) -> Iterator[tuple[str, Decision]]:
    """Yield each decision with the id by which a reason is given for it.

    Decisions are changes of the model, of how it is fitted, and of what is judged; which tab is
    open or which groups are selected is none. What was taken back is none either.
    """
    report = history.state.report
    for place, decision in enumerate(report.earlier):
        name = f"{EARLIER}{place}"
        yield name, Decision(decision.when, decision.what, report.reasons.get(name, decision.why))
    for step in history.steps():
        if _decided(step.before, step.after):
            name = str(step.number)
            yield name, Decision(step.when, step.label, report.reasons.get(name, ""))


def _decided(before: State, after: State) -> bool:
    judged = (before.report.judged, before.report.smallest)
    return before.draft != after.draft or judged != (after.report.judged, after.report.smallest)
