"""Charts in a notebook of their own: nothing may be asked of a server."""

import altair
import pytest

import medwidget as mw
from medwidget.views.charts import files
from tests.views.results import result


@pytest.fixture
def chart():
    return mw.charts.effects(result("army"))


def test_a_chart_shows_itself_as_a_drawing(chart):
    shown = chart._repr_mimebundle_()
    assert set(shown) == {"image/svg+xml", "text/plain"}
    assert "Indirect, within" in shown["image/svg+xml"]


def test_without_a_converter_it_brings_its_program(chart, monkeypatch):
    monkeypatch.setattr("medwidget.views.charts.shown.can_draw", lambda: False)
    shown = chart._repr_mimebundle_()["text/html"]
    assert shown.startswith("<iframe srcdoc=")
    for address in ("cdn.", "jsdelivr", "unpkg"):
        assert address not in shown


def test_a_changed_chart_is_still_one_of_altairs_and_still_offline(chart):
    changed = chart.properties(title="of my own")
    assert isinstance(changed, altair.LayerChart)
    assert "of my own" in changed._repr_mimebundle_()["image/svg+xml"]


def test_a_renderer_that_the_user_enabled_is_used(chart):
    with altair.renderers.enable("json"):
        assert "application/json" in chart._repr_mimebundle_()[0]


def test_what_can_be_drawn_is_what_is_installed(monkeypatch):
    assert files.can_draw()
    monkeypatch.setattr(files, "find_spec", lambda name: None)
    assert not files.can_draw()
