"""Preparation of a frame for a model."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.data.columns import frame_info
from medwidget.data.frame import read_table
from medwidget.data.ledger import Ledger
from medwidget.data.moments import product_key
from medwidget.data.prepare import prepare, with_products
from medwidget.datasets import load_dataset
from medwidget.errors import DataError
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel

from .frames import LIBRARIES, XMY, any_frame, grouped

DIARY = MediationModel("fwkstrs", "fwkdis", "freldis", "id")


def codes_of(problems) -> list[tuple[str, str | None, int | None]]:
    return [(problem.code, problem.column, problem.count) for problem in problems]


def test_complete_data_are_used_as_they_are():
    data = load_dataset("diary")
    prepared = prepare(DIARY, data)
    assert prepared.problems == ()
    assert prepared.ledger.complete
    assert prepared.ledger.sentences() == ["All 2,100 rows and all 100 groups are used."]
    assert prepared.labels == tuple(range(101, 201))
    assert prepared.frame.n_rows == prepared.rows.n_rows == prepared.moments.n_rows == 2100
    assert prepared.frame.group.mean_size == 21
    assert list(prepared.frame.columns) == ["fwkstrs", "fwkdis", "freldis", "id"]
    assert prepared.moments.keys == (("fwkstrs", None), ("fwkdis", None), ("freldis", None))
    by_group = data.groupby("id")["fwkdis"]
    np.testing.assert_allclose(prepared.moments.means[:, 1], by_group.mean(), rtol=1e-14)
    np.testing.assert_allclose(prepared.moments.products[:, 1, 1], 20 * by_group.var(), rtol=1e-12)
    assert np.shares_memory(prepared.rows.values["fwkdis", None], data["fwkdis"].to_numpy())


def test_descriptions_are_those_of_the_whole_frame():
    data = load_dataset("schools")
    model = MediationModel("minority", "ses", "mathach", "school", moderators={"b": "catholic"})
    expected = frame_info(read_table(data), "school")
    prepared = prepare(model, data)
    assert prepared.frame.group == expected.group
    for name, info in prepared.frame.columns.items():
        other = pd.Series(vars(expected.columns[name]))
        pd.testing.assert_series_equal(pd.Series(vars(info)), other)


def test_rows_are_dropped_listwise_with_an_account_of_every_reason():
    data = grouped()
    data["g"] = data["g"].astype("Int64")
    data.loc[[0, 1, 12], "x"] = np.nan
    data.loc[[1, 13], "y"] = np.nan
    data.loc[[14], "m"] = -np.inf
    data.loc[[20, 21], "g"] = pd.NA
    data["unrelated"] = np.nan
    data.loc[25:29, "m"] = np.nan  # all of group 106
    prepared = prepare(XMY, data)
    kept = data.drop(index=[0, 1, 12, 13, 14, 20, 21, 25, 26, 27, 28, 29])
    ledger = prepared.ledger
    assert (ledger.n_rows_total, ledger.n_rows_used) == (60, 48)
    assert (ledger.n_groups_total, ledger.n_groups_used) == (12, 11)
    assert [(d.reason, d.column, d.count) for d in ledger.dropped] == [
        ("missing", "x", 3),
        ("missing", "m", 5),
        ("infinite", "m", 1),
        ("missing", "y", 2),
        ("missing-group", "g", 2),
    ]
    assert [(lost.label, lost.why) for lost in ledger.lost_groups] == [
        (106, "missing or infinite values of 'm'")
    ]
    assert codes_of(prepared.problems) == [
        ("rows-dropped", "x", 3),
        ("rows-dropped", "m", 5),
        ("infinite-values", "m", 1),
        ("rows-dropped", "y", 2),
        ("missing-group", "g", 2),
        ("groups-lost", None, 1),
    ]
    assert all(problem.severity == "warning" and problem.remedy for problem in prepared.problems)
    assert prepared.labels == (101, 102, 103, 104, 105, *range(107, 113))
    np.testing.assert_array_equal(prepared.rows.values["m", None], kept["m"])
    info = prepared.frame.columns["x"]
    assert (info.n_missing, info.n_distinct) == (3, 48)
    assert info.mean == pytest.approx(kept["x"].mean(), rel=1e-13)
    expected = prepare(XMY, kept)
    assert prepared.frame.group == expected.frame.group
    np.testing.assert_array_equal(prepared.moments.products, expected.moments.products)
    np.testing.assert_array_equal(prepared.rows.codes, expected.rows.codes)


def test_a_ledger_survives_json():
    data = grouped()
    data["g"] = pd.to_datetime("2020-01-01") + pd.to_timedelta(data["g"], unit="D")
    data.loc[0:4, "x"] = np.nan
    data.loc[7, "y"] = np.inf
    ledger = prepare(XMY, data).ledger
    record = json.loads(json.dumps(ledger.to_dict(), allow_nan=False))
    again = Ledger.from_dict(record)
    assert again.to_dict() == ledger.to_dict()
    assert again.sentences() == ledger.sentences()
    assert again.lost_groups[0].label == "2020-04-11 00:00:00"
    assert ledger.sentences() == [
        "54 of 60 rows and 11 of 12 groups are used.",
        "5 rows have no value of 'x'.",
        "1 row has an infinite value of 'y'.",
        "Groups without any usable row: '2020-04-11 00:00:00' (missing or infinite values of 'x').",
    ]


def test_other_columns_can_be_asked_to_be_complete():
    data = grouped(z=[np.nan, *range(59)], t=["a", None] * 30)
    assert prepare(XMY, data, also=["z"]).frame.n_rows == 59
    both = prepare(XMY, data, also=["z", "t", "absent", "x", "g"])
    assert both.frame.n_rows == 29
    assert set(both.frame.columns) == {"x", "m", "y", "g"}
    assert codes_of(both.problems) == [("rows-dropped", "z", 1), ("rows-dropped", "t", 30)]


def test_categories_become_indicators_of_all_but_the_first():
    sex = ["f", "m", "f", None, "x"] * 12
    model = MediationModel("x", "m", "y", "g", covariates=["sex"], moderators={"b": "kind"})
    data = grouped(sex=sex)
    data["kind"] = pd.Categorical(
        np.where(data["g"] % 2, "odd", "even"), ["odd", "never", "even"], ordered=True
    )
    prepared = prepare(model, data)
    assert prepared.frame.n_rows == 48
    assert prepared.frame.columns["sex"].categories == ("f", "m", "x")
    assert prepared.frame.columns["sex"].level is Level.INDIVIDUAL
    assert prepared.frame.columns["kind"].categories == ("odd", "even")
    assert prepared.frame.columns["kind"].level is Level.GROUP
    keys = prepared.moments.keys[3:]
    assert keys == (("sex", "m"), ("sex", "x"), ("kind", "even"))
    kept = data.dropna()
    np.testing.assert_array_equal(prepared.rows.values["sex", "x"], kept["sex"] == "x")
    np.testing.assert_array_equal(prepared.rows.values["kind", "even"], kept["kind"] == "even")
    assert prepared.moments.varying[3:].tolist() == [12, 12, 0]


def test_booleans_are_numbers():
    prepared = prepare(XMY, grouped(x=[True, False, False] * 20))
    assert prepared.frame.columns["x"].kind == "boolean"
    assert prepared.frame.columns["x"].categories == (True, False)
    assert prepared.frame.columns["x"].mean == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a", None] * 30, "categorical"),
        (["1", None] * 30, "number-as-text"),
        ([[1], None] * 30, "unsupported"),
        ([np.nan] * 60, "numeric"),
        ([np.inf, np.nan] * 30, "numeric"),
    ],
)
def test_columns_that_cannot_be_used_cost_no_rows(values, kind):
    prepared = prepare(XMY, grouped(m=values))
    assert prepared.frame.n_rows == 60
    info = prepared.frame.columns["m"]
    assert info.kind == kind
    assert info.n_missing + info.n_infinite >= 30
    assert ("m", None) not in prepared.moments
    assert prepared.problems == ()


def test_absent_and_repeated_columns_are_absent():
    data = grouped().drop(columns="m")
    prepared = prepare(XMY, data)
    assert set(prepared.frame.columns) == {"x", "y", "g"}
    repeated = pd.concat([grouped(), data["y"]], axis=1)
    prepared = prepare(XMY, repeated)
    assert set(prepared.frame.columns) == {"x", "m", "g"}
    assert prepared.frame.duplicated == ("y",)


def test_without_a_group_column_there_are_no_groups():
    data = grouped()
    prepared = prepare(XMY, data.drop(columns="g"))
    assert prepared.frame.group is None
    assert prepared.moments.n_groups == 0
    assert prepared.labels == ()
    assert prepared.frame.n_rows == 60
    info = prepared.frame.columns["x"]
    assert info.level is None
    assert info.mean == pytest.approx(data["x"].mean())
    assert info.sd == pytest.approx(data["x"].std())
    assert np.isnan(info.icc1)
    assert np.isnan(info.sd_within)


def test_a_group_column_of_lists_is_refused_as_such():
    prepared = prepare(XMY, grouped(g=[[1]] * 60))
    assert prepared.frame.group is None
    assert prepared.frame.columns["g"].kind == "unsupported"
    assert codes_of(prepared.problems) == [("unusable-group-column", "g", None)]
    assert prepared.problems[0].severity == "error"


@pytest.mark.parametrize("with_group", [True, False])
def test_no_row_left(with_group):
    data = grouped()
    data.loc[data.index % 2 == 0, "x"] = np.nan
    data.loc[data.index % 2 == 1, "y"] = np.nan
    prepared = prepare(XMY, data if with_group else data.drop(columns="g"))
    assert prepared.frame.n_rows == 0
    assert prepared.moments.n_groups == 0
    assert prepared.labels == ()
    assert prepared.frame.columns["x"].n_missing == 30
    assert np.isnan(prepared.frame.columns["x"].mean)
    assert len(prepared.ledger.lost_groups) == (12 if with_group else 0)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_values_whose_squares_are_out_of_range_are_reported(scale):
    data = grouped()
    data["m"] *= scale
    assert codes_of(prepare(XMY, data).problems) == [("extreme-scale", "m", None)]
    assert prepare(XMY, grouped(offset=1e9)).problems == ()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (grouped().iloc[:0], "has no rows"),
        (pd.DataFrame(index=range(3)), "has no columns"),
        (pl.DataFrame(), "has no rows"),
        ({"x": [1]}, "must be a data frame"),
    ],
)
def test_what_holds_nothing_is_refused(data, message):
    with pytest.raises(DataError, match=message):
        prepare(XMY, data)


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gives_the_same(library):
    data = grouped(text=["a", "b", None, "c"] * 15, count=list(range(60)))
    data["x"] = data["x"].where(data.index != 7)
    model = MediationModel("x", "m", "y", "g", covariates=["text", "count"])
    expected, found = prepare(model, data), prepare(model, LIBRARIES[library](data))
    assert found.labels == expected.labels
    assert found.ledger == expected.ledger
    assert found.moments.keys == expected.moments.keys
    np.testing.assert_array_equal(found.moments.products, expected.moments.products)
    np.testing.assert_array_equal(found.rows.codes, expected.rows.codes)


@given(st.integers(0, 2**32))
def test_the_order_of_rows_changes_only_the_order_of_labels(seed):
    data = grouped(n_groups=7)
    data.loc[[3, 9], "m"] = np.nan
    shuffled = data.sample(frac=1, random_state=np.random.default_rng(seed))
    first, second = prepare(XMY, data), prepare(XMY, shuffled)
    assert second.labels == tuple(dict.fromkeys(shuffled["g"].tolist()))
    order = [second.labels.index(label) for label in first.labels]
    again = second.moments.select(order)
    np.testing.assert_allclose(again.means, first.moments.means, rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(again.products, first.moments.products, rtol=1e-12, atol=1e-13)
    for name, info in first.frame.columns.items():
        assert second.frame.columns[name].icc1 == pytest.approx(info.icc1, nan_ok=True)
        assert second.frame.columns[name].level == info.level


def test_products_are_added_to_rows_and_moments():
    data = grouped(w=np.repeat(np.arange(12.0), 5), sex=["f", "m", "m"] * 20)
    model = MediationModel("x", "m", "y", "g", moderators={"a": ["w", "sex"]})
    prepared = with_products(prepare(model, data), [("x", "w"), ("x", ("sex", "m"))])
    position = prepared.moments.position(product_key("x", ("sex", "m")))
    values = data["x"] * (data["sex"] == "m")
    np.testing.assert_allclose(
        prepared.moments.means[:, position], values.groupby(data["g"]).mean(), rtol=1e-12
    )
    assert product_key("x", "w") in prepared.moments
    assert prepared.frame.n_rows == 60


@pytest.mark.parametrize("library", ["polars", "pandas"])
@given(data=any_frame(), covariate=st.booleans())
def test_any_frame_can_be_prepared(library, data, covariate):
    try:
        given_frame = LIBRARIES[library](data)
    except Exception:  # what polars cannot hold, it cannot give
        return
    model = MediationModel("x", "m", "absent", "g", covariates=["y"] if covariate else [])
    prepared = prepare(model, given_frame)
    ledger, moments = prepared.ledger, prepared.moments
    assert ledger.n_rows_total == len(data)
    assert ledger.n_rows_used == prepared.frame.n_rows == prepared.rows.n_rows
    assert ledger.n_groups_used == moments.n_groups == len(prepared.labels)
    assert ledger.n_groups_total == ledger.n_groups_used + len(ledger.lost_groups)
    assert moments.n_rows == ledger.n_rows_used
    assert ledger.complete == (not ledger.dropped)
    for values in prepared.rows.values.values():
        assert np.isfinite(values).all()
    json.dumps(ledger.to_dict(), allow_nan=False)


def test_hostile_names_pass_through():
    names = {"x": "a~b", "m": "", "y": "<b>'\"", "g": "π\n"}
    data = grouped().rename(columns=names)
    model = MediationModel("a~b", "m", "<b>'\"", "π\n")
    prepared = prepare(model, data.rename(columns={"": "m"}))
    assert set(prepared.frame.columns) == set(model.columns)
    assert prepared.frame.n_rows == 60
