"""One equation by itself: OLS where no effect is random, otherwise MixedLM (maximum likelihood).

MixedLM has trouble at a variance of 0: there it inverts a matrix without an inverse, its likelihood
jumps, and BFGS stops beside the maximum. So a small variance is left out where the likelihood is no
lower without it.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medwidget.errors import ConvergenceError, UnsupportedError
from medwidget.estimators.statsmodels.inference import GroupSums, Profiled, with_scale
from medwidget.estimators.statsmodels.scaled import ScaledRows

__all__ = ["EquationFit", "fit_equation"]

Array = NDArray[np.float64]

# BFGS, then L-BFGS where its line search fails (as at a variance of 0): the two that respect
# elements of T held at zero.
METHODS = ("bfgs", "lbfgs")
# Ψ starts at these multiples of the identity, the second only where the first did not converge.
# (From its own start, 1, BFGS is often stuck near where it began.)
STARTS = (0.1, 1.0)
# statsmodels' own default, 1e-5 of the mean log-likelihood, stops up to 1e-6 below the maximum.
GRADIENT_TOLERANCE = 1e-7
# Variances below this share of the response's are zero as far as this optimiser can tell; below the
# second it is tried whether the likelihood is as high without them.
ZERO_VARIANCE = 1e-6
SMALL_VARIANCE = 1e-2
# Two log-likelihoods are the same when they differ by less than this.
SAME = 1e-6
# An eigenvalue of Ψ below this is one of a singular matrix.
SINGULAR = 1e-8
# A gain in log-likelihood that a Newton step may still promise at convergence.
DECREMENT = 1e-4


@dataclass(frozen=True)
class EquationFit:
    """The fit of one equation, natural units.

    Attributes
    ----------
    fixed : array (p,)
    matrix : array (q, q)
        Covariance matrix of its random effects.
    residual : float
        Residual variance.
    covariance : array (p + m + 1, p + m + 1)
        Of the fixed effects, the m free elements of ``matrix`` (by rows) and the residual variance.
    conditional_covariance : array (p, p)
        Of the fixed effects with variances taken as known.
    modes, covariances, sensitivity : arrays (J, q), (J, q, q), (J, q, p)
        The random effects of each group, as in `GroupPosterior`.
    loglik : float
    n_rows : int
    standardized : array (q, q)
        ``matrix`` for a response and columns with a spread of 1: a large variance is 1.
    converged, curved : bool
        Whether this is a maximum, and whether the information is positive definite.
    gradient_norm, decrement : float
        Of the log-likelihood on scaled data, as in `Convergence`.
    smallest_curvature : float
    iterations, evaluations : int
    """

    fixed: Array
    matrix: Array
    residual: float
    covariance: Array
    conditional_covariance: Array
    modes: Array
    covariances: Array
    sensitivity: Array
    loglik: float
    n_rows: int
    standardized: Array
    converged: bool
    curved: bool
    gradient_norm: float
    decrement: float
    smallest_curvature: float
    iterations: int
    evaluations: int


def fit_equation(
    response: str, x: Array, z: Array, y: Array, codes: NDArray[np.intp], diagonal: bool
) -> EquationFit:
    """Fit one equation.

    Parameters
    ----------
    response : str
        For messages.
    x, z, y : arrays (N, p), (N, q), (N,)
    codes : array (N,)
        Group of each row, numbered from 0.
    diagonal : bool
        Whether covariances of the random effects are held at zero.

    Raises
    ------
    UnsupportedError
        If statsmodels is not installed.
    ConvergenceError
        If statsmodels fails, or gives numbers that are not finite.
    """
    try:
        # statsmodels sets filters of its own when it is first imported
        import statsmodels.regression.mixed_linear_model  # noqa: F401
    except ImportError as error:
        raise UnsupportedError(
            "estimator='statsmodels' needs statsmodels, which is not installed. Install it with "
            "pip install 'medwidget[statsmodels]', or use estimator='ml'."
        ) from error
    try:
        with warnings.catch_warnings():
            # what they say is read off the results and reported by name
            warnings.simplefilter("ignore")
            rows = ScaledRows(x, z, y)
            found = _assemble(rows, codes, diagonal, _search(rows, codes, diagonal))
    except (ArithmeticError, RuntimeError, ValueError) as error:
        raise ConvergenceError(
            f"statsmodels could not fit the equation of {response!r} ({error}). Drop a random "
            f"slope, rescale columns of extreme size, or use estimator='ml'."
        ) from error
    numbers = (found.fixed, found.covariance, found.loglik, found.residual)
    if not all(np.isfinite(item).all() for item in numbers) or found.residual <= 0:
        raise ConvergenceError(
            f"statsmodels found no finite estimates for the equation of {response!r}. Check "
            f"whether its columns predict {response!r} perfectly, and rescale columns of extreme "
            f"size."
        )
    return found


@dataclass(frozen=True)
class _Optimum:
    """What statsmodels found with the random effects ``kept``, scaled units; T = scale Ψ."""

    kept: list[int]
    beta: Array
    psi: Array
    scale: float
    loglik: float
    information: Array  # of β and the lower triangle of Ψ
    score: Array  # in the lower triangle of Ψ, and in that of its Cholesky factor
    root_score: Array
    converged: bool
    iterations: int
    evaluations: int


def _search(rows: ScaledRows, codes: NDArray[np.intp], diagonal: bool) -> _Optimum:
    """Return the optimum, without random effects that have no variance."""
    best = _optimum(rows, codes, diagonal, list(range(rows.z.shape[1])))
    while best.kept:
        variances = np.diag(best.psi) * best.scale
        if variances.min() >= SMALL_VARIANCE:
            break
        smallest = best.kept[int(variances.argmin())]
        reduced = _optimum(rows, codes, diagonal, [i for i in best.kept if i != smallest])
        if reduced.loglik < best.loglik - SAME:
            break
        best = reduced
    return best


def _optimum(
    rows: ScaledRows, codes: NDArray[np.intp], diagonal: bool, kept: list[int]
) -> _Optimum:
    return _mixed(rows, codes, diagonal, kept) if kept else _least_squares(rows)


def _least_squares(rows: ScaledRows) -> _Optimum:
    from statsmodels.regression.linear_model import OLS

    result = OLS(rows.y, rows.x).fit()
    scale = float(result.ssr) / rows.n_rows  # maximum likelihood
    if scale <= SINGULAR**2:
        raise ValueError("the residual variance is 0")
    return _Optimum(
        kept=[],
        beta=np.asarray(result.params),
        psi=np.zeros((0, 0)),
        scale=scale,
        loglik=float(result.llf),
        information=np.linalg.inv(result.normalized_cov_params) / scale,
        score=np.zeros(0),
        root_score=np.zeros(0),
        converged=True,
        iterations=0,
        evaluations=1,
    )


def _mixed(rows: ScaledRows, codes: NDArray[np.intp], diagonal: bool, kept: list[int]) -> _Optimum:
    from statsmodels.regression.mixed_linear_model import MixedLM, MixedLMParams

    size = len(kept)
    mask = MixedLMParams.from_components(fe_params=np.ones(rows.p), cov_re=np.eye(size))
    model = MixedLM(rows.y, rows.x, groups=codes, exog_re=rows.z[:, kept])
    results = []
    for start in STARTS:
        result = model.fit(
            start_params=MixedLMParams.from_components(np.zeros(rows.p), start * np.eye(size)),
            reml=False,
            method=list(METHODS),
            gtol=GRADIENT_TOLERANCE,
            free=mask if diagonal else None,
            full_output=True,
        )
        if np.isfinite(result.llf):
            results.append(result)
        if result.converged:
            break
    if not results:
        raise ValueError("the likelihood has no finite value")
    result = max(results, key=lambda one: float(one.llf))
    psi = np.asarray(result.cov_re_unscaled)
    at = result.params_object.copy()
    if np.linalg.eigvalsh(psi)[0] < SINGULAR:  # statsmodels would invert a singular matrix
        at.cov_re = psi + SINGULAR * np.eye(size)
    last = result.hist[-1]
    steps = last["iterations"] if "iterations" in last else len(last["allvecs"]) - 1
    return _Optimum(
        kept=kept,
        beta=np.asarray(result.fe_params),
        psi=psi,
        scale=float(result.scale),
        loglik=float(result.llf),
        information=-model.hessian(at)[0],
        score=np.asarray(model.score_full(at, calc_fe=False)[1]),
        root_score=np.asarray(model.score(at.get_packed(use_sqrt=True, has_fe=False))),
        converged=bool(result.converged),
        iterations=int(steps),
        evaluations=int(last["fcalls"]),
    )


def _assemble(
    rows: ScaledRows, codes: NDArray[np.intp], diagonal: bool, found: _Optimum
) -> EquationFit:
    """Carry an optimum to natural units, with zeros for the random effects left out."""
    p, q, scale = rows.p, rows.z.shape[1], found.scale
    psi = np.zeros((q, q))
    psi[np.ix_(found.kept, found.kept)] = found.psi
    alive = {i for i in found.kept if psi[i, i] * scale >= ZERO_VARIANCE}
    elements = [(row, column) for row in range(q) for column in range(row + 1)]
    own = [pair for pair in elements if set(pair) <= set(found.kept)]
    used = [
        place
        for place, (row, column) in enumerate(own)
        if {row, column} <= alive and (row == column or not diagonal)
    ]
    profiled = Profiled(found.information, p, used)
    groups = GroupSums(rows, codes, found.beta, psi)
    scaled = with_scale(profiled.full, scale, groups.scale_slope(own), psi, own, rows.n_rows)
    free = [pair for pair in elements if pair[0] == pair[1] or not diagonal]
    # β, then the free elements, of which those of effects left out have no variance, then σ²
    own_free = [place for place, pair in enumerate(free) if set(pair) <= set(found.kept)]
    target = [*range(p), *(p + place for place in own_free), p + len(free)]
    source = [*range(p), *(p + own.index(free[place]) for place in own_free), p + len(own)]
    covariance = np.zeros((p + len(free) + 1, p + len(free) + 1))
    covariance[np.ix_(target, target)] = scaled[np.ix_(source, source)]
    jacobian = rows.jacobian(free)
    unit = rows.random_unit
    decrement = float(found.score[used] @ profiled.variance @ found.score[used]) / 2
    regular = profiled.curved and not _is_singular(found.psi)
    return EquationFit(
        fixed=rows.fixed(found.beta),
        matrix=scale * psi * np.outer(unit, unit),
        residual=scale * rows.y_scale**2,
        covariance=jacobian @ covariance @ jacobian.T,
        conditional_covariance=rows.affine @ profiled.conditional @ rows.affine.T,
        modes=groups.modes * unit,
        covariances=scale * groups.covariances * np.outer(unit, unit),
        sensitivity=groups.sensitivity @ np.linalg.inv(rows.affine) * unit[:, None],
        loglik=found.loglik - rows.log_shift,
        n_rows=rows.n_rows,
        standardized=scale * psi,
        # BFGS may lose precision at the maximum, and L-BFGS be content beside it
        converged=decrement < DECREMENT if regular else found.converged,
        curved=profiled.curved,
        gradient_norm=float(np.abs(found.root_score[used]).max(initial=0.0)),
        decrement=decrement,
        smallest_curvature=profiled.smallest,
        iterations=found.iterations,
        evaluations=found.evaluations,
    )


def _is_singular(matrix: Array) -> bool:
    return bool(matrix.size) and float(np.linalg.eigvalsh(matrix)[0]) < ZERO_VARIANCE
