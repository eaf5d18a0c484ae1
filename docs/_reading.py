"""What axe-core misses in the pages that Sphinx and Furo write: levels of headings, keyboard focus.

Captions in the list of pages are headings without a level, and blocks of code or tables that are
wider than the page cannot be scrolled without a mouse.
"""

from __future__ import annotations

from typing import Any

__all__ = ["setup"]

MENDED = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    "<pre>": '<pre tabindex="0">',
    '<div class="table-wrapper ': '<div tabindex="0" class="table-wrapper ',
}
# Parts of a page: what it says, and the list of pages, which Furo makes before this.
PARTS = ("body", "furo_navigation_tree")
AFTER_FURO = 900


def mend(app: Any, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Put in what is missing."""
    for part in PARTS:
        for written, wanted in MENDED.items():
            if context.get(part):
                context[part] = context[part].replace(written, wanted)


def setup(app: Any) -> dict[str, bool]:
    """Register it for every page."""
    app.connect("html-page-context", mend, priority=AFTER_FURO)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
