"""Fits against what theory says in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

import medwidget as mw
from medwidget.estimators.protocol import Fit
from medwidget.estimators.twolevel.normal import NormalLikelihood
from medwidget.estimators.twolevel.simulate import simulated_cells
from tests.contracts.simulated import latent_two_level
from tests.estimators.twolevel.systems import cells_for, layout_for, path_model


def model(**options: Any) -> mw.MediationModel:
    chosen: dict[str, Any] = {"centering": "latent", "random_slopes": (), **options}
    return mw.MediationModel("x", "m", "y", "g", **chosen)


def fit(frame: pd.DataFrame, **options: Any) -> Fit:
    return mw.fit(model(**options), frame, interval=None).fitted


def values(found: Fit) -> dict[str, float]:
    return dict(zip(found.names, found.estimate.tolist(), strict=True))


def errors(found: Fit) -> dict[str, float]:
    return dict(zip(found.names, np.sqrt(np.diag(found.covariance)).tolist(), strict=True))


def paths_of(covariance: np.ndarray) -> tuple[float, float, float]:
    """Return a, b and direct from the covariance matrix of x, m, y."""
    a = covariance[0, 1] / covariance[0, 0]
    direct, b = np.linalg.solve(covariance[:2, :2], covariance[:2, 2])
    return a, b, direct


# -- closed forms ---------------------------------------------------------------------------------


def balanced(levels: str = "111") -> pd.DataFrame:
    frame = latent_two_level(60, (5, 5), seed=9)
    for name, level in zip("xmy", levels, strict=True):
        if level == "2":
            frame[name] = frame.groupby("g")[name].transform("mean")
    return frame


def test_equal_groups_have_estimates_in_closed_form() -> None:
    """Σ_W = S_W / J(n − 1) and Σ_B = S_B − Σ_W / n, whose paths are those of the model."""
    frame, found = balanced(), fit(balanced())
    groups = frame.groupby("g")[["x", "m", "y"]]
    apart = (frame[["x", "m", "y"]] - groups.transform("mean")).to_numpy()
    within = apart.T @ apart / (60 * 4)
    between = np.cov(groups.mean().to_numpy().T, bias=True) - within / 5
    assert np.linalg.eigvalsh(between)[0] > 0
    ours = values(found)
    for level, covariance in (("within", within), ("between", between)):
        expected = dict(zip(("a", "b", "direct"), paths_of(covariance), strict=True))
        for name, value in expected.items():
            assert ours[f"{name}_{level}"] == pytest.approx(value, rel=1e-7), (name, level)
        assert ours[f"var_{level}(x)"] == pytest.approx(covariance[0, 0], rel=1e-7)
    rest = np.linalg.inv(np.linalg.inv(between)[2:, 2:])[0, 0]
    assert ours["var(y)"] == pytest.approx(rest, rel=1e-6)
    assert ours["mean(x)"] == pytest.approx(frame["x"].mean(), rel=1e-9)
    omega = between + within / 5
    total = -2 * found.loglik
    size = 3 * len(frame) * (1 + np.log(2 * np.pi))
    expected = size + 60 * 4 * np.linalg.slogdet(within)[1] + 60 * np.linalg.slogdet(5 * omega)[1]
    assert total == pytest.approx(expected, abs=1e-6)
    assert errors(found)["mean(x)"] == pytest.approx(np.sqrt(omega[0, 0] / 60), rel=1e-6)


@pytest.mark.parametrize("levels", ["111", "211", "112", "221"])
def test_without_structure_to_test_everything_fits(levels: str) -> None:
    found = fit(balanced(levels))
    statistics = found.statistics
    assert statistics["chi_square"] == statistics["df"] == statistics["rmsea"] == 0
    assert statistics["srmr_within"] == statistics["srmr_between"] == 0
    assert statistics["p_value"] is None
    assert statistics["cfi"] == statistics["tli"] == 1
    assert statistics["loglik_saturated"] == found.loglik


def test_the_baseline_is_each_variable_by_itself() -> None:
    """With equal groups: MSW, and MSB − MSW over n, of each column."""
    frame, found = balanced(), fit(balanced())
    total = 0.0
    for name in "xmy":
        groups = frame.groupby("g")[name]
        within = ((frame[name] - groups.transform("mean")) ** 2).sum() / (60 * 4)
        means = groups.mean().to_numpy()
        both = 5 * means.var()
        total += len(frame) * (1 + np.log(2 * np.pi)) + 60 * (4 * np.log(within) + np.log(both))
    statistics = found.statistics
    assert statistics["baseline_chi_square"] == pytest.approx(total + 2 * found.loglik, abs=1e-5)
    assert statistics["baseline_df"] == 6


# -- restrictions ---------------------------------------------------------------------------------


def uneven(groups: int = 90) -> pd.DataFrame:
    return latent_two_level(groups, (3, 9), seed=4)


def test_chi_square_is_the_likelihood_ratio_against_the_free_model() -> None:
    free = fit(uneven())
    held = fit(uneven(), constraints={"direct_within": 0, "b_between": "b_within"})
    statistics = held.statistics
    ratio = 2 * (free.loglik - held.loglik)
    assert ratio > 5
    assert statistics["chi_square"] == pytest.approx(ratio, abs=1e-6)
    assert statistics["df"] == free.n_parameters - held.n_parameters == 2
    assert statistics["p_value"] == pytest.approx(chi2.sf(ratio, 2), rel=1e-6)
    excess = (ratio - 2) / (statistics["baseline_chi_square"] - 6)
    assert statistics["cfi"] == pytest.approx(1 - excess, rel=1e-9)
    assert statistics["tli"] == pytest.approx(1 - excess * 6 / 2, rel=1e-9)
    assert statistics["rmsea"] == pytest.approx(
        np.sqrt((ratio - 2) / (2 * len(uneven()))), rel=1e-6
    )
    assert 0 < statistics["srmr_within"] < 0.2
    assert statistics["baseline_chi_square"] == pytest.approx(
        free.statistics["baseline_chi_square"], abs=1e-5
    )


def test_what_is_held_is_shown_at_its_value_without_error() -> None:
    held = fit(uneven(), constraints={"direct_within": 0.15, "b_between": "b_within"})
    ours, se = values(held), errors(held)
    assert ours["direct_within"] == 0.15
    assert se["direct_within"] == 0
    assert ours["b_between"] == ours["b_within"]
    assert se["b_between"] == pytest.approx(se["b_within"], rel=1e-12)
    assert held.not_estimated == 2
    draws = held.draw(200, np.random.default_rng(1))
    place = held.parameters.positions
    assert (draws[:, place["direct_within"]] == 0.15).all()
    np.testing.assert_array_equal(draws[:, place["b_between"]], draws[:, place["b_within"]])
    # holding a path where it would be anyway changes nothing but the errors
    free = fit(uneven())
    same = fit(uneven(), constraints={"direct_within": values(free)["direct_within"]})
    np.testing.assert_allclose(same.estimate, free.estimate, rtol=1e-6, atol=1e-7)


# -- other engines --------------------------------------------------------------------------------


def test_an_exposure_within_groups_alone_makes_it_the_uncentred_linear_model() -> None:
    """Given x, latent means of m act on y through the covariance of random intercepts.

    The between slope is then b + cov(m, y) / var(m), and the likelihoods differ by that of x.
    """
    frame = uneven()
    frame["x"] -= frame.groupby("g")["x"].transform("mean")
    ours = fit(frame, splits={"x": "within"})
    theirs = mw.fit(
        mw.MediationModel("x", "m", "y", "g", centering="none", random_slopes=()),
        frame,
        interval=None,
    ).fitted
    x = frame["x"].to_numpy()
    of_x = -len(x) * (np.log(2 * np.pi * x.var()) + 1) / 2
    assert ours.loglik - of_x == pytest.approx(theirs.loglik, abs=1e-6)
    latent, linear = values(ours), values(theirs)
    for name, other in (("a_within", "a"), ("b_within", "b"), ("direct_within", "direct")):
        assert latent[name] == pytest.approx(linear[other], rel=1e-5)
        assert errors(ours)[name] == pytest.approx(errors(theirs)[other], rel=1e-4)
    implicit = linear["b"] + linear["cov(m,y)"] / linear["var(m)"]
    assert latent["b_between"] == pytest.approx(implicit, rel=1e-5)
    left = linear["var(y)"] - linear["cov(m,y)"] ** 2 / linear["var(m)"]
    assert latent["var(y)"] == pytest.approx(left, rel=1e-5)


def test_rows_with_holes_at_the_end_of_the_chain_say_nothing_of_it() -> None:
    """Rows that lack y only add to what is known of x and m, exactly as two separate models do."""
    frame = uneven()
    whole = fit(frame, missing="fiml")
    assert whole.loglik == pytest.approx(fit(frame).loglik, abs=1e-9)
    holed = frame.copy()
    holed.loc[holed.index % 4 == 0, "y"] = np.nan
    kept, dropped = fit(holed, missing="fiml"), fit(holed)
    assert kept.n_observations == dropped.n_observations + 2 * (holed["y"].isna().sum())
    assert errors(kept)["a_within"] < errors(dropped)["a_within"]
    assert errors(kept)["a_within"] == pytest.approx(errors(whole)["a_within"], rel=2e-3)


# -- draws, groups, simulation --------------------------------------------------------------------


def test_draws_have_the_asymptotic_mean_and_spread() -> None:
    found = fit(uneven())
    draws = found.draw(20_000, np.random.default_rng(3))
    se = np.sqrt(np.diag(found.covariance))
    assert np.abs((draws.mean(axis=0) - found.estimate) / se).max() < 0.1
    np.testing.assert_allclose(draws.std(axis=0) / se, 1, atol=0.06)


def residuals_between(t: dict[str, float], rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance of the intercepts' residuals (y, m) of a group with these rows."""
    outer = np.eye(3)
    outer[1, 0], outer[2, 0], outer[2, 1] = (-t[f"{p}_between"] for p in ("a", "direct", "b"))
    inner = np.eye(3)
    inner[1, 0], inner[2, 0], inner[2, 1] = (-t[f"{p}_within"] for p in ("a", "direct", "b"))
    intercepts = np.array([t["mean(x)"], t["intercept[m]"], t["intercept[y]"]])
    psi = np.diag([t["var_between(x)"], t["var(m)"], t["var(y)"]])
    theta = np.diag([t["var_within(x)"], t["residual(m)"], t["residual(y)"]])
    turn, other = np.linalg.inv(outer), np.linalg.inv(inner)
    stack = np.tile(np.eye(3), (len(rows), 1))
    noise = np.kron(np.eye(len(rows)), other @ theta @ other.T)
    covariance = stack @ turn @ psi @ turn.T @ stack.T + noise
    across = psi @ turn.T @ stack.T
    apart = rows.ravel() - stack @ turn @ intercepts
    mean = across @ np.linalg.solve(covariance, apart)
    left = psi - across @ np.linalg.solve(covariance, across.T)
    order = [2, 1]
    return mean[order], left[np.ix_(order, order)]


def test_group_effects_are_conditional_means_and_move_with_the_fixed_effects() -> None:
    frame = uneven(40)
    found = fit(frame)
    posterior = found.groups()
    assert posterior.labels == ("y", "m")
    fixed = [found.names[k] for k in found.parameters.of_kind("fixed")]
    truth = values(found)
    for group in (0, 7, 39):
        rows = frame.loc[frame["g"] == group + 1, ["x", "m", "y"]].to_numpy()
        mean, covariance = residuals_between(truth, rows)
        np.testing.assert_allclose(posterior.modes[group], mean, atol=1e-8)
        np.testing.assert_allclose(posterior.covariances[group], covariance, atol=1e-8)
        for k, name in enumerate(fixed):
            higher, _ = residuals_between({**truth, name: truth[name] + 1e-5}, rows)
            lower, _ = residuals_between({**truth, name: truth[name] - 1e-5}, rows)
            change = (higher - lower) / 2e-5
            np.testing.assert_allclose(posterior.sensitivity[group, :, k], change, atol=1e-6)


@pytest.mark.parametrize("levels", ["111", "211", "112"])
def test_simulated_data_have_the_moments_of_the_model(levels: str) -> None:
    rng = np.random.default_rng(5)
    codes = np.repeat(np.arange(3000), rng.integers(1, 5, 3000))
    tall = path_model(levels)
    columns = {}
    for name, level in zip("xmy", levels, strict=True):
        columns[name] = (
            rng.normal(size=codes.size) if level == "1" else rng.normal(size=3000)[codes]
        )
        columns[name][(codes % 7 == 0) & (level == "1") & (name == "y")] = np.nan
    cells = cells_for(tall, columns, codes)
    layout = layout_for(tall, cells)
    phi = 0.4 * rng.normal(size=layout.n_coordinates)
    drawn = simulated_cells(layout, cells, phi, rng)
    np.testing.assert_array_equal(drawn.group_observed, cells.group_observed)
    assert drawn.n_values == cells.n_values
    np.testing.assert_array_equal(drawn.counts, cells.counts)
    _, gradient, hessian = NormalLikelihood.of(layout, drawn).objective(phi)
    # the score at the truth has mean zero and the information as variance
    information = hessian / 2
    chi = (gradient / 2) @ np.linalg.solve(information, gradient / 2)
    assert chi2.sf(chi, phi.size) > 1e-3
    assert chi2.sf(chi, phi.size) < 0.9999
