"""Tests of nested models: statistic, degrees of freedom, distribution, and what is refused."""

import re

import numpy as np
import pytest
from scipy import stats

import medwidget as mw
from medwidget.errors import ModelError, UnsupportedError

MODEL = mw.MediationModel("x", "m", "y", group="id", random_slopes=("a", "b"))


@pytest.fixture(scope="module")
def bpg():
    return mw.load_dataset("bpg")


def fit(model, data, **options):
    return mw.fit(model, data, interval=None, **options)


def test_one_more_random_slope_is_tested_with_a_mixture(bpg):
    full = fit(MODEL, bpg)
    restricted = fit(MODEL.replace(random_slopes=("a",)), bpg)
    test = mw.likelihood_ratio(restricted, full)
    gain = 2 * (full.statistics["loglik"] - restricted.statistics["loglik"])
    assert test.statistic == pytest.approx(gain)
    assert set(test.dropped) == {"var(b)", "cov(m,b)", "cov(y,b)", "cov(a,b)"}
    assert test.df == 4
    tails = [stats.chi2.sf(gain, df) for df in (3, 4)]
    assert test.p_value == pytest.approx(np.mean(tails))
    assert any("boundary" in note for note in test.notes)


def test_several_variances_at_once_give_an_upper_limit(bpg):
    test = mw.likelihood_ratio(fit(MODEL.replace(random_slopes=()), bpg), fit(MODEL, bpg))
    assert "½χ²(6) + ½χ²(7)" in test.distribution
    assert any("upper limit" in note for note in test.notes)


def test_covariances_are_tested_without_a_mixture(bpg):
    test = mw.likelihood_ratio(
        fit(MODEL.replace(random_covariance="diagonal"), bpg), fit(MODEL, bpg)
    )
    assert test.distribution == f"χ²({test.df})"
    assert test.p_value == pytest.approx(stats.chi2.sf(test.statistic, test.df))
    assert test.notes == ()


def test_reml_compares_random_effects_alone(bpg):
    slopes = fit(MODEL, bpg, estimator="reml")
    without = fit(MODEL.replace(random_slopes=("a",)), bpg, estimator="reml")
    assert mw.likelihood_ratio(without, slopes).df == 4
    within = fit(MODEL.replace(centering="within"), bpg, estimator="reml")
    with pytest.raises(UnsupportedError, match="likelihoods of different fixed effects"):
        mw.likelihood_ratio(within, slopes)


def test_a_test_reads_and_saves(bpg):
    test = mw.likelihood_ratio(fit(MODEL.replace(random_slopes=("a",)), bpg), fit(MODEL, bpg))
    assert re.match(r"Likelihood ratio \d+\.\d{3}, ½χ²\(3\) \+ ½χ²\(4\), p [<=] ", str(test))
    saved = test.to_dict()
    assert saved["df"] == 4
    assert isinstance(saved["notes"], list)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"random_slopes": ("direct",)}, "not a special case of the full one: it has"),
        ({"centering": "within", "random_slopes": ()}, "cov\\(m,y\\), which the full one lacks"),
        ({"random_slopes": ("a", "b")}, "same free parameters"),
        ({"random_slopes": ("a", "b", "direct")}, "not a special case"),
    ],
)
def test_models_that_are_not_nested_are_refused(bpg, changes, message):
    with pytest.raises(ModelError, match=message):
        mw.likelihood_ratio(fit(MODEL.replace(**changes), bpg), fit(MODEL, bpg))


def test_other_data_are_refused(bpg):
    full = fit(MODEL, bpg)
    smaller = MODEL.replace(random_slopes=("a",))
    fewer = fit(smaller, bpg[bpg["id"] > bpg["id"].min()])
    with pytest.raises(UnsupportedError, match="they use different data"):
        mw.likelihood_ratio(fewer, full)
    other = fit(smaller, bpg.assign(y=bpg["y"].sample(frac=1, random_state=1).to_numpy()))
    with pytest.raises(UnsupportedError, match="different values"):
        mw.likelihood_ratio(other, full)
    with pytest.raises(
        UnsupportedError, match="m and x is a response, or at that level, in one of them only"
    ):
        mw.likelihood_ratio(fit(mw.MediationModel("m", "x", "y", group="id"), bpg), full)
    with pytest.raises(UnsupportedError, match="fitted by 'reml'"):
        mw.likelihood_ratio(fit(smaller, bpg, estimator="reml"), full)


def test_results_without_data_are_refused(bpg):
    full = fit(MODEL, bpg)
    saved = mw.MediationResult.from_dict(full.to_dict())
    with pytest.raises(UnsupportedError, match="without its data"):
        mw.likelihood_ratio(saved, full)
    with pytest.raises(ModelError, match=r"restricted must be what medwidget\.fit returned"):
        mw.likelihood_ratio(MODEL, full)
