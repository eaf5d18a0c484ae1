"""From effects, estimates and bounds to the rows of a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.effect import Effect, EffectSet, apply_guard
from medwidget.effects.fixed import FIXED, fixed_effects
from medwidget.effects.standardized import slope_scales
from medwidget.intervals.protocol import Bounds
from medwidget.result import EffectRow
from medwidget.spec.scales import Scales
from medwidget.spec.structure import Structure

__all__ = ["Shown", "path_rows"]

Array = NDArray[np.float64]


# Sets coefficients apart from effects of the same name: of a moderated direct path,
# ``direct_within`` is the slope where the moderator is 0 in one, and at its mean in the other.
_COEFFICIENT = "coefficient "


class Shown:
    """The coefficients and effects of a result as one set, so that one interval serves them all.

    Parameters
    ----------
    coefficients, effects : EffectSet
        Over the same parameters.
    constraints : mapping of str to (float or str)
        Parameters that are not free: the value, or the parameter that they equal.
    """

    def __init__(
        self,
        coefficients: EffectSet,
        effects: EffectSet,
        constraints: Mapping[str, float | str] | None = None,
    ) -> None:
        self._effects = effects
        self._coefficients = [
            replace(effect, name=_COEFFICIENT + effect.name) for effect in coefficients
        ]
        self.together = EffectSet((*self._coefficients, *effects), effects.parameter_names)
        self._fixed = fixed_effects(self.together, constraints or {})

    def effect_rows(self, values: Array, bounds: Bounds | None) -> tuple[EffectRow, ...]:
        """Return the rows of the effects.

        Parameters
        ----------
        values : array (E,)
            Estimates of the available effects of `together`.
        bounds : Bounds or None
            Of the same; None when no interval was asked for.
        """
        return self._rows(self._effects, values, bounds)

    def coefficient_rows(self, values: Array, bounds: Bounds | None) -> tuple[EffectRow, ...]:
        """Return the rows of the coefficients; arguments as `effect_rows`."""
        rows = self._rows(self._coefficients, values, bounds)
        return tuple(replace(row, name=row.name.removeprefix(_COEFFICIENT)) for row in rows)

    def _rows(
        self, wanted: Iterable[Effect], values: Array, bounds: Bounds | None
    ) -> tuple[EffectRow, ...]:
        places = {name: place for place, name in enumerate(self.together.names)}
        estimates = {name: float(values[place]) for name, place in places.items()}
        limits = {
            name: (float(bounds.lower[place]), float(bounds.upper[place]))
            for name, place in places.items()
            if bounds is not None
        }
        rows = (_row(effect, places, estimates, limits, bounds) for effect in wanted)
        return tuple(_without_error(row) if row.name in self._fixed else row for row in rows)


def _without_error(row: EffectRow) -> EffectRow:
    """Return the row of an effect that is known, and so has no interval."""
    if row.estimate is None:
        return row
    return replace(row, se=0.0, lower=None, upper=None, monte_carlo_error=None, reason=FIXED)


def path_rows(
    coefficients: Iterable[EffectRow],
    structure: Structure,
    scales: Scales,
    estimates: Mapping[str, float],
) -> tuple[EffectRow, ...]:
    """Return the coefficients that are paths, standardized too, and those that moderate paths.

    Parameters
    ----------
    coefficients : iterable of EffectRow
    structure : Structure
    scales : Scales
    estimates : mapping of str to float
        Of all parameters.
    """
    moderated = {name for slope in structure.slopes for _, name in slope.moderators}
    slopes = {slope.parameter for slope in structure.slopes}
    by_parameter = {
        name: float(scale.value(lambda each: np.asarray(estimates[each])))
        for name, scale in slope_scales(structure, scales).items()
    }
    return tuple(
        replace(row, standardized=_times(row.estimate, by_parameter.get(row.name)))
        for row in coefficients
        if row.name in slopes | moderated
    )


def _times(estimate: float | None, scale: float | None) -> float | None:
    return None if estimate is None or scale is None else _finite(estimate * scale)


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
