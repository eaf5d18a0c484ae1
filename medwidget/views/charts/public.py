"""The charts as functions that return an Altair chart; ``medwidget.charts`` is this module.

Each is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medwidget.views.charts.registry import CHARTS, module

if TYPE_CHECKING:
    from medwidget.views.charts.caterpillar import caterpillar
    from medwidget.views.charts.diagnostics import diagnostics
    from medwidget.views.charts.effects import effects
    from medwidget.views.charts.influence import influence
    from medwidget.views.charts.johnson_neyman import johnson_neyman
    from medwidget.views.charts.multiples import groups
    from medwidget.views.charts.scatter import scatter
    from medwidget.views.charts.specification_curve import specification_curve

__all__ = [
    "caterpillar",
    "diagnostics",
    "effects",
    "groups",
    "influence",
    "johnson_neyman",
    "scatter",
    "specification_curve",
]


def __getattr__(name: str) -> Any:
    if name not in CHARTS:
        raise AttributeError(f"module 'medwidget.charts' has no attribute {name!r}")
    return getattr(module(name), name)


def __dir__() -> list[str]:
    return sorted(__all__)
