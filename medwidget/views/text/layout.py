"""A document as plain text for a prompt: aligned, and never wider than a screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from medwidget.views.text.document import (
    Block,
    Document,
    Facts,
    Listing,
    Paragraph,
    Section,
    TextTable,
)
from medwidget.views.text.names import shortened

__all__ = ["WIDTH", "display_width", "lay_out"]

# Columns of a screen that a summary never exceeds.
WIDTH = 100
# No column of words is made narrower than this so that a table fits; its cells lose their middle.
NARROWEST_LABEL = 16
INDENT = "  "
GAP = "  "


def lay_out(document: Document, width: int = WIDTH) -> str:
    """Return a document as lines of at most ``width`` columns, each without trailing spaces."""
    lines = [*_wrapped(document.title, width), "═" * min(width, display_width(document.title))]
    for section in document.sections:
        lines += ["", *_section(section, width)]
    return "\n".join(line.rstrip() for line in lines)


def display_width(text: str) -> int:
    """Return how many columns of a screen text takes: wide characters two, combining ones none."""
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def _section(section: Section, width: int) -> Iterator[str]:
    if section.title:
        yield from _wrapped(section.title, width)
    for position, block in enumerate(section.blocks):
        if position and isinstance(block, TextTable):
            yield ""
        yield from _block(block, width)


def _block(block: Block, width: int) -> Iterator[str]:
    if isinstance(block, TextTable):
        yield from _table(block, width)
    elif isinstance(block, Facts):
        label = max((display_width(name) for name, _ in block.entries), default=0)
        for name, text in block.entries:
            start = f"{INDENT}{_padded(name, label)}{GAP}"
            yield from _wrapped(text, width, start, " " * display_width(start))
    elif isinstance(block, Listing):
        yield from _listing(block, width)
    elif isinstance(block, Paragraph):
        yield from _wrapped(block.text, width, INDENT, INDENT)


def _listing(block: Listing, width: int) -> Iterator[str]:
    for number, item in enumerate(block.items, 1):
        start = f"{INDENT}{number}. "
        within = " " * len(start)
        tag = f"{item.tag}: " if item.tag else ""
        yield from _wrapped(f"{tag}{item.text}", width, start, within)
        if item.remedy:
            yield from _wrapped(item.remedy, width, f"{within}→ ", f"{within}  ")


def _table(table: TextTable, width: int) -> Iterator[str]:
    if table.caption:
        yield from _wrapped(table.caption, width, INDENT, INDENT)
    rows = (table.header, *table.rows)
    columns = [
        _aligned([row[place] for row in rows], numbers=place >= table.n_labels)
        for place in range(len(table.header))
    ]
    columns = _narrowed(columns, table.n_labels, width)
    for places in _pages(columns, table.n_labels, width):
        for row in zip(*(columns[place] for place in places), strict=True):
            yield INDENT + GAP.join(row)


def _narrowed(columns: Sequence[list[str]], n_labels: int, width: int) -> list[list[str]]:
    """Shorten the words of a table that is too wide: the last column of them first."""
    widths = [display_width(column[0]) for column in columns]
    excess = len(INDENT) + sum(widths) + len(GAP) * (len(columns) - 1) - width
    for place in reversed(range(n_labels)):
        taken = max(0, min(excess, widths[place] - NARROWEST_LABEL))
        widths[place] -= taken
        excess -= taken
    return [
        _aligned([_fitting(cell.strip(), limit) for cell in column], numbers=False)
        if place < n_labels
        else column
        for place, (column, limit) in enumerate(zip(columns, widths, strict=True))
    ]


def _pages(columns: Sequence[Sequence[str]], n_labels: int, width: int) -> Iterator[list[int]]:
    """Yield columns that fit side by side, the labels with each; one at least on a page."""
    widths = [display_width(column[0]) + len(GAP) for column in columns]
    labels = list(range(n_labels))
    taken = len(INDENT) + sum(widths[place] for place in labels)
    page: list[int] = []
    used = taken
    for place in range(n_labels, len(columns)):
        if page and used + widths[place] - len(GAP) > width:
            yield labels + page
            page, used = [], taken
        page.append(place)
        used += widths[place]
    yield labels + page


def _aligned(cells: Sequence[str], *, numbers: bool) -> list[str]:
    if numbers:
        after = max(map(_after_point, cells[1:]), default=0)
        cells = [cells[0], *(cell + " " * (after - _after_point(cell)) for cell in cells[1:])]
    widest = max(map(display_width, cells))
    return [_padded(cell, widest, right=numbers) for cell in cells]


def _after_point(cell: str) -> int:
    """Return how much of a number stands at its point and after it."""
    return len(cell) - cell.index(".") if "." in cell else 0


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * max(0, width - display_width(text))
    return space + text if right else text + space


def _fitting(cell: str, widest: int) -> str:
    longest = min(widest, len(cell))
    while display_width(shortened(cell, longest)) > widest:
        longest -= 1
    return shortened(cell, longest)


def _wrapped(text: str, width: int, start: str = "", within: str = "") -> list[str]:
    """Wrap text by the columns that it takes; a word wider than a line is broken."""
    lines: list[str] = []
    line, empty = start, True
    for word in text.split():
        rest = word
        while rest:
            joined = line + rest if empty else f"{line} {rest}"
            if display_width(joined) <= width:
                line, empty, rest = joined, False, ""
                continue
            if empty:
                fits = _head(rest, width - display_width(line))
                line, rest = line + fits, rest[len(fits) :]
            lines.append(line)
            line, empty = within, True
    return [*lines, line] if not empty or not lines else lines


def _head(word: str, width: int) -> str:
    """Return as much of a word as fits, one character at least."""
    used = 0
    for place, char in enumerate(word):
        used += _char_width(char)
        if used > width:
            return word[: max(place, 1)]
    return word
