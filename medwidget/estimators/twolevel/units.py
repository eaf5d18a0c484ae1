"""By which location and scale the engine's data were standardized."""

from __future__ import annotations

import numpy as np

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Units
from medwidget.spec.two_level import TwoLevel

__all__ = ["units_of"]


def units_of(model: TwoLevel, cells: Cells) -> Units:
    """Return location and scale of every variable of both systems.

    All parts of a column have one scale, so a latent variable has the same between as within. A
    slope's scale is the ratio of its target's to its source's.

    Parameters
    ----------
    model : TwoLevel
    cells : Cells
        Individual-level variables in the order of W, group-level ones in that of B.
    """
    size = len(model.between.variables)
    location, scale = np.zeros(size), np.ones(size)
    for within, between in model.latent:
        location[between], scale[between] = cells.location[within], cells.scale[within]
    group = list(model.group)
    location[group], scale[group] = cells.group_location, cells.group_scale
    for slope in model.slopes:
        entry = model.between.variables[slope].entry
        if entry is None:
            raise ValueError(f"slope {model.between.variables[slope].label} has no entry")
        target, source = entry
        scale[slope] = cells.scale[target] / cells.scale[source]
    return Units(location, scale, cells.location, cells.scale)
