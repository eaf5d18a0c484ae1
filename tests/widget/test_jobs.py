"""Workers: the latest of a slot wins; order, delay, failures, waiting; places without threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from medwidget.widget import jobs
from medwidget.widget.jobs import DirectWorker, Ticket, Worker, start_worker

SLOTS = ("first", "second", "third")


class Failures:
    """Remembers what failed."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def __call__(self, slot: str, error: BaseException) -> None:
        self.seen.append((slot, str(error)))


def _worker(failures: Failures | None = None) -> Worker:
    return Worker("test", SLOTS, failures or Failures())


def _blocked(worker: Worker) -> tuple[threading.Event, threading.Event]:
    """Keep a worker busy until the second event is set; the first says that it is."""
    begun, go = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait(10)

    worker.submit("first", work)
    assert begun.wait(10)
    return begun, go


def test_work_is_done_on_another_thread_and_wait_waits_for_it() -> None:
    worker, names = _worker(), []
    worker.submit("first", lambda: names.append(threading.current_thread().name))
    assert worker.wait(10)
    assert names == ["test"]
    worker.close()


def test_the_latest_of_a_slot_wins_and_slots_go_in_order() -> None:
    worker, done = _worker(), []
    _, go = _blocked(worker)
    for number in range(5):
        worker.submit("third", lambda number=number: done.append(("third", number)))
        worker.submit("second", lambda number=number: done.append(("second", number)))
    go.set()
    assert worker.wait(10)
    assert done == [("second", 4), ("third", 4)]
    worker.close()


def test_delayed_work_begins_no_sooner_and_gives_way_to_what_replaces_it() -> None:
    worker, done = _worker(), []
    began = time.monotonic()
    worker.submit("first", lambda: done.append("never"), delay=0.2)
    worker.submit("first", lambda: done.append(time.monotonic() - began), delay=0.1)
    assert worker.wait(10)
    assert len(done) == 1
    assert 0.1 <= done[0] < 5
    worker.close()


def test_discarded_work_is_not_done() -> None:
    worker, done = _worker(), []
    _, go = _blocked(worker)
    worker.submit("second", lambda: done.append(1))
    worker.discard("second")
    go.set()
    assert worker.wait(10)
    assert done == []
    worker.close()


def test_a_failure_is_told_and_the_thread_goes_on() -> None:
    failures, done = Failures(), []
    worker = _worker(failures)

    def fail() -> None:
        raise SystemExit("even this")

    worker.submit("second", fail)
    assert worker.wait(10)
    worker.submit("first", lambda: done.append(1))
    assert worker.wait(10)
    assert failures.seen == [("second", "even this")]
    assert done == [1]
    worker.close()


def test_waiting_has_an_end_and_does_not_wait_for_itself() -> None:
    worker, answers = _worker(), []
    _, go = _blocked(worker)
    assert not worker.wait(0.01)
    worker.submit("second", lambda: answers.append(worker.wait(10)))
    go.set()
    assert worker.wait(10)
    assert answers == [True]
    worker.close()


def test_a_closed_worker_takes_nothing() -> None:
    worker, done = _worker(), []
    worker.close()
    worker.submit("first", lambda: done.append(1))
    assert worker.wait(1)
    assert done == []


def test_an_idle_thread_ends_and_the_next_work_starts_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "IDLE", 0.02)
    worker, threads = _worker(), []
    for _ in range(2):
        worker.submit("first", lambda: threads.append(threading.current_thread()))
        assert worker.wait(10)
        threads[-1].join(10)
        assert not threads[-1].is_alive()
    assert threads[0] is not threads[1]


def test_many_threads_may_submit_and_the_last_of_each_is_done() -> None:
    worker, done = _worker(), []

    def submit(slot: str) -> None:
        for number in range(200):
            worker.submit(slot, lambda number=number: done.append((slot, number)))

    threads = [threading.Thread(target=submit, args=(slot,)) for slot in SLOTS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert worker.wait(20)
    for slot in SLOTS:
        numbers = [number for name, number in done if name == slot]
        assert numbers == sorted(numbers)
        assert numbers[-1] == 199
    worker.close()


@pytest.mark.parametrize("make", [_worker, lambda: DirectWorker(SLOTS, Failures())])
def test_a_slot_that_does_not_exist_is_a_mistake(make: Callable[[], Worker]) -> None:
    with pytest.raises(ValueError, match="no slot"):
        make().submit("fourth", lambda: None)


def test_without_threads_work_is_done_where_it_is_submitted() -> None:
    failures, done = Failures(), []
    worker = DirectWorker(SLOTS, failures)

    def again() -> None:
        done.append("second")
        worker.submit("third", lambda: done.append("third"))
        worker.submit("first", lambda: done.append("first"))
        assert done == ["second"], "work is not entered again"

    worker.submit("second", again, delay=5)
    assert done == ["second", "first", "third"]
    worker.submit("first", lambda: 1 / 0)
    assert failures.seen[0][0] == "first"
    assert worker.wait()


def test_a_browser_has_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(start_worker("name", SLOTS, Failures()), Worker)
    monkeypatch.setattr("sys.platform", "emscripten")
    assert isinstance(start_worker("name", SLOTS, Failures()), DirectWorker)


def test_a_ticket_that_was_dropped_stays_dropped() -> None:
    ticket = Ticket()
    assert ticket.asked is None
    ticket.stop(keep=True)
    assert ticket.asked == "keep"
    ticket.stop(keep=False)
    ticket.stop(keep=True)
    assert ticket.asked == "drop"
