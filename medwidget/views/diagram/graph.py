"""From a sketch to a graph: panels with nodes, paths, chips and words, not yet placed."""

from __future__ import annotations

from medwidget.effects.context import at_name
from medwidget.spec.model import path_names
from medwidget.views.diagram.numbers import Estimates, held_words
from medwidget.views.diagram.parts import (
    SUBSCRIPTS,
    Add,
    Arc,
    Chip,
    Edge,
    Graph,
    GroupPill,
    Node,
    Panel,
)
from medwidget.views.diagram.sketch import Mark, Sketch
from medwidget.views.text.names import Names

__all__ = ["build_graph", "path_sides"]

_ROLES = {"exposure": ("Exposure", "X"), "mediator": ("Mediator", "M"), "outcome": ("Outcome", "Y")}
_SUBSCRIPTS = str.maketrans("0123456789", SUBSCRIPTS)


def path_sides(
    centering: str,
    *,
    source_grouped: bool = False,
    target_grouped: bool = False,
    split: str = "latent",
) -> tuple[str, ...]:
    """Return at which levels a path has a slope: "within", "between", or "conflated".

    Parameters
    ----------
    centering : str
    source_grouped, target_grouped : bool
        Whether the ends have one value in each group.
    split : {"latent", "observed", "within"}
        Of the source; "within" has no part between groups.
    """
    if centering in {"none", "grand-mean"}:
        return ("conflated",)
    if source_grouped or target_grouped:
        return ("between",)
    only = centering == "within" or (centering == "latent" and split == "within")
    return ("within",) if only else ("within", "between")


def build_graph(sketch: Sketch, *, interactive: bool = True) -> Graph:
    """Return the graph of a sketch.

    Parameters
    ----------
    sketch : Sketch
    interactive : bool
        With places to drop columns on, and buttons.
    """
    return _Builder(sketch, interactive).build()


class _Builder:
    def __init__(self, sketch: Sketch, interactive: bool) -> None:
        self.sketch = sketch
        self.interactive = interactive
        named = (sketch.exposure, *sketch.mediators, sketch.outcome, sketch.group)
        moderators = [column for each in sketch.moderators.values() for column in each]
        self.names = Names(
            column for column in (*named, *sketch.covariates, *moderators) if column is not None
        )
        self.estimates = Estimates(sketch)
        self.several = len(sketch.mediators) > 1

    def build(self) -> Graph:
        sides = ("between", "within") if self.sketch.separates_levels else ("conflated",)
        panels = tuple(self._panel(side) for side in sides)
        shown = [name or "empty" for name in map(self._shown, self._columns())]
        return Graph(
            panels,
            self._pill(),
            f"Path diagram: {shown[0]} to {shown[-1]} by way of {', '.join(shown[1:-1])}",
            several=self.several,
            serial=self.several and self.sketch.mediation == "serial",
            dimmed=self.sketch.dimmed,
        )

    def _columns(self) -> list[str | None]:
        return [self.sketch.exposure, *(self.sketch.mediators or (None,)), self.sketch.outcome]

    def _shown(self, column: str | None) -> str:
        return "" if column is None else self.names(column)

    # -- panels -------------------------------------------------------------------------------

    def _panel(self, side: str) -> Panel:
        nodes = self._nodes(side)
        edges = self._edges(side, nodes)
        title, subtitle = self._titles(side)
        last = side != "between"
        return Panel(
            side=side,
            title=title,
            subtitle=subtitle,
            nodes=nodes,
            edges=edges,
            arcs=self._arcs(edges),
            outcome=self.estimates.indirect(side) if edges else None,
            chips=self._chips(side),
            chip_words=self._chip_words(),
            adds=self._adds() if last and self.interactive else (),
            absent=self._absent(side),
        )

    def _titles(self, side: str) -> tuple[str, str]:
        nouns = self.sketch.nouns
        if side == "within":
            return "WITHIN", f"how {nouns.rows} differ within the same {nouns.group}"
        if side == "conflated":
            return "LEVELS NOT SEPARATED", f"within and between {nouns.groups} blended"
        if self.sketch.centering == "within":
            return "BETWEEN", f"not modelled: deviations from {nouns.group} means only"
        return "BETWEEN", f"how {nouns.groups} differ from one another"

    def _nodes(self, side: str) -> tuple[Node, ...]:
        found = [self._node("exposure", 0, self.sketch.exposure, side)]
        for index, column in enumerate(self.sketch.mediators or (None,)):
            found.append(self._node("mediator", index, column, side))
        found.append(self._node("outcome", 0, self.sketch.outcome, side))
        return tuple(node for node in found if node is not None)

    def _node(self, role: str, index: int, column: str | None, side: str) -> Node | None:
        mark = self.sketch.marks.get(column) if column is not None else None
        grouped = self.sketch.grouped(column)
        if side == "within" and grouped and mark is None:
            return None
        if side == "between":
            mark = None  # drawn once, within groups
        title, letter = _ROLES[role]
        letter += str(index + 1) if role == "mediator" and self.several else ""
        split = self.sketch.split(column)
        if side == "between" and self._only_within(column):
            return None
        rounded = side == "between" and split == "latent" and not grouped
        if column is None:
            return self._empty_node(role, side, title, letter, rounded=rounded)
        role_words = f"{title.lower()} {letter}"
        captions, about = self._captions(role_words, side, grouped=grouped, split=split)
        if mark is not None:
            mark = Mark(*mark)
            captions, about = (mark.caption, mark.caption), f"{about}, {mark.caption}"
        about = f"{self._shown(column)}, {about}"
        shown = self._shown(column)
        return Node(role, index, side, column, shown, captions, about, rounded=rounded, mark=mark)

    def _only_within(self, column: str | None) -> bool:
        """Tell whether a column has no part between groups, though others have."""
        only = self.sketch.centering == "latent" and self.sketch.split(column) == "within"
        return only and not self.sketch.grouped(column)

    def _captions(
        self, role: str, side: str, *, grouped: bool, split: str
    ) -> tuple[tuple[str, str], str]:
        """Return what stands below a column's name, in full and short, and is read aloud."""
        if side != "between":
            return (role, role), role if side == "conflated" else f"{role}, within"
        noun = self.sketch.nouns.group
        if grouped:
            return (f"{role}, one per {noun}", role), f"{role}, one value per {noun}, between"
        observed = "" if split == "latent" else "observed "
        full, short = f"{observed}{noun} mean", f"{observed}mean"
        return (full, short), f"{full}, {role}, between"

    def _empty_node(self, role: str, side: str, title: str, letter: str, *, rounded: bool) -> Node:
        about = f"{title} {letter}, {side}: empty, drop a column"
        if side == "between":
            return Node(role, 0, side, None, f"mean of {letter}", ("", ""), about, rounded=rounded)
        hint = "drop a column" if self.interactive else ""
        return Node(role, 0, side, None, f"{title} {letter}", (hint, hint), about)

    def _absent(self, side: str) -> tuple[tuple[str, int, str, str], ...]:
        """Return roles without a node in this panel, with words on why."""
        roles = [("exposure", 0, self.sketch.exposure), ("outcome", 0, self.sketch.outcome)]
        roles += [("mediator", i, name) for i, name in enumerate(self.sketch.mediators)]
        nouns = self.sketch.nouns
        if side == "within":
            words = f"one value per {nouns.group}"
            lacking = [item for item in roles if self.sketch.grouped(item[2])]
            lacking = [item for item in lacking if item[2] not in self.sketch.marks]
        else:
            words = f"no part between {nouns.groups}"
            lacking = [item for item in roles if side == "between" and self._only_within(item[2])]
        return tuple((role, index, self._shown(name), words) for role, index, name in lacking)

    # -- paths --------------------------------------------------------------------------------

    def _edges(self, side: str, nodes: tuple[Node, ...]) -> tuple[Edge, ...]:
        by_key = {node.key: node for node in nodes}
        mediators = self.sketch.mediators or ("",)
        keys = {name: f"{side}-mediator-{i}" for i, name in enumerate(mediators)}
        found = []
        for path, (source, target) in path_names(mediators, self.sketch.mediation).items():
            start = by_key.get(f"{side}-exposure-0" if source is None else keys[source])
            end = by_key.get(f"{side}-outcome-0" if target is None else keys[target])
            if start is not None and end is not None and self._has(side, start, end):
                found.append(self._edge(path, side, start, end))
        return tuple(found)

    def _has(self, side: str, start: Node, end: Node) -> bool:
        if start.mark is not None or end.mark is not None:
            return True
        return side in self._sides(start, end)

    def _sides(self, start: Node, end: Node) -> tuple[str, ...]:
        return path_sides(
            self.sketch.centering,
            source_grouped=self.sketch.grouped(start.column),
            target_grouped=self.sketch.grouped(end.column),
            split=self.sketch.split(start.column),
        )

    def _edge(self, path: str, side: str, start: Node, end: Node) -> Edge:
        letter, bracket, rest = path.partition("[")
        name = at_name(letter, side, rest[:-1] if bracket else None)
        symbol = self._symbol(letter, start, end)
        made = start.column is not None and end.column is not None
        refused = any(node.mark is not None and node.mark[0] == "error" for node in (start, end))
        switchable = made and not refused and self._switchable(side, start)
        estimate = None if refused else self.estimates.path(name)
        varies = switchable and path in self.sketch.random_slopes
        moderators = self._moderators(path, side, start, end, name)
        spread = self.estimates.spread(path) if varies else None
        singular = self.sketch.singular.get(path, "") if varies else ""
        edge = Edge(
            path,
            name,
            symbol,
            side,
            start.key,
            end.key,
            estimate=estimate,
            refused=refused,
            slope=None if not switchable else varies,
            spread=spread,
            singular=singular,
            moderators=moderators,
            held=held_words(name, self.sketch.constraints),
            noted=path in self.sketch.noted,
            fixed=isinstance(self.sketch.constraints.get(name), int | float),
        )
        ends = f"{start.title} to {end.title}"
        return edge.described(ends, self.sketch.nouns, level=self.estimates.level)

    def _symbol(self, letter: str, start: Node, end: Node) -> str:
        if letter == "direct":
            return "c′"
        if not self.several:
            return letter
        places = [node.index + 1 for node in (start, end) if node.role == "mediator"]
        return letter + "".join(str(place).translate(_SUBSCRIPTS) for place in places)

    def _switchable(self, side: str, start: Node) -> bool:
        """Tell whether a slope can vary across groups: its source must differ within them."""
        return side != "between" and not self.sketch.grouped(start.column)

    def _moderators(
        self, path: str, side: str, start: Node, end: Node, name: str
    ) -> tuple[Chip, ...]:
        columns = self.sketch.moderators.get(path, ())
        sides = self._sides(start, end)
        if not columns or side != sides[0]:  # the within slope where there is one
            return ()
        chips = []
        for index, column in enumerate(columns):
            about = f"Moderator {self._shown(column)} of path {path}"
            about += self.estimates.interaction(name, column)
            value = self.estimates.held_at(name, column)
            if value:
                about += f"; the path is shown at {self._shown(column)} = {value}"
            chips.append(Chip("moderator", index, column, self._shown(column), about, path, value))
        return tuple(chips)

    def _arcs(self, edges: tuple[Edge, ...]) -> tuple[Arc, ...]:
        by_path = {edge.path: edge for edge in edges if edge.slope}
        found = []
        for path, edge in by_path.items():
            letter, bracket, rest = path.partition("[")
            partner = by_path.get(f"b{bracket}{rest}") if letter == "a" else None
            if partner is not None:
                words = self.estimates.covariance(path, partner.path)
                if words is not None:
                    found.append(Arc(edge.key, partner.key, edge.symbol, partner.symbol, words))
        return tuple(found)

    # -- chips and the group ------------------------------------------------------------------

    def _chips(self, side: str) -> tuple[Chip, ...]:
        found = []
        for index, column in enumerate(self.sketch.covariates):
            if side == "conflated" or self.sketch.grouped(column) == (side == "between"):
                shown = self._shown(column)
                found.append(Chip("covariate", index, column, shown, f"Covariate {shown}", None))
        return tuple(found)

    def _chip_words(self) -> str:
        if not self.sketch.covariates_everywhere:
            return "covariates"
        return "covariates of all M and Y" if self.several else "covariates of M and Y"

    def _adds(self) -> tuple[Add, ...]:
        sketch = self.sketch
        if not sketch.mediators or sketch.exposure is None or sketch.outcome is None:
            return (Add("covariate", "+ covariates (optional)", "Add a covariate", dashed=True),)
        return (
            Add("mediator", "+ mediator", "Add a mediator"),
            Add("covariate", "+ covariate", "Add a covariate"),
        )

    def _pill(self) -> GroupPill:
        sketch = self.sketch
        if sketch.group is not None:
            shown = self._shown(sketch.group)
            words = sketch.group_words or shown
            return GroupPill(sketch.group, words, f"Group {words}", shown)
        words = sketch.guess_words if self.interactive else ""
        words = words or ("drop the column that names the groups" if self.interactive else "")
        return GroupPill(None, words, f"Group: empty, {words}" if words else "Group: empty", "")
