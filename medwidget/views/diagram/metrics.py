"""How wide text will be, near enough to lay it out where no font can be asked."""

from __future__ import annotations

import unicodedata

from medwidget.views.text.names import shortened

__all__ = ["fitted", "text_width"]

# Widths in thousandths of the font size: of the usual sans serif fonts, the wider ones.
_NARROW = dict.fromkeys("ijl.,:;'|!", 275) | dict.fromkeys('ft()[]{}I/\\ -"`', 360)
_WIDE = dict.fromkeys("mwMW@%", 900) | dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ&#", 690)
_DIGITS = dict.fromkeys("0123456789", 640)
_KNOWN = _NARROW | _WIDE | _DIGITS | dict.fromkeys("_+=<>~×−", 600) | {"·": 330, "…": 900, "′": 300}
_OTHER, _FULL = 570, 1100
_HEAVY = 1.06  # semibold against regular
_SHORTEST = 3


def text_width(text: str, size: float, *, heavy: bool = False) -> float:
    """Return about how many pixels wide a line of text is."""
    thousandths = sum(_KNOWN.get(char) or _width(char) for char in text)
    return thousandths * size / 1000 * (_HEAVY if heavy else 1)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return _FULL if unicodedata.east_asian_width(char) in "WF" else _OTHER


def fitted(text: str, width: float, size: float, *, heavy: bool = False) -> str:
    """Return text, with its middle left out where it is wider than ``width`` pixels."""
    longest = len(text)
    while longest > _SHORTEST and text_width(shortened(text, longest), size, heavy=heavy) > width:
        longest -= 1
    return shortened(text, longest)
