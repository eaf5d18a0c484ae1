"""Residuals and random effects beside the normal distribution that the model takes them to have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from medwidget.data.terms import TermValues
from medwidget.pipeline.resolve import Resolved
from medwidget.result import MediationResult
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation
from medwidget.studies.fitted import resolved_of
from medwidget.studies.latent_residuals import latent_residuals

__all__ = ["MOST_POINTS", "Quantiles", "residual_quantiles", "residuals"]

Array = NDArray[np.float64]

# Points of a panel; with more values, those at as many quantiles are shown, the ends included.
MOST_POINTS = 300
# A random effect whose predictions vary less than this share of its SD says nothing of its shape.
LITTLE = 1e-3
# The residuals looked at last: brushing over groups asks for them again and again.
_LAST: WeakKeyDictionary[MediationResult, dict[str, Array]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Quantiles:
    """Ordered values beside the normal quantiles of their ranks.

    Attributes
    ----------
    name : str
        A response, or the label of a random effect.
    kind : {"residual", "random effect"}
    normal, observed : arrays (n,)
        Standard normal quantiles, and the values in units of their SD: n of them, thinned to 300.
    n : int
        Values there are.
    skewness, excess_kurtosis : float
        Of all values; 0 for normal ones.
    """

    name: str
    kind: Literal["residual", "random effect"]
    normal: Array
    observed: Array
    n: int
    skewness: float
    excess_kurtosis: float


def residual_quantiles(result: MediationResult) -> tuple[Quantiles, ...]:
    """Return residuals of each equation, then predictions of each random effect, as quantiles.

    Residuals are what is left of the rows after the fixed effects and each group's own random
    effects (see `residuals` for latent centring). Predictions û_j are divided by the SD that they
    have under the model, sqrt(τ² − C_j), which differs by group (Lange & Ryan 1989, Ann Stat
    17:624). A random effect without variance has no panel.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    """
    found = []
    for name, values in residuals(result).items():
        known = _of_one_spread(result, values) if _is_latent(result) else values
        if known.size > 2:
            found.append(_quantiles(name, "residual", known))
    return (*found, *_random_effects(result))


def residuals(result: MediationResult) -> dict[str, Array]:
    """Return the residuals of each response: of its rows, or of the groups for group-level ones.

    Under latent centring nobody knows the group's part of a row; residuals of rows then are
    differences from their group's mean, and those of group-level responses are left after the
    observed means of predictors. They are not a number where a value is missing.
    """
    if result not in _LAST:
        _LAST.clear()
        _LAST[result] = _residuals(result, resolved_of(result))
    return _LAST[result]


def _residuals(result: MediationResult, resolved: Resolved) -> dict[str, Array]:
    if _is_latent(result):
        return latent_residuals(resolved, result.fitted)
    structure, prepared = resolved.structure, resolved.prepared
    values = dict(zip(result.fitted.names, result.fitted.estimate.tolist(), strict=True))
    terms = TermValues(prepared)
    modes = result.fitted.groups().modes if result.fitted.groups is not None else None
    found = {}
    for equation in structure.equations:
        key = (equation.response, None)
        grouped = equation.level is Level.GROUP
        left = (terms.means(key) if grouped else terms.values(key)) - terms.predictor(
            equation, values
        )
        if modes is not None and not grouped:
            left -= _random_part(equation, terms, modes, structure.labels)
        found[equation.response] = left
    return found


def _is_latent(result: MediationResult) -> bool:
    return resolved_of(result).structure.two_level is not None


def _of_one_spread(result: MediationResult, values: Array) -> Array:
    """Return the residuals that are known, differences from means of few rows widened to match."""
    rows = result.resolved.prepared.rows
    present = np.isfinite(values)
    if len(values) != rows.n_rows:
        return values[present]
    codes = rows.codes[present]
    count = np.bincount(codes, minlength=rows.n_groups)[codes]
    several = count > 1
    widened: Array = values[present][several] / np.sqrt(1.0 - 1.0 / count[several])
    return widened


def _random_part(
    equation: Equation, terms: TermValues, modes: Array, labels: tuple[str, ...]
) -> Array:
    total = np.zeros(terms.rows.n_rows)
    for random in equation.random:
        own = modes[:, labels.index(random.label)]
        total += own[terms.rows.codes] * terms.term(random, equation.level)
    return total


def _random_effects(result: MediationResult) -> list[Quantiles]:
    if result.fitted.groups is None:
        return []
    structure = result.resolved.structure
    posterior = result.fitted.groups()
    values = dict(zip(result.fitted.names, result.fitted.estimate.tolist(), strict=True))
    found = []
    for place in structure.display_order:
        label = structure.labels[place]
        name = structure.covariance(label, label)
        variance = 0.0 if name is None else values[name]
        marginal = variance - posterior.covariances[:, place, place]
        usable = marginal > (LITTLE**2) * variance
        if variance <= 0 or np.count_nonzero(usable) < 3:
            continue
        scaled = posterior.modes[usable, place] / np.sqrt(marginal[usable])
        found.append(_quantiles(label, "random effect", scaled))
    return found


def _quantiles(name: str, kind: Literal["residual", "random effect"], values: Array) -> Quantiles:
    n = len(values)
    centred = values - values.mean()
    spread = float(np.sqrt((centred**2).mean())) or 1.0
    scaled = centred / spread
    # residuals are put in units of their SD; predictions already have the SD that is expected
    shown = np.sort(scaled if kind == "residual" else values)
    places = np.arange(n)
    if n > MOST_POINTS:
        places = np.unique(_thinned(n))
    normal = ndtri((places + 0.625) / (n + 0.25))
    return Quantiles(
        name,
        kind,
        np.asarray(normal),
        shown[places],
        n,
        float((scaled**3).mean()),
        float((scaled**4).mean() - 3.0),
    )


def _thinned(n: int) -> NDArray[np.intp]:
    """Return ranks that are evenly spaced along the normal axis, so that the tails stay whole."""
    reach = float(ndtri((n - 0.375) / (n + 0.25)))
    at = np.linspace(-reach, reach, MOST_POINTS)
    return np.clip(np.round(ndtr(at) * (n + 0.25) - 0.625), 0, n - 1).astype(np.intp)
