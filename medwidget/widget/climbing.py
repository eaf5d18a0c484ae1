"""The model ladder of a session: built in the background, kept until another one is built."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from medwidget.errors import Cancelled, MedwidgetError, ModelError
from medwidget.spec.model import MediationModel
from medwidget.widget import messages
from medwidget.widget.controls import estimator_name
from medwidget.widget.long_jobs import Job

if TYPE_CHECKING:
    from medwidget.data.frame import Table
    from medwidget.studies.ladder_record import Ladder
    from medwidget.widget.jobs import Ticket
    from medwidget.widget.session import Session

__all__ = ["Climbing"]

Key = tuple[MediationModel, str]


class Climbing:
    """Builds ladders and keeps the last one.

    Parameters
    ----------
    session : Session
    refresh : callable
        Computes the open tab anew.

    Attributes
    ----------
    ladder : Ladder or None
    """

    def __init__(self, session: Session, refresh: Callable[[], None]) -> None:
        self._session = session
        self._refresh = refresh
        self.ladder: Ladder | None = None
        self._reason = ""
        self._key: Key | None = None
        self._table: Table | None = None

    def run(self) -> None:
        """Build the model on screen up step by step, in the background."""
        session = self._session
        request = session.draft.request()
        if request is None:
            raise ModelError("Map the four roles first.")
        if session.jobs.running("ladder"):
            return
        key = (request.model, estimator_name(session.draft))
        about = f"all on the same {session.nouns.rows}"
        work = partial(self._run, key)
        session.jobs.begin(Job("ladder", "Climbing", "models", about, work, parts=False))
        self._refresh()

    def _run(self, key: Key, ticket: Ticket, tell: Callable[..., bool]) -> None:
        from medwidget.studies.ladder import ladder

        session = self._session
        model, estimator = key
        table, seed = session.table, session.draft.seed
        found: Ladder | None = None
        reason = ""
        try:
            found = ladder(model, table, estimator=estimator, seed=seed, progress=tell)
        except Cancelled:
            pass
        except MedwidgetError as error:
            reason = str(error)
        with session.lock:
            if ticket.asked is None and (found is not None or reason):
                self.ladder, self._reason = found, reason
                self._key, self._table = key, table
        session.jobs.finished("ladder")
        self._refresh()

    def view(self) -> messages.LadderView:
        """Return what the tab shows of it."""
        from medwidget.widget.panes.ladder import ladder_view

        return ladder_view(
            self.ladder,
            running=self._session.jobs.running("ladder"),
            stale=self._key is not None and not self._of_screen(),
            reason=self._reason,
        )

    def _of_screen(self) -> bool:
        """Tell whether the ladder is that of the model and the data on screen."""
        session = self._session
        request = None if session.outcome is None else session.outcome.request
        shown = None if request is None else (request.model, estimator_name(session.draft))
        return self._table is session.table and self._key == shown
