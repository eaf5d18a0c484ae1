import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.stats import norm

import medwidget as mw
from medwidget.studies.same_rows import rows_hash
from tests.pipeline.strategies import HOSTILE
from tests.views.words import forbidden

MODEL = mw.MediationModel("x", "m", "y", group="id")


@pytest.fixture(scope="module")
def halves():
    data = mw.load_dataset("bpg")
    return data[data["id"] <= 50], data[data["id"] > 50]


@pytest.fixture(scope="module")
def first(halves):
    return mw.fit(MODEL, halves[0])


@pytest.fixture(scope="module")
def again(first, halves):
    return mw.replicate(first, halves[1])


# -- numbers ----------------------------------------------------------------------------------


def test_both_sides_are_the_fits(first, again, halves):
    alone = mw.fit(MODEL, halves[1])
    for name in first.effects.index:
        item = again.effect(name)
        assert item.original == first.effect(name).estimate
        assert item.original_se == first.effect(name).se
        assert item.new == alone.effect(name).estimate
        assert (item.new_lower, item.new_upper) == (
            alone.effect(name).lower,
            alone.effect(name).upper,
        )
    assert again.result.statistics == alone.statistics


def test_differences_and_pooled_estimates_are_what_they_are(again):
    for item in again.effects:
        if item.difference is None:
            assert item.reason
            continue
        old, new, old_se, new_se = item.original, item.new, item.original_se, item.new_se
        z = (new - old) / math.sqrt(old_se**2 + new_se**2)
        assert item.z == pytest.approx(z)
        assert item.p == pytest.approx(2 * norm.sf(abs(z)))
        weights = np.array([old_se**-2, new_se**-2])
        pooled = weights @ [old, new] / weights.sum()
        assert item.pooled == pytest.approx(pooled)
        assert item.pooled_se == pytest.approx(weights.sum() ** -0.5)
        # Cochran's Q by its definition
        q = weights @ (np.array([old, new]) - pooled) ** 2
        assert item.q == pytest.approx(q)
        assert item.i_squared == pytest.approx(max(0.0, (q - 1) / q))
        assert item.pooled_upper - item.pooled == pytest.approx(norm.ppf(0.975) * item.pooled_se)


def test_intervals_of_differences_from_draws_agree_with_normal_ones_for_paths(again):
    item = again.effect("direct_within")
    reach = norm.ppf(0.975) * item.difference_se
    error = 5 * item.monte_carlo_error
    assert item.difference_lower == pytest.approx(item.difference - reach, abs=error)
    assert item.difference_upper == pytest.approx(item.difference + reach, abs=error)


def test_the_samples_are_drawn_independently(first, halves):
    """Of nearly the same data, the difference still has the spread of both."""
    nudged = halves[0].assign(y=halves[0]["y"] + 1e-9 * np.arange(len(halves[0])))
    item = mw.replicate(first, nudged).effect("direct_within")
    width = item.difference_upper - item.difference_lower
    assert width == pytest.approx(2 * norm.ppf(0.975) * item.difference_se, rel=0.05)
    assert item.difference_se == pytest.approx(math.sqrt(2) * item.original_se, rel=0.05)


@pytest.mark.slow
def test_the_difference_covers_as_often_as_it_says():
    """Pairs of samples from one population: 90 % intervals of the difference hold zero."""
    rng = np.random.default_rng(11)

    def sample():
        codes = np.repeat(np.arange(25), 8)
        x = rng.standard_normal(codes.size)
        m = 0.4 * x + 0.5 * rng.standard_normal(25)[codes] + rng.standard_normal(codes.size)
        y = 0.4 * m + 0.5 * rng.standard_normal(25)[codes] + rng.standard_normal(codes.size)
        return pd.DataFrame({"id": codes, "x": x, "m": m, "y": y})

    chosen = MODEL.replace(random_slopes=(), centering="within")
    held = []
    for _ in range(60):
        result = mw.fit(chosen, sample(), level=0.9, interval="delta")
        item = mw.replicate(result, sample()).effect("indirect_within")
        held.append(item.difference_lower < 0 < item.difference_upper)
    assert abs(np.mean(held) - 0.9) < 4 * math.sqrt(0.09 / len(held))


def test_the_seed_is_kept(first, halves, again):
    pd.testing.assert_frame_equal(mw.replicate(first, halves[1]).table, again.table)
    other = mw.replicate(first, halves[1], seed=99)
    assert other.settings["seed"] == 99
    before, after = (each.effect("indirect_within") for each in (again, other))
    assert after.difference == pytest.approx(before.difference)
    assert after.difference_lower != before.difference_lower


@pytest.mark.parametrize("estimator", ["reml", "statsmodels"])
def test_estimator_interval_and_level_are_those_of_the_first(halves, estimator):
    chosen = MODEL.replace(random_covariance="by-equation")
    result = mw.fit(chosen, halves[0], estimator=estimator, interval=mw.MonteCarlo(500), level=0.8)
    found = mw.replicate(result, halves[1])
    for name in ("estimator", "interval", "level"):
        assert found.result.settings[name] == result.settings[name]
    assert found.result.settings["interval_options"]["samples"] == 500
    item = found.effect("indirect_within")
    assert item.pooled_upper - item.pooled == pytest.approx(norm.ppf(0.9) * item.pooled_se)


# -- the same data ----------------------------------------------------------------------------


@pytest.mark.parametrize("library", [lambda rows: rows, pl.from_pandas])
def test_the_same_rows_are_refused_in_any_order_and_under_other_labels(first, halves, library):
    shuffled = halves[0].sample(frac=1, random_state=3).assign(id=lambda rows: rows["id"] + 1000)
    with pytest.raises(mw.DataError, match="rows that the result came from"):
        mw.replicate(first, library(shuffled.reset_index(drop=True)))


def test_the_same_rows_are_refused_beside_a_saved_result(first, halves):
    saved = mw.MediationResult.from_dict(json.loads(json.dumps(first.to_dict())))
    with pytest.raises(mw.DataError, match="rows that the result came from"):
        mw.replicate(saved, halves[0])
    found = mw.replicate(saved, halves[1])
    assert found.settings["method"] == "normal"
    assert any("taken on trust" in note for note in found.notes)
    item = found.effect("indirect_within")
    assert item.difference_upper == pytest.approx(
        item.difference + norm.ppf(0.975) * item.difference_se
    )


def test_rows_and_groups_in_both_are_noted(first, halves):
    both = pd.concat([halves[1], halves[0].head(30)])
    notes = mw.replicate(first, both).notes
    assert any(note.startswith("30 of the new rows") for note in notes)
    assert any("labels of 'id' are in both samples" in note for note in notes)


def test_rows_that_are_equal_by_chance_are_not_noted():
    rng = np.random.default_rng(5)

    def sample():
        codes = np.repeat(np.arange(30), 10)
        answers = {name: rng.integers(1, 6, codes.size) for name in "xmy"}
        return pd.DataFrame({"id": codes, **answers})

    chosen = MODEL.replace(random_slopes=())
    found = mw.replicate(mw.fit(chosen, sample()), sample())
    assert not any("hold the same values" in note for note in found.notes)


def test_the_hash_depends_on_values_alone(first, halves):
    prepared = first.resolved.prepared
    other = mw.fit(MODEL, halves[0].iloc[::-1]).resolved.prepared
    assert rows_hash(prepared) == rows_hash(other)
    changed = halves[0].copy()
    changed.iloc[7, changed.columns.get_loc("y")] += 1e-12
    assert rows_hash(mw.fit(MODEL, changed).resolved.prepared) != rows_hash(prepared)


# -- how samples differ -----------------------------------------------------------------------


def test_another_design_is_noted_and_effects_say_why(first, halves):
    rows = halves[1].assign(x=halves[1].groupby("id")["x"].transform("mean"))
    found = mw.replicate(first, rows)
    assert any("1-1-1 in the first sample and 2-1-1" in note for note in found.notes)
    assert any("'x' is individual-level in the first sample" in note for note in found.notes)
    assert found.effect("indirect_within").reason.startswith("no number in the new sample")
    assert found.effect("indirect_individual").reason == "not in the first sample"
    assert found.effect("indirect_between").difference is not None


def test_another_unit_another_mean_and_another_icc_are_noted(first, halves):
    rows = halves[1].assign(y=halves[1]["y"] * 10, m=halves[1]["m"] + 50)
    within = halves[1]["x"] - halves[1].groupby("id")["x"].transform("mean")
    rows["x"] = halves[1]["x"] - 0.95 * (halves[1]["x"] - within)
    notes = mw.replicate(first, rows).notes
    assert any("The SD of 'y'" in note and "another unit" in note for note in notes)
    assert any("The mean of 'm'" in note for note in notes)
    assert any("The share of variance of 'x'" in note for note in notes)
    plain = mw.replicate(first, halves[1])
    assert not any("another unit" in note for note in plain.notes)


def test_moderated_effects_are_at_the_values_of_the_first():
    data = mw.load_dataset("schools")
    schools = data["school"].unique()
    chosen = mw.MediationModel(
        "minority", "ses", "mathach", "school", moderators={"a": "disclim"}, random_slopes=("a",)
    )
    old = data[data["school"].isin(schools[::2])]
    new = data[data["school"].isin(schools[1::2])].assign(disclim=lambda rows: rows["disclim"] + 1)
    result = mw.fit(chosen, old)
    found = mw.replicate(result, new)
    alone = mw.fit(chosen, new)
    item = found.effect("indirect_within")
    parts = dict(zip(alone.parameters["names"], alone.parameters["estimates"], strict=True))
    mean = old.groupby("school")["disclim"].first().mean()
    at_the_first = (parts["a_within"] + parts["a_within:disclim"] * mean) * parts["b_within"]
    assert item.new == pytest.approx(at_the_first)
    assert item.new != pytest.approx(alone.effect("indirect_within").estimate)
    assert any("first sample's values of the moderators" in note for note in found.notes)
    saved = mw.replicate(mw.MediationResult.from_dict(result.to_dict()), new)
    assert saved.effect("indirect_within").new == alone.effect("indirect_within").estimate


# -- asking, words ----------------------------------------------------------------------------


def test_what_is_refused(first, halves):
    with pytest.raises(mw.ModelError, match="MediationResult first"):
        mw.replicate(MODEL, halves[1])
    with pytest.raises(mw.ModelError, match="no column 'm'"):
        mw.replicate(first, halves[1].drop(columns="m"))
    own = replace(first, settings={**first.settings, "estimator": "mine"})
    with pytest.raises(mw.UnsupportedError, match="object of your own"):
        mw.replicate(own, halves[1])
    own = replace(first, settings={**first.settings, "interval": "mine"})
    with pytest.raises(mw.UnsupportedError, match="object of your own"):
        mw.replicate(own, halves[1])
    with pytest.raises(mw.ModelError, match="There is no effect 'z'"):
        mw.replicate(first, halves[1]).effect("z")


def test_without_intervals_there_is_no_test(halves):
    found = mw.replicate(mw.fit(MODEL, halves[0], interval=None), halves[1])
    item = found.effect("indirect_within")
    assert item.new is not None
    assert (item.difference is None) == bool(item.reason)


def test_it_reads_and_saves(again):
    text = again.summary()
    assert max(map(len, text.splitlines())) <= 100
    assert not forbidden(text.replace("lead one", ""))
    assert "compatible with one value in both" in text
    json.dumps(again.to_dict(), allow_nan=False)
    assert again.column_table.loc["x", "original_level"] == "individual"


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_the_data_are_only_text(halves, name):
    old, new = (rows.rename(columns={"m": name}) for rows in halves)
    chosen = mw.MediationModel("x", name, "y", group="id", random_slopes=())
    found = mw.replicate(mw.fit(chosen, old, interval="delta"), new)
    assert found.effect("indirect_within").difference is not None
    assert "<img" not in found._repr_html_()
    assert max(map(len, found.summary().splitlines())) <= 100
