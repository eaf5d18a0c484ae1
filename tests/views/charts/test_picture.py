import json
import sys

import pytest

import medwidget as mw
from medwidget.views.charts import effects, offline
from medwidget.views.charts.config import WIDTH
from medwidget.views.charts.picture import Picture
from medwidget.views.theme import DARK, LIGHT
from medwidget.widget import messages
from tests.views.results import result


@pytest.fixture
def forest():
    return effects.picture(result("army"), compact=True)


def test_a_picture_crosses_to_the_page_as_the_messages_say(forest):
    wire = forest.wire()
    assert set(wire) == set(messages.Chart.__annotations__) - {"packed"}
    assert json.loads(json.dumps(wire, allow_nan=False)) == wire


def test_a_width_of_a_box_becomes_one_in_pixels_at_any_depth():
    inner = {"width": "container", "mark": "point"}
    spec = {"hconcat": [{"layer": [inner]}, {"facet": {}, "spec": inner}], "width": "container"}
    drawn = Picture("p", spec, {}, "about", (), ()).standalone()
    assert "container" not in str(drawn)
    assert drawn["width"] == WIDTH
    assert spec["hconcat"][0]["layer"][0]["width"] == "container"


def test_a_picture_of_its_own_does_not_share_the_specification(forest):
    forest.standalone()["layer"].clear()
    assert forest.standalone()["layer"]


@pytest.mark.parametrize(
    ("ending", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("json", b"{")]
)
def test_it_saves_to_files(forest, tmp_path, ending, start):
    path = tmp_path / f"forest.{ending.upper()}"
    forest.save(path)
    assert path.read_bytes().startswith(start)
    if ending == "json":
        assert json.loads(path.read_text(encoding="utf-8")) == json.loads(
            json.dumps(forest.standalone())
        )


def test_it_saves_dark(forest, tmp_path):
    path = tmp_path / "forest.svg"
    forest.save(path, dark=True)
    text = path.read_text(encoding="utf-8")
    assert DARK["w"] in text
    assert LIGHT["w"] not in text


def test_it_saves_as_one_page_without_addresses(forest, tmp_path, monkeypatch):
    monkeypatch.setattr(offline, "_bundle", lambda: "export const View = 1;")
    path = tmp_path / "forest.html"
    forest.save(path)
    text = path.read_text(encoding="utf-8")
    assert "src=" not in text
    assert "export const View" in text
    assert forest.rows[0][2] in text


def test_another_ending_is_refused(forest, tmp_path):
    with pytest.raises(mw.ModelError, match=r"\.svg"):
        forest.save(tmp_path / "forest.gif")


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_missing_package_is_named(forest, tmp_path, monkeypatch, ending):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(mw.UnsupportedError, match="vl-convert-python"):
        forest.save(tmp_path / f"forest.{ending}")


def test_a_missing_bundle_is_named(forest, monkeypatch, tmp_path):
    monkeypatch.setattr(offline, "files", lambda package: tmp_path)
    with pytest.raises(mw.UnsupportedError, match="make page"):
        forest.to_html()


def test_a_notebook_shows_it_without_a_network(forest, monkeypatch):
    shown = forest._repr_mimebundle_()
    assert shown["image/svg+xml"].startswith("<svg")
    assert shown["text/plain"] == forest.about
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    monkeypatch.setattr(offline, "_bundle", lambda: "export const View = 1;")
    assert "&lt;script" in forest._repr_mimebundle_()["text/html"]
