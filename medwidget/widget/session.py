"""The widget without a browser: gestures in, sections out; nothing is fitted where they arrive."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import Any

from medwidget.data.frame import read_table
from medwidget.errors import MedwidgetError
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.views.text.nouns import Nouns
from medwidget.widget.board import Board
from medwidget.widget.choices import State
from medwidget.widget.columns import Columns
from medwidget.widget.draft import Draft
from medwidget.widget.fitting import (
    Fitter,
    Outcome,
    cancelled,
    is_long,
    problem_of,
    problems_of_error,
)
from medwidget.widget.gestures import read_gesture
from medwidget.widget.handlers import Handlers
from medwidget.widget.history import History
from medwidget.widget.jobs import WorkerLike, start_worker
from medwidget.widget.long_jobs import LongJobs
from medwidget.widget.notices import Notice
from medwidget.widget.painter import Painter
from medwidget.widget.previews import Previews
from medwidget.widget.rehearsal import rehearse, rehearsed
from medwidget.widget.request import Request
from medwidget.widget.screen import Layout
from medwidget.widget.slow_fits import SlowFits
from medwidget.widget.tabs import Tabs

__all__ = ["Session"]

Publish = Callable[[dict[str, Any]], None]
StartWorker = Callable[[str, Sequence[str], Callable[[str, BaseException], None]], WorkerLike]

# A change that takes longer than this is first shown as being under way.
PATIENCE = 0.15
# Describing columns gives way to gestures this often.
CHUNK = 0.03
# And shows what it has this often.
PAINT = 0.25
QUICK_SLOTS = ("fit", "pane", "preview", "describe")


class Session:
    """The state of a widget and what may happen to it.

    Parameters
    ----------
    data : data frame
    publish : callable
        Takes changed sections by name, from whatever thread, never from two at once.
    notify : callable, optional
        Called after them, and also where no section has changed.
    draft : Draft, optional
        What is assigned at first.
    name : str
        Of the data, for the top bar.
    variable : str
        Name of the data frame in the user's code, where it is known.
    group_label, row_label : str
        The user's nouns for a group and a row.
    debounce_ms : float
        Changes that follow one another faster than this are fitted once.
    start : callable
        Makes a worker, as `start_worker` does.
    """

    def __init__(
        self,
        data: object,
        *,
        publish: Publish,
        notify: Callable[[], None] = lambda: None,
        draft: Draft | None = None,
        name: str = "data",
        variable: str = "",
        group_label: str = "group",
        row_label: str = "row",
        debounce_ms: float = 60,
        start: StartWorker = start_worker,
    ) -> None:
        self.table = read_table(data)
        self.nouns = Nouns(group_label, row_label)
        self.name, self.variable = name, variable
        self.lock = threading.RLock()
        self._settled = threading.Condition(self.lock)
        self.board = Board(publish, notify)
        self.fitter = Fitter(self.table)
        self.columns = Columns(self.table, self.nouns, name)
        self.history: History[State] = History(State(draft or Draft()))
        self.revision = 0
        self.outcome: Outcome | None = None
        self.result: MediationResult | None = None
        self.answered = -1
        self.layout = Layout()
        self.quick = start("medwidget-fit", QUICK_SLOTS, self._failed)
        self._clock = start("medwidget-clock", ("busy",), self._failed)
        self.jobs = LongJobs(self, start("medwidget-long", LongJobs.SLOTS, self._failed))
        self.slow = SlowFits(self)
        self.tabs = Tabs(self)
        self.previews = Previews(self)
        self._handlers = Handlers(self)
        self.painter = Painter(self)
        self._fitting = -1
        self._debounce = debounce_ms / 1000
        self._last_change = float("-inf")
        self._painted_columns = float("-inf")
        self._begin()

    def _begin(self) -> None:
        with self.lock:
            self.board.put({"progress": None, "answer": None, **self.tabs.blank()})
            self.quick.submit("describe", self._describe)
            if self.draft.filled:
                self._changed()
            self.painter.everything(first=True)
        self.board.flush()
        if not rehearsed():
            self.jobs.worker.submit("rehearsal", rehearse)

    # -- reading ------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """All that undo takes back."""
        return self.history.state

    @property
    def draft(self) -> Draft:
        """What has been assigned and chosen."""
        return self.history.state.draft

    @property
    def model(self) -> MediationModel | None:
        """The model on screen; None while roles are open or contradict one another."""
        try:
            return self.draft.to_model()
        except MedwidgetError:
            return None

    @property
    def current(self) -> MediationResult | None:
        """The result, if it belongs to the model on screen."""
        return None if self.outcome is None else self.outcome.result

    @property
    def pending(self) -> bool:
        """Whether the model on screen is still to be fitted."""
        return self._fitting == self.revision

    def wait_for_answer(self, timeout: float) -> bool:
        """Wait until the model on screen is fitted or refused; return whether it came to that."""
        with self._settled:
            return self._settled.wait_for(lambda: not self.pending, timeout)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until everything asked for is done; return whether it came to that."""
        until = None if timeout is None else monotonic() + timeout
        while True:
            for worker in (self.quick, self.jobs.worker):
                left = None if until is None else max(until - monotonic(), 0.0)
                if not worker.wait(left):
                    return False
            if self.quick.wait(0.0) and self.jobs.worker.wait(0.0):
                return True

    def close(self) -> None:
        """Stop all work."""
        self.jobs.close()
        for worker in (self.quick, self._clock):
            worker.close()

    # -- gestures -----------------------------------------------------------------------------

    def gesture(self, given: object) -> None:
        """Do what the page asks for; whatever is wrong with it becomes a message."""
        try:
            self.do(given)
        except MedwidgetError as error:
            self.complain(str(error))
        except Exception as error:
            self.complain(str(problem_of(error)), traceback.format_exc())
        self.board.flush()

    def do(self, given: object) -> None:
        """Do what a gesture asks for, or raise.

        Raises
        ------
        MedwidgetError
            If it cannot be done; nothing has changed then.
        """
        read = read_gesture(given)
        kind = read.pop("kind")
        with self.lock:
            self.painter.complaint = None
            self._handlers.handle(kind, read)
        self.board.flush()

    def complain(self, text: str, details: str = "") -> None:
        """Show a message about what could not be done; the next gesture takes it away."""
        with self.lock:
            self.painter.complain(text, details)

    def change(self, label: str, **changes: Any) -> None:
        """Go to another state as one step of the history; fit if the draft is another."""
        before = self.draft
        if not self.history.change(replace(self.state, **changes), label):
            self.painter.messages()
            return
        self.follow(before)

    def follow(self, before: Draft) -> None:
        """Do what a change of state asks for."""
        if self.draft == before:
            self.tabs.changed()
            self.painter.notes()
            self.painter.draft()
            self.painter.messages()
        else:
            self._changed()

    # -- fitting ------------------------------------------------------------------------------

    def set_model(self, model: MediationModel | None) -> None:
        """Show a model, or none; the estimator, the interval and the level stay."""
        with self.lock:
            self.painter.complaint = None
            draft = self.draft
            if model is None:
                draft = replace(draft, exposure=None, mediators=(), outcome=None)
            else:
                draft = draft.with_model(model)
            self.change("model from Python", draft=draft)
        self.board.flush()

    def restore(self, state: State, screen: Mapping[str, Any]) -> None:
        """Begin anew with a saved state."""
        with self.lock:
            self.history = History(state)
            self.tabs.restore(screen)
            self._changed()
        self.board.flush()

    def remark(self, notice: Notice) -> None:
        """Keep a message on the page until it is put away."""
        with self.lock:
            self.painter.remarks.append(notice)
            self.painter.messages()

    def _changed(self) -> None:
        """Fit the new draft; if it comes late, say that it is under way."""
        self.revision += 1
        self.jobs.forget_interval()
        self.outcome = None
        now = monotonic()
        delay = self._debounce if now - self._last_change < self._debounce else 0.0
        self._last_change = now
        revision = self.revision
        self.quick.submit("describe", self._describe)
        try:
            request = self.draft.request()
        except MedwidgetError as error:
            self.quick.discard("fit")
            self._settle(None, problems_of_error(error))
            return
        if request is None:
            self.quick.discard("fit")
            self._fitting = -1
            self.painter.everything()
            return
        self._fitting = revision
        self.quick.submit("fit", partial(self._fit, revision, request), delay)
        self._clock.submit("busy", partial(self._busy, revision), delay + PATIENCE)

    def _settle(self, request: Request | None, problems: Any) -> None:
        """Show a draft that contradicts itself, without a fit."""
        self._fitting = -1
        self.outcome = Outcome(request, None, problems)
        self.painter.everything()

    def _fit(self, revision: int, request: Request) -> None:
        if revision != self.revision:
            return
        with self.slow.fit(revision) as progress:
            outcome = self.fitter.quick(request, progress)
        with self.lock:
            if revision != self.revision or self.slow.cancelled(revision):
                return  # a later change has its own fit under way, or nobody waits for this one
            self.accept(outcome)
        self.board.flush()
        if not rehearsed():  # the answer needs libraries that are still on their way
            rehearse()
            with self.lock:
                self.painter.everything()
            self.board.flush()
        if outcome.result is not None and not _has_interval(outcome, request):
            self.jobs.interval(request, revision)
        self.after(outcome, revision)

    def cancel(self, *, keep: bool) -> None:
        """End what takes long, at the user's wish: what the page shows as under way.

        A fit is over for the user at once, though it may take a moment to notice.
        """
        if not self.slow.cancel():
            self.jobs.cancel(keep=keep)
            return
        self.board.put({"progress": None})
        self.accept(Outcome(self.draft.request(), None, (cancelled(),)))

    def refit(self) -> None:
        """Fit the draft on screen again."""
        self._changed()

    def make_interval(self) -> None:
        """Make the interval of the draft on screen from the beginning."""
        request = None if self.outcome is None else self.outcome.request
        if request is not None:
            self.jobs.interval(request, self.revision)

    def after(self, outcome: Outcome, revision: int) -> None:
        """Compute what may come after the answer."""
        self.tabs.refresh()
        self.previews.begin(outcome, self.painter.notices, revision)

    def accept(self, outcome: Outcome) -> None:
        """Take what came of the draft on screen, and show it; the lock is held."""
        self._clock.discard("busy")
        self._fitting = -1
        self._settled.notify_all()
        self.tabs.keep_selection(outcome.result)
        self.outcome = outcome
        if outcome.result is not None:
            self.result, self.answered = outcome.result, self.revision
        self.painter.everything()

    def _busy(self, revision: int) -> None:
        with self.lock:
            if revision == self._fitting:
                self.painter.draft()
                self.painter.status()
        self.board.flush()

    # -- in the background --------------------------------------------------------------------

    def _describe(self) -> None:
        """Describe columns for a moment; then gestures go first."""
        if not self.columns.begin(self.draft.group):
            return
        more = self.columns.step(CHUNK)
        if not more or monotonic() - self._painted_columns > PAINT:
            self._painted_columns = monotonic()
            with self.lock:
                if more:
                    self.painter.columns()
                else:
                    self.painter.everything()
            self.board.flush()
        if more:
            self.quick.submit("describe", self._describe)

    def _failed(self, slot: str, error: BaseException) -> None:
        details = "".join(traceback.format_exception(error))
        self.complain(str(problem_of(error)), f"{slot}\n{details}")
        self.board.flush()


def _has_interval(outcome: Outcome, request: Request) -> bool:
    """Tell whether an outcome has the interval that was asked for, or one in its place."""
    given = outcome.request
    return not is_long(request.interval) or (given is not None and is_long(given.interval))
