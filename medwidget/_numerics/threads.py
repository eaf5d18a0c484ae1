"""Threads: none of BLAS's own while many small matrices are at work, several for large pieces."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

__all__ = ["in_turn", "one_blas_thread"]

Piece = TypeVar("Piece")
Found = TypeVar("Found")

# Below so many points of work a thread costs more than it gives: numpy lets others run only while
# it is inside an array.
WORTH_THREADS = 200_000
# Two for arithmetic leave a core of most machines to whoever waits for an answer.
THREADS = min(4, max(1, os.cpu_count() or 1))


@cache
def _controller() -> Any:
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:  # a platform without threads
        return None
    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread inside the block."""
    controller = _controller()
    if controller is None:
        yield
        return
    with controller.limit(limits=1, user_api="blas"):
        yield


def in_turn(
    function: Callable[[Piece], Found], pieces: Sequence[Piece], work: int
) -> Iterator[Found]:
    """Yield the function of each piece, in order, by several threads where the work is worth it.

    Parameters
    ----------
    function : callable
    pieces : sequence
    work : int
        Points of arrays over all pieces.
    """
    threads = min(THREADS, len(pieces))
    if threads < 2 or work < WORTH_THREADS:
        yield from map(function, pieces)
        return
    pool = ThreadPoolExecutor(threads, thread_name_prefix="medwidget-numbers")
    try:
        yield from pool.map(function, pieces)
    finally:
        pool.shutdown(cancel_futures=True)
