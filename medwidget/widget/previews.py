"""What a remedy would do to the numbers, found out while nothing else is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from medwidget.errors import MedwidgetError
from medwidget.widget.fitting import CANCELLED, Outcome
from medwidget.widget.notices import Notice, Remedy, preview_words

if TYPE_CHECKING:
    from medwidget.widget.session import Session

__all__ = ["Previews"]

# A remedy that takes longer than this to fit has no preview.
PATIENCE = 1.5
# Remedies that are tried for one draft; each is a fit.
MOST = 4


class Previews:
    """Fits what remedies lead to, one after another, and remembers which messages were put away.

    Parameters
    ----------
    session : Session
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._words: dict[str, dict[str, str]] = {}
        self._dismissed: set[str] = set()

    def of(self, notice: str) -> dict[str, str]:
        """Return the previews of a message, by remedy."""
        return self._words.get(notice, {})

    def dismiss(self, notice: str) -> None:
        """Put a message away."""
        self._dismissed.add(notice)

    def dismissed(self, notice: str) -> bool:
        """Tell whether a message was put away."""
        return notice in self._dismissed

    def begin(self, outcome: Outcome, notices: Sequence[Notice], revision: int) -> None:
        """Try the remedies of the messages on screen."""
        self._words = {}
        tried = [
            (notice.id, remedy)
            for notice in notices
            if notice.id not in self._dismissed
            for remedy in notice.remedies
            if remedy.change is not None
        ]
        if tried:
            work = partial(self._try, outcome, tried[:MOST], revision)
            self._session.quick.submit("preview", work)

    def _try(self, outcome: Outcome, left: list[tuple[str, Remedy]], revision: int) -> None:
        session = self._session
        if revision != session.revision or not left:
            return
        (notice, remedy), *others = left
        words = self._preview(outcome, remedy)
        with session.lock:
            if revision != session.revision:
                return
            self._words.setdefault(notice, {})[remedy.id] = words
            session.painter.messages()
        session.board.flush()
        if others:
            session.quick.submit("preview", partial(self._try, outcome, others, revision))

    def _preview(self, outcome: Outcome, remedy: Remedy) -> str:
        if remedy.change is None:
            return ""
        try:
            request = remedy.change(self._session.draft).request()
        except MedwidgetError as error:
            return str(error)
        if request is None:
            return ""
        session, began = self._session, monotonic()
        revision = session.revision

        def worth_waiting(*_: int) -> bool:
            return revision == session.revision and monotonic() - began < PATIENCE

        tried = session.fitter.quick(request, worth_waiting)
        if any(problem.code == CANCELLED for problem in tried.problems):
            return ""
        return preview_words(outcome.result, tried.result)
