"""The table of columns, and the guess of the group column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from medwidget.data.describe import describe, guess_group
from medwidget.data.frame import read_table
from medwidget.datasets import dataset_info, list_datasets, load_dataset
from medwidget.errors import DataError
from tests.reference import frame

from .frames import LIBRARIES, grouped

COLUMNS = ["type", "level", "icc1", "icc2", "missing", "infinite", "distinct"]
COLUMNS += ["minimum", "maximum", "mean", "sd", "note"]


@pytest.mark.parametrize("name", list_datasets().index)
def test_the_group_column_of_every_data_set_is_guessed(name):
    info = dataset_info(name)
    described = describe(load_dataset(name))
    assert described.attrs["group"] == info.group
    assert "guessed" in described.loc[info.group, "note"]
    assert list(described.index) == list(info.columns)


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("exam", "school"),
        ("mlm_simdat", "L2id"),
        ("demo_twolevel", "cluster"),
        ("sim211_s103", "group"),
    ],
)
def test_guesses_on_other_data(name, group):
    assert guess_group(read_table(frame(name))) == group


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("group", [True, False] * 30),  # two values are a comparison, not groups
        ("id", list(range(60))),  # a row each
        ("id", np.linspace(0, 1, 20).repeat(3)),  # fractions measure something
        ("score", [1, 2, 3, 4] * 15),  # answers, whatever their number
        ("score", [1] * 20 + [2] * 20 + [3] * 20),  # so few blocks may be waves or answers
        ("group", [None] * 60),
        ("group", [[1]] * 60),
    ],
)
def test_columns_that_are_not_groups(column, values):
    data = grouped().drop(columns="g")
    data[column] = values
    assert guess_group(read_table(data)) is None


def test_unnamed_groups_are_known_by_their_blocks():
    data = grouped().rename(columns={"g": "q1"})
    assert guess_group(read_table(data)) == "q1"
    shuffled = data.sample(frac=1, random_state=1)
    assert guess_group(read_table(shuffled)) is None
    named = shuffled.rename(columns={"q1": "schoolId"})
    assert guess_group(read_table(named)) == "schoolId"


def test_the_table_says_what_each_column_is():
    data = grouped(
        w=np.repeat(np.arange(12.0), 5),
        text=["1", "2", None] * 20,
        nothing=np.nan,
        same=1,
        when=pd.Timestamp("2020-01-01"),
    )
    data.loc[0, "x"] = np.inf
    data["slip"] = data["w"].where(data.index != 7, -1.0)
    table = describe(data, "g")
    assert list(table.columns) == COLUMNS
    assert table.attrs["group"] == "g"
    assert table.index.name == "column"
    assert table["level"].to_dict() == {
        "g": "group",
        "x": "individual",
        "m": "individual",
        "y": "individual",
        "w": "group",
        "text": "individual",
        "nothing": "",
        "same": "group",
        "when": "",
        "slip": "individual",
    }
    notes = table["note"]
    assert notes["g"] == "groups the rows: 12 groups of 5 rows each"
    assert notes["x"] == ""
    assert "stored as text" in notes["text"]
    assert notes["nothing"] == "no value in any row"
    assert notes["same"] == "the same value in every row"
    assert "datetime64" in notes["when"]
    assert notes["slip"] == "varies within only 1 of 12 groups"
    assert table.loc["x", "infinite"] == 1
    assert table.loc["text", "missing"] == 20
    assert table.loc["m", "mean"] == pytest.approx(data["m"].mean())
    assert table.loc["m", "sd"] == pytest.approx(data["m"].std())
    assert table.loc["w", "distinct"] == 12


def test_without_groups_there_are_no_levels():
    data = grouped().drop(columns="g")
    table = describe(data)
    assert table.attrs["group"] is None
    assert set(table["level"]) == {""}
    assert table["icc1"].isna().all()
    assert table.loc["x", "sd"] == pytest.approx(data["x"].std())


def test_repeated_names_are_listed_with_a_remedy():
    data = pd.concat([grouped(), grouped()["y"]], axis=1)
    table = describe(data)
    assert table.loc["y", "note"].startswith("more than one column has this name")
    assert table.loc["x", "distinct"] == 60
    with pytest.raises(DataError, match="Rename all but one"):
        describe(data, "y")


def test_a_wrong_group_column_is_refused():
    with pytest.raises(DataError, match=r"'schol'.*Did you mean 'school'"):
        describe(grouped(school=1), "schol")
    with pytest.raises(DataError, match="cannot serve as labels"):
        describe(grouped(bad=[[1]] * 60), "bad")


@pytest.mark.parametrize("data", [pd.DataFrame(), grouped().iloc[:0]])
def test_an_empty_frame_is_described_as_empty(data):
    table = describe(data)
    assert len(table) == data.shape[1]
    assert (table["distinct"] == 0).all()


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gives_the_same_table(library):
    data = grouped(text=["a", "b", None] * 20)
    pd.testing.assert_frame_equal(describe(LIBRARIES[library](data)), describe(data))
