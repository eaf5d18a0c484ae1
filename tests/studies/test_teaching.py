"""Simulated data: one seed, one truth, and what the lines and the one-level analysis are."""

from dataclasses import replace

import numpy as np
import pytest

import medwidget as mw
from medwidget.studies.teaching.draw import data_frame, draw
from medwidget.studies.teaching.lines import path_lines
from medwidget.studies.teaching.one_level import one_level
from medwidget.studies.teaching.settings import RANGES, Settings, truth
from medwidget.studies.teaching.stories import STORIES

LARGE = Settings(
    groups=100,
    size=40,
    icc=0.6,
    a_within=0.5,
    b_within=0.3,
    direct_within=0.2,
    a_between=-0.4,
    b_between=0.6,
    direct_between=-0.3,
    sd_a=0.4,
    sd_b=0.4,
    sd_direct=0.2,
    cov_ab=0.12,
)

# Settings that leave the number of rows as it is.
SMOOTH = [name for name in RANGES if name not in {"groups", "size", "unequal"}]


def test_the_same_seed_gives_the_same_data_and_another_does_not():
    first, again, other = (draw(LARGE, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.y, again.y)
    assert not np.allclose(first.y, other.y)


@pytest.mark.parametrize("name", SMOOTH)
def test_a_small_step_moves_every_point_a_little(name):
    item = RANGES[name]
    value = getattr(LARGE, name)
    step = 0.001 * (item.most - item.least) * (-1 if value == item.most else 1)
    before, after = draw(LARGE, 1), draw(LARGE.changed(**{name: value + step}), 1)
    moved = max(np.abs(getattr(after, v) - getattr(before, v)).max() for v in "xmy")
    assert 0 < moved < 0.15


def test_another_group_or_row_leaves_the_others_where_they_are():
    before = data_frame(draw(LARGE.changed(groups=20, size=9), 1))
    more = data_frame(draw(LARGE.changed(groups=21, size=10), 1))
    rows = more.groupby("group").head(9)
    rows = rows[rows["group"] <= 20].reset_index(drop=True)
    assert np.allclose(rows, before)


def test_sizes_spread_around_the_size_that_is_set():
    equal = draw(Settings(groups=100, size=20), 1).sizes
    unequal = draw(Settings(groups=100, size=20, unequal=1.0), 1).sizes
    assert set(equal) == {20}
    assert unequal.min() < 5
    assert unequal.max() > 35
    assert abs(unequal.mean() - 20) < 3


def test_the_truth_is_what_estimates_average_to():
    true = truth(LARGE)
    assert true["indirect_within"] == pytest.approx(0.5 * 0.3 + 0.12)
    assert true["contextual_difference"] == pytest.approx(-0.24 - 0.27)
    model = mw.MediationModel("x", "m", "y", group="group", random_slopes=LARGE.random_slopes)
    found = []
    for seed in range(8):
        result = mw.fit(model, data_frame(draw(LARGE, seed)), interval="delta")
        found.append(result.effects["estimate"])
    for name in true:
        values = np.array([row[name] for row in found])
        assert abs(values.mean() - true[name]) < 4 * values.std(ddof=1) / np.sqrt(8) + 0.01, name


def test_variances_are_those_that_are_set():
    sample = draw(Settings(groups=100, size=40, icc=0.3, reliability=0.8), 2)
    assert np.var(sample.x) == pytest.approx(1 / 0.8, rel=0.1)
    means = np.bincount(sample.codes, sample.x) / sample.sizes
    assert np.var(means) == pytest.approx(0.3 + (0.7 + 0.25) / 40, rel=0.3)


def test_a_covariance_is_kept_within_what_the_sds_allow():
    settings = Settings(sd_a=0.2, sd_b=0.1, cov_ab=0.3)
    assert settings.cov_ab == pytest.approx(0.95 * 0.02)
    assert settings.changed(sd_b=0).cov_ab == 0
    assert Settings(groups=1_000).groups == RANGES["groups"].most


def test_what_is_no_setting_is_refused():
    with pytest.raises(mw.ModelError, match=r"no setting 'icx'.*icc"):
        Settings().changed(icx=0.2)
    for value in (float("nan"), "0.2", True, None):
        with pytest.raises(mw.ModelError, match="must be a number"):
            Settings().changed(icc=value)


def test_lines_are_least_squares_lines():
    sample = draw(replace(LARGE, groups=12, size=8), 5)
    found = path_lines(sample, sample.x, sample.m)
    own = np.polyfit(sample.x[:8], sample.m[:8], 1)
    first = found.own[0]
    assert np.allclose(np.polyval(own, first[[0, 2]]), first[[1, 3]])
    assert found.slopes["pooled"] == pytest.approx(np.polyfit(sample.x, sample.m, 1)[0])
    means = found.means
    assert found.slopes["between"] == pytest.approx(np.polyfit(*means.T, 1)[0])
    # A group of two rows has no line of its own.
    pairs = draw(Settings(groups=6, size=3, unequal=1.0), 1)
    assert len(path_lines(pairs, pairs.x, pairs.m).own) == np.sum(pairs.sizes >= 3)


def test_the_one_level_analysis_is_two_regressions():
    sm = pytest.importorskip("statsmodels.api")
    sample = draw(STORIES["sign"].settings, 6)
    found = one_level(sample)
    first = sm.OLS(sample.m, sm.add_constant(sample.x)).fit()
    second = sm.OLS(sample.y, sm.add_constant(np.column_stack([sample.m, sample.x]))).fit()
    se = np.hypot(second.params[1] * first.bse[1], first.params[1] * second.bse[1])
    assert found.estimate == pytest.approx(first.params[1] * second.params[1])
    assert found.upper - found.estimate == pytest.approx(1.959964 * se, rel=1e-6)


def test_each_story_shows_what_its_title_says():
    def effects(name, centering):
        story = STORIES[name]
        slopes = story.settings.random_slopes
        model = mw.MediationModel(
            "x", "m", "y", group="group", random_slopes=slopes, centering=centering
        )
        data = data_frame(draw(story.settings, story.seed))
        return mw.fit(model, data, interval="delta").effects

    opposite = effects("opposite", "group-mean")
    assert opposite.loc["indirect_within", "lower"] > 0
    assert opposite.loc["indirect_between", "upper"] < 0
    between = effects("between", "group-mean")
    assert abs(between.loc["indirect_within", "estimate"]) < 0.02
    assert between.loc["indirect_between", "lower"] > 0
    covariance = effects("covariance", "group-mean")
    assert covariance.loc["indirect_within", "lower"] > 0.1
    true = truth(STORIES["unreliable"].settings)["indirect_between"]
    assert effects("unreliable", "group-mean").loc["indirect_between", "upper"] < true
    latent = effects("unreliable", "latent").loc["indirect_between"]
    assert latent["lower"] < true < latent["upper"]
    sign = STORIES["sign"]
    assert effects("sign", "group-mean").loc["indirect_within", "upper"] < 0
    assert one_level(draw(sign.settings, sign.seed)).lower > 0
