"""The estimator: boundaries in words, refits, progress, what it refuses."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget._numerics.trust_region import minimize
from medwidget.data.cells import build_cells
from medwidget.errors import Cancelled, ConvergenceError
from medwidget.estimators.protocol import Fit
from medwidget.estimators.registry import read_estimator
from medwidget.estimators.twolevel.boundary import boundary_problems, refuse_perfect_fit
from medwidget.estimators.twolevel.estimator import TwoLevelEstimator
from medwidget.estimators.twolevel.normal import NormalLikelihood
from medwidget.estimators.twolevel.pace import Pace
from medwidget.estimators.twolevel.saturated import saturated
from medwidget.estimators.twolevel.start import moment_start
from medwidget.pipeline.resolve import resolve
from tests.contracts.simulated import latent_two_level
from tests.estimators.twolevel.systems import cells_for, layout_for, path_model


def model(**options: Any) -> mw.MediationModel:
    chosen: dict[str, Any] = {"centering": "latent", "random_slopes": (), **options}
    return mw.MediationModel("x", "m", "y", "g", **chosen)


def fit(frame: pd.DataFrame, **options: Any) -> Fit:
    return mw.fit(model(**options), frame, interval=None).fitted


def frame(groups: int = 50, seed: int = 7) -> pd.DataFrame:
    return latent_two_level(groups, (3, 7), seed=seed)


# -- boundaries -----------------------------------------------------------------------------------


def codes(found: Fit) -> dict[str, str | None]:
    return {problem.code: problem.column for problem in found.problems}


def test_a_clear_case_has_no_problems() -> None:
    found = fit(frame())
    assert found.problems == ()
    assert found.convergence.singular == ()
    assert found.convergence.starts == 1
    assert found.convergence.gradient_norm < 1e-6
    assert found.convergence.decrement < 1e-12
    assert np.diff(found.convergence.history).min() > 0
    assert found.convergence.history[-1] == pytest.approx(found.loglik, abs=1e-7)


def test_an_exposure_without_latent_means_is_named_with_a_remedy_that_works() -> None:
    data = frame()
    rng = np.random.default_rng(1)
    exposure = rng.normal(size=len(data))
    # its group means differ by less than chance would have it
    exposure -= 0.7 * pd.Series(exposure).groupby(data["g"]).transform("mean").to_numpy()
    data["m"] += exposure
    found = fit(data.assign(x=exposure))
    assert codes(found)["no-latent-between-variance"] == "x"
    (problem,) = (item for item in found.problems if item.code == "no-latent-between-variance")
    assert "a_between and direct_between mean nothing" in problem.message
    assert "splits={'x': 'within'}" in problem.remedy
    assert found.convergence.singular
    cured = fit(data.assign(x=exposure), splits={"x": "within"})
    assert cured.problems == ()
    assert cured.loglik < found.loglik + 1e-9
    # what a latent variable without variance would do is not known to any precision
    se = dict(zip(found.names, np.sqrt(np.diag(found.covariance)), strict=True))
    assert se["a_between"] > 10
    certain = dict(zip(cured.names, np.sqrt(np.diag(cured.covariance)), strict=True))
    assert se["a_within"] == pytest.approx(certain["a_within"], rel=1e-3)


def test_a_response_without_rest_between_groups_is_named() -> None:
    data = frame()
    rng = np.random.default_rng(2)
    noise = rng.normal(size=len(data))
    noise -= 0.8 * pd.Series(noise).groupby(data["g"]).transform("mean").to_numpy()
    data["y"] = 0.5 * data["m"] + noise
    found = fit(data)
    assert codes(found) == {"boundary-variance": "y"}
    assert "'m', 'x' would explain 'y' completely" in found.problems[0].message
    ours = dict(zip(found.names, found.estimate, strict=True))
    se = dict(zip(found.names, np.sqrt(np.diag(found.covariance)), strict=True))
    assert ours["var(y)"] == pytest.approx(0, abs=1e-12)
    assert se["var(y)"] == pytest.approx(0, abs=1e-6)
    assert found.convergence.singular == ("variance of y is 0",)
    draws = found.draw(300, np.random.default_rng(3))
    assert (draws[:, found.parameters.positions["var(y)"]] >= 0).all()
    # those of the model in which this variance is not a parameter at all
    assert 0.02 < se["b_between"] < 0.3


def test_parts_that_depend_on_one_another_are_named() -> None:
    resolved = resolve(model(covariates=["c"]), frame().assign(c=lambda f: f["x"] ** 2))
    system = resolved.structure.two_level
    assert system is not None
    cells = build_cells(system, resolved.prepared)
    layout = layout_for(system, cells)
    phi = moment_start(layout, cells)
    place = system.between.positions
    pivots = layout.between_pivots
    phi[pivots[max(place["x"], place["c"])]] = 0.0
    found = {problem.code: problem for problem in boundary_problems(layout, phi)}
    assert "depend on one another" in found["boundary-correlation"].message


def test_a_variance_that_vanishes_with_an_infinite_likelihood_is_refused() -> None:
    data = frame()
    tall = path_model("211")
    columns = {name: data[name].to_numpy() for name in "my"}
    columns["x"] = data.groupby("g")["x"].transform("mean").to_numpy()
    cells = cells_for(tall, columns, data["g"].to_numpy() - 1)
    layout = layout_for(tall, cells)
    phi = moment_start(layout, cells)
    refuse_perfect_fit(layout, phi)
    within = phi.copy()
    within[layout.within_pivots[1]] = -15.0
    with pytest.raises(ConvergenceError, match="explain 'y' completely within groups"):
        refuse_perfect_fit(layout, within)
    between = phi.copy()
    between[layout.between_pivots[layout.model.group[0]]] = 1e-8
    with pytest.raises(ConvergenceError, match="explain 'x' completely between groups"):
        refuse_perfect_fit(layout, between)


@pytest.mark.parametrize("seed", [6, 15, 43])
def test_the_saturated_model_leads_out_of_lower_maxima(seed: int) -> None:
    """At these boundaries paths have several maxima; the highest is the saturated model's."""
    rng = np.random.default_rng(seed)
    index = np.repeat(np.arange(15), rng.integers(2, 5, 15))
    data = pd.DataFrame({"g": index, **{name: rng.normal(size=index.size) for name in "xmy"}})
    data["y"] += rng.normal(size=15)[index]
    found = fit(data)
    assert found.convergence.singular
    assert found.convergence.starts == 2
    resolved = resolve(model(), data)
    system = resolved.structure.two_level
    assert system is not None
    cells = build_cells(system, resolved.prepared)
    full = saturated(system)
    layout = layout_for(full, cells)
    likelihood = NormalLikelihood.of(layout, cells)
    best = minimize(likelihood.objective, moment_start(layout, cells))
    shift = len(data) * np.log(cells.scale).sum()
    assert found.loglik == pytest.approx(-best.value / 2 - shift, abs=1e-3)


# -- refits ---------------------------------------------------------------------------------------


def test_refits_of_a_singular_fit_are_possible_models() -> None:
    data = frame()
    data["y"] = 0.5 * data["m"] + np.random.default_rng(5).normal(size=len(data))
    found = fit(data)
    weights = np.random.default_rng(6).multinomial(50, np.full(50, 1 / 50), size=12).astype(float)
    draws = np.vstack(
        [found.refit.cluster(weights), found.refit.parametric(6, np.random.default_rng(1))]
    )
    kept = draws[np.isfinite(draws).all(axis=1)]
    assert len(kept) >= 12
    for name in ("var(y)", "var(m)", "residual(y)", "var_between(x)"):
        assert (kept[:, found.parameters.positions[name]] >= 0).all()


def test_refits_of_incomplete_data_keep_the_holes() -> None:
    data = frame(80)
    rng = np.random.default_rng(3)
    for name in "xmy":
        data.loc[rng.random(len(data)) < 0.2, name] = np.nan
    found = fit(data, missing="fiml")
    again = found.refit.cluster(np.ones((1, 80)))
    se = np.sqrt(np.diag(found.covariance))
    np.testing.assert_allclose((again[0] - found.estimate) / se, 0, atol=1e-3)
    draws = found.refit.parametric(60, np.random.default_rng(2))
    assert np.isfinite(draws).all()
    centre = np.median(draws, axis=0)
    assert np.abs((centre - found.estimate) / se).max() < 5 * 1.25 / np.sqrt(60)
    # between paths have heavy tails: quartiles, of 60 draws
    ratio = np.diff(np.quantile(draws, [0.25, 0.75], axis=0), axis=0)[0] / 1.349 / se
    assert np.all((ratio > 0.6) & (ratio < 1.6))


# -- random slopes through the same estimator -----------------------------------------------------


def sloped(groups: int = 30) -> pd.DataFrame:
    data = frame(groups)
    slopes = np.random.default_rng(4).normal(scale=0.5, size=groups)
    centred = data["x"] - data.groupby("g")["x"].transform("mean")
    return data.assign(m=data["m"] + slopes[data["g"] - 1] * centred)


def test_random_slopes_come_with_quadrature_and_without_tests_of_fit() -> None:
    found = fit(sloped(), random_slopes=["a"])
    assert found.convergence.converged
    assert set(found.statistics) == {
        "quadrature_nodes",
        "quadrature_dimensions",
        "quadrature_change",
    }
    assert found.convergence.nodes == found.statistics["quadrature_nodes"]
    assert abs(found.convergence.node_change) < 1e-6
    assert found.loglik > fit(sloped()).loglik + 2
    posterior = found.groups()
    assert posterior.labels == ("y", "m", "a")
    assert posterior.sensitivity.shape == (30, 3, len(found.conditional_covariance))
    again = found.refit.cluster(np.ones((1, 30)))
    se = np.sqrt(np.diag(found.covariance))
    np.testing.assert_allclose((again[0] - found.estimate) / se, 0, atol=1e-3)
    assert np.isfinite(found.refit.parametric(2, np.random.default_rng(1))).all()


# -- choice, progress -----------------------------------------------------------------------------


def test_the_name_ml_stands_for_the_engine_of_the_centring() -> None:
    assert isinstance(read_estimator("ml", model()), TwoLevelEstimator)
    assert not isinstance(read_estimator("ml", model(centering="group-mean")), TwoLevelEstimator)
    assert not isinstance(read_estimator("ml"), TwoLevelEstimator)
    chosen = TwoLevelEstimator()
    assert read_estimator(chosen, model(centering="group-mean")) is chosen
    reason = chosen.unsupported(model(centering="group-mean"))
    assert reason is not None
    assert "'group-mean'" in reason
    resolved = resolve(model(centering="group-mean"), frame())
    with pytest.raises(mw.UnsupportedError):
        chosen.fit(resolved.structure, resolved.prepared, np.random.default_rng(1))


def test_long_fits_tell_how_far_they_are_and_stop_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("medwidget.estimators.twolevel.pace.PAUSE", 0.0)
    resolved = resolve(model(), frame())
    told: list[tuple[int, int]] = []
    chosen, rng = TwoLevelEstimator(), np.random.default_rng(1)
    chosen.fit(
        resolved.structure, resolved.prepared, rng, lambda done, total: told.append((done, total))
    )
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert all(done < total for done, total in told)
    with pytest.raises(Cancelled):
        chosen.fit(resolved.structure, resolved.prepared, rng, lambda done, total: done < 2)


def test_what_comes_after_a_fit_is_not_told_to_whoever_watched_it() -> None:
    resolved = resolve(model(random_slopes=["a"]), sloped(20))
    told: list[int] = []
    found = TwoLevelEstimator().fit(
        resolved.structure,
        resolved.prepared,
        np.random.default_rng(1),
        lambda done, total: told.append(done),
    )
    assert told
    before = len(told)
    time.sleep(0.2)  # longer than the pause between reports
    assert found.surface is not None
    assert found.surface.value(found.surface.optimum) == pytest.approx(
        found.surface.maximum, abs=1e-9
    )
    assert found.surface.maximum == pytest.approx(found.loglik, abs=1e-5)
    assert found.groups is not None
    found.groups()
    assert len(told) == before


def test_nobody_is_told_more_often_than_is_bearable() -> None:
    calls: list[int] = []
    pace = Pace(lambda done, total: calls.append(done))
    objective = pace.over(lambda phi: (0.0, phi, np.eye(1)))
    for _ in range(50):
        objective(np.zeros(1))
    assert len(calls) <= 2
