"""What preparing many rows costs."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pandas as pd
import pytest

from medwidget.data.prepare import prepare

from .frames import XMY


@pytest.mark.parametrize("holes", [False, True])
def test_preparing_takes_at_most_twice_the_memory_of_the_columns(holes):
    n_rows = 1_000_000
    rng = np.random.default_rng(1)
    data = {name: rng.normal(size=n_rows) for name in "xmy"}
    if holes:
        for values in data.values():
            values[rng.integers(0, n_rows, n_rows // 100)] = np.nan
    frame = pd.DataFrame({"g": np.repeat(np.arange(10_000), 100), **data}, copy=False)
    prepare(XMY, frame.head(100))  # imports are not what is measured
    tracemalloc.start()
    prepared = prepare(XMY, frame)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert prepared.ledger.complete != holes
    assert peak <= 2 * n_rows * 4 * 8
