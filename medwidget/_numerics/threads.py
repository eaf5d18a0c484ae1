"""One BLAS thread while many small matrices are at work: two make them slower, not faster."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

__all__ = ["one_blas_thread"]

# The limit is of the process: the first that asks for it sets it, the last to leave lifts it.
_lock = threading.Lock()
_held: list[Any] = []
_limit: list[Any] = []


@cache
def _controller() -> Any:
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:  # a platform without threads
        return None
    return ThreadpoolController()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread inside the block, from however many threads it is entered."""
    controller = _controller()
    if controller is None:
        yield
        return
    token = object()
    with _lock:
        if not _held:
            _limit.append(controller.limit(limits=1, user_api="blas"))
        _held.append(token)
    try:
        yield
    finally:
        with _lock:
            _held.remove(token)
            if not _held:
                _limit.pop().restore_original_limits()
