"""A placed diagram as SVG: panels, nodes, chips, the pill of the group; paths are in `strokes`.

The order of the elements is the order of reading, and of the keyboard: the group, then in each
panel X, each mediator with its paths, the direct path, Y, covariates.
"""

from __future__ import annotations

from medwidget.views.diagram.geometry import Box, Line
from medwidget.views.diagram.labels import lay_out
from medwidget.views.diagram.markup import element, frame, segment, text
from medwidget.views.diagram.metrics import fitted, text_width
from medwidget.views.diagram.parts import Add, Chip, GroupPill
from medwidget.views.diagram.positions import MARGIN, Drawing, PlacedEdge, PlacedNode, PlacedPanel
from medwidget.views.diagram.strokes import write_arc, write_edge, write_moderator
from medwidget.views.diagram.style import stylesheet
from medwidget.views.diagram.wording import WIDE_GAP
from medwidget.views.text.names import visible

__all__ = ["root", "write_svg"]

SIDES = {"within": "w", "between": "b", "conflated": "n"}
ICONS = {
    "error": "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
    "warning": "M8 2.2l6.2 11.2H1.8zM8 6.4v3.4M8 11.7v.01",
    "note": "M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 7.4v3.6M8 5v.01",
}
KEY = "M6.8 8H12.5M10.5 8v2.6"
CHIP_HEIGHT, CHIP_NAME, ADD_HEIGHT = 18.0, 110.0, 20.0


def write_svg(drawing: Drawing, *, interactive: bool = True, plain: bool = False) -> str:
    """Return a diagram as one SVG element; with its own style sheet if it is not interactive.

    Parameters
    ----------
    drawing : Drawing
    interactive : bool
    plain : bool
        Light colours without variables, for programs that know no style sheets but simple ones.
    """
    return _Writer(drawing, interactive, plain).write()


def root(
    parts: list[str],
    width: float,
    height: float,
    about: str,
    *,
    interactive: bool,
    plain: bool = False,
    dimmed: bool = False,
) -> str:
    """Return an SVG element around parts; one that stands alone brings its style sheet.

    That of the interactive ones is in the page's own (`js/src/styles/picture.css`).
    """
    ground = []
    if not interactive:
        style = element("style", stylesheet(interactive=False, plain=plain))
        ground = [style, element("rect", class_="paper", width="100%", height="100%")]
    return element(
        "svg",
        [*ground, *parts],
        xmlns="http://www.w3.org/2000/svg",
        class_="mw-diagram dimmed" if dimmed else "mw-diagram",
        viewBox=f"0 0 {width:g} {height:g}",
        width=f"{width:g}",
        height=f"{height:g}",
        role="group" if interactive else "img",
        aria_label=about,
    )


class _Writer:
    def __init__(self, drawing: Drawing, interactive: bool, plain: bool) -> None:
        self.drawing, self.interactive, self.plain = drawing, interactive, plain
        self.narrow = drawing.sizes.narrow

    def write(self) -> str:
        drawing = self.drawing
        parts = [self._group(drawing.graph.pill), *map(self._panel, drawing.panels)]
        about = drawing.graph.about
        if not self.interactive:  # a picture says what it shows in one piece
            told = [item.edge.about for placed in drawing.panels for item in placed.edges]
            about = ". ".join([about, *told])
        return root(
            parts,
            drawing.width,
            drawing.height,
            about,
            interactive=self.interactive,
            plain=self.plain,
            dimmed=drawing.graph.dimmed,
        )

    def _live(self, role: str, about: str) -> dict[str, object]:
        return {"role": role, "tabindex": -1, "aria_label": about} if self.interactive else {}

    def _area(self, box: Box, radius: float) -> list[str]:
        """Return what makes a small thing easy to hit, and its ring of focus."""
        if not self.interactive:
            return []
        area = Box(box.x, box.y, max(box.width, 24), max(box.height, 24))
        return [frame(area, class_="area"), frame(box, 3, radius, class_="focus")]

    # -- panels -------------------------------------------------------------------------------

    def _panel(self, placed: PlacedPanel) -> str:
        panel = placed.panel
        body = self._body(placed)
        parts = [
            frame(placed.box, 0, 7, class_="panel"),
            self._title(placed),
            *body,
            self._outcome(placed),
            *self._foot(placed),
        ]
        return element(
            "g", parts, class_=f"level {SIDES[panel.side]}", data_key=f"panel-{panel.side}"
        )

    def _title(self, placed: PlacedPanel) -> str:
        panel = placed.panel
        words = [element("tspan", text(panel.title), class_="cap strong")]
        if not self.narrow:
            words += [WIDE_GAP, element("tspan", text(panel.subtitle), class_="s11 m3")]
        return element("text", words, x=MARGIN, y=placed.box.top + 22.5)

    def _body(self, placed: PlacedPanel) -> list[str]:
        """Return nodes and paths in reading order, arcs and moderators with their paths."""
        several = self.drawing.graph.several
        labels, pills = lay_out(placed, self.drawing.sizes, several=several)
        roomy = not self.narrow and not several
        paths: dict[str, list[str]] = {}
        for item in placed.edges:
            path, slope = write_edge(
                item, labels[item.edge.key], interactive=self.interactive, roomy=roomy
            )
            own = [pill for pill in pills if pill.chip in item.edge.moderators]
            told = [
                write_moderator(pill, item.edge.key, interactive=self.interactive) for pill in own
            ]
            paths.setdefault(self._belongs(item), []).extend((path, slope, *told))
        nodes = {(item.node.role, item.node.index): self._node(item) for item in placed.nodes}
        parts = [self._absent(placed), *self._arcs(placed)]
        for (role, index), node in nodes.items():
            before, after = (
                paths.get(f"{when}-{role}-{index}", []) for when in ("before", "after")
            )
            parts += [*before, node, *after]
        return parts

    @staticmethod
    def _belongs(item: PlacedEdge) -> str:
        """Return beside which node a path is read: rises before M, falls after it."""
        _, role, index = item.edge.target.split("-")
        if item.kind == "fall":
            _, role, index = item.edge.source.split("-")
            return f"after-{role}-{index}"
        return f"before-{role}-{index}"

    def _arcs(self, placed: PlacedPanel) -> list[str]:
        graph = self.drawing.graph
        if graph.serial:
            return []  # they would cross each other
        dots = {item.edge.key: item.dot for item in placed.edges}
        deep = 18.5 if graph.several else 19.5
        return [
            write_arc(arc, dots[arc.first], dots[arc.second], deep=deep)
            for arc in placed.panel.arcs
        ]

    def _absent(self, placed: PlacedPanel) -> str:
        found = []
        for (x, y), title, caption in placed.absent:
            shown = fitted(title, self.drawing.sizes.node, 12)
            found.append(element("text", text(shown), x=x, y=y - 2.5, class_="s12 m3 middle"))
            found.append(element("text", text(caption), x=x, y=y + 12.5, class_="s11 m3 middle"))
        return "".join(found)

    def _outcome(self, placed: PlacedPanel) -> str:
        words = placed.panel.outcome
        if words is None:
            return ""
        side, x, top = placed.panel.side, self.drawing.width - MARGIN, placed.box.top
        value = {"class_": "s22 sb strong end mw-number mw-value", "data_key": f"effect-{side}"}
        interval = {"class_": "s11 m end mw-number", "data_key": f"effect-interval-{side}"}
        if self.narrow:
            caption = element("tspan", text(words.short), class_="s11 m3")
            told = WIDE_GAP + element("tspan", text(words.value), class_="s15 sb strong mw-value")
            parts = [
                element(
                    "text",
                    [caption, told],
                    x=x,
                    y=top + 22.5,
                    class_="end mw-number",
                    data_key=f"effect-{side}",
                ),
                element("text", text(words.interval), x=x, y=top + 37.5, **interval),
            ]
        else:
            parts = [
                element("text", text(words.caption), x=x, y=top + 22.5, class_="s11 m3 end"),
                element("text", text(words.value), x=x, y=top + 45.5, **value),
                element("text", text(words.interval), x=x, y=top + 61.5, **interval),
            ]
        return element("g", parts, class_="effect", data_effect=words.name)

    # -- nodes --------------------------------------------------------------------------------

    def _node(self, item: PlacedNode) -> str:
        node, box = item.node, item.box
        state = ""
        if node.column is None:
            state = " mean" if node.side == "between" else " empty"
        elif node.mark is not None:
            state = f" {node.mark.severity}"
        parts = []
        if node.column is not None and item.title != node.column:
            parts.append(element("title", text(visible(node.column))))
        if self.interactive:
            parts.append(frame(box, 3.5, 5, class_="focus"))
        parts.append(frame(box, 0, 5, class_="shape"))
        parts += self._node_words(item)
        return element(
            "g",
            parts,
            class_=f"node{state}",
            data_key=node.key,
            data_node=node.role,
            data_index=node.index,
            data_side=node.side,
            data_column=node.column,
            data_empty="true" if node.column is None else None,
            **self._live("button", node.about),
        )

    def _node_words(self, item: PlacedNode) -> list[str]:
        node, x, y = item.node, float(item.box.x), float(item.box.y)
        size = "s12" if self.narrow else "s13"
        if node.column is None and node.side == "between":
            return [element("text", text(item.title), x=x, y=y + 4, class_="s12 m3 middle")]
        if not item.caption:
            return [element("text", text(item.title), x=x, y=y + 4.5, class_=f"{size} sb middle")]
        place, icon = "middle", []
        if node.mark is not None:
            place, x = "start", item.box.left + 34
            path = element("path", d=ICONS[node.mark.severity], class_="icon")
            icon = [element("g", path, transform=f"translate({item.box.left + 10:g} {y - 8:g})")]
        caption = "m" if node.mark is not None else "m3"
        return [
            *icon,
            element("text", text(item.title), x=x, y=y - 1.5, class_=f"{size} sb {place}"),
            element("text", text(item.caption), x=x, y=y + 13, class_=f"s11 {caption} {place}"),
        ]

    # -- the foot of a panel ------------------------------------------------------------------

    def _foot(self, placed: PlacedPanel) -> list[str]:
        panel, y = placed.panel, placed.chip_row
        right = self.drawing.width - MARGIN
        adds: list[str] = []
        for add in reversed(panel.adds):
            if not add.dashed:
                width = text_width(add.label, 11) + 20
                adds.insert(0, self._add(add, Box(right - width / 2, y, width, ADD_HEIGHT)))
                right -= width + 6
        x, chips = self._chips(panel.chips, y, right - 10)
        words = panel.chip_words
        if panel.chips and x + 4 + text_width(words, 11) < right - 6:
            chips.append(element("text", text(words), x=x + 4, y=y + 3.8, class_="s11 m3"))
        for add in panel.adds:
            if add.dashed:
                width = text_width(add.label, 11) + 36
                adds.append(self._add(add, Box(x + width / 2, y, width, CHIP_HEIGHT)))
        return [*chips, *adds]

    def _chips(self, chips: tuple[Chip, ...], y: float, limit: float) -> tuple[float, list[str]]:
        x, parts = MARGIN, []
        for place, chip in enumerate(chips):
            title = fitted(chip.title, CHIP_NAME, 11)
            width = max(text_width(title, 11) + 18, 30.0)
            rest = chips[place:]
            if x + width > limit - (44 if len(rest) > 1 else 0):
                more = element("text", f"+{len(rest)} more", x=x + 2, y=y + 3.8, class_="s11 m3")
                names = ", ".join(visible(each.column) for each in rest)
                parts.append(element("g", [element("title", text(names)), more]))
                return x + 50, parts
            box = Box(x + width / 2, y, width, CHIP_HEIGHT)
            parts.append(self._chip(chip, box, title))
            x += width + 6
        return x, parts

    def _chip(self, chip: Chip, box: Box, title: str) -> str:
        label = element("text", text(title), x=float(box.x), y=box.y + 3.8, class_="s11 m middle")
        full = [] if title == chip.column else [element("title", text(visible(chip.column)))]
        return element(
            "g",
            [*full, *self._area(box, 4), frame(box, 0, 4, class_="tag"), label],
            class_="chip",
            data_key=f"covariate-{chip.index}",
            data_chip=chip.kind,
            data_column=chip.column,
            data_index=chip.index,
            **self._live("button", chip.about),
        )

    def _add(self, add: Add, box: Box) -> str:
        look, tone = ("hollow", "m3") if add.dashed else ("tag", "m")
        label = element(
            "text", text(add.label), x=float(box.x), y=box.y + 3.8, class_=f"s11 {tone} middle"
        )
        return element(
            "g",
            [*self._area(box, 5), frame(box, 0, 5, class_=look), label],
            class_="add",
            data_key=f"add-{add.what}",
            data_add=add.what,
            **self._live("button", add.about),
        )

    # -- the group ----------------------------------------------------------------------------

    def _group(self, pill: GroupPill) -> str:
        drawing, y = self.drawing, self.drawing.pill_y
        empty = pill.column is None
        room = drawing.width - 80
        words = fitted(pill.words, room, 12, heavy=True)
        name = text_width("Group", 13, heavy=True) + 8 if empty else 0.0
        width = text_width(words, 12, heavy=not empty) + name + (52 if empty else 44)
        box = Box(drawing.width / 2, y, width, 29 if empty else 26)
        x = box.left + (34 if empty else 30)
        if empty:
            bold = element("tspan", "Group", class_="sb")
            told = WIDE_GAP + element("tspan", text(words), class_="s12 m3")
            label = element("text", [bold, told], x=x, y=y + 4.3)
        else:
            label = element("text", text(words), x=x, y=y + 4.2, class_="s12 md")
        icon = element(
            "g",
            [element("circle", cx=4, cy=8, r=2.8), element("path", d=KEY)],
            transform=f"translate({box.left + (14 if empty else 11):g} {y - 7.5:g}) scale(.94)",
            class_="key",
        )
        full = [element("title", text(visible(pill.column)))] if pill.column else []
        rules = [Line((0.0, y), (box.left, y)), Line((box.right, y), (drawing.width, y))]
        shape = frame(box, 0, box.height / 2, class_="wanted" if empty else "tag")
        ring = [frame(box, 3, box.height / 2, class_="focus")] if self.interactive else []
        node = element(
            "g",
            [*full, *ring, shape, icon, label],
            class_="node group",
            data_key="group",
            data_node="group",
            data_index=0,
            data_column=pill.column,
            data_empty="true" if empty else None,
            **self._live("button", pill.about),
        )
        drawn = [segment(rule, "rule") for rule in rules] if drawing.ruled else []
        return "".join([*drawn, node])
