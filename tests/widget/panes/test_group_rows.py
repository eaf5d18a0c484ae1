"""What crosses of every group: short numbers, of which the page writes the same texts as Python."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.views.charts._group_rows import interval_style
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import fixed
from medwidget.widget.messages import GroupRows
from medwidget.widget.panes.group_basis import group_basis
from medwidget.widget.panes.group_rows import group_rows_pane, wire_numbers
from tests.views.charts.test_groups import many
from tests.views.results import CASES, TAG, dataset, hostile, hostile_data, result
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("school", "pupil")
# For js/tests/tabs/group-texts.test.ts; made by `python -m tests.widget.panes.test_group_rows`.
RECORD = Path(__file__).parents[3] / "js" / "tests" / "tabs" / "group-texts.json"


def rows_of(name, **choices):
    basis = group_basis(result(name), data=dataset(CASES[name][0]), **choices)
    return basis, group_rows_pane(basis, NOUNS)


@pytest.mark.parametrize("shrink", [True, False])
@pytest.mark.parametrize("name", CASES)
def test_rows_have_their_shape(name, shrink):
    basis, rows = rows_of(name, shrink=shrink)
    assert_crosses(rows, GroupRows)
    count = len(basis.view.labels)
    for column in ("label", "estimate", "lower", "upper", "decimals", "n_rows"):
        assert len(rows[column]) == count
    assert sorted(rows["order"]) == list(range(count))
    assert rows["color"] == rows["value"] == []
    assert len(rows["columns"]) == 4


def test_estimates_come_in_the_order_of_the_data_and_are_sorted_by_position():
    _, rows = rows_of("army")
    table = result("army").group_effects
    np.testing.assert_allclose(rows["estimate"], table["indirect"], atol=1e-6)
    assert rows["label"] == [str(label) for label in table.index]
    ordered = [rows["estimate"][place] for place in rows["order"]]
    assert ordered == sorted(ordered)


def test_a_column_colours_sorts_and_stands_in_the_table():
    basis, rows = rows_of("moderated", color="size", sort="column")
    frame = dataset("schools").groupby("school", sort=False)["size"].first()
    sizes = [frame.iloc[place] for place in rows["order"]]
    assert sizes == sorted(sizes)
    assert set(rows["color"]) == {0, 1, 2, 3, 4}
    assert rows["columns"][-1] == "size"
    assert [float(value) for value in rows["value"]] == frame.tolist()
    assert basis.sort == "column"


def test_groups_too_small_for_a_line_have_no_estimate():
    _, rows = rows_of("moderated", shrink=False)
    missing = [place for place, value in enumerate(rows["estimate"]) if value is None]
    assert missing
    assert set(rows["order"][-len(missing) :]) == set(missing)


def test_many_groups_have_an_overview():
    assert rows_of("moderated")[1]["overview"] is not None
    assert rows_of("army")[1]["overview"] is None


def test_hostile_names_are_values_and_nothing_else():
    rows = group_rows_pane(group_basis(hostile(), data=hostile_data()), NOUNS)
    assert_crosses(rows, GroupRows)
    assert TAG not in str(rows["caterpillar"]["spec"])


def test_five_thousand_groups_are_small():
    rows = group_rows_pane(group_basis(many(), shrink=False), NOUNS)
    assert len(rows["label"]) == 5000
    assert len(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode()) < 300_000


# -- numbers --------------------------------------------------------------------------------------

some = st.floats(-1e9, 1e9, allow_subnormal=False)
close = st.tuples(some, st.floats(0, 1e3), st.floats(1e-9, 1e3)).map(
    lambda of: (of[0], of[0] - of[1] * of[2], of[0] + of[2])
)


def page_texts(numbers, place):
    """Return estimate and interval as the page writes them."""
    if str(place) in numbers["written"]:
        return numbers["written"][str(place)]
    values = [numbers[name][place] for name in ("estimate", "lower", "upper")]
    shown = ["–" if v is None else fixed(v, numbers["decimals"][place]) for v in values]
    bounded = values[1] is not None and values[2] is not None
    return [shown[0], f"[{shown[1]}, {shown[2]}]" if bounded else "–"]


def python_texts(group):
    style, interval = interval_style(*group)
    return [style(group[0]), interval]


@given(
    st.lists(
        st.one_of(
            close,
            st.tuples(*[st.floats(-1e12, 1e12)] * 3),
            st.tuples(*[st.floats(-2, 2).map(lambda value: round(value * 8) / 8)] * 3),
            st.just((np.nan, np.nan, np.nan)),
            some.map(lambda value: (value, np.nan, np.nan)),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_rounding_changes_neither_text_nor_sign_nor_picture(groups):
    arrays = [np.array(values, dtype=float) for values in zip(*groups, strict=True)]
    numbers = wire_numbers(*arrays)
    for place, group in enumerate(groups):
        assert page_texts(numbers, place) == python_texts(group)
        width = group[2] - group[1]
        for name, value in zip(("estimate", "lower", "upper"), group, strict=True):
            crossed = numbers[name][place]
            if not np.isfinite(value):
                assert crossed is None
                continue
            assert np.sign(crossed) == np.sign(value)
            if width > 0:
                assert abs(crossed - value) <= 1e-4 * width + 1e-15 * abs(value)


def record():
    """Return groups of all sizes, as they cross and as Python writes them."""
    random = np.random.default_rng(3)
    sizes = 10.0 ** random.integers(-9, 9, 300)
    estimate = random.normal(size=300) * sizes
    reach = np.abs(random.normal(size=(2, 300))) * sizes * 10.0 ** random.integers(-3, 2, 300)
    estimate[:5], reach[:, 3:8] = np.nan, np.nan
    estimate[8:20] = np.arange(12) / 8
    groups = [estimate, estimate - reach[0], estimate + reach[1]]
    table = [python_texts(group) for group in zip(*(each.tolist() for each in groups), strict=True)]
    return {**wire_numbers(*groups), "table": table}


def test_the_record_for_the_page_is_current():
    assert json.loads(RECORD.read_text(encoding="utf-8")) == record()


if __name__ == "__main__":
    RECORD.write_text(json.dumps(record(), ensure_ascii=False) + "\n", encoding="utf-8")
