"""Names from data, which may be anything, as names that another program takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

__all__ = ["Names"]

# What parameter names are made of, in fewer letters for programs that allow few.
_SHORTER = {"intercept": "i", "residual": "r", "within": "w", "between": "b", "indirect": "ind"}
_FEW = 12


class Names:
    """Legal names, handed out once each: ASCII letters, digits and underscores.

    No two of them differ in capitals alone, since some programs take these for the same.

    Parameters
    ----------
    reserved : collection of str
        Words that mean something to the program, or that the code uses itself.
    longest : int
        Most characters that a name may have.
    joint : str
        What stands between words: an underscore, or nothing.

    Examples
    --------
    >>> names = Names({"if"}, longest=8)
    >>> [names.take(name) for name in ("if", "If", "a b", "a_b", "日本", "x_within", "1st place")]
    ['if_2', 'If_3', 'a_b', 'a_b_2', 'v', 'x_w', 'v1st_pla']
    """

    def __init__(self, reserved: Collection[str] = (), longest: int = 30, joint: str = "_") -> None:
        self.longest = longest
        self.joint = joint
        self._taken = {word.casefold() for word in reserved}

    def take(self, wanted: str) -> str:
        """Return a free legal name that looks like ``wanted``."""
        stem = self._legal(wanted)
        name, count = stem[: self.longest].rstrip("_"), 1
        while name.casefold() in self._taken:
            count += 1
            end = f"{self.joint}{count}"
            name = stem[: self.longest - len(end)].rstrip("_") + end
        self._taken.add(name.casefold())
        return name

    def _legal(self, wanted: str) -> str:
        # the start is enough, and a name may be as long as a book
        plain = unicodedata.normalize("NFKD", wanted[:200].replace("~", " on "))
        words = re.findall(r"[A-Za-z0-9]+", plain.encode("ascii", "ignore").decode())
        if self.longest < _FEW:
            words = [_SHORTER.get(word, word) for word in words if word != "on"]
        stem = self.joint.join(words) or "v"
        return stem if stem[0].isalpha() else f"v{stem}"
