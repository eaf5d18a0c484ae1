import numpy as np
import pandas as pd
import polars as pl
import pytest

import medwidget as mw
from tests.reference import case, frame

REFERENCE = case("d09_icc")
# Data sets of the package by their names in the reference.
PACKAGED = {
    "blch9": "diary",
    "bh1996": "army",
    "hsb82": "schools",
    "student": "students",
    "bpg06": "bpg",
}
PAIRS = [(data, column) for data in REFERENCE["results"] for column in REFERENCE["results"][data]]


def load(name: str) -> pd.DataFrame:
    return mw.load_dataset(PACKAGED[name]) if name in PACKAGED else frame(name)


@pytest.mark.parametrize("estimator", ["ML", "REML"])
@pytest.mark.parametrize(("name", "column"), PAIRS)
def test_null_models_agree_with_lme4(name, column, estimator):
    expected = REFERENCE["results"][name][column]
    numbers = expected[estimator]
    table = mw.null_models(
        load(name), column, REFERENCE["groups"][name], estimator=estimator.lower()
    )
    row = table.loc[column]
    assert row["converged"]
    assert row["n_rows"] == expected["N"]
    assert row["n_groups"] == expected["n_groups"]
    assert row["loglik"] == pytest.approx(numbers["logLik"], rel=1e-8)
    for ours, theirs in (
        ("intercept", "intercept"),
        ("se", "se"),
        ("tau2", "tau2"),
        ("sigma2", "sigma2"),
        ("icc", "ICC"),
    ):
        assert row[ours] == pytest.approx(numbers[theirs], rel=1e-5, abs=1e-9)
    if estimator == "REML":
        reliability = expected["ICC2_REML_spearman_brown_mean_n"]
        assert row["icc2"] == pytest.approx(reliability, rel=1e-5, abs=1e-9)
        effect = expected["design_effect_mean_n_REML"]
        assert row["design_effect"] == pytest.approx(effect, rel=1e-5)


def test_each_column_uses_its_own_rows():
    data = mw.load_dataset("bpg")
    data.loc[::7, "m"] = np.nan
    data.loc[3, "y"] = np.inf
    together = mw.null_models(data, ["x", "m", "y"], "id")
    complete = data[np.isfinite(data["m"])]
    alone = mw.null_models(complete, "m", "id")
    assert together.loc["m"].equals(alone.loc["m"])
    assert together["n_rows"].tolist() == [800, len(complete), 799]


def test_what_has_no_two_variances_says_why():
    data = mw.load_dataset("schools")
    data["one"] = 1.0
    table = mw.null_models(data, ["catholic", "one", "ses"], "school")
    assert "between groups" in table.loc["catholic", "reason"]
    assert "same value in every row" in table.loc["one", "reason"]
    assert table.loc["ses", "reason"] == ""
    assert np.isnan(table.loc["catholic", "icc"])
    assert table["converged"].tolist() == [False, False, True]


def test_the_unit_of_a_column_does_not_matter():
    data = mw.load_dataset("bpg")
    data["big"] = data["y"] * 1e9 + 1e12
    table = mw.null_models(data, ["y", "big"], "id")
    assert table.loc["big", "icc"] == pytest.approx(table.loc["y", "icc"], rel=1e-6)
    assert table.loc["big", "tau2"] == pytest.approx(table.loc["y", "tau2"] * 1e18, rel=1e-6)


def test_polars_gives_the_same():
    data = mw.load_dataset("bpg")
    ours = mw.null_models(data, ["x", "y"], "id")
    pd.testing.assert_frame_equal(mw.null_models(pl.from_pandas(data), ["x", "y"], "id"), ours)


def test_odd_names_are_only_names():
    data = mw.load_dataset("bpg").rename(columns={"y": "y id 1", "id": "y id 2"})
    table = mw.null_models(data, "y id 1", "y id 2")
    assert table["converged"].all()


@pytest.mark.parametrize(
    ("columns", "group", "estimator", "error", "told"),
    [
        ("yy", "id", "ml", mw.DataError, "yy"),
        ("y", "idd", "ml", mw.DataError, "Did you mean 'id'"),
        ("id", "id", "ml", mw.ModelError, "group column"),
        ("y", "id", "statsmodels", mw.ModelError, "'reml', 'ml'"),
        ("text", "id", "ml", mw.DataError, "text"),
    ],
)
def test_what_cannot_be_is_refused(columns, group, estimator, error, told):
    data = mw.load_dataset("bpg").assign(text="a")
    with pytest.raises(error, match=told):
        mw.null_models(data, columns, group, estimator=estimator)
