"""One effect in two independent samples: the difference with its test, and both together."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget.intervals.draws import bounds_of_draws, tails
from medwidget.result import EffectRow, MediationResult
from medwidget.studies.replication import ReplicatedEffect

__all__ = ["compared_effects"]

Array = NDArray[np.float64]

# Effects that a normal test does not suit, or that have another meaning in each sample.
_UNTESTED = {
    "heterogeneity": "not compared: its estimate is not near normal",
    "variance": "not compared: its estimate is not near normal",
    "proportion": "not compared: a ratio is not near normal",
    "standardized": "not compared: each sample has its own standard deviations",
}


def compared_effects(
    first: MediationResult, second: MediationResult, draws: dict[str, Array] | None
) -> Iterator[ReplicatedEffect]:
    """Yield every effect of two results side by side.

    Parameters
    ----------
    first, second : MediationResult
    draws : dict of str to array, or None
        Of the difference of each effect.
    """
    level = float(first.settings["level"])
    old = {row.name: row for row in first.effect_rows}
    new = {row.name: row for row in second.effect_rows}
    for name in {**old, **new}:
        yield _effect(
            old.get(name), new.get(name), None if draws is None else draws.get(name), level
        )


def _effect(
    old: EffectRow | None, new: EffectRow | None, draws: Array | None, level: float
) -> ReplicatedEffect:
    shown = old or new
    assert shown is not None, "one of the two has it"
    numbers: tuple[Any, ...] = (*_numbers(old), *_numbers(new))
    item = ReplicatedEffect(shown.name, shown.level, shown.kind, *numbers)
    reason = _why_not(old, new)
    if reason:
        return replace(item, reason=reason)
    assert old is not None, "compared only where both have it"
    assert new is not None, "compared only where both have it"
    assert old.estimate is not None, "compared only where both have a number"
    assert new.estimate is not None, "compared only where both have a number"
    assert old.se, "compared only where both have a standard error"
    assert new.se, "compared only where both have a standard error"
    pair = ((old.estimate, old.se), (new.estimate, new.se))
    changes: dict[str, Any] = {**_compared(*pair, draws, level), **_pooled(*pair, level)}
    return replace(item, **changes)


def _numbers(row: EffectRow | None) -> tuple[float | None, ...]:
    if row is None:
        return (None, None, None, None)
    return (row.estimate, row.se, row.lower, row.upper)


def _why_not(old: EffectRow | None, new: EffectRow | None) -> str:
    """Return why an effect is not compared; nothing where it is."""
    for row, sample in ((old, "first"), (new, "new")):
        if row is None:
            return f"not in the {sample} sample"
        if row.estimate is None:
            return f"no number in the {sample} sample: {row.reason}"
    assert new is not None, "looked at above"
    if new.kind in _UNTESTED:
        return _UNTESTED[new.kind]
    for row, sample in ((old, "first"), (new, "new")):
        if row is None or not row.se or not math.isfinite(row.se):
            return f"no standard error in the {sample} sample; fit with an interval to have one"
    return ""


def _compared(
    old: tuple[float, float], new: tuple[float, float], draws: Array | None, level: float
) -> dict[str, float | None]:
    difference, se = new[0] - old[0], math.hypot(old[1], new[1])
    lower, upper = _normal_bounds(difference, se, level)
    error: float | None = None
    if draws is not None and np.isfinite(draws).any():
        usable = draws[np.isfinite(draws)][:, None]
        found = bounds_of_draws(
            usable, tails(level, 1), {"level": level}, attempted=len(draws), reasons=(None,)
        )
        if found.reasons[0] is None:
            lower, upper = float(found.lower[0]), float(found.upper[0])
            error = float(found.monte_carlo_error[0])
    z = difference / se
    return {
        "difference": difference,
        "difference_se": se,
        "difference_lower": lower,
        "difference_upper": upper,
        "monte_carlo_error": error,
        "z": z,
        "p": math.erfc(abs(z) / math.sqrt(2)),
    }


def _pooled(
    old: tuple[float, float], new: tuple[float, float], level: float
) -> dict[str, float | None]:
    """Return the inverse-variance mean of two estimates, and their heterogeneity (Cochran 1954)."""
    # relative to the larger, so that squares of very small or large errors stay in range
    largest = max(old[1], new[1])
    weights = [(largest / se) ** 2 for _, se in (old, new)]
    total = sum(weights)
    pooled = (weights[0] * old[0] + weights[1] * new[0]) / total
    se = largest / math.sqrt(total)
    lower, upper = _normal_bounds(pooled, se, level)
    q = ((new[0] - old[0]) / math.hypot(old[1], new[1])) ** 2
    return {
        "pooled": pooled,
        "pooled_se": se,
        "pooled_lower": lower,
        "pooled_upper": upper,
        "q": q,
        "i_squared": max(0.0, (q - 1) / q) if q > 0 else 0.0,
    }


def _normal_bounds(estimate: float, se: float, level: float) -> tuple[float, float]:
    from scipy.stats import norm

    reach = float(norm.ppf(0.5 + level / 2)) * se
    return estimate - reach, estimate + reach
