"""Maximising with random slopes: nodes, boundaries, missing values, progress."""

from __future__ import annotations

import numpy as np
import pytest

from medwidget.errors import Cancelled, ConvergenceError
from medwidget.estimators.twolevel.slopes import (
    SlopesLikelihood,
    fit_slopes,
    quadrature_problem,
    slope_start,
)
from medwidget.estimators.twolevel.slopes import fit as fitting
from tests.estimators.twolevel.slope_systems import (
    moderated,
    natural_shift,
    simple_slope,
    simulated,
    three_slopes,
)
from tests.estimators.twolevel.systems import cells_for, layout_for


def parts(found):
    """Return likelihood, optimum and what more nodes change."""
    return found.likelihood, found.optimum, found.change


def problem(model, columns, codes):
    cells = cells_for(model, columns, codes)
    layout = layout_for(model, cells)
    return layout, cells, slope_start(layout, cells)


def fitted(model, columns, codes, progress=None):
    layout, cells, start = problem(model, columns, codes)
    return fit_slopes(layout, cells, start, np.random.default_rng(1), progress)


def with_holes(columns, share, seed):
    rng = np.random.default_rng(seed)
    out = dict(columns)
    for name in "xmy":
        out[name] = np.where(rng.random(len(columns[name])) < share, np.nan, columns[name])
    return out


def test_more_nodes_change_the_log_likelihood_by_what_is_reported():
    columns, codes = simulated(40, 6, seed=1)
    found = fitted(three_slopes(), columns, codes)
    likelihood = found.likelihood
    assert found.optimum.best.converged
    assert found.nodes > 3
    assert found.change < 1e-6
    phi = found.optimum.best.point
    value = likelihood.by_group(phi).sum() + found.more
    assert likelihood.with_nodes(31).by_group(phi).sum() == pytest.approx(value, abs=1e-6)
    # and with the fewest it is not settled
    assert abs(likelihood.with_nodes(3).by_group(phi).sum() - value) > 1e-4
    assert likelihood.levels.min() < likelihood.nodes  # only groups that need them have as many


def test_the_place_of_the_maximum_is_that_with_far_more_nodes():
    columns, codes = simulated(40, 6, seed=1)
    found = fitted(three_slopes(), columns, codes)
    many = found.likelihood.with_nodes(31)
    _, gradient, hessian = many.objective(found.optimum.best.point)
    step = np.linalg.solve(hessian, gradient)
    errors = np.sqrt(2 * np.diag(np.linalg.inv(hessian)))
    assert np.abs(step / errors).max() < 5e-4
    # so that its height is the maximum to the square of that
    assert gradient @ step / 2 < 1e-6


def test_a_limit_on_nodes_is_told_as_change_that_is_left(monkeypatch):
    monkeypatch.setattr(fitting, "LADDER", np.array([3, 5]))
    columns, codes = simulated(15, 6, seed=2)
    found = fitted(three_slopes(), columns, codes)
    assert found.nodes == 5
    assert found.change > 1e-6
    problem = quadrature_problem(found.nodes, found.change)
    assert problem.severity == "warning"
    assert "5 quadrature nodes" in problem.message
    assert quadrature_problem(found.nodes, 1e-8) is None
    assert quadrature_problem(None, None) is None


def test_other_starts_lead_to_the_same_maximum():
    columns, codes = simulated(25, 6, seed=3)
    layout, cells, start = problem(moderated(), columns, codes)
    rng = np.random.default_rng(4)
    ends = []
    for begin in (start, start + rng.normal(scale=0.15, size=len(start))):
        found = fit_slopes(layout, cells, begin, rng)
        value = found.likelihood.by_group(found.optimum.best.point).sum()
        ends.append(value + found.more)
    assert ends[0] == pytest.approx(ends[1], abs=1e-5)


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_slopes_that_do_not_vary_end_at_the_boundary(seed):
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(30), 6)
    x_b = 0.5 * rng.normal(size=30)
    m_b = 0.5 * x_b + 0.4 * rng.normal(size=30)
    y_b = 0.3 * m_b + 0.4 * rng.normal(size=30)
    x = rng.normal(size=180)
    m = 0.4 * x + rng.normal(size=180)
    y = 0.4 * m + rng.normal(size=180)
    columns = {"x": x + x_b[codes], "m": m + m_b[codes], "y": y + y_b[codes]}
    model = three_slopes(("a", "b"))
    likelihood, optimum, change = parts(fitted(model, columns, codes))
    assert optimum.best.converged
    assert optimum.starts > 1
    assert change < 1e-6
    layout = likelihood.layout
    pivots = np.abs(optimum.best.point[list(layout.between_pivots)])
    assert pivots.min() < 1e-4
    assert np.linalg.eigvalsh(optimum.best.hessian)[0] > 0


def test_the_start_finds_slopes_and_their_spread():
    columns, codes = simulated(200, 12, seed=5)
    layout, _, start = problem(three_slopes(), columns, codes)
    found = layout.natural_by_name(start)
    assert found["a_within"] == pytest.approx(0.5, abs=0.1)
    truth = {"a": 0.04 + 0.09 * 1.4, "b": 0.09 * 1.4, "direct": 0.09 * 1.4}
    for name, variance in truth.items():
        assert found[f"var({name})"] == pytest.approx(variance, rel=0.5)


def test_missing_values_are_fitted_by_full_information():
    columns, codes = simulated(25, 6, seed=6)
    model = three_slopes(("a", "b"))
    whole, complete, _ = parts(fitted(model, columns, codes))
    likelihood, optimum, change = parts(fitted(model, with_holes(columns, 0.05, 7), codes))
    assert not whole.by_slopes
    assert likelihood.by_slopes
    assert optimum.best.converged
    assert change < 1e-6
    here = likelihood.layout.natural_by_name(optimum.best.point)
    there = whole.layout.natural_by_name(complete.best.point)
    for name in ("a_within", "b_within", "direct_within", "var(a)", "var(b)"):
        assert here[name] == pytest.approx(there[name], abs=0.15)


def test_without_integrals_one_node_is_exact():
    columns, codes = simulated(20, 6, seed=8)
    means = np.bincount(codes, columns["x"]) / np.bincount(codes)
    split = {"y": columns["y"], "x": columns["x"] - means[codes], "xbar": means[codes]}
    found = fitted(simple_slope(), split, codes)
    likelihood, optimum, change = parts(found)
    assert (found.nodes, found.more, change, likelihood.dimensions) == (1, 0.0, 0.0, 0)
    assert optimum.best.converged
    more = likelihood.with_nodes(9).by_group(optimum.best.point)
    np.testing.assert_allclose(more, likelihood.by_group(optimum.best.point), rtol=1e-12)


def test_a_mixed_model_has_the_same_maximum_where_predictors_are_observed():
    """Given x, this is a mixed model for y: statsmodels finds the same estimates."""
    smf = pytest.importorskip("statsmodels.regression.mixed_linear_model")
    columns, codes = simulated(60, 8, seed=9)
    means = np.bincount(codes, columns["x"]) / np.bincount(codes)
    split = {"y": columns["y"], "x": columns["x"] - means[codes], "xbar": means[codes]}
    likelihood, optimum, _ = parts(fitted(simple_slope(), split, codes))
    found = likelihood.layout.natural_by_name(optimum.best.point)
    design = np.column_stack([np.ones_like(split["x"]), split["x"], split["xbar"]])
    other = smf.MixedLM(split["y"], design, codes, design[:, :2]).fit(reml=False)
    names = ("intercept[y]", "direct_within", "direct_between")
    for name, value in zip(names, other.fe_params, strict=True):
        assert found[name] == pytest.approx(value, abs=1e-4)
    covariance = np.asarray(other.cov_re)
    assert found["var(direct)"] == pytest.approx(covariance[1, 1], rel=1e-3)
    assert found["cov(y,direct)"] == pytest.approx(covariance[0, 1], abs=1e-3)
    cells = likelihood.cells
    joint = likelihood.by_group(optimum.best.point).sum() - natural_shift(cells)
    x, xbar = split["x"], means
    given = -0.5 * len(x) * (np.log(2 * np.pi * np.mean(x**2)) + 1)
    given -= 0.5 * len(xbar) * (np.log(2 * np.pi * np.var(xbar)) + 1)
    assert joint - given == pytest.approx(other.llf, abs=1e-5)


def test_progress_is_told_and_may_stop_the_fit(monkeypatch):
    monkeypatch.setattr(fitting, "SECONDS_BETWEEN_CALLS", 0.0)
    columns, codes = simulated(20, 5, seed=10)
    told = []

    def progress(done, total):
        told.append((done, total))

    likelihood, optimum, _ = parts(fitted(three_slopes(), columns, codes, progress))
    assert len(told) > 5
    assert all(0 <= done <= total for done, total in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    count = len(told)
    likelihood.objective(optimum.best.point)  # what comes after the fit is not told
    assert len(told) == count
    with pytest.raises(Cancelled, match="stopped"):
        fitted(three_slopes(), columns, codes, lambda done, total: False)


def test_no_value_at_any_start_is_an_error_with_a_remedy():
    columns, codes = simulated(12, 4, seed=11)
    layout, cells, start = problem(three_slopes(), columns, codes)
    with pytest.raises(ConvergenceError, match="rescale"):
        fit_slopes(layout, cells, np.full_like(start, np.nan), np.random.default_rng(0))


def test_groups_drawn_twice_are_two_groups():
    columns, codes = simulated(15, 5, seed=12)
    layout, cells, start = problem(three_slopes(), columns, codes)
    weights = np.arange(15) % 3
    likelihood = SlopesLikelihood(layout, cells, 5).reweighted(weights.astype(float))
    rows = [np.flatnonzero(codes == group) for group in np.repeat(np.arange(15), weights)]
    drawn = {name: np.concatenate([values[i] for i in rows]) for name, values in columns.items()}
    again = np.repeat(np.arange(len(rows)), 5)
    values = np.column_stack([drawn[v.label] for v in layout.model.within.variables])
    from medwidget.data.cells import make_cells

    none = np.empty((len(rows), 0))
    other = make_cells(
        values, again, none, cells.location, cells.scale, cells.group_location, cells.group_scale
    )
    f, gradient, hessian = SlopesLikelihood(layout, other, 5).objective(start)
    g, slope, curve = likelihood.objective(start)
    assert f == pytest.approx(g, abs=1e-7)
    np.testing.assert_allclose(gradient, slope, atol=1e-5)
    np.testing.assert_allclose(hessian, curve, atol=1e-3)
