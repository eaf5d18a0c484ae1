"""Normal intervals from a Taylor expansion of an effect at the estimate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.special import ndtri

from medwidget.effects.effect import Effect, EffectSet
from medwidget.errors import ModelError
from medwidget.intervals.protocol import Array, Bounds, FittedModel, Progress, Refit, check_level

__all__ = ["Delta", "delta_standard_errors"]


@dataclass(frozen=True)
class Delta:
    """Delta-method interval with the whole sampling covariance of the parameters.

    Parameters
    ----------
    order : {1, 2}
        The second order adds half the trace of (H V)², with H the second derivatives of the effect.
        For a within-group indirect effect it is the variance of Bauer, Preacher & Gil (2006).
    """

    order: Literal[1, 2] = 1
    name: ClassVar[str] = "delta"

    def __post_init__(self) -> None:
        if self.order not in (1, 2):
            raise ModelError(f"order={self.order!r} is not offered; choose 1 or 2.")

    def unsupported(self, fit: FittedModel, refit: Refit | None = None) -> str | None:
        """Return None: every fit has a covariance matrix."""
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
        """Return estimate ± a normal quantile of standard errors, inside the effect's range.

        ``rng`` is unused.
        """
        settings = {"method": self.name, "level": check_level(level), "order": self.order}
        errors = delta_standard_errors(effects, fit, self.order)
        centre = effects.value(fit.estimate)
        half = float(ndtri(0.5 + level / 2.0)) * errors
        reasons = tuple(
            None if np.isfinite(error) and np.isfinite(value) else _reason(effect, fit)
            for effect, error, value in zip(effects.available, errors, centre, strict=True)
        )
        nothing = np.where([reason is None for reason in reasons], 0.0, np.nan)
        least, most = np.array([effect.range for effect in effects.available]).reshape(-1, 2).T
        return Bounds(
            np.maximum(centre - half, least) + nothing,
            np.minimum(centre + half, most) + nothing,
            errors + nothing,
            nothing,
            settings,
            reasons=reasons,
        )


def delta_standard_errors(effects: EffectSet, fit: FittedModel, order: int = 1) -> Array:
    """Return a standard error for each available effect, shape (E,); NaN where there is none."""
    gradient = effects.gradient(fit.estimate)
    # parameters that an effect does not depend on must not pass on a missing covariance
    used = gradient != 0
    variances = np.array(
        [_quadratic(*row, fit.covariance) for row in zip(gradient, used, strict=True)]
    )
    if order == 2:
        variances = variances + [_curvature(effect, fit) for effect in effects.available]
    with np.errstate(invalid="ignore"):
        errors: Array = np.sqrt(variances.reshape(len(effects.available)))
    return errors


def _quadratic(gradient: Array, used: Array, covariance: Array) -> float:
    part = gradient[used]
    return float(part @ covariance[np.ix_(used, used)] @ part)


def _curvature(effect: Effect, fit: FittedModel) -> float:
    """Return half the trace of (H V)², with H from differences of the exact gradient."""
    names = fit.names
    at = [position for position, name in enumerate(names) if name in effect.parameters]
    covariance = fit.covariance[np.ix_(at, at)]
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    step = np.cbrt(np.finfo(float).eps) * np.maximum(np.abs(fit.estimate[at]), spread)
    step = np.where(np.isfinite(step) & (step > 0), step, 1e-5)
    shifts = np.zeros((len(at), len(names)))
    shifts[np.arange(len(at)), at] = step
    up, down = (effect.gradient(fit.estimate + sign * shifts, names)[:, at] for sign in (1, -1))
    hessian = (up - down) / (2.0 * step[:, None])
    product = (hessian + hessian.T) / 2.0 @ covariance
    return float(np.sum(product * product.T) / 2.0)


def _reason(effect: Effect, fit: FittedModel) -> str:
    at = [position for position, name in enumerate(fit.names) if name in effect.parameters]
    if not np.isfinite(fit.covariance[np.ix_(at, at)]).all():
        return "the estimates that it is made of have no standard errors"
    return "the effect is not differentiable at the estimate, as at a variance of 0"
