"""A report as one page: pictures, tables and words, with the network off."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from medwidget.command.wording import with_options
from medwidget.errors import UnsupportedError
from medwidget.result import MediationResult
from medwidget.studies.group_view import group_view
from medwidget.views.charts import caterpillar, effects, johnson_neyman
from medwidget.views.charts.picture import Picture
from medwidget.views.diagram.picture import diagram
from medwidget.views.export.registry import to_code
from medwidget.views.text.html import result_html
from medwidget.views.text.names import visible
from medwidget.views.text.nouns import Nouns
from medwidget.views.theme import DARK, FONT, LIGHT, MONO
from medwidget.widget.asked import vega
from medwidget.widget.fallback import fallback_html
from medwidget.widget.page import POLICY

__all__ = ["report_html"]

NOTE = "Written by medwidget."
# Draws every chart of the page from the bundle within it, in the colours of the reader's choice.
_RUN = """
const bytes = Uint8Array.from(atob(document.getElementById("vega").textContent),
  (c) => c.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
const code = new Blob([await new Response(stream).blob()], { type: "text/javascript" });
const vega = await import(URL.createObjectURL(code));
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const charts = JSON.parse(document.getElementById("charts").textContent);
for (const [place, chart] of charts.entries()) {
  const spec = dark ? chart.dark : chart.light;
  const runtime = vega.parse(vega.compile(spec).spec, null, { ast: true });
  const container = document.getElementById(`chart-${place}`);
  await new vega.View(runtime, {
    expr: vega.expressionInterpreter, renderer: "svg", container, hover: true,
  }).runAsync();
  // the container says in words what the marks within show
  container.querySelector("svg").setAttribute("aria-hidden", "true");
}
document.body.dataset.drawn = "true";
"""

Facts = Sequence[tuple[str, str]]


def report_html(
    result: MediationResult, *, title: str, nouns: Nouns, facts: Facts, reading: str
) -> str:
    """Return a report on a result as one page without a network.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    title : str
    nouns : Nouns
        What a group and a row are called.
    facts : sequence of (str, str)
        On the data, in words.
    reading : str
        Python that reads the data.
    """
    svg = diagram(result, group_label=nouns.group, row_label=nouns.row).svg
    code = f"import pandas\n\n{reading}\n\n{to_code(result, 'python')}"
    drawn, absent = _pictures(result, nouns)
    program, absent = _program(drawn, absent)
    sections = [
        ("", fallback_html(svg, result, nouns, note=NOTE)),
        ("Charts", "".join([*_figures(drawn), *(f"<p>{escape(text)}</p>" for text in absent)])),
        ("Tables", result_html(_as_asked(result))),
        ("Data", _facts(facts)),
        ("Code that gives these numbers", f'<pre tabindex="0">{escape(code)}</pre>'),
    ]
    heading = escape(visible(title))
    body = "".join(_section(name, content) for name, content in sections)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{heading}</title><style>{_style()}</style></head>"
        f"<body><main><h1>{heading}</h1>{body}</main>{program}</body></html>\n"
    )


def _section(name: str, content: str) -> str:
    title = f"<h2>{escape(name)}</h2>" if name else ""
    return f"<section>{title}{content}</section>"


# -- charts -----------------------------------------------------------------------------------


def _pictures(result: MediationResult, nouns: Nouns) -> tuple[list[Picture], list[str]]:
    """Return the charts of a result, and why others cannot be drawn."""
    drawn, absent = [effects.picture(result, nouns=nouns)], []
    if not any(term.factors for term in result.resolved.structure.random):
        absent.append(
            f"No chart of the {nouns.groups}: no path varies between {nouns.groups} in this model."
        )
        return [*drawn, *_curves(result, absent)], absent
    try:
        view = group_view(result)
        if len(view.labels) > caterpillar.MOST_AT_ONCE:
            drawn.append(caterpillar.overview(view, groups=nouns.groups))
        else:
            named = (nouns.group, nouns.groups)
            drawn.append(caterpillar.picture(view, nouns=named, rows=nouns.rows, alone=True))
    except UnsupportedError as error:
        absent.append(f"No chart of the {nouns.groups}: {visible(str(error))}")
    return [*drawn, *_curves(result, absent)], absent


def _curves(result: MediationResult, absent: list[str]) -> list[Picture]:
    if not result.model.moderators:
        return []
    try:
        return [johnson_neyman.picture(result)]
    except UnsupportedError as error:
        absent.append(f"No curve over a moderator: {visible(str(error))}")
        return []


def _as_asked(result: MediationResult) -> MediationResult:
    """Return a result whose problems name the options with which it was asked for."""
    return replace(result, problems=tuple(map(with_options, result.problems)))


def _figures(drawn: Sequence[Picture]) -> Iterator[str]:
    for place, picture in enumerate(drawn):
        about = escape(picture.about)
        yield (
            f'<figure tabindex="0"><div id="chart-{place}" role="img" aria-label="{about}"></div>'
            f"<figcaption>{about}</figcaption>{_table(picture)}</figure>"
        )


def _table(picture: Picture) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in picture.columns)
    rows = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in picture.rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f"<details><summary>Show as table</summary>{table}</details>"


def _program(drawn: Sequence[Picture], absent: list[str]) -> tuple[str, list[str]]:
    """Return the scripts that draw the charts; without the charts' program, say so instead."""
    try:
        bundle = base64.b64encode(vega()).decode("ascii")
    except UnsupportedError as error:
        return "", [*absent, f"The charts are here as tables only. {error}"]
    charts = [{"light": each.standalone(), "dark": each.standalone(dark=True)} for each in drawn]
    return (
        f'<script type="application/json" id="charts">{_json(charts)}</script>'
        f'<script type="text/plain" id="vega">{bundle}</script>'
        f'<script type="module">{_RUN}</script>'
    ), absent


def _json(value: Any) -> str:
    """Return JSON with no character in it that could end its script element."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


# -- the rest ---------------------------------------------------------------------------------


def _facts(facts: Facts) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(visible(text))}</td></tr>'
        for name, text in facts
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _style() -> str:
    light, dark = (
        f"body{{color:{colors['ink']};background:{colors['bg']}}}"
        f"pre{{background:{colors['bg2']}}}th{{color:{colors['ink2']}}}"
        f"figcaption,summary{{color:{colors['ink2']}}}"
        for colors in (LIGHT, DARK)
    )
    return (
        f"body{{margin:0;font:14px/21px {FONT}}}main{{max-width:960px;margin:0 auto;padding:24px}}"
        "h1{font-size:22px;line-height:28px}h2{font-size:17px;margin:32px 0 8px}"
        "figure{margin:0 0 24px;overflow-x:auto}table{border-collapse:collapse}"
        "th,td{padding:2px 12px 2px 0;text-align:left;font-weight:400;vertical-align:top;"
        "overflow-wrap:anywhere}"
        f"pre{{font:12px/18px {MONO};padding:12px;overflow-x:auto}}"
        f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
    )
