"""Where everything of a diagram goes: panels, nodes and the lines between them.

Between is above within. X stands left, Y right, mediators between them: one in the top row,
parallel ones stacked upwards, serial ones on an arch, so that no path runs through a node.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from medwidget.views.diagram.geometry import Box, Line, Point
from medwidget.views.diagram.metrics import fitted, text_width
from medwidget.views.diagram.parts import Edge, Graph, Node, Panel

__all__ = ["Drawing", "PlacedEdge", "PlacedNode", "PlacedPanel", "Sizes", "place"]

GAP = 37.0  # between the panels, for the pill of the group
EDGE = 0.5  # of a panel, so that its border falls on pixels
STEP = 92.0  # for each further mediator
BASE_BETWEEN, BASE_WITHIN = 135.5, 145.5  # of X and Y below the panel's top
RISE_BETWEEN, RISE_WITHIN = 92.0, 98.0  # of a mediator above X and Y
SERIAL_TOP = 18.0  # more above serial mediators: they reach below the title
ARCH, WIDE_ARCH = 0.33, 0.44  # half its width, as a share of the panel's; from 4 mediators on
FOOT, FOOT_CHIPS = 39.5, 77.5  # below X and Y, without and with a row of chips
PORT, PORT_HIGH = 8.0, 5.0  # where lines leave X and Y, and reach M, from their middles
CLEAR = 2.0  # between an arrowhead and its node
MARGIN = 16.0


@dataclass(frozen=True)
class Sizes:
    """Sizes that depend on how much room there is."""

    node: float
    widest: float
    height: float
    rounded_width: float
    rounded_height: float
    name: float
    narrow: bool


WIDE = Sizes(148, 190, 42, 164, 46, 13, narrow=False)
NARROW = Sizes(112, 122, 40, 122, 44, 12, narrow=True)


@dataclass(frozen=True)
class PlacedNode:
    """A node in its box, with its words shortened to fit."""

    node: Node
    box: Box
    title: str
    caption: str


@dataclass(frozen=True)
class PlacedEdge:
    """A path as a line; ``dot`` is where its slope is toggled."""

    edge: Edge
    line: Line
    kind: str  # "rise", "fall", "base" or "chain"
    dot: Point


@dataclass(frozen=True)
class PlacedPanel:
    """A panel with all that stands in it."""

    panel: Panel
    box: Box
    base: float
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    chip_row: float
    absent: tuple[tuple[Point, str, str], ...] = ()


@dataclass(frozen=True)
class Drawing:
    """A diagram with positions."""

    graph: Graph
    sizes: Sizes
    width: float
    height: float
    panels: tuple[PlacedPanel, ...]
    pill_y: float
    ruled: bool  # a rule runs through the pill: it divides two panels


def place(graph: Graph, width: float, *, narrow: bool = False) -> Drawing:
    """Return a graph with positions.

    Parameters
    ----------
    graph : Graph
    width : float
        In CSS pixels; never less than what the nodes need.
    narrow : bool
    """
    sizes = NARROW if narrow else WIDE
    width = max(float(width), 3 * sizes.widest + 60)
    panels = []
    top = 0.0
    for panel in graph.panels:
        placed = _Placer(graph, panel, sizes, width).place(top)
        panels.append(placed)
        top = placed.box.bottom + EDGE + GAP - 1
    ruled = len(panels) > 1
    pill_y = panels[0].box.bottom + EDGE + (GAP - 1) / 2
    height = panels[-1].box.bottom + EDGE if ruled else pill_y + 16
    return Drawing(graph, sizes, width, height, tuple(panels), pill_y, ruled)


class _Placer:
    def __init__(self, graph: Graph, panel: Panel, sizes: Sizes, width: float) -> None:
        self.graph, self.panel, self.sizes, self.width = graph, panel, sizes, width
        self.between = panel.side == "between"
        self.count = 1 + max(
            (node.index for node in panel.nodes if node.role == "mediator"), default=0
        )
        absent = [index for role, index, *_ in panel.absent if role == "mediator"]
        self.count = max([self.count, *(index + 1 for index in absent)])

    def place(self, top: float) -> PlacedPanel:
        base = top + EDGE + (BASE_BETWEEN if self.between else BASE_WITHIN)
        base += STEP * (self.count - 1) + (SERIAL_TOP if self.graph.serial else 0.0)
        nodes = tuple(self._node(node, base) for node in self.panel.nodes)
        by_key = {item.node.key: item.box for item in nodes}
        edges = tuple(self._edge(edge, by_key) for edge in self.panel.edges)
        has_row = bool(self.panel.chips or self.panel.adds)
        foot = FOOT_CHIPS if has_row else FOOT
        bottom = base + foot
        box = Box(
            self.width / 2, (top + EDGE + bottom) / 2, self.width - 2 * EDGE, bottom - top - EDGE
        )
        absent = tuple(
            (self.spot(role, index, base), title, caption)
            for role, index, title, caption in self.panel.absent
        )
        return PlacedPanel(self.panel, box, base, nodes, edges, bottom - 20.5, absent)

    # -- nodes --------------------------------------------------------------------------------

    def spot(self, role: str, index: int, base: float) -> Point:
        """Return the middle of a node."""
        if role != "mediator":
            reach = max(self.sizes.node / 2, self.sizes.rounded_width / 2) + MARGIN + 8
            reach -= 12 if self.sizes.narrow else 0
            return reach if role == "exposure" else self.width - reach, base
        width = self.width
        rise = RISE_BETWEEN if self.between else RISE_WITHIN
        if self.graph.serial:
            angle = math.pi * (1 - (index + 1) / (self.count + 1))
            high = (rise + STEP * (self.count - 1)) * math.sin(angle) / self._highest_sine()
            reach = ARCH if self.count < 4 else WIDE_ARCH
            return width * (0.5 + reach * math.cos(angle)), base - high
        return width / 2, base - rise - STEP * index

    def _highest_sine(self) -> float:
        middle = (self.count + 1) // 2
        return math.sin(math.pi * middle / (self.count + 1))

    def _node(self, node: Node, base: float) -> PlacedNode:
        sizes = self.sizes
        least = sizes.rounded_width if node.rounded else sizes.node
        room = 52 if node.mark is not None else 40 if node.rounded else 14
        widths = [text_width(words, 11) for words in node.captions]
        full = widths[0] + room <= sizes.widest
        caption, caption_width = node.captions[not full], widths[not full]
        wanted = max(text_width(node.title, sizes.name, heavy=True), caption_width)
        width = min(max(least, wanted + room), sizes.widest)
        height = sizes.rounded_height if node.rounded else sizes.height
        if node.mark is not None:
            height += 6
        x, y = self.spot(node.role, node.index, base)
        x = min(max(x, width / 2 + 6), self.width - width / 2 - 6)
        inner = width - room + 1
        return PlacedNode(
            node,
            Box(x, y, width, height, node.rounded),
            fitted(node.title, inner, sizes.name, heavy=True),
            fitted(caption, inner, 11),
        )

    # -- paths --------------------------------------------------------------------------------

    def _edge(self, edge: Edge, boxes: dict[str, Box]) -> PlacedEdge:
        start, end = boxes[edge.source], boxes[edge.target]
        from_mediator = "-mediator-" in edge.source
        to_mediator = "-mediator-" in edge.target
        if from_mediator and to_mediator:
            kind = "chain"
        elif to_mediator:
            kind = "rise"
        else:
            kind = "fall" if from_mediator else "base"
        line = self._line(kind, start, end)
        return PlacedEdge(edge, line.shortened(CLEAR), kind, self._dot(kind, line))

    def _line(self, kind: str, start: Box, end: Box) -> Line:
        if kind == "base":
            return Line(start.side(1, PORT), end.side(-1, PORT))
        if self.graph.serial:
            return Line(start.border((end.x, end.y)), end.border((start.x, start.y)))
        if kind == "rise":
            return Line(self._port(start, end, 1), end.side(-1, PORT_HIGH))
        return Line(start.side(1, PORT_HIGH - 1), self._port(end, start, -1))

    def _port(self, box: Box, mediator: Box, direction: int) -> Point:
        """Return where a line to or from a mediator touches X or Y: the higher, the further out."""
        steps = round((box.y - mediator.y) / STEP) - 1
        if steps <= 0:
            return box.side(direction, -PORT)
        inward = box.width / 2 - min(steps * 26.0 - 4, box.width / 2 + 20)
        return box.border((box.x + direction * inward, box.y - box.height))

    def _dot(self, kind: str, line: Line) -> Point:
        if not self.graph.several or kind == "base":
            return line.at(0.5)
        if kind == "chain":
            return line.at(0.84)
        near = min(0.2, 24 / max(1.0, abs(line.end[1] - line.start[1])))
        near = max(near, 26 / line.length)
        return line.at(1 - near if kind == "rise" else near)
