"""The diagram as DOT, the language of Graphviz, with every node pinned where the SVG has it."""

from __future__ import annotations

from medwidget.views.diagram.labels import Label, label_width, lay_out, second_line
from medwidget.views.diagram.positions import Drawing, PlacedEdge, PlacedNode, PlacedPanel
from medwidget.views.theme import LIGHT

__all__ = ["quoted", "write_dot"]

_INCH = 96.0  # CSS pixels
_POINT = 72.0 / _INCH
# By side: panel, line, text.
_COLORS = {
    "within": ("wp", "w", "wt"),
    "between": ("bp", "b", "bt"),
    "conflated": ("bg2", "n", "ink"),
}


def quoted(value: str) -> str:
    r"""Return a string of DOT that is shown as ``value``, whatever is in it.

    Examples
    --------
    >>> print(quoted('a "b" \\N &lt;'))
    "a \"b\" \\N &amp;lt;"
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{escaped}"'


def write_dot(drawing: Drawing) -> str:
    """Return a diagram as DOT, for ``neato`` (positions are in points and pinned)."""
    font = quoted("Helvetica,Arial,sans-serif")
    lines = [
        "digraph mediation {",
        f'  graph [layout=neato, inputscale=72, splines=line, outputorder=nodesfirst, pad="0.1", '
        f"bgcolor={quoted(LIGHT['bg'])}];",
        f"  node [fontname={font}, fontsize=10, fixedsize=true, style=filled, "
        f"fillcolor={quoted(LIGHT['bg'])}, penwidth=1.2];",
        f"  edge [fontname={font}, fontsize=10, arrowsize=0.7];",
    ]
    for placed in drawing.panels:
        lines.append(_panel(placed, drawing))
        lines.append(_title(placed, drawing))
    for placed in drawing.panels:
        lines += [_node(item, drawing) for item in placed.nodes]
    lines.append(_pill(drawing))
    for placed in drawing.panels:
        lines += [_edge(item) for item in placed.edges]
        labels, _ = lay_out(placed, drawing.sizes, several=drawing.graph.several)
        lines += [_words(item, labels[item.edge.key], drawing) for item in placed.edges]
    return "\n".join([*filter(None, lines), "}"]) + "\n"


def _attributes(**values: str) -> str:
    return ", ".join(f"{name}={quoted(value)}" for name, value in values.items())


def _place(x: float, y: float, drawing: Drawing) -> str:
    """Return a position in points, y upwards, pinned."""
    return f"{x * _POINT:.1f},{(drawing.height - y) * _POINT:.1f}!"


def _size(width: float, height: float) -> dict[str, str]:
    return {"width": f"{width / _INCH:.3f}", "height": f"{height / _INCH:.3f}"}


def _panel(placed: PlacedPanel, drawing: Drawing) -> str:
    box, color = placed.box, LIGHT[_COLORS[placed.panel.side][0]]
    look = _attributes(
        shape="box",
        label="",
        color=color,
        fillcolor=color,
        pos=_place(box.x, box.y, drawing),
        **_size(box.width, box.height),
    )
    return f"  {quoted('panel ' + placed.panel.side)} [{look}];"


def _title(placed: PlacedPanel, drawing: Drawing) -> str:
    panel, box = placed.panel, placed.box
    words = panel.title
    if panel.outcome is not None:
        words += f": {panel.outcome.caption} {panel.outcome.value} {panel.outcome.interval}"
    look = _attributes(
        shape="plaintext",
        label=words + "\x00",
        fillcolor="transparent",
        fontcolor=LIGHT[_COLORS[panel.side][2]],
        pos=_place(box.x, box.top + 10, drawing),
        **_size(box.width - 24, 18),
    ).replace("\x00", "\\l")  # set from the left
    return f"  {quoted('title ' + panel.side)} [{look}];"


def _node(item: PlacedNode, drawing: Drawing) -> str:
    box = item.box
    label = quoted(item.title)
    if item.caption:
        label = f"{label[:-1]}\\n{quoted(item.caption)[1:]}"
    look = _attributes(
        shape="ellipse" if item.node.rounded else "box",
        color=LIGHT[_COLORS[item.node.side][1]],
        style="filled,rounded" if not item.node.rounded else "filled",
        pos=_place(box.x, box.y, drawing),
        **_size(box.width, box.height),
    )
    return f"  {quoted(item.node.key)} [label={label}, {look}];"


def _pill(drawing: Drawing) -> str:
    pill = drawing.graph.pill
    words = pill.words or "Group"
    look = _attributes(
        shape="box",
        style="filled,rounded",
        label=words,
        color=LIGHT["line2"],
        pos=_place(drawing.width / 2, drawing.pill_y, drawing),
        **_size(min(drawing.width - 80, 40 + 7 * len(words)), 26),
    )
    return f"  {quoted('group')} [{look}];"


def _edge(item: PlacedEdge) -> str:
    edge = item.edge
    width, style = 1.0, "solid"
    if edge.estimate is not None:
        width = edge.estimate.stroke * _POINT
        style = "dashed" if edge.estimate.includes_zero else "solid"
    style = "dotted" if edge.fixed else style
    look = _attributes(
        color=LIGHT[_COLORS[edge.side][1]], penwidth=f"{width:.2f}", style=style, tooltip=edge.about
    )
    return f"  {quoted(edge.source)} -> {quoted(edge.target)} [{look}];"


def _words(item: PlacedEdge, label: Label, drawing: Drawing) -> str:
    """Return the words of a path as a node of their own: Graphviz would put them on the line."""
    edge, estimate = item.edge, item.edge.estimate
    if estimate is None:
        return ""
    width = label_width(item, inline=label.inline)
    first = "  ".join(filter(None, (f"{edge.symbol} {estimate.value}", edge.held)))
    lines = [first, second_line(edge)]
    lines += [f"SD {edge.spread.value}"] if edge.spread is not None else []
    lines = ["  ".join(filter(None, lines))] if label.inline else list(filter(None, lines))
    center = label.x + {"start": width / 2, "middle": 0.0, "end": -width / 2}[label.anchor]
    middle = label.y - (9 if label.inline else 5) + 7.0 * (len(lines) - 1)
    ground, _, tone = _COLORS[edge.side]
    look = _attributes(
        shape="plaintext",
        fixedsize="false",
        margin="0",
        fillcolor="transparent" if label.ground is None else LIGHT[ground],
        fontcolor=LIGHT[tone],
        pos=_place(center, middle, drawing),
        **_size(width, 14.0 * len(lines)),
    )
    shown = "\\n".join(quoted(line)[1:-1] for line in lines)
    return f'  {quoted("words " + edge.key)} [label="{shown}", {look}];'
