"""Words in pictures: rows of a data set that say what stands where, in pixels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["level_of_effect", "width_of", "word"]

# Width of a character beside the font's size, on average over names and numbers.
CHARACTER = 0.6


def word(x: float, y: float, text: str, style: str = "plain") -> dict[str, Any]:
    """Return a row that prints text at a place in pixels."""
    return {"px": x, "py": y, "text": text, "style": style}


def width_of(texts: Iterable[str], size: float = 11.0) -> float:
    """Return about how wide texts are beside each other, in pixels."""
    return CHARACTER * size * sum(map(len, texts))


def level_of_effect(name: str) -> str:
    """Return the level of an effect by its name, for its colour and marker."""
    stem = name.partition("[")[0]
    for level in ("within", "between"):
        if stem.endswith(f"_{level}"):
            return level
    return "cross-level" if "_" in stem else "conflated"
