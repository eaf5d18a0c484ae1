"""Lays out what follows from the state of a session; the lock is held."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from medwidget.views.diagram.sketch import Sketch
from medwidget.views.text.report.choices import PathNote
from medwidget.widget import messages
from medwidget.widget.fitting import problem_of
from medwidget.widget.notices import Context, Notice
from medwidget.widget.rehearsal import rehearsed
from medwidget.widget.remedies import notices
from medwidget.widget.screen import diagram_section, draft_section, sketch_of, status_section

if TYPE_CHECKING:
    from medwidget.widget.session import Session

__all__ = ["Painter"]


class Painter:
    """Turns the state of a session into sections.

    Parameters
    ----------
    session : Session

    Attributes
    ----------
    complaint : Notice or None
        About the last gesture.
    remarks : list of Notice
        Messages that stay until they are put away.
    notices : list of Notice
        About the model on screen.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.complaint: Notice | None = None
        self.remarks: list[Notice] = []
        self.notices: list[Notice] = []
        self._noted: tuple[PathNote, ...] = ()

    def everything(self, *, first: bool = False) -> None:
        """Lay out all sections.

        While a fit is under way the old numbers stay, until the new ones come with the rest;
        unless this is the first time, when there are none.
        """
        session = self._session
        self.columns()
        if session.pending and not first:
            return
        self.draft()
        self.status()
        self._try(self._diagram)
        self._try(session.tabs.paint)
        self.notices = self._found()
        self.messages()

    def columns(self) -> None:
        """Lay out the variables."""
        session = self._session
        session.board.put({"columns": session.columns.section(session.draft.centering)})

    def draft(self) -> None:
        """Lay out what has been assigned and chosen."""
        self._session.board.put({"draft": self.draft_section()})

    def draft_section(self) -> messages.Draft:
        """Return what has been assigned and chosen."""
        session = self._session
        levels = session.columns.levels
        holes = session.columns.with_holes
        return draft_section(session.history, session.revision, levels, session.nouns, holes)

    def status(self) -> None:
        """Lay out the pill."""
        session = self._session
        answered = session.answered if rehearsed() else -1
        section = session.jobs.status(session.revision, answered)
        if section is None:
            outcome = None if session.pending else session.outcome
            section = status_section(session.draft, outcome, session.revision, answered)
        session.board.put({"status": section})

    def messages(self) -> None:
        """Lay out the messages: about the last gesture first."""
        previews = self._session.previews
        shown = [] if self.complaint is None else [self.complaint]
        shown += [item for item in self.standing if not previews.dismissed(item.id)]
        written = [item.message(previews.of(item.id)) for item in shown]
        self._session.board.put({"messages": written})

    @property
    def standing(self) -> list[Notice]:
        """The messages that no gesture takes away."""
        return [*self.remarks, *self.notices]

    def complain(self, text: str, details: str) -> None:
        """Show a message about what could not be done; the next gesture takes it away."""
        title, dot, rest = text.partition(". ")
        self.complaint = Notice("gesture", "error", title + dot.strip(), rest, details)
        self.messages()

    def sketch(self) -> Sketch:
        """Return what the diagram shows."""
        session, columns = self._session, self._session.columns
        model, notes = session.model, session.state.report.notes
        ends = {(note.source, note.target) for note in notes}
        noted = () if model is None else [name for name, at in model.paths.items() if at in ends]
        sketch = sketch_of(
            session.draft,
            session.nouns,
            columns.levels,
            columns.group_words(),
            columns.guess_words(),
            session.outcome,
        )
        return replace(sketch, noted=frozenset(noted))

    def notes(self) -> None:
        """Lay out what shows that there are notes on paths, if they have changed."""
        if self._noted != self._session.state.report.notes:
            self._try(self._diagram)
            self._try(self._session.tabs.paint_detail)

    def _diagram(self) -> None:
        session = self._session
        self._noted = session.state.report.notes
        session.board.put({"diagram": diagram_section(self.sketch(), session.layout)})

    def _found(self) -> list[Notice]:
        session = self._session
        if session.outcome is None:
            return []
        before = session.history.before
        earlier = None if before is None else before.draft
        context = Context(session.draft, earlier, session.nouns, session.current)
        return notices(session.outcome, context)

    def _try(self, work: Callable[[], None]) -> None:
        """Do a part of the picture; what goes wrong with it leaves the others alone."""
        try:
            work()
        except Exception as error:
            self.complain(str(problem_of(error)), traceback.format_exc())
