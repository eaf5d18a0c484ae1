"""Work that takes seconds: one job at a time, with progress, that can be stopped and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from medwidget.result import MediationResult
from medwidget.views.text.reading import main_indirect_effects
from medwidget.widget import messages
from medwidget.widget.jobs import Ticket, WorkerLike
from medwidget.widget.request import Request
from medwidget.widget.screen import busy_status

if TYPE_CHECKING:
    from medwidget.widget.session import Session

__all__ = ["Job", "LongJobs", "Settling", "seconds_words"]

# Sooner than this nothing can be said of the time that is left.
FIRST_GUESS = 1.0
# Progress is shown no more often than this.
SECONDS_BETWEEN_VIEWS = 0.19


@dataclass(frozen=True)
class Job:
    """A job as the page shows it.

    Attributes
    ----------
    slot : str
    label : str
        What is being done: "Bootstrapping".
    unit : str
        What is counted: "samples".
    about : str
        What a reader of the progress bar should know.
    work : callable
        Takes the job's ticket and a function to tell ``(done, total)``, which returns False when
        it is time to end.
    parts : bool
        Whether what is done can be kept when the rest is stopped.
    ticket : Ticket
    began : float
    """

    slot: str
    label: str
    unit: str
    about: str
    work: Callable[[Ticket, Callable[..., bool]], None]
    parts: bool = True
    ticket: Ticket = field(default_factory=Ticket)
    began: float = field(default_factory=monotonic)


@dataclass
class Settling:
    """How the limits of the main indirect effect settle while samples come in."""

    effect: str = ""
    samples: list[int] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    estimate: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def add(self, done: int, result: MediationResult) -> None:
        """Note the limits after so many samples."""
        for row in main_indirect_effects(result)[:1]:
            if row.estimate is not None and row.lower is not None and row.upper is not None:
                self.effect = row.name
                self.samples.append(done)
                self.lower.append(row.lower)
                self.estimate.append(row.estimate)
                self.upper.append(row.upper)


class LongJobs:
    """Runs jobs on the second worker of a session, and shows how far they have come.

    Parameters
    ----------
    session : Session
    worker : WorkerLike
    """

    JOBS = ("interval", "specifications", "ladder", "influence")
    SLOTS = ("rehearsal", *JOBS)

    def __init__(self, session: Session, worker: WorkerLike) -> None:
        self.worker = worker
        self._session = session
        self._running: Job | None = None
        self._waiting: dict[str, Job] = {}
        self._share = ""
        self._told = float("-inf")

    # -- any job ------------------------------------------------------------------------------

    def begin(self, job: Job) -> None:
        """Put a job in line; one in the same slot is dropped."""
        self.drop(job.slot)
        with self._session.lock:
            self._waiting[job.slot] = job
        self.worker.submit(job.slot, partial(self._run, job))

    def drop(self, slot: str) -> None:
        """End the job of a slot and keep nothing of it."""
        with self._session.lock:
            self.worker.discard(slot)
            waiting = self._waiting.pop(slot, None)
            if waiting is not None:
                waiting.ticket.stop(keep=False)
            running = self._running
            if running is not None and running.slot == slot:
                running.ticket.stop(keep=False)
                self._ended(running)

    def cancel(self, *, keep: bool) -> None:
        """End the job under way, at the user's wish."""
        running = self._running or next(iter(self._waiting.values()), None)
        if running is None:
            return
        if keep:
            running.ticket.stop(keep=True)
            return
        self.drop(running.slot)
        if running.slot == "interval":
            draft = self._session.draft.choose("interval", "monte-carlo")
            self._session.change("cancel", draft=draft)

    def status(self, revision: int, answered: int) -> messages.Status | None:
        """Return the pill while a job is under way; None otherwise."""
        job = self._running
        if job is None:
            return None
        return busy_status(job.label, self._share, revision, answered)

    def finished(self, slot: str) -> None:
        """Take a job off the page before it looks at what it made."""
        with self._session.lock:
            if self._running is not None and self._running.slot == slot:
                self._ended(self._running)

    @property
    def idle(self) -> bool:
        """Whether no job is under way or waits."""
        return self._running is None and not self._waiting

    def running(self, slot: str) -> bool:
        """Tell whether a job of this slot waits or is under way."""
        running = self._running
        return slot in self._waiting or (running is not None and running.slot == slot)

    def close(self) -> None:
        """End everything and keep nothing."""
        for slot in self.JOBS:
            self.drop(slot)
        self.worker.close()

    def _run(self, job: Job) -> None:
        with self._session.lock:
            if self._waiting.get(job.slot) is job:
                del self._waiting[job.slot]
            if job.ticket.asked == "drop":
                return
            self._running, self._share, self._told = job, "", float("-inf")
        try:
            job.work(job.ticket, partial(self._tell, job))
        finally:
            with self._session.lock:
                self._ended(job)
            self._session.board.flush()

    def _ended(self, job: Job) -> None:
        """Take a job off the page, unless another one is there; the lock is held."""
        if self._running is job:
            self._running = None
            self._session.board.put({"progress": None})
            self._session.painter.status()

    def _tell(self, job: Job, done: int, total: int, failed: int = 0) -> bool:
        """Show how far a job has come; return whether it should go on."""
        if job.ticket.asked is not None:
            return False
        now = monotonic()
        if now - self._told < SECONDS_BETWEEN_VIEWS and done < total:
            return True
        self._told = now
        with self._session.lock:
            if self._running is job:
                self._share = f"{100 * done // max(total, 1)}%"
                self._session.board.put({"progress": _progress(job, done, total, failed)})
                self._session.painter.status()
        self._session.board.flush()
        return True

    # -- intervals ----------------------------------------------------------------------------

    def forget_interval(self) -> None:
        """End the interval of an earlier draft."""
        self.drop("interval")

    def interval(self, request: Request, revision: int) -> None:
        """Make an interval that takes long; what is on screen meanwhile is the Monte Carlo one."""
        nouns = self._session.nouns
        bootstrap = _name(request) == "bootstrap"
        self.begin(
            Job(
                "interval",
                "Bootstrapping" if bootstrap else "Profiling",
                "samples" if bootstrap else "effects",
                f"{nouns.groups} resampled with all their {nouns.rows}"
                if bootstrap and _kind(request) == "cluster"
                else "",
                partial(self._interval, request, revision),
            )
        )

    def _interval(
        self, request: Request, revision: int, ticket: Ticket, tell: Callable[..., bool]
    ) -> None:
        session = self._session
        beside = None if session.current is None else _limits(session.current)
        settling = Settling()

        def watch(done: int, total: int, so_far: MediationResult | None) -> bool:
            failed = 0
            if so_far is not None and done < total and revision == session.revision:
                failed = int(so_far.settings["interval_options"].get("failed") or 0)
                settling.add(done, so_far)
                enough = bool(_limits(so_far))  # until then Monte Carlo stays
                with session.lock:
                    if enough and revision == session.revision and ticket.asked is None:
                        session.tabs.paint_partial(so_far, beside, settling, total)
            return tell(done, total, failed)

        outcome = session.fitter.whole(request, watch, lambda *_: ticket.asked is None)
        nothing = outcome.result is None and ticket.asked is not None
        with session.lock:
            if ticket.asked == "drop" or revision != session.revision:
                return
            self._running = None
            session.board.put({"progress": None})
            if nothing:
                draft = session.draft.choose("interval", "monte-carlo")
                session.change("stop before the first sample", draft=draft)
                return
            session.accept(outcome)
        session.board.flush()
        session.after(outcome, revision)


def _progress(job: Job, done: int, total: int, failed: int) -> messages.Progress:
    parts = [job.about] if job.about else []
    elapsed = monotonic() - job.began
    if done and elapsed > FIRST_GUESS:
        parts.append(f"about {seconds_words(elapsed / done * (total - done))} left")
    if failed:
        verb = "is" if failed == 1 else "are"
        parts.append(f"{failed:,} {job.unit} did not converge and {verb} left out")
    return {
        "job": job.slot,
        "label": job.label,
        "done": done,
        "total": total,
        "strong": f"{done:,} of {total:,} {job.unit}",
        "text": " · ".join(parts),
        "stop": f"Stop and keep {done:,}" if done and job.parts else "",
    }


def seconds_words(seconds: float) -> str:
    """Return a time that is left as a sentence says it."""
    return f"{max(seconds, 1):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _limits(result: MediationResult) -> Mapping[str, tuple[float, float]]:
    return {
        row.name: (row.lower, row.upper)
        for row in result.effect_rows
        if row.lower is not None and row.upper is not None
    }


def _name(request: Request) -> str:
    interval = request.interval
    return interval if isinstance(interval, str) else interval.name


def _kind(request: Request) -> str:
    return str(getattr(request.interval, "kind", "cluster"))
