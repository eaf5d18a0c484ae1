"""Independent pieces of work on threads, in order, until told to stop."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Thread
from typing import TypeVar

from medwidget._numerics.threads import one_blas_thread
from medwidget.intervals.protocol import Refit

__all__ = ["refits_in_chunk", "run_chunks"]

Result = TypeVar("Result")

# Refits between two looks at whether to stop: fewer with many groups, so that stopping is prompt.
MOST_REFITS = 20
GROUPS_IN_CHUNK = 10_000


def refits_in_chunk(refit: Refit) -> int:
    """Return how many refits make a piece of work: one, if the refit says that it is slow.

    A bootstrap gives each piece a random stream of its own, so this must not depend on the machine.
    """
    if getattr(refit, "slow", False):
        return 1
    return max(1, min(MOST_REFITS, GROUPS_IN_CHUNK // max(refit.n_groups, 1)))


def run_chunks(
    chunks: Sequence[Callable[[], Result]],
    go_on: Callable[[list[Result]], bool],
    workers: int | None = None,
) -> list[Result]:
    """Do pieces of work and return what is done, in the order of the pieces.

    Parameters
    ----------
    chunks : sequence of callables
        Independent of one another, so that the result does not depend on who does which.
    go_on : callable
        Called in the calling thread after every piece with the results so far; False stops.
    workers : int, optional
        Threads; by default one for each processor. Where threads cannot start, as in a browser, the
        work is done in the calling thread.
    """
    workers = min(workers or os.cpu_count() or 1, len(chunks))
    # held once around all threads: the limit is of the process, and undone by the first to finish
    with one_blas_thread():
        if workers > 1 and _threads_start():
            return _threaded(chunks, go_on, workers)
        return _inline(chunks, go_on)


def _threads_start() -> bool:
    try:
        Thread(target=int).start()
    except RuntimeError:
        return False
    return True


def _inline(
    chunks: Sequence[Callable[[], Result]], go_on: Callable[[list[Result]], bool]
) -> list[Result]:
    done: list[Result] = []
    for chunk in chunks:
        done.append(chunk())
        if not go_on(done):
            break
    return done


def _threaded(
    chunks: Sequence[Callable[[], Result]], go_on: Callable[[list[Result]], bool], workers: int
) -> list[Result]:
    done: dict[int, Result] = {}
    running: dict[Future[Result], int] = {}
    waiting = iter(enumerate(chunks))
    ordered: list[Result] = []
    with ThreadPoolExecutor(workers) as pool:
        going = True
        while True:
            while going and len(running) < workers:
                following = next(waiting, None)
                if following is None:
                    break
                running[pool.submit(following[1])] = following[0]
            if not running:
                return ordered
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done[running.pop(future)] = future.result()
            ordered = [done[position] for position in sorted(done)]
            going = going and go_on(ordered)
