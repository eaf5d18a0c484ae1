"""What a widget gives away as text: pages, pictures, code, sessions; and the page's questions."""

from __future__ import annotations

import gzip
import traceback
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from medwidget.errors import MedwidgetError, ModelError, UnsupportedError
from medwidget.widget import messages
from medwidget.widget.gestures import read_gesture

if TYPE_CHECKING:
    from medwidget.widget.widget import MediationWidget

__all__ = ["Asked", "bundle"]

_UNBUILT_PAGE = """export default { render({ el }) { el.textContent =
      "The page of this widget has not been built: run make build, then restart the kernel."; } };
    """
_UNBUILT = {
    "widget.js": _UNBUILT_PAGE,
    "widget.css": "",
    "playground.js": _UNBUILT_PAGE,
    "playground.css": "",
}


def bundle(name: str) -> str:
    """Return a file that was built from js/; without it, one that says so."""
    path = files("medwidget") / "static" / name
    built = path.read_text(encoding="utf-8") if path.is_file() else ""
    return built or _UNBUILT[name]


@cache
def vega() -> bytes:
    """Return the second bundle, compressed."""
    path = files("medwidget") / "static" / "vega.js"
    if not path.is_file():
        raise UnsupportedError("The charts of the page have not been built: run make build.")
    return gzip.compress(path.read_bytes(), 6, mtime=0)


class Asked:
    """Answers what the page asks of a widget.

    Parameters
    ----------
    widget : MediationWidget
    """

    def __init__(self, widget: MediationWidget) -> None:
        self._widget = widget

    def answer(self, content: Mapping[str, Any]) -> None:
        """Send the answer, or why there is none."""
        number = content.get("id")
        reply: messages.Reply = {
            "kind": "reply",
            "id": number if isinstance(number, int) else -1,
            "what": str(content.get("what", "")),
            "name": "",
            "text": "",
            "error": "",
        }
        buffers: list[bytes] = []
        try:
            what = read_gesture(content)["what"]
            if what == "vega":
                buffers = [vega()]
            elif what != "ping":
                reply["name"], reply["text"] = self._file(what)
        except MedwidgetError as error:
            reply["error"] = str(error)
        except Exception:
            reply["error"] = traceback.format_exc()
        self._widget.send(reply, buffers=buffers)

    def _file(self, what: str) -> tuple[str, str]:
        stem = self._widget.session.name
        made = {"html": self.html, "svg": self.svg, "session": self.session}[what]
        ending = {"html": "html", "svg": "svg", "session": "json"}[what]
        return f"{_plain(stem)}.{ending}", made()

    def html(self) -> str:
        """Return the whole widget as one page."""
        from medwidget.widget.page import page_html
        from medwidget.widget.screen import diagram_section

        session = self._widget.session
        sections = session.tabs.whole()
        with session.lock:
            sketch = session.painter.sketch()
        sections["diagram"] = diagram_section(sketch, session.layout, interactive=False)
        return page_html(sections, session.name)

    def svg(self) -> str:
        """Return the diagram, to be read."""
        from medwidget.views.diagram.sketch import draw

        session = self._widget.session
        with session.lock:
            sketch = session.painter.sketch()
        return draw(sketch, session.layout.width, interactive=False)

    def session(self) -> str:
        """Return the session as JSON."""
        from medwidget.widget.reopen import saved_text

        return saved_text(self._widget.session)

    def code(self) -> str:
        """Return Python code for the numbers on screen."""
        from medwidget.widget.panes.code import script

        session = self._widget.session
        if session.current is None:
            raise ModelError("There is no result on screen yet, so there is no code for it.")
        return script(session.current, session.variable)

    def fallback(self) -> str:
        """Return the diagram and the effects for places where no widget runs."""
        from medwidget.widget.fallback import fallback_html

        session = self._widget.session
        return fallback_html(self.svg(), session.current, session.nouns)


def _plain(name: str) -> str:
    """Return a name as a file can have it."""
    kept = "".join(char if char.isalnum() or char in "-_" else "-" for char in name)
    return kept.strip("-")[:60] or "medwidget"
