"""Numbering of groups."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.data import groups
from medwidget.data.frame import read_table
from medwidget.data.groups import first_rows, group_rows, renumber

from .frames import LIBRARIES

D1, D2 = datetime.date(2020, 5, 1), datetime.date(2019, 1, 1)

COLUMNS = [
    pd.Series([3, 1, 3, 2]),
    pd.Series([3, 3, 3, 1, 1, 1]),
    pd.Series([103.0, 101.0, None, 103.5]),
    pd.Series([2**60 + 1, 2**60, None, 2**60 + 1], dtype="Int64"),
    pd.Series(["b", "a", None, "b"]),
    pd.Series(["b", 1, None, "b", 2.5], dtype=object),
    pd.Series([True, False, True]),
    pd.Series([True, False, None], dtype="boolean"),
    pd.Series(["b", "a", None, "b"], dtype=pd.CategoricalDtype(["a", "b", "unused"])),
    pd.Series([D1, D2, None, D1], dtype=object),
    pd.Series(pd.to_datetime([D1, D2, None, D1])),
    pd.Series([(1, 2), (1, 3), (1, 2)]),
    pd.Series([2, 1], dtype=">i4"),
    pd.Series([2.5, 1, 2.5], dtype=">f8"),
    pd.Series([2.5, 1, 2.5, None], dtype="float16"),
    pd.Series([2, 0, 2], dtype="Sparse[int64]"),
    pd.Series([None, None], dtype=object),
    pl.Series([3, None, 1, 3]),
    pl.Series([2**60 + 1, None, 2**60]),
    pl.Series(["b", "a", None, "b"]),
    pl.Series(["b", "a", None, "b"], dtype=pl.Categorical),
    pl.Series([D1, D2, None, D1]),
    pl.Series([True, None, False]),
    pl.Series([float("nan"), 1.5, None, 1.5]),
]


def expected_groups(values: list[object]) -> tuple[list[int], list[object]]:
    known: list[object] = []
    codes = []
    for value in values:
        if value is None or pd.isna(value) is True:
            codes.append(-1)
        else:
            if value not in known:
                known.append(value)
            codes.append(known.index(value))
    return codes, known


@pytest.mark.parametrize("column", COLUMNS)
def test_labels_are_kept_as_given_in_order_of_appearance(column):
    is_pandas = isinstance(column, pd.Series)
    frame = pd.DataFrame({"g": column}) if is_pandas else pl.DataFrame([column.alias("g")])
    values = [v.item() if isinstance(v, np.generic) else v for v in column.to_list()]
    codes, labels = expected_groups(values)
    found = group_rows(read_table(frame), "g")
    assert found.codes.tolist() == codes
    assert found.codes.dtype == np.intp
    assert found.labels == labels
    assert [type(label) for label in found.labels] == [type(label) for label in labels]
    assert found.n_groups == len(labels)
    assert found.n_missing == codes.count(-1)


def test_pyarrow_labels_with_holes_stay_whole_numbers():
    found = group_rows(read_table(pa.table({"g": pa.chunked_array([[7, None], [7, 5]])})), "g")
    assert found.labels == [7, 5]
    assert found.codes.tolist() == [0, -1, 0, 1]


def test_values_that_cannot_be_labels_give_none():
    assert group_rows(read_table(pd.DataFrame({"g": [[1], [2]]})), "g") is None
    assert group_rows(read_table(pl.DataFrame({"g": [[1], [2]]})), "g") is None


@pytest.mark.parametrize("library", LIBRARIES)
@given(values=st.lists(st.one_of(st.integers(0, 4), st.none()), max_size=40), as_text=st.booleans())
def test_any_order_and_any_piece_size(library, values, as_text):
    texts = [None if value is None else f"t{value}" for value in values]
    column = pd.Series(texts, dtype="str") if as_text else pd.Series(values, dtype="Int64")
    table = read_table(LIBRARIES[library](pd.DataFrame({"g": column})))
    codes, labels = expected_groups(texts if as_text else values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medwidget.data.frame.PIECE", 7)
        patch.setattr(groups, "PIECE", 7)
        found = group_rows(table, "g")
        first = first_rows(found.codes, found.n_groups)
    assert found.codes.tolist() == codes
    assert found.labels == labels
    assert first.tolist() == [codes.index(group) for group in range(len(labels))]


def test_renumbering_closes_gaps_and_keeps_the_order():
    codes, kept = renumber(np.array([4, 1, 4, 3]), 6)
    assert codes.tolist() == [2, 0, 2, 1]
    assert kept.tolist() == [1, 3, 4]
    codes, kept = renumber(np.array([1, 0]), 2)
    assert codes.tolist() == [1, 0]
    assert kept.tolist() == [0, 1]
