"""Sentences in pieces: what is printed strong, in italics, or in the colour of a level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["SIDES", "Span", "plain", "side_of"]

# The levels that have a colour of their own, and the one that stands for neither.
SIDES = ("within", "between", "cross-level", "conflated")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence.

    Attributes
    ----------
    text : str
    side : {"", "within", "between", "cross-level", "conflated"}
        The level whose colour it takes.
    strong, italic, key : bool
        Printed bold, as a parameter, or as a key cap.
    """

    text: str
    side: str = ""
    strong: bool = False
    italic: bool = False
    key: bool = False


def plain(spans: Iterable[Span]) -> str:
    """Return the sentence without its dress."""
    return "".join(span.text for span in spans)


def side_of(level: str) -> str:
    """Return the side of a level of an effect; empty for one that has no colour."""
    return level if level in SIDES else ""
