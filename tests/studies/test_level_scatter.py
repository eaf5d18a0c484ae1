import numpy as np
import pytest

import medwidget as mw
from medwidget.studies.level_scatter import level_scatters


@pytest.fixture(scope="module")
def army():
    data = mw.load_dataset("army")
    return data, mw.fit(mw.MediationModel("HRS", "LEAD", "WBEING", "GRP"), data, interval=None)


def test_points_are_means_between_and_deviations_within(army):
    data, result = army
    panels = {(item.level, item.path): item for item in level_scatters(result, most=10**6)}
    assert list(panels) == [(a, b) for a in ("between", "within") for b in ("a", "b")]
    means = data.groupby("GRP")[["HRS", "LEAD", "WBEING"]].mean()
    deviations = data[["HRS", "LEAD", "WBEING"]] - means.loc[data["GRP"]].to_numpy()
    for (level, _), panel in panels.items():
        table = means if level == "between" else deviations
        assert np.sort(panel.x) == pytest.approx(np.sort(table[panel.source]))
        assert np.sort(panel.y) == pytest.approx(np.sort(table[panel.target]))
        assert panel.n == len(table)
        assert panel.row.name == f"{panel.path}_{level}"


def test_a_group_level_column_has_no_within_panel():
    data = mw.load_dataset("schools")
    model = mw.MediationModel("catholic", "ses", "mathach", "school")
    panels = level_scatters(mw.fit(model, data, interval=None))
    assert {(item.level, item.source) for item in panels} == {
        ("between", "catholic"),
        ("between", "ses"),
        ("within", "ses"),
    }


def test_blended_levels_give_the_columns_as_they_are(army):
    data, result = army
    blended = mw.fit(result.model.replace(centering="none"), data, interval=None)
    first, second = level_scatters(blended, most=10**6)
    assert (first.level, second.level) == ("conflated", "conflated")
    assert np.sort(first.x) == pytest.approx(np.sort(data["HRS"]))
    assert first.center == pytest.approx((data["HRS"].mean(), data["LEAD"].mean()))


def test_points_are_drawn_by_the_seed_without_repetition(army):
    _, result = army
    panels = {seed: level_scatters(result, most=500, seed=seed)[-1] for seed in (1, 2)}
    again = level_scatters(result, most=500, seed=1)[-1]
    assert panels[1].x.size == 500
    assert panels[1].x.tolist() == again.x.tolist()
    assert panels[1].x.tolist() != panels[2].x.tolist()
    every = level_scatters(result, most=10**6)[-1]
    assert panels[1].center == every.center
    pairs = set(zip(every.x.tolist(), every.y.tolist(), strict=True))
    assert pairs.issuperset(zip(panels[1].x.tolist(), panels[1].y.tolist(), strict=True))
