"""What a result holds: the names of its rows, its counts, and its saved form."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from tests.pipeline.guards import base

SLOPES = ("a", "b", "direct")
TABLES = (
    "effects",
    "paths",
    "coefficients",
    "r_squared",
    "random_effects",
    "residual_variances",
    "group_effects",
    "moderation",
    "johnson_neyman",
)

MODELS: dict[str, dict[str, Any]] = {
    "group-mean": {"random_slopes": SLOPES},
    "within": {"centering": "within", "random_slopes": SLOPES},
    "grand-mean": {"centering": "grand-mean", "random_slopes": SLOPES},
    "none": {"centering": "none", "random_slopes": SLOPES},
    "fixed": {"random_slopes": (), "covariates": ["c"]},
    "serial": {"mediators": ["m", "c"], "mediation": "serial"},
    "moderated": {"moderators": {"a": "w", "b": ["w", "kind"]}, "random_covariance": "diagonal"},
    "group-level exposure": {"exposure": "w", "random_slopes": ("b",)},
    "group-level mediator": {"exposure": "w", "mediators": "v", "random_slopes": ()},
}


@cache
def data() -> pd.DataFrame:
    frame = base()
    frame["kind"] = np.array(["red", "<b>", "green"])[frame["g"] % 3]
    frame["v"] = 0.5 * frame["w"] + np.random.default_rng(4).normal(size=30)[frame["g"]]
    frame["g"] = "group " + frame["g"].astype(str)
    frame.loc[[7, 40], "x"] = np.nan
    frame.loc[frame["g"] == "group 3", "y"] = np.inf
    return frame


@cache
def result(name: str, estimator: str = "ml") -> mw.MediationResult:
    roles = {"exposure": "x", "mediators": "m", "outcome": "y", "group": "g"}
    model = mw.MediationModel(**{**roles, **MODELS[name]})
    return mw.fit(model, data(), estimator=estimator, seed=5)


def names_of(name: str, kind: str = "effect") -> list[str]:
    return [row.name for row in result(name).effect_rows if row.kind == kind]


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["none", "grand-mean"])
def test_without_separation_paths_and_effects_are_conflated(name: str) -> None:
    found = result(name)
    assert list(found.paths.index) == ["a", "b", "direct"]
    assert names_of(name) == ["indirect", "direct", "total"]
    assert set(found.paths["level"]) == {"conflated"}
    assert set(found.effects["level"]) == {"conflated"}
    assert not [row for row in found.effects.index if "within" in row or "between" in row]


def test_within_has_within_rows_only() -> None:
    found = result("within")
    assert list(found.paths.index) == ["a_within", "b_within", "direct_within"]
    assert names_of("within") == ["indirect_within", "direct_within", "total_within"]
    assert set(found.paths["level"]) == {"within"}
    assert set(found.effects["level"]) == {"within"}
    assert not [row for row in found.effects.index if "between" in row or "contextual" in row]


def test_group_mean_has_both_levels() -> None:
    found = result("group-mean")
    both = [f"{path}_{level}" for path in ("a", "b", "direct") for level in ("within", "between")]
    assert list(found.paths.index) == both
    assert found.paths["level"].tolist() == ["within", "between"] * 3
    assert names_of("group-mean") == [
        "indirect_within",
        "direct_within",
        "total_within",
        "indirect_between",
        "direct_between",
        "total_between",
        "contextual_difference",
    ]
    assert found.effect("contextual_difference").level == "cross-level"


def test_group_level_exposure() -> None:
    found = result("group-level exposure")
    assert found.design == "2-1-1"
    assert list(found.paths.index) == ["a_between", "b_within", "b_between", "direct_between"]
    for name in ("indirect_within", "direct_within", "total_within", "contextual_difference"):
        row = found.effect(name)
        assert row.estimate is None
        assert "w is constant within every g" in row.reason
        assert np.isnan(found.effects.loc[name, "estimate"])
    parts = [found.effect(f"indirect_{part}").estimate for part in ("individual", "contextual")]
    assert sum(parts) == pytest.approx(found.effect("indirect_between").estimate, rel=1e-12)


def test_several_mediators() -> None:
    found = result("serial")
    letters = ["a_{}[m]", "a_{}[c]", "d_{}[m,c]", "b_{}[m]", "b_{}[c]", "direct_{}"]
    expected = [path.format(level) for path in letters for level in ("within", "between")]
    assert list(found.paths.index) == expected
    for level in ("within", "between"):
        each = [f"indirect_{level}[{route}]" for route in ("m", "c", "m,c")]
        total = found.effect(f"indirect_{level}").estimate
        assert sum(found.effect(name).estimate for name in each) == pytest.approx(total, rel=1e-9)
    assert list(found.random_effects.index) == ["m", "a[m]", "c", "a[c]", "y", "b[m]", "b[c]"]


def test_paths_are_standardized_and_nothing_else_is() -> None:
    fitted = result("moderated")
    by_name = {row.name: row for row in fitted.path_rows}
    direct = by_name["direct_within"]
    expected = fitted.effects.loc["standardized_direct_within", "estimate"]
    assert direct.standardized == pytest.approx(expected)
    assert by_name["a_within:w"].standardized is None
    assert {row.standardized for row in (*fitted.effect_rows, *fitted.coefficient_rows)} == {None}


def test_labels_of_the_matrices() -> None:
    found = result("none")
    assert list(found.random_effects.index) == ["m", "a", "y", "b", "direct"]
    assert list(found.random_effects.columns) == ["m", "a", "y", "b", "direct"]
    np.testing.assert_array_equal(found.random_effects, found.random_effects.T)
    assert list(found.residual_variances.index) == ["m", "y"]
    columns = ["a", "b", "direct", "indirect", "lower", "upper", "n_rows"]
    assert list(found.group_effects.columns) == columns
    by_name = dict(zip(found.parameters["names"], found.parameters["estimates"], strict=True))
    assert found.random_effects.loc["a", "b"] == by_name["cov(a,b)"]
    assert found.effect("cov(a,b)").estimate == by_name["cov(a,b)"]
    assert found.residual_variances["y"] == by_name["residual(y)"]
    with pytest.raises(mw.ModelError, match="no effect 'indirect_within'"):
        found.effect("indirect_within")


# -- numbers --------------------------------------------------------------------------------------


def test_the_indirect_effect_carries_the_covariance_of_its_slopes() -> None:
    for name, suffix in (("none", ""), ("within", "_within"), ("group-mean", "_within")):
        found = result(name)
        a, b, c = (found.paths.loc[path + suffix, "estimate"] for path in SLOPES)
        indirect = a * b + found.random_effects.loc["a", "b"]
        assert found.effect(f"indirect{suffix}").estimate == pytest.approx(indirect, rel=1e-12)
        total = found.effect(f"total{suffix}").estimate
        assert total == pytest.approx(indirect + c, rel=1e-12)
        assert abs(found.random_effects.loc["a", "b"]) > 1e-3
    between = result("group-mean")
    product = (
        between.paths.loc["a_between", "estimate"] * between.paths.loc["b_between", "estimate"]
    )
    assert between.effect("indirect_between").estimate == pytest.approx(product, rel=1e-12)


def test_grand_mean_centring_only_moves_the_origin() -> None:
    """The same model in other coordinates: slopes, their covariances and the likelihood stay."""
    none, grand = result("none"), result("grand-mean")
    assert grand.statistics["loglik"] == pytest.approx(none.statistics["loglik"], abs=1e-7)
    assert list(grand.random_effects.index) == list(none.random_effects.index)
    np.testing.assert_allclose(
        grand.random_effects.loc[["a", "b"], ["a", "b"]],
        none.random_effects.loc[["a", "b"], ["a", "b"]],
        atol=1e-5,
    )
    row, other = grand.effect("indirect"), none.effect("indirect")
    assert row.estimate == pytest.approx(other.estimate, abs=1e-5 * other.se)


COUNTS = {
    # fixed effects, free elements of T, residual variances
    "group-mean": (3 + 5, 15 - 1, 2),
    "within": (2 + 3, 15, 2),
    "none": (2 + 3, 15, 2),
    "fixed": (5 + 7, 2, 2),
    "serial": (3 + 5 + 7, 28 - 3, 3),
    "moderated": (3 + 1 + 1 + 5 + 3 + 3, 4, 2),
    "group-level exposure": (2 + 4, 6 - 1, 2),
    "group-level mediator": (2 + 3, 1, 2),
}


@pytest.mark.parametrize("estimator", ["ml", "reml"])
@pytest.mark.parametrize("name", COUNTS)
def test_statistics_are_those_of_the_model_and_the_rows(name: str, estimator: str) -> None:
    found = result(name, estimator)
    fixed, elements, residuals = COUNTS[name]
    statistics = found.statistics
    assert statistics["n_parameters"] == fixed + elements + residuals
    assert len(found.coefficients) == fixed
    kinds = [parameter.kind for parameter in found.fitted.parameters]
    assert kinds.count("residual") == residuals
    lost = 6 if "x" not in found.model.columns else 8  # group 3, and two rows without x
    assert (statistics["n_rows"], statistics["n_groups"]) == (180 - lost, 29)
    assert statistics["restricted"] is (estimator == "reml")
    per_equation = [29 if found.levels[y] == "group" else 180 - lost for y in found.model.responses]
    assert statistics["n_observations"] == sum(per_equation)
    deviance = -2 * statistics["loglik"]
    n_parameters = statistics["n_parameters"]
    assert statistics["aic"] == pytest.approx(deviance + 2 * n_parameters)
    assert statistics["bic"] == pytest.approx(deviance + n_parameters * np.log(180 - lost))
    assert found.ledger.n_groups_total == 30
    assert [item.label for item in found.ledger.lost_groups] == ["group 3"]


def test_intervals_follow_level_and_seed() -> None:
    model = mw.MediationModel("x", "m", "y", "g")
    first, again = (mw.fit(model, data(), seed=3) for _ in range(2))
    assert first.effect_rows == again.effect_rows
    other = mw.fit(model, data(), seed=4)
    assert other.effect("indirect_within").lower != first.effect("indirect_within").lower
    assert other.effect("indirect_within").estimate == first.effect("indirect_within").estimate
    wide = mw.fit(model, data(), seed=3, level=0.99).effect("indirect_within")
    narrow = first.effect("indirect_within")
    assert wide.lower < narrow.lower < narrow.estimate < narrow.upper < wide.upper
    none = mw.fit(model, data(), interval=None)
    assert none.effect("indirect_within").lower is None
    assert none.effect("indirect_within").reason == "no interval was asked for"
    assert first.settings["seed"] == 3
    assert none.settings["interval"] is None


# -- saving ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_result_is_the_same_result(name: str) -> None:
    found = result(name)
    record = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    again = mw.MediationResult.from_dict(record)
    assert again.to_dict() == record
    for table in TABLES:
        ours, theirs = getattr(found, table), getattr(again, table)
        if table == "residual_variances":
            pd.testing.assert_series_equal(theirs, ours, check_exact=True)
        else:
            pd.testing.assert_frame_equal(theirs, ours, check_exact=True, check_dtype=False)
    for part in (
        "model",
        "design",
        "levels",
        "ledger",
        "problems",
        "statistics",
        "settings",
        "versions",
        "effect_rows",
        "path_rows",
        "coefficient_rows",
        "covariance_table",
        "residual_table",
    ):
        assert getattr(again, part) == getattr(found, part), part
    assert again.convergence.to_dict() == found.convergence.to_dict()
    assert again.convergence.singular == found.convergence.singular
    np.testing.assert_array_equal(again.parameters["covariance"], found.parameters["covariance"])
    assert again.summary() == found.summary()
    assert again.to_code() == found.to_code()
    assert again._repr_html_() == found._repr_html_()


def test_tables_that_a_model_fills() -> None:
    assert not result("moderated").moderation.empty
    assert not result("moderated").johnson_neyman.empty
    assert result("fixed").moderation.empty
    assert set(result("moderated").moderation.index) == {"w"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "format"),
        ({"format": None}, "format"),
        ({"model": None}, "lacks 'model'"),
        ({"effect_rows": None}, "lacks 'effect_rows'"),
    ],
)
def test_other_records_are_refused(change: dict[str, Any], message: str) -> None:
    record = result("fixed").to_dict()
    for key, value in change.items():
        if value is None:
            del record[key]
        else:
            record[key] = value
    with pytest.raises(mw.ModelError, match=message):
        mw.MediationResult.from_dict(record)


@pytest.mark.parametrize("given", [None, [], "result", 3, {}])
def test_what_is_no_record(given: Any) -> None:
    with pytest.raises(mw.ModelError, match="not a saved result"):
        mw.MediationResult.from_dict(given)


def test_results_do_not_change() -> None:
    found = result("fixed")
    with pytest.raises(AttributeError):
        found.design = "2-1-1"  # type: ignore[misc]
    assert found.group_effects is found.group_effects
