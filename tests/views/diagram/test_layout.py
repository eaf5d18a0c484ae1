"""Where things are: nothing outside its panel, no words on a node, no path through one."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.spec.structure import Structure
from medwidget.views.diagram.geometry import Box, Line
from medwidget.views.diagram.graph import build_graph, path_sides
from medwidget.views.diagram.labels import label_width, lay_out
from medwidget.views.diagram.metrics import fitted, text_width
from medwidget.views.diagram.positions import Drawing, place
from tests.effects.building import make_structure
from tests.views.diagram.drawings import NAMES, sketch

WIDTHS = [(870, False), (1180, False), (606, True), (480, True)]


def placed(name: str, width: float, narrow: bool) -> Drawing:
    return place(build_graph(sketch(name)), width, narrow=narrow)


@pytest.mark.parametrize(("width", "narrow"), WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_nodes_are_inside_their_panel_and_apart(name: str, width: float, narrow: bool) -> None:
    drawing = placed(name, width, narrow)
    for panel in drawing.panels:
        for item in panel.nodes:
            assert item.box.overlap(panel.box) == pytest.approx(item.box.width * item.box.height)
        for one, other in combinations(panel.nodes, 2):
            assert one.box.overlap(other.box) == 0
    assert drawing.panels[-1].box.bottom < drawing.height


@pytest.mark.parametrize(("width", "narrow"), WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_no_path_runs_through_a_node(name: str, width: float, narrow: bool) -> None:
    for panel in placed(name, width, narrow).panels:
        for item in panel.edges:
            for node in panel.nodes:
                if node.node.key not in {item.edge.source, item.edge.target}:
                    assert item.line.inside(node.box) == 0


@pytest.mark.parametrize("name", NAMES)
def test_words_stand_clear_of_nodes_and_of_each_other(name: str) -> None:
    drawing = placed(name, 870, narrow=False)
    for panel in drawing.panels:
        labels, pills = lay_out(panel, drawing.sizes, several=drawing.graph.several)
        boxes = [pill.box for pill in pills]
        for item in panel.edges:
            label = labels[item.edge.key]
            if item.edge.estimate is None:
                continue
            wide = label_width(item, inline=label.inline)
            high = 14.0 if label.inline else 28.0
            x = label.x + {"start": wide / 2, "middle": 0, "end": -wide / 2}[label.anchor]
            boxes.append(Box(x, label.y - 11 + high / 2, wide, high))
        for box in boxes:
            assert all(box.overlap(node.box) < 20 for node in panel.nodes)
        for one, other in combinations(boxes, 2):
            assert one.overlap(other) < 30


@pytest.mark.parametrize("design", ["1-1-1", "2-1-1", "2-2-1", "1-1-2", "1-2-1", "1-2-2", "2-1-2"])
@pytest.mark.parametrize("centering", ["group-mean", "within", "grand-mean", "none", "latent"])
def test_paths_are_drawn_at_the_levels_where_the_model_has_them(
    design: str, centering: str
) -> None:
    structure: Structure = make_structure(design, centering=centering, random_slopes=())
    for path, (source, target) in structure.model.paths.items():
        levels = tuple(slope.level for slope in structure.slopes if slope.path == path)
        grouped = [structure.levels[column].label == "group" for column in (source, target)]
        sides = path_sides(centering, source_grouped=grouped[0], target_grouped=grouped[1])
        assert sides == levels


@given(st.text(max_size=60), st.floats(30, 200), st.sampled_from([11, 12, 13]))
def test_text_is_cut_to_its_width(text: str, width: float, size: int) -> None:
    cut = fitted(text, width, size, heavy=True)
    assert text_width(cut, size, heavy=True) <= width or len(cut) <= 3
    if text_width(text, size, heavy=True) <= width:
        assert cut == text


def test_a_line_leaves_a_shape_at_its_border() -> None:
    box = Box(10, 20, 40, 20)
    assert box.border((110, 20)) == pytest.approx((30, 20))
    assert box.border((10, -80)) == pytest.approx((10, 10))
    round_box = Box(10, 20, 40, 20, rounded=True)
    x, y = round_box.border((110, 60))
    assert ((x - 10) / 20) ** 2 + ((y - 20) / 10) ** 2 == pytest.approx(1)


@pytest.mark.parametrize(
    ("line", "inside"),
    [
        (Line((-10, 5), (30, 5)), 10),
        (Line((5, -10), (5, 30)), 10),
        (Line((-10, -1), (30, -1)), 0),
        (Line((0, 0), (10, 10)), 10 * 2**0.5),
        (Line((2, 5), (4, 5)), 2),
        (Line((-5, 5), (5, 15)), 0),
    ],
)
def test_how_much_of_a_line_is_in_a_box(line: Line, inside: float) -> None:
    assert line.inside(Box(5, 5, 10, 10)) == pytest.approx(inside)


@pytest.mark.parametrize(("width", "narrow"), WIDTHS)
def test_moderators_of_the_direct_path_stay_beside_the_outcome(width: float, narrow: bool) -> None:
    shown = replace(sketch("moderated fitted"), moderators={"direct": ("disclim", "catholic")})
    drawing = place(build_graph(shown), width, narrow=narrow)
    panel = drawing.panels[-1]
    _, pills = lay_out(panel, drawing.sizes, several=False)
    assert [pill.title for pill in pills] == ["disclim = 0", "catholic"]
    for pill in pills:
        assert all(pill.box.overlap(node.box) == 0 for node in panel.nodes)
