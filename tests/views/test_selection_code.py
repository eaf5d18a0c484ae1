import datetime
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.data.frame import read_table
from medwidget.views.export.selection import selection_code

DAYS = [datetime.date(2020, 1, day) for day in range(1, 5)]
TIMES = [datetime.datetime(2020, 1, day, 12, tzinfo=datetime.UTC) for day in range(1, 5)]
LABELS = {
    "numbers": [3, 1, 2, 4],
    "fractions": [1.5, 0.1, -2.25, 1e9],
    "texts": ["b", "a'\"\\", "", "line\nbreak"],
    "truths": [True, False, True, False],
    "days": DAYS,
    "times": TIMES,
    "decimals": [Decimal("1.10"), Decimal("2.5"), Decimal("3"), Decimal("-1")],
}
MAKERS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def rows_of(frame, code, variable="data"):
    space = {variable: frame}
    exec(compile(code, "code", "exec"), space)
    found = space["rows"]
    assert type(found) is type(frame)
    return read_table(found).items("row", None)


def grouped(library, labels):
    return MAKERS[library]({"g": labels * 3, "row": list(range(3 * len(labels)))})


@pytest.mark.parametrize("library", MAKERS)
@pytest.mark.parametrize("kind", LABELS)
def test_code_keeps_the_rows_of_the_selected_groups(library, kind):
    labels = LABELS[kind]
    frame = grouped(library, labels)
    table = read_table(frame)
    assert table.library == library
    given_labels = table.items("g", [2, 1])
    code = selection_code("g", given_labels, "", table.library)
    wanted = [row for row in range(12) if labels[row % 4] in (labels[2], labels[1])]
    assert rows_of(frame, code) == wanted


@pytest.mark.parametrize("library", MAKERS)
def test_each_library_has_its_own_idiom(library):
    code = selection_code("g", [1, 2], "frame", library)
    idiom = {"pandas": ".isin(", "polars": ".is_in(selected)", "pyarrow": "pc.is_in("}[library]
    assert idiom in code
    assert rows_of(grouped(library, [1, 2, 3]), code, "frame") == [0, 1, 3, 4, 6, 7]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"g": pd.Categorical(["a", "b", "c"]), "row": range(3)}),
        pd.DataFrame({"g": pd.Series([1, "1", 2.5], dtype=object), "row": range(3)}),
        pd.DataFrame({"g": pd.array([1, None, 3], dtype="Int64"), "row": range(3)}),
        pd.DataFrame({"g": pd.date_range("2020", periods=3), "row": range(3)}),
        pl.DataFrame({"g": ["a", "b", "c"], "row": range(3)}).with_columns(
            pl.col("g").cast(pl.Categorical)
        ),
        pl.DataFrame({"g": [1, None, 3], "row": range(3)}),
        pa.table({"g": pa.array(["a", "b", "c"]).dictionary_encode(), "row": [0, 1, 2]}),
        pa.table({"g": pa.array([1, None, 3], pa.int8()), "row": [0, 1, 2]}),
    ],
    ids=str,
)
def test_every_kind_of_column_can_be_selected_by(frame):
    table = read_table(frame)
    code = selection_code("g", table.items("g", [2, 0]), "", table.library)
    assert rows_of(frame, code) == [0, 2]


@given(st.text(), st.lists(st.text(), min_size=1, max_size=3), st.text(max_size=8))
def test_names_and_labels_stay_what_they_are(name, labels, variable):
    frame = pd.DataFrame({name: [*labels, "\0other"], "row\0": range(len(labels) + 1)})
    code = selection_code(name, labels, variable)
    space = {"data": frame, variable: frame}
    exec(compile(code, "code", "exec"), space)
    assert space["rows"]["row\0"].tolist() == list(range(len(labels)))


def test_nothing_selected_is_no_code():
    assert selection_code("g", []) == ""


def test_frames_of_other_libraries_are_taken_for_like_pandas():
    assert selection_code("g", [1], "", "modin") == selection_code("g", [1])
