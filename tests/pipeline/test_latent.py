"""Latent centring end to end: every design, interval and study, with and without holes."""

import json
import math
import warnings

import numpy as np
import pytest

import medwidget as mw
from medwidget.errors import Cancelled, UnsupportedError
from medwidget.intervals.bootstrap import Bootstrap
from medwidget.intervals.monte_carlo import MonteCarlo
from medwidget.studies.group_rows import group_rows_of
from medwidget.studies.group_view import group_effect_names, group_view
from medwidget.studies.level_scatter import level_scatters
from medwidget.studies.residuals import residual_quantiles, residuals
from medwidget.studies.sd_profile import sd_profile
from medwidget.studies.slope_spread import slope_spread
from tests.pipeline import latent_data
from tests.pipeline.latent_data import DESIGNS, drawn


def model(**options):
    return mw.MediationModel(
        "x",
        options.pop("mediators", "m"),
        "y",
        "g",
        **{"random_slopes": (), **options},
        centering="latent",
    )


@pytest.fixture(scope="module")
def fixed():
    return mw.fit(model(), drawn())


@pytest.fixture(scope="module")
def varying():
    data = drawn(slopes=0.3, n_groups=60, size=10)
    return mw.fit(model(random_slopes=("a", "b")), data)


@pytest.fixture(scope="module")
def incomplete():
    data = drawn(slopes=0.3, n_groups=60, size=10, holes=0.15)
    return mw.fit(model(random_slopes=("b",), missing="fiml"), data)


# -- designs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
@pytest.mark.parametrize("design", DESIGNS)
def test_every_design_has_the_effects_of_its_levels(design, missing):
    data = drawn(design, n_groups=120, holes=0.1 if missing == "fiml" else 0.0)
    result = mw.fit(model(missing=missing), data, interval="delta")
    assert result.convergence.converged
    between = result.effect("indirect_between")
    truth = latent_data.A_BETWEEN * latent_data.B_BETWEEN
    assert between.lower < between.estimate < between.upper
    assert abs(between.estimate - truth) < 4 * between.se
    within = result.effect("indirect_within")
    if design == "1-1-1":
        truth = latent_data.A_WITHIN * latent_data.B_WITHIN
        assert abs(within.estimate - truth) < 4 * within.se
    else:
        assert within.estimate is None
        assert "is constant within every g" in within.reason
    if design == "2-1-1":
        parts = [
            result.effect(f"indirect_{part}").estimate for part in ("individual", "contextual")
        ]
        assert sum(parts) == pytest.approx(between.estimate)
    for row in result.effect_rows:
        assert (row.estimate is None) == bool(row.reason) or "fixed" in row.reason


@pytest.mark.parametrize(
    "options",
    [
        {"covariates": ("c",)},
        {"covariates": ("c", "w"), "covariate_centering": "none"},
        {"mediators": ("m", "m2")},
        {"mediators": ("m", "m2"), "mediation": "serial"},
        {"splits": {"x": "observed"}},
        {"splits": {"x": "within"}},
        {"moderators": {"a": "w"}},
    ],
)
def test_options_of_a_model_are_fitted(options):
    result = mw.fit(model(**options), drawn(moderation=0.2), interval="delta")
    assert result.convergence.converged
    assert result.effect("indirect_within").lower > 0
    assert result.r_squared["estimate"].dropna().between(-1e-9, 1 + 1e-9).all()


# -- intervals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "interval",
    [
        "delta",
        "monte-carlo",
        "profile",
        Bootstrap(samples=60, workers=1),
        Bootstrap("parametric", samples=60, workers=1),
    ],
)
def test_intervals_agree_where_the_model_fits(fixed, interval):
    result = mw.fit(model(), drawn(), interval=interval)
    for name in ("indirect_within", "indirect_between", "direct_between"):
        row, other = result.effect(name), fixed.effect(name)
        assert row.estimate == pytest.approx(other.estimate)
        width = other.upper - other.lower
        assert row.lower == pytest.approx(other.lower, abs=0.35 * width)
        assert row.upper == pytest.approx(other.upper, abs=0.35 * width)


def test_refits_start_from_the_estimates(fixed):
    refit = fixed.fitted.refit
    again = refit.cluster(np.ones((1, refit.n_groups)))
    assert again[0] == pytest.approx(fixed.fitted.estimate, abs=1e-4)


# -- what a result holds --------------------------------------------------------------------------


def test_tests_of_fit_are_among_the_statistics(fixed):
    statistics = fixed.statistics
    assert {"chi_square", "df", "p_value", "cfi", "tli", "rmsea"} <= set(statistics)
    assert statistics["aic"] == -2 * statistics["loglik"] + 2 * statistics["n_parameters"]
    assert statistics["df"] == 0


def test_a_result_is_saved_and_read(varying):
    saved = json.loads(json.dumps(varying.to_dict()))
    again = mw.MediationResult.from_dict(saved)
    assert again.model == varying.model
    assert again.convergence.nodes == varying.convergence.nodes
    assert again.effect_rows == varying.effect_rows
    assert again.r_squared.equals(varying.r_squared)


def test_paths_are_standardized_by_implied_sds(fixed):
    theta = fixed.fitted.estimate
    place = {name: i for i, name in enumerate(fixed.fitted.names)}
    a = theta[place["a_within"]]
    var_x = theta[place["var_within(x)"]]
    var_m = a**2 * var_x + theta[place["residual(m)"]]
    row = next(row for row in fixed.path_rows if row.name == "a_within")
    assert row.standardized == pytest.approx(a * math.sqrt(var_x / var_m))


def test_each_group_has_its_own_effect(varying):
    table = varying.group_effects
    assert len(table) == 60
    assert np.isfinite(table.to_numpy()).all()
    assert table["indirect"].mean() == pytest.approx(
        varying.effect("indirect_within").estimate, abs=0.05
    )
    assert (table["lower"] < table["indirect"]).all()
    assert (table["indirect"] < table["upper"]).all()
    truth = drawn(slopes=0.3, n_groups=60, size=10)
    own = [np.polyfit(rows["x"], rows["m"], 1)[0] for _, rows in truth.groupby("g")]
    assert np.corrcoef(own, table["a"])[0, 1] > 0.8


def test_curves_over_a_moderator():
    data = drawn(slopes=0.2, moderation=0.3, n_groups=80)
    result = mw.fit(model(random_slopes=("a",), moderators={"a": "w"}), data)
    curve = result.moderation
    assert curve["estimate"].is_monotonic_increasing
    assert (curve["lower"] < curve["upper"]).all()
    assert set(result.johnson_neyman["sign"]) <= {-1, 0, 1}
    assert result.effect("index_of_moderated_mediation[w]").estimate > 0


@pytest.mark.parametrize("centering", ["latent", "group-mean"])
def test_a_moderator_of_a_path_without_an_effect_has_no_curve(centering):
    moderated = model(moderators={"a": "w"}).replace(centering=centering)
    result = mw.fit(moderated, drawn("1-1-2"), interval="delta")
    assert result.moderation.empty
    assert result.johnson_neyman.empty


# -- constraints ----------------------------------------------------------------------------------


def test_constrained_paths_are_shown_without_error():
    result = mw.fit(model(constraints={"direct_between": 0}), drawn())
    row = next(row for row in result.path_rows if row.name == "direct_between")
    assert (row.estimate, row.se, row.lower, row.upper) == (0.0, 0.0, None, None)
    assert row.reason == "fixed by constraints"
    assert result.effect("indirect_between").se > 0
    free = mw.fit(model(), drawn(), interval=None)
    assert result.statistics["n_parameters"] == free.statistics["n_parameters"] - 1


@pytest.mark.parametrize("interval", ["delta", "profile", Bootstrap(samples=60, workers=1)])
def test_constraints_hold_in_every_interval(interval):
    held = model(constraints={"a_within": "a_between", "b_within": "b_between"})
    result = mw.fit(held, drawn(), interval=interval)
    difference = result.effect("contextual_difference")
    assert (difference.estimate, difference.se) == (pytest.approx(0.0, abs=1e-12), 0.0)
    assert difference.reason == "fixed by constraints"
    within, between = (result.effect(f"indirect_{level}") for level in ("within", "between"))
    assert within.estimate == pytest.approx(between.estimate)
    assert within.lower == pytest.approx(between.lower, rel=1e-3)


# -- studies --------------------------------------------------------------------------------------


def test_constraints_are_tested_by_likelihood_ratio(fixed):
    restricted = mw.fit(model(constraints={"direct_between": 0}), drawn(), interval=None)
    test = mw.likelihood_ratio(restricted, fixed)
    assert (test.df, test.dropped) == (1, ("direct_between",))
    assert test.statistic == pytest.approx(restricted.statistics["chi_square"], abs=1e-4)
    assert test.notes == ()
    equal = mw.fit(model(constraints={"a_within": "a_between"}), drawn(), interval=None)
    assert mw.likelihood_ratio(equal, fixed).df == 1
    with pytest.raises(mw.ModelError, match="which constrains direct_between"):
        mw.likelihood_ratio(
            equal, mw.fit(model(constraints={"direct_between": 0}), drawn(), interval=None)
        )
    without = mw.fit(model(splits={"x": "within"}), drawn(), interval=None)
    with pytest.raises(mw.ModelError, match="x has a part between groups in one model only"):
        mw.likelihood_ratio(without, fixed)
    more = mw.fit(model(covariates=("c",)), drawn(), interval=None)
    with pytest.raises(UnsupportedError, match="c is modelled, or split that way, in one of them"):
        mw.likelihood_ratio(fixed, more)
    with pytest.raises(UnsupportedError, match="of predictors and responses"):
        mw.likelihood_ratio(
            mw.fit(fixed.model.replace(centering="group-mean"), drawn(), interval=None), fixed
        )


def test_only_likelihoods_of_the_same_data_are_compared():
    found = mw.compare(
        model(),
        drawn(holes=0.05),
        centering=["latent", "group-mean"],
        constraints=[None, {"direct_between": 0}],
        missing=["listwise", "fiml"],
        interval=None,
    )
    sets = {
        (
            cell.settings["centering"],
            cell.settings["missing"],
            cell.settings["constraints"],
        ): cell.comparable
        for cell in found.cells
    }
    assert sets["latent", "listwise", "none"] == sets["latent", "listwise", "direct_between: 0"]
    assert sets["latent", "fiml", "none"] == sets["latent", "fiml", "direct_between: 0"]
    distinct = {
        sets[key]
        for key in (
            ("latent", "listwise", "none"),
            ("latent", "fiml", "none"),
            ("group-mean", "listwise", "none"),
        )
    }
    assert len(distinct) == 3
    assert sets["group-mean", "fiml", "none"] == ""
    reasons = [cell.reason for cell in found.cells if cell.result is None]
    assert len(reasons) == 3
    assert all("latent" in reason for reason in reasons)
    assert "rows with a value missing" in found.notes[0]
    with_covariate = mw.compare(model(), drawn(), covariates=[(), ("c",)], interval=None)
    assert [cell.comparable for cell in with_covariate.cells] == ["A", "B"]


def test_reml_says_that_it_is_not_for_latent_means():
    found = mw.compare(model(), drawn(), estimator=["ml", "reml"], interval=None)
    assert "estimator='ml'" in found.cells[1].reason


@pytest.mark.parametrize("name", ["varying", "incomplete"])
def test_studies_work_with_latent_means_and_with_holes(name, request):
    result = request.getfixturevalue(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        panels = residual_quantiles(result)
        assert all(np.isfinite(panel.observed).all() for panel in panels)
        assert all(abs(panel.excess_kurtosis) < 1.5 for panel in panels)
        for effect in group_effect_names(result):
            for shrink in (True, False):
                view = group_view(result, effect, shrink=shrink)
                assert view.n_known > 50
                rows = group_rows_of(result, view, [0, 1, 2])
                for panel in rows.panels:
                    for dots in panel.groups:
                        assert np.isfinite(dots.x).all()
                        assert np.isfinite(dots.y).all()
        spread = slope_spread(result, "b")
        assert spread.sd_lower < spread.sd < spread.sd_upper
        for scatter in level_scatters(result):
            assert np.isfinite([scatter.x, scatter.y]).all()
            assert np.isfinite(scatter.center).all()


def test_residuals_have_the_spread_of_the_model(fixed):
    panels = {panel.name: panel for panel in residual_quantiles(fixed) if panel.kind == "residual"}
    assert set(panels) == {"m", "y"}
    left = residuals(fixed)["m"]
    counts = np.bincount(fixed.resolved.prepared.rows.codes)
    pooled = (left**2).sum() / (counts - 1).sum()
    assert pooled == pytest.approx(fixed.residual_variances["m"], rel=0.02)


def test_the_likelihood_of_an_sd_is_followed(varying):
    profile = sd_profile(varying, "b")
    assert not profile.at_boundary
    assert profile.drop.min() == 0.0
    assert profile.drop[-1] > profile.cutoff


def test_groups_are_left_out_in_turn(fixed):
    found = mw.influence(fixed)
    assert found.complete
    assert found.n_failed == 0
    place = found.largest("indirect_between", 1)[0]
    data = drawn()
    without = mw.fit(model(), data[data["g"] != found.labels[place]], interval=None)
    change = without.effect("indirect_between").estimate - fixed.effect("indirect_between").estimate
    assert found.change[place, found.effects.index("indirect_between")] == pytest.approx(
        change, abs=1e-4
    )


# -- progress -------------------------------------------------------------------------------------


def test_a_slow_fit_tells_how_far_it_is_and_can_be_stopped():
    data = drawn(slopes=0.3, n_groups=60)
    told = []
    chosen = model(random_slopes=("a", "b"))
    mw.fit(chosen, data, interval=MonteCarlo(200), progress=lambda *at: told.append(at))
    assert told
    assert all(0 <= done <= total for done, total in told)
    with pytest.raises(Cancelled):
        mw.fit(chosen, data, interval=None, progress=lambda *_: False)
    found = mw.compare(chosen, data, interval=None, progress=lambda *_: False)
    assert found.stopped
    assert found.cells[0].reason.startswith("Not fitted: stopped")
