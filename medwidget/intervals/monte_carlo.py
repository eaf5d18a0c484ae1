"""Percentiles of an effect over draws from the asymptotic distribution of the estimates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from medwidget.effects.effect import EffectSet
from medwidget.intervals.draws import bounds_of_draws, tails
from medwidget.intervals.protocol import (
    Bounds,
    FittedModel,
    Progress,
    Refit,
    check_count,
    check_level,
)

__all__ = ["MonteCarlo"]


@dataclass(frozen=True)
class MonteCarlo:
    """Monte Carlo interval (Preacher & Selig 2012, Comm Methods Measures 6:77).

    Parameters
    ----------
    samples : int
        Draws of the parameter vector.
    """

    samples: int = 10_000
    name: ClassVar[str] = "monte-carlo"

    def __post_init__(self) -> None:
        check_count("samples", self.samples)

    def unsupported(self, fit: FittedModel, refit: Refit | None = None) -> str | None:
        """Return None: every fit can be drawn from."""
        return None

    def bounds(
        self,
        effects: EffectSet,
        fit: FittedModel,
        refit: Refit | None,
        rng: np.random.Generator,
        level: float = 0.95,
        progress: Progress | None = None,
    ) -> Bounds:
        """Return percentiles over draws; it takes milliseconds and reports no progress."""
        settings = {"method": self.name, "level": check_level(level), "samples": self.samples}
        draws = fit.draw(self.samples, rng)
        usable = np.isfinite(draws.sum(axis=1))
        if not usable.all():
            draws = draws[usable]
        values = effects.value(draws)
        probabilities = tails(level, values.shape[1])
        return bounds_of_draws(values, probabilities, settings, attempted=self.samples)
