"""Columns that determine one another under latent centring are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from medwidget.pipeline.resolve import problems_of
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from tests.data.frames import grouped

MODEL = MediationModel("x", "m", "y", "g", centering="latent", random_slopes=())


def frame(n_groups: int = 40, size: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(70)
    data = grouped(n_groups, size, 7)
    codes = data["g"].to_numpy() - 101
    data["c"] = rng.normal(size=n_groups)[codes] + rng.normal(size=len(data))
    for name in "wv":
        data[name] = rng.normal(size=n_groups)[codes]
    return data


def errors(data: pd.DataFrame, **options: Any) -> list[Problem]:
    found = problems_of(MODEL.replace(**options), data)
    return [problem for problem in found if problem.severity == "error"]


def named(problems: list[Problem]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.column) for problem in problems]


def test_good_columns_pass() -> None:
    assert errors(frame(), covariates=["c", "w", "v"], random_slopes=("a", "b")) == []


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
@pytest.mark.parametrize("split", ["latent", "observed", "within"])
def test_a_copy_of_the_exposure(split: str, missing: str) -> None:
    data = frame()
    data["c"] = 3 * data["x"] - 1
    if missing == "fiml":
        data.loc[::7, "m"] = np.nan
        data.loc[3::9, "c"] = np.nan
    (problem, *_) = errors(data, covariates=["c"], splits={"c": split}, missing=missing)
    assert (problem.code, problem.column) == ("collinear", "c")
    assert "x" in problem.message
    assert problem.remedy


def test_columns_of_different_equations_are_in_one_likelihood() -> None:
    data = frame()
    data["k"] = data["c"] + 2 * data["x"] + 5
    (problem,) = errors(data, covariates={"c": ["m"], "k": ["y"]})
    assert (problem.code, problem.column, problem.count) == ("collinear", "k", 2)
    assert "x, c" in problem.message
    assert "200 rows in 40 groups" in problem.message


def test_columns_that_differ_between_groups_only() -> None:
    """The same within groups up to the group's mean: deviations say the same."""
    data = frame()
    data["k"] = data["x"] + 3 * data["w"]
    (problem,) = errors(data, covariates={"k": ["y"]})
    assert (problem.code, problem.column) == ("collinear", "k")
    assert "within" in problem.message


def test_group_level_columns() -> None:
    data = frame()
    data["u"] = data["w"] - 2 * data["v"]
    (problem,) = errors(data, covariates={"w": ["m"], "v": ["m"], "u": ["y"]})
    assert (problem.code, problem.column) == ("collinear", "u")
    assert "w, v" in problem.message
    assert "40 groups" in problem.message


def test_more_group_level_columns_than_groups() -> None:
    rng = np.random.default_rng(3)
    data = frame(6, 8)
    for number in range(6):
        data[f"u{number}"] = rng.normal(size=6)[data["g"] - 101]
    covariates = {f"u{number}": ["m"] if number % 2 else ["y"] for number in range(6)}
    assert ("collinear", "u5") in named(errors(data, covariates=covariates))


def test_an_outcome_that_the_mediator_determines_within_groups() -> None:
    data = frame()
    data["y"] = 2 * data["m"] + data["g"] ** 1.5
    found = errors(data)
    assert {problem.column for problem in found} == {"y"}
    assert {problem.code for problem in found} <= {"perfect-fit", "saturated"}
    big = frame(400, 3)
    big["y"] = 2 * big["m"] + big["g"] ** 1.5
    assert named(errors(big)) == [("perfect-fit", "y")]


def test_too_few_rows_within_groups() -> None:
    data = frame(310, 1)
    data = pd.concat([data, data.iloc[:2].assign(x=0.1, m=0.2, y=0.3)])
    found = errors(data)
    assert named(found) == [("too-few-rows", "y")]
    assert "312 rows in 310 groups" in found[0].message


def test_chance_patterns_of_few_complete_rows_are_no_relation() -> None:
    data = frame(12, 3)
    rng = np.random.default_rng(1)
    for name in ("x", "m", "y", "c"):
        data[name] = data[name].mask(rng.random(len(data)) < 0.6)
    assert data.dropna().shape[0] < 5
    assert errors(data, covariates=["c"], missing="fiml") == []


@pytest.mark.parametrize("split", ["latent", "observed", "within"])
def test_models_of_groups_alone_have_nothing_to_split(split: str) -> None:
    data = frame().assign(m=lambda given: given["w"], y=lambda given: given["v"])
    found = named(errors(data, splits={"x": split}))
    assert found == ([] if split == "latent" else [("nothing-within", "y")])
