"""The widget as one self-contained page: it opens anywhere, with the network off.

It holds what the widget shows and the programs that show it; no row of data beyond what is drawn,
and no Python: what needs a fit is switched off.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from medwidget.errors import UnsupportedError
from medwidget.views.theme import FONT
from medwidget.widget.fallback import sections_html

__all__ = ["page_html"]

# Nothing is loaded from anywhere: programs come from within the page.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' blob:; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; connect-src blob: data:; base-uri 'none'; "
    "form-action 'none'"
)
BODY = f"body{{margin:16px auto;max-width:1240px;padding:0 12px;font:13px/18px {FONT}}}"

# Stands for the notebook: gives the page its sections, and the program that draws charts.
HOST = """
const bytes = (id) =>
  Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
const unzipped = async (id) => {
  const stream = new Blob([bytes(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).blob();
};
const state = JSON.parse(document.getElementById("mw-state").textContent);
const listeners = new Map();
const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
const tell = (event, ...values) => [...of(event)].forEach((listener) => listener(...values));
const model = {
  get: (name) => state[name],
  set: (name, value) => {
    state[name] = value;
    tell(`change:${name}`);
  },
  save_changes: () => {},
  on: (event, listener) => void of(event).add(listener),
  off: (event, listener) => void (listener ? of(event).delete(listener) : of(event).clear()),
  send: (asked) => {
    if (asked.kind !== "ask") return;
    const { id, what } = asked;
    const known = what === "vega" || what === "ping";
    const error = known ? "" : "This is a saved page: there is no Python behind it.";
    const buffers = what === "vega" ? [new DataView(bytes("mw-vega").buffer)] : [];
    const reply = { kind: "reply", id, what, name: "", text: "", error };
    setTimeout(() => tell("msg:custom", reply, buffers), 0);
  },
};
const program = new Blob([await unzipped("mw-widget")], { type: "text/javascript" });
const { default: given } = await import(URL.createObjectURL(program));
const widget = typeof given === "function" ? await given() : given;
const el = document.getElementById("mw-here");
await widget.initialize?.({ model });
el.textContent = "";
await widget.render({ model, el });
document.body.dataset.ready = "true";
"""


def page_html(sections: Mapping[str, Any], title: str = "medwidget") -> str:
    """Return a page that shows the sections of a widget.

    Parameters
    ----------
    sections : mapping
        Of the page, by name; tabs whose section is None are shown as empty.
    title : str
        Of the page.

    Raises
    ------
    UnsupportedError
        If the programs of the page are not built in this copy of medwidget.
    """
    state = {f"_{name}": _as_read(name, value) for name, value in sections.items()}
    state["_static"] = True
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{BODY}{_style()}</style></head><body>"
        f'<main id="mw-here">{sections_html(sections)}</main>'
        f'<script type="application/json" id="mw-state">{_json(state)}</script>'
        f'<script type="text/plain" id="mw-widget">{_zipped("widget.js")}</script>'
        f'<script type="text/plain" id="mw-vega">{_zipped("vega.js")}</script>'
        f'<script type="module">{HOST}</script></body></html>\n'
    )


def _as_read(name: str, section: Any) -> Any:
    """Return a section without what only a kernel could do."""
    if name == "diagnostics" and section is not None and section["influence"] != "done":
        return {**section, "influence": "none", "influence_words": ""}
    if name == "messages":
        return [{**message, "actions": []} for message in section]
    if name == "screen":  # a popover is closed by asking for it
        return {**section, "path": None}
    return None if name in {"progress", "detail"} else section


def _json(state: Mapping[str, Any]) -> str:
    """Return JSON with no character in it that could end its script element."""
    text = json.dumps(state, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _zipped(name: str) -> str:
    code = gzip.compress(_static(name).encode("utf-8"), compresslevel=9, mtime=0)
    return base64.b64encode(code).decode("ascii")


def _style() -> str:
    return _static("widget.css").replace("</", "<\\/")


def _static(name: str) -> str:
    path = files("medwidget") / "static" / name
    if not path.is_file():
        raise UnsupportedError(
            f"A page of its own needs {name}, which is not built in this copy of medwidget: run "
            f"`make page`."
        )
    return path.read_text(encoding="utf-8")
