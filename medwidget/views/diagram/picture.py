"""`mw.diagram`: the path diagram as an object that shows and saves itself."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from medwidget.errors import UnsupportedError
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.views.diagram.dot import write_dot
from medwidget.views.diagram.graph import build_graph
from medwidget.views.diagram.positions import Drawing, place
from medwidget.views.diagram.sketch import Sketch, sketch_of
from medwidget.views.diagram.svg import write_svg
from medwidget.views.text.nouns import Nouns

__all__ = ["Diagram", "diagram"]

_SCALE = 2.0  # pixels of a PNG per CSS pixel
_FORMATS = ("svg", "png", "pdf", "dot")


def diagram(
    shown: MediationModel | MediationResult | Sketch,
    width: float = 870,
    *,
    group_label: str = "group",
    row_label: str = "row",
) -> Diagram:
    """Draw the two-level path diagram of a model or a result.

    Parameters
    ----------
    shown : MediationModel, MediationResult or Sketch
        A result is drawn with its estimates.
    width : float
        In CSS pixels.
    group_label, row_label : str
        What a group and a row are called, such as "person" and "day".

    Returns
    -------
    Diagram

    Examples
    --------
    >>> import medwidget as mw
    >>> from medwidget.views.diagram import diagram
    >>> drawn = diagram(mw.MediationModel("x", "m", "y", group="id"))
    >>> drawn.svg[:4]
    '<svg'
    """
    return Diagram(sketch_of(shown, Nouns(group_label, row_label)), width)


@dataclass(frozen=True, eq=False)
class Diagram:
    """A path diagram; notebooks show it as SVG.

    Attributes
    ----------
    sketch : Sketch
    width : float
    """

    sketch: Sketch
    width: float = 870

    @cached_property
    def svg(self) -> str:
        """The diagram as one SVG element that stands alone, light or dark as is preferred."""
        return write_svg(self._drawing, interactive=False)

    def to_graphviz(self) -> Any:
        """Return a `graphviz.Source` with every node where the SVG has it.

        Raises
        ------
        UnsupportedError
            If the package graphviz is not installed.
        """
        graphviz = _library("graphviz", "diagram", "to_graphviz()")
        return graphviz.Source(write_dot(self._drawing), engine="neato")

    def save(self, path: str | Path) -> Path:
        """Write the diagram to a file, in the format that its name ends in.

        Parameters
        ----------
        path : str or Path
            Ends in .svg, .png, .pdf or .dot. The first and the last need no other package.

        Returns
        -------
        Path

        Raises
        ------
        UnsupportedError
            If the ending is another, or a package for png and pdf is not installed.
        """
        path = Path(path)
        ending = path.suffix.lower().removeprefix(".")
        if ending not in _FORMATS:
            raise UnsupportedError(
                f"A diagram cannot be saved as {path.name!r}. Use a name that ends in "
                f"{', '.join('.' + each for each in _FORMATS[:-1])} or .{_FORMATS[-1]}."
            )
        if ending == "svg":
            path.write_text(self.svg, encoding="utf-8")
        elif ending == "dot":
            path.write_text(write_dot(self._drawing), encoding="utf-8")
        else:
            path.write_bytes(self._rendered(ending))
        return path

    @cached_property
    def _drawing(self) -> Drawing:
        graph = build_graph(self.sketch, interactive=False)
        return place(graph, self.width, narrow=self.width < NARROW_BELOW)

    def _rendered(self, ending: str) -> bytes:
        plain = write_svg(self._drawing, interactive=False, plain=True)
        converter = _optional("vl_convert")
        if converter is not None:
            if ending == "png":
                return bytes(converter.svg_to_png(plain, scale=_SCALE))
            return bytes(converter.svg_to_pdf(plain))
        pygraphviz = _optional("pygraphviz")
        if pygraphviz is None:
            raise UnsupportedError(
                f"Saving a diagram as .{ending} needs a package that is not installed. Install "
                f"medwidget[charts] (same picture as the SVG) or medwidget[diagram] (drawn by "
                f"Graphviz), or save it as .svg."
            )
        drawn = pygraphviz.AGraph(write_dot(self._drawing)).draw(format=ending, prog="neato")
        return bytes(drawn)

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        sketch = self.sketch
        ends = [sketch.exposure, *sketch.mediators, sketch.outcome]
        return f"Diagram({' → '.join(repr(each) for each in ends)}, width={self.width:g})"


# Below this width nodes are smaller and panels have no subtitles.
NARROW_BELOW = 700.0


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _library(name: str, extra: str, what: str) -> Any:
    found = _optional(name)
    if found is None:
        raise UnsupportedError(
            f"{what} needs the package {name}, which is not installed. Install medwidget[{extra}]."
        )
    return found
