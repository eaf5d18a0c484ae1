from functools import cache

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget.studies.influence import Influence
from medwidget.studies.residuals import residual_quantiles
from medwidget.studies.sd_profile import SdProfile, sd_profile
from medwidget.studies.slope_spread import SlopeSpread, slope_spread
from medwidget.views.charts import diagnostics, influence, settling, spread
from medwidget.views.theme import LIGHT
from tests.views.charts.drawing import check_picture
from tests.views.results import BROKEN, CASES, TAG, hostile, result


@cache
def singular() -> SdProfile:
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(60), 12)
    x = rng.normal(size=720)
    m = 0.4 * x + rng.normal(size=60)[group] + rng.normal(size=720)
    y = 0.3 * m + 0.1 * x + rng.normal(size=60)[group] + rng.normal(size=720)
    data = pd.DataFrame({"x": x, "m": m, "y": y, "g": group})
    model = mw.MediationModel(
        "x", "m", "y", "g", random_slopes=("a", "b"), random_covariance="diagonal"
    )
    return sd_profile(mw.fit(model, data, estimator="reml", interval=None), "a")


def found(change: np.ndarray, done: int | None = None) -> Influence:
    labels = tuple(f"{TAG}{place}" if place % 2 else place for place in range(len(change)))
    return Influence(
        BROKEN,
        labels,
        ("indirect_within", "indirect_between"),
        np.array([0.5, 0.1]),
        np.stack([change, -change], axis=1),
        len(change) if done is None else done,
        np.array([0.1, np.nan]),
    )


# -- quantiles ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_residuals_of_every_result_can_be_drawn(case, capfd):
    panels = residual_quantiles(result(case))
    picture = diagnostics.picture(panels)
    assert len(picture.data["cells"]) == len(picture.rows) == len(panels)
    assert {dot["side"] for dot in picture.data["dots"]} <= {"within", "between"}
    check_picture(picture, capfd)


def test_names_are_values_of_the_data(capfd):
    text = check_picture(diagnostics.picture(residual_quantiles(hostile())), capfd)
    assert "onerror" not in text


def test_the_public_chart_has_all_panels():
    chart = mw.charts.diagnostics(result("army")).to_dict()
    names = [row["text"] for row in chart["datasets"]["words"]]
    assert names == [
        *("LEAD", "WBEING"),
        *("intercept of LEAD, by group", "a, by group"),
        *("intercept of WBEING, by group", "b, by group"),
    ]


# -- likelihood of an SD ------------------------------------------------------------------------


def test_at_the_boundary_the_curve_falls_from_zero(capfd):
    picture = diagnostics.likelihood(singular(), nouns=("person", "persons"))
    assert picture.data["best"][0]["sd"] == 0.0
    assert picture.data["best"][0]["text"] == "highest at 0: on the boundary"
    assert picture.data["frame"][0]["axis"] == "SD of a across persons"
    assert picture.data["frame"][0]["cutoff"] == pytest.approx(-1.9207, abs=1e-4)
    check_picture(picture, capfd)


def test_inside_the_curve_has_two_sides(capfd):
    profile = sd_profile(result("army"), "b")
    picture = diagnostics.likelihood(profile)
    heights = [row["height"] for row in picture.data["curve"]]
    assert heights[0] < -profile.cutoff < max(heights) == 0
    assert heights[-1] < -profile.cutoff
    assert len(picture.rows) == len(profile.sd)
    check_picture(picture, capfd)


# -- influence ----------------------------------------------------------------------------------


def test_the_groups_that_move_it_most_are_named(capfd):
    change = np.zeros(50)
    change[[3, 48]] = 0.02, -0.05
    picture = influence.picture(found(change), nouns=("person", "persons"))
    large = {row["position"]: row for row in picture.data["bars"] if row["large"]}
    assert set(large) == {3, 48}
    assert (large[3]["beside"], large[48]["beside"]) == ("right", "left")
    assert picture.rows[0][1] == "−0.0500"
    assert len(picture.rows) == 50
    assert "onerror" not in check_picture(picture, capfd)


def test_of_thousands_the_largest_are_drawn(capfd):
    change = np.random.default_rng(1).normal(size=5000)
    picture = influence.picture(found(change), "indirect_between")
    drawn = [row["position"] for row in picture.data["bars"]]
    assert len(drawn) == influence.MOST_BARS
    assert drawn == sorted(drawn)
    assert np.abs(change[drawn]).min() >= np.sort(np.abs(change))[-influence.MOST_BARS]
    check_picture(picture, capfd)


@pytest.mark.parametrize("done", [0, 10])
def test_what_was_stopped_is_drawn_as_far_as_it_went(done, capfd):
    change = np.where(np.arange(30) < done, 0.01, np.nan)
    picture = influence.picture(found(change, done))
    assert len(picture.data["bars"]) == len(picture.rows) == done
    check_picture(picture, capfd)


def test_no_change_at_all_is_a_flat_line(capfd):
    check_picture(influence.picture(found(np.zeros(5))), capfd)


def test_the_public_chart_takes_a_result_or_what_was_found():
    chart = mw.charts.influence(result("army"), "indirect_between").to_dict()
    assert len(chart["datasets"]["bars"]) == 99
    again = mw.charts.influence(found(np.ones(5))).to_dict()
    assert len(again["datasets"]["bars"]) == 5


# -- spread of a slope --------------------------------------------------------------------------


def test_the_hump_has_a_tick_for_each_group_and_zero(capfd):
    own = slope_spread(result("army"), "b")
    assert own is not None
    picture = spread.picture(own)
    assert len(picture.data["groups"]) == 99
    top = max(picture.data["curve"], key=lambda row: row["density"])
    assert top["x"] == pytest.approx(own.mean)
    assert picture.data["zero"][0]["x"] == 0.0
    check_picture(picture, capfd)


def test_the_marker_of_the_mean_says_whether_levels_are_separated():
    own = slope_spread(result("army"), "b")
    assert own is not None
    marks = {
        level: next(
            layer["mark"]
            for layer in spread.picture(own, level=level).spec["layer"]
            if layer["data"]["name"] == "mean"
        )
        for level in ("within", "conflated")
    }
    assert (marks["within"]["shape"], marks["within"]["color"]) == ("circle", LIGHT["w"])
    assert (marks["conflated"]["shape"], marks["conflated"]["color"]) == ("square", LIGHT["n"])


def test_groups_are_called_by_their_noun():
    own = slope_spread(result("army"), "b")
    assert own is not None
    picture = spread.picture(own, nouns=("person", "persons"))
    assert "over persons" in picture.about
    assert "10% of persons below" in dict(picture.rows)
    panels = diagnostics.picture(residual_quantiles(result("army")), noun="person")
    names = [row["text"] for row in panels.data["words"]]
    assert "a, by person" in names
    assert "intercept of LEAD, by person" in names
    assert not [name for name in names if "group" in name]


def test_many_groups_are_thinned_and_no_spread_has_no_hump(capfd):
    groups = np.random.default_rng(1).normal(size=5000)
    picture = spread.picture(SlopeSpread("direct", 0.0, 1.0, 0.9, 1.1, groups))
    assert len(picture.data["groups"]) == spread.MOST_GROUPS
    assert picture.data["groups"][0]["x"] == groups.min()
    flat = spread.picture(SlopeSpread("a[m]", 0.3, 0.0, 0.0, 0.1, np.full(20, 0.3)))
    assert flat.data["curve"] == []
    check_picture(flat, capfd)


# -- limits that settle -------------------------------------------------------------------------


def test_what_is_done_and_what_is_to_come(capfd):
    picture = settling.picture(
        "indirect_within[m]", [100, 200, 300], [0.1] * 3, [0.2] * 3, [0.3] * 3, total=1000
    )
    assert picture.data["coming"] == [{"from": 300, "to": 1000, "text": "still to come"}]
    assert [row["text"] for row in picture.data["ends"]] == [
        *("upper 0.300", "estimate 0.200", "lower 0.100"),
    ]
    assert picture.rows[0] == ("100", "0.100", "0.200", "0.300")
    check_picture(picture, capfd)


def test_nothing_stands_beside_the_words_on_what_is_to_come():
    shaky = [0.4, 0.3, 0.3]
    picture = settling.picture("total", [1, 2, 3], [0.1] * 3, [0.2] * 3, shaky, total=1000)
    (frame,) = picture.data["frame"]
    share = (frame["top"] - max(shaky)) / (frame["top"] - 0.1)
    assert share * settling.HEIGHT > 30  # pixels: two lines of words


def test_small_limits_keep_their_digits():
    picture = settling.picture("total", [1], [0.0002], [0.0011], [0.0031], total=10)
    assert [row["text"] for row in picture.data["ends"]] == [
        *("upper 0.00310", "estimate 0.00110", "lower 0.00020"),
    ]


def test_points_without_limits_are_left_out(capfd):
    nan = float("nan")
    picture = settling.picture("total", [1, 2, 3], [nan, 0, 0], [1, 1, 1], [nan, 2, 2], total=3)
    assert [row["samples"] for row in picture.data["points"]] == [2, 3]
    assert picture.data["coming"] == []
    check_picture(picture, capfd)
    empty = settling.picture("total", [], [], [], [], total=10)
    check_picture(empty, capfd)


def test_long_runs_are_thinned_and_keep_their_end():
    count = 5000
    picture = settling.picture(
        "total", range(1, count + 1), [0] * count, [1] * count, [2] * count, total=count
    )
    assert len(picture.data["points"]) <= settling.MOST_POINTS
    assert picture.data["points"][-1]["samples"] == count


def test_colours_follow_the_level_of_the_effect():
    def spec(name: str) -> str:
        return str(settling.picture(name, [1], [0], [1], [2], total=3).spec)

    assert LIGHT["w"] in spec("indirect_within[a_between]")
    assert LIGHT["b"] in spec("total_between")
    assert LIGHT["w"] not in spec("contextual_difference")
