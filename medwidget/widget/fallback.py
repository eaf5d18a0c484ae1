"""What stands for the widget where no script runs: the diagram as an image, the effects in a table.

A notebook reopened without its kernel, a page of GitHub or of nbconvert shows this.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

from medwidget.views.text.html import FRAME, NUMBERS, RULE, TABLE, WORDS

__all__ = ["fallback_html"]

NO_RESULT = "No model has been fitted in this widget yet."
NOTE = "The last result of a medwidget widget; run the cell to work with it."


def fallback_html(sections: Mapping[str, Any], svg: str = "", *, note: str = NOTE) -> str:
    """Return a fragment of HTML without scripts.

    Parameters
    ----------
    sections : mapping
        Of the page, by name.
    svg : str, optional
        The diagram as a picture; otherwise the one of the sections.
    note : str, optional
        Last line, on what this is.
    """
    columns, answer = sections.get("columns") or {}, sections.get("answer")
    title = " · ".join(text for text in (columns.get("title"), columns.get("subtitle")) if text)
    parts = [f"<p><strong>{escape(title)}</strong></p>" if title else ""]
    drawn = svg or (sections.get("diagram") or {}).get("svg", "")
    if drawn:
        about = "Path diagram" if answer is None else answer["sentence"]
        parts.append(_image(drawn, about))
    parts.append(f"<p>{NO_RESULT}</p>" if answer is None else _answer(answer))
    parts.append(f"<p>{escape(note)}</p>" if note else "")
    return f'<div class="medwidget-fallback" style="{FRAME}">{"".join(parts)}</div>'


def _image(svg: str, about: str) -> str:
    # as an image, so that sanitizers that take inline SVG out leave it in, and nothing in it runs
    code = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return (
        f'<p><img src="data:image/svg+xml;base64,{code}" alt="{escape(about)}" '
        f'style="max-width:100%"></p>'
    )


def _answer(answer: Mapping[str, Any]) -> str:
    lines = [line for line in answer["effects"] if not line["more"]]
    head = "".join(
        f'<th scope="col" style="{style};{RULE}">{escape(text)}</th>'
        for text, style in (
            ("Effect", WORDS),
            ("Estimate", NUMBERS),
            (answer["interval_label"], NUMBERS),
        )
    )
    body = "".join(_row(line) for line in lines)
    stale = f"<p><em>{escape(answer['stale_words'])}</em></p>" if answer["stale"] else ""
    notes = "".join(f"<p>{escape(text)}</p>" for text in answer["notes"])
    return (
        f'{stale}<p>{escape(answer["sentence"])}</p><table style="{TABLE}"><thead><tr>{head}</tr>'
        f"</thead><tbody>{body}</tbody></table>{notes}<p>{escape(answer['method'])}.</p>"
    )


def _row(line: Mapping[str, Any]) -> str:
    about = f"<br><small>{escape(line['about'])}</small>" if line["about"] else ""
    return (
        f'<tr><th scope="row" style="{WORDS};font-weight:normal">{escape(line["label"])}{about}'
        f'</th><td style="{NUMBERS}">{escape(line["estimate"])}</td>'
        f'<td style="{NUMBERS}">{escape(line["interval"])}</td></tr>'
    )
