"""A message to the user as a value: what it says, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medwidget.result import MediationResult
from medwidget.spec.problems import Problem
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import style_of
from medwidget.views.text.problem_words import problem_words
from medwidget.views.text.reading import main_indirect_effects
from medwidget.widget import messages
from medwidget.widget.draft import Draft

__all__ = [
    "HIDE",
    "Context",
    "Notice",
    "Remedy",
    "notice_about",
    "plainly",
    "preview_words",
]

Change = Callable[[Draft], Draft]

# Digits that show what a remedy changes, which may be little.
PREVIEW_DECIMALS = 4


@dataclass(frozen=True)
class Remedy:
    """A button of a message.

    Attributes
    ----------
    id, label : str
    change : callable or None
        Gives the draft that it leads to.
    verb : str
        What it does if it changes no draft: "undo", "dismiss", "again" (the interval) or "refit".
    primary : bool
    """

    id: str
    label: str
    change: Change | None = None
    verb: str = ""
    primary: bool = False


@dataclass(frozen=True)
class Notice:
    """A message with what its buttons do."""

    id: str
    severity: messages.Severity
    title: str
    detail: str = ""
    more: str = ""
    remedies: tuple[Remedy, ...] = ()

    def message(self, previews: dict[str, str]) -> messages.Message:
        """Return what the page shows; ``previews`` by the id of a remedy."""
        return {
            "id": self.id,
            "severity": self.severity,
            "title": self.title,
            "detail": self.detail,
            "more": self.more,
            "actions": [
                {
                    "id": remedy.id,
                    "label": remedy.label,
                    "primary": remedy.primary,
                    "preview": previews.get(remedy.id, ""),
                }
                for remedy in self.remedies
            ],
        }


@dataclass(frozen=True)
class Context:
    """What the words of a message need beside the problem.

    Attributes
    ----------
    draft : Draft
    before : Draft or None
        Before the last change.
    nouns : Nouns
    result : MediationResult or None
    """

    draft: Draft
    before: Draft | None
    nouns: Nouns
    result: MediationResult | None = None

    @property
    def names(self) -> Names:
        """The columns in the form in which they are printed."""
        return Names(self.draft.columns)

    def words(self, problem: Problem) -> tuple[str, str]:
        """Return what is the case, and what to do about it, as the interface says them."""
        labels = () if self.result is None else self.result.covariance_table.columns[1:]
        return problem_words(problem, self.nouns, self.names, labels)


HIDE = Remedy("hide", "Hide", verb="dismiss")


def notice_about(
    problem: Problem, title: str, detail: str, *remedies: Remedy, more: str = ""
) -> Notice:
    """Return a message about a problem."""
    name = f"{problem.code}:{problem.column or ''}"
    return Notice(name, problem.severity, title, detail, more, remedies)


def plainly(problem: Problem, context: Context, *remedies: Remedy) -> Notice:
    """Return a problem in its own words: the first sentence is what is the case."""
    text, remedy = context.words(problem)
    first, dot, rest = text.partition(". ")
    return notice_about(
        problem, first + ("." if dot else ""), f"{rest} {remedy}".strip(), *remedies
    )


def preview_words(before: MediationResult | None, after: MediationResult | None) -> str:
    """Say what a remedy does to the indirect effects."""
    if after is None:
        return "The model cannot be fitted then either."
    changed = {row.name: row for row in main_indirect_effects(after)}
    for row in () if before is None else main_indirect_effects(before):
        other = changed.get(row.name)
        if other is None or row.estimate is None or other.estimate is None:
            continue
        style = style_of(row.estimate, row.se, decimals=PREVIEW_DECIMALS)
        side = f"{row.level} " if row.level in {"within", "between"} else ""
        old, new = style(row.estimate), style(other.estimate)
        if old == new:
            return f"The {side}indirect effect stays at {old}."
        return f"The {side}indirect effect changes from {old} to {new}."
    shown = main_indirect_effects(after)
    if not shown:
        return ""
    row = shown[0]
    side = f"{row.level} " if row.level in {"within", "between"} else ""
    value = style_of(row.estimate, row.se, decimals=PREVIEW_DECIMALS)(row.estimate)
    return f"The {side}indirect effect is then {value}."
