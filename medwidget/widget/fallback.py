"""What stands for the widget where no script runs: the diagram as an image, the effects in a table.

A notebook reopened without its kernel, a page of GitHub or of nbconvert shows this.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from medwidget.result import MediationResult
from medwidget.views.text.effect_lines import effect_labels
from medwidget.views.text.html import FRAME, NUMBERS, RULE, TABLE, WORDS
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.spans import plain
from medwidget.views.text.told import note_texts, reading_spans
from medwidget.widget.panes.parts import estimate_text, interval_label, interval_text, method_words

__all__ = ["fallback_html", "sections_html"]

NO_RESULT = "No model has been fitted in this widget yet."
NOTE = "The last result of a medwidget widget; run the cell to work with it."

# Label, what it is, estimate and interval of an effect.
Line = tuple[str, str, str, str]


def fallback_html(
    svg: str, result: MediationResult | None, nouns: Nouns | None = None, *, note: str = NOTE
) -> str:
    """Return a fragment of HTML without scripts.

    Parameters
    ----------
    svg : str
        The diagram as a picture that stands alone.
    result : MediationResult or None
    nouns : Nouns, optional
        What a group and a row are called.
    note : str, optional
        Last line, on what this is.
    """
    if result is None:
        return _framed([_image(svg, "Path diagram"), _paragraph(NO_RESULT), _paragraph(note)])
    sentence = plain(reading_spans(result, nouns))
    lines = [
        (item.label, item.about, estimate_text(item.row), interval_text(item.row))
        for item in effect_labels(result, nouns)
        if not item.more
    ]
    notes = [*note_texts(result, nouns), f"{method_words(result)}.", note]
    return _framed(
        [
            _image(svg, sentence),
            _paragraph(sentence),
            _table(lines, interval_label(result)),
            *map(_paragraph, notes),
        ]
    )


def sections_html(sections: Mapping[str, Any]) -> str:
    """Return the same of what a page shows, from its sections."""
    columns, answer = sections.get("columns") or {}, sections.get("answer")
    svg = (sections.get("diagram") or {}).get("svg", "")
    title = " · ".join(text for text in (columns.get("title"), columns.get("subtitle")) if text)
    if answer is None:
        return _framed([_paragraph(title), _image(svg, "Path diagram"), _paragraph(NO_RESULT)])
    lines = [
        (line["label"], line["about"], line["estimate"], line["interval"])
        for line in answer["effects"]
        if not line["more"]
    ]
    return _framed(
        [
            _paragraph(title),
            _image(svg, answer["sentence"]),
            _paragraph(answer["stale_words"]),
            _paragraph(answer["sentence"]),
            _table(lines, answer["interval_label"]),
            *map(_paragraph, [*answer["notes"], f"{answer['method']}."]),
        ]
    )


def _framed(parts: Iterable[str]) -> str:
    return f'<div class="medwidget-fallback" style="{FRAME}">{"".join(parts)}</div>'


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _image(svg: str, about: str) -> str:
    if not svg:
        return ""
    # as an image, so that sanitizers that take inline SVG out leave it in, and nothing in it runs
    code = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return (
        f'<p><img src="data:image/svg+xml;base64,{code}" alt="{escape(about)}" '
        f'style="max-width:100%"></p>'
    )


def _table(lines: Iterable[Line], interval: str) -> str:
    headings = (("Effect", WORDS), ("Estimate", NUMBERS), (interval, NUMBERS))
    head = "".join(
        f'<th scope="col" style="{style};{RULE}">{escape(text)}</th>' for text, style in headings
    )
    body = "".join(map(_row, lines))
    return f'<table style="{TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(line: Line) -> str:
    label, about, estimate, interval = map(escape, line)
    below = f"<br><small>{about}</small>" if about else ""
    return (
        f'<tr><th scope="row" style="{WORDS};font-weight:normal">{label}{below}</th>'
        f'<td style="{NUMBERS}">{estimate}</td><td style="{NUMBERS}">{interval}</td></tr>'
    )
