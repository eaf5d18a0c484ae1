"""Whether a value has the shape that `messages` gives it, and can cross as JSON."""

import json
import types
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)


def complaints(value: object, shape: Any, where: str = "") -> list[str]:
    """Return what of a value differs from its shape."""
    origin = get_origin(shape)
    if is_typeddict(shape):
        return _of_dict(value, shape, where)
    if origin in {Union, types.UnionType}:
        found = [complaints(value, one, where) for one in get_args(shape)]
        return [] if any(not each for each in found) else found[0]
    if origin in {list, dict}:
        return _of_collection(value, origin, get_args(shape)[-1], where)
    if origin is Literal:
        fits = value in get_args(shape)
    elif shape is float:
        fits = type(value) in {int, float}
    else:
        fits = shape is Any or type(value) is (type(None) if shape is None else shape)
    return [] if fits else [f"{where}: {value!r} is no {shape}"]


def _of_collection(value: object, kind: type, inner: Any, where: str) -> list[str]:
    if not isinstance(value, kind):
        return [f"{where}: {type(value).__name__} is no {kind.__name__}"]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [text for key, item in items for text in complaints(item, inner, f"{where}.{key}")]


def _of_dict(value: object, shape: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: {type(value).__name__} is no {shape.__name__}"]
    hints = get_type_hints(shape)
    required = {
        name
        for name, hint in get_type_hints(shape, include_extras=True).items()
        if get_origin(hint) is not NotRequired
    }
    found = [f"{where}: lacks {name}" for name in required - set(value)]
    found += [f"{where}: has {name}" for name in set(value) - set(hints)]
    for name, hint in hints.items():
        if name in value:
            found += complaints(value[name], hint, f"{where}.{name}")
    return found


def assert_crosses(value: object, shape: Any) -> None:
    """Fail unless a value has a shape and is the same after its way through JSON."""
    assert complaints(value, shape) == []
    assert json.loads(json.dumps(value, allow_nan=False)) == value
