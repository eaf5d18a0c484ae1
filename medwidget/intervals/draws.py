"""From draws of effects to bounds, with their Monte Carlo error."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np

from medwidget.intervals.protocol import Array, Bounds

__all__ = ["bounds_of_draws", "tails"]

MOST_PIVOTS = 16  # beyond, sorting is faster than partitioning


def tails(level: float, count: int) -> Array:
    """Return equal-tailed probabilities for each of ``count`` effects, shape (count, 2)."""
    return np.tile([0.5 - level / 2.0, 0.5 + level / 2.0], (count, 1))


def bounds_of_draws(
    draws: Array,
    probabilities: Array,
    settings: Mapping[str, Any],
    *,
    attempted: int,
    reasons: tuple[str | None, ...] | None = None,
) -> Bounds:
    """Return percentiles of draws.

    Parameters
    ----------
    draws : array (S, E)
        Values of the effects in the usable draws.
    probabilities : array (E, 2)
        Lower and upper probability for each effect; NaN where a reason is given.
    settings : mapping
        Recorded with the bounds; its "level" tells how many draws are enough.
    attempted : int
        Draws including those that could not be used.
    reasons : tuple of (str or None), optional
        Why an effect has no interval, where that is known already.

    Returns
    -------
    Bounds
        The Monte Carlo error of a percentile is half the distance of the order statistics one
        binomial SD of the rank away on either side.
    """
    n_draws, n_effects = draws.shape
    reasons = (None,) * n_effects if reasons is None else reasons
    reasons = tuple(
        reason or _reason(count, n_draws, float(settings["level"]))
        for reason, count in zip(reasons, _finite_counts(draws), strict=True)
    )
    bounds = np.full((n_effects, 2), np.nan)
    errors = np.full(n_effects, np.nan)
    spread = np.full(n_effects, np.nan)
    usable = np.flatnonzero([reason is None for reason in reasons])
    if usable.size:
        values = np.ascontiguousarray(draws.T[usable])
        spread[usable] = values.std(axis=1, ddof=1)
        p = probabilities[usable]
        rank, step = p * (n_draws - 1), np.sqrt(n_draws * p * (1.0 - p))
        at = _at_ranks(values, np.concatenate([rank, rank - step, rank + step], axis=1))
        bounds[usable] = at[:, :2]
        errors[usable] = np.max(at[:, 4:] - at[:, 2:4], axis=1) / 2.0
    return Bounds(
        bounds[:, 0],
        bounds[:, 1],
        spread,
        errors,
        settings,
        attempted,
        attempted - n_draws,
        reasons,
        draws,
    )


def _finite_counts(draws: Array) -> list[int]:
    # a sum is finite only if all its terms are (or they overflow), and costs far less than a mask
    with np.errstate(invalid="ignore", over="ignore"):
        clean = np.isfinite(draws.sum(axis=0))
    if clean.all():
        return [len(draws)] * draws.shape[1]
    return [int(count) for count in np.isfinite(draws).sum(axis=0)]


def _reason(n_finite: int, n_draws: int, level: float) -> str | None:
    needed = max(2, ceil(round(2.0 / (1.0 - level), 6)))
    if n_draws < needed:
        return (
            f"{n_draws} draws are too few for a {level:.4g} interval, which needs at least {needed}"
        )
    if n_finite < n_draws:
        return f"the effect has no finite value in {n_draws - n_finite} of {n_draws} draws"
    return None


def _at_ranks(values: Array, rank: Array) -> Array:
    """Interpolate between order statistics of rows (E, S), which are reordered, at ranks (E, k)."""
    rank = np.clip(rank, 0, values.shape[1] - 1)
    below = np.minimum(rank.astype(np.intp), values.shape[1] - 2)
    needed = np.unique([below, below + 1])
    if needed.size <= MOST_PIVOTS:
        values.partition(needed, axis=1)
    else:
        values.sort(axis=1)
    left = np.take_along_axis(values, below, axis=1)
    right = np.take_along_axis(values, below + 1, axis=1)
    result: Array = left + (rank - below) * (right - left)
    return result
