"""How the draws behind an interval are distributed, as curves to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from medwidget.intervals.protocol import Bounds
from medwidget.result import EffectRow, Table

__all__ = ["Draws", "density_table", "kept_draws"]

Array = NDArray[np.float64]
COLUMNS = ("effect", "x", "density")
# Draws that a curve rests on; they are independent, so that any of them will do.
MOST_DRAWS = 5_000
# Points of a curve; classes of the histogram that is smoothed.
POINTS = 41
CLASSES = 100
# Share of the draws beyond the curve on either side: a tail too thin to see.
TAIL = 0.0025
# Silverman (1986) rule for the bandwidth, times a little: the eye is to see the shape alone.
BANDWIDTH = 0.9 * 1.2
# The part between the quartiles of a normal distribution, in SDs.
QUARTILES = 1.34
DIGITS = 4


class Draws(NamedTuple):
    """Draws of effects as they are kept: about a center, so that half the precision is enough.

    Attributes
    ----------
    names : tuple of str
    centers : array (E,)
    deviations : array (E, S)
    """

    names: tuple[str, ...]
    centers: Array
    deviations: NDArray[np.float32]


NO_DRAWS = Draws((), np.empty(0), np.empty((0, 0), dtype=np.float32))


def kept_draws(names: Sequence[str], rows: Sequence[EffectRow], bounds: Bounds | None) -> Draws:
    """Return the draws of the effects that have an interval, few enough to keep.

    Parameters
    ----------
    names : sequence of str
        Of the columns of the draws of ``bounds``.
    rows : sequence of EffectRow
    bounds : Bounds or None
    """
    if bounds is None or bounds.draws is None or len(bounds.draws) < 2:
        return NO_DRAWS
    places = {name: place for place, name in enumerate(names)}
    wanted = tuple(row.name for row in rows if row.lower is not None and row.name in places)
    step = -(-len(bounds.draws) // MOST_DRAWS)
    by_effect = bounds.draws[::step].T[[places[name] for name in wanted]]
    centers = by_effect.mean(axis=1)
    return Draws(wanted, centers, (by_effect - centers[:, None]).astype(np.float32))


def density_table(draws: Draws) -> Table:
    """Return a smoothed density of each effect's draws: rows of effect, x and density.

    An effect whose draws are all the same has none.
    """
    if not draws.names:
        return Table(COLUMNS, ())
    values = np.sort(draws.deviations, axis=1)
    last = values.shape[1] - 1
    ranks = np.round(np.array([TAIL, 0.25, 0.75, 1.0 - TAIL]) * last).astype(np.intp)
    low, first, third, high = values[:, ranks].astype(np.float64).T
    spread = np.minimum(values.std(axis=1, dtype=np.float64), (third - first) / QUARTILES)
    seen = (spread > 0) & np.isfinite(spread) & (high > low)
    if not seen.any():
        return Table(COLUMNS, ())
    values, low, high, spread = values[seen], low[seen], high[seen], spread[seen]
    bandwidth = BANDWIDTH * spread * values.shape[1] ** -0.2
    places = np.linspace(low, high, POINTS, axis=1)
    heights = _smoothed(values, low, high, bandwidth, places)
    step = (high - low) / (POINTS - 1)
    decimals = DIGITS - 2 - np.floor(np.log10(step))
    shown = _rounded(places + draws.centers[seen][:, None], decimals[:, None]).tolist()
    density = _rounded(heights, DIGITS - 1 - np.floor(np.log10(heights))).tolist()
    kept = [name for name, known in zip(draws.names, seen.tolist(), strict=True) if known]
    return Table(
        COLUMNS,
        tuple(
            (name, x, height)
            for name, row, curve in zip(kept, shown, density, strict=True)
            for x, height in zip(row, curve, strict=True)
        ),
    )


def _smoothed(
    values: NDArray[np.float32], low: Array, high: Array, bandwidth: Array, places: Array
) -> Array:
    """Return kernel densities at places (E, K) of sorted draws (E, S), by narrow classes."""
    margin = 3.0 * bandwidth
    edges = np.linspace(low - margin, high + margin, CLASSES + 1, axis=1)
    below = [np.searchsorted(row, edge) for row, edge in zip(values, edges, strict=True)]
    counts = np.diff(np.array(below, dtype=np.float64), axis=1)
    centers = (edges[:, :-1] + edges[:, 1:]) / 2.0
    distance = (places[:, :, None] - centers[:, None, :]) / bandwidth[:, None, None]
    kernel = np.exp(-0.5 * distance * distance)
    total = (kernel @ counts[:, :, None])[:, :, 0]
    heights: Array = total / (values.shape[1] * bandwidth[:, None] * np.sqrt(2.0 * np.pi))
    # a gap among the draws has no density, and a logarithm is taken of it
    return np.maximum(heights, np.finfo(np.float64).tiny)


def _rounded(values: Array, decimals: Array) -> Array:
    scale = 10.0 ** np.clip(decimals, -300, 300)
    rounded: Array = np.round(values * scale) / scale
    return rounded
