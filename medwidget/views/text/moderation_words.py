"""At which values of its moderators the estimate of a path holds."""

from __future__ import annotations

from medwidget.effects.context import at_name
from medwidget.result import MediationResult

__all__ = ["FIRST", "ZERO", "held_at", "moderated_paths"]

ZERO = "0"
# Where a result was read back without its data, which alone say what the category is called.
FIRST = "first category"


def held_at(result: MediationResult, name: str, column: str) -> str:
    """Return the value of a moderator at which a path's estimate holds: 0, or a category.

    Empty where the column does not moderate the path.

    Parameters
    ----------
    result : MediationResult
    name : str
        Of the path with its level, such as ``b_within[m1]``.
    column : str
    """
    start = f"{name}:{column}"
    rows = [row.name for row in result.path_rows]
    if start in rows:
        return ZERO
    if not any(row.startswith(f"{start}[") for row in rows):
        return ""
    if result.resolved is None:
        return FIRST
    points = result.resolved.scales.moderators[column].points
    reference = (point.label for point in points if not any(point.values.values()))
    return next(reference, FIRST)


def moderated_paths(result: MediationResult) -> tuple[tuple[str, str, str], ...]:
    """Return path, moderator and the value at which the path's estimate holds."""
    found = []
    for path, columns in result.model.moderators.items():
        letter, _, rest = path.partition("[")
        for level in ("within", "between", "conflated"):
            name = at_name(letter, level, rest[:-1] or None)
            values = [(column, held_at(result, name, column)) for column in columns]
            found += [(name, column, value) for column, value in values if value]
    return tuple(found)
