"""The likelihood without random slopes against dense densities, and its derivatives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.normal import NormalLikelihood
from tests.estimators.twolevel.dense import group_density
from tests.estimators.twolevel.systems import cells_for, layout_for, path_model, two_level

DESIGNS = ("111", "211", "221", "112", "121", "212", "mixed")


def design(name: str):
    if name != "mixed":
        return path_model(name)
    # a covariate within groups only, a group-level one, and two constraints
    return two_level(
        {"c": "within", "x": "latent", "m": "latent", "y": "latent"},
        {"x": "latent", "w": "group", "m": "latent", "y": "latent"},
        [("m", "x", "a_within"), ("m", "c", "m~c"), ("y", "m", "b_within"), ("y", "c", "y~c")],
        [("m", "x", "a_between"), ("y", "m", "b_between"), ("m", "w", "m~w")],
        {"b_within": "b_between", "m~w": 0.3},
    )


@dataclass(frozen=True)
class Case:
    columns: dict[str, np.ndarray]
    codes: np.ndarray
    cells: Cells
    layout: Layout
    likelihood: NormalLikelihood
    phi: np.ndarray

    def dense(self, phi: np.ndarray) -> list[tuple[float, np.ndarray, np.ndarray]]:
        return [
            group_density(self.layout, self.cells, self.columns, self.codes, phi, group)
            for group in range(self.cells.n_groups)
        ]


def case(name: str, holes: float, *, groups: int = 11, seed: int = 3) -> Case:
    rng = np.random.default_rng(seed)
    codes = rng.permutation(np.repeat(np.arange(groups), rng.integers(1, 6, groups)))
    model = design(name)
    columns = {}
    for variable in model.within.variables:
        values = 5 + rng.normal(size=codes.size) + rng.normal(size=groups)[codes]
        columns[variable.label] = np.where(rng.random(codes.size) < holes, np.nan, values)
    for place in model.group:
        values = -2 + 3 * rng.normal(size=groups)
        if holes:
            values[rng.random(groups) < holes] = np.nan
        columns[model.between.variables[place].label] = values[codes]
    cells = cells_for(model, columns, codes)
    layout = layout_for(model, cells)
    phi = 0.5 * rng.normal(size=layout.n_coordinates)
    return Case(columns, codes, cells, layout, NormalLikelihood.of(layout, cells), phi)


@pytest.mark.parametrize("holes", [0.0, 0.3])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_group_has_its_dense_density(name: str, holes: float) -> None:
    item = case(name, holes)
    expected = [loglik for loglik, _, _ in item.dense(item.phi)]
    np.testing.assert_allclose(item.likelihood.by_group(item.phi), expected, rtol=1e-11)
    weights = np.arange(item.cells.n_groups) % 3
    weighted = item.likelihood.reweighted(weights.astype(float))
    assert weighted.value(item.phi) == pytest.approx(-2 * weights @ expected, rel=1e-12)


@pytest.mark.parametrize("holes", [0.0, 0.3])
@pytest.mark.parametrize("name", DESIGNS)
def test_what_is_known_of_groups_is_what_conditioning_gives(name: str, holes: float) -> None:
    item = case(name, holes)
    means, covariances = item.likelihood.posterior(item.phi)
    for group, (_, mean, covariance) in enumerate(item.dense(item.phi)):
        np.testing.assert_allclose(means[group], mean, atol=1e-9)
        np.testing.assert_allclose(covariances[group], covariance, atol=1e-9)


def differences(function, phi: np.ndarray, step: float = 1e-5) -> np.ndarray:
    moves = step * np.eye(phi.size)
    return np.array([(function(phi + m) - function(phi - m)) / (2 * step) for m in moves])


@pytest.mark.parametrize("holes", [0.0, 0.3])
@pytest.mark.parametrize("name", DESIGNS)
def test_derivatives_are_those_of_the_value(name: str, holes: float) -> None:
    item = case(name, holes)
    weights = np.arange(item.cells.n_groups) % 3 + 0.5
    likelihood = item.likelihood.reweighted(weights)
    value, gradient, hessian = likelihood.objective(item.phi)
    assert value == likelihood.value(item.phi)
    found = differences(likelihood.value, item.phi)
    np.testing.assert_allclose(gradient, found, atol=1e-7 * np.abs(gradient).max())
    np.testing.assert_allclose(likelihood.value_gradient(item.phi)[1], gradient, rtol=1e-13)
    found = differences(lambda phi: likelihood.value_gradient(phi)[1], item.phi)
    np.testing.assert_allclose(hessian, found, atol=1e-7 * np.abs(hessian).max())
    np.testing.assert_array_equal(hessian, hessian.T)


@pytest.mark.parametrize("holes", [0.0, 0.3])
def test_points_together_are_points_one_by_one(holes: float) -> None:
    item = case("mixed", holes)
    points = np.stack([item.phi, 0.5 * item.phi, -item.phi])
    weights = np.random.default_rng(8).integers(0, 4, (3, item.cells.n_groups)).astype(float)
    together = item.likelihood.objective_many(points, weights)
    for i, point in enumerate(points):
        alone = item.likelihood.reweighted(weights[i]).objective(point)
        for whole, part in zip(together, alone, strict=True):
            np.testing.assert_allclose(whole[i], part, rtol=1e-11, atol=1e-9)


@pytest.mark.parametrize("name", ["111", "211", "112"])
def test_latent_parts_may_be_without_variance(name: str) -> None:
    """At L_B = 0 for a latent part its density is that of rows without groups."""
    item = case(name, 0.0)
    phi = item.phi.copy()
    model = item.layout.model
    for place, pivot in enumerate(item.layout.between_pivots):
        if model.between.variables[place].role == "latent":
            phi[pivot] = 0.0
    value, gradient, hessian = item.likelihood.objective(phi)
    expected = sum(loglik for loglik, _, _ in item.dense(phi))
    assert value == pytest.approx(-2 * expected, rel=1e-11)
    found = differences(item.likelihood.value, phi)
    np.testing.assert_allclose(gradient, found, atol=1e-7 * np.abs(gradient).max())
    assert np.isfinite(hessian).all()


def test_a_group_may_have_group_level_values_only() -> None:
    rng = np.random.default_rng(2)
    codes = np.repeat(np.arange(6), 4)
    columns = {"x": rng.normal(size=6)[codes], "m": rng.normal(size=24), "y": rng.normal(size=24)}
    for name in "my":
        columns[name][codes == 4] = np.nan
    model = path_model("211")
    cells = cells_for(model, columns, codes)
    layout = layout_for(model, cells)
    likelihood = NormalLikelihood.of(layout, cells)
    phi = 0.3 * rng.normal(size=layout.n_coordinates)
    expected = [group_density(layout, cells, columns, codes, phi, j)[0] for j in range(6)]
    np.testing.assert_allclose(likelihood.by_group(phi), expected, rtol=1e-11)
    assert 4 not in cells.group


def test_where_there_is_no_value_it_is_infinite() -> None:
    """A group-level variable without variance cannot have been observed to vary."""
    item = case("211", 0.0)
    phi = item.phi.copy()
    phi[item.layout.between_pivots[item.layout.model.group[0]]] = 0.0
    value, gradient, hessian = item.likelihood.objective(phi)
    assert value == np.inf
    assert np.isfinite(gradient).all()
    assert np.isfinite(hessian).all()
    assert item.likelihood.value(phi) == item.likelihood.value_gradient(phi)[0] == np.inf
    weights = np.ones((2, item.cells.n_groups))
    values, _, _ = item.likelihood.objective_many(np.stack([phi, item.phi]), weights)
    assert values[0] == np.inf
    assert values[1] == pytest.approx(item.likelihood.value(item.phi), rel=1e-12)


def test_extreme_points_warn_nobody() -> None:
    item = case("111", 0.3)
    for scale in (50.0, 800.0, 1e5):
        value, _, _ = item.likelihood.objective(scale * np.sign(item.phi))
        assert value == np.inf or np.isfinite(value)
