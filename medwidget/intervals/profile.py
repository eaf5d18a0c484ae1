"""Profile likelihood intervals of effects, by constrained maximisation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from scipy.special import ndtri

from medwidget.effects.effect import Effect, EffectSet
from medwidget.effects.functions import Sqrt
from medwidget.errors import UnsupportedError
from medwidget.intervals.constrained import Whitened, extreme
from medwidget.intervals.delta import delta_standard_errors
from medwidget.intervals.progress import Pace
from medwidget.intervals.protocol import (
    Array,
    Bounds,
    FittedModel,
    LikelihoodSurface,
    Progress,
    Refit,
    check_level,
)

__all__ = ["Profile"]


@dataclass(frozen=True)
class Profile:
    """Profile likelihood interval: all values of an effect that the likelihood does not rule out.

    A bound is the largest (smallest) value of the effect among parameters whose log-likelihood is
    within half a chi-square quantile of its maximum (Neale & Miller 1997, Behav Genet 27:113). Each
    bound is verified; one that fails gives the reason instead.
    """

    name: ClassVar[str] = "profile"

    def unsupported(self, fit: FittedModel, refit: Refit | None = None) -> str | None:
        """Return a reason where the estimator has no likelihood to profile."""
        if fit.surface is None:
            return "the estimator gives no likelihood to profile; use monte-carlo"
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
        """Return the bounds of each effect; ``rng`` is unused. If stopped, later ones lack."""
        if fit.surface is None:
            raise UnsupportedError(f"No profile: {self.unsupported(fit)}.")
        settings = {"method": self.name, "level": check_level(level)}
        depth = float(ndtri(0.5 + level / 2.0)) ** 2 / 2.0
        count = len(effects.available)
        found = np.full((count, 2), np.nan)
        reasons: list[str | None] = ["stopped before its turn"] * count
        errors = delta_standard_errors(effects, fit)

        def so_far() -> Bounds:
            exact = np.where(np.isfinite(found[:, 0]), 0.0, np.nan)
            return Bounds(
                found[:, 0].copy(),
                found[:, 1].copy(),
                errors,
                exact,
                settings,
                reasons=tuple(reasons),
            )

        pace = Pace(progress, count)
        done = 0

        def go_on() -> None:
            if not pace.tell(done, so_far if done else lambda: None):
                raise _Stopped

        try:
            go_on()
            for pair, reason in _each(effects, fit.surface, depth, go_on):
                found[done], reasons[done] = pair, reason
                done += 1
                go_on()
        except _Stopped:
            pass
        return so_far()


class _Stopped(Exception):  # noqa: N818 - a request of the user, not an error
    """Raised between two evaluations of the likelihood when it is time to end."""


def _each(
    effects: EffectSet, surface: LikelihoodSurface, depth: float, go_on: Callable[[], None]
) -> Iterator[tuple[tuple[float, float], str | None]]:
    """Yield the bounds of each effect, or NaN and a reason, as they are asked for."""
    space: Whitened | None = None
    for effect in effects.available:
        absent = sorted(effect.parameters - surface.covers)
        if absent:
            yield (np.nan, np.nan), _not_covered(absent)
            continue
        if not effect.parameters:
            value = float(effect.value(surface.natural(surface.optimum), effects.parameter_names))
            yield (value, value), None
            continue
        if space is None:
            space = Whitened(surface, depth)
        lower, upper = _profiled(effect, effects.parameter_names, space, go_on)
        if np.isfinite(lower) and np.isfinite(upper):
            yield (lower, upper), None
        else:
            yield (np.nan, np.nan), "the profile did not converge"


def _profiled(
    effect: Effect, names: tuple[str, ...], space: Whitened, go_on: Callable[[], None]
) -> tuple[float, float]:
    expression = effect.expression
    # an SD has a kink at 0, where its profile often ends; its square has none
    squared = isinstance(expression, Sqrt)
    smooth = effect
    if isinstance(expression, Sqrt):
        smooth = replace(effect, expression=expression.radicand)

    def value(u: Array) -> float:
        go_on()
        return float(smooth.value(space.natural(u), names))

    def gradient(u: Array) -> Array:
        return space.pulled_back(u, smooth.gradient(space.natural(u), names))

    lower, upper = (extreme(value, gradient, space, sign) for sign in (-1.0, 1.0))
    if squared:
        lower, upper = (float(np.sqrt(max(bound, 0.0))) for bound in (lower, upper))
    return lower, upper


def _not_covered(absent: list[str]) -> str:
    shown = ", ".join(absent[:3]) + (", ..." if len(absent) > 3 else "")
    return f"the restricted likelihood does not contain {shown}; use estimator='ml'"
