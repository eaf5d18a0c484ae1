"""The rows of a few groups beside each group's own line and the average one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.errors import ModelError
from medwidget.pipeline.resolve import Resolved
from medwidget.result import MediationResult
from medwidget.spec.structure import Equation, Slope
from medwidget.studies.fitted import resolved_of
from medwidget.studies.group_view import GroupView, average_slope
from medwidget.studies.residuals import residuals
from medwidget.studies.unpooled import within_predictors

__all__ = ["MOST_GROUPS", "MOST_ROWS", "GroupDots", "GroupRows", "PathPanel", "group_rows_of"]

Array = NDArray[np.float64]

MOST_GROUPS = 12
# Rows of a group that are drawn; of larger groups, as many at even steps through its rows.
MOST_ROWS = 120


@dataclass(frozen=True)
class GroupDots:
    """One group in one panel: deviations of its rows from its means, and its slope.

    ``y`` is free of what else the equation holds: the group's line at each x plus the residual,
    so that the dots scatter about the line and nothing but the path shows.
    """

    x: Array
    y: Array
    slope: float
    n_rows: int


@dataclass(frozen=True)
class PathPanel:
    """One path: a group after the other.

    Attributes
    ----------
    path, source, target : str
    average : float
        Slope in the average group.
    adjusted : bool
        Whether the equation holds other columns that vary within groups.
    groups : tuple of GroupDots
    """

    path: str
    source: str
    target: str
    average: float
    adjusted: bool
    groups: tuple[GroupDots, ...]


@dataclass(frozen=True)
class GroupRows:
    """Some groups, and a panel for each path of the effect.

    Attributes
    ----------
    view : GroupView
    positions : tuple of int
        Of the groups in the view, in the order given.
    panels : tuple of PathPanel
    """

    view: GroupView
    positions: tuple[int, ...]
    panels: tuple[PathPanel, ...]

    @property
    def thinned(self) -> bool:
        """Whether some group has more rows than are drawn."""
        return any(dots.n_rows > len(dots.x) for panel in self.panels for dots in panel.groups)


def group_rows_of(result: MediationResult, view: GroupView, positions: Sequence[int]) -> GroupRows:
    """Return the rows of some groups for each path of an effect.

    Parameters
    ----------
    result : MediationResult
        The one that ``view`` is of.
    view : GroupView
        Says which effect, and whether lines are shrunken or each group's own least squares.
    positions : sequence of int
        At most twelve are used, the first ones.
    """
    resolved = resolved_of(result)
    n_groups = len(view.labels)
    if any(not 0 <= place < n_groups for place in positions):
        raise ModelError(f"Positions of groups run from 0 to {n_groups - 1}.")
    chosen = tuple(dict.fromkeys(int(place) for place in positions))[:MOST_GROUPS]
    codes = resolved.prepared.rows.codes
    rows = np.flatnonzero(np.isin(codes, chosen))
    owner = codes[rows]
    rows_of = [rows[owner == place] for place in chosen]
    slopes = {slope.path: slope for slope in resolved.structure.slopes if slope.level != "between"}
    panels = tuple(
        _panel(result, resolved, slopes[path], column, view, chosen, rows_of)
        for column, path in enumerate(view.paths)
    )
    return GroupRows(view, chosen, panels)


def _panel(
    result: MediationResult,
    resolved: Resolved,
    slope: Slope,
    column: int,
    view: GroupView,
    chosen: Sequence[int],
    rows_of: Sequence[NDArray[np.intp]],
) -> PathPanel:
    equation = next(item for item in resolved.structure.equations if item.response == slope.target)
    average = view.average
    if len(view.paths) > 1:
        average = average_slope(result, slope.path)
    groups = []
    for place, all_rows in zip(chosen, rows_of, strict=True):
        rows = _complete(resolved, equation, slope, all_rows)
        own = float(view.slopes[place, column])
        x = _deviations(resolved, slope.source, rows)
        if view.shrunken:
            left = residuals(result)[slope.target][rows]
            left = left - left.sum() / max(len(left), 1)
        else:
            left = _own_residuals(resolved, slope, rows)
        y = left + (own * x if np.isfinite(own) else 0.0)
        step = max(1, -(-len(rows) // MOST_ROWS))
        groups.append(GroupDots(x[::step], y[::step], own, len(rows)))
    adjusted = len(within_predictors(equation)) > 1
    return PathPanel(slope.path, slope.source, slope.target, average, adjusted, tuple(groups))


def _complete(
    resolved: Resolved, equation: Equation, slope: Slope, rows: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return the rows that have all columns of an equation that vary within groups."""
    values = resolved.prepared.rows.values
    keys = {(slope.source, None), (slope.target, None), *within_predictors(equation)}
    return rows[np.logical_and.reduce([np.isfinite(values[key][rows]) for key in keys])]


def _deviations(resolved: Resolved, column: str, rows: NDArray[np.intp]) -> Array:
    values = resolved.prepared.rows.values[column, None][rows]
    deviations: Array = values - values.sum() / max(len(values), 1)
    return deviations


def _own_residuals(resolved: Resolved, slope: Slope, rows: NDArray[np.intp]) -> Array:
    """Return what a group's own regression leaves of its rows."""
    equation = next(item for item in resolved.structure.equations if item.response == slope.target)
    response = _deviations(resolved, slope.target, rows)
    values = resolved.prepared.rows.values
    keys = within_predictors(equation)
    predictors = np.stack([values[key][rows] for key in keys], axis=1)
    predictors = predictors - predictors.sum(axis=0) / max(len(rows), 1)
    spread = np.sqrt((predictors**2).sum(axis=0))
    predictors = predictors / np.where(spread > 0, spread, 1.0)
    fitted = predictors @ np.linalg.lstsq(predictors, response, rcond=1e-8)[0]
    return np.asarray(response - fitted)
