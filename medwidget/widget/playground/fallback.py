"""What stands for the playground where no script runs: its sentence and its table."""

from __future__ import annotations

from html import escape

from medwidget.views.text.html import FRAME, NUMBERS, RULE, TABLE, WORDS
from medwidget.widget.playground.shapes import Frame, Line

__all__ = ["fallback_html"]

NOTE = "The last state of a medwidget playground; run the cell to work with it."
HEADINGS = (
    ("Effect", WORDS),
    ("Estimate", NUMBERS),
    ("95% interval", NUMBERS),
    ("True", NUMBERS),
)


def fallback_html(frame: Frame | None) -> str:
    """Return a fragment of HTML without scripts.

    Parameters
    ----------
    frame : Frame or None
    """
    if frame is None:
        return f'<div style="{FRAME}"><p>{escape(NOTE)}</p></div>'
    said = "".join(span["text"] for span in frame["sentence"])
    head = "".join(
        f'<th scope="col" style="{style};{RULE}">{text}</th>' for text, style in HEADINGS
    )
    body = "".join(map(_row, frame["lines"]))
    return (
        f'<div class="medwidget-fallback" style="{FRAME}"><p>{escape(said)}</p>'
        f'<table style="{TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        f"<p>Simulated data: {escape(frame['subtitle'])}. {escape(frame['method'])} "
        f"{escape(NOTE)}</p></div>"
    )


def _row(line: Line) -> str:
    cells = "".join(
        f'<td style="{NUMBERS}">' + "<br>".join(escape(text) for text in texts) + "</td>"
        for texts in (
            [mark["estimate_text"] for mark in line["marks"]],
            [mark["interval_text"] for mark in line["marks"]],
            [mark["truth_text"] for mark in line["marks"]],
        )
    )
    about = f"<br><small>{escape(line['about'])}</small>" if line["about"] else ""
    label = escape(line["label"])
    return f'<tr><th scope="row" style="{WORDS};font-weight:normal">{label}{about}</th>{cells}</tr>'
