import math
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import medwidget as mw
from medwidget.studies.compare import WAITING
from medwidget.studies.comparison import Cell
from medwidget.views.charts import specification_curve
from medwidget.views.charts._specification_columns import HEAD, MOST_PRINTED
from medwidget.views.charts._specification_rows import columns_of, settings_of, ticks
from tests.views.charts.drawing import check_picture
from tests.views.results import BROKEN, HOSTILE, LONG, TAG, WIDE, hostile_data


@cache
def comparison() -> mw.Comparison:
    model = mw.MediationModel("fwkstrs", "fwkdis", "freldis", "id", random_slopes=("a", "b"))
    return mw.compare(
        model,
        mw.load_dataset("diary"),
        centering=["none", "group-mean", "within"],
        random_slopes=[(), ("a", "b")],
        estimator=["ml", "reml"],
        interval="delta",
    )


@cache
def hostile_comparison() -> mw.Comparison:
    model = mw.MediationModel(TAG, LONG, BROKEN, "school")
    return mw.compare(
        model, hostile_data(), covariates=[(), (WIDE,), (WIDE, "female")], interval=None
    )


def partial(done: int) -> mw.Comparison:
    cells = tuple(
        cell if place < done else Cell(cell.settings, cell.model, None, WAITING)
        for place, cell in enumerate(comparison().cells)
    )
    return replace(comparison(), cells=cells)


def many(count: int) -> mw.Comparison:
    cells = comparison().cells
    return replace(comparison(), cells=tuple(cells[place % len(cells)] for place in range(count)))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("effect", ["indirect_within", "indirect_between", "indirect", None])
@pytest.mark.parametrize("sort", ["estimate", "choices", "aic"])
def test_every_effect_and_order_can_be_drawn(effect, sort, narrow, capfd):
    picture = specification_curve.picture(comparison(), effect, sort=sort, narrow=narrow)
    check_picture(picture, capfd)
    assert len(picture.rows) == len(comparison().cells)
    rows = picture.data["rows" if narrow else "hits"]
    assert sorted(row["cell"] for row in rows) == list(range(len(comparison().cells)))


def test_estimates_rise_from_left_to_right_and_what_has_none_stands_last():
    curve = specification_curve.picture(comparison(), "indirect_within").data["curve"]
    known = [row["known"] for row in curve]
    assert known == sorted(known, reverse=True)
    heights = [row["y"] for row in curve if row["known"]]
    assert all(first >= second for first, second in pairwise(heights))
    assert [row["x"] for row in curve] == sorted(row["x"] for row in curve)


def test_by_aic_the_best_of_those_that_may_be_compared_comes_first():
    columns = columns_of(comparison(), "indirect_within", "aic", 0)
    deltas = [item.deltas[0] for item in columns if item.row is not None]
    compared = [delta for delta in deltas if delta is not None]
    assert compared == sorted(compared)
    assert deltas[: len(compared)] == compared


def test_fit_is_compared_within_the_set_of_the_current_specification_alone():
    cells = comparison().cells
    for current in (0, len(cells) - 1):
        for item in columns_of(comparison(), "indirect_within", "choices", current):
            same = cells[item.cell].comparable == cells[current].comparable
            assert (item.deltas[0] is not None) == same
            assert (item.delta_texts()[0] == "–") == (not same)


def test_the_current_specification_is_marked_in_curve_and_dots():
    picture = specification_curve.picture(comparison(), current=3)
    (band,) = picture.data["current"]
    (column,) = [row for row in picture.data["curve"] if row["current"]]
    assert column["cell"] == 3
    assert band["x"] < column["x"] < band["x2"]
    marked = {row["x"] for row in picture.data["dots"] if row["current"]}
    assert marked == {column["x"]}
    assert specification_curve.picture(comparison(), current=-1).data["current"] == []


def test_each_specification_has_one_dot_for_each_setting():
    picture = specification_curve.picture(comparison())
    settings = settings_of(comparison())
    assert [item.label for item in settings] == ["Centering", "Random slopes", "Estimator"]
    on = [row for row in picture.data["dots"] if row["on"]]
    assert len(on) == len(settings) * len(comparison().cells)
    for column in picture.data["curve"]:
        assert sum(row["x"] == column["x"] for row in on) == len(settings)


def test_values_of_a_setting_stand_in_a_natural_order():
    by_name = {item.name: item.values for item in settings_of(comparison())}
    assert by_name["centering"] == ("none", "group-mean", "within")
    assert by_name["random_slopes"] == ("none", "a, b")


@pytest.mark.parametrize("done", [0, 1, 5])
@pytest.mark.parametrize("narrow", [False, True])
def test_a_comparison_under_way_can_be_drawn(done, narrow, capfd):
    picture = specification_curve.picture(partial(done), "indirect_within", narrow=narrow)
    check_picture(picture, capfd)
    assert len(picture.rows) == len(comparison().cells)


def test_what_failed_is_told_from_what_is_to_come():
    cells = list(partial(6).cells)
    cells[2] = Cell(cells[2].settings, cells[2].model, None, "It did not converge.")
    half = replace(comparison(), cells=tuple(cells))
    signs = {
        row["cell"]: row["sign"]
        for row in specification_curve.picture(half, "indirect_within").data["curve"]
    }
    assert signs[2] == "×"
    assert signs[len(cells) - 1] == ""
    listed = specification_curve.picture(half, narrow=True).data["rows"]
    assert {row["cell"] for row in listed if row["number"] == "not fitted"} == {2}


def test_with_many_specifications_fits_are_dots(capfd):
    picture = specification_curve.picture(many(MOST_PRINTED + 1))
    assert {row["text"] for row in picture.data["fits"]} == {"●", "·"}
    check_picture(picture, capfd)


@pytest.mark.parametrize("narrow", [False, True])
def test_names_are_values_of_the_data(narrow, capfd):
    picture = specification_curve.picture(hostile_comparison(), narrow=narrow)
    text = check_picture(picture, capfd)
    for name in (*HOSTILE.values(), "female"):
        assert name[:5] not in text


def test_a_choice_that_is_not_offered_is_refused():
    with pytest.raises(mw.ModelError, match="sort='size'"):
        specification_curve.picture(comparison(), sort="size")
    with pytest.raises(mw.ModelError, match="effect='total'"):
        specification_curve.picture(comparison(), "total")


def test_all_specifications_look_alike_when_they_are_the_same(capfd):
    same = replace(comparison(), cells=comparison().cells[:1] * 3)
    picture = specification_curve.picture(same)
    check_picture(picture, capfd)
    assert all(row["y"] >= HEAD for row in picture.data["curve"])


@given(
    st.floats(-1e12, 1e12, allow_nan=False),
    st.floats(1e-9, 1e9),
)
def test_ticks_are_round_numbers_within_their_range(low, width):
    high = low + width
    if not high > low:
        return
    found, decimals = ticks(low, high)
    if width < 1e-6 * max(abs(low), abs(high)):
        return
    assert 2 <= len(found) <= 7
    room = 1e-6 * width
    assert low - room <= min(found)
    assert max(found) <= high + room
    step = found[1] - found[0]
    assert np.allclose(np.diff(found), step, rtol=1e-5)
    assert all(math.isclose(round(value, decimals), value, abs_tol=1e-3 * step) for value in found)
