"""A directive for Sphinx, ``{drawn} name``: a picture made while the site is built.

What stands in the directive is the caption. Each picture is drawn for light and dark pages; the
words for those who cannot see it come with the drawing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from _figures.pictures import PICTURES

__all__ = ["Drawn", "setup"]

FOLDER = "_images"
# Furo shows what has this class in one of its themes alone.
THEMES = {False: "only-light", True: "only-dark"}


class Drawn(SphinxDirective):
    """Draw the picture that is named, and put a caption under it."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a figure with an image for each theme."""
        name = self.arguments[0]
        if name not in PICTURES:
            raise self.error(f"There is no picture {name!r}, only {', '.join(sorted(PICTURES))}.")
        self.env.note_dependency(str(Path(__file__).with_name("pictures.py")))
        picture = PICTURES[name]()
        folder = Path(self.env.app.outdir) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        figure = nodes.figure(classes=["drawn"])
        for dark, theme in THEMES.items():
            file = folder / f"{name}-{theme.removeprefix('only-')}.svg"
            file.write_text(picture.svg(dark=dark), encoding="utf-8")
            tag = nodes.raw(
                "", _image(f"{FOLDER}/{file.name}", picture.about, theme), format="html"
            )
            figure += tag
        caption = nodes.caption()
        parsed, messages = self.state.inline_text("\n".join(self.content), self.lineno)
        caption += parsed
        figure += caption
        return [figure, *messages]


def _image(source: str, about: str, theme: str) -> str:
    words = nodes.unescape(about)
    for character, entity in (("&", "&amp;"), ('"', "&quot;"), ("<", "&lt;"), (">", "&gt;")):
        words = words.replace(character, entity)
    return f'<img class="{theme}" src="{source}" alt="{words}" />'


def setup(app: Any) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("drawn", Drawn)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
