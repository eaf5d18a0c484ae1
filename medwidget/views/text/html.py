"""A result as HTML: the same tables, every text escaped, no scripts, the colours of the page."""

from __future__ import annotations

from html import escape

from medwidget.result import MediationResult
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
from medwidget.views.text.sections import document

__all__ = ["document_html", "result_html"]

# Longest label of a row, in characters; longer ones lose their middle.
LONGEST_LABEL = 64
# Colours are those of the page, so that light and dark need no rule of their own.
FRAME = "color:inherit;background:transparent;font-variant-numeric:tabular-nums;max-width:60em"
TABLE = "border-collapse:collapse;margin:0.4em 0;color:inherit"
WORDS = "text-align:left;padding:0.15em 0.8em 0.15em 0"
NUMBERS = "text-align:right;padding:0.15em 0 0.15em 0.8em;white-space:nowrap"
RULE = "border-bottom:1px solid currentColor"


def result_html(result: MediationResult) -> str:
    """Return a result as a fragment of HTML.

    Parameters
    ----------
    result : MediationResult

    Returns
    -------
    str
        One ``div``. Column names and labels of groups are escaped.
    """
    return document_html(document(result))


def document_html(text: Document) -> str:
    """Return a document as a fragment of HTML."""
    sections = "".join(map(_section, text.sections))
    return (
        f'<div class="medwidget-summary" style="{FRAME}">'
        f"<p><strong>{escape(text.title)}</strong></p>{sections}</div>"
    )


def _section(section: Section) -> str:
    heading = f"<p><strong>{escape(section.title)}</strong></p>" if section.title else ""
    return f"<section>{heading}{''.join(map(_block, section.blocks))}</section>"


def _block(block: Block) -> str:
    if isinstance(block, TextTable):
        return _table(block)
    if isinstance(block, Facts):
        return _facts(block)
    if isinstance(block, Listing):
        return _listing(block)
    assert isinstance(block, Paragraph), "no other blocks are left"
    return f"<p>{escape(block.text)}</p>"


def _table(table: TextTable) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = "".join(
        f'<th scope="col" style="{_style(place, table)};{RULE}">{escape(cell)}</th>'
        for place, cell in enumerate(table.header)
    )
    body = "".join(f"<tr>{_cells(row, table)}</tr>" for row in table.rows)
    return (
        f'<table style="{TABLE}">{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _cells(row: tuple[str, ...], table: TextTable) -> str:
    cells = []
    for place, cell in enumerate(row):
        name = 'th scope="row"' if place == table.n_labels - 1 else "td"
        weight = ";font-weight:normal" if name != "td" else ""
        style = f"{_style(place, table)}{weight}"
        text = escape(shortened(cell, LONGEST_LABEL))
        cells.append(f'<{name} style="{style}">{text}</{name.partition(" ")[0]}>')
    return "".join(cells)


def _style(place: int, table: TextTable) -> str:
    return WORDS if place < table.n_labels else NUMBERS


def _facts(facts: Facts) -> str:
    rows = "".join(
        f'<tr><th scope="row" style="{WORDS};font-weight:normal">{escape(name)}</th>'
        f'<td style="{WORDS}">{escape(text)}</td></tr>'
        for name, text in facts.entries
    )
    return f'<table style="{TABLE}"><tbody>{rows}</tbody></table>'


def _listing(listing: Listing) -> str:
    items = []
    for item in listing.items:
        tag = f"<em>{escape(item.tag)}:</em> " if item.tag else ""
        remedy = f"<br>→ {escape(item.remedy)}" if item.remedy else ""
        items.append(f"<li>{tag}{escape(item.text)}{remedy}</li>")
    return f"<ol>{''.join(items)}</ol>"
