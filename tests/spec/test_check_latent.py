"""What is said of models with latent centring, from descriptions of columns alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medwidget.spec.check import check
from medwidget.spec.columns import FrameInfo
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from tests.spec.frames import described, info

PLAIN = described("x m k y c", "w v z")


def found(frame: FrameInfo = PLAIN, **options: Any) -> dict[tuple[str, str | None], Problem]:
    roles: dict[str, Any] = {"exposure": "x", "mediators": "m", "outcome": "y", "group": "g"}
    given = {"centering": "latent", "random_slopes": (), **roles, **options}
    return {(item.code, item.column): item for item in check(MediationModel(**given), frame)}


def test_good_models_are_let_through() -> None:
    assert found() == {}
    assert found(random_slopes=("a", "b"), covariates=["c", "w"], moderators={"a": "w"}) == {}
    assert found(splits={"x": "observed"}, constraints={"b_between": 0}, missing="fiml") == {}


@pytest.mark.parametrize("centering", ["group-mean", "within", "none"])
def test_what_needs_latent_centring_says_so(centering: str) -> None:
    told = found(centering=centering, constraints={"b_between": 0}, missing="fiml")
    assert {key for key, item in told.items() if item.severity == "error"} == {
        ("constraints-centering", None),
        ("fiml-centering", None),
    }
    assert "centering='latent'" in told["fiml-centering", None].remedy
    assert found(centering=centering, splits={"x": "observed"}).keys() >= {
        ("splits-centering", "x")
    }


# -- parts that columns do not have ---------------------------------------------------------------


def test_columns_that_share_no_level() -> None:
    options: dict[str, Any] = {"outcome": "z", "covariates": ["c"]}
    told = found(splits={"x": "within"}, covariate_centering="none", **options)
    assert told.keys() >= {("no-common-level", "x"), ("no-common-level", "c")}
    assert "out of splits" in told["no-common-level", "x"].remedy
    assert "covariate_centering='as-model'" in told["no-common-level", "c"].remedy
    assert ("no-common-level", "c") not in found(**options)
    centred = info("m", Level.INDIVIDUAL, sd_between=0.0)
    told = found(described("x y", "w", m=centred), covariates=["w"])
    assert "group-mean" in told["no-common-level", "w"].remedy


def test_nothing_between_groups() -> None:
    columns = {name: info(name, Level.INDIVIDUAL, sd_between=0.0) for name in "xmy"}
    told = found(described(**columns))
    assert told["no-between-variance", "y"].severity == "error"
    assert "centering='within'" in told["no-between-variance", "y"].remedy


@pytest.mark.parametrize("asked", ["latent", "observed", "within"])
def test_an_exposure_with_equal_means_is_within_only(asked: str) -> None:
    frame = described("m y", x=info("x", Level.INDIVIDUAL, sd_between=0.0))
    told = found(frame, splits={"x": asked})
    noted = ("exposure-without-between", "x") in told
    assert noted == (asked != "within")
    assert not [item for item in told.values() if item.severity == "error"]


@pytest.mark.parametrize(
    ("constraint", "column"),
    [({"a_within": 0}, "w"), ({"b_between": "a_within"}, "w"), ({"a_between": 0}, None)],
)
def test_constraints_on_paths_that_there_are_not(
    constraint: dict[str, Any], column: str | None
) -> None:
    told = found(exposure="w", constraints=constraint)
    expected = set() if column is None else {("constraint-without-path", column)}
    assert {key for key in told if key[0] == "constraint-without-path"} == expected


# -- products -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"outcome": "z", "moderators": {"b": "w"}}, "m"),
        ({"outcome": "z", "moderators": {"direct": "w"}}, "x"),
        ({"mediators": "v", "moderators": {"b": "w"}}, "v"),
        ({"outcome": "z", "moderators": {"direct": "w"}, "splits": {"x": "observed"}}, None),
        ({"exposure": "v", "moderators": {"a": "w"}}, None),
        ({"moderators": {"a": "w", "b": "w", "direct": "w"}}, None),
    ],
)
def test_only_an_observed_exposure_is_moderated_between_groups(
    options: dict[str, Any], column: str | None
) -> None:
    told = {key: item for key, item in found(**options).items() if key[0] == "moderated-between"}
    assert {key[1] for key in told} == ({column} if column else set())
    for item in told.values():
        assert item.severity == "error"
        assert ("splits={'x': 'observed'}" in item.remedy) == (column == "x")


def test_an_individual_level_moderator_is_refused() -> None:
    assert found(moderators={"a": "c"})["individual-level-moderator", "c"].severity == "error"


# -- variance between groups ----------------------------------------------------------------------


def test_almost_no_variance_between_groups() -> None:
    low = {"icc1": 0.004, "icc2": 0.03}
    frame = described(
        "y", x=info("x", Level.INDIVIDUAL, **low), m=info("m", Level.INDIVIDUAL, **low)
    )
    told = found(frame)
    assert "splits={'x': 'within'}" in told["little-between-variance", "x"].remedy
    assert "centering='within'" in told["little-between-variance", "m"].remedy
    assert ("little-between-variance", "x") not in found(frame, splits={"x": "within"})
    told = found(frame, centering="group-mean")
    assert "splits" not in told["little-between-variance", "x"].remedy
    covariate = described("x m y", c=info("c", Level.INDIVIDUAL, **low))
    assert ("little-between-variance", "c") in found(covariate, covariates=["c"])


def test_unreliable_means_concern_observed_ones() -> None:
    weak = info("x", Level.INDIVIDUAL, icc1=0.1, icc2=0.4)
    frame = described("m y", "z", x=weak)
    assert found(frame) == {}
    told = found(frame, splits={"x": "observed"})
    assert "out of splits" in told["unreliable-means", "x"].remedy
    told = found(frame, centering="group-mean")
    assert "centering='latent'" in told["unreliable-means", "x"].remedy


def test_observed_means_of_causes_of_group_level_responses() -> None:
    assert not any(key[0] == "observed-means" for key in found(outcome="z"))
    told = found(outcome="z", splits={"x": "observed"})
    assert {key[1] for key in told if key[0] == "observed-means"} == {"x"}
    told = found(outcome="z", centering="group-mean")
    assert {key[1] for key in told if key[0] == "observed-means"} == {"x", "m"}
    assert "centering='latent'" in told["observed-means", "m"].remedy


def test_few_groups_are_not_helped_by_what_is_not_offered() -> None:
    assert PLAIN.group is not None
    frame = replace(PLAIN, group=replace(PLAIN.group, n_groups=12))
    assert "reml" not in found(frame)["few-groups", "g"].remedy
    assert "reml" in found(frame, centering="group-mean")["few-groups", "g"].remedy
