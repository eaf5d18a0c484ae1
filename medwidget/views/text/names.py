"""Names from the data, made safe to print: no control characters, no endless ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["LONGEST", "Names", "shortened", "visible"]

# Longest name, in characters, that a table prints in full.
LONGEST = 32
ELLIPSIS = "…"


def visible(text: str) -> str:
    r"""Return text with characters that do not print, or that reorder others, as escapes.

    Examples
    --------
    >>> visible("a\nb")
    'a\\nb'
    """
    return "".join(char if _prints(char) else _escape(char) for char in text)


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return text with its middle left out where it is too long.

    Examples
    --------
    >>> shortened("abcdefghij", 7)
    'abc…hij'
    """
    if len(text) <= longest:
        return text
    tail = (longest - len(ELLIPSIS)) // 2
    head = longest - len(ELLIPSIS) - tail
    return f"{text[:head]}{ELLIPSIS}{text[-tail:] if tail else ''}"


class Names:
    """Names from the data with the form in which they are printed.

    Names that differ are printed differently: where the short forms coincide they are numbered.

    Parameters
    ----------
    names : iterable of str
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._shown: dict[str, str] = {}
        taken: set[str] = set()
        for name in dict.fromkeys(names):
            plain = shown = shortened(visible(name))
            number = 1
            while shown in taken:
                number += 1
                shown = f"{plain}#{number}"
            taken.add(shown)
            self._shown[name] = shown
        # the longest first, so that a name within another is not taken for it
        changed = [name for name, shown in self._shown.items() if name != shown]
        forms = {form: self._shown[name] for name in changed for form in _forms(name)}
        self._forms = forms
        ordered = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, name: str) -> str:
        """Return the printed form of a name."""
        return self._shown.get(name, shortened(visible(name)))

    def within(self, text: str) -> str:
        """Return text with every name in it in its printed form, and nothing in it unprintable."""
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: self._forms[found.group()], text)
        return visible(text)


def _forms(name: str) -> tuple[str, ...]:
    """Return how a name may occur in a sentence: as it is, and as Python would quote it."""
    return tuple(dict.fromkeys((name, repr(name)[1:-1])))


def _prints(char: str) -> bool:
    # other spaces than the plain one, and all that is invisible, would hide what a name is
    return char == " " or (char.isprintable() and unicodedata.category(char) != "Zs")


def _escape(char: str) -> str:
    return repr(char)[1:-1] if not char.isprintable() else f"\\u{ord(char):04x}"
