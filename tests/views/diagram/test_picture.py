"""`mw.diagram`: what notebooks show, what files hold, and what is said when a package lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import medwidget as mw
from medwidget.errors import ModelError, UnsupportedError
from medwidget.views.diagram import picture
from medwidget.views.diagram.dot import quoted
from medwidget.views.diagram.picture import Diagram, diagram
from tests.views import results
from tests.views.diagram.drawings import NAMES, parsed, sketch, words

SIGNATURES = {"png": b"\x89PNG", "pdf": b"%PDF"}


def test_notebooks_show_the_svg() -> None:
    drawn = diagram(results.result("army"), group_label="company", row_label="soldier")
    bundle = drawn._repr_mimebundle_()
    assert bundle["image/svg+xml"] == drawn._repr_svg_() == drawn.svg
    assert bundle["text/plain"] == "Diagram('HRS' → 'LEAD' → 'WBEING', width=870)"
    assert "how companies differ from one another" in words(parsed(drawn.svg))
    assert "prefers-color-scheme:dark" in drawn.svg


def test_a_model_is_drawn_without_numbers() -> None:
    drawn = diagram(mw.MediationModel("x", "m", "y", group="id"))
    assert "mw-value" not in drawn.svg.partition("</style>")[2]


def test_what_is_neither_model_nor_result_is_refused() -> None:
    with pytest.raises(ModelError, match="MediationModel"):
        diagram("x")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_dot_is_read_as_it_is_meant(name: str, tmp_path: Path) -> None:
    pygraphviz = pytest.importorskip("pygraphviz")
    path = Diagram(sketch(name)).save(tmp_path / "drawn.dot")
    graph = pygraphviz.AGraph(path.read_text(encoding="utf-8"))
    nodes = [item for item in graph.nodes() if item.attr["pos"]]
    assert all(item.attr["pos"].endswith("!") for item in nodes)
    assert len(nodes) == len(graph.nodes())
    ends = {end for edge in graph.edges() for end in edge}
    assert ends <= set(graph.nodes())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('say "x"', '"say \\"x\\""'),
        ("back\\slash", '"back\\\\slash"'),
        ("ends in \\", '"ends in \\\\"'),
        ("\\N &lt;b&gt;", '"\\\\N &amp;lt;b&amp;gt;"'),
        ("<b>bold</b>", '"<b>bold</b>"'),
    ],
)
def test_strings_of_dot_are_escaped(value: str, expected: str) -> None:
    assert quoted(value) == expected


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_pictures_are_saved_as_they_look(ending: str, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    path = diagram(results.hostile()).save(tmp_path / f"drawn.{ending}")
    assert path.read_bytes().startswith(SIGNATURES[ending])


@pytest.mark.parametrize("ending", ["png", "pdf"])
def test_graphviz_draws_where_the_converter_lacks(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pygraphviz")
    _without(monkeypatch, "vl_convert")
    path = diagram(results.result("army")).save(tmp_path / f"drawn.{ending}")
    assert path.read_bytes().startswith(SIGNATURES[ending])


def test_without_packages_svg_and_dot_are_saved_and_the_rest_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without(monkeypatch, "vl_convert", "pygraphviz", "graphviz")
    drawn = diagram(results.result("army"))
    assert drawn.save(tmp_path / "drawn.svg").read_text(encoding="utf-8") == drawn.svg
    assert drawn.save(str(tmp_path / "drawn.dot")).read_text(encoding="utf-8").endswith("}\n")
    with pytest.raises(UnsupportedError, match=r"medwidget\[charts\]"):
        drawn.save(tmp_path / "drawn.png")
    with pytest.raises(UnsupportedError, match=r"medwidget\[diagram\]"):
        drawn.to_graphviz()
    with pytest.raises(UnsupportedError, match=r"\.svg, \.png, \.pdf or \.dot"):
        drawn.save(tmp_path / "drawn.gif")


def test_graphviz_gets_the_same_positions() -> None:
    pytest.importorskip("graphviz")
    source = diagram(results.result("army")).to_graphviz()
    assert source.engine == "neato"
    assert "inputscale=72" in source.source
    assert source.source.count('!"') >= 9


def _without(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    found = picture._optional

    def optional(name: str) -> Any:
        return None if name in missing else found(name)

    monkeypatch.setattr(picture, "_optional", optional)
