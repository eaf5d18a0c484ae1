"""Gestures from the page, read against the shapes in `messages`: nothing else gets further."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from medwidget.errors import ModelError, suggestion
from medwidget.widget.messages import GESTURES

__all__ = ["read_gesture"]


def read_gesture(given: object) -> dict[str, Any]:
    """Return a gesture as a dictionary of its own keys.

    Raises
    ------
    ModelError
        If it has another shape than its kind; the message names the entry.
    """
    if not isinstance(given, Mapping):
        raise ModelError(f"A gesture is a dictionary, not {type(given).__name__}.")
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in GESTURES:
        raise ModelError(f"There is no gesture {kind!r}.{suggestion(kind, GESTURES)}")
    entries = _entries(kind)
    unknown = [key for key in given if key not in entries]
    if unknown:
        raise ModelError(f"The gesture {kind!r} has no entry {unknown[0]!r}.")
    read: dict[str, Any] = {}
    for name, (hint, required) in entries.items():
        if name not in given:
            if required:
                raise ModelError(f"The gesture {kind!r} lacks {name!r}.")
            continue
        if not _fits(given[name], hint):
            raise ModelError(f"The gesture {kind!r} cannot have {name}={given[name]!r}.")
        read[name] = given[name]
    return read


@cache
def _entries(kind: str) -> dict[str, tuple[Any, bool]]:
    """Return the entries of a kind: what each may hold, and whether it must be there."""
    entries = {}
    for name, hint in get_type_hints(GESTURES[kind], include_extras=True).items():
        optional = get_origin(hint) is NotRequired
        entries[name] = (get_args(hint)[0] if optional else hint, not optional)
    return entries


def _fits(value: object, hint: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return isinstance(value, str) and value in arguments
    if origin in {Union, types.UnionType}:
        return any(_fits(value, item) for item in arguments)
    if origin is list:
        return isinstance(value, list) and all(_fits(item, arguments[0]) for item in value)
    if hint is type(None):
        return value is None
    if hint is bool:
        return isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value)  # type: ignore[arg-type]
    return isinstance(value, hint)
