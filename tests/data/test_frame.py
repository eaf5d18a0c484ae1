"""The door for data frames."""

from __future__ import annotations

import datetime
import decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from medwidget.data.frame import read_table
from medwidget.errors import DataError, MedwidgetError

from .frames import LIBRARIES, grouped

NAN = float("nan")

PANDAS_COLUMNS = [
    # values, kind, numbers
    (pd.Series([1.5, NAN, np.inf]), "numeric", [1.5, NAN, np.inf]),
    (pd.Series([1, 2], dtype="int8"), "numeric", [1, 2]),
    (pd.Series([1, None], dtype="Int64"), "numeric", [1, NAN]),
    (pd.Series([1.5, None], dtype="Float64"), "numeric", [1.5, NAN]),
    (pd.Series([1.5, None], dtype="double[pyarrow]"), "numeric", [1.5, NAN]),
    (pd.Series([1, None], dtype="int64[pyarrow]"), "numeric", [1, NAN]),
    (
        pd.Series([decimal.Decimal("1.5"), None], dtype=pd.ArrowDtype(pa.decimal128(5, 2))),
        "numeric",
        [1.5, NAN],
    ),
    (pd.Series([1, 2], dtype=">f8"), "numeric", [1, 2]),
    (pd.Series([1.5, NAN], dtype="float16"), "numeric", [1.5, NAN]),
    (pd.Series([0.0, 2.0], dtype="Sparse[float64]"), "numeric", [0, 2]),
    (pd.Series([True, False]), "boolean", [1, 0]),
    (pd.Series([True, None], dtype="boolean"), "boolean", [1, NAN]),
    (pd.Series([True, None], dtype=object), "boolean", [1, NAN]),
    (pd.Series([1, 2.5, None], dtype=object), "numeric", [1, 2.5, NAN]),
    (pd.Series([True, 2.5, pd.NA], dtype=object), "numeric", [1, 2.5, NAN]),
    (pd.Series([decimal.Decimal("1.5"), None], dtype=object), "numeric", [1.5, NAN]),
    (pd.Series([10**400, -(10**400)], dtype=object), "numeric", [np.inf, -np.inf]),
    (pd.Series([None, None], dtype=object), "numeric", [NAN, NAN]),
    (pd.Series([None, None], dtype="str"), "numeric", [NAN, NAN]),
    (pd.Series([" 1", "2e3 ", None]), "number-as-text", None),
    (pd.Series(["1", 2, None], dtype=object), "number-as-text", None),
    (pd.Series(["1", "two"]), "categorical", None),
    (pd.Series(["1"] * 150 + ["two"]), "categorical", None),
    (pd.Series(["one", 2], dtype=object), "categorical", None),
    (pd.Series(["a", "b"], dtype="category"), "categorical", None),
    (pd.Series([2, 1], dtype="category"), "categorical", None),
    (pd.Series(pd.to_datetime(["2020-01-01", None])), "unsupported", None),
    (pd.Series([datetime.date(2020, 1, 1)], dtype=object), "unsupported", None),
    (pd.Series([datetime.timedelta(1)]), "unsupported", None),
    (pd.Series([1 + 2j]), "unsupported", None),
    (pd.Series([1 + 2j, "a"], dtype=object), "unsupported", None),
    (pd.Series([[1], [2]]), "unsupported", None),
    (pd.Series([b"1"], dtype=object), "unsupported", None),
]


@pytest.mark.parametrize(("values", "kind", "expected"), PANDAS_COLUMNS)
def test_pandas_columns_of_every_kind(values, kind, expected):
    table = read_table(pd.DataFrame({"c": values}))
    assert table.kind("c") == kind
    assert table.dtype("c") == str(values.dtype)
    if expected is None:
        with pytest.raises(DataError, match="cannot be read as numbers"):
            table.numbers("c")
    else:
        numbers = table.numbers("c")
        assert numbers.dtype == np.float64
        np.testing.assert_array_equal(numbers, expected)
        np.testing.assert_array_equal(table.missing("c"), np.isnan(expected))


POLARS_COLUMNS = [
    (pl.Series([1, None]), "numeric", [1, NAN]),
    (pl.Series([1.5, NAN, None]), "numeric", [1.5, NAN, NAN]),
    (pl.Series([2**53 + 2], dtype=pl.UInt64), "numeric", [2**53 + 2]),
    (pl.Series([decimal.Decimal("1.5"), None]), "numeric", [1.5, NAN]),
    (pl.Series([True, None]), "boolean", [1, NAN]),
    (pl.Series([None, None]), "numeric", [NAN, NAN]),
    (pl.Series([None], dtype=pl.String), "numeric", [NAN]),
    (pl.Series(["1", None]), "number-as-text", None),
    (pl.Series(["a"], dtype=pl.Categorical), "categorical", None),
    (pl.Series(["b"], dtype=pl.Enum(["b", "a"])), "categorical", None),
    (pl.Series([datetime.date(2020, 1, 1)]), "unsupported", None),
    (pl.Series([datetime.timedelta(1)]), "unsupported", None),
    (pl.Series([[1]]), "unsupported", None),
    (pl.Series([{"a": 1}]), "unsupported", None),
]


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
@pytest.mark.parametrize(("values", "kind", "expected"), POLARS_COLUMNS)
def test_polars_and_pyarrow_columns_of_every_kind(library, values, kind, expected):
    frame = pl.DataFrame({"c": values})
    table = read_table(frame if library == "polars" else frame.to_arrow())
    assert table.kind("c") == kind
    if expected is not None:
        np.testing.assert_array_equal(table.numbers("c"), expected)


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gives_the_same(library):
    frame = grouped(text=["a", "b", None, "c"] * 15, flag=[True, False, None, True] * 15)
    frame["category"] = pd.Categorical(["low", "high", "mid"] * 20, ["low", "mid", "high"])
    frame.loc[3, "x"] = np.nan
    table = read_table(LIBRARIES[library](frame))
    assert table.names == tuple(frame.columns)
    assert table.n_rows == 60
    for name in ("g", "x", "m", "y"):
        np.testing.assert_array_equal(table.numbers(name), frame[name])
    assert table.labels("text").tolist() == ["a", "b", None, "c"] * 15
    assert table.kind("flag") == "boolean"
    assert table.labels("category").tolist() == ["low", "high", "mid"] * 20


def test_floats_are_a_view_of_the_frame():
    frame = grouped()
    for data in (frame, pl.from_pandas(frame)):
        assert np.shares_memory(read_table(data).numbers("x"), data["x"].to_numpy())


def test_repeated_names_cost_only_their_own_columns():
    frame = pd.DataFrame([[1, 2, 3], [4, 5, 6]], columns=["a", "b", "a"])
    for data in (frame, pa.table([[1, 4], [2, 5], [3, 6]], names=["a", "b", "a"])):
        table = read_table(data)
        assert table.names == ("b",)
        assert table.duplicated == ("a",)
        assert "a" not in table
        np.testing.assert_array_equal(table.numbers("b"), [2, 5])
        with pytest.raises(DataError, match="More than one column is called 'a'"):
            table.numbers("a")


def test_names_that_are_not_strings_become_text_unless_they_clash():
    table = read_table(pd.DataFrame([[1, 2, 3, 4]], columns=[0, "1", 1, ("a", "b")]))
    assert table.names == ("0", "('a', 'b')")
    assert table.duplicated == ("1",)


@pytest.mark.parametrize("name", ["", " ", "a~b", "<script>", "π", "x" * 500, "group by;", "\n"])
def test_hostile_names_are_names(name):
    table = read_table(pd.DataFrame({name: [1.0, 2.0], "other": [3.0, 4.0]}))
    np.testing.assert_array_equal(table.numbers(name), [1, 2])


def test_an_unknown_column_is_named_with_the_nearest_one():
    with pytest.raises(DataError, match=r"no column 'stres'.*Did you mean 'stress'"):
        read_table(pd.DataFrame({"stress": [1.0]})).numbers("stres")


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (pl.LazyFrame({"a": [1]}), r"\.collect\(\)"),
        ({"a": [1]}, r"pandas\.DataFrame\(data\)"),
        ("file.csv", r"pandas\.read_csv\('file\.csv'\)"),
        (np.zeros((2, 2)), r"columns=\[\.\.\.\]"),
        (pd.Series([1.0]), "pandas or polars DataFrame"),
        (None, "pandas or polars DataFrame"),
        (3, "pandas or polars DataFrame"),
    ],
)
def test_what_is_not_a_frame_is_refused_with_a_remedy(data, remedy):
    with pytest.raises(DataError, match=remedy) as caught:
        read_table(data)
    assert isinstance(caught.value, MedwidgetError)


def test_reading_changes_nothing():
    frame = grouped(text=["a"] * 60)
    before = frame.copy(deep=True)
    table = read_table(frame)
    for name in table.names:
        table.labels(name)
        table.kind(name)
    pd.testing.assert_frame_equal(frame, before)
