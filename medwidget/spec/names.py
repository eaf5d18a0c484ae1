"""Names that would stand for two things, because columns carry brackets and commas of their own."""

from __future__ import annotations

from collections import Counter

from medwidget.spec.problems import Problem
from medwidget.spec.structure import Structure

__all__ = ["name_problems"]


def name_problems(structure: Structure) -> tuple[Problem, ...]:
    """Return a problem for every name that two parameters would share."""
    return tuple(
        Problem(
            "ambiguous-name",
            f"{name!r} would stand for {count} different things, because of the names of the "
            f"columns.",
            "Rename columns so that none contains another with brackets, commas, ~ or :.",
            count=count,
        )
        for name, count in Counter(structure.parameters.names).items()
        if count > 1
    )
