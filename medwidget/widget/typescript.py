"""The messages as TypeScript: `python -m medwidget.widget.typescript > js/src/wire.ts`."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints

from medwidget.widget import gesture_shapes, messages, report_shapes

__all__ = ["interface", "type_script"]

_PLAIN = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}


def type_script() -> str:
    """Return `js/src/wire.ts`: an interface for each message, and their shapes as values."""
    modules = (messages, report_shapes, gesture_shapes)
    shapes = dict.fromkeys(
        item
        for module in modules
        for item in vars(module).values()
        if isinstance(item, type) and hasattr(item, "__required_keys__")
    )
    lines = ["// Written by medwidget.widget.typescript from messages.py; do not edit.", ""]
    for shape in shapes:
        lines += interface(shape)
    lines += ["/** Synchronised traits by name. */", "export interface Sections {"]
    for name, shape in messages.SECTIONS.items():
        suffix = " | null" if name in messages.NULLABLE else ""
        suffix = "[]" if name in messages.LISTS else suffix
        lines.append(f"  {name}: {shape.__name__}{suffix};")
    lines += ["}", "", "export type Gesture ="]
    lines += [f"  | {shape.__name__}" for shape in messages.GESTURES.values()]
    lines[-1] += ";"
    lines += ["", "/** Required keys of every section, checked on arrival. */"]
    lines.append("export const REQUIRED: Record<keyof Sections, readonly string[]> = {")
    for name, shape in messages.SECTIONS.items():
        keys = ", ".join(f'"{key}"' for key in shape.__annotations__)
        lines.append(f"  {name}: [{keys}],")
    lines += ["};", ""]
    return "\n".join(lines)


def interface(shape: Any) -> Iterator[str]:
    """Yield the lines of an interface."""
    hints = get_type_hints(shape, include_extras=True)
    yield f"/** {' '.join((shape.__doc__ or '').split())} */"
    yield f"export interface {shape.__name__} {{"
    for name, hint in hints.items():
        optional = "?" if get_origin(hint) is NotRequired else ""
        inner = get_args(hint)[0] if optional else hint
        yield f"  {name}{optional}: {_type(inner)};"
    yield "}"
    yield ""


def _type(hint: Any) -> str:
    if hint is Any:
        return "unknown"
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{value}"' for value in arguments)
    if origin in {Union, types.UnionType}:
        return " | ".join(_type(item) for item in arguments)
    if origin is list:
        inner = _type(arguments[0])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if origin is dict:
        return f"Record<string, {_type(arguments[1])}>"
    return str(hint.__name__)


if __name__ == "__main__":
    print(type_script())  # noqa: T201 - a command
