"""Where the words of a path go: beside its line if there is one triangle, on it otherwise.

With one mediator every label has its own place outside the triangle. With several the lines lie
close together: labels stand on their line, on a ground of the panel's colour, each where it
covers least.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from medwidget.views.diagram.geometry import Box, Line
from medwidget.views.diagram.metrics import fitted, text_width
from medwidget.views.diagram.parts import Chip, Edge
from medwidget.views.diagram.positions import MARGIN, PlacedEdge, PlacedPanel, Sizes

__all__ = ["Label", "PlacedPill", "label_width", "lay_out", "second_line"]

SYMBOL, VALUE, SMALL = 13, 15, 11  # sizes of type
INLINE_GAP = 7.0
BESIDE, ABOVE = 14.0, 9.0  # from the middle of a line to its label
LINES = (15.0, 14.0)  # from baseline to baseline
PILL_HEIGHT, PILL_NAME, PILL_VALUE = 18.0, 90.0, 60.0
DOT = 9.0
NODE_HALF = 20.0
MOST_COVERED = 0.5  # of a line by its own words
BREATH = 10.0  # that labels keep from each other if they can
SHARES = tuple(step / 100 for step in range(24, 80, 4))


@dataclass(frozen=True)
class Label:
    """The words of a path: baseline of the first line, and how they are set.

    Attributes
    ----------
    anchor : {"start", "middle", "end"}
    inline : bool
        Estimate and interval on one line.
    ground : Box or None
        Drawn below the words where they stand on their line.
    """

    x: float
    y: float
    anchor: str
    inline: bool = False
    ground: Box | None = None


@dataclass(frozen=True)
class PlacedPill:
    """A moderator's name, and the line by which it ends on the path; None if it sits on it."""

    chip: Chip
    box: Box
    title: str
    line: Line | None


def lay_out(
    placed: PlacedPanel, sizes: Sizes, *, several: bool
) -> tuple[dict[str, Label], tuple[PlacedPill, ...]]:
    """Return the label of each path by its key, and the pills of all moderators."""
    if several:
        return _Crowd(placed, sizes).lay_out()
    labels = {item.edge.key: _beside(item) for item in placed.edges}
    pills = [pill for item in placed.edges for pill in _pills(item, placed)]
    return labels, tuple(pills)


# -- one mediator ---------------------------------------------------------------------------------


def _beside(item: PlacedEdge) -> Label:
    x, y = item.dot
    if item.kind == "base":
        return Label(x, y - (ABOVE + 8 if item.edge.singular else ABOVE), "middle", inline=True)
    last = y - ABOVE - (14.0 if item.edge.slope else 0.0)
    if item.kind == "rise":
        return Label(x - BESIDE, last - LINES[0], "end")
    return Label(x + BESIDE, last - LINES[0], "start")


def _pills(item: PlacedEdge, placed: PlacedPanel) -> Iterable[PlacedPill]:
    """Place the moderators of a path: above X or Y, or below the direct path."""
    chips = item.edge.moderators
    if item.kind == "base":
        titles = [_pill_title(chip) for chip in chips]
        room = sum(width + 6 for _, width in titles)
        # beside the outcome's node, not below it
        x = min(item.line.at(0.64)[0], item.line.end[0] - room)
        x = max(x, item.line.start[0])
        for chip, (title, width) in zip(chips, titles, strict=True):
            box = Box(x + width / 2, placed.base + 27, width, PILL_HEIGHT)
            end = (box.x, item.line.start[1] + 2)
            yield PlacedPill(chip, box, title, Line((box.x, box.top), end))
            x = box.right + 6
        return
    share = 0.2 if item.kind == "rise" else 0.8
    direction = 1 if item.kind == "rise" else -1
    outer = MARGIN if direction == 1 else placed.box.right - MARGIN
    for place, chip in enumerate(chips):
        title, width = _pill_title(chip)
        box = Box(outer + direction * width / 2, placed.base - 46 - 24 * place, width, PILL_HEIGHT)
        end = item.line.at(share + direction * 0.06 * place)
        yield PlacedPill(chip, box, title, Line(box.side(direction, 0), end).shortened(3))


def _pill_title(chip: Chip) -> tuple[str, float]:
    title = fitted(chip.title, PILL_NAME, SMALL)
    if chip.held_at:
        title += f" = {fitted(chip.held_at, PILL_VALUE, SMALL)}"
    return title, text_width(title, SMALL) + 18


# -- several mediators ----------------------------------------------------------------------------


class _Crowd:
    """Labels of many lines, placed one after the other where they cover least."""

    def __init__(self, placed: PlacedPanel, sizes: Sizes) -> None:
        self.placed = placed
        self.lines = {item.edge.key: item.line for item in placed.edges}
        self.taken = [item.box.grown(3) for item in placed.nodes]
        self.taken += [
            Box(*item.dot, 2 * DOT, 2 * DOT) for item in placed.edges if item.edge.slope is not None
        ]
        self.preferred = 0.46 if sizes.narrow else 0.42

    def lay_out(self) -> tuple[dict[str, Label], tuple[PlacedPill, ...]]:
        labels: dict[str, Label] = {}
        pills: list[PlacedPill] = []
        for item in self.placed.edges:
            if item.kind == "base":
                label = _beside(item)
                labels[item.edge.key] = label
                if item.edge.estimate is not None:
                    width = label_width(item, inline=True)
                    self.taken.append(Box(label.x, label.y - 5, width, 16))
        for item in self.placed.edges:
            if item.kind != "base":
                labels[item.edge.key] = self._label(item)
        for item in self.placed.edges:
            if item.kind == "base":
                pills += _pills(item, self.placed)
                continue
            for chip in item.edge.moderators:
                title, width = _pill_title(chip)
                box = self._best(item, width, PILL_HEIGHT)
                pills.append(PlacedPill(chip, box, title, None))
        return labels, tuple(pills)

    def _label(self, item: PlacedEdge) -> Label:
        if item.edge.estimate is None:
            return Label(*item.line.at(0.5), "middle")
        lines = 2 + (item.edge.slope is True) if second_line(item.edge) else 1
        height = 16.0 + 14.0 * (lines - 1)
        box = self._best(item, label_width(item, inline=False) + 6, height)
        return Label(box.x, box.top + 13, "middle", ground=box)

    def _best(self, item: PlacedEdge, width: float, height: float) -> Box:
        preferred = {"rise": self.preferred, "fall": 1 - self.preferred}.get(item.kind, 0.5)
        boxes = [self._on(item.line, share, width, height) for share in SHARES]
        if item.kind == "chain":  # these may be too short to carry words
            boxes += _around(item.line, width, height)
        best = min(
            range(len(boxes)),
            key=lambda i: (
                round(self._cost(item, boxes[i]), 3),
                abs(preferred - SHARES[i]) if i < len(SHARES) else 0.0,
            ),
        )
        self.taken.append(boxes[best].grown(2))
        return boxes[best]

    @staticmethod
    def _on(line: Line, share: float, width: float, height: float) -> Box:
        x, y = line.at(share)
        return Box(x, y, width, height)

    def _cost(self, item: PlacedEdge, box: Box) -> float:
        inside = box.overlap(self.placed.box)
        cost = 50.0 * (box.width * box.height - inside)
        roomy = box.grown(BREATH)
        for other in self.taken:
            near = roomy.overlap(other)
            if near:
                cost += 0.1 * near + 10.0 * box.overlap(other)
        wide = box.grown(3)
        for key, line in self.lines.items():
            length = line.inside(wide)
            if key != item.edge.key:
                cost += 20.0 * length
            elif length:
                cost += 0.4 * length + 100.0 * max(0.0, length / line.length - MOST_COVERED)
        return cost


def _around(line: Line, width: float, height: float) -> list[Box]:
    """Return boxes beside a line rather than on it, above it first."""
    x, y = line.at(0.5)
    rise = line.start[1] - line.end[1]
    lean = 0.0 if abs(rise) < 1 else math.copysign(width / 2 + 4, rise)
    gap = height / 2 + (5 if lean == 0 else 0)
    if lean == 0 and line.length < width + 6:  # over the nodes at its ends, not between them
        gap += NODE_HALF
    return [Box(x - lean, y - gap, width, height), Box(x + lean, y + gap, width, height)]


def second_line(edge: Edge) -> str:
    """Return what stands below an estimate, or beside it: its interval."""
    return "" if edge.estimate is None else edge.estimate.interval


def label_width(item: PlacedEdge, *, inline: bool) -> float:
    """Return about how wide the words of a path are."""
    estimate = item.edge.estimate
    if estimate is None:
        return 0.0
    first = text_width(item.edge.symbol, SYMBOL) + 5 + text_width(estimate.value, VALUE, heavy=True)
    if item.edge.beside:
        first += INLINE_GAP + text_width(item.edge.beside, SMALL)
    second = text_width(second_line(item.edge), SMALL)
    return first + INLINE_GAP + second if inline else max(first, second)
