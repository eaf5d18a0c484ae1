import numpy as np
import pytest

import medwidget as mw
from medwidget.views.charts import johnson_neyman
from medwidget.views.charts.johnson_neyman import picture
from tests.views.charts.drawing import check_picture
from tests.views.results import hostile, result


@pytest.fixture(scope="module")
def crossing():
    """A result whose interval includes zero over part of the moderator's range."""
    rng = np.random.default_rng(5)
    group = np.repeat(np.arange(60), 10)
    moderator = rng.normal(size=60)[group]
    x = rng.normal(size=600)
    m = (0.3 + 0.4 * moderator) * x + rng.normal(size=600)
    y = 0.5 * m + rng.normal(size=600)
    data = {"x": x, "m": m, "y": y, "w": moderator, "g": group}
    import pandas as pd

    model = mw.MediationModel("x", "m", "y", "g", moderators={"a": "w"}, random_slopes=())
    return mw.fit(model, pd.DataFrame(data))


@pytest.mark.parametrize("case", ["group-level exposure", "moderated"])
def test_every_moderated_result_can_be_drawn(case, capfd):
    picture = johnson_neyman.picture(result(case))
    check_picture(picture, capfd)
    assert len(picture.rows) == len(picture.data["curve"])


def test_names_are_values_of_the_data(capfd):
    text = check_picture(johnson_neyman.picture(hostile()), capfd)
    assert "測" not in text
    assert "xxxx" not in text


def test_the_line_changes_where_the_interval_meets_zero(crossing, capfd):
    picture = johnson_neyman.picture(crossing)
    check_picture(picture, capfd)
    regions = crossing.johnson_neyman
    assert len(regions) > 1
    assert [row["x"] for row in picture.data["borders"]] == regions["stop"].tolist()[:-1]
    pieces = picture.data["pieces"]
    for place, (_, region) in enumerate(regions.iterrows()):
        own = [row for row in pieces if row["piece"] == place]
        assert own[0]["x"] == region["start"]
        assert own[-1]["x"] == region["stop"]
        assert {row["clear"] for row in own} == {region["sign"] != 0}
    assert "includes zero" in picture.about


def test_the_pieces_lie_on_the_curve(crossing):
    picture = johnson_neyman.picture(crossing)
    x, y = (np.array([row[key] for row in picture.data["curve"]]) for key in ("x", "estimate"))
    for row in picture.data["pieces"]:
        assert row["estimate"] == pytest.approx(np.interp(row["x"], x, y))


def test_without_a_moderator_there_is_nothing_to_draw():
    with pytest.raises(mw.UnsupportedError, match="No numeric moderator"):
        mw.charts.johnson_neyman(result("army"))


def test_a_moderator_can_be_chosen(crossing):
    assert johnson_neyman.picture(crossing, "w").data == johnson_neyman.picture(crossing).data
    with pytest.raises(mw.ModelError, match="'w'"):
        johnson_neyman.picture(crossing, "x")


def test_a_curve_across_levels_is_called_by_its_own_effect():
    data = mw.load_dataset("schools")
    model = mw.MediationModel(
        "catholic", "ses", "mathach", "school", moderators={"b": "disclim"}, random_slopes=()
    )
    result = mw.fit(model, data)
    words = [row["text"] for row in picture(result).data["words"]]
    assert words[0] == "Indirect effect, individual"
    conditional = [row for row in result.effect_rows if row.name.endswith("[disclim=mean]")]
    assert [row.name for row in conditional] == ["indirect_individual[disclim=mean]"]
