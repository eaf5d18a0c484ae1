"""The likelihood with random slopes against dense integration, other formulas and differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.normal import NormalLikelihood
from medwidget.estimators.twolevel.saturated import without_slopes
from medwidget.estimators.twolevel.slopes import SlopesLikelihood, slope_start
from medwidget.estimators.twolevel.slopes.adapt import find_modes
from medwidget.estimators.twolevel.slopes.blocks import blocks_of
from medwidget.estimators.twolevel.slopes.parts import Setting
from medwidget.estimators.twolevel.units import units_of
from tests.estimators.twolevel.slope_systems import (
    covariate_slopes,
    dense_problem,
    moderated,
    natural_shift,
    phi_of,
    simple_slope,
    simulated,
    three_slopes,
)
from tests.estimators.twolevel.systems import cells_for, layout_for

DENSE = [
    ("three_slopes", False, 15),
    ("three_slopes", True, 11),
    ("parallel_observed", False, 9),
    ("parallel_observed", True, 9),
    ("moderated_holes", True, 21),
]


@pytest.mark.parametrize(("name", "by_slopes", "nodes"), DENSE)
def test_log_likelihood_is_that_of_dense_integration(name, by_slopes, nodes):
    case, layout, cells = dense_problem(name)
    likelihood = SlopesLikelihood(layout, cells, nodes, by_slopes=by_slopes)
    assert likelihood.by_slopes is by_slopes
    phi = phi_of(layout, case["parameters"])
    found = likelihood.by_group(phi)
    assert found.sum() - natural_shift(cells) == pytest.approx(case["log_likelihood"], abs=1e-6)
    draws = case["draws"]
    away = found.sum() - natural_shift(cells) - draws["loglik"]
    assert abs(away) < 4 * draws["standard_error"]


def test_which_engine_follows_from_what_is_missing():
    for name, expected in (("three_slopes", False), ("moderated_holes", True)):
        _, layout, cells = dense_problem(name)
        assert SlopesLikelihood(layout, cells).by_slopes is expected


def differences(function, phi, directions, step=1e-4):
    steps = step * directions
    return np.array([(function(phi + d) - function(phi - d)) / (2 * step) for d in steps])


def assert_derivatives(likelihood, phi, directions=None):
    """Hold gradient and Hessian against differences along directions, by default all."""
    if directions is None:
        directions = np.eye(len(phi))
    value, gradient, hessian = likelihood.objective(phi)
    assert value == pytest.approx(-2 * float(likelihood.by_group(phi) @ likelihood.weights))
    again = likelihood.value_gradient(phi)
    assert again[0] == pytest.approx(value, abs=1e-9)
    np.testing.assert_allclose(again[1], gradient, atol=1e-7)
    slope = differences(
        lambda p: -2 * float(likelihood.by_group(p) @ likelihood.weights), phi, directions
    )
    np.testing.assert_allclose(directions @ gradient, slope, atol=2e-5)
    curve = differences(lambda p: likelihood.value_gradient(p)[1], phi, directions)
    np.testing.assert_allclose(directions @ hessian, curve, atol=3e-4)
    assert np.abs(directions @ hessian).max() > 10  # so that the tolerance says something


def some_directions(phi, count):
    found = np.random.default_rng(1).normal(size=(count, len(phi)))
    return found / np.linalg.norm(found, axis=1, keepdims=True) * 2


@pytest.mark.parametrize(
    ("name", "by_slopes", "nodes"),
    [
        ("three_slopes", False, 21),
        ("three_slopes", True, 15),
        ("parallel_observed", False, 15),
        ("parallel_observed", True, 15),
        ("moderated_holes", True, 31),
    ],
)
def test_derivatives_are_those_of_the_value(name, by_slopes, nodes):
    case, layout, cells = dense_problem(name)
    likelihood = SlopesLikelihood(layout, cells, nodes, by_slopes=by_slopes)
    phi = phi_of(layout, case["parameters"])
    assert_derivatives(likelihood, phi, some_directions(phi, 3) if by_slopes else None)


def holed(columns, names, share, rng):
    out = {name: values.copy() for name, values in columns.items()}
    for name in names:
        out[name][rng.random(len(out[name])) < share] = np.nan
    return out


def test_slopes_that_follow_from_the_group_have_the_right_derivatives():
    columns, codes = simulated(12, 4, seed=3)
    model = moderated(random=("b",))
    cells = cells_for(model, columns, codes)
    layout = layout_for(model, cells)
    phi = slope_start(layout, cells)
    where = layout.coordinate_of("a_within:w")
    phi[where] = 0.2
    parts = SlopesLikelihood(layout, cells, 15)
    assert parts.dimensions == 1
    assert_derivatives(parts, phi)
    slopes = SlopesLikelihood(layout, cells, 15, by_slopes=True)
    assert_derivatives(slopes, phi, some_directions(phi, 3))
    np.testing.assert_allclose(parts.by_group(phi), slopes.by_group(phi), atol=1e-7)


def test_missing_outcomes_leave_both_engines_in_agreement():
    rng = np.random.default_rng(8)
    columns, codes = simulated(12, 5, seed=4)
    columns = holed(columns, ["y"], 0.3, rng)
    model = three_slopes()
    cells = cells_for(model, columns, codes)
    layout = layout_for(model, cells)
    phi = slope_start(layout, cells)
    parts = SlopesLikelihood(layout, cells, 25)
    slopes = SlopesLikelihood(layout, cells, 15, by_slopes=True)
    assert not parts.by_slopes
    np.testing.assert_allclose(parts.by_group(phi), slopes.by_group(phi), atol=2e-6)
    f, gradient, hessian = parts.objective(phi)
    g, other, curve = slopes.objective(phi)
    assert f == pytest.approx(g, abs=1e-5)
    np.testing.assert_allclose(gradient, other, atol=1e-4)
    np.testing.assert_allclose(hessian, curve, atol=1e-2)


def test_group_level_values_may_be_missing():
    rng = np.random.default_rng(9)
    columns, codes = simulated(14, 4, seed=5)
    columns["w"] = np.where(rng.random(14) < 0.3, np.nan, columns["w"][::4])[codes]
    model = three_slopes_with_w()
    cells = cells_for(model, columns, codes)
    assert not cells.complete
    layout = layout_for(model, cells)
    phi = slope_start(layout, cells)
    likelihood = SlopesLikelihood(layout, cells, 25)
    assert_derivatives(likelihood, phi, some_directions(phi, 5))
    other = SlopesLikelihood(layout, cells, 25, by_slopes=True)
    np.testing.assert_allclose(likelihood.by_group(phi), other.by_group(phi), atol=2e-6)


def three_slopes_with_w():
    model = moderated()
    between = model.between
    paths = tuple(path for path in between.paths if path[2] != "a_within:w")
    return type(model)(
        model.within, type(between)(between.variables, between.means, paths, between.elements)
    )


def test_one_node_is_laplaces_approximation():
    """Mode and curvature of the integrand by differences, group by group."""
    case, layout, cells = dense_problem("three_slopes")
    phi = phi_of(layout, case["parameters"])
    likelihood = SlopesLikelihood(layout, cells, 1)
    (block,) = blocks_of(cells, np.arange(cells.n_groups), 1000)
    setting = Setting(block, likelihood.plan, layout.matrices(phi))
    modes, _ = find_modes(setting, np.zeros((2, cells.n_groups)), 1e-9)

    def value(u):
        return setting.at(u[:, None]).value[0]

    step = 1e-4
    e = step * np.eye(2)[:, :, None]
    top = value(modes)
    for a in range(2):
        slope = (value(modes + e[a]) - value(modes - e[a])) / (2 * step)
        np.testing.assert_allclose(slope, 0.0, atol=1e-6)
    curve = np.empty((cells.n_groups, 2, 2))
    for a in range(2):
        for b in range(2):
            corners = [
                sign * other * value(modes + sign * e[a] + other * e[b])
                for sign in (1, -1)
                for other in (1, -1)
            ]
            curve[:, a, b] = -sum(corners) / (4 * step**2)
    laplace = setting.constant + top - 0.5 * np.linalg.slogdet(curve)[1]
    np.testing.assert_allclose(likelihood.by_group(phi), laplace, atol=1e-5)


def test_slopes_on_observed_deviations_need_no_quadrature():
    """With x observed, y given x is Gaussian with the covariance of a mixed model."""
    columns, codes = simulated(9, 6, seed=6)
    means = np.bincount(codes, columns["x"]) / np.bincount(codes)
    columns = {"y": columns["y"], "x": columns["x"] - means[codes], "xbar": means[codes]}
    model = simple_slope()
    cells = cells_for(model, columns, codes, standard=False)
    layout = layout_for(model, cells)
    parameters = {
        "mean(x)": 0.1,
        "var_between(x)": 0.5,
        "var_within(x)": 1.2,
        "intercept[y]": 0.3,
        "direct_within": 0.4,
        "direct_between": 0.6,
        "var(y)": 0.5,
        "var(direct)": 0.2,
        "cov(y,direct)": 0.1,
        "residual(y)": 0.9,
    }
    likelihood = SlopesLikelihood(layout, cells, 1)
    assert likelihood.dimensions == 0
    found = likelihood.by_group(phi_of(layout, parameters))
    for group in range(9):
        x, y = columns["x"][codes == group], columns["y"][codes == group]
        xbar = columns["xbar"][codes == group][0]
        z = np.column_stack([np.ones_like(x), x])
        covariance = z @ np.array([[0.5, 0.1], [0.1, 0.2]]) @ z.T + 0.9 * np.eye(len(x))
        expected = multivariate_normal.logpdf(y, 0.3 + 0.4 * x + 0.6 * xbar, covariance)
        expected += multivariate_normal.logpdf(x, np.zeros(len(x)), 1.2 * np.eye(len(x)))
        expected += multivariate_normal.logpdf(xbar, 0.1, 0.5)
        assert found[group] == pytest.approx(expected, abs=1e-7)
    assert_derivatives(likelihood, phi_of(layout, parameters))


def test_slopes_without_variance_are_paths():
    columns, codes = simulated(15, 5, seed=7)
    model = three_slopes()
    cells = cells_for(model, columns, codes)
    layout = layout_for(model, cells)
    plain = without_slopes(model)
    simple = Layout(plain, units_of(plain, cells))
    phi = slope_start(layout, cells)
    first = layout.n_locations
    for number, (row, _) in enumerate(layout.between_elements):
        if row in model.slopes:
            phi[first + number] = 0.0
    source = np.zeros(simple.n_coordinates)
    for name in simple.locations:
        source[simple.coordinate_of(name)] = phi[layout.coordinate_of(name)]
    kept = [i for i, (row, _) in enumerate(layout.between_elements) if row not in model.slopes]
    source[simple.n_locations :] = np.concatenate(
        [phi[first + np.array(kept)], phi[first + len(layout.between_elements) :]]
    )
    for by_slopes in (False, True):
        likelihood = SlopesLikelihood(layout, cells, 3, by_slopes=by_slopes)
        value, gradient = NormalLikelihood.of(simple, cells).objective(source)[:2]
        found = likelihood.objective(phi)
        assert found[0] == pytest.approx(value, abs=1e-6)
        for name in simple.locations:
            here, there = layout.coordinate_of(name), simple.coordinate_of(name)
            assert found[1][here] == pytest.approx(gradient[there], abs=1e-4)
        # the Hessian stays exact where Ψ_B is singular
        pivots = [layout.between_pivots[place] for place in model.slopes]
        np.testing.assert_allclose(found[1][pivots], 0.0, atol=1e-5)
        directions = np.eye(len(phi))[pivots]
        curve = differences(lambda p, of=likelihood: of.value_gradient(p)[1], phi, directions)
        np.testing.assert_allclose(found[2][pivots], curve, atol=1e-2)


def test_weights_count_groups_more_than_once():
    case, layout, cells = dense_problem("three_slopes")
    phi = phi_of(layout, case["parameters"])
    likelihood = SlopesLikelihood(layout, cells, 7)
    weights = np.arange(cells.n_groups) % 3.0
    other = likelihood.reweighted(weights)
    value, gradient, hessian = other.objective(phi)
    assert value == pytest.approx(-2 * float(weights @ likelihood.by_group(phi)))
    single = [likelihood.reweighted(row) for row in np.eye(cells.n_groups)]
    parts = [one.objective(phi) for one in single]
    np.testing.assert_allclose(gradient, sum(w * p[1] for w, p in zip(weights, parts, strict=True)))
    np.testing.assert_allclose(
        hessian, sum(w * p[2] for w, p in zip(weights, parts, strict=True)), atol=1e-7
    )


def test_posteriors_of_both_engines_agree():
    case, layout, cells = dense_problem("three_slopes")
    phi = phi_of(layout, case["parameters"])
    means, covariances = SlopesLikelihood(layout, cells, 21).posterior(phi)
    other = SlopesLikelihood(layout, cells, 15, by_slopes=True).posterior(phi)
    np.testing.assert_allclose(means, other[0], atol=1e-5)
    np.testing.assert_allclose(covariances, other[1], atol=1e-5)
    assert np.linalg.eigvalsh(covariances).min() > 0


def test_a_point_without_a_likelihood_has_an_infinite_value():
    _, layout, cells = dense_problem("three_slopes")
    phi = np.full(layout.n_coordinates, 400.0)
    value, gradient, _ = SlopesLikelihood(layout, cells).objective(phi)
    assert value == np.inf
    assert not gradient.any()


@pytest.mark.parametrize("fixed", [(), ("c",)])
def test_raw_covariates_have_means_and_slopes_within_groups(fixed):
    columns, codes = simulated(15, 5, seed=3)
    rng = np.random.default_rng(0)
    columns["c"] = rng.normal(size=len(codes)) + 2 + 0.3 * columns["x"]
    model = covariate_slopes(fixed)
    cells = cells_for(model, columns, codes)
    layout = layout_for(model, cells)
    phi = slope_start(layout, cells)
    phi += rng.normal(scale=0.05, size=len(phi))
    parts = SlopesLikelihood(layout, cells, 15)
    assert parts.dimensions == 1  # only m is latent and has a slope that varies
    assert_derivatives(parts, phi)
    slopes = SlopesLikelihood(layout, cells, 15, by_slopes=True)
    assert slopes.dimensions == 2 - len(fixed)
    assert_derivatives(slopes, phi, some_directions(phi, 3))
    np.testing.assert_allclose(parts.by_group(phi), slopes.by_group(phi), atol=1e-7)
    holes = holed(columns, "my", 0.15, rng)
    cells = cells_for(model, holes, codes)
    layout = layout_for(model, cells)
    likelihood = SlopesLikelihood(layout, cells, 25)
    assert likelihood.by_slopes
    assert_derivatives(likelihood, phi, some_directions(phi, 3))
