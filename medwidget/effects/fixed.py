"""Which effects the constraints of a model settle before any data are seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from medwidget.effects.effect import EffectSet

__all__ = ["FIXED", "fixed_effects"]

# Why such an effect has no interval.
FIXED = "fixed by constraints"
# An expression that is not constant differs between parameter vectors drawn at random.
VECTORS = 4
SAME = 1e-9


def fixed_effects(effects: EffectSet, constraints: Mapping[str, float | str]) -> frozenset[str]:
    """Return the names of effects that have one value wherever the constraints hold.

    A path fixed at a number is one, so is a product with a path fixed at zero, and the difference
    of two levels whose paths are held equal.

    Parameters
    ----------
    effects : EffectSet
    constraints : mapping of str to (float or str)
        Value of a parameter, or the name of the one that it equals.
    """
    if not constraints:
        return frozenset()
    names = effects.parameter_names
    places = {name: place for place, name in enumerate(names)}
    theta = np.random.default_rng(1).uniform(0.5, 1.5, (VECTORS, len(names)))
    for name, value in constraints.items():
        if name in places:
            theta[:, places[name]] = theta[:, places[value]] if isinstance(value, str) else value
    values = effects.value(theta)
    spread = np.ptp(values, axis=0)
    settled = spread <= SAME * (1.0 + np.abs(values).max(axis=0))  # false where not a number
    return frozenset(
        name for name, fixed in zip(effects.names, settled.tolist(), strict=True) if fixed
    )
