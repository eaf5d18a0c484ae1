from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medwidget as mw
from medwidget.errors import DataError, ModelError, UnsupportedError
from medwidget.studies.group_column import STEPS, group_column
from medwidget.studies.group_rows import MOST_GROUPS, group_rows_of
from medwidget.studies.group_view import correlation, group_effect_names, group_view
from medwidget.studies.slope_spread import slope_sd, slope_spread
from tests.views.results import result


@cache
def diary() -> tuple[pd.DataFrame, mw.MediationResult]:
    data = mw.load_dataset("diary")
    return data, mw.fit(mw.MediationModel("fwkstrs", "fwkdis", "freldis", "id"), data)


def own(data: pd.DataFrame, label: object, formula: tuple[str, list[str]]) -> np.ndarray:
    rows = data[data["id"] == label]
    response, predictors = formula
    design = np.column_stack([np.ones(len(rows)), rows[predictors]])
    return np.linalg.lstsq(design, rows[response], rcond=None)[0][1:]


def test_the_shrunken_effects_are_those_of_the_result():
    _, fitted = diary()
    view = group_view(fitted)
    table = fitted.group_effects
    assert view.labels == tuple(table.index)
    np.testing.assert_allclose(view.estimate, table["indirect"])
    np.testing.assert_allclose(view.lower, table["lower"])
    np.testing.assert_allclose(view.slopes, table[["a", "b"]])
    assert view.average == fitted.effect("indirect_within").estimate
    assert view.sd == fitted.effect("sd_indirect_within").estimate
    assert view.sd_lower < view.sd < view.sd_upper


def test_unpooled_effects_are_each_groups_own_regressions():
    data, fitted = diary()
    view = group_view(fitted, shrink=False)
    for place in (0, 17, 99):
        label = view.labels[place]
        a = own(data, label, ("fwkdis", ["fwkstrs"]))[0]
        b = own(data, label, ("freldis", ["fwkdis", "fwkstrs"]))[0]
        np.testing.assert_allclose(view.slopes[place], (a, b))
        assert view.estimate[place] == pytest.approx(a * b)


def test_an_unpooled_slope_has_the_t_interval_of_its_regression():
    import statsmodels.api as sm

    data, fitted = diary()
    view = group_view(fitted, "b", shrink=False)
    rows = data[data["id"] == view.labels[4]]
    by_hand = sm.OLS(rows["freldis"], sm.add_constant(rows[["fwkdis", "fwkstrs"]])).fit()
    expected = by_hand.conf_int().loc["fwkdis"]
    np.testing.assert_allclose((view.lower[4], view.upper[4]), expected, rtol=1e-3)


def test_a_shrunken_slopes_interval_is_symmetric_about_it():
    _, fitted = diary()
    view = group_view(fitted, "a")
    np.testing.assert_allclose(view.upper - view.estimate, view.estimate - view.lower)
    np.testing.assert_allclose(view.estimate, fitted.group_effects["a"])


def test_counts_agree_with_the_numbers():
    _, fitted = diary()
    view = group_view(fitted, shrink=False)
    assert view.n_positive == int((view.estimate > 0).sum())
    negative = (view.slopes < 0).all(axis=1)
    assert view.n_both_negative == int(negative.sum()) > 0
    assert view.n_clear == int(((view.lower > 0) | (view.upper < 0)).sum())


def test_groups_too_small_for_their_own_regression_have_no_number():
    rng = np.random.default_rng(1)
    sizes = [2, 3, 4, *[12] * 20]
    group = np.repeat(np.arange(len(sizes)), sizes)
    data = pd.DataFrame({"x": rng.normal(size=len(group)), "g": group})
    data["m"] = data["x"] + rng.normal(size=len(data))
    data["y"] = data["m"] + rng.normal(size=len(data))
    data.loc[data["g"] == 5, "x"] = 1.0
    fitted = mw.fit(mw.MediationModel("x", "m", "y", "g"), data)
    view = group_view(fitted, shrink=False)
    # a needs 3 rows, b and c' together 4; without variance in x there is no a, but a b
    assert np.flatnonzero(np.isnan(view.estimate)).tolist() == [0, 1, 5]
    assert np.flatnonzero(np.isnan(group_view(fitted, "b", shrink=False).estimate)).tolist() == [
        0,
        1,
    ]
    assert view.order("effect")[-3:].tolist() == [0, 1, 5]
    assert view.n_known == len(sizes) - 3
    assert group_view(fitted).n_known == len(sizes)


def test_a_path_that_does_not_vary_is_the_same_everywhere():
    _, fitted = diary()
    view = group_view(fitted, "direct")
    assert view.constant
    assert np.isnan(view.sd)
    assert not group_view(fitted, "a").constant


def test_orders_put_groups_where_they_belong():
    data, fitted = diary()
    view = group_view(fitted)
    assert (np.diff(view.estimate[view.order("effect")]) >= 0).all()
    assert view.order("group").tolist() == list(range(100))
    column = group_column(fitted, data.assign(size=data["id"] % 7), "size")
    assert (np.diff(column.values[view.order("column", column)]) >= 0).all()
    with pytest.raises(ModelError, match="needs the column"):
        view.order("column")
    with pytest.raises(ModelError, match="'effect', 'group', 'size', 'column'"):
        view.order("colour")


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("army", ("indirect", "a", "b", "direct")),
        ("blended", ("indirect", "a", "b", "direct")),
        ("group-level exposure", ("b",)),
        (
            "parallel",
            (
                *("indirect[LEAD]", "indirect[COHES]", "a[LEAD]", "a[COHES]"),
                *("b[LEAD]", "b[COHES]", "direct"),
            ),
        ),
    ],
)
def test_effects_by_group_are_named_as_the_diagram_names_them(case, names):
    assert group_effect_names(result(case)) == names
    for name in names:
        for shrink in (True, False):
            view = group_view(result(case), name, shrink=shrink)
            assert view.n_known > 0
            known = view.known
            assert (view.lower[known] <= view.estimate[known]).all()
            assert (view.estimate[known] <= view.upper[known]).all()


def test_a_serial_route_has_three_slopes():
    view = group_view(result("serial"), "indirect[COHES,LEAD]")
    assert view.paths == ("a[COHES]", "d[COHES,LEAD]", "b[LEAD]")
    assert view.constant
    assert view.average == result("serial").effect("indirect_within[COHES,LEAD]").estimate


def test_a_moderated_paths_average_is_at_the_moderators_mean():
    fitted = result("moderated")
    view = group_view(fitted, "a")
    assert view.average == pytest.approx(float(view.estimate.mean()), abs=0.05)
    assert view.average_lower < view.average < view.average_upper


def test_a_result_without_data_says_so():
    _, fitted = diary()
    read = mw.MediationResult.from_dict(fitted.to_dict())
    with pytest.raises(UnsupportedError, match="without its data"):
        group_view(read)


def test_an_unknown_effect_lists_those_there_are():
    with pytest.raises(ModelError, match="'indirect', 'a', 'b', 'direct'"):
        group_view(diary()[1], "indirct")


# -- group-level columns ------------------------------------------------------------------------


def test_a_numeric_column_is_cut_at_its_quintiles():
    data, fitted = diary()
    column = group_column(fitted, data.assign(age=data["id"] * 1.5), "age")
    assert np.bincount(column.step).tolist() == [20] * STEPS
    assert column.words == ("low", "", "", "", "high")
    assert (np.diff(column.step[np.argsort(column.values)]) >= 0).all()


def test_few_values_are_steps_of_their_own_and_missing_ones_none():
    data, fitted = diary()
    sex = np.where(data["id"] % 3 == 0, "f", "m").astype(object)
    sex[data["id"] == data["id"].iloc[0]] = None
    column = group_column(fitted, data.assign(sex=sex), "sex")
    assert column.step[0] == -1
    assert set(column.step) == {-1, 0, 1}
    assert set(column.words) == {"f", "m"}
    assert not column.ordered
    assert correlation(group_view(fitted), column) is None


def test_a_column_of_another_frame_is_matched_by_label():
    _, fitted = diary()
    labels = fitted.resolved.prepared.labels
    other = pd.DataFrame({"id": [labels[57], labels[3]], "score": [1.0, 2.0]})
    column = group_column(fitted, other, "score")
    assert (column.values[57], column.values[3]) == (1.0, 2.0)
    assert np.isnan(column.values).sum() == 98


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("w", lambda data: data["fwkstrs"], "varies within groups"),
        ("w", lambda data: data["id"].astype(str), "100 categories"),
        ("absent", lambda data: 0, "no column 'absent'"),
    ],
)
def test_columns_that_cannot_colour_groups_say_why(name, values, message):
    data, fitted = diary()
    with pytest.raises(DataError, match=message):
        group_column(fitted, data.assign(w=values(data)), name)


def test_the_correlation_is_pearsons_with_fishers_interval():
    data, fitted = diary()
    view = group_view(fitted)
    score = pd.Series(view.estimate, index=view.labels) + np.sin(np.arange(100))
    column = group_column(fitted, data.assign(w=data["id"].map(score)), "w")
    found = correlation(view, column)
    assert found is not None
    assert found.value == pytest.approx(np.corrcoef(view.estimate, column.values)[0, 1])
    assert found.lower < found.value < found.upper
    reach = np.arctanh(found.upper) - np.arctanh(found.value)
    assert reach == pytest.approx(1.959964 / np.sqrt(97))


# -- rows beside their lines --------------------------------------------------------------------


@pytest.mark.parametrize("shrink", [True, False])
def test_dots_scatter_about_the_groups_line(shrink):
    _, fitted = diary()
    view = group_view(fitted, shrink=shrink)
    rows = group_rows_of(fitted, view, [3, 50])
    assert [panel.path for panel in rows.panels] == ["a", "b"]
    for panel, column in zip(rows.panels, (0, 1), strict=True):
        for dots, place in zip(panel.groups, rows.positions, strict=True):
            assert dots.slope == view.slopes[place, column]
            assert dots.n_rows == len(dots.x) == view.n_rows[place]
            assert abs(dots.x.mean()) < 1e-12
            fitted_slope = np.polyfit(dots.x, dots.y, 1)[0]
            if not shrink:
                assert fitted_slope == pytest.approx(dots.slope)
            assert abs(fitted_slope - dots.slope) < 0.5
    assert not rows.panels[0].adjusted
    assert rows.panels[1].adjusted


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 99), max_size=40))
def test_any_selection_of_groups_has_rows(positions):
    _, fitted = diary()
    view = group_view(fitted, "a")
    rows = group_rows_of(fitted, view, positions)
    assert rows.positions == tuple(dict.fromkeys(positions))[:MOST_GROUPS]
    assert all(len(panel.groups) == len(rows.positions) for panel in rows.panels)


def test_positions_outside_are_refused():
    _, fitted = diary()
    with pytest.raises(ModelError, match="0 to 99"):
        group_rows_of(fitted, group_view(fitted), [100])


# -- spread of a slope --------------------------------------------------------------------------


def test_the_spread_of_a_slope_is_its_variances_root():
    _, fitted = diary()
    spread = slope_spread(fitted, "b")
    assert spread is not None
    assert spread.sd == pytest.approx(np.sqrt(fitted.random_effects.loc["b", "b"]))
    assert spread.sd_lower < spread.sd < spread.sd_upper
    assert spread.n_positive == int((fitted.group_effects["b"] > 0).sum())
    assert slope_spread(fitted, "direct") is None
    assert np.isnan(slope_sd(fitted, "direct")).all()
    with pytest.raises(ModelError, match="no path 'z'"):
        slope_spread(fitted, "z")
