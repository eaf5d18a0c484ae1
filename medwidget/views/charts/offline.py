"""One self-contained page around a chart: no network, the chart's table below it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from medwidget.errors import UnsupportedError
from medwidget.views.theme import DARK, FONT, LIGHT

__all__ = ["page"]

# The bundle is a module without imports; it is run from memory, so that no address is asked for.
_RUN = """
const text = document.getElementById("bundle").textContent;
const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
const vega = await import(address);
const spec = JSON.parse(document.getElementById("spec").textContent);
const runtime = vega.parse(vega.compile(spec).spec, null, { ast: true });
const view = new vega.View(runtime, {
  expr: vega.expressionInterpreter,
  renderer: "svg",
  container: document.getElementById("chart"),
  hover: true,
});
await view.runAsync();
document.body.dataset.drawn = "true";
"""


def page(
    spec: dict[str, Any],
    about: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    dark: bool = False,
) -> str:
    """Return a page that draws a specification.

    Parameters
    ----------
    spec : dict
        Vega-Lite with its data.
    about : str
        Title and text alternative.
    columns, rows
        The same as a table.
    dark : bool
        Use the colours of the dark theme around the chart too.
    """
    title = html.escape(about)
    record = json.dumps(spec, allow_nan=False).replace("<", "\\u003c")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_style(DARK if dark else LIGHT)}</style></head><body>"
        f'<div id="chart" role="img" aria-label="{title}"></div>'
        f"{_table(columns, rows) if columns else ''}"
        f'<script type="application/json" id="spec">{record}</script>'
        f'<script type="text/plain" id="bundle">{_program_inside_script(_bundle())}</script>'
        f'<script type="module">{_RUN}</script></body></html>\n'
    )


def _style(colors: Mapping[str, str]) -> str:
    return (
        f"body{{font:13px/18px {FONT};color:{colors['ink']};background:{colors['bg']};margin:20px}}"
        f"table{{border-collapse:collapse}}th,td{{padding:2px 12px 2px 0;text-align:left}}"
        f"th{{color:{colors['ink3']};font-weight:400}}"
        f"summary{{color:{colors['ink2']};margin:12px 0}}"
    )


def _bundle() -> str:
    bundle = files("medwidget") / "static" / "vega.js"
    if not bundle.is_file():
        raise UnsupportedError(
            "A page of its own needs the charts' program, which is not built in this copy of "
            "medwidget: run `make page`, or save as .svg or .png."
        )
    return bundle.read_text(encoding="utf-8")


def _program_inside_script(text: str) -> str:
    """Return a program with nothing in it that could end its script element.

    In a program these occur only within strings and patterns, and both know this escape.
    """
    return re.sub(r"<(?=/?script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<details><summary>Show as table</summary>{table}</details>"
