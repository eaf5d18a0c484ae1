from dataclasses import replace

import altair as alt
import numpy as np
import pytest

import medwidget as mw
from medwidget.result import MediationResult
from medwidget.views.charts import effects
from medwidget.views.charts.config import SIDES
from medwidget.views.text.effect_lines import effect_labels
from medwidget.views.text.nouns import Nouns
from tests.views.charts.drawing import check_picture
from tests.views.results import CASES, LONG, TAG, WIDE, hostile, result


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_every_result_can_be_drawn(case, compact, capfd):
    picture = effects.picture(result(case), compact=compact)
    check_picture(picture, capfd)
    shown = [item for item in effect_labels(result(case)) if not item.more]
    assert len(picture.rows) == len(picture.data["effects"]) == len(shown)
    assert {row["side"] for row in picture.data["effects"]} <= set(SIDES)


def test_names_are_values_of_the_data(capfd):
    picture = effects.picture(hostile())
    text = check_picture(picture, capfd)
    for part in (TAG, LONG[:9], WIDE[:3]):
        assert part not in text
    assert "xxx…xxx" in str(picture.data["words"])
    assert WIDE[:9] in str(picture.data["words"])


def test_rows_stand_where_a_table_beside_the_plot_has_them():
    picture = effects.picture(result("army"), compact=True)
    meta = picture.spec["usermeta"]
    shown = [item for item in effect_labels(result("army")) if not item.more]
    top = meta["top"]
    for item, row in zip(shown, picture.data["effects"], strict=True):
        top += meta["gap"] if item.gap else 0
        assert row["y"] == top + meta["line"]
        top += meta["row"]
    assert picture.spec["height"] == top
    assert sum(item.gap for item in shown) == 1


def test_markers_are_filled_where_the_interval_excludes_zero():
    fitted = result("little between")
    rows = {row["name"]: row for row in effects.picture(fitted).data["effects"]}
    for name, row in rows.items():
        effect = fitted.effect(name)
        assert row["clear"] == (effect.lower > 0 or effect.upper < 0)
        assert (row["estimate"], row["lower"], row["upper"]) == (
            effect.estimate,
            effect.lower,
            effect.upper,
        )
    assert {row["clear"] for row in rows.values()} == {True, False}


def test_densities_stand_on_their_interval():
    picture = effects.picture(result("army"))
    lines = {row["y"]: row for row in picture.data["effects"]}
    for row in picture.data["densities"]:
        assert 0 <= row["base"] - row["top"] <= effects.DENSITY
        assert lines[row["base"]]["side"] == row["side"]
    for y in lines:
        assert min(row["top"] for row in picture.data["densities"] if row["base"] == y) == (
            y - effects.DENSITY
        )


@pytest.mark.parametrize("case", ["within", "without intervals", "profile"])
def test_there_are_no_densities_without_draws(case):
    assert effects.picture(result(case)).data["densities"] == []


def test_a_result_without_intervals_shows_points_alone(capfd):
    picture = effects.picture(result("without intervals"))
    assert all(row["lower"] is None for row in picture.data["effects"])
    assert not any(row["clear"] for row in picture.data["effects"])
    assert all(row["interval"] == "" for row in picture.data["words"])
    check_picture(picture, capfd)


def test_limits_for_comparison_lie_below_their_row(capfd):
    picture = effects.picture(
        result("army"), beside={"indirect_between": (-1.0, 2.0), "absent": (0.0, 1.0)}
    )
    (other,) = picture.data["beside"]
    row = next(row for row in picture.data["effects"] if row["name"] == "indirect_between")
    assert other == {"y": row["y"] + effects.BESIDE, "lower": -1.0, "upper": 2.0}
    check_picture(picture, capfd)


def test_a_result_with_nothing_to_draw_is_an_empty_forest(capfd):
    rows = tuple(
        replace(row, estimate=None, se=None, lower=None, upper=None, reason="no reason")
        for row in result("army").effect_rows
    )
    picture = effects.picture(replace(result("army"), effect_rows=rows))
    assert picture.rows == ()
    check_picture(picture, capfd)


def test_a_saved_result_is_drawn_the_same():
    fitted = result("army")
    again = MediationResult.from_dict(fitted.to_dict())
    assert effects.picture(again).data == effects.picture(fitted).data


def test_nouns_are_the_users():
    picture = effects.picture(result("army"), nouns=Nouns("platoon", "soldier"))
    assert "platoon" in str(picture.rows)
    chart = mw.charts.effects(result("army"), group_label="platoon").to_dict()
    assert "platoon" in str(chart["datasets"]["words"])


def test_a_forest_of_another_height_needs_no_altair(monkeypatch):
    first = effects.picture(result("army"), compact=True)

    def refuse(*args, **kwargs):
        raise AssertionError("altair is slow")

    for name in ("Chart", "LayerChart", "Scale", "X"):
        monkeypatch.setattr(alt, name, refuse)
    second = effects.picture(result("parallel"), compact=True)
    assert second.spec["height"] > first.spec["height"]
    assert np.isfinite([row["estimate"] for row in second.data["effects"]]).all()
