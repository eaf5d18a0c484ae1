"""A report as plain text, Markdown, HTML or LaTeX; text from data cannot become markup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Protocol

from medwidget.errors import one_of
from medwidget.views.text.layout import display_width
from medwidget.views.text.report.blocks import Block, Grid, GridRow, Heading, Points, Prose, Report
from medwidget.views.text.report.latex import Latex
from medwidget.views.text.spans import Span, plain

__all__ = ["FORMATS", "lay_out_report"]


class _Form(Protocol):
    def heading(self, block: Heading) -> str: ...
    def prose(self, block: Prose) -> str: ...
    def grid(self, block: Grid) -> str: ...
    def points(self, block: Points) -> str: ...


def lay_out_report(report: Report, form: str) -> str:
    """Return a report in one of `FORMATS`.

    HTML is a fragment that word processors take from the clipboard with its tables.

    Parameters
    ----------
    report : Report
    form : {"text", "markdown", "html", "latex"}
    """
    layout = FORMATS[one_of("format", form, tuple(FORMATS))]()
    parts = [_laid_out(block, layout) for block in report.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def _laid_out(block: Block, layout: _Form) -> str:
    if isinstance(block, Heading):
        return layout.heading(block)
    if isinstance(block, Prose):
        return layout.prose(block)
    if isinstance(block, Grid):
        return layout.grid(block)
    return layout.points(block)


def _whole(row: GridRow, width: int) -> list[tuple[Span, ...]]:
    """Return the cells of a row, as many as there are columns."""
    return [*row.cells, *[()] * (width - len(row.cells))]


class _Text:
    """Plain text; tables in columns."""

    def heading(self, block: Heading) -> str:
        return block.text.upper()

    def prose(self, block: Prose) -> str:
        return plain(block.spans)

    def points(self, block: Points) -> str:
        return "\n".join(f"- {title}: {text}" for title, text in block.items)

    def grid(self, block: Grid) -> str:
        cells = [list(block.columns)]
        for row in block.rows:
            cells.append([plain(cell) for cell in _whole(row, len(block.columns))])
        width = [
            max(display_width(row[place]) for row in cells) for place in range(len(block.columns))
        ]
        lines = [_aligned(row, width) for row in cells]
        rule = "-" * max(display_width(line) for line in lines)
        note = [block.note] if block.note else []
        return "\n".join([block.title, rule, lines[0], rule, *lines[1:], rule, *note])


def _aligned(row: Sequence[str], width: Sequence[int]) -> str:
    first = row[0] + " " * (width[0] - display_width(row[0]))
    rest = (
        " " * (size - display_width(cell)) + cell
        for cell, size in zip(row[1:], width[1:], strict=True)
    )
    return "  ".join([first, *rest]).rstrip()


class _Markdown:
    """Markdown with tables as GitHub, Quarto and Pandoc read them."""

    _MARKED = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~$&^!"})

    def _escaped(self, text: str) -> str:
        return text.translate(self._MARKED)

    def _spans(self, spans: Sequence[Span]) -> str:
        return "".join(self._span(span) for span in spans)

    def _span(self, span: Span) -> str:
        text = self._escaped(span.text)
        mark = "**" if span.strong else "*" if span.italic else ""
        return f"{mark}{text}{mark}" if text.strip() else text

    def heading(self, block: Heading) -> str:
        return f"## {self._escaped(block.text)}"

    def prose(self, block: Prose) -> str:
        return self._spans(block.spans)

    def points(self, block: Points) -> str:
        return "\n".join(
            f"- **{self._escaped(title)}**: {self._escaped(text)}" for title, text in block.items
        )

    def grid(self, block: Grid) -> str:
        n = len(block.columns)
        head = [self._escaped(column) for column in block.columns]
        lines = [f"| {' | '.join(head)} |", f"|:--|{'--:|' * (n - 1)}"]
        for row in block.rows:
            cells = [self._spans(cell) for cell in _whole(row, n)]
            if row.heading:
                cells[0] = f"**{cells[0]}**"
            lines.append(f"| {' | '.join(cells)} |")
        note = f"\n\n*Note.* {self._escaped(block.note)}" if block.note else ""
        return f"**{self._escaped(block.title)}**\n\n" + "\n".join(lines) + note


class _Html:
    """HTML whose looks are in its elements, so that a word processor keeps them."""

    TABLE = "border-collapse:collapse"
    # rules of a table's own are dropped by LibreOffice, those of its cells are not
    CELL = "padding:2px 10px"
    ABOVE, BELOW = "border-top:1px solid", "border-bottom:1px solid"

    def _spans(self, spans: Sequence[Span]) -> str:
        return "".join(self._span(span) for span in spans)

    def _span(self, span: Span) -> str:
        text = escape(span.text)
        tag = "strong" if span.strong else "em" if span.italic else ""
        return f"<{tag}>{text}</{tag}>" if tag else text

    def heading(self, block: Heading) -> str:
        return f"<h2>{escape(block.text)}</h2>"

    def prose(self, block: Prose) -> str:
        return f"<p>{self._spans(block.spans)}</p>"

    def points(self, block: Points) -> str:
        items = "".join(
            f"<li><strong>{escape(title)}</strong>: {escape(text)}</li>"
            for title, text in block.items
        )
        return f"<ul>{items}</ul>"

    def grid(self, block: Grid) -> str:
        rules = f"{self.ABOVE};{self.BELOW}"
        head = "".join(
            f'<th style="{self.CELL};{rules};text-align:{_side(place)}">{escape(column)}</th>'
            for place, column in enumerate(block.columns)
        )
        width, last = len(block.columns), len(block.rows) - 1
        body = "".join(
            self._row(row, width, self.BELOW if place == last else "")
            for place, row in enumerate(block.rows)
        )
        note = f"<p><em>Note.</em> {escape(block.note)}</p>" if block.note else ""
        return (
            f"<p><strong>{escape(block.title)}</strong></p>"
            f'<table style="{self.TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
            f"</table>{note}"
        )

    def _row(self, row: GridRow, width: int, rule: str) -> str:
        look = f"{self.CELL};{rule}" if rule else self.CELL
        if row.heading:
            return (
                f'<tr><th colspan="{width}" style="{look};text-align:left">'
                f"{self._spans(row.cells[0])}</th></tr>"
            )
        cells = "".join(
            f'<td style="{look};text-align:{_side(place)}">{self._spans(cell)}</td>'
            for place, cell in enumerate(_whole(row, width))
        )
        return f"<tr>{cells}</tr>"


def _side(place: int) -> str:
    return "right" if place else "left"


FORMATS: dict[str, Callable[[], _Form]] = {
    "text": _Text,
    "markdown": _Markdown,
    "html": _Html,
    "latex": Latex,
}
