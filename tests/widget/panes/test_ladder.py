import pytest

import medwidget as mw
from medwidget.widget.messages import LadderView
from medwidget.widget.panes.ladder import ladder_view
from tests.views.results import ARMY, dataset, hostile, hostile_data
from tests.widget.panes.shapes import assert_crosses


@pytest.fixture(scope="module")
def climbed() -> mw.Ladder:
    return mw.ladder(ARMY, dataset("army"))


def test_every_rung_is_a_row_and_every_test_too(climbed):
    view = ladder_view(climbed)
    assert_crosses(view, LadderView)
    nulls, rungs, tests = view["tables"]
    assert nulls["title"] == "Null models"
    assert len(rungs["rows"]) == len(climbed.rungs)
    assert [row[0].split(". ")[0] for row in tests["rows"]] == ["2", "3", "4", "5", "6"]
    slopes = climbed.table.iloc[-1]
    assert tests["rows"][-1][1] == slopes["distribution"]
    assert float(tests["rows"][-1][2].replace(",", "")) == pytest.approx(slopes["lr"], abs=0.005)
    for table in view["tables"]:
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    assert set(climbed.notes) <= set(view["notes"])


def test_what_stands_in_the_way_is_said_without_tables():
    view = ladder_view(reason="Not by separate fits.")
    assert_crosses(view, LadderView)
    assert (view["tables"], view["reason"]) == ([], "Not by separate fits.")


def test_names_from_data_stay_within_their_texts():
    view = ladder_view(mw.ladder(hostile().model, hostile_data()))
    assert_crosses(view, LadderView)
    texts = [text for table in view["tables"] for row in table["rows"] for text in row]
    assert all(len(text) < 400 and "\n" not in text for text in [*texts, *view["notes"]])
