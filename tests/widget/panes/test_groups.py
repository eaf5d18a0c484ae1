import numpy as np
import pytest

from medwidget.views.text.nouns import Nouns
from medwidget.widget.messages import Groups
from medwidget.widget.panes.groups import groups_pane, selection_code
from tests.views.results import CASES, TAG, dataset, hostile, hostile_data, result
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("school", "pupil")


@pytest.mark.parametrize("shrink", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_groups_have_their_shape(name, shrink):
    pane = groups_pane(
        result(name),
        NOUNS,
        4,
        data=dataset(CASES[name][0]),
        shrink=shrink,
        selected=[2, 0, 2, 99999],
    )
    assert_crosses(pane, Groups)
    rows = pane["rows"]
    assert sorted(rows["order"]) == list(range(len(rows["label"])))
    assert pane["selected"] == [2, 0]
    assert pane["multiples"] is not None
    assert pane["stats"][0]["text"]


def test_without_a_result_there_is_a_reason():
    pane = groups_pane(None, NOUNS, 4)
    assert_crosses(pane, Groups)
    assert pane["reason"].startswith("There is no result")


def test_estimates_come_in_the_order_of_the_data_and_are_sorted_by_position():
    pane = groups_pane(result("army"), NOUNS, 4)
    rows = pane["rows"]
    table = result("army").group_effects
    np.testing.assert_allclose(rows["estimate"], table["indirect"])
    assert rows["label"] == [str(label) for label in table.index]
    ordered = [rows["estimate"][place] for place in rows["order"]]
    assert ordered == sorted(ordered)


def test_a_column_colours_and_sorts():
    pane = groups_pane(
        result("moderated"), NOUNS, 4, data=dataset("schools"), color="size", sort="column"
    )
    frame = dataset("schools").groupby("school", sort=False)["size"].first()
    sizes = [frame.iloc[place] for place in pane["rows"]["order"]]
    assert sizes == sorted(sizes)
    assert pane["color_words"] == ["1 low", "5 high"]
    assert set(pane["rows"]["color"]) == {0, 1, 2, 3, 4}
    assert pane["stats"][-1]["value"].startswith("r = ")
    by_name = {item["name"]: item for item in pane["controls"]}
    assert by_name["sort"]["value"] == "column"
    assert by_name["color"]["value"] == "size"


@pytest.mark.parametrize("color", ["ses", "nothing", ""])
def test_a_column_that_cannot_colour_is_passed_over(color):
    pane = groups_pane(
        result("moderated"), NOUNS, 4, data=dataset("schools"), color=color, sort="column"
    )
    assert set(pane["rows"]["color"]) == {-1}
    by_name = {item["name"]: item["value"] for item in pane["controls"]}
    assert (by_name["color"], by_name["sort"]) == ("", "effect")


def test_an_unknown_effect_stands_for_the_first():
    assert (
        groups_pane(result("army"), NOUNS, 4, effect="b[old]")["controls"][0]["value"] == "indirect"
    )


def test_an_effect_that_nothing_lets_differ_is_said_to_be_the_same():
    pane = groups_pane(result("serial"), NOUNS, 4)
    assert "is the same for every school" in pane["reason"]
    assert "a[COHES] or b[COHES]" in pane["reason"]
    own = groups_pane(result("serial"), NOUNS, 4, shrink=False)
    assert own["reason"] == ""


def test_groups_too_small_for_a_line_have_no_estimate():
    pane = groups_pane(result("moderated"), NOUNS, 4, shrink=False)
    missing = [place for place, value in enumerate(pane["rows"]["estimate"]) if value is None]
    assert missing
    assert set(pane["rows"]["order"][-len(missing) :]) == set(missing)


def test_many_groups_have_an_overview():
    assert groups_pane(result("moderated"), NOUNS, 4)["overview"] is not None
    assert groups_pane(result("army"), NOUNS, 4)["overview"] is None


def test_code_selects_the_rows_of_groups():
    data = dataset("army")
    labels = [7, 1]
    code = selection_code(result("army"), labels, NOUNS, "soldiers")
    space = {"soldiers": data}
    exec(code, space)
    assert set(space["rows"]["GRP"]) == {1, 7}
    assert space["selected"] == [7, 1]


def test_hostile_names_are_values_and_nothing_else():
    pane = groups_pane(hostile(), NOUNS, 4, data=hostile_data(), selected=[0])
    assert_crosses(pane, Groups)
    assert TAG not in str(pane["caterpillar"]["spec"])
