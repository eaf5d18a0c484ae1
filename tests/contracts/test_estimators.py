"""What holds for every registered estimator."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget.estimators.protocol import Fit
from medwidget.estimators.registry import ESTIMATORS, read_estimator
from tests.contracts.simulated import ACROSS, LATENT_TRUTH, TRUTH, latent_two_level, two_level

# What an estimator may leave of a standard error: the others polish to rounding level.
LOOSE = {"statsmodels": 1e-3}
TIGHT = 1e-6
# Estimators that fit each equation by itself.
SEPARATE = {"statsmodels"}
# What is held to the contract: every name, and the engine that "ml" is for latent group means.
LATENT = "ml, latent"
CASES = [*sorted(ESTIMATORS), LATENT]


@pytest.fixture(params=CASES)
def estimator(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def model_for(estimator: str, **options: Any) -> mw.MediationModel:
    """Return the model with all that this estimator can estimate (latent: without slopes)."""
    if estimator == LATENT:
        options = {"centering": "latent", "random_slopes": (), **options}
    covariance = "by-equation" if estimator in SEPARATE else "full"
    return mw.MediationModel("x", "m", "y", "g", **{"random_covariance": covariance, **options})


def name_of(estimator: str) -> str:
    return "ml" if estimator == LATENT else estimator


@cache
def data() -> pd.DataFrame:
    frame = two_level(60, (4, 9), seed=5, joint=True)
    return frame.sample(frac=1, random_state=3).reset_index(drop=True)


def fit(estimator: str, frame: pd.DataFrame, **options: Any) -> mw.MediationResult:
    return mw.fit(
        model_for(estimator, **options), frame, estimator=name_of(estimator), interval=None
    )


@cache
def plain(estimator: str) -> mw.MediationResult:
    return fit(estimator, data())


def errors(found: Fit) -> np.ndarray:
    return np.sqrt(np.diag(found.covariance))


def assert_same_fit(ours: Fit, theirs: Fit, tolerance: float) -> None:
    assert ours.names == theirs.names
    assert ours.loglik == pytest.approx(theirs.loglik, abs=max(tolerance, 1e-6))
    se = errors(theirs)
    np.testing.assert_allclose((ours.estimate - theirs.estimate) / se, 0, atol=tolerance)
    np.testing.assert_allclose(
        (ours.covariance - theirs.covariance) / np.outer(se, se), 0, atol=10 * tolerance
    )


# -- identity, order, labels ----------------------------------------------------------------------


def test_it_knows_its_name_and_limits(estimator: str) -> None:
    name = name_of(estimator)
    chosen = read_estimator(name, model_for(estimator))
    assert chosen.name == name
    assert read_estimator(chosen) is chosen
    assert chosen.unsupported(model_for(estimator)) is None
    other = "group-mean" if estimator == LATENT else "latent"
    for model in (
        model_for(estimator, centering=other),
        model_for(estimator, families={"y": "binomial"}),
    ):
        reason = chosen.unsupported(model)
        assert reason
        with pytest.raises(mw.UnsupportedError) as caught:
            mw.fit(model, data(), estimator=chosen)
        assert str(caught.value) == reason


def test_ml_is_another_engine_for_latent_means() -> None:
    """By name the choice is right for either centring; the others say what to do instead."""
    assert fit("ml", data(), random_slopes=()).fitted.loglik != plain(LATENT).fitted.loglik
    for name in sorted(set(ESTIMATORS) - {"ml"}):
        with pytest.raises(mw.UnsupportedError, match="estimator='ml'"):
            mw.fit(model_for(LATENT), data(), estimator=name)


def test_the_same_call_gives_the_same_numbers(estimator: str) -> None:
    ours, again = plain(estimator), fit(estimator, data())
    np.testing.assert_array_equal(ours.fitted.estimate, again.fitted.estimate)
    np.testing.assert_array_equal(ours.fitted.covariance, again.fitted.covariance)
    assert ours.statistics == again.statistics
    first = ours.fitted.draw(50, np.random.default_rng(4))
    np.testing.assert_array_equal(first, again.fitted.draw(50, np.random.default_rng(4)))
    pd.testing.assert_frame_equal(ours.group_effects, again.group_effects)


def test_the_order_of_rows_does_not_matter(estimator: str) -> None:
    shuffled = data().sample(frac=1, random_state=11)
    ours, again = plain(estimator), fit(estimator, shuffled)
    tolerance = LOOSE.get(estimator, TIGHT)
    assert_same_fit(again.fitted, ours.fitted, tolerance)
    assert list(again.group_effects.index) == list(dict.fromkeys(shuffled["g"]))
    assert list(ours.group_effects.index) == list(dict.fromkeys(data()["g"]))
    np.testing.assert_allclose(
        again.group_effects.loc[ours.group_effects.index], ours.group_effects, atol=10 * tolerance
    )


LABELS: dict[str, Callable[[pd.Series], Any]] = {
    "integers": lambda g: (7 * g + 3) % 101 - 50,
    "beyond floats": lambda g: 2**60 + g,
    "strings": lambda g: g.map(lambda value: f"{61 - value:d}"),
    "whole floats": lambda g: g.astype(float) * 10.0,
    "fractions": lambda g: g / 4,
    "hostile": lambda g: g.map(lambda value: f"<b>'\" {value}\n日本"),
    "categories": lambda g: pd.Categorical(
        g.map("school {}".format), categories=[f"school {i}" for i in range(70, 0, -1)]
    ),
    "times": lambda g: pd.Timestamp("2020-01-01") + pd.to_timedelta(g, unit="h"),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_come_back_as_given_in_the_order_of_the_data(estimator: str, kind: str) -> None:
    frame = data().assign(g=LABELS[kind](data()["g"]))
    result = fit(estimator, frame, random_slopes=())
    expected = list(dict.fromkeys(frame["g"].tolist()))
    found = list(result.group_effects.index)
    assert found == expected
    assert [type(label) for label in found] == [type(label) for label in expected]
    original = fit(estimator, data(), random_slopes=())
    tolerance = LOOSE.get(estimator, TIGHT)
    assert_same_fit(result.fitted, original.fitted, tolerance)
    np.testing.assert_allclose(
        result.group_effects.to_numpy(), original.group_effects.to_numpy(), atol=10 * tolerance
    )
    counts = frame.groupby("g", observed=True)["x"].size()
    assert result.group_effects["n_rows"].tolist() == [counts[label] for label in expected]


# -- theory ---------------------------------------------------------------------------------------


def drawn_at_truth(estimator: str) -> tuple[pd.DataFrame, dict[str, float]]:
    if estimator == LATENT:
        return latent_two_level(700, (6, 10), seed=21), LATENT_TRUTH
    joint = estimator not in SEPARATE
    frame = two_level(700, (6, 10), seed=21, joint=joint)
    return frame, {**TRUTH, **ACROSS} if joint else TRUTH


def test_the_truth_is_recovered(estimator: str) -> None:
    frame, truth = drawn_at_truth(estimator)
    found = fit(estimator, frame).fitted
    assert set(found.names) == set(truth)
    z = (found.estimate - [truth[name] for name in found.names]) / errors(found)
    assert np.abs(z).max() < 4, dict(zip(found.names, z, strict=True))
    # standard errors are of the right size: neither half nor twice what they should be
    assert 0.5 < np.sqrt(np.mean(z**2)) < 1.6
    assert found.convergence.converged


def test_covariance_matrices_are_symmetric_and_positive(estimator: str) -> None:
    found = plain(estimator).fitted
    p = len(found.conditional_covariance)
    full, conditional = found.covariance, found.conditional_covariance
    fixed = full[:p, :p]
    assert found.parameters.of_kind("fixed") == list(range(p))
    for matrix in (full, conditional):
        np.testing.assert_allclose(matrix, matrix.T, rtol=1e-12, atol=0)
        spread = np.sqrt(np.diag(matrix))
        assert np.linalg.eigvalsh(matrix / np.outer(spread, spread))[0] > 1e-6
    # what is known about the variances can only help
    se = np.sqrt(np.diag(fixed))
    assert np.linalg.eigvalsh((fixed - conditional) / np.outer(se, se))[0] > -1e-8
    draws = found.draw(4000, np.random.default_rng(8))
    assert draws.shape == (4000, len(found.names))
    shift = (draws[:, :p].mean(axis=0) - found.estimate[:p]) / se
    assert np.abs(shift).max() < 5 / np.sqrt(4000)
    np.testing.assert_allclose(draws[:, :p].std(axis=0) / se, 1, atol=0.06)


def rescaled(frame: pd.DataFrame, units: dict[str, tuple[float, float]]) -> pd.DataFrame:
    new = {name: scale * frame[name] + shift for name, (scale, shift) in units.items()}
    return frame.assign(**new)


UNITS = {
    "small exposure": {"x": (1e-3, 1e3), "m": (1.0, 0.0), "y": (1.0, 0.0)},
    "large outcome": {"x": (1.0, 0.0), "m": (1.0, 0.0), "y": (1e6, 0.0)},
    "turned mediator": {"x": (1.0, 0.0), "m": (-250.0, -4e4), "y": (1.0, 0.0)},
    "everything": {"x": (-1e5, 3e5), "m": (1e-4, 1e-2), "y": (1e6, 1e9)},
}


@pytest.mark.parametrize("units", UNITS)
def test_units_change_numbers_as_theory_says(estimator: str, units: str) -> None:
    (sx, tx), (sm, tm), (sy, ty) = (UNITS[units][name] for name in "xmy")
    ours = plain(estimator).fitted
    again = fit(estimator, rescaled(data(), UNITS[units])).fitted
    assert again.names == ours.names
    unit = {"m": sm, "y": sy, "a": sm / sx, "b": sy / sm, "direct": sy / sx}
    matrix = np.zeros((len(ours.names), len(ours.names)))
    shift = np.zeros(len(ours.names))
    place = {name: i for i, name in enumerate(ours.names)}
    for parameter in ours.parameters:
        i = place[parameter.name]
        if parameter.kind == "exogenous":  # of x
            moment = parameter.name.startswith("var")
            matrix[i, i], shift[i] = (sx**2, 0.0) if moment else (sx, tx)
        elif parameter.kind == "residual":
            matrix[i, i] = unit[parameter.name[len("residual(") : -1]] ** 2
        elif parameter.kind in {"variance", "covariance"}:
            first, second = parameter.labels
            matrix[i, i] = unit[first] * unit[second]
        elif not parameter.name.startswith("intercept"):
            matrix[i, i] = unit[parameter.name.split("_")[0]]
    at = place["intercept[m]"]
    matrix[at, at], shift[at] = sm, tm
    matrix[at, place["a_between"]] = -unit["a"] * tx
    at = place["intercept[y]"]
    matrix[at, at], shift[at] = sy, ty
    matrix[at, place["direct_between"]] = -unit["direct"] * tx
    matrix[at, place["b_between"]] = -unit["b"] * tm

    expected, covariance = matrix @ ours.estimate + shift, matrix @ ours.covariance @ matrix.T
    se = np.sqrt(np.diag(covariance))
    tolerance = LOOSE.get(estimator, TIGHT)
    np.testing.assert_allclose((again.estimate - expected) / se, 0, atol=tolerance)
    scaled = (again.covariance - covariance) / np.outer(se, se)
    np.testing.assert_allclose(scaled, 0, atol=10 * tolerance)
    n = len(data())
    change = -n * (np.log(abs(sm)) + np.log(abs(sy)))
    if ours.restricted:  # 3 coefficients of m, 5 of y; columns x, x; x, x, m, m
        change += 3 * np.log(abs(sm)) + 5 * np.log(abs(sy))
        change -= 4 * np.log(abs(sx)) + 2 * np.log(abs(sm))
    if estimator == LATENT:  # of x too
        change -= n * np.log(abs(sx))
    assert again.loglik == pytest.approx(ours.loglik + change, abs=1e-5)


@pytest.mark.parametrize("estimator", sorted(ESTIMATORS))
def test_uncentred_slopes_and_intercepts_move_together(estimator: str) -> None:
    """Shifting x turns the random intercepts: u_m becomes u_m − t u_a; the likelihood stays."""
    ours = fit(estimator, data(), centering="none")
    assert not ours.convergence.singular
    tx, tm = 1.5, -0.8
    moved = data().assign(x=data()["x"] + tx, m=data()["m"] + tm)
    again = fit(estimator, moved, centering="none")
    assert again.fitted.loglik == pytest.approx(ours.fitted.loglik, abs=1e-5)
    labels = list(ours.random_effects.columns)
    turn = np.eye(len(labels))
    turn[labels.index("m"), labels.index("a")] = -tx
    turn[labels.index("y"), labels.index("b")] = -tm
    expected = turn @ ours.random_effects.to_numpy() @ turn.T
    assert np.linalg.norm(expected - ours.random_effects.to_numpy()) > 0.1
    tolerance = 100 * LOOSE.get(estimator, TIGHT)
    np.testing.assert_allclose(again.random_effects, expected, atol=tolerance)
    for name in ("a", "b", "direct"):
        row, other = again.paths.loc[name], ours.paths.loc[name]
        assert row["estimate"] == pytest.approx(other["estimate"], abs=tolerance)


# -- refits ---------------------------------------------------------------------------------------


def copied(frame: pd.DataFrame, weights: dict[int, int]) -> pd.DataFrame:
    """Return each group as often as its weight says, every copy under a label of its own."""
    parts = [
        frame[frame["g"] == group].assign(g=1000 * copy + group)
        for group, weight in weights.items()
        for copy in range(weight)
    ]
    return pd.concat(parts, ignore_index=True)


WEIGHTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "twice": lambda g: np.full(g.size, 2),
    "left out": lambda g: np.where(np.arange(g.size) % 6 == 1, 0, 1),
    "resampled": lambda g: np.bincount(
        np.random.default_rng(2).integers(g.size, size=g.size), minlength=g.size
    ),
}
REFITTED = [name for name in CASES if plain(name).fitted.refit is not None]


def test_some_estimators_refit() -> None:
    assert {"ml", "reml", LATENT} <= set(REFITTED)


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("estimator", REFITTED)
def test_weights_are_copies_of_groups(estimator: str, kind: str) -> None:
    result = plain(estimator)
    refit = result.fitted.refit
    labels = np.array(result.group_effects.index)
    weights = WEIGHTS[kind](labels)
    assert refit.n_groups == labels.size
    both = refit.cluster(np.stack([np.ones(labels.size), weights.astype(float)]))
    expected = fit(
        estimator, copied(data(), dict(zip(labels.tolist(), weights.tolist(), strict=True)))
    ).fitted
    se = errors(result.fitted)
    # a refit resolves its own sampling noise, not more
    np.testing.assert_allclose((both[0] - result.fitted.estimate) / se, 0, atol=1e-3)
    np.testing.assert_allclose((both[1] - expected.estimate) / se, 0, atol=1e-3)
    assert np.abs((expected.estimate - result.fitted.estimate) / se).max() > 1e-2 or (
        kind == "twice" and not result.fitted.restricted
    )


@pytest.mark.parametrize("estimator", REFITTED)
def test_refits_of_simulated_responses_scatter_like_the_estimates(estimator: str) -> None:
    found = plain(estimator).fitted
    draws = found.refit.parametric(60, np.random.default_rng(6))
    assert draws.shape == (60, len(found.names))
    assert np.isfinite(draws).all()
    np.testing.assert_array_equal(draws[:5], found.refit.parametric(5, np.random.default_rng(6)))
    p = len(found.conditional_covariance)
    se = errors(found)[:p]
    assert np.abs((draws[:, :p].mean(axis=0) - found.estimate[:p]) / se).max() < 5 / np.sqrt(60)
    ratio = draws[:, :p].std(axis=0) / se
    assert np.all((ratio > 0.65) & (ratio < 1.4))
