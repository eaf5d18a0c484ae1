"""The places of a diagram: roles that one column holds, and paths by the columns they join."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CORE", "UNCHOSEN", "Path", "Place", "path_of"]

# Roles that hold one column each, except that there may be several mediators.
CORE = ("exposure", "mediator", "outcome", "group")
# A path by the columns that tell it apart: ("a", "m"), ("b", "m"), ("d", "m1", "m2"), ("direct",).
Path = tuple[str, ...]
# Stands for the mediator that is not chosen yet, so that its paths can be switched beforehand.
UNCHOSEN = ""


class Place(NamedTuple):
    """A role that one column holds; mediators are counted."""

    role: str
    number: int = 0


def path_of(source: str | None, target: str | None) -> Path:
    """Return the path between two columns; None stands for the exposure and for the outcome."""
    if source is None:
        return ("direct",) if target is None else ("a", target)
    return ("b", source) if target is None else ("d", source, target)
