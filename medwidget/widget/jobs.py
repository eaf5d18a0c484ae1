"""Work off the thread that talks to the page: the latest wins, and what is long can be stopped.

A `Worker` has named slots. What is put into a slot replaces what still waits there; slots named
earlier go first. A session has two workers: one that fits, and never does anything long, and one
for what takes seconds, so that a gesture need not wait for a bootstrap to notice that it is over.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Protocol

__all__ = ["DirectWorker", "Ticket", "Worker", "WorkerLike", "start_worker", "threads_start"]

# An idle thread ends after so many seconds, so that forgotten widgets keep none.
IDLE = 60.0

Work = Callable[[], None]
Failed = Callable[[str, BaseException], None]


class Ticket:
    """A long job's hold on life: asked at every step whether to go on."""

    def __init__(self) -> None:
        self._asked: str | None = None

    @property
    def asked(self) -> str | None:
        """What the user asked for: "keep" what is done, "drop" it, or None: go on."""
        return self._asked

    def stop(self, *, keep: bool) -> None:
        """Ask the job to end; to drop is not taken back by a later wish to keep."""
        if self._asked != "drop":
            self._asked = "keep" if keep else "drop"


class WorkerLike(Protocol):
    """What a session asks of a worker."""

    def submit(self, slot: str, work: Work, delay: float = 0.0) -> None:
        """Put work into a slot, to begin no sooner than ``delay`` seconds from now."""

    def discard(self, slot: str) -> None:
        """Forget what waits in a slot."""

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until there is nothing left to do; return whether it came to that."""

    def close(self) -> None:
        """Forget what waits, and end after what is being done."""


class Worker:
    """One thread that does what waits in its slots, those named first first.

    Parameters
    ----------
    name : str
        Of the thread.
    slots : sequence of str
    failed : callable
        Told of the slot and the exception when work raises one; the thread goes on.
    """

    def __init__(self, name: str, slots: Sequence[str], failed: Failed) -> None:
        self._name = name
        self._slots = tuple(slots)
        self._failed = failed
        self._waiting: dict[str, tuple[float, Work]] = {}
        self._busy = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()

    def submit(self, slot: str, work: Work, delay: float = 0.0) -> None:
        """Put work into a slot, in the place of what waits there."""
        if slot not in self._slots:
            raise ValueError(f"no slot {slot!r}")
        with self._changed:
            if self._closed:
                return
            self._waiting[slot] = (monotonic() + delay, work)
            if self._thread is None:
                self._thread = _thread(self._run, self._name)
                self._thread.start()
            self._changed.notify_all()

    def discard(self, slot: str) -> None:
        """Forget what waits in a slot; what is being done goes on."""
        with self._changed:
            self._waiting.pop(slot, None)
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing waits and nothing is being done; True at once in its own thread."""
        if threading.current_thread() is self._thread:
            return True
        with self._changed:
            return self._changed.wait_for(lambda: not (self._waiting or self._busy), timeout)

    def close(self) -> None:
        """Forget what waits; the thread ends after what it is doing."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                taken = self._next()
                if taken is None:
                    return
                self._busy = True
            slot, work = taken
            try:
                work()
            except BaseException as error:  # whatever it is, the next gesture must find a thread
                self._failed(slot, error)
            del work, taken  # what it holds on to may be large

    def _next(self) -> tuple[str, Work] | None:
        """Return the work that is due and goes first; wait for it; None when closed or idle."""
        while not self._closed:
            now = monotonic()
            for slot in self._slots:
                if slot in self._waiting and self._waiting[slot][0] <= now:
                    return slot, self._waiting.pop(slot)[1]
            due = min((item[0] for item in self._waiting.values()), default=None)
            heard = self._changed.wait(IDLE if due is None else max(due - now, 0.0))
            if not heard and not self._waiting:
                break
        self._thread = None  # the next work starts another
        return None


class DirectWorker:
    """Does work where it is submitted, for places without threads.

    Work that submits further work is not entered again: it is done afterwards, in the order of
    the slots.

    Parameters
    ----------
    slots : sequence of str
    failed : callable
        As in `Worker`.
    """

    def __init__(self, slots: Sequence[str], failed: Failed) -> None:
        self._slots = tuple(slots)
        self._failed = failed
        self._waiting: dict[str, Work] = {}
        self._busy = False

    def submit(self, slot: str, work: Work, delay: float = 0.0) -> None:
        """Do the work now, or after what is being done."""
        if slot not in self._slots:
            raise ValueError(f"no slot {slot!r}")
        self._waiting[slot] = work
        if self._busy:
            return
        self._busy = True
        try:
            while self._waiting:
                following = next(name for name in self._slots if name in self._waiting)
                taken = self._waiting.pop(following)
                try:
                    taken()
                except Exception as error:
                    self._failed(following, error)
        finally:
            self._busy = False

    def discard(self, slot: str) -> None:
        """Forget what waits in a slot."""
        self._waiting.pop(slot, None)

    def wait(self, timeout: float | None = None) -> bool:
        """Return True: everything is done when it is submitted."""
        return True

    def close(self) -> None:
        """Forget what waits."""
        self._waiting.clear()


def start_worker(name: str, slots: Sequence[str], failed: Failed) -> WorkerLike:
    """Return a worker with a thread of its own where threads can start."""
    if threads_start():
        return Worker(name, slots, failed)
    return DirectWorker(slots, failed)


def threads_start() -> bool:
    """Tell whether threads can start here; in a browser they cannot."""
    return sys.platform != "emscripten"


def _thread(target: Work, name: str) -> threading.Thread:
    """Return a thread; in marimo one that knows to which notebook its messages belong."""
    marimo: Any = sys.modules.get("marimo")
    if marimo is not None and marimo.running_in_notebook():
        thread: threading.Thread = marimo.Thread(target=target, name=name, daemon=True)
        return thread
    return threading.Thread(target=target, name=name, daemon=True)
