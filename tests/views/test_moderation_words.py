from dataclasses import replace
from functools import cache

import numpy as np

import medwidget as mw
from medwidget.views.text.moderation_words import held_at, moderated_paths
from tests.views.results import dataset, result


@cache
def by_sector():
    data = dataset("schools")
    data = data.assign(sector=np.where(data["catholic"] == 1, "Catholic", "Public"))
    model = mw.MediationModel(
        "minority", "ses", "mathach", "school", moderators={"a": ["sector", "size"]}
    )
    return mw.fit(model, data, interval="delta")


def test_a_number_is_held_at_zero_and_a_category_at_the_one_without_an_indicator():
    found = by_sector()
    assert moderated_paths(found) == (("a_within", "sector", "Public"), ("a_within", "size", "0"))
    assert "a_within:sector[Catholic]" in {row.name for row in found.path_rows}
    assert held_at(found, "b_within", "size") == ""
    assert held_at(found, "a_between", "size") == ""


def test_without_data_the_category_is_the_first():
    bare = replace(by_sector(), resolved=None, fitted=None)
    assert held_at(bare, "a_within", "sector") == "first category"
    assert held_at(bare, "a_within", "size") == "0"


def test_code_says_at_which_value_a_coefficient_holds():
    code = by_sector().to_code()
    assert "of path 'a_within' is that at 'sector' in its first category.\n" in code
    assert "of path 'a_within' is that at 'size' = 0.\n" in code
    assert "is that at" not in result("army").to_code()
