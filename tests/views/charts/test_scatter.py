import numpy as np
import pytest

import medwidget as mw
from medwidget.views.charts import scatter
from tests.views.charts.drawing import check_picture
from tests.views.results import hostile, result


@pytest.mark.parametrize(
    "case", ["army", "within", "blended", "serial", "group-level exposure", "moderated"]
)
def test_every_design_can_be_drawn(case, capfd):
    picture = scatter.picture(result(case))
    check_picture(picture, capfd)
    assert sum(name.startswith("points") for name in picture.data) == len(picture.rows)


def test_names_are_values_of_the_data(capfd):
    text = check_picture(scatter.picture(hostile()), capfd)
    assert "onerror" not in text
    assert "xxxx" not in text


def test_the_line_has_the_slope_of_the_path_and_stays_among_the_points():
    fitted = result("army")
    picture = scatter.picture(fitted)
    names = ["a_between", "b_between", "a_within", "b_within"]
    for place, name in enumerate(names):
        first, last = picture.data[f"line{place}"]
        slope = (last["y"] - first["y"]) / (last["x"] - first["x"])
        assert slope == pytest.approx(fitted.paths.loc[name, "estimate"])
        for end in (first, last):
            for axis in ("x", "y"):
                values = [row[axis] for row in picture.data[f"points{place}"]]
                assert min(values) - 1e-9 <= end[axis] <= max(values) + 1e-9


def test_a_slope_that_depends_on_a_moderator_is_not_drawn_as_one_line():
    picture = scatter.picture(result("group-level exposure"))
    words = {place: str(picture.data[f"words{place}"]) for place in range(len(picture.rows))}
    moderated = [place for place, text in words.items() if "depends on a moderator" in text]
    assert moderated
    assert all(picture.data[f"line{place}"] == [] for place in moderated)


def test_of_many_points_as_many_as_asked_for_are_drawn_and_it_says_so():
    picture = scatter.picture(result("army"), most=150, seed=3)
    within = [row for row in picture.rows if row[0] == "Within"]
    assert [row[3:5] for row in within] == [("7,382", "150")] * 2
    assert "150 of 7,382 drawn, seed 3" in str(picture.data["words2"])
    again = scatter.picture(result("army"), most=150, seed=3)
    assert again.data == picture.data
    assert scatter.picture(result("army"), most=150, seed=4).data != picture.data


def test_a_mediator_can_be_chosen():
    fitted = result("parallel")
    picture = mw.charts.scatter(fitted, "COHES")
    assert "COHES" in picture.to_dict()["description"]
    with pytest.raises(mw.ModelError, match="LEAD"):
        scatter.picture(fitted, "GRP")


def test_a_saved_result_has_no_rows_to_draw():
    saved = mw.MediationResult.from_dict(result("army").to_dict())
    with pytest.raises(mw.UnsupportedError, match="Fit the model again"):
        scatter.picture(saved)


def test_numbers_are_finite():
    picture = scatter.picture(result("army"))
    for rows in picture.data.values():
        values = [value for row in rows for value in row.values() if isinstance(value, float)]
        assert np.isfinite(values).all()
