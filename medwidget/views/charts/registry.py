"""The charts by name."""

from __future__ import annotations

import importlib
from types import ModuleType

__all__ = ["CHARTS", "module"]

# Name of a public chart, and the module that draws it: a function of that name returns an Altair
# chart, ``picture`` the same as data.
CHARTS: dict[str, str] = {
    "effects": "effects",
    "caterpillar": "caterpillar",
    "groups": "multiples",
    "specification_curve": "specification_curve",
    "scatter": "scatter",
    "johnson_neyman": "johnson_neyman",
    "diagnostics": "diagnostics",
    "influence": "influence",
}


def module(name: str) -> ModuleType:
    """Return the module of a chart."""
    return importlib.import_module(f"medwidget.views.charts.{CHARTS[name]}")
