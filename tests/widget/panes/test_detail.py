import pytest

import medwidget as mw
from medwidget.views.text.nouns import Nouns
from medwidget.views.theme import LIGHT
from medwidget.widget.messages import PathDetail
from medwidget.widget.panes.detail import detail_pane, path_called
from tests.views.results import CASES, dataset, hostile, result
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("school", "pupil")
SLOPE = {"path": "a", "label": "a", "on": True, "refusal": "", "help": ""}


@pytest.mark.parametrize("name", CASES)
def test_every_path_has_its_popover(name):
    found = result(name)
    for row in found.path_rows:
        if ":" in row.name:
            continue
        pane = detail_pane(found.model, row.name, NOUNS, result=found, slope=SLOPE)
        assert_crosses(pane, PathDetail)
        assert pane["estimate"] != "–"


def test_keys_are_the_names_of_parameters():
    model = result("serial").model
    assert path_called("d_within[COHES,LEAD]", model) == ("d[COHES,LEAD]", "within")
    assert path_called("direct_between", model) == ("direct", "between")
    assert path_called("a", result("army").model) == ("a", "conflated")
    assert path_called("a_sideways", result("army").model) is None


def test_what_varies_is_shown_with_its_interval_and_count():
    pane = detail_pane(result("army").model, "b_within", NOUNS, result=result("army"), slope=SLOPE)
    words = "".join(span["text"] for span in pane["spread_words"])
    assert words == "SD 0.104 [0.076, 0.152] (95%); 99 of 99 schools above 0"
    assert pane["spread"]["data"]["groups"]
    assert pane["facts"][0].startswith("SE 0.0")
    assert pane["facts"][1].startswith("std. ")


def test_a_path_between_groups_has_no_switch():
    pane = detail_pane(result("army").model, "b_between", NOUNS, result=result("army"), slope=SLOPE)
    assert (pane["slope"], pane["spread"], pane["side"]) == (None, None, "between")


def test_without_numbers_a_path_can_still_be_changed():
    pane = detail_pane(result("army").model, "b_within", NOUNS, slope=SLOPE)
    assert_crosses(pane, PathDetail)
    assert (pane["estimate"], pane["facts"], pane["slope"]) == ("–", [], SLOPE)


def test_a_path_that_is_gone_has_no_popover():
    assert detail_pane(result("army").model, "b_within[x]", NOUNS) is None


def test_hostile_names_are_printed_safely():
    pane = detail_pane(hostile().model, "a_within", NOUNS, result=hostile())
    assert "".join(span["text"] for span in pane["title"]).isprintable()


def test_a_moderated_path_says_at_which_value_its_estimate_holds():
    found = result("moderated")
    pane = detail_pane(found.model, "b_within", NOUNS, result=found)
    assert pane["facts"][-1] == "at size = 0"
    other = detail_pane(found.model, "b_between", NOUNS, result=found)
    assert not [fact for fact in other["facts"] if fact.startswith("at ")]


def test_the_marker_of_a_blended_slope_has_no_colour_of_a_level():
    data, model, _ = CASES["blended"]
    found = mw.fit(model.replace(random_slopes=("b",)), dataset(data), interval="delta")
    pane = detail_pane(found.model, "b", NOUNS, result=found, slope=SLOPE)
    marks = [layer["mark"] for layer in pane["spread"]["spec"]["layer"]]
    assert LIGHT["n"] in [mark.get("color") for mark in marks]
    assert LIGHT["w"] not in [mark.get("color") for mark in marks]
    assert "over schools" in pane["spread"]["about"]
