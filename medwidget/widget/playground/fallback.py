"""What stands for the playground where no script runs: its sentence, its pictures, its table."""

from __future__ import annotations

import base64
from html import escape

from medwidget.views.text.html import FRAME, NUMBERS, RULE, TABLE, WORDS
from medwidget.widget.playground.shapes import Frame, Line
from medwidget.widget.playground.still import still_svg

__all__ = ["fallback_html"]

NOTE = "A medwidget playground as it was when its cell ran; run the cell to move its sliders."
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
    about = " ".join(scatter["about"] for scatter in frame["scatters"])
    picture = base64.b64encode(still_svg(frame).encode()).decode("ascii")
    head = "".join(
        f'<th scope="col" style="{style};{RULE}">{text}</th>' for text, style in HEADINGS
    )
    body = "".join(map(_row, frame["lines"]))
    return (
        f'<div class="medwidget-fallback" style="{FRAME}"><p>{escape(said)}</p>'
        f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(about)}" '
        f'style="max-width:100%">'
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
