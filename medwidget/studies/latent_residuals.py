"""What a model with latent centring leaves of rows and of groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medwidget.data.terms import TermValues
from medwidget.effects.by_group import GroupSlopes
from medwidget.estimators.protocol import Fit
from medwidget.pipeline.deferred import slopes_by_group
from medwidget.pipeline.resolve import Resolved
from medwidget.spec.levels import Level
from medwidget.spec.structure import Equation

__all__ = ["latent_residuals"]

Array = NDArray[np.float64]


def latent_residuals(resolved: Resolved, fit: Fit) -> dict[str, Array]:
    """Return residuals of each response; not a number where a value that they need is missing.

    The latent part of a group is a constant of its rows. What paths within groups leave of a row is
    therefore known up to a constant of the group, and is taken about the group's mean.

    Parameters
    ----------
    resolved : Resolved
    fit : Fit
    """
    values = dict(zip(fit.names, fit.estimate.tolist(), strict=True))
    own = slopes_by_group(resolved, fit)
    terms = TermValues(resolved.prepared)
    found = {}
    for equation in resolved.structure.equations:
        if equation.level is Level.GROUP:
            predicted = terms.predictor(equation, values)
            found[equation.response] = terms.means((equation.response, None)) - predicted
        else:
            found[equation.response] = _within(equation, terms, own, values)
    return found


def _within(
    equation: Equation, terms: TermValues, own: GroupSlopes, values: dict[str, float]
) -> Array:
    codes = terms.rows.codes
    slopes = {slope.parameter: place for place, slope in enumerate(own.slopes)}
    left = np.array(terms.values((equation.response, None)))
    for term in equation.fixed:
        if len(term.factors) != 1 or not term.factors[0].varies_within:
            continue
        factor = term.factors[0]
        place = slopes.get(term.parameter)
        slope = values[term.parameter] if place is None else own.means[codes, place]
        left -= slope * terms.values((factor.column, factor.category))
    return _about_means(left, codes, len(terms.counts))


def _about_means(values: Array, codes: NDArray[np.intp], n_groups: int) -> Array:
    """Return differences from the group's mean of the values that are present."""
    present = np.isfinite(values)
    count = np.bincount(codes[present], minlength=n_groups)
    total = np.bincount(codes[present], values[present], n_groups)
    return np.asarray(values - (total / np.maximum(count, 1))[codes])
