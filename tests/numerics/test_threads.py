"""The limit on BLAS threads, entered from several threads that overlap."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from medwidget._numerics.threads import one_blas_thread

threadpoolctl = pytest.importorskip("threadpoolctl")


def _threads() -> list[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    pools = threadpoolctl.threadpool_info()
    return [pool["num_threads"] for pool in pools if pool["user_api"] == "blas"]


def test_the_limit_is_lifted_by_the_last_to_leave() -> None:
    before = _threads()
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with one_blas_thread():
            inside.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with one_blas_thread():
        other.start()
        assert inside.wait(10)
        assert set(_threads()) == {1}
    assert set(_threads()) == {1}, "the other thread still holds it"
    leave.set()
    other.join(10)
    assert _threads() == before


def test_it_may_be_entered_again_and_is_lifted_after_an_error() -> None:
    before = _threads()

    def fail() -> None:
        with one_blas_thread(), one_blas_thread():
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _threads() == before
