"""Data frames of many kinds, for the tests of this folder."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import strategies as st

from medwidget.spec.model import MediationModel

XMY = MediationModel("x", "m", "y", "g", random_slopes=())

LIBRARIES = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
}


def grouped(
    n_groups: int = 12, size: int = 5, seed: int = 1, offset: float = 0.0, **more: Any
) -> pd.DataFrame:
    """Return x, m, y in groups g, with group effects, and whatever columns are given beside."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(n_groups), size)
    frame = pd.DataFrame({"g": codes + 101})
    for name in "xmy":
        frame[name] = offset + rng.normal(size=n_groups)[codes] + rng.normal(size=len(codes))
    return frame.assign(**more)


numbers = st.one_of(
    st.floats(-1e3, 1e3, allow_subnormal=False),
    st.integers(-3, 3).map(float),
    st.just(float("nan")),
    st.just(float("inf")),
    st.just(float("-inf")),
    st.floats(0, 1).map(lambda value: 1e9 + value),
)
texts = st.one_of(st.none(), st.sampled_from(["a", "b", "", " 1 ", "2.5", "nan", "<b>", "ü"]))
cells = {
    "numbers": numbers,
    "constant": st.just(3.0),
    "nothing": st.just(float("nan")),
    "texts": texts,
    "booleans": st.booleans(),
    "holes": st.one_of(st.none(), st.booleans()),
    "mixed": st.one_of(st.none(), st.booleans(), st.integers(-2, 2), st.text(max_size=2)),
    "lists": st.lists(st.integers(), max_size=2),
    "complex": st.just(1 + 2j),
}
labels = st.one_of(
    st.integers(0, 3), st.sampled_from(["a", "b", "c"]), st.none(), st.just(101.0), st.booleans()
)


@st.composite
def any_frame(draw: st.DrawFn) -> pd.DataFrame:
    """Return a pandas frame with columns g, x, m, y, each of any kind."""
    n_rows = draw(st.integers(1, 12))
    frame = pd.DataFrame(index=range(n_rows))
    for name in "xmy":
        kind = draw(st.sampled_from(sorted(cells)))
        values = draw(st.lists(cells[kind], min_size=n_rows, max_size=n_rows))
        frame[name] = pd.Series(values, dtype=None if kind != "mixed" else object)
    groups = draw(st.lists(labels, min_size=n_rows, max_size=n_rows))
    frame["g"] = pd.Series(groups, dtype=draw(st.sampled_from([object, "category"])))
    return frame
