"""How well the structure fits: chi-square against the saturated model, and indices from it.

As lavaan defines them for two-level models: CFI and TLI against the model without covariances at
either level, RMSEA with the number of rows, SRMR of correlations for each level (Rosseel 2012,
J. Stat. Softw. 48(2); Ryu & West 2009, SEM 16:583, on why the levels have one each).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from medwidget._numerics.trust_region import Minimum, minimize
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.moments import implied_moments
from medwidget.estimators.twolevel.normal import NormalLikelihood
from medwidget.estimators.twolevel.pace import Pace
from medwidget.estimators.twolevel.saturated import independent, saturated
from medwidget.estimators.twolevel.start import moment_start, start_from

__all__ = ["fit_statistics"]

Array = NDArray[np.float64]

# A model may lie this much above the saturated one by rounding only.
SAME = 1e-6


def fit_statistics(
    likelihood: NormalLikelihood, phi: Array, value: float, shift: float, pace: Pace
) -> dict[str, float | int | None]:
    """Return the statistics of fit at the optimum.

    Parameters
    ----------
    likelihood : NormalLikelihood
    phi, value : array (Q,), float
        The optimum, and −2 log L there, of standardized data.
    shift : float
        What −2 log L of the data as given has in addition.
    pace : Pace
        Counts the evaluations.
    """
    layout, cells = likelihood.layout, likelihood.cells
    within, between, mean = implied_moments(layout, phi)
    full = Layout(saturated(layout.model), layout.units)
    df = full.n_coordinates - layout.n_coordinates
    inner, outer, lowest = within, between, value
    if df > 0:
        run = _saturated_fit(likelihood.relaid(full), (within, between, mean), value, pace)
        if run is None:
            return {}
        inner, outer, _ = implied_moments(full, run.point)
        lowest = min(run.value, value)
    empty = Layout(independent(layout.model), layout.units)
    alone = pace.over(likelihood.relaid(empty).objective)
    worst = minimize(alone, moment_start(empty, cells))
    chi_square = value - lowest
    found: dict[str, float | int | None] = {
        "chi_square": chi_square,
        "df": df,
        "p_value": float(chdtrc(df, chi_square)) if df else None,
        "loglik_saturated": -(lowest + shift) / 2,
        "rmsea": _rmsea(chi_square, df, float(cells.counts.sum())),
        "srmr_within": _srmr(within, inner),
        "srmr_between": _srmr(between, outer),
    }
    if worst.converged:
        baseline, baseline_df = worst.value - lowest, full.n_coordinates - empty.n_coordinates
        found |= {
            "baseline_chi_square": baseline,
            "baseline_df": baseline_df,
            "cfi": _cfi(chi_square, df, baseline, baseline_df),
            "tli": _tli(chi_square, df, baseline, baseline_df),
        }
    return found


def _saturated_fit(
    likelihood: NormalLikelihood, moments: tuple[Array, Array, Array], value: float, pace: Pace
) -> Minimum | None:
    """Fit the saturated model; None if that failed."""
    layout = likelihood.layout
    objective = pace.over(likelihood.objective)
    run = minimize(objective, moment_start(layout, likelihood.cells))
    if not run.converged or run.value > value + SAME:
        other = minimize(objective, start_from(layout, *moments))
        run = min((run, other), key=lambda item: (not item.converged, item.value))
    return run if run.converged and run.value <= value + SAME else None


def _rmsea(chi_square: float, df: int, rows: float) -> float:
    return float(np.sqrt(max(chi_square - df, 0.0) / (df * rows))) if df else 0.0


def _cfi(chi_square: float, df: int, baseline: float, baseline_df: int) -> float:
    excess = max(chi_square - df, 0.0)
    most = max(excess, baseline - baseline_df)
    return 1.0 if most <= 0 else 1 - excess / most


def _tli(chi_square: float, df: int, baseline: float, baseline_df: int) -> float:
    least = (baseline - baseline_df) * df
    return 1 - (chi_square - df) * baseline_df / least if df and least else 1.0


def _srmr(model: Array, unrestricted: Array) -> float | None:
    """Return the root mean squared difference of correlations, diagonal included."""
    size = len(model)
    spread = [np.sqrt(np.diag(matrix)) for matrix in (model, unrestricted)]
    if any((each <= 0).any() for each in spread):
        return None
    if not size:
        return 0.0
    difference = model / np.outer(spread[0], spread[0])
    difference = difference - unrestricted / np.outer(spread[1], spread[1])
    lower = difference[np.tril_indices(size, -1)]
    return float(np.sqrt((lower**2).sum() / (size * (size + 1) / 2)))
