"""The folded diagram, one row a level, and the legend."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

from medwidget.views.diagram.geometry import Box, Line
from medwidget.views.diagram.graph import build_graph
from medwidget.views.diagram.markup import arrow, capsule, element, frame, segment, text
from medwidget.views.diagram.metrics import fitted, text_width
from medwidget.views.diagram.parts import Edge, Node, Panel
from medwidget.views.diagram.sketch import Sketch
from medwidget.views.diagram.strokes import dashes_of
from medwidget.views.diagram.svg import SIDES, root
from medwidget.views.diagram.wording import WIDE_GAP
from medwidget.views.text.names import visible

__all__ = ["write_legend", "write_ribbon"]

RIBBON_HEIGHT = 74.0
ROWS = {1: (37.0,), 2: (19.0, 55.0)}
START, NODE_HEIGHT = 74.0, 22.0
SHORTEST_NODE, LONGEST_NODE = 44.0, 176.0
OUTCOME_GAP = 24.0  # between the last node and the effect at the right end
SHORTEST_PATH, LONGEST_PATH = 54.0, 126.0
SMALLER = 0.8  # lines against those of the diagram


def write_ribbon(sketch: Sketch, width: float, *, interactive: bool) -> str:
    """Return the folded diagram; arguments as of `medwidget.views.diagram.sketch.ribbon`."""
    graph = build_graph(sketch, interactive=False)
    free = width - START - max(_outcome_width(panel) for panel in graph.panels)
    together = graph.several and not (graph.serial and _fits(len(sketch.mediators), free))
    count = max(1, len(sketch.mediators))
    rows = [_Row(panel, count, interactive, together) for panel in graph.panels]
    widths = _node_widths([row.stops for row in rows], free)
    step = (free - sum(widths)) / max(1, len(widths) - 1)
    step = max(SHORTEST_PATH, min(step, LONGEST_PATH))
    heights = ROWS[len(rows)]
    about = f"{graph.about}, folded"
    if not interactive:  # a picture says what it shows in one piece
        about = ". ".join([about, *(edge.about for panel in graph.panels for edge in panel.edges)])
    return root(
        [row.write(y, widths, step, width) for row, y in zip(rows, heights, strict=True)],
        width,
        RIBBON_HEIGHT,
        about,
        interactive=interactive,
        dimmed=graph.dimmed,
    )


def _fits(mediators: int, free: float) -> bool:
    """Tell whether each mediator can have a node of its own."""
    return (mediators + 2) * SHORTEST_NODE + (mediators + 1) * SHORTEST_PATH <= free


def _outcome_width(panel: Panel) -> float:
    words = panel.outcome
    if words is None:
        return 0.0
    small = text_width(words.short, 11) + text_width(words.interval, 11)
    return small + text_width(words.value, 13, heavy=True) + 16 + OUTCOME_GAP


def _node_widths(rows: list[list[_Stop | None]], free: float) -> list[float]:
    """Return the width of each stop: the widest of its rows, so that the rows line up."""
    count = len(rows[0])
    most = min(LONGEST_NODE, (free - SHORTEST_PATH * (count - 1)) / count)
    found = []
    for stops in zip(*rows, strict=True):
        wanted = [text_width(stop.title, 11) + 34 for stop in stops if stop is not None]
        found.append(max(SHORTEST_NODE, min(max(wanted, default=0.0), most)))
    return found


@dataclass(frozen=True)
class _Stop:
    """A node of a row; mediators side by side share one, as do serial ones without room."""

    title: str
    full: str
    empty: bool
    rounded: bool


class _Row:
    def __init__(self, panel: Panel, mediators: int, interactive: bool, together: bool) -> None:
        self.mediators = mediators
        self.panel, self.interactive, self.together = panel, interactive, together
        self.stops, self.edges = self._chain()

    def write(self, y: float, widths: list[float], step: float, width: float) -> str:
        panel = self.panel
        title = "LEVELS" if panel.side == "conflated" else panel.title
        parts = [element("text", text(title), x=0, y=y + 4, class_="cap strong")]
        x = START
        for stop, wide, edge in zip(self.stops, widths, [*self.edges, None], strict=True):
            if stop is not None:
                parts.append(self._node(stop, Box(x + wide / 2, y, wide, NODE_HEIGHT + 1)))
            if edge is not None:
                parts.append(self._path(edge, Line((x + wide, y), (x + wide + step - 2, y))))
            x += wide + step
        return element(
            "g",
            [*parts, self._outcome(width, y)],
            class_=f"level {SIDES[panel.side]} folded",
            data_key=f"ribbon-{panel.side}",
        )

    def _chain(self) -> tuple[list[_Stop | None], list[Edge | None]]:
        """Return the stops from X to Y, None where this level has no node, and paths between."""
        nodes = {(node.role, node.index): node for node in self.panel.nodes}
        places = range(self.mediators)
        middle = [[("mediator", index)] for index in places]
        if self.together:
            middle = [[("mediator", index) for index in places]]
        keys = [[("exposure", 0)], *middle, [("outcome", 0)]]
        stops = [_stop([nodes[key] for key in each if key in nodes]) for each in keys]
        edges = []
        for left, right in pairwise(keys):
            ends = {
                (nodes[start].key, nodes[end].key)
                for start, end in product(left, right)
                if start in nodes and end in nodes
            }
            found = [edge for edge in self.panel.edges if (edge.source, edge.target) in ends]
            edges.append(found[0] if found else None)
        return stops, edges

    def _node(self, stop: _Stop, box: Box) -> str:
        state = " empty" if stop.empty else ""
        shown = fitted(stop.title, box.width - 9, 11)
        full = [] if shown == stop.full else [element("title", text(stop.full))]
        shape = Box(box.x, box.y, box.width, box.height, stop.rounded)
        words = element("text", text(shown), x=float(box.x), y=box.y + 4, class_="s11 md middle")
        return element("g", [*full, frame(shape, 0, 4, class_="shape"), words], class_=state[1:])

    def _path(self, edge: Edge, line: Line) -> str:
        several = self.together
        estimate = None if several else edge.estimate
        width = 1.5 if estimate is None else max(1.2, SMALLER * estimate.stroke)
        state = " ghost" if edge.estimate is None else " held" if edge.fixed else ""
        parts = [arrow(line, width, dashes=dashes_of(estimate, width))]
        x, y = line.at(0.47)
        if edge.slope and not several:
            parts.append(element("circle", cx=float(x), cy=float(y), r=3.8, class_="dot"))
        if estimate is not None:
            value = element("tspan", text(estimate.value), class_="mw-value")
            parts.append(
                element(
                    "text",
                    value,
                    x=float(x),
                    y=y - 6,
                    class_="s11 sb middle mw-number",
                    data_key=f"ribbon-number-{edge.key}",
                )
            )
        live: dict[str, object] = {}
        if self.interactive and not several:
            live = {"role": "button", "tabindex": -1, "aria_label": edge.about}
            parts.insert(0, element("path", class_="focus", d=capsule(line, 7)))
            parts.append(segment(line, "mw-hit"))
        named = {"data_path": edge.name, "data_name": edge.path} if not several else {}
        return element(
            "g",
            parts,
            class_=f"path{state}",
            data_key=f"ribbon-{edge.key}",
            data_side=edge.side,
            **named,
            **live,
        )

    def _outcome(self, width: float, y: float) -> str:
        words = self.panel.outcome
        if words is None:
            return ""
        told = [
            element("tspan", text(words.short), class_="s11 m3"),
            WIDE_GAP,
            element("tspan", text(words.value), class_="sb strong mw-value"),
            WIDE_GAP,
            element("tspan", text(words.interval), class_="s11 m"),
        ]
        return element(
            "text",
            told,
            x=float(width),
            y=y + 4.5,
            class_="end mw-number effect",
            data_key=f"ribbon-effect-{self.panel.side}",
        )


def _stop(nodes: list[Node]) -> _Stop | None:
    if not nodes:
        return None
    full = ", ".join(visible(node.column or node.title) for node in nodes)
    return _Stop(
        ", ".join(node.title for node in nodes),
        full,
        all(node.column is None for node in nodes),
        any(node.rounded for node in nodes),
    )


# -- legend ---------------------------------------------------------------------------------------

SAMPLE, ENTRY_GAP, LINE_HEIGHT = 26.0, 18.0, 20.0
_DASHES = {"line": None, "dashes": "5.5 4.5", "dots": "1.5 4"}


def write_legend(sketch: Sketch, width: float) -> str:
    """Return the legend; arguments as of `medwidget.views.diagram.sketch.legend`."""
    nouns = sketch.nouns
    entries = [
        ("line", "interval excludes 0"),
        ("dashes", "interval includes 0"),
        ("dot", f"varies across {nouns.groups}"),
        ("ring", f"same for every {nouns.group}"),
        ("", "Line width: standardised size"),
    ]
    if any(not isinstance(value, str) for value in sketch.constraints.values()):
        entries.insert(2, ("dots", "fixed"))
    if sketch.centering == "latent":
        entries.insert(0, ("ellipse", f"latent {nouns.group} mean"))
    x, y, parts = 0.0, LINE_HEIGHT / 2, []
    for kind, words in entries:
        sample = {"": 0.0, "dot": 10.0, "ring": 10.0}.get(kind, SAMPLE)
        wide = sample + (6 if sample else 0) + text_width(words, 11)
        if x and x + wide > width:
            x, y = 0.0, y + LINE_HEIGHT
        parts.append(_sample(kind, x, y))
        start = x + sample + (6 if sample else 0)
        parts.append(element("text", text(words), x=start, y=y + 4, class_="s11 m3"))
        x += wide + ENTRY_GAP
    about = "Legend: " + ", ".join(words for _, words in entries)
    group = element("g", parts, class_="n legend")
    return root([group], width, y + LINE_HEIGHT / 2, about, interactive=True).replace(
        'role="group"', 'role="img"', 1
    )


def _sample(kind: str, x: float, y: float) -> str:
    if kind == "ellipse":
        return element("ellipse", cx=x + SAMPLE / 2, cy=float(y), rx=12, ry=6.5, class_="latent")
    if kind in _DASHES:
        dashes = _DASHES[kind]
        return segment(Line((x, y), (x + SAMPLE, y)), "sample", stroke_dasharray=dashes)
    if kind == "dot":
        return element("circle", cx=x + 5, cy=float(y), r=4.5, class_="dot bare")
    return element("circle", cx=x + 5, cy=float(y), r=3.8, class_="ring bare") if kind else ""
