"""The two columns of each mediating path at each level: deviations in rows, means of groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.data.moments import as_key
from medwidget.effects.routes import shown_levels
from medwidget.errors import one_of
from medwidget.pipeline.resolve import Resolved
from medwidget.result import EffectRow, MediationResult
from medwidget.spec.structure import Slope
from medwidget.studies.fitted import resolved_of

__all__ = ["MOST_POINTS", "Scatter", "level_scatters"]

Array = NDArray[np.float64]

MOST_POINTS = 2_000


@dataclass(frozen=True)
class Scatter:
    """One path at one level.

    Attributes
    ----------
    level : {"within", "between", "conflated"}
        Deviations from group means, group means, or the columns as they are.
    path, source, target : str
        The path, and the columns at its ends.
    x, y : arrays
        The points: all of them, or as many as were asked for, drawn at random.
    n : int
        How many there are.
    center : tuple of float
        Means of all points: the line of the path goes through them.
    row : EffectRow or None
        The slope, given what else is in its equation; None where it depends on a moderator.
    """

    level: str
    path: str
    source: str
    target: str
    x: Array
    y: Array
    n: int
    center: tuple[float, float]
    row: EffectRow | None


def level_scatters(
    result: MediationResult,
    mediator: str | None = None,
    *,
    most: int = MOST_POINTS,
    seed: int = 1,
) -> tuple[Scatter, ...]:
    """Return a scatter for each path to and from a mediator, at each level that the model has.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    mediator : str, optional
        By default the first.
    most : int
        Points of a scatter at most.
    seed : int
        Of their choice, where there are more.

    Returns
    -------
    tuple of Scatter
        Paths to the mediator before those from it, the between level first. Left out is what does
        not vary at a level.
    """
    mediators = result.model.mediators
    chosen = mediators[0] if mediator is None else one_of("mediator", mediator, mediators)
    resolved = resolved_of(result)
    found = []
    for level in sorted(shown_levels(resolved.structure)):
        for slope in resolved.structure.slopes:
            if slope.level == level and chosen in (slope.source, slope.target):
                found += list(_scatter(result, resolved, slope, most, seed))
    return tuple(sorted(found, key=lambda item: (item.level, item.target != chosen)))


def _scatter(
    result: MediationResult, resolved: Resolved, slope: Slope, most: int, seed: int
) -> Iterator[Scatter]:
    x, y = (_values(resolved, name, slope.level) for name in (slope.source, slope.target))
    if x.size != y.size:  # one of them does not vary here
        return
    present = np.isfinite(x) & np.isfinite(y)
    x, y = x[present], y[present]
    if x.size == 0 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return
    drawn = _drawn(x.size, most, seed)
    row = next((row for row in result.path_rows if row.name == slope.parameter), None)
    known = row is not None and row.estimate is not None and not slope.moderators
    yield Scatter(
        slope.level,
        slope.path,
        slope.source,
        slope.target,
        x[drawn],
        y[drawn],
        x.size,
        (float(x.mean()), float(y.mean())),
        row if known else None,
    )


def _values(resolved: Resolved, column: str, level: str) -> Array:
    moments, rows = resolved.prepared.moments, resolved.prepared.rows
    place = moments.position(as_key(column))
    means: Array = moments.means[:, place]
    if level == "between":
        return means
    values: Array = np.asarray(rows.values[as_key(column)], dtype=np.float64)
    if level == "conflated":
        return values
    # a column without variation within groups is exactly so, whatever its means are rounded to
    return values - means[rows.codes] if moments.varies[:, place].any() else np.zeros(1)


def _drawn(n: int, most: int, seed: int) -> NDArray[np.intp]:
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, size=most, replace=False))
