"""Text from data inside code: as strings and comments that it cannot break out of."""

from __future__ import annotations

from medwidget.errors import UnsupportedError

__all__ = ["in_comment", "number", "r_string", "stata_string"]

_PLAIN = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _.,:;()[]{}<>=+-*/!?%&@#^|~"
)
_LONGEST_COMMENT = 60


def r_string(text: str) -> str:
    r"""Return an R string; everything but plain characters as ``\u`` escapes.

    >>> print(r_string('x"y'), r_string("日本"))
    "x\u0022y" "\u65e5\u672c"
    """
    return '"' + "".join(_escaped(mark, _PLAIN) for mark in _readable(text)) + '"'


def stata_string(text: str) -> str:
    """Return a Stata expression for a string: no macro, quote or comment can start inside it."""
    safe = _PLAIN - frozenset("/*{}#;")
    if all(mark in safe for mark in text):
        return f'"{text}"'
    return 'ustrunescape("' + "".join(_escaped(mark, safe) for mark in _readable(text)) + '")'


def in_comment(text: str) -> str:
    """Return text for a comment: one line, quoted, with letters, digits and few other marks."""
    safe = _PLAIN - frozenset("/*#;!{}")
    shown = text[:_LONGEST_COMMENT]
    rest = "..." if len(text) > _LONGEST_COMMENT else ""
    return "'" + "".join(_escaped(mark, safe) for mark in _readable(shown)) + rest + "'"


def number(value: float) -> str:
    """Return a number with all its digits, in the form that every program reads."""
    from numpy import format_float_positional

    return format_float_positional(float(value), trim="-")


def _escaped(mark: str, safe: frozenset[str]) -> str:
    if mark in safe:
        return mark
    code = ord(mark)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _readable(text: str) -> str:
    """Return text that a file of another program can hold; refuse what none can."""
    for mark in text:
        if mark == "\0" or 0xD800 <= ord(mark) <= 0xDFFF:
            raise UnsupportedError(
                f"The name {text!r} has a character ({mark!r}) that no other program can read. "
                f"Rename the column, fit again, and export that."
            )
    return text
