import numpy as np
import pandas as pd
import pytest
from scipy import stats

import medwidget as mw
from medwidget.data.terms import row_design
from medwidget.errors import ModelError, UnsupportedError
from medwidget.studies.residuals import MOST_POINTS, residual_quantiles, residuals
from medwidget.studies.sd_profile import sd_profile
from tests.views.results import CASES, result


def simulated(seed: int, sd: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(60), 12)
    x = rng.normal(size=len(group))
    m = 0.4 * x + rng.normal(size=60)[group] + rng.normal(size=len(group))
    slope = 0.3 + sd * rng.normal(size=60)[group]
    y = slope * m + 0.1 * x + rng.normal(size=60)[group] + rng.normal(size=len(group))
    return pd.DataFrame({"x": x, "m": m, "y": y, "g": group})


MODEL = mw.MediationModel(
    "x", "m", "y", "g", random_slopes=("a", "b"), random_covariance="diagonal"
)


# -- residuals ----------------------------------------------------------------------------------


def test_residuals_are_what_fixed_and_random_effects_leave():
    fitted = result("army")
    structure, prepared = fitted.resolved.structure, fitted.resolved.prepared
    X, Z, y = row_design(prepared, structure, "WBEING")
    equation = structure.equations[1]
    beta = fitted.coefficients.loc[[term.parameter for term in equation.fixed], "estimate"]
    modes = fitted.fitted.groups().modes
    places = [structure.labels.index(item.label) for item in equation.random]
    own = modes[prepared.rows.codes][:, places]
    np.testing.assert_allclose(
        residuals(fitted)["WBEING"], y - X @ beta.to_numpy() - (Z * own).sum(axis=1), atol=1e-10
    )


def test_a_group_level_response_has_one_residual_a_group():
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(80), 5)
    x = rng.normal(size=80)[group]
    m = (0.5 * x + rng.normal(size=80)[group]).round(9)
    y = m + rng.normal(size=80)[group] + rng.normal(size=len(group))
    data = pd.DataFrame({"x": x, "m": m, "y": y, "g": group})
    fitted = mw.fit(mw.MediationModel("x", "m", "y", "g", random_slopes=()), data)
    assert fitted.design == "2-2-1"
    assert {name: len(values) for name, values in residuals(fitted).items()} == {"m": 80, "y": 400}
    found = residual_quantiles(fitted)
    assert [(item.name, item.kind) for item in found] == [
        ("m", "residual"),
        ("y", "residual"),
        ("y", "random effect"),
    ]


@pytest.mark.parametrize("case", CASES)
def test_every_result_has_quantiles_in_order(case):
    found = residual_quantiles(result(case))
    assert {item.kind for item in found} >= {"residual"}
    for item in found:
        assert 3 <= len(item.normal) == len(item.observed) <= MOST_POINTS
        assert (np.diff(item.normal) > 0).all()
        assert (np.diff(item.observed) >= 0).all()
        assert np.isfinite(item.observed).all()


def test_few_values_are_all_shown_beside_bloms_quantiles():
    found = next(item for item in residual_quantiles(result("army")) if item.name == "a")
    expected = stats.norm.ppf((np.arange(1, 100) - 0.375) / 99.25)
    np.testing.assert_allclose(found.normal, expected)
    assert found.n == 99


def test_many_values_keep_their_ends_and_their_shape():
    found = residual_quantiles(result("army"))[0]
    left = residuals(result("army"))["LEAD"]
    scaled = np.sort((left - left.mean()) / left.std())
    assert found.n == 7382
    assert found.observed[0] == scaled[0]
    assert found.observed[-1] == scaled[-1]
    assert found.skewness == pytest.approx(stats.skew(left))
    assert found.excess_kurtosis == pytest.approx(stats.kurtosis(left))


def test_predictions_are_in_units_of_the_sd_they_should_have():
    data = simulated(5, sd=0.5)
    found = residual_quantiles(mw.fit(MODEL, data, interval=None))
    own = next(item for item in found if item.name == "b")
    assert own.observed.std() == pytest.approx(1.0, abs=0.1)


def test_a_random_effect_without_variance_has_no_panel():
    fitted = mw.fit(MODEL, simulated(3), interval=None)
    assert fitted.convergence.singular == ("variance of a is 0",)
    assert "a" not in {item.name for item in residual_quantiles(fitted)}


# -- the likelihood of an SD --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seed", "label", "estimator"), [(3, "a", "reml"), (4, "a", "ml"), (4, "b", "ml")]
)
def test_at_the_boundary_every_larger_sd_fits_worse(seed, label, estimator):
    fitted = mw.fit(MODEL, simulated(seed), estimator=estimator, interval=None)
    found = sd_profile(fitted, label)
    assert found.at_boundary
    assert found.sd[0] == found.drop[0] == 0.0
    assert (np.diff(found.drop) > 0).all()
    assert found.drop[-1] > found.cutoff


def test_the_drop_to_zero_is_that_of_the_model_without_the_slope():
    data = simulated(0)
    fitted = mw.fit(MODEL, data, interval=None)
    without = mw.fit(MODEL.replace(random_slopes=("b",)), data, interval=None)
    found = sd_profile(fitted, "a")
    assert not found.at_boundary
    assert found.sd[0] == 0.0
    difference = fitted.statistics["loglik"] - without.statistics["loglik"]
    assert found.drop[0] == pytest.approx(difference, abs=1e-3)


def test_the_cutoff_is_crossed_at_the_profile_interval():
    data = simulated(5, sd=0.5)
    fitted = mw.fit(MODEL, data, interval="profile")
    found = sd_profile(fitted, "intercept[m]" if "intercept[m]" in fitted.random_effects else "m")
    above = found.sd >= found.estimate
    upper = np.interp(found.cutoff, found.drop[above], found.sd[above])
    from medwidget.effects.effect import Effect, EffectSet
    from medwidget.effects.expression import Parameter
    from medwidget.effects.functions import Sqrt

    name = fitted.resolved.structure.covariance("m", "m")
    root = Sqrt(Parameter(name))
    effects = EffectSet(
        [Effect("sd", "within", "heterogeneity", root, root.text(), "")], fitted.fitted.names
    )
    bounds = mw.Profile().bounds(effects, fitted.fitted, None, np.random.default_rng(1))
    assert upper == pytest.approx(bounds.upper[0], rel=0.01)


def test_what_cannot_be_profiled_says_so():
    data = simulated(5, sd=0.5)
    fitted = mw.fit(MODEL, data, interval=None)
    with pytest.raises(ModelError, match="no random effect 'z'"):
        sd_profile(fitted, "z")
    apart = mw.fit(MODEL, data, estimator="statsmodels", interval=None)
    with pytest.raises(UnsupportedError, match="no likelihood to profile"):
        sd_profile(apart, "a")
