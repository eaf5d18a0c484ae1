"""Specifications as SVG, PNG and PDF, by vl-convert: an optional package."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from medwidget.errors import UnsupportedError

__all__ = ["can_draw", "draw_pixels", "draw_svg"]

# Version of Vega-Lite that draws files.
RENDERER = "6.4"
# Pixels of a file for one of the chart.
PNG_SCALE = 2.0


def can_draw() -> bool:
    """Tell whether vl-convert is installed."""
    return find_spec("vl_convert") is not None


def draw_svg(spec: dict[str, Any]) -> str:
    """Return a complete Vega-Lite specification as SVG."""
    return str(_converter().vegalite_to_svg(spec, vl_version=RENDERER, show_warnings=False))


def draw_pixels(spec: dict[str, Any], ending: str) -> bytes:
    """Return a complete Vega-Lite specification as ``"png"`` or ``"pdf"``."""
    converter = _converter()
    if ending == "pdf":
        return bytes(converter.vegalite_to_pdf(spec, vl_version=RENDERER))
    return bytes(converter.vegalite_to_png(spec, vl_version=RENDERER, scale=PNG_SCALE))


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise UnsupportedError(
            "SVG, PNG and PDF files of charts need the package vl-convert-python: "
            'pip install "medwidget[charts]". HTML works without it.'
        ) from None
    return vl_convert
