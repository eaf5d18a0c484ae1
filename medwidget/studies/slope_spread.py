"""How much a path differs from group to group: its SD, and where the groups lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.effect import Effect, EffectSet
from medwidget.effects.expression import Parameter
from medwidget.effects.functions import Sqrt
from medwidget.errors import ModelError
from medwidget.intervals.monte_carlo import MonteCarlo
from medwidget.pipeline.deferred import slopes_by_group
from medwidget.result import MediationResult
from medwidget.spec.structure import Slope
from medwidget.studies.fitted import resolved_of

__all__ = ["SlopeSpread", "slope_sd", "slope_spread"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SlopeSpread:
    """The distribution of a path over groups.

    Attributes
    ----------
    path : str
    mean : float
        In the average group.
    sd, sd_lower, sd_upper : float
        Of the fitted normal distribution over groups; its interval by Monte Carlo.
    groups : array (J,)
        Each group's own slope given the data.
    """

    path: str
    mean: float
    sd: float
    sd_lower: float
    sd_upper: float
    groups: Array

    @property
    def n_positive(self) -> int:
        """How many groups have a slope above zero."""
        return int(np.count_nonzero(self.groups > 0))


def slope_spread(result: MediationResult, path: str) -> SlopeSpread | None:
    """Return how a path differs over groups; None where it does not vary in the model.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    path : str
        Such as ``a`` or ``b[m1]``.
    """
    slope = _slope(result, path)
    if slope is None or slope.random is None:
        return None
    own = slopes_by_group(result.resolved, result.fitted)
    groups = own.means[:, own.slopes.index(slope)]
    return SlopeSpread(path, float(groups.mean()), *slope_sd(result, path), groups)


def slope_sd(result: MediationResult, path: str) -> tuple[float, float, float]:
    """Return the SD of a path over groups with its bounds; NaN where it does not vary."""
    slope = _slope(result, path)
    if slope is None or slope.random is None:
        return np.nan, np.nan, np.nan
    name = result.resolved.structure.covariance(slope.random, slope.random)
    written = Sqrt(Parameter(name))
    fit = result.fitted
    about = f"How much {path} differs from group to group (SD)."
    effect = Effect(
        "sd", "within", "heterogeneity", written, written.text(), about, range=(0.0, np.inf)
    )
    effects = EffectSet([effect], fit.names)
    # the stream of the result's own intervals
    rng = np.random.default_rng([int(result.settings["seed"]), 1])
    bounds = MonteCarlo().bounds(effects, fit, None, rng, float(result.settings["level"]), None)
    return (
        float(effects.value(fit.estimate)[0]),
        float(bounds.lower[0]),
        float(bounds.upper[0]),
    )


def _slope(result: MediationResult, path: str) -> Slope | None:
    slopes = resolved_of(result).structure.slopes
    if path not in {slope.path for slope in slopes}:
        raise ModelError(f"There is no path {path!r}.")
    return next((item for item in slopes if item.path == path and item.level != "between"), None)
