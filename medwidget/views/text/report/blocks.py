"""What a report consists of, before it is laid out as text, Markdown, HTML or LaTeX."""

from __future__ import annotations

from dataclasses import dataclass

from medwidget.views.text.spans import Span

__all__ = ["Block", "Grid", "GridRow", "Heading", "Points", "Prose", "Report"]


@dataclass(frozen=True)
class Heading:
    """The title of what follows."""

    text: str


@dataclass(frozen=True)
class Prose:
    """A paragraph."""

    spans: tuple[Span, ...]


@dataclass(frozen=True)
class GridRow:
    """A row of a table; a heading has one cell, which stands over all columns."""

    cells: tuple[tuple[Span, ...], ...]
    heading: bool = False
    side: str = ""


@dataclass(frozen=True)
class Grid:
    """A table with its number and title, and a note below it.

    The first column holds words, the others numbers.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    note: str = ""


@dataclass(frozen=True)
class Points:
    """A list: what each point is about, and what is said of it."""

    items: tuple[tuple[str, str], ...]


Block = Heading | Prose | Grid | Points


@dataclass(frozen=True)
class Report:
    """Blocks in order."""

    blocks: tuple[Block, ...]
