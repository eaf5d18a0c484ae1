"""Descriptions of columns: levels, spreads, intraclass correlations."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.data.columns import frame_info
from medwidget.data.frame import read_table
from medwidget.datasets import load_dataset
from medwidget.spec.levels import Level
from tests.reference import case, frame

from .frames import LIBRARIES, any_frame, grouped

BUNDLED = {
    "blch9": "diary",
    "bh1996": "army",
    "hsb82": "schools",
    "student": "students",
    "bpg06": "bpg",
}
ICC = case("d09_icc")


def reference_frame(name: str) -> pd.DataFrame:
    return load_dataset(BUNDLED[name]) if name in BUNDLED else frame(name)


@pytest.mark.parametrize("name", ICC["results"])
def test_intraclass_correlations_of_reference_data(name):
    info = frame_info(read_table(reference_frame(name)), ICC["groups"][name])
    for column, expected in ICC["results"][name].items():
        found = info.columns[column]
        anova = expected["anova"]
        assert info.group.n_groups == expected["n_groups"]
        assert info.n_rows == expected["N"]
        assert found.icc1 == pytest.approx(anova["ICC1_n0"], abs=1e-8)
        assert found.icc2 == pytest.approx(anova["ICC2"], rel=1e-9, abs=1e-8)
        assert found.sd_within == pytest.approx(math.sqrt(anova["MSW"]), rel=1e-9)


@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_spreads_are_those_of_pandas(offset):
    data = grouped(offset=offset)
    data.loc[[0, 7, 8, 20], "x"] = np.nan
    found = frame_info(read_table(data), "g").columns["x"]
    by_group = data.groupby("g")["x"]
    within = data["x"] - by_group.transform("mean")
    assert found.mean == pytest.approx(data["x"].mean(), rel=1e-14)
    assert found.sd == pytest.approx(data["x"].std(), rel=1e-6)
    assert found.sd_between == pytest.approx(by_group.mean().std(), rel=1e-6)
    assert found.sd_within == pytest.approx(math.sqrt((within**2).sum() / (56 - 12)), rel=1e-6)
    assert (found.minimum, found.maximum) == (data["x"].min(), data["x"].max())
    assert (found.n_missing, found.n_infinite, found.n_distinct) == (4, 0, 56)


def test_icc_with_unequal_groups_follows_the_formula():
    data = grouped().iloc[[0, 1, 2, 5, 6, 10, 15, 16, 17, 18]]
    sizes = np.array([3, 2, 1, 4])
    groups = [values.to_numpy() for _, values in data.groupby("g")["x"]]
    means = np.array([values.mean() for values in groups])
    ms_between = sizes @ (means - data["x"].mean()) ** 2 / 3
    ms_within = sum(((v - v.mean()) ** 2).sum() for v in groups) / 6
    n0 = (10 - (sizes**2).sum() / 10) / 3
    found = frame_info(read_table(data), "g").columns["x"]
    assert found.icc1 == pytest.approx(
        (ms_between - ms_within) / (ms_between + (n0 - 1) * ms_within), rel=1e-12
    )
    assert found.icc2 == pytest.approx((ms_between - ms_within) / ms_between, rel=1e-12)


def test_levels_follow_from_the_values():
    data = grouped()
    codes = data["g"].to_numpy()
    data["w"] = codes / 7
    data["sex"] = np.where(np.arange(60) % 2, "f", "m")
    data["type"] = np.where(codes % 3 == 0, "big", "small")
    data["slip"] = data["w"].where(data.index != 3, 0.5)
    data["flag"] = codes % 2 == 0
    info = frame_info(read_table(data), "g")
    levels = {name: column.level for name, column in info.columns.items()}
    individual = {"x", "m", "y", "sex", "slip"}
    expected = {name: Level.INDIVIDUAL if name in individual else Level.GROUP for name in data}
    assert levels == expected
    assert info.columns["slip"].n_varying_groups == 1
    assert info.columns["w"].icc1 == info.columns["w"].icc2 == 1
    assert info.columns["w"].sd_within == 0
    assert info.columns["flag"].categories == (False, True)
    assert info.columns["type"].categories == ("small", "big")
    assert info.columns["sex"].n_varying_groups == 12


def test_categories_are_the_values_in_use_in_the_order_of_the_data():
    declared = pd.Categorical(["mid", "low", "mid"], ["low", "mid", "high"])
    data = pd.DataFrame({"c": declared, "n": [2, 0, 2], "many": [0.1, 0.2, 0.3], "t": list("zaz")})
    columns = frame_info(read_table(data)).columns
    assert columns["c"].categories == ("low", "mid")
    assert columns["n"].categories == (2, 0)
    assert all(isinstance(value, int) for value in columns["n"].categories)
    assert columns["t"].categories == ("z", "a")
    long = pd.DataFrame({"n": range(21), "t": [f"t{i}" for i in range(21)]})
    for info in frame_info(read_table(long)).columns.values():
        assert info.n_distinct == 21
        assert info.categories == ()


def test_categories_that_appear_late_and_among_dropped_rows():
    values = np.repeat([5, 7, 6], [2000, 3000, 10])
    column = pd.Series(values, dtype="Int64").where(np.arange(5010) % 7 > 0)
    assert frame_info(read_table(pd.DataFrame({"n": column}))).columns["n"].categories == (5, 7, 6)


def test_polars_categories_come_in_order_of_appearance_unless_declared():
    before = pl.Series(["aa", "zz"], dtype=pl.Categorical)  # polars may keep these for later
    data = pl.DataFrame(
        {
            "free": pl.Series(["zz", "aa", "zz"], dtype=pl.Categorical),
            "declared": pl.Series(["zz", "aa", "zz"], dtype=pl.Enum(["qq", "aa", "zz"])),
        }
    )
    columns = frame_info(read_table(data)).columns
    assert len(before) == 2
    assert columns["free"].categories == ("zz", "aa")
    assert columns["declared"].categories == ("aa", "zz")


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_is_described_alike(library):
    data = grouped(text=["a", "b", None, "c"] * 15)
    data["category"] = pd.Categorical(["low", "high", "mid"] * 20, ["low", "mid", "high"])
    data.loc[5, "m"] = np.inf
    data.loc[6, "y"] = np.nan
    expected = frame_info(read_table(data), "g")
    found = frame_info(read_table(LIBRARIES[library](data)), "g")
    assert found.group == expected.group
    for name, info in expected.columns.items():
        other = found.columns[name]
        left, right = vars(info).copy(), vars(other).copy()
        for record in (left, right):
            record.pop("dtype")
        if library == "polars" and name == "category":  # its order is not declared
            left["categories"], right["categories"] = set(info.categories), set(other.categories)
        pd.testing.assert_series_equal(pd.Series(left), pd.Series(right))


def test_one_group_and_groups_of_one_have_no_icc():
    data = grouped(n_groups=1)
    found = frame_info(read_table(data), "g")
    assert math.isnan(found.columns["x"].icc1)
    assert found.columns["x"].sd_within == pytest.approx(data["x"].std())
    assert math.isnan(found.columns["x"].sd_between)
    data = grouped(n_groups=8, size=1)
    found = frame_info(read_table(data), "g")
    assert found.group.n_singletons == 8
    assert found.columns["x"].level is Level.GROUP
    assert math.isnan(found.columns["x"].icc1)
    assert math.isnan(found.columns["x"].sd_within)
    assert found.columns["x"].sd_between == pytest.approx(data["x"].std())


def test_equal_group_means_give_a_negative_icc1_and_no_icc2():
    data = grouped()
    data["x"] -= data.groupby("g")["x"].transform("mean")
    found = frame_info(read_table(data), "g").columns["x"]
    assert found.icc1 == pytest.approx(-1 / 4)  # -1 / (n - 1): the least it can be
    assert math.isnan(found.icc2)
    assert found.sd_between < 1e-12 * found.sd


def test_rows_without_a_group_are_left_out():
    data = grouped()
    data["g"] = data["g"].where(data.index > 6).astype("Int64")
    found = frame_info(read_table(data), "g")
    expected = frame_info(read_table(data.iloc[7:]), "g")
    assert found.columns["g"].n_missing == 7
    assert found.group == expected.group
    assert found.columns["x"].mean == expected.columns["x"].mean
    assert found.columns["x"].icc1 == expected.columns["x"].icc1


@pytest.mark.parametrize("library", ["polars", "pandas"])
@given(data=any_frame(), group=st.sampled_from(["g", None, "absent"]))
def test_any_frame_can_be_described(library, data, group):
    try:
        given_frame = LIBRARIES[library](data)
    except Exception:  # what polars cannot hold, it cannot give
        return
    info = frame_info(read_table(given_frame), group)
    assert set(info.columns) == set(data.columns)
    for name, column in info.columns.items():
        assert 0 <= column.n_missing + column.n_infinite <= len(data)
        assert len(column.categories) in {0, column.n_distinct}
        if column.kind == "numeric" and name != "g" and column.n_distinct:
            assert column.minimum <= column.maximum
        if column.n_distinct > 1 and group == "g" and column.level is Level.GROUP and name != "g":
            assert column.n_varying_groups == 0
    assert (info.group is None) == (group != "g")
