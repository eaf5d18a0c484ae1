import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.stats import chi2

import medwidget as mw
from medwidget.spec.parameters import Parameter, ParameterTable
from medwidget.studies.mixture import Reference, reference_of
from tests.pipeline.strategies import HOSTILE
from tests.reference import frame
from tests.views.words import forbidden

REFERENCE = json.loads(
    (Path(__file__).parent / "reference" / "ladder.json").read_text(encoding="utf-8")
)
ABC = ("a", "b", "direct")
DIARY = mw.MediationModel(
    "fwkstrs", "fwkdis", "freldis", "id", random_slopes=ABC, centering="within"
)


@pytest.fixture(scope="module")
def bpg():
    return mw.load_dataset("bpg")


def model(**options):
    return mw.MediationModel("x", "m", "y", group="id", **options)


# -- numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("by_equation", {"random_slopes": ABC, "random_covariance": "by-equation"}),
        ("joint", {"random_slopes": ("a", "b"), "centering": "within"}),
    ],
)
def test_every_rung_agrees_with_lme4_or_nlme(bpg, kind, options):
    expected = REFERENCE[kind]
    table = mw.ladder(model(**options), bpg).table
    assert table.index.tolist() == list(expected["loglik"])
    for name, row in table.iterrows():
        assert row["loglik"] == pytest.approx(expected["loglik"][name], abs=1e-4), name
        assert row["n_parameters"] == expected["npar"][name]
        if name != "null":
            # a p-value of 1e-70 carries 2e-4 of error in the statistic as a relative error of 1e-4
            assert row["p"] == pytest.approx(expected["p"][name], rel=1e-3)
    for criterion in ("aic", "bic"):
        for name, value in expected.get(criterion, {}).items():
            assert table.loc[name, criterion] == pytest.approx(value, abs=2e-4)


def test_statistics_are_those_of_anova_in_lme4(bpg):
    table = mw.ladder(model(random_slopes=ABC, random_covariance="by-equation"), bpg).table
    for name, value in REFERENCE["by_equation"]["lr_anova"].items():
        assert table.loc[name, "lr"] == pytest.approx(value, abs=3e-4)
    for name, value in REFERENCE["by_equation"]["p_anova"].items():
        # lme4 overlooks the boundary
        assert table.loc[name, "p_ignoring_boundary"] == pytest.approx(value, rel=1e-3)


def test_the_first_rung_is_the_null_models_together(bpg):
    climbed = mw.ladder(model(), bpg)
    alone = mw.null_models(bpg, ["x", "m", "y"], "id", estimator="ml")
    assert climbed.rungs[0].loglik == pytest.approx(alone.loc[["m", "y"], "loglik"].sum(), abs=1e-7)
    pd.testing.assert_frame_equal(climbed.null, alone)


DESIGNS = {
    "1-1-1": ("bpg", model(random_slopes=ABC)),
    "diagonal": ("bpg", model(random_covariance="diagonal")),
    "fixed": ("bpg", model(random_slopes=())),
    "uncentred": ("bpg", model(centering="none")),
    "2-1-1": (
        "schools",
        mw.MediationModel(
            "catholic", "ses", "mathach", "school", covariates={"female": ["mathach"]}
        ),
    ),
    "moderated": (
        "schools",
        mw.MediationModel(
            "minority", "ses", "mathach", "school", moderators={"a": "catholic", "b": "size"}
        ),
    ),
    "serial": (
        "army",
        mw.MediationModel(
            "HRS", ["LEAD", "COHES"], "WBEING", "GRP", mediation="serial", random_slopes=("d",)
        ),
    ),
    "2-2-1": (
        "sim221_s104",
        mw.MediationModel("X", "M", "y", "group"),
    ),
}


def load(name):
    return frame(name) if name.startswith("sim") else mw.load_dataset(name)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("estimator", ["ml", "reml"])
def test_the_last_rung_is_the_model_itself(name, estimator):
    data, chosen = DESIGNS[name]
    rows = load(data)
    climbed = mw.ladder(chosen, rows, estimator=estimator)
    fitted = mw.fit(chosen, rows, estimator=estimator, interval=None).statistics
    last = climbed.rungs[-1]
    for statistic in ("loglik", "aic", "bic"):
        assert getattr(last, statistic) == pytest.approx(fitted[statistic], abs=1e-6)
    assert last.n_parameters == fitted["n_parameters"]
    counts = [rung.n_parameters for rung in climbed.rungs]
    assert counts == sorted(set(counts))
    added = [name for rung in climbed.rungs for name in rung.fixed]
    assert len(added) == len(set(added))
    if estimator == "ml":
        logliks = [rung.loglik for rung in climbed.rungs]
        assert all(later >= earlier - 1e-6 for earlier, later in pairwise(logliks))


def test_the_order_of_rungs_and_what_they_add():
    climbed = mw.ladder(DESIGNS["moderated"][1], mw.load_dataset("schools"))
    assert [rung.name for rung in climbed.rungs] == [
        "null",
        "covariates",
        "total",
        "mediator",
        "fixed",
        "slope[a]",
        "slope[b]",
        "moderation",
    ]
    assert climbed.rungs[-1].fixed == ("a_within:catholic", "b_within:size")
    assert climbed.rungs[1].fixed == ("ses~catholic", "mathach~size")
    assert climbed.table.loc["moderation", "distribution"] == "χ²(2)"


def test_rows_with_holes_are_the_same_on_every_rung(bpg):
    holes = bpg.copy()
    holes.loc[::9, "m"] = np.nan
    climbed = mw.ladder(model(), holes)
    complete = mw.ladder(model(), bpg[holes["m"].notna()])
    assert [rung.loglik for rung in climbed.rungs] == pytest.approx(
        [rung.loglik for rung in complete.rungs], abs=1e-8
    )
    assert climbed.null.loc["x", "n_rows"] == holes["m"].notna().sum()
    assert "711 of 800 in 100 groups" in climbed.notes[0]


def test_the_library_of_the_frame_does_not_matter(bpg):
    first, second = mw.ladder(model(), bpg), mw.ladder(model(), pl.from_pandas(bpg))
    pd.testing.assert_frame_equal(first.table, second.table)


# -- what is compared -------------------------------------------------------------------------


def test_reml_compares_random_slopes_alone(bpg):
    climbed = mw.ladder(model(), bpg, estimator="reml")
    tested = [rung.name for rung in climbed.rungs if rung.test is not None]
    assert tested == ["slope[a]", "slope[b]"]
    assert "restricted likelihoods" in climbed.table.loc["fixed", "reason"]
    assert climbed.table["comparable"].tolist() == ["A", "B", "C", "D", "D", "D"]


def test_a_smaller_model_at_the_boundary_is_told():
    climbed = mw.ladder(
        DIARY,
        mw.load_dataset("diary"),
    )
    at_the_edge = [place for place, rung in enumerate(climbed.rungs[:-1]) if rung.singular]
    for place in at_the_edge:
        following = climbed.rungs[place + 1]
        if following.random:
            assert "at the edge" in following.test.remark
    assert climbed.rungs[-1].singular  # the trap of this data set


# -- the mixture ------------------------------------------------------------------------------


@pytest.mark.parametrize("free", [0, 1, 2, 5])
@pytest.mark.parametrize("statistic", [0.5, 3.0, 12.0])
def test_one_variance_is_half_and_half(free, statistic):
    found = Reference(free, 1)
    zero = 0.0 if free == 0 else chi2.sf(statistic, free)
    assert found.p_value(statistic) == pytest.approx((zero + chi2.sf(statistic, free + 1)) / 2)
    assert found.smallest_p_value(statistic) == found.p_value(statistic)
    assert found.p_value(statistic) < found.naive_p_value(statistic)
    assert Reference(free + 1).p_value(statistic) == pytest.approx(chi2.sf(statistic, free + 1))


def test_several_variances_lie_between_the_limits():
    """The cone of 2 × 2 covariance matrices, and two free directions, drawn and projected."""
    rng = np.random.default_rng(7)
    draws = rng.standard_normal((200_000, 3))
    matrices = np.empty((len(draws), 2, 2))
    matrices[:, 0, 0], matrices[:, 1, 1] = draws[:, 0], draws[:, 1]
    matrices[:, 0, 1] = matrices[:, 1, 0] = draws[:, 2] / math.sqrt(2)
    on_the_cone = (np.maximum(np.linalg.eigvalsh(matrices), 0) ** 2).sum(axis=1)
    statistics = on_the_cone + rng.chisquare(2, len(draws))
    reference = Reference(2, 2, 1)
    for value in (1.0, 4.0, 9.0, 15.0):
        truth = (statistics > value).mean()
        error = 4 * math.sqrt(truth / len(draws))
        assert reference.smallest_p_value(value) - error <= truth
        assert truth <= reference.p_value(value) + error
    assert not reference.exact
    assert reference.text.startswith("≤")


def test_new_parameters_are_counted_by_what_they_may_do():
    def table(*labels, slopes=()):
        effects = [Parameter(name, "fixed", "y") for name in slopes]
        elements = [
            Parameter(f"{one},{other}", kind, None, (one, other))
            for place, one in enumerate(labels)
            for other in labels[place:]
            for kind in ("variance" if one == other else "covariance",)
        ]
        return ParameterTable((*effects, *elements))

    assert reference_of(table("y"), table("y", slopes=("a",))) == Reference(1)
    assert reference_of(table("y", "m"), table("y", "m", "a")) == Reference(2, 1)
    assert reference_of(table("y", "m"), table("y", "m", "a", "b")) == Reference(4, 2, 1)


def no_slopes(seed=3, groups=40, size=10):
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(groups), size)
    x = rng.standard_normal(codes.size)
    m = 0.4 * x + rng.standard_normal(groups)[codes] + rng.standard_normal(codes.size)
    y = 0.4 * m + rng.standard_normal(groups)[codes] + rng.standard_normal(codes.size)
    return pd.DataFrame({"id": codes, "x": x, "m": m, "y": y})


@pytest.mark.slow
def test_simulation_agrees_with_the_mixture_and_keeps_its_seed():
    rows = no_slopes()
    chosen = model(random_slopes=("a",))
    climbed = mw.ladder(chosen, rows, simulations=99, seed=5)
    test = climbed.rungs[-1].test
    assert test.simulated.attempted == 99
    assert test.simulated.failed == 0
    assert abs(test.simulated.p - test.p) < 4 * test.simulated.monte_carlo_error + 0.05
    first, second = (mw.ladder(chosen, rows, simulations=19, seed=5) for _ in range(2))
    assert first.rungs[-1].test == second.rungs[-1].test


@pytest.mark.slow
def test_under_no_slope_the_mixture_rejects_as_often_as_it_says():
    """Sixty data sets: half the p-values of the mixture lie below one half, give or take."""
    values = [
        mw.ladder(model(random_slopes=("a",)), no_slopes(seed, 30, 8)).table.loc["slope[a]", "p"]
        for seed in range(60)
    ]
    below = np.mean(np.array(values) < 0.5)
    assert abs(below - 0.5) < 4 * math.sqrt(0.25 / len(values))


def test_slopes_together_have_limits(bpg):
    climbed = mw.ladder(model(), bpg, slopes="together")
    test = climbed.rungs[-1].test
    assert climbed.rungs[-1].name == "slopes"
    assert test.reference == Reference(4, 2, 1)
    row = climbed.table.loc["slopes"]
    assert row["p_at_least"] < row["p"] < row["p_ignoring_boundary"]
    assert any("two limits" in note for note in climbed.notes)


# -- asking -----------------------------------------------------------------------------------


def test_what_is_refused(bpg):
    with pytest.raises(mw.ModelError, match="MediationModel first"):
        mw.ladder("x", bpg)
    with pytest.raises(mw.UnsupportedError, match="share no likelihood"):
        mw.ladder(model(), bpg, estimator="statsmodels")
    with pytest.raises(mw.ModelError, match="slopes='all'"):
        mw.ladder(model(), bpg, slopes="all")
    for count in (-1, 3, True, 2.5, "199"):
        with pytest.raises(mw.ModelError, match="simulations="):
            mw.ladder(model(), bpg, simulations=count)
    with pytest.raises(mw.ModelError, match="There is no column 'q'"):
        mw.ladder(model(covariates=["q"]), bpg)


def test_it_tells_how_far_it_is_and_stops(bpg):
    seen = []
    mw.ladder(model(), bpg, simulations=19, progress=lambda *at: seen.append(at))
    assert seen[-1] == (6 + 2 * 19, 6 + 2 * 19)
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    from medwidget.errors import Cancelled

    with pytest.raises(Cancelled, match="Stopped after 3"):
        mw.ladder(model(), bpg, progress=lambda done, _: done < 3)


# -- words ------------------------------------------------------------------------------------


def test_it_reads_and_saves(bpg):
    climbed = mw.ladder(model(), bpg, simulations=19)
    text = climbed.summary()
    assert max(map(len, text.splitlines())) <= 100
    assert "½χ²(2) + ½χ²(3)" in text
    assert not forbidden(text)
    record = json.loads(json.dumps(climbed.to_dict(), allow_nan=False))
    assert record["rungs"][-1]["test"]["p"] == climbed.rungs[-1].test.p
    assert climbed.paths.loc[("fixed", "b_within"), "se"] > 0


@pytest.mark.parametrize("name", HOSTILE)
def test_names_from_the_data_are_only_text(bpg, name):
    renamed = bpg.rename(columns={"m": name})
    climbed = mw.ladder(mw.MediationModel("x", name, "y", group="id"), renamed)
    plain = mw.ladder(model(), bpg)
    assert [rung.loglik for rung in climbed.rungs] == pytest.approx(
        [rung.loglik for rung in plain.rungs], abs=1e-6
    )
    assert "<img" not in climbed._repr_html_()
    assert max(map(len, climbed.summary().splitlines())) <= 100
