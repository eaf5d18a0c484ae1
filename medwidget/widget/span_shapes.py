"""The shapes of sentences that come in pieces."""

from __future__ import annotations

from typing import Literal, TypedDict

__all__ = ["Side", "Span"]

Side = Literal["within", "between", "cross-level", "conflated", ""]


class Span(TypedDict):
    """A piece of a sentence."""

    text: str
    side: Side
    strong: bool
    italic: bool
    key: bool  # drawn as a key cap
