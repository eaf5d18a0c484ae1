"""A picture: a specification without data, the rows it draws, and the same as words and a table."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError
from medwidget.views.charts.config import WIDTH
from medwidget.views.charts.files import draw_pixels, draw_svg
from medwidget.views.charts.offline import page
from medwidget.views.charts.shown import as_altair, offline_chart, shown_offline
from medwidget.views.theme import LIGHT, darkened

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Picture", "Row"]

Row = dict[str, Any]

FORMATS = ("html", "svg", "png", "pdf", "json")


@dataclass(frozen=True)
class Picture:
    """A chart as data.

    Attributes
    ----------
    name : str
        Of the kind of chart, as in the registry.
    spec : mapping
        Vega-Lite; it refers to data sets by name. Pictures share it: it is not to be changed.
        ``usermeta`` may hold the "width" that a chart takes where there is no box to fill.
    data : mapping of str to list of dict
        The rows of each data set. Their keys are fixed; names from the user's data are values.
    about : str
        What the chart shows, in words.
    columns : tuple of str
        Headings of the chart as a table.
    rows : tuple of tuple of str
        The table, ready to print.
    """

    name: str
    spec: Mapping[str, Any]
    data: Mapping[str, list[Row]]
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def chart(self) -> alt.TopLevelMixin:
        """Return an Altair chart with the data in it."""
        return offline_chart(as_altair(self.standalone()))

    def standalone(self, *, dark: bool = False) -> dict[str, Any]:
        """Return a complete Vega-Lite specification: data inside, and a width of its own.

        Parameters
        ----------
        dark : bool
            Use the colours of the dark theme.
        """
        spec = copy.deepcopy(dict(self.spec))
        _give_width(spec, spec.get("usermeta", {}).get("width", WIDTH))
        spec["background"] = LIGHT["bg"]
        if dark:
            spec = darkened(spec)
        spec["description"] = self.about
        spec["datasets"] = {name: list(rows) for name, rows in self.data.items()}
        return spec

    def wire(self) -> dict[str, Any]:
        """Return the picture as the page takes it."""
        return {
            "name": self.name,
            "spec": self.spec,
            "data": self.data,
            "about": self.about,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
        }

    def to_html(self, *, dark: bool = False) -> str:
        """Return a page that draws the chart without a network."""
        return page(self.standalone(dark=dark), self.about, self.columns, self.rows, dark=dark)

    def to_svg(self, *, dark: bool = False) -> str:
        """Return the chart as SVG; needs the package vl-convert-python."""
        return draw_svg(self.standalone(dark=dark))

    def save(self, path: str | Path, *, dark: bool = False) -> None:
        """Write the chart to a file.

        Parameters
        ----------
        path : str or Path
            Ends in .html, .svg, .png, .pdf or .json (the specification with its data).
        dark : bool
            Use the colours of the dark theme.

        Raises
        ------
        ModelError
            If the ending is another one.
        UnsupportedError
            If the format needs a package that is not installed.
        """
        target = Path(path)
        ending = target.suffix.lower().removeprefix(".")
        if ending not in FORMATS:
            offered = ", ".join(f".{name}" for name in FORMATS)
            raise ModelError(f"A chart cannot be saved as {target.name!r}; end it in {offered}.")
        if ending in {"png", "pdf"}:
            target.write_bytes(draw_pixels(self.standalone(dark=dark), ending))
        elif ending == "json":
            text = json.dumps(self.standalone(dark=dark), allow_nan=False, indent=1)
            target.write_text(text, encoding="utf-8")
        else:
            text = self.to_svg(dark=dark) if ending == "svg" else self.to_html(dark=dark)
            target.write_text(text, encoding="utf-8")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return shown_offline(self.standalone())


def _give_width(spec: Row, width: int) -> None:
    """Replace a width that is that of a box in the page."""
    if spec.get("width") == "container":
        spec["width"] = width
    for parts in ("layer", "hconcat", "vconcat", "concat"):
        inner: Sequence[Row] = spec.get(parts, ())
        for part in inner:
            _give_width(part, width)
    if isinstance(spec.get("spec"), dict):
        _give_width(spec["spec"], width)
