"""The shapes of the model ladder in the Specifications tab."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["LadderTable", "LadderView"]


class LadderTable(TypedDict):
    """A table of texts under a heading; the first columns hold words, the others numbers."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    n_labels: int


class LadderView(TypedDict):
    """A model built up step by step."""

    running: bool
    stale: bool  # the model on screen is another one
    reason: str  # why there is none
    tables: list[LadderTable]
    notes: list[str]
