import json
import math
from dataclasses import replace

import numpy as np
import pytest

import medwidget as mw
from medwidget.estimators.linear.estimator import LinearEstimator
from medwidget.studies.comparison import Cell, Comparison
from tests.reference import frame

MODEL = mw.MediationModel("HRS", "LEAD", "WBEING", "GRP", random_slopes=())
EFFECTS = ("indirect_within", "indirect_between", "indirect")


@pytest.fixture(scope="module")
def army():
    return mw.load_dataset("army")


@pytest.fixture(scope="module")
def grid(army):
    """Three centrings, two sets of slopes, two of covariates, ML."""
    return mw.compare(
        MODEL,
        army,
        centering=["group-mean", "within", "none"],
        random_slopes=[(), ("a", "b")],
        covariates=[None, ["COHES"]],
        interval="delta",
    )


@pytest.fixture(scope="module")
def restricted(army):
    return mw.compare(
        MODEL,
        army,
        random_slopes=[(), ("b",)],
        covariates=[(), ("COHES",)],
        estimator=["reml", "ml"],
        interval=None,
    )


# -- cells ------------------------------------------------------------------------------------


def test_every_combination_is_there_once_and_the_given_model_first(grid):
    models = [cell.model for cell in grid.cells]
    assert models[0] == MODEL
    assert len(models) == len(set(models)) == 12
    assert grid.varied == ("centering", "random_slopes", "covariates")


def test_a_given_model_outside_the_grid_comes_first(army):
    found = mw.compare(MODEL, army, random_slopes=[("a",), ("b",)], interval=None)
    assert [cell.model.random_slopes for cell in found.cells] == [(), ("a",), ("b",)]


def test_each_cell_is_what_a_fit_of_its_own_gives(grid, army):
    for cell, row in zip(grid.cells, grid.table.to_dict("records"), strict=True):
        alone = mw.fit(cell.model, army, interval="delta")
        for name in ("loglik", "aic", "bic", "n_parameters"):
            assert row[name] == alone.statistics[name]
        effects = {effect.name: effect for effect in alone.effect_rows}
        for name in EFFECTS:
            if name in effects and effects[name].estimate is not None:
                assert row[name] == effects[name].estimate
                assert row[f"{name}_lower"] == effects[name].lower
                assert row[f"{name}_upper"] == effects[name].upper
            else:
                assert math.isnan(row[name])
        assert row["problems"] == len(alone.problems)
        assert row["converged"] == alone.convergence.converged
        assert row["singular"] == bool(alone.convergence.singular)


def test_settings_are_in_words(grid):
    table = grid.table
    assert set(table["random_slopes"]) == {"none", "a, b"}
    assert set(table["covariates"]) == {"none", "COHES"}


def test_all_cells_use_rows_complete_in_every_column(army):
    data = army.copy()
    data.loc[::10, "COHES"] = np.nan
    found = mw.compare(MODEL, data, covariates=[(), ("COHES",)], interval=None)
    complete = data.dropna()
    assert found.ledger is not None
    assert found.ledger.n_rows_used == len(complete) < len(data)
    for cell in found.cells:
        alone = mw.fit(cell.model, complete, interval=None)
        assert cell.result is not None
        assert cell.result.statistics["n_rows"] == len(complete)
        assert cell.result.statistics["loglik"] == pytest.approx(alone.statistics["loglik"])
    assert any(f"{len(complete):,}" in note for note in found.notes)


def test_models_are_prepared_once(army, monkeypatch):
    from medwidget.studies import compare as module

    prepared, fitted = [], []
    resolve, fit = module.resolve, module.fit_resolved
    monkeypatch.setattr(
        module, "resolve", lambda model, *a, **k: prepared.append(model) or resolve(model, *a, **k)
    )
    monkeypatch.setattr(
        module,
        "fit_resolved",
        lambda resolved, estimator, *a: (
            fitted.append((resolved.structure.model, estimator.name))
            or fit(resolved, estimator, *a)
        ),
    )
    mw.compare(MODEL, army, centering=["group-mean", "within"], estimator=["ml", "reml"])
    assert len(prepared) == len(set(prepared)) == 2
    assert len(fitted) == len(set(fitted)) == 4


# -- what may be compared ---------------------------------------------------------------------


def test_ml_cells_of_the_same_rows_are_one_set(grid):
    table = grid.table
    assert set(table["comparable"]) == {"A"}
    for criterion in ("aic", "bic"):
        expected = table[criterion] - table[criterion].min()
        assert table[f"delta_{criterion}"].tolist() == expected.tolist()


def test_reml_cells_are_compared_only_where_the_fixed_effects_are_the_same(restricted):
    table = restricted.table
    sets = table.groupby(["estimator", "covariates"])["comparable"].agg(set)
    assert sets["reml", "none"] != sets["reml", "COHES"]
    assert len(sets["reml", "none"]) == len(sets["reml", "COHES"]) == 1
    assert sets["ml", "none"] == sets["ml", "COHES"]
    assert sets["ml", "none"] & (sets["reml", "none"] | sets["reml", "COHES"]) == set()


def test_estimators_are_never_compared_by_aic(army):
    other = LinearEstimator("another", restricted=False)
    table = mw.compare(MODEL, army, estimator=["ml", other], interval=None).table
    assert table["estimator"].tolist() == ["ml", "another"]
    assert table["comparable"].tolist() == ["A", "B"]


def test_differences_are_from_the_lowest_of_the_own_set(restricted):
    table = restricted.table
    lowest = table.groupby("comparable")["aic"].transform("min")
    assert table["delta_aic"].tolist() == (table["aic"] - lowest).tolist()


def test_a_set_of_one_has_nothing_to_be_compared_with(army):
    table = mw.compare(
        MODEL, army, covariates=[(), ("COHES",)], estimator="reml", interval=None
    ).table
    assert table["comparable"].tolist() == ["A", "B"]
    assert table[["delta_aic", "delta_bic"]].isna().all(axis=None)


def test_the_best_is_the_lowest_aic_of_the_first_cells_set(restricted):
    table, best = restricted.table, restricted.best
    mine = table[table["comparable"] == table.loc[0, "comparable"]]
    assert best is not None
    assert best.cell == mine["aic"].idxmin()
    assert best.model == restricted.cells[best.cell].model
    assert best.estimator == "reml"
    assert set(restricted.best_by_set) == set(table["comparable"])
    # another set may have a lower AIC, and is not asked
    assert table["aic"].min() < table.loc[best.cell, "aic"]


def test_what_did_not_converge_is_never_the_best(grid):
    lowest = grid.cells[grid.best.cell]

    class Elsewhere:
        converged, singular = False, ()

    lost = replace(lowest, result=replace(lowest.result, convergence=Elsewhere()))
    cells = tuple(lost if cell is lowest else cell for cell in grid.cells)
    again = Comparison(cells, grid.varied)
    assert again.best is not None
    assert again.best.cell != grid.best.cell
    assert not again.table.loc[grid.best.cell, "converged"]


# -- meaning ----------------------------------------------------------------------------------


def test_the_meaning_is_compared_with_the_first_cell(grid):
    table = grid.table
    assert table.loc[0, "estimand"] == "same"
    same = (table["centering"] == "group-mean") & (table["covariates"] == "none")
    assert (table["estimand"] == "same").tolist() == same.tolist()
    changed = table[~same]
    assert (changed["estimand_note"] != "").all()
    conditional = changed[changed["covariates"] == "COHES"]["estimand_note"]
    assert conditional.str.contains("conditional on COHES").all()


# -- what cannot be fitted --------------------------------------------------------------------


def test_a_cell_that_cannot_be_fitted_has_the_reason(army):
    found = mw.compare(
        MODEL,
        army,
        centering=["group-mean", "latent", "nonsense"],
        covariates=[(), ("absent",), ("LEAD",)],
        interval=None,
    )
    table = found.table
    assert len(table) == 9
    offered = table["centering"].isin(["group-mean", "latent"])
    fitted = offered & (table["covariates"] == "none")
    assert (table["reason"] == "").tolist() == fitted.tolist()
    assert table.loc[~fitted, ["aic", "indirect_within"]].isna().all(axis=None)
    assert [cell is None for cell in found.results] == (~fitted).tolist()
    reasons = table.set_index(["centering", "covariates"])["reason"]
    assert "absent" in reasons["group-mean", "absent"]
    assert "absent" in reasons["latent", "absent"]
    assert "nonsense" in reasons["nonsense", "none"]
    assert "named twice" in reasons["group-mean", "LEAD"]


def test_an_estimator_that_does_not_exist_is_a_reason_too(army):
    found = mw.compare(MODEL, army, estimator=["ml", "bayes", "mll"], interval=None)
    assert found.table["reason"].tolist()[0] == ""
    assert "not offered yet" in found.cells[1].reason
    assert "Did you mean 'ml'" in found.cells[2].reason


def test_a_within_effect_that_cannot_be_has_no_number():
    data = frame("sim211_s103")
    model = mw.MediationModel("X", "m", "y", "group", random_slopes=())
    found = mw.compare(model, data, random_slopes=[(), ("b",)], interval=None)
    assert found.table["indirect_within"].isna().all()
    assert found.table["indirect_between"].notna().all()


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("centering", "group-mean"),
        ("random_slopes", ("a", "b")),
        ("random_slopes", []),
        ("covariates", ["COHES"]),
        ("moderators", {"a": "COHES"}),
        ("constraints", {"direct_between": 0}),
        ("missing", "fiml"),
    ],
)
def test_what_is_no_list_of_choices_is_refused_with_an_example(army, argument, value):
    with pytest.raises(mw.ModelError, match=f"{argument}=.*list of choices.*such as"):
        mw.compare(MODEL, army, **{argument: value})


def test_the_model_comes_first(army):
    with pytest.raises(mw.ModelError, match="first"):
        mw.compare(army, MODEL)  # type: ignore[arg-type]


def test_data_that_are_no_frame_are_refused_at_once():
    with pytest.raises(mw.DataError, match="data frame"):
        mw.compare(MODEL, "army.csv", centering=["within"])


@pytest.mark.parametrize(("option", "value"), [("level", 2), ("seed", -1), ("interval", "x")])
def test_settings_are_read_once_for_all(army, option, value):
    with pytest.raises(mw.ModelError, match=option):
        mw.compare(MODEL, army, **{option: value})


# -- progress ---------------------------------------------------------------------------------


def test_progress_counts_cells(army):
    seen = []
    mw.compare(
        MODEL,
        army,
        centering=["group-mean", "within"],
        interval=None,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 2), (2, 2)]


def test_stopping_keeps_what_is_done_and_says_so(army):
    found = mw.compare(
        MODEL,
        army,
        centering=["group-mean", "within", "none"],
        interval=None,
        progress=lambda done, total: done < 2,
    )
    assert found.stopped
    assert [result is not None for result in found.results] == [True, True, False]
    assert "stopped after 2 of 3" in found.cells[2].reason
    assert any("Stopped after 2 of 3" in note for note in found.notes)
    assert found.table.loc[:1, "delta_aic"].notna().all()


def test_stopping_within_an_interval_keeps_what_is_done():
    data = mw.load_dataset("bpg")
    model = mw.MediationModel("x", "m", "y", "id", random_slopes=())
    calls = iter([True, False])  # the second call comes from within the first bootstrap
    found = mw.compare(
        model,
        data,
        centering=["group-mean", "within"],
        interval=mw.Bootstrap(samples=50_000, workers=1),
        progress=lambda done, total: next(calls, False),
    )
    assert found.stopped
    assert found.results[1] is None
    first = found.results[0]
    assert first is not None
    assert 0 < first.settings["interval_options"]["attempted"] < 50_000


# -- saving -----------------------------------------------------------------------------------


def test_the_record_is_json_and_holds_the_table(grid):
    record = json.loads(json.dumps(grid.to_dict(), allow_nan=False))
    rows = grid.table.to_dict("records")
    assert record["best"] == grid.best.cell
    for saved, row in zip(record["cells"], rows, strict=True):
        assert mw.MediationModel.from_dict(saved["model"]) in {cell.model for cell in grid.cells}
        for name, value in row.items():
            missing = isinstance(value, float) and math.isnan(value)
            assert saved["row"][name] == (None if missing else value)


def test_it_prints_in_a_line(grid):
    assert repr(grid) == (
        "Comparison(12 cells, 12 fitted; varied: centering, random_slopes, covariates)"
    )


def test_a_comparison_without_any_fit_has_no_best():
    cell = Cell({"centering": "none", "estimator": "ml"}, None, None, "why")
    found = Comparison((cell,), ("centering",))
    assert found.best is None
    assert found.table.loc[0, "reason"] == "why"
