"""What the page shows of a session: its state as the sections of `messages`, without a picture.

Every function is pure: what it needs is in its arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from medwidget.result import MediationResult
from medwidget.spec.problems import Problem
from medwidget.views.diagram.sketch import (
    Mark,
    Sketch,
    draw,
    legend,
    ribbon,
    singular_paths,
    splits_of,
)
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import style_of
from medwidget.views.text.reading import main_indirect_effects
from medwidget.widget import messages
from medwidget.widget.choices import State
from medwidget.widget.controls import controls, estimator_label, slopes, summary
from medwidget.widget.draft import Draft
from medwidget.widget.fitting import Outcome
from medwidget.widget.history import History
from medwidget.widget.latent_controls import holds, splits
from medwidget.widget.words import guidance, name_words

__all__ = [
    "Layout",
    "diagram_section",
    "draft_section",
    "sketch_of",
    "stale_words",
    "status_section",
]

NARROW = 700
FOUR = 4


@dataclass(frozen=True)
class Layout:
    """How wide the diagram's box is, in CSS pixels."""

    width: int = 870

    @property
    def narrow(self) -> bool:
        """Whether nodes must be smaller."""
        return self.width < NARROW


def draft_section(
    history: History[State],
    revision: int,
    levels: Mapping[str, str | None],
    nouns: Nouns,
    with_holes: Collection[str] = (),
) -> messages.Draft:
    """Return what has been assigned and chosen.

    Parameters
    ----------
    history : History
    revision : int
    levels : mapping of str to (str or None)
    nouns : Nouns
    with_holes : collection of str
        Columns in which values are missing.
    """
    draft = history.state.draft
    return {
        "revision": revision,
        "exposure": draft.exposure,
        "mediators": list(draft.mediators),
        "outcome": draft.outcome,
        "group": draft.group,
        "covariates": list(draft.covariates),
        "moderators": {path: list(names) for path, names in draft.moderated.items()},
        "controls": controls(draft, levels, nouns, with_holes),
        "slopes": slopes(draft, levels, nouns),
        "slopes_label": f"Varies across {nouns.groups}",
        "holds": holds(draft, levels, nouns),
        "splits": splits(draft, levels, nouns),
        "summary": summary(draft),
        "paths": list(draft.paths),
        "can_undo": bool(history.undo_label),
        "can_redo": bool(history.redo_label),
        "undo_label": history.undo_label,
        "redo_label": history.redo_label,
    }


def status_section(
    draft: Draft, outcome: Outcome | None, revision: int, answered: int
) -> messages.Status:
    """Return the pill: what became of the draft that is on screen.

    Parameters
    ----------
    draft : Draft
    outcome : Outcome or None
        Of this draft; None while there is none.
    revision, answered : int
        Of the draft, and of the answer that is shown.
    """
    if draft.filled < FOUR:
        text = f"{draft.filled} of {FOUR} roles filled"
        return _status("waiting", "", text, revision, answered)
    if outcome is None:
        return _status("busy", "Fitting", "", revision, answered)
    result = outcome.result
    if result is None:
        text = "last valid result shown" if answered >= 0 else "there is no result yet"
        return _status("error", "Not fitted;", text, revision, answered)
    label = estimator_label(str(result.settings["estimator"]))
    convergence = result.convergence
    time = f"in {_duration(float(convergence.seconds))}"
    if not convergence.converged:
        return _status("warning", "Not converged:", f"{label} stopped {time}", revision, answered)
    if convergence.singular:
        text = f"{label} converged {time}"
        return _status("warning", "Singular fit:", text, revision, answered)
    return _status("good", f"{label} converged", time, revision, answered)


def busy_status(words: str, share: str, revision: int, answered: int) -> messages.Status:
    """Return the pill while something long is under way."""
    return _status("busy", words, share, revision, answered)


def _status(
    kind: messages.StatusKind, strong: str, text: str, revision: int, answered: int
) -> messages.Status:
    return {
        "kind": kind,
        "strong": strong,
        "text": text,
        "revision": revision,
        "answered": answered,
    }


def _duration(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def diagram_section(
    sketch: Sketch, layout: Layout, *, interactive: bool = True
) -> messages.Diagram:
    """Return the pictures of the model; those to be read only ask for nothing."""
    missing = {
        "exposure": sketch.exposure,
        "mediator": sketch.mediators or None,
        "outcome": sketch.outcome,
        "group": sketch.group,
    }
    open_roles = [role for role, name in missing.items() if name is None]
    return {
        "width": layout.width,
        "narrow": layout.narrow,
        "svg": draw(sketch, layout.width, narrow=layout.narrow, interactive=interactive),
        "ribbon": ribbon(sketch, max(layout.width - UNFOLD, RIBBON), interactive=interactive),
        "legend": legend(sketch, layout.width),
        "guidance": guidance(open_roles) if interactive else [],
    }


# The narrowest ribbon, and the room that its button takes where the page is narrow.
RIBBON, UNFOLD = 540, 60


def sketch_of(
    draft: Draft,
    nouns: Nouns,
    levels: Mapping[str, str | None],
    group_words: str,
    guess_words: str,
    outcome: Outcome | None,
) -> Sketch:
    """Return what the diagram shows of a draft, with numbers if the outcome has them."""
    result = None if outcome is None else outcome.result
    known = {name: levels.get(name) for name in draft.columns}
    if result is not None:
        known |= dict(result.levels)
    return Sketch(
        exposure=draft.exposure,
        mediators=draft.mediators,
        outcome=draft.outcome,
        group=draft.group,
        covariates=tuple(draft.covariates),
        moderators=draft.moderated,
        centering=draft.centering,
        random_slopes=draft.random_slopes,
        mediation=draft.mediation,
        splits=draft.latent.splits if result is None else splits_of(result),
        constraints=draft.latent.constraints(draft.paths),
        levels=known,
        group_words=group_words if draft.group is not None else "",
        guess_words=guess_words,
        nouns=nouns,
        result=result,
        marks={} if outcome is None else _marks(outcome.problems, draft, nouns),
        singular={} if result is None else singular_paths(result),
        covariates_everywhere=all(each is None for each in draft.covariates.values()),
    )


def _marks(problems: tuple[Problem, ...], draft: Draft, nouns: Nouns) -> dict[str, Mark]:
    """Return what is drawn on the nodes of columns that prevent the fit."""
    captions = {
        "group-level-within": f"constant within each {nouns.group}",
        "text-column": "text, not numbers",
        "number-as-text": "numbers stored as text",
        "constant-column": "the same value in every row",
        "empty-column": "no value in any row",
        "missing-column": "not in the data",
        "no-between-variance": f"the same mean for every {nouns.group}",
    }
    return {
        problem.column: Mark("error", captions.get(problem.code, "see the message above"))
        for problem in problems
        if problem.severity == "error" and problem.column in draft.columns
    }


def stale_words(result: MediationResult) -> str:
    """Say what an earlier result was about, and that it is not about the model on screen."""
    rows = main_indirect_effects(result)
    mediators = " and ".join(name_words(name) for name in result.model.mediators)
    noun = "mediator" if len(result.model.mediators) == 1 else "mediators"
    first = f"Result with {mediators} as {noun}."
    if rows:
        row = rows[0]
        style = style_of(row.estimate, row.se, (row.lower, row.upper))
        level = "" if row.level in {"", "conflated"} else f" {row.level}"
        first = f"Indirect{level} {style(row.estimate)} with {mediators} as {noun}."
    return (
        f"{first} These numbers do not describe the model above; they return to full strength "
        f"when a model can be fitted."
    )
