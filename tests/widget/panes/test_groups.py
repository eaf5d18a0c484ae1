import json

import pytest

from medwidget.views.text.nouns import Nouns
from medwidget.widget.messages import Groups
from medwidget.widget.panes.group_basis import group_basis
from medwidget.widget.panes.groups import groups_pane
from tests.views.results import CASES, TAG, dataset, hostile, hostile_data, result
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("school", "pupil")


def pane_of(name, *, selected=(), columns=(), **choices):
    basis = group_basis(result(name), data=dataset(CASES[name][0]), **choices)
    return groups_pane(result(name), basis, NOUNS, 4, selected=selected, columns=columns)


@pytest.mark.parametrize("shrink", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_groups_have_their_shape(name, shrink):
    pane = pane_of(name, shrink=shrink, selected=[2, 0, 2, 99999])
    assert_crosses(pane, Groups)
    assert pane["selected"] == [2, 0]
    assert pane["multiples"] is not None
    assert pane["stats"][0]["text"]
    assert pane["shrink"] is shrink


def test_without_a_result_there_is_a_reason():
    pane = groups_pane(None, None, NOUNS, 4)
    assert_crosses(pane, Groups)
    assert pane["reason"].startswith("There is no result")
    assert pane["reason"].endswith("so there are no schools to show.")


def test_a_column_colours_and_sorts():
    pane = pane_of("moderated", color="size", sort="column")
    assert pane["color_words"] == ["1 low", "5 high"]
    assert pane["stats"][-1]["value"].startswith("r = ")
    by_name = {item["name"]: item for item in pane["controls"]}
    assert by_name["sort"]["value"] == "column"
    assert by_name["color"]["value"] == "size"


def test_rows_are_called_by_their_noun():
    pane = pane_of("army", selected=[0])
    (sort,) = (item for item in pane["controls"] if item["name"] == "sort")
    assert [choice["label"] for choice in sort["choices"]][2] == "number of pupils"
    assert pane["multiples"]["columns"][-1] == "pupils"


@pytest.mark.parametrize("color", ["ses", "nothing", ""])
def test_a_column_that_cannot_colour_is_passed_over(color):
    pane = pane_of("moderated", color=color, sort="column")
    assert pane["color_words"] == []
    by_name = {item["name"]: item["value"] for item in pane["controls"]}
    assert (by_name["color"], by_name["sort"]) == ("", "effect")


def test_an_unknown_effect_stands_for_the_first():
    assert pane_of("army", effect="b[old]")["controls"][0]["value"] == "indirect"


def test_an_effect_that_nothing_lets_differ_is_said_to_be_the_same():
    pane = pane_of("serial")
    assert "is the same for every school" in pane["reason"]
    assert "a[COHES] or b[COHES]" in pane["reason"]
    assert pane_of("serial", shrink=False)["reason"] == ""


def test_the_multiples_of_a_dozen_groups_are_small():
    pane = pane_of("army", selected=range(12))
    assert len(json.dumps(pane, separators=(",", ":"), ensure_ascii=False).encode()) < 30_000
    dots = pane["multiples"]["packed"]["dots"]
    assert len(dots["x"]) == len(dots["y"]) > 1000


def test_code_speaks_of_the_users_own_variable():
    pane = groups_pane(
        result("army"),
        group_basis(result("army")),
        NOUNS,
        4,
        selected=[6, 0],
        variable="soldiers",
        library="pandas",
    )
    space = {"soldiers": dataset("army")}
    exec(pane["snippet"], space)
    assert set(space["rows"]["GRP"]) == {1, 7}
    assert space["selected"] == [7, 1]


def test_hostile_names_are_values_and_nothing_else():
    basis = group_basis(hostile(), data=hostile_data())
    pane = groups_pane(hostile(), basis, NOUNS, 4, selected=[0])
    assert_crosses(pane, Groups)
    assert TAG not in str(pane["multiples"]["spec"])
