"""Bootstrap intervals: resample groups, or simulate from the fit, and estimate again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from scipy.special import ndtr, ndtri

from medwidget.effects.effect import EffectSet
from medwidget.errors import Cancelled, UnsupportedError, one_of
from medwidget.intervals.chunks import refits_in_chunk, run_chunks
from medwidget.intervals.draws import bounds_of_draws, tails
from medwidget.intervals.progress import Pace
from medwidget.intervals.protocol import (
    Array,
    Bounds,
    FittedModel,
    Progress,
    Refit,
    check_count,
    check_level,
)

__all__ = ["Bootstrap"]


@dataclass(frozen=True)
class Bootstrap:
    """Bootstrap over groups (Carpenter, Goldstein & Rashbash 2003, JRSS-C 52:431).

    Parameters
    ----------
    kind : {"cluster", "parametric"}
        "cluster": whole groups drawn with replacement; one drawn twice counts as two groups.
        "parametric": responses simulated from the fit.
    samples : int
        Refits. Those that fail are counted and reported.
    limits : {"percentile", "bca"}
        "bca" (Efron 1987) corrects for bias and skewness, at the price of one more refit for each
        group; for products it raises the type I error (Fritz, Taylor & MacKinnon 2012).
    workers : int, optional
        Threads; by default one for each processor. The result does not depend on it.
    """

    kind: Literal["cluster", "parametric"] = "cluster"
    samples: int = 1000
    limits: Literal["percentile", "bca"] = "percentile"
    workers: int | None = field(default=None, compare=False)
    name: ClassVar[str] = "bootstrap"

    def __post_init__(self) -> None:
        one_of("kind", self.kind, ("cluster", "parametric"))
        one_of("limits", self.limits, ("percentile", "bca"))
        check_count("samples", self.samples)
        if self.workers is not None:
            check_count("workers", self.workers, least=1)

    def unsupported(self, fit: FittedModel, refit: Refit | None = None) -> str | None:
        """Return a reason where the estimator cannot refit."""
        if refit is None:
            return "the estimator cannot refit the model, so there is no bootstrap; use monte-carlo"
        if refit.n_groups < 2 and (self.kind == "cluster" or self.limits == "bca"):
            return "there is a single group, so groups cannot be resampled"
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
        """Return percentiles (or BCa bounds) over refits; if stopped, over those that were done."""
        reason = self.unsupported(fit, refit)
        if reason is not None or refit is None:
            raise UnsupportedError(f"No bootstrap: {reason}.")
        settings = {
            "method": self.name,
            "level": check_level(level),
            "kind": self.kind,
            "samples": self.samples,
            "limits": self.limits,
        }
        run = _Run(effects, fit.estimate, settings)
        bca = self.limits == "bca"
        n_left_out = refit.n_groups if bca else 0
        pace = Pace(progress, n_left_out + self.samples)
        if not pace.tell(0, lambda: None):
            raise Cancelled("Stopped before the first refit.")
        if bca:
            run.leave_out(refit, pace, self.workers)
        done = run_chunks(
            self._chunks(refit, rng),
            lambda parts: pace.tell(n_left_out + sum(map(len, parts)), lambda: run.bounds(parts)),
            self.workers,
        )
        return run.bounds(done)

    def _chunks(self, refit: Refit, rng: np.random.Generator) -> list[Callable[[], Array]]:
        size = refits_in_chunk(refit)
        sizes = [min(size, self.samples - start) for start in range(0, self.samples, size)]
        draw = _resampled if self.kind == "cluster" else _simulated
        streams = rng.spawn(len(sizes))
        return [
            partial(draw, refit, size, stream) for size, stream in zip(sizes, streams, strict=True)
        ]


def _resampled(refit: Refit, count: int, rng: np.random.Generator) -> Array:
    n_groups = refit.n_groups
    weights = rng.multinomial(n_groups, np.full(n_groups, 1.0 / n_groups), size=count)
    return refit.cluster(weights.astype(np.float64))


def _simulated(refit: Refit, count: int, rng: np.random.Generator) -> Array:
    return refit.parametric(count, rng)


class _Run:
    """What a bootstrap knows so far, as bounds."""

    def __init__(self, effects: EffectSet, estimate: Array, settings: dict[str, Any]) -> None:
        self._effects = effects
        self._estimate = effects.value(estimate)
        self._settings = settings
        self._acceleration: Array | None = None

    def leave_out(self, refit: Refit, pace: Pace, workers: int | None) -> None:
        """Refit without each group in turn, for the acceleration of BCa bounds."""
        n_groups = refit.n_groups
        weights = 1.0 - np.eye(n_groups)
        size = refits_in_chunk(refit)
        starts = range(0, n_groups, size)
        chunks = [partial(refit.cluster, weights[start : start + size]) for start in starts]
        parts = run_chunks(
            chunks, lambda some: pace.tell(sum(map(len, some)), lambda: None), workers
        )
        if pace.stopped:
            raise Cancelled("Stopped before the first bootstrap sample.")
        values = self._effects.value(_succeeded(parts))
        self._settings["failed_without_a_group"] = n_groups - len(values)
        deviation = values.mean(axis=0) - values
        with np.errstate(invalid="ignore", divide="ignore"):
            cubes, squares = (deviation**3).sum(axis=0), (deviation**2).sum(axis=0)
            self._acceleration = cubes / (6.0 * squares**1.5)

    def bounds(self, parts: Sequence[Array]) -> Bounds:
        """Return the bounds over the refits that are done."""
        draws = self._effects.value(_succeeded(parts))
        attempted = sum(map(len, parts))
        level = float(self._settings["level"])
        probabilities = tails(level, draws.shape[1])
        if self._acceleration is None:
            return bounds_of_draws(draws, probabilities, self._settings, attempted=attempted)
        shifted = self._shifted(draws, probabilities)
        reasons = tuple(
            None if np.isfinite(row).all() else "its BCa correction is not finite; use percentiles"
            for row in shifted
        )
        shifted = np.where(np.isfinite(shifted), shifted, 0.5)
        corrected = bounds_of_draws(draws, shifted, self._settings, attempted=attempted)
        known = zip(corrected.reasons, reasons, strict=True)
        return _without(corrected, tuple(first or second for first, second in known))

    def _shifted(self, draws: Array, probabilities: Array) -> Array:
        """Return the probabilities corrected for bias and acceleration (Efron 1987)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            below = (draws < self._estimate).sum(axis=0) + 0.5 * (draws == self._estimate).sum(
                axis=0
            )
            bias = ndtri(below / max(len(draws), 1))[:, None]
            reach = bias + ndtri(probabilities)
            acceleration = np.asarray(self._acceleration)[:, None]
            shifted: Array = ndtr(bias + reach / (1.0 - acceleration * reach))
        return shifted


def _without(bounds: Bounds, reasons: tuple[str | None, ...]) -> Bounds:
    """Return bounds with those removed that have a reason."""
    nothing = np.where([reason is None for reason in reasons], 0.0, np.nan)
    return replace(
        bounds,
        lower=bounds.lower + nothing,
        upper=bounds.upper + nothing,
        monte_carlo_error=bounds.monte_carlo_error + nothing,
        reasons=reasons,
    )


def _succeeded(parts: Sequence[Array]) -> Array:
    """Return the refits without a missing number."""
    estimates = np.concatenate(parts)
    return estimates[np.isfinite(estimates).all(axis=1)]
