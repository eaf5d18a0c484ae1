import numpy as np
import pytest

import medwidget as mw
from medwidget.errors import Cancelled
from medwidget.studies.mixture import Reference

BPG = mw.MediationModel("x", "m", "y", group="id", centering="latent", random_slopes=())
PATHS = [f"{path}_{level}" for path in ("a", "b", "direct") for level in ("within", "between")]


@pytest.fixture(scope="module")
def bpg():
    return mw.load_dataset("bpg")


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_rungs_are_fits_with_paths_held_at_zero(bpg, missing):
    rows = bpg.copy()
    rows.loc[::7, "m"] = np.nan
    chosen = BPG.replace(missing=missing)
    climbed = mw.ladder(chosen, rows)
    for rung, letters in (("null", "abd"), ("total", "ab"), ("mediator", "b"), ("fixed", "")):
        held = {name: 0 for name in PATHS if name[0] in letters}
        alone = mw.fit(chosen.replace(constraints=held), rows, interval=None).statistics
        row = climbed.table.loc[rung]
        assert row["loglik"] == pytest.approx(alone["loglik"], abs=1e-5)
        assert row["n_parameters"] == alone["n_parameters"]
        assert row["bic"] == pytest.approx(alone["bic"], abs=1e-4)


def test_tests_are_those_of_the_likelihood_ratio(bpg):
    chosen = BPG.replace(random_slopes=("a",))
    climbed = mw.ladder(chosen, bpg)
    full = mw.fit(chosen, bpg, interval=None)
    alone = mw.likelihood_ratio(mw.fit(BPG, bpg, interval=None), full)
    test = climbed.rungs[-1].test
    assert test.reference == Reference(2, 1)
    assert test.statistic == pytest.approx(alone.statistic, abs=1e-4)
    assert test.p == pytest.approx(alone.p_value, rel=1e-3)


def test_constraints_of_the_model_hold_on_every_rung(bpg):
    chosen = BPG.replace(constraints={"direct_between": 0, "b_within": "b_between"})
    climbed = mw.ladder(chosen, bpg)
    last = mw.fit(chosen, bpg, interval=None).statistics
    assert climbed.rungs[-1].loglik == pytest.approx(last["loglik"], abs=1e-5)
    assert climbed.table["lr_df"].tolist() == [None, 1, 2, 1]
    assert "direct_between" not in climbed.paths.index.get_level_values("parameter")


def test_an_equality_with_a_path_that_comes_later_is_zero_until_then(bpg):
    chosen = BPG.replace(constraints={"a_within": "b_within"})
    climbed = mw.ladder(chosen, bpg)
    assert climbed.table["lr_df"].tolist() == [None, 2, 1, 2]
    last = mw.fit(chosen, bpg, interval=None).statistics
    assert climbed.rungs[-1].loglik == pytest.approx(last["loglik"], abs=1e-5)


def test_covariates_and_moderators_come_before_the_paths():
    schools = mw.load_dataset("schools")
    chosen = mw.MediationModel(
        *("minority", "ses", "mathach", "school"),
        covariates=["female"],
        moderators={"a": "catholic"},
        centering="latent",
        random_slopes=("a",),
    )
    climbed = mw.ladder(chosen, schools)
    names = [rung.name for rung in climbed.rungs]
    assert names == [
        "null",
        "covariates",
        "total",
        "mediator",
        "fixed",
        "slope[a]",
        "moderation",
    ]
    last = mw.fit(chosen, schools, interval=None).statistics
    assert climbed.rungs[-1].loglik == pytest.approx(last["loglik"], abs=1e-4)
    assert climbed.rungs[-1].n_parameters == last["n_parameters"]
    # what a latent and a manifest ladder share: no path among predictors and responses yet
    plain = mw.ladder(chosen.replace(centering="group-mean"), schools)
    shared = [climbed.rungs[1].test.statistic, plain.rungs[1].test.statistic]
    assert shared[0] == pytest.approx(shared[1], rel=0.01)


def test_what_latent_centring_does_not_offer(bpg):
    with pytest.raises(mw.UnsupportedError, match="draws no data sets"):
        mw.ladder(BPG, bpg, simulations=199)
    with pytest.raises(mw.UnsupportedError):
        mw.ladder(BPG, bpg, estimator="reml")
    notes = mw.ladder(BPG, bpg).notes
    assert any("the predictors' too" in note for note in notes)


def test_plans_and_replications_of_latent_models(bpg):
    plan = mw.preregister(BPG.replace(missing="fiml", constraints={"direct_between": 0}))
    assert mw.Plan.from_json(plan.to_json()) == plan
    halves = bpg[bpg["id"] <= 50], bpg[bpg["id"] > 50]
    first = mw.fit(BPG, halves[0])
    again = mw.replicate(first, halves[1])
    item = again.effect("indirect_between")
    assert item.difference == pytest.approx(item.new - item.original)
    assert item.difference_lower < item.difference < item.difference_upper
    names = set(first.deviations(plan).table.index)
    assert names == {"constraints", "missing"}
    with pytest.raises(mw.DataError, match="rows that the result came from"):
        mw.replicate(first, halves[0])


def test_a_long_fit_is_stopped_within_a_rung(bpg):
    chosen = BPG.replace(random_slopes=("a", "b", "direct"))
    seen = []

    def stop(done, total):
        seen.append(done)
        # the rungs without random slopes are quick; a second call at one place is from within
        return seen.count(done) < 2

    with pytest.raises(Cancelled):
        mw.ladder(chosen, bpg, progress=stop)
    assert seen[-1] < 7
