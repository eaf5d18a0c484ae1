"""Rows with missing values that are kept: what is known of them, and what is said."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.data.available import available_moments
from medwidget.data.columns import frame_info
from medwidget.data.frame import read_table
from medwidget.data.ledger import Ledger
from medwidget.data.moments import compute_moments
from medwidget.data.prepare import Prepared, prepare
from medwidget.spec.model import MediationModel
from tests.data.frames import LIBRARIES, grouped

MODEL = MediationModel(
    "x",
    "m",
    "y",
    "g",
    covariates=["c", "w"],
    centering="latent",
    missing="fiml",
    random_slopes=(),
)


def frame(seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = grouped(10, 6, seed)
    data["w"] = rng.normal(size=10)[data["g"] - 101]
    data["c"] = np.array(["u", "v"], dtype=object)[rng.integers(0, 2, len(data))]
    return data


def spoilt(seed: int = 4, share: float = 0.2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    data = frame(seed)
    for name in "xmywc":
        data[name] = data[name].mask(rng.random(len(data)) < share)
    return data


def codes_of(prepared: Prepared) -> list[tuple[str, str | None, int | None]]:
    return [(problem.code, problem.column, problem.count) for problem in prepared.problems]


# -- moments --------------------------------------------------------------------------------------


@given(st.integers(0, 2**16), st.sampled_from([0.0, 1e6]))
def test_moments_of_what_there_is(seed: int, offset: float) -> None:
    rng = np.random.default_rng(seed)
    codes = np.concatenate([np.arange(4), rng.integers(0, 4, 15)])
    values = pd.DataFrame(offset + rng.normal(size=(19, 3)), columns=list("abc"))
    values["c"] = (offset + rng.normal(size=4))[codes]
    values = values.mask(rng.random((19, 3)) < rng.choice([0.0, 0.3, 0.7]))
    columns = {(name, None): values[name].to_numpy() for name in values}
    moments = available_moments(columns, codes, 4)
    by_group = values.groupby(codes)
    assert moments.available is not None
    np.testing.assert_array_equal(moments.counts, by_group.size())
    np.testing.assert_array_equal(moments.available, by_group.count())
    np.testing.assert_allclose(moments.means, by_group.mean(), rtol=1e-13, atol=1e-14)
    deviations = (values - by_group.transform("mean")).fillna(0.0).to_numpy()
    products = [deviations[codes == j].T @ deviations[codes == j] for j in range(4)]
    np.testing.assert_allclose(moments.products, products, atol=1e-8 if offset else 1e-12)
    np.testing.assert_array_equal(moments.varies, by_group.nunique() > 1)
    np.testing.assert_array_equal(moments.varying, (by_group.nunique() > 1).sum())
    known = values["c"].groupby(codes).first()
    np.testing.assert_array_equal(moments.means[:, 2], known)  # exactly, where constant
    some = moments.select([2, 0])
    np.testing.assert_array_equal(some.available, moments.available[[2, 0]])


def test_moments_of_complete_rows_are_those_of_complete_rows() -> None:
    data = frame()
    columns = {(name, None): data[name].to_numpy() for name in "xmyw"}
    codes = data["g"].to_numpy() - 101
    full, found = compute_moments(columns, codes, 10), available_moments(columns, codes, 10)
    np.testing.assert_allclose(found.means, full.means, rtol=1e-14)
    np.testing.assert_allclose(found.products, full.products, atol=1e-13)
    np.testing.assert_array_equal(found.varies, full.varies)
    np.testing.assert_array_equal(found.minima, full.minima)


# -- preparation ----------------------------------------------------------------------------------


def test_without_holes_nothing_differs_from_listwise() -> None:
    data = frame()
    kept, listwise = (prepare(MODEL.replace(missing=way), data) for way in ("fiml", "listwise"))
    assert kept.moments.available is None
    assert not kept.rows.incomplete
    assert kept.ledger == listwise.ledger
    assert kept.ledger.sentences() == ["All 60 rows and all 10 groups are used."]
    assert kept.frame == listwise.frame
    np.testing.assert_array_equal(kept.moments.products, listwise.moments.products)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_columns_are_described_by_the_rows_that_have_them(seed: int, library: str) -> None:
    data = spoilt(seed)
    data.loc[data["g"] == 102, "m"] = np.nan
    prepared = prepare(MODEL, LIBRARIES[library](data))
    expected = frame_info(read_table(LIBRARIES[library](data)), "g")
    assert prepared.ledger.n_rows_used == len(data.dropna(how="all", subset=list("xmywc")))
    if prepared.ledger.complete:
        for name, info in prepared.frame.columns.items():
            pd.testing.assert_series_equal(
                pd.Series(vars(info)), pd.Series(vars(expected.columns[name]))
            )
    values = prepared.rows.values["m", None]
    np.testing.assert_array_equal(np.isnan(values), data["m"].isna())
    indicator = prepared.rows.values["c", "v" if data["c"].dropna().iloc[0] == "u" else "u"]
    np.testing.assert_array_equal(np.isnan(indicator), data["c"].isna())
    holes = prepared.ledger.holes
    assert holes == {name: int(data[name].isna().sum()) for name in "xmycw"}
    assert prepared.ledger.n_rows_incomplete == data.isna().any(axis=1).sum()


def test_the_ledger_says_what_was_used() -> None:
    data = frame()
    data.loc[[0, 1, 2], "m"] = np.nan
    data.loc[[2, 3], "y"] = np.nan
    data.loc[7, list("xmywc")] = np.nan
    data.loc[8, "x"] = np.inf
    data["g"] = data["g"].astype("Int64")
    data.loc[9, "g"] = pd.NA
    prepared = prepare(MODEL, data)
    ledger = prepared.ledger
    assert ledger.sentences() == [
        "57 of 60 rows and 10 of 10 groups are used.",
        "1 row has an infinite value of 'x'.",
        "1 row has no value in any column of the model.",
        "1 row has no group label in 'g'.",
        "4 rows are kept although a value is missing: 3 of 'm', 2 of 'y'.",
    ]
    assert codes_of(prepared) == [
        ("infinite-values", "x", 1),
        ("rows-empty", None, 1),
        ("missing-group", "g", 1),
        ("rows-incomplete", None, 4),
    ]
    record = json.loads(json.dumps(ledger.to_dict(), allow_nan=False))
    assert Ledger.from_dict(record) == ledger
    del record["n_rows_incomplete"], record["holes"]  # of a result that an older version saved
    assert Ledger.from_dict(record).n_rows_used == 57


@pytest.mark.parametrize(
    "options", [{"splits": {"x": "observed"}}, {"covariates": ["c"], "moderators": {"a": "x2"}}]
)
def test_what_is_not_modelled_must_be_known(options: dict[str, Any]) -> None:
    data = frame()
    column = "x2" if "moderators" in options else "x"
    data["x2"] = data["x"]
    data.loc[[0, 1], column] = np.nan
    data.loc[[5], "y"] = np.nan
    prepared = prepare(MODEL.replace(**options), data)
    assert codes_of(prepared) == [("rows-dropped", column, 2), ("rows-incomplete", None, 1)]
    assert "missing='fiml'" not in prepared.problems[0].remedy
    assert prepared.ledger.n_rows_used == 58


def test_a_group_level_moderator_is_told_by_any_row_of_the_group() -> None:
    data = frame()
    data.loc[[0, 1, 13], "w"] = np.nan
    data.loc[data["g"] == 105, "w"] = np.nan
    prepared = prepare(MODEL.replace(covariates=(), moderators={"a": "w"}), data)
    assert codes_of(prepared) == [
        ("rows-dropped", "w", 6),
        ("rows-incomplete", None, 3),
        ("groups-lost", None, 1),
    ]
    assert prepared.labels == tuple(label for label in range(101, 111) if label != 105)
    means = prepared.moments.means[:, prepared.moments.position(("w", None))]
    known = data.groupby("g")["w"].first().dropna().to_numpy()
    np.testing.assert_array_equal(means, known)


def test_rows_are_kept_for_further_columns_too() -> None:
    data = frame().assign(z=np.nan)
    data.loc[0, "z"] = 1.0
    data["z2"] = data["z"]
    data.loc[0, "m"] = np.nan
    assert prepare(MODEL, data, also=["z"]).ledger.n_rows_used == 60
    assert prepare(MODEL.replace(missing="listwise"), data, also=["z"]).ledger.n_rows_used == 0


def test_other_centrings_use_complete_rows() -> None:
    data = spoilt()
    kept = prepare(MODEL.replace(centering="group-mean"), data)
    assert kept.ledger.n_rows_used == len(data.dropna())
    assert kept.moments.available is None
