"""A model with latent centring as systems within and between groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from medwidget.spec.levels import Level
from medwidget.spec.structure import Part, Structure
from medwidget.spec.two_level import LevelSystem
from tests.reference import case
from tests.spec.frames import described, info, latent

ALL = "x m k y c d"
FRAMES = {
    "1-1-1": described(ALL, "w v"),
    "2-1-1": described("m k y c d", "x w v"),
    "2-2-1": described("y c d", "x m k w v"),
    "1-1-2": described("x m k c d", "y w v"),
    "1-2-2": described("x c d", "m k y w v"),
    "1-2-1": described("x y c d", "m k w v"),
    "2-1-2": described("m k c d", "x y w v"),
    "2-2-2": described("c d", "x m k y w v"),
    "one mediator of each level": described("x m y c d", "k w v"),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "slopes": {"random_slopes": ("a", "b", "direct")},
    "slope by equation": {"random_slopes": ("a", "b"), "random_covariance": "by-equation"},
    "diagonal": {"random_slopes": ("a", "direct"), "random_covariance": "diagonal"},
    "covariates": {"covariates": {"c": None, "w": ["y"]}, "splits": {"c": "observed"}},
    "covariate as it is": {"covariates": ["c", "v"], "covariate_centering": "none"},
    "two mediators": {"mediators": ("m", "k"), "random_slopes": ("b",), "covariates": ["d"]},
    "serial": {"mediators": ("m", "k"), "mediation": "serial", "random_slopes": ("a", "d")},
    "observed": {"splits": {"x": "observed"}, "random_slopes": ("a",)},
    "within": {"splits": {"x": "within"}, "mediators": ("m", "k")},
}


def structure(design: str, options: str) -> Structure:
    return latent(FRAMES[design], **OPTIONS[options])


def named(system: LevelSystem) -> dict[str, str]:
    """Return the paths of a system as "target<-source" by parameter."""
    labels = [variable.label for variable in system.variables]
    return {name: f"{labels[target]}<-{labels[source]}" for target, source, name in system.paths}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("design", FRAMES)
def test_both_descriptions_have_the_same_parameters(design: str, options: str) -> None:
    found = structure(design, options)
    assert found.two_level is not None
    names = found.parameters.names
    assert len(set(names)) == len(names)
    assert set(names) == set(found.two_level.parameters)
    order = {"fixed": 0, "variance": 1, "covariance": 1, "residual": 2, "exogenous": 3}
    ranks = [order[parameter.kind] for parameter in found.parameters]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("design", FRAMES)
def test_every_zero_is_one_of_the_cholesky_factor(design: str, options: str) -> None:
    """So that a free element of Ψ is one free element of L, whatever the values."""
    two_level = structure(design, options).two_level
    assert two_level is not None
    rng = np.random.default_rng(5)
    for system in (two_level.within, two_level.between):
        free = sorted({row for row, column, _ in system.elements if row == column})
        matrix = np.eye(len(system.variables))
        for row, column, _ in system.elements:
            assert row >= column
            if row != column:
                matrix[row, column] = matrix[column, row] = rng.uniform(0.02, 0.05)
        matrix = matrix[np.ix_(free, free)]
        factor = np.linalg.cholesky(matrix) if free else matrix
        np.testing.assert_array_equal(np.abs(factor) > 1e-14, np.tril(matrix) != 0)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("design", FRAMES)
def test_systems_are_consistent(design: str, options: str) -> None:
    found = structure(design, options)
    two_level = found.two_level
    assert two_level is not None
    for system in (two_level.within, two_level.between):
        assert len(system.positions) == len(system.variables) == len(system.means)
        assert not any(target == source for target, source, _ in system.paths)
    places = [in_b for _, in_b in two_level.latent]
    assert places == sorted(places)
    roles = [variable.role for variable in two_level.between.variables]
    assert [role for role in roles if role == "slope"] == roles[len(roles) - roles.count("slope") :]
    for place in two_level.slopes:
        entry = two_level.between.variables[place].entry
        assert entry is not None
        # a slope stands in Γ_j as a variable, not as a parameter of the within system
        assert entry not in [(target, source) for target, source, _ in two_level.within.paths]
    labels = [two_level.between.variables[place].label for place in two_level.slopes]
    assert labels == [
        slope.path for slope in found.slopes if slope.random is not None or slope.moderators
    ]
    assert {term.label for term in found.random} <= set(two_level.between.positions)


def test_the_variables_of_the_simplest_model() -> None:
    two_level = structure("1-1-1", "plain").two_level
    assert two_level is not None
    assert [item.label for item in two_level.within.variables] == ["x", "y", "m"]
    assert [item.role for item in two_level.between.variables] == ["latent"] * 3
    assert named(two_level.within) == {
        "a_within": "m<-x",
        "b_within": "y<-m",
        "direct_within": "y<-x",
    }
    assert named(two_level.between) == {
        "a_between": "m<-x",
        "b_between": "y<-m",
        "direct_between": "y<-x",
    }
    assert two_level.between.means == ("mean(x)", "intercept[y]", "intercept[m]")
    assert two_level.within.means == (None, None, None)


@pytest.mark.parametrize(
    ("design", "name"),
    [
        ("1-1-1", "d03_sim111lat_s102"),
        ("2-1-1", "d03_sim211_s103"),
        ("2-2-1", "d03_sim221_s104"),
        ("1-1-2", "d03_sim112_s105"),
    ],
)
def test_there_are_as_many_parameters_as_in_lavaan(design: str, name: str) -> None:
    npar = case(name)["results"]["model"]["direct"]["npar"]
    assert len(latent(FRAMES[design]).parameters) == npar


def test_a_column_of_each_level_as_in_lavaan() -> None:
    """x1 within only, w1 between groups only: the exposures of one level each."""
    frame = described("x m y", "w")
    found = latent(frame, covariates=["w"], splits={"x": "within"})
    direct = case("d03_demo_x1_w1_y1_y2")["results"]["model"]["direct"]
    assert len(found.parameters) == direct["npar"]


# -- splits ---------------------------------------------------------------------------------------


def test_an_observed_split_has_a_column_at_each_level() -> None:
    found = latent(FRAMES["1-1-1"], splits={"x": "observed"}, random_slopes=("a",))
    two_level = found.two_level
    assert two_level is not None
    within, between = two_level.within.variables[0], two_level.between.variables[0]
    assert (within.label, within.role, within.part) == ("x", "within", Part.WITHIN)
    assert (between.label, between.role, between.part) == ("x", "group", Part.BETWEEN)
    assert two_level.within.means[0] is None
    assert two_level.between.means[0] == "mean(x)"
    (slope,) = (item for item in found.slopes if item.random == "a")
    assert found.random[-1].factors[0].part is Part.WITHIN
    assert (slope.parameter, slope.level) == ("a_within", "within")


@pytest.mark.parametrize("asked", [True, False])
def test_a_column_without_a_part_between_groups(asked: bool) -> None:
    frame = FRAMES["1-1-1"]
    options: dict[str, Any] = {"splits": {"x": "within"}}
    if not asked:
        centred = info("x", Level.INDIVIDUAL, sd_between=1e-14)
        frame, options = described("m y", x=centred), {}
    found = latent(frame, **options)
    two_level = found.two_level
    assert two_level is not None
    assert two_level.within.variables[0].part is Part.RAW
    assert two_level.within.means[0] == "mean(x)"
    assert [item.label for item in two_level.between.variables] == ["y", "m"]
    assert found.slope("a", "between") is None
    assert found.slope("a", "within") is not None
    assert "var_between(x)" not in found.parameters


def test_a_response_whose_groups_have_the_same_mean_is_within_only() -> None:
    centred = info("m", Level.INDIVIDUAL, sd_between=0.0)
    found = latent(described("x y", "w", m=centred), covariates=["w"], moderators={"a": "w"})
    two_level = found.two_level
    assert two_level is not None
    place = two_level.within.positions["m"]
    assert two_level.within.variables[place].role == "within"
    assert two_level.within.means[place] == "intercept[m]"
    assert "m" not in two_level.between.positions
    assert "m~w" not in found.parameters
    assert found.labels == ("y",)
    assert set(found.parameters.names) == set(two_level.parameters)


# -- moderators and constraints -------------------------------------------------------------------


def test_a_moderated_slope_is_a_variable_between_groups() -> None:
    found = latent(FRAMES["1-1-1"], moderators={"a": "w", "b": ["w", "v"]}, random_slopes=("b",))
    two_level = found.two_level
    assert two_level is not None
    a, b = (two_level.between.variables[place] for place in two_level.slopes)
    assert (a.label, a.random, b.label, b.random) == ("a", False, "b", True)
    assert a.entry == (two_level.within.positions["m"], two_level.within.positions["x"])
    paths = named(two_level.between)
    assert paths["a_within:w"] == "a<-w"
    assert (paths["b_within:w"], paths["b_within:v"]) == ("b<-w", "b<-v")
    assert (paths["m~w"], paths["y~v"]) == ("m<-w", "y<-v")
    elements = [name for _, _, name in two_level.between.elements]
    assert "var(b)" in elements
    assert "var(a)" not in elements
    assert two_level.between.means[two_level.slopes[0]] == "a_within"


def test_a_moderated_path_between_groups_has_a_product_of_observed_columns() -> None:
    found = latent(FRAMES["2-1-1"], moderators={"a": "w"})
    two_level = found.two_level
    assert two_level is not None
    (product,) = (item for item in two_level.between.variables if item.label == "x:w")
    assert product.key == ("x", ("times", "w"))
    assert product.part is Part.GROUP
    assert named(two_level.between)["a_between:w"] == "m<-x:w"
    observed = latent(FRAMES["1-1-2"], moderators={"direct": "w"}, splits={"x": "observed"})
    assert observed.two_level is not None
    (product,) = (item for item in observed.two_level.between.variables if item.label == "x:w")
    assert product.part is Part.BETWEEN


def test_categories_are_variables() -> None:
    sex = info("s", Level.INDIVIDUAL, kind="categorical", categories=("a", "b", "c"))
    kind = info("t", Level.GROUP, kind="categorical", categories=("p", "q"))
    frame = described("x m y", s=sex, t=kind)
    found = latent(frame, covariates=["s", "t"], moderators={"a": "t"})
    two_level = found.two_level
    assert two_level is not None
    labels = [item.label for item in two_level.within.variables]
    assert labels == ["x", "s[b]", "s[c]", "y", "m"]
    assert named(two_level.between)["a_within:t[q]"] == "a<-t[q]"
    assert "cov_within(s[b],s[c])" in found.parameters
    assert "cov_between(x,t[q])" in found.parameters


def test_columns_that_are_called_like_paths_keep_their_slopes_apart() -> None:
    frame = described("x b y", "direct")
    found = latent(frame, "b", covariates=["direct"], random_slopes=("b", "direct"))
    two_level = found.two_level
    assert two_level is not None
    assert len(two_level.between.positions) == len(two_level.between.variables)
    assert two_level.between.positions.keys() >= {"b", "direct", "intercept[b]"}
    assert len(two_level.latent) == 3
    assert {term.label for term in found.random} <= set(two_level.between.positions)


def test_constraints_reach_the_systems_followed() -> None:
    found = latent(
        FRAMES["1-1-1"],
        constraints={"a_within": "a_between", "a_between": "b_between", "direct_within": 0},
    )
    assert found.two_level is not None
    assert found.two_level.constraints == {
        "a_within": "b_between",
        "a_between": "b_between",
        "direct_within": 0.0,
    }
    assert {"a_within", "a_between", "direct_within"} <= set(found.parameters.names)


# -- residual covariances -------------------------------------------------------------------------


def test_residuals_of_parallel_mediators_covary_at_their_levels() -> None:
    both = latent(FRAMES["1-1-1"], ("m", "k"))
    (item,) = (p for p in both.parameters if p.name == "cov_within(m,k)")
    assert item.kind == "residual"
    assert "cov(m,k)" in both.parameters
    slopes = latent(FRAMES["1-1-1"], ("m", "k"), random_slopes=("a", "b", "direct"))
    (item,) = (p for p in slopes.parameters if p.name == "cov_within(m,k)")
    assert item.kind == "residual"
    each = latent(FRAMES["one mediator of each level"], ("m", "k"))
    assert "cov_within(m,k)" not in each.parameters
    assert "cov_between(m,k)" in each.parameters
    for options in ({"mediation": "serial"}, {"random_covariance": "by-equation"}):
        apart = latent(FRAMES["1-1-1"], ("m", "k"), **options)
        assert not {"cov_within(m,k)", "cov(m,k)"} & set(apart.parameters.names)


def test_other_centrings_have_no_systems() -> None:
    assert latent(FRAMES["1-1-1"], centering="group-mean").two_level is None
