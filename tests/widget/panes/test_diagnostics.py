import pytest

import medwidget as mw
from medwidget.views.text.nouns import Nouns
from medwidget.widget.messages import Diagnostics
from medwidget.widget.panes.answer import answer_pane
from medwidget.widget.panes.diagnostics import diagnostics_pane
from tests.views.results import CASES, TAG, dataset, hostile, result
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("school", "pupil")


@pytest.mark.parametrize("name", CASES)
def test_diagnostics_have_their_shape(name):
    pane = diagnostics_pane(result(name), NOUNS, 5)
    assert_crosses(pane, Diagnostics)
    assert pane["look"] == any(check["status"] == "look" for check in pane["checks"])
    assert {"Residuals", "Random effects"} <= {panel["title"] for panel in pane["panels"]}


def test_without_a_result_there_is_a_reason():
    pane = diagnostics_pane(None, NOUNS, 5)
    assert_crosses(pane, Diagnostics)
    assert pane["reason"]


def test_an_sd_at_zero_is_explained():
    data = dataset("army")
    some = data[data["GRP"].isin(data["GRP"].unique()[20:40])]
    model = mw.MediationModel(
        "HRS",
        "LEAD",
        "WBEING",
        "GRP",
        random_slopes=("a", "b", "direct"),
        random_covariance="diagonal",
    )
    singular = mw.fit(model, some, interval=None)
    assert singular.convergence.singular == ("variance of direct is 0",)
    pane = diagnostics_pane(singular, NOUNS, 5)
    assert pane["look"]
    panel = pane["panels"][0]
    assert panel["title"] == "Why: likelihood of the SD of c′"
    assert panel["text"] == "Every value above 0 fits worse than 0 itself."
    (slopes,) = [table for table in pane["tables"] if table["title"].startswith("Spread")]
    assert slopes["rows"][-1] == ["c′", "0.00", "–", "–"]


def test_slopes_are_shown_with_their_correlation():
    pane = diagnostics_pane(result("army"), NOUNS, 5)
    table = pane["tables"][0]
    matrix = result("army").random_effects
    expected = matrix.loc["a", "b"] / (matrix.loc["a", "a"] * matrix.loc["b", "b"]) ** 0.5
    assert table["columns"] == ["", "SD", "with a"]
    assert float(table["rows"][1][2]) == pytest.approx(expected, abs=0.005)


def test_influence_is_offered_run_and_shown():
    found = result("army")
    assert diagnostics_pane(found, NOUNS, 5)["influence"] == "offered"
    assert diagnostics_pane(found, NOUNS, 5, running=True)["influence"] == "running"
    left_out = mw.influence(found)
    pane = diagnostics_pane(found, NOUNS, 5, influence=left_out)
    assert_crosses(pane, Diagnostics)
    assert pane["influence"] == "done"
    assert pane["influence_words"] == "99 of 99 schools left out in turn."
    assert "Influence" in {panel["title"] for panel in pane["panels"]}
    assert "Influence" in {check["title"] for check in pane["checks"]}


def test_a_saved_result_has_checks_but_no_panels():
    again = mw.MediationResult.from_dict(result("army").to_dict())
    pane = diagnostics_pane(again, NOUNS, 5)
    assert_crosses(pane, Diagnostics)
    assert (pane["panels"], pane["influence"]) == ([], "none")
    assert pane["checks"]


def test_hostile_names_are_values_and_nothing_else():
    pane = diagnostics_pane(hostile(), NOUNS, 5)
    assert_crosses(pane, Diagnostics)
    assert all(TAG not in str(panel["chart"]["spec"]) for panel in pane["panels"])


def test_standardised_effects_are_written_as_in_the_effects_tab():
    found = result("army")
    pane = diagnostics_pane(found, NOUNS, 1)
    table = next(item for item in pane["tables"] if "standard deviations" in item["title"])
    lines = {line["label"]: line for line in answer_pane(found, NOUNS, 1)["effects"]}
    for label, estimate, interval in table["rows"]:
        assert (estimate, interval) == (lines[label]["estimate"], lines[label]["interval"])
