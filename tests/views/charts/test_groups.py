from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medwidget as mw
from medwidget.errors import ModelError
from medwidget.studies.group_column import group_column
from medwidget.studies.group_rows import group_rows_of
from medwidget.studies.group_view import group_effect_names, group_view
from medwidget.views.charts import caterpillar, multiples
from medwidget.views.charts._cells import Window
from medwidget.views.charts._group_rows import axis_limits, named_label
from tests.views.charts.drawing import check_picture
from tests.views.results import BROKEN, TAG, result


@cache
def diary() -> tuple[pd.DataFrame, mw.MediationResult]:
    data = mw.load_dataset("diary")
    return data, mw.fit(mw.MediationModel("fwkstrs", "fwkdis", "freldis", "id"), data)


@cache
def hostile() -> tuple[pd.DataFrame, mw.MediationResult]:
    """Groups whose labels, columns whose names break what is careless."""
    rng = np.random.default_rng(4)
    labels = [TAG, BROKEN, "", "__proto__", "x" * 500, *(f"g'\"\\]{place}" for place in range(15))]
    group = np.repeat(np.arange(20), 12)
    data = pd.DataFrame({TAG: rng.normal(size=240), "g": [labels[place] for place in group]})
    slope = 0.5 + 0.4 * rng.normal(size=20)[group]
    data[BROKEN] = slope * data[TAG] + rng.normal(size=240)
    data["datum.x"] = slope * data[BROKEN] + rng.normal(size=240)
    data["w"] = np.array([f"</script>{place % 3}" for place in range(20)])[group]
    return data, mw.fit(mw.MediationModel(TAG, BROKEN, "datum.x", "g"), data)


@cache
def many() -> mw.MediationResult:
    rng = np.random.default_rng(8)
    group = np.repeat(np.arange(5000), 4)
    data = pd.DataFrame({"x": rng.normal(size=20_000), "g": group})
    data["m"] = (0.4 + 0.3 * rng.normal(size=5000)[group]) * data["x"] + rng.normal(size=20_000)
    data["y"] = 0.5 * data["m"] + rng.normal(size=20_000)
    return mw.fit(mw.MediationModel("x", "m", "y", "g", random_slopes=("a",)), data, interval=None)


# -- caterpillar --------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["army", "blended", "without intervals", "parallel", "serial"])
def test_every_effect_of_a_result_can_be_drawn(case, capfd):
    fitted = result(case)
    names = group_effect_names(fitted)
    for effect, shrink in ((names[0], True), (names[-1], False)):
        view = group_view(fitted, effect, shrink=shrink)
        picture = caterpillar.picture(view, alone=shrink)
        check_picture(picture, capfd)
        assert len(picture.rows) == (len(view.labels) if shrink else 0)


def test_on_its_own_it_holds_all_groups_in_order(capfd):
    data, fitted = diary()
    view = group_view(fitted)
    column = group_column(fitted, data.assign(age=data["id"] // 3), "age")
    picture = caterpillar.picture(view, "effect", column, selected=[7], alone=True)
    rows = picture.data["groups"]
    assert [row["rank"] for row in rows] == list(range(100))
    assert all(first["estimate"] <= second["estimate"] for first, second in pairwise(rows))
    assert [row["position"] for row in rows if row["selected"]] == [7]
    assert all(row["color"] == column.step[row["position"]] for row in rows)
    assert sum(row["negative"] for row in rows) == view.n_both_negative
    assert picture.columns[-1] == "age"
    check_picture(picture, capfd)


def test_in_the_page_the_groups_are_left_to_the_page():
    view = group_view(diary()[1])
    picture = caterpillar.picture(view, selected=[3])
    assert picture.data["groups"] == []
    assert picture.rows == ()
    first, last = picture.data["window"]
    assert (first["x"], last["x"]) == (-0.5, 99.5)
    assert first["y"] < view.lower.min()
    assert view.upper.max() < last["y"]
    assert picture.spec["width"] == "container"
    assert picture.spec["usermeta"]["pitch"] == caterpillar.PITCH


def test_pictures_of_one_form_share_their_specification():
    fitted = diary()[1]
    first = caterpillar.picture(group_view(fitted, "a"))
    second = caterpillar.picture(group_view(fitted, "b", shrink=False), "size", selected=[1, 2])
    assert first.spec is second.spec


def test_the_words_count_groups_by_the_users_noun():
    view = group_view(diary()[1])
    picture = caterpillar.picture(view, nouns=("person", "persons"), level=0.9)
    words = [row["text"] for row in picture.data["words"]]
    assert "100 persons, sorted by effect" in words
    assert "band: 90% interval of the average" in words
    assert any(word.startswith("average 0.06") for word in words)
    assert picture.columns[0] == "person"
    by_size = caterpillar.picture(view, "size", nouns=("person", "persons"), rows="days")
    assert "100 persons, sorted by number of days" in [row["text"] for row in by_size.data["words"]]
    assert by_size.columns == ("person", "estimate", "95% interval", "days")
    assert caterpillar.overview(view, groups="persons").about.endswith("stretches of 100 persons.")


def test_a_few_endless_intervals_do_not_press_the_others_together():
    view = group_view(diary()[1], shrink=False)
    upper = view.upper.copy()
    upper[5] = 1e6
    wide = type(view)(**{**vars(view), "upper": upper})
    low, high, cut = axis_limits(wide)
    assert cut
    assert low < np.nanmin(view.estimate)
    assert np.nanmax(view.estimate) < high < 100
    words = [row["text"] for row in caterpillar.picture(wide).data["words"]]
    assert any("cut at the edge" in word for word in words)
    assert not axis_limits(view)[2]


def test_groups_without_an_estimate_have_a_row_in_the_table_and_no_mark(capfd):
    rng = np.random.default_rng(1)
    sizes = [2, 3, *[12] * 20]
    group = np.repeat(np.arange(len(sizes)), sizes)
    data = pd.DataFrame({"x": rng.normal(size=len(group)), "g": group})
    data["m"] = data["x"] + rng.normal(size=len(data))
    data["y"] = data["m"] + rng.normal(size=len(data))
    fitted = mw.fit(mw.MediationModel("x", "m", "y", "g"), data)
    view = group_view(fitted, shrink=False)
    picture = caterpillar.picture(view, alone=True)
    assert picture.rows[-1][1:3] == ("–", "–")
    assert [row["estimate"] for row in picture.data["groups"][-2:]] == [None, None]
    check_picture(picture, capfd)
    both = multiples.picture(group_rows_of(fitted, view, [0, 5]))
    assert both.rows[0][1] == "–"
    check_picture(both, capfd)


def test_names_and_labels_that_break_what_is_careless_are_only_values(capfd):
    data, fitted = hostile()
    view = group_view(fitted)
    column = group_column(fitted, data, "w")
    for picture in (
        caterpillar.picture(view, "column", column, alone=True),
        multiples.picture(group_rows_of(fitted, view, range(12)), column),
        caterpillar.overview(view),
    ):
        text = check_picture(picture, capfd)
        for name in (TAG, "</script", "datum.x", "__proto__", "onerror"):
            assert name not in text


def test_thousands_of_groups_are_told_by_medians(capfd):
    view = group_view(many())
    picture = caterpillar.overview(view)
    assert len(picture.data["stretches"]) <= 220
    assert [row["rank"] for row in picture.data["stretches"]] == sorted(
        row["rank"] for row in picture.data["stretches"]
    )
    estimates = [row["estimate"] for row in picture.data["stretches"]]
    assert estimates == sorted(estimates)
    check_picture(picture, capfd)
    chart = mw.charts.caterpillar(many()).to_dict()
    assert "stretches" in chart["datasets"]


def test_the_public_chart_has_a_brush():
    data, fitted = diary()
    chart = mw.charts.caterpillar(
        fitted, "b", sort="column", color_by="age", data=data.assign(age=data["id"] // 3)
    ).to_dict()
    assert len(chart["datasets"]["groups"]) == 100
    assert [item["name"] for item in chart["params"]] == ["brush"]


# -- small multiples ----------------------------------------------------------------------------


@pytest.mark.parametrize("shrink", [True, False])
def test_each_group_has_a_panel_for_each_path(shrink, capfd):
    data, fitted = diary()
    view = group_view(fitted, shrink=shrink)
    rows = group_rows_of(fitted, view, [4, 30, 77])
    column = group_column(fitted, data.assign(age=data["id"] // 3), "age")
    picture = multiples.picture(rows, column, nouns=("person", "persons"), rows_called="days")
    assert len(picture.data["cells"]) == 6
    assert len(picture.data["own"]) == len(picture.data["average"]) == 6
    assert len(picture.data["dots"]) == 2 * int(view.n_rows[[4, 30, 77]].sum())
    assert [row["color"] for row in picture.data["ramp"]] == column.step[[4, 30, 77]].tolist()
    assert picture.columns == ("person", "indirect", "a", "b", "days")
    assert "each with its days, its own line" in picture.about
    assert len(picture.rows) == 3
    check_picture(picture, capfd)


def test_panels_of_a_path_share_their_axes():
    _, fitted = diary()
    view = group_view(fitted, "a")
    rows = group_rows_of(fitted, view, range(12))
    lines = multiples.picture(rows).data["average"]
    heights = {(line["y"], line["y2"]) for line in lines}
    assert len(lines) == 12
    assert len(heights) == 1


def test_no_selection_is_an_empty_picture(capfd):
    _, fitted = diary()
    picture = multiples.picture(group_rows_of(fitted, group_view(fitted), []))
    assert picture.rows == ()
    check_picture(picture, capfd)


def test_the_public_chart_takes_labels():
    _, fitted = diary()
    label = fitted.group_effects.index[3]
    chart = mw.charts.groups(fitted, [label], "a").to_dict()
    assert len(chart["datasets"]["cells"]) == 1
    assert len(mw.charts.groups(fitted).to_dict()["datasets"]["cells"]) == 24
    with pytest.raises(ModelError, match="no group 'absent'"):
        mw.charts.groups(fitted, ["absent"])


def test_bare_numbers_say_what_they_number():
    assert named_label("id", 42) == "id 42"
    assert named_label("id", "42") == "id 42"
    assert named_label("id", "anna") == "anna"
    assert named_label("participant", 42, 8) == "42"


@settings(max_examples=200, deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_lines_stay_within_their_panel(slope, intercept, start, stop):
    window = Window(2.0, 3.0, 10.0, 60.0, (-1.5, 2.0), (-3.0, 1.0))
    for line in window.line(slope, min(start, stop), max(start, stop), intercept):
        assert 2.0 <= line["x"] < line["x2"] + 1e-9 <= 3.0 + 2e-9
        assert all(10.0 - 1e-2 <= line[name] <= 60.0 + 1e-2 for name in ("y", "y2"))
