"""What holds for every registered chart."""

import inspect
import subprocess
import sys
from functools import cache

import altair as alt
import pytest

import medwidget as mw
from medwidget.views.charts import public
from medwidget.views.charts.config import CONFIG, SCHEMA, finished
from medwidget.views.charts.registry import CHARTS, module
from tests.views.results import hostile, result

ARMY = mw.MediationModel("HRS", "LEAD", "WBEING", "GRP")


@cache
def comparison() -> mw.Comparison:
    data = mw.load_dataset("army")
    return mw.compare(ARMY, data, random_slopes=[(), ("a",)], interval="delta")


@cache
def influence():
    return mw.influence(result("army"))


# What each chart is drawn of.
GIVEN = {
    "effects": lambda: result("army"),
    "caterpillar": lambda: result("army"),
    "groups": lambda: result("army"),
    "specification_curve": comparison,
    "scatter": lambda: result("army"),
    "johnson_neyman": lambda: result("moderated"),
    "diagnostics": lambda: result("army"),
    "influence": influence,
}
OF_RESULTS = ("effects", "caterpillar", "groups", "scatter", "diagnostics")
RESULTS = ("army", "blended", "parallel", "serial", "without intervals", "bootstrap")


def test_every_chart_is_given_something_to_draw():
    assert set(GIVEN) == set(CHARTS)


def test_registry_and_public_face_name_the_same_charts():
    assert sorted(CHARTS) == sorted(public.__all__) == dir(mw.charts)
    with pytest.raises(AttributeError, match="pie"):
        _ = mw.charts.pie


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_documented_function_with_a_twin_that_returns_data(name):
    home = module(name)
    function = getattr(mw.charts, name)
    assert function is getattr(home, name)
    assert inspect.isfunction(function)
    assert inspect.isfunction(home.picture)
    assert len(inspect.getdoc(function)) > 40
    assert {name, "picture"} <= set(home.__all__)


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_altair_with_its_data_inside(name):
    chart = getattr(mw.charts, name)(GIVEN[name]())
    assert isinstance(chart, alt.TopLevelMixin)
    spec = chart.to_dict()
    assert spec["datasets"]
    assert spec["description"]
    assert spec["config"]["axis"]["labelColor"] == CONFIG["axis"]["labelColor"]
    assert "container" not in str({**spec, "datasets": None, "description": None})


@pytest.mark.parametrize("name", OF_RESULTS)
@pytest.mark.parametrize("case", RESULTS)
def test_charts_of_results_draw_every_kind_of_result(name, case):
    chart = getattr(mw.charts, name)(result(case))
    assert chart.to_dict()["datasets"]


@pytest.mark.parametrize("name", [*OF_RESULTS, "johnson_neyman"])
def test_no_name_from_the_data_reaches_a_specification(name):
    spec = getattr(mw.charts, name)(hostile()).to_dict()
    for part in ("datasets", "description"):
        assert spec.pop(part)
    text = str(spec)
    assert "onerror" not in text
    assert "xxxx" not in text
    assert "測" not in text


def test_altair_is_not_imported_before_a_chart_is_drawn():
    lines = [
        "import sys, medwidget as mw",
        "from medwidget.views.charts import effects, johnson_neyman, picture, scatter",
        "from medwidget.views.charts import specification_curve",
        "_ = mw.charts.effects",
        "assert 'altair' not in sys.modules",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, timeout=60)


def test_a_theme_of_the_user_does_not_change_the_charts():
    chart = alt.Chart(alt.NamedData(name="rows")).mark_point()
    plain = finished(chart)
    with alt.theme.enable("dark"):
        assert finished(chart) == plain
    assert plain["$schema"] == SCHEMA
    assert "datasets" not in plain
