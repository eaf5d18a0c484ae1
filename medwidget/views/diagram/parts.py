"""The parts of a diagram before they have a place."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medwidget.views.diagram.numbers import Estimate, Spread, Words
from medwidget.views.diagram.sketch import Mark
from medwidget.views.text.nouns import Nouns

__all__ = ["SUBSCRIPTS", "Add", "Arc", "Chip", "Edge", "Graph", "GroupPill", "Node", "Panel"]

# Which of several mediators a path belongs to: ``a₁``, ``d₁₂``.
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
# Stands beside the estimate of a path on which there is a note.
NOTED = "note"


@dataclass(frozen=True)
class Node:
    """A column at one level, or an empty place.

    ``captions`` are in full and short; ``rounded`` is an ellipse, a latent mean.
    """

    role: str
    index: int
    side: str
    column: str | None
    title: str
    captions: tuple[str, str]
    about: str
    rounded: bool = False
    mark: Mark | None = None

    @property
    def key(self) -> str:
        """Unique in the diagram, and the same whichever column it holds."""
        return f"{self.side}-{self.role}-{self.index}"


@dataclass(frozen=True)
class Chip:
    """A covariate, or a moderator of ``path``, whose estimate holds where it is ``held_at``."""

    kind: str
    index: int
    column: str
    title: str
    about: str
    path: str | None
    held_at: str = ""


@dataclass(frozen=True)
class Add:
    """A button that adds a mediator or a covariate."""

    what: str
    label: str
    about: str
    dashed: bool = False


@dataclass(frozen=True)
class Edge:
    """A path at one level.

    ``slope`` is whether it varies across groups, None where it cannot; ``refused``, that an end
    of it cannot be used; ``held``, words on a path that is not free; ``fixed``, that it is held
    at a number; ``noted``, that there is a note on it.
    """

    path: str
    name: str
    symbol: str
    side: str
    source: str
    target: str
    estimate: Estimate | None = None
    refused: bool = False
    slope: bool | None = None
    spread: Spread | None = None
    singular: str = ""
    moderators: tuple[Chip, ...] = ()
    held: str = ""
    fixed: bool = False
    noted: bool = False
    about: str = ""
    slope_about: str = ""

    @property
    def beside(self) -> str:
        """What stands beside the estimate."""
        return ", ".join(filter(None, (self.held, NOTED if self.noted else "")))

    @property
    def key(self) -> str:
        """Unique in the diagram, and the same whichever columns it joins."""
        return f"{self.source}-to-{self.target.partition('-')[2]}"

    def described(self, ends: str, nouns: Nouns, *, level: str) -> Edge:
        """Return the edge with what it says when read aloud."""
        _, bracket, rest = self.path.partition("[")
        letter = "c′" if self.path == "direct" else self.path.partition("[")[0]
        where = "" if self.side == "conflated" else f" {self.side}"
        told = [f"Path {letter}{bracket}{rest}{where}", ends]
        if self.estimate is None:
            told.append("no estimate")
        else:
            told.append(self.estimate.value)
            if self.estimate.lower:
                told.append(f"{level} interval {self.estimate.lower} to {self.estimate.upper}")
        if self.fixed:
            told.append("fixed")
        elif self.held:
            told.append(f"held equal to {self.held.removeprefix('= ')}")
        varies = f"varies across {nouns.groups}"
        if self.slope is not None:
            told.append(varies if self.slope else f"same for every {nouns.group}")
        if self.singular:
            told.append(self.singular)
        elif self.spread is not None:
            told.append(f"SD {self.spread.value}")
        for chip in self.moderators:
            shown = f", shown at {chip.title} = {chip.held_at}" if chip.held_at else ""
            told.append(f"changes with {chip.title}{shown}")
        if self.noted:
            told.append("has a note")
        return replace(
            self, about=", ".join(told), slope_about=f"Path {letter}{bracket}{rest} {varies}"
        )


@dataclass(frozen=True)
class Arc:
    """The covariance of two slopes."""

    first: str
    second: str
    first_symbol: str
    second_symbol: str
    value: str


@dataclass(frozen=True)
class Panel:
    """One level; ``absent`` holds (role, index, name, why) of columns without a node here."""

    side: str
    title: str
    subtitle: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    arcs: tuple[Arc, ...]
    outcome: Words | None
    chips: tuple[Chip, ...]
    chip_words: str
    adds: tuple[Add, ...]
    absent: tuple[tuple[str, int, str, str], ...]


@dataclass(frozen=True)
class GroupPill:
    """The grouping column; without one, a place for it."""

    column: str | None
    words: str
    about: str
    title: str


@dataclass(frozen=True)
class Graph:
    """All of a diagram."""

    panels: tuple[Panel, ...]
    pill: GroupPill
    about: str
    several: bool
    serial: bool
    dimmed: bool
