import json

import pytest

import medwidget as mw
from medwidget.studies.comparison import Comparison
from medwidget.widget.messages import Specifications
from medwidget.widget.panes.choices import compare_arguments, count_cells, offered_choices
from medwidget.widget.panes.specifications import current_cell, specifications_pane
from tests.views.results import ARMY, CASES, CATHOLIC, TAG, dataset, hostile, hostile_data
from tests.widget.panes.shapes import assert_crosses


@pytest.fixture(scope="module")
def choices():
    return offered_choices(ARMY, "ml", on={}, columns=["COHES", "HRS"])


@pytest.fixture(scope="module")
def compared(choices) -> Comparison:
    arguments = compare_arguments(ARMY, "ml", choices)
    return mw.compare(ARMY, dataset("army"), **arguments, interval="delta")


def by_name(choices):
    return {choice["name"]: choice for choice in choices}


def test_what_is_offered_first_makes_twenty_four_cells(choices, compared):
    assert count_cells(ARMY, "ml", choices) == 24 == len(compared.cells)
    assert set(compared.varied) == {"centering", "random_slopes", "estimator"}
    assert [value["value"] for value in by_name(choices)["covariates"]["values"]] == [
        "[]",
        '["COHES"]',
    ]


@pytest.mark.parametrize("name", CASES)
def test_every_model_is_offered_its_own_values(name):
    model = CASES[name][1]
    offered = offered_choices(model, "reml", on={}, columns=["COHES"])
    found = by_name(offered)
    slopes = {value["value"] for value in found["random_slopes"]["values"]}
    assert json.dumps(list(model.random_slopes)) in slopes
    latent = model.centering == "latent"
    assert found["estimator"]["on"] == (["reml"] if latent else ["ml", "reml"])
    arguments = compare_arguments(model, "reml", offered)
    assert arguments["estimator"][0] == "reml"
    assert count_cells(model, "reml", offered) >= 2


def test_latent_means_are_offered_and_not_on_at_first(choices):
    found = by_name(choices)
    assert found["centering"]["values"][-1]["value"] == "latent"
    assert "latent" not in found["centering"]["on"]
    latent = by_name(offered_choices(CASES["latent"][1], "ml", on={}))
    assert latent["centering"]["on"] == ["latent"]
    own = {"direct_between": 0.0, "b_within": "b_between"}
    assert [json.loads(item["value"]) for item in latent["constraints"]["values"]] == [{}, own]
    arguments = compare_arguments(CASES["latent"][1], "ml", list(latent.values()))
    assert arguments["constraints"] == [{}, own]
    assert "constraints" not in found


def test_full_information_is_offered_where_values_are_missing():
    assert "missing" not in by_name(offered_choices(ARMY, "ml", on={}, with_holes=["COHES"]))
    missing = by_name(offered_choices(ARMY, "ml", on={}, with_holes=["HRS"]))["missing"]
    assert missing["on"] == ["listwise"]
    assert "latent group means" in missing["values"][1]["refusal"]
    on = {"centering": ["latent"], "missing": ["listwise", "fiml"]}
    chosen = offered_choices(ARMY, "ml", on=on, with_holes=["HRS"])
    assert by_name(chosen)["missing"]["on"] == ["listwise", "fiml"]
    assert compare_arguments(ARMY, "ml", chosen)["missing"] == ["listwise", "fiml"]


def test_values_are_switched_on_and_off(choices):
    on = {"centering": ["group-mean"], "covariates": ["[]", '["COHES"]'], "estimator": ["reml"]}
    chosen = offered_choices(ARMY, "ml", on=on, columns=["COHES"])
    arguments = compare_arguments(ARMY, "ml", chosen)
    assert "centering" not in arguments
    assert arguments["covariates"] == [{}, {"COHES": None}]
    assert arguments["estimator"] == ["reml"]
    assert count_cells(ARMY, "ml", chosen) == 6


def test_covariates_keep_the_equations_they_enter():
    model = CASES["moderated"][1]
    chosen = offered_choices(model, "ml", on={}, columns=["sector"])
    assert compare_arguments(model, "ml", chosen)["covariates"] == [{}, {"female": ("mathach",)}]
    labels = [value["label"] for value in by_name(chosen)["covariates"]["values"]]
    assert labels == ["none", "female", "+ sector"]


def test_deviations_alone_are_refused_for_a_group_level_exposure():
    model = CATHOLIC.replace(moderators={})
    chosen = offered_choices(model, "ml", on={}, group_level=["catholic", "size"], group="school")
    centering = by_name(chosen)["centering"]
    refusal = next(item["refusal"] for item in centering["values"] if item["value"] == "within")
    assert refusal == "catholic never varies within a school."
    assert "within" not in centering["on"]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("sort", ["estimate", "choices", "aic", "unknown"])
def test_a_comparison_has_its_shape(choices, compared, sort, narrow):
    pane = specifications_pane(
        ARMY, "ml", 6, choices=choices, comparison=compared, sort=sort, narrow=narrow
    )
    assert_crosses(pane, Specifications)
    assert (pane["current"], pane["pinned"], pane["n_cells"]) == (0, -1, 24)
    cells = {
        row["cell"] for rows in pane["chart"]["data"].values() for row in rows if "cell" in row
    }
    assert cells == set(range(24))
    assert pane["facts"][0]["label"] == "Rank"
    assert "Click a column" in pane["note"]


def test_effects_that_no_cell_has_are_not_offered(choices):
    found = mw.compare(
        ARMY, dataset("army"), centering=["within"], random_slopes=[()], interval=None
    )
    within = Comparison(found.cells[1:], found.varied, found.ledger, found.notes)
    pane = specifications_pane(ARMY, "ml", 6, comparison=within, effect="indirect_between")
    effect = pane["controls"][0]
    assert [item["value"] for item in effect["choices"]] == ["indirect_within"]
    assert effect["value"] == "indirect_within"
    assert pane["current"] == -1
    assert pane["facts"] == []


def test_a_pinned_cell_is_told_instead_of_the_current_one(choices, compared):
    pane = specifications_pane(ARMY, "ml", 6, comparison=compared, pinned=3)
    current = specifications_pane(ARMY, "ml", 6, comparison=compared)
    assert pane["pinned"] == 3
    assert pane["facts"] != current["facts"]
    assert specifications_pane(ARMY, "ml", 6, comparison=compared, pinned=99)["pinned"] == -1


def test_the_current_cell_has_model_and_estimator_on_screen(compared):
    for place, cell in enumerate(compared.cells):
        assert current_cell(compared, cell.model, cell.settings["estimator"]) == place
    assert current_cell(compared, None, "ml") == -1
    assert current_cell(compared, ARMY.replace(covariates=["COHES"]), "ml") == -1


def test_before_a_comparison_there_are_choices_only(choices):
    pane = specifications_pane(ARMY, "ml", 6, choices=choices)
    assert_crosses(pane, Specifications)
    assert (pane["chart"], pane["reading"], pane["n_cells"]) == (None, [], 24)
    assert specifications_pane(None, "ml", 6)["reason"].startswith("Map the four roles first")


def test_hostile_names_are_values_and_nothing_else():
    model = hostile().model
    offered = offered_choices(model, "ml", on={"centering": ["group-mean"]}, columns=[TAG + "2"])
    arguments = compare_arguments(model, "ml", offered)
    found = mw.compare(model, hostile_data(), **arguments, interval=None)
    pane = specifications_pane(model, "ml", 6, choices=offered, comparison=found)
    assert_crosses(pane, Specifications)
    assert TAG not in str(pane["chart"]["spec"])
    assert all(fact["value"].isprintable() for fact in pane["facts"])
