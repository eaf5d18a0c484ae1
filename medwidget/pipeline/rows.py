"""From effects, estimates and bounds to the rows of a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from medwidget.effects.effect import Effect, EffectSet, apply_guard
from medwidget.intervals.protocol import Bounds
from medwidget.result import EffectRow

__all__ = ["Shown", "effect_rows"]


@dataclass(frozen=True)
class Shown:
    """Sets of effects evaluated together, so that one interval serves them all."""

    sets: tuple[EffectSet, ...]

    @property
    def together(self) -> EffectSet:
        """All effects in one set, told apart by a prefix where names coincide."""
        effects: dict[str, Effect] = {}
        for one in self.sets:
            for effect in one:
                effects.setdefault(effect.name, effect)
        return EffectSet(effects.values(), self.sets[0].parameter_names)


def effect_rows(
    wanted: Sequence[Effect], together: EffectSet, values: np.ndarray, bounds: Bounds | None
) -> tuple[EffectRow, ...]:
    """Return the rows of some effects.

    Parameters
    ----------
    wanted : sequence of Effect
    together : EffectSet
        Of which ``values`` and ``bounds`` are.
    values : array (E,)
        Estimates of the available effects.
    bounds : Bounds or None
        None when no interval was asked for.
    """
    places = {name: place for place, name in enumerate(together.names)}
    estimates = {name: float(values[place]) for name, place in places.items()}
    limits = {
        name: (float(bounds.lower[place]), float(bounds.upper[place]))
        for name, place in places.items()
        if bounds is not None
    }
    return tuple(_row(effect, places, estimates, limits, bounds) for effect in wanted)


def _row(
    effect: Effect,
    places: dict[str, int],
    estimates: dict[str, float],
    limits: dict[str, tuple[float, float]],
    bounds: Bounds | None,
) -> EffectRow:
    reason = effect.reason
    if reason is None:
        refusal = apply_guard(effect, estimates, limits)
        reason = refusal.reason if refusal is not None else None
    if reason is None and not np.isfinite(estimates[effect.name]):
        reason = "the arithmetic has no finite value at these estimates"
    if reason is not None:
        return EffectRow(
            effect.name,
            effect.level,
            effect.kind,
            *(None, None, None, None),
            effect.definition,
            effect.about,
            reason,
        )
    place = places[effect.name]
    row = EffectRow(
        name=effect.name,
        level=effect.level,
        kind=effect.kind,
        estimate=estimates[effect.name],
        se=None,
        lower=None,
        upper=None,
        definition=effect.definition,
        about=effect.about,
        reason="no interval was asked for",
    )
    if bounds is None:
        return row
    return replace(
        row,
        se=_finite(bounds.standard_error[place]),
        lower=_finite(bounds.lower[place]),
        upper=_finite(bounds.upper[place]),
        reason=bounds.reasons[place] or "",
        monte_carlo_error=_finite(bounds.monte_carlo_error[place]),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
