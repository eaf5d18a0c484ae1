"""fit(): prepare, estimate, evaluate effects, put intervals around them, record everything."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from medwidget.effects.coefficients import coefficient_effects
from medwidget.effects.define import build_effects
from medwidget.errors import ModelError, UnsupportedError
from medwidget.estimators.protocol import Estimator, Fit
from medwidget.estimators.registry import read_estimator
from medwidget.intervals.protocol import Bounds, Interval
from medwidget.intervals.registry import read_interval
from medwidget.pipeline.deferred import (
    Pointwise,
    group_table,
    johnson_neyman_table,
    moderation_table,
    r_squared_table,
)
from medwidget.pipeline.densities import density_table, kept_draws
from medwidget.pipeline.resolve import Resolved, problems_of, resolve
from medwidget.pipeline.rows import Shown, path_rows
from medwidget.result import MediationResult, Table
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Structure

__all__ = ["check", "fit", "fit_resolved", "read_level", "read_seed", "resolve"]

Progress = Callable[..., Any]
Watch = Callable[[int, int, MediationResult | None], Any]

# What each stream of random numbers is for; a stream is seeded by (seed, its place here).
_STREAMS = ("starts", "interval", "groups")


def check(model: MediationModel, data: object) -> tuple[Problem, ...]:
    """Return every problem of a model on data at once, errors first.

    Parameters
    ----------
    model : MediationModel
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame

    Returns
    -------
    tuple of Problem
        Each with code, column, count, message, remedy and severity. Empty when all is well.
    """
    if not isinstance(model, MediationModel):
        raise ModelError("check takes a MediationModel first and a data frame second.")
    return problems_of(model, data)


def fit(
    model: MediationModel,
    data: object,
    *,
    estimator: str | Estimator = "ml",
    interval: str | Interval | None = "monte-carlo",
    level: float = 0.95,
    seed: int = 1,
    progress: Progress | None = None,
) -> MediationResult:
    """Fit a mediation model to rows in groups.

    Parameters
    ----------
    model : MediationModel
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    estimator : {"ml", "reml", "statsmodels"}
        Joint maximum likelihood, joint REML, or separate fits by statsmodels as an outside check.
    interval : {"monte-carlo", "delta", "bootstrap", "profile"}, an interval object, or None
        How intervals are made; objects carry options, such as ``Bootstrap(samples=2000)``.
    level : float
        Confidence level, between 0.5 and 1.
    seed : int
        Of every random number used; recorded in the result.
    progress : callable, optional
        Called as ``progress(done, total)`` during long fits and intervals, at most about five
        times a second; returning False stops. What an interval has done is kept.

    Returns
    -------
    MediationResult

    Raises
    ------
    ModelError, DataError
        With every problem of the model on these data at once.
    UnsupportedError
        If the estimator or the interval is not offered for this model.
    ConvergenceError
        If the likelihood has no maximum that could be found.
    Cancelled
        If ``progress`` returned False before there was anything to keep.
    """
    chosen = read_estimator(estimator, model)
    bounds_by = None if interval is None else read_interval(interval)
    level, seed = read_level(level), read_seed(seed)
    if isinstance(model, MediationModel):
        reason = chosen.unsupported(model)
        if reason is not None:
            raise UnsupportedError(reason)
    resolved = resolve(model, data)
    return fit_resolved(resolved, chosen, bounds_by, level, seed, progress)


def fit_resolved(
    resolved: Resolved,
    estimator: Estimator,
    interval: Interval | None,
    level: float,
    seed: int,
    progress: Progress | None = None,
    watch: Watch | None = None,
) -> MediationResult:
    """Fit a model that is already resolved; `fit` without reading choices.

    ``watch`` is called like ``progress``, with the result so far as a third argument: None while
    there is none, as during the fit itself.
    """
    structure = resolved.structure
    unwatched = progress is None and watch is None

    def told(done: int, total: int, so_far: MediationResult | None = None) -> bool:
        asked = [] if progress is None else [progress(done, total)]
        if watch is not None:
            asked.append(watch(done, total, so_far))
        return not any(answer is False for answer in asked)

    estimate = estimator.fit(
        structure, resolved.prepared, _stream(seed, "starts"), None if unwatched else told
    )
    effects = build_effects(structure, resolved.scales)
    coefficients = coefficient_effects(structure)
    shown = Shown(coefficients, effects, _constraints(structure))
    values = shown.together.value(estimate.estimate)

    def result(bounds: Bounds | None) -> MediationResult:
        return _result(resolved, estimator, interval, estimate, shown, values, bounds, level, seed)

    def tell(done: int, total: int, so_far: Bounds | None) -> bool:
        wanted = watch is not None and so_far is not None
        return told(done, total, result(so_far) if wanted else None)

    return result(
        _bounds(interval, shown.together, estimate, level, seed, None if unwatched else tell)
    )


def _result(
    resolved: Resolved,
    estimator: Estimator,
    interval: Interval | None,
    estimate: Fit,
    shown: Shown,
    values: Any,
    bounds: Bounds | None,
    level: float,
    seed: int,
) -> MediationResult:
    structure = resolved.structure
    pointwise = Pointwise(resolved, estimate, interval, level, _stream_seed(seed, "interval"))
    coefficient_rows = shown.coefficient_rows(values, bounds)
    effect_rows = shown.effect_rows(values, bounds)
    draws = kept_draws(shown.together.names, effect_rows, bounds)
    return MediationResult(
        model=structure.model,
        design=structure.design,
        levels={name: item.label for name, item in structure.levels.items()},
        ledger=resolved.prepared.ledger,
        problems=(*estimate.problems, *resolved.problems, *_interval_problems(bounds)),
        effect_rows=effect_rows,
        path_rows=path_rows(
            coefficient_rows,
            structure,
            resolved.scales,
            dict(zip(estimate.names, estimate.estimate.tolist(), strict=True)),
        ),
        coefficient_rows=coefficient_rows,
        covariance_table=_covariance_table(structure, estimate),
        residual_table=_residual_table(structure, estimate),
        statistics=_statistics(resolved, estimate),
        convergence=estimate.convergence,
        settings=_settings(estimator, interval, bounds, level, seed),
        versions=dict(_versions()),
        parameters={
            "names": estimate.names,
            "estimates": estimate.estimate,
            "covariance": estimate.covariance,
        },
        deferred={
            "group_effects": partial(group_table, resolved, estimate, level),
            "r_squared": partial(r_squared_table, pointwise),
            "moderation": partial(moderation_table, pointwise),
            "johnson_neyman": partial(johnson_neyman_table, pointwise),
            "densities": partial(density_table, draws),
        },
        fitted=estimate,
        resolved=resolved,
    )


# -- arguments --------------------------------------------------------------------------------


def read_level(level: object) -> float:
    """Return a confidence level; a ModelError says what it must be."""
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0.5 <= level < 1:
        raise ModelError(f"level={level!r} must lie between 0.5 and 1, such as 0.95.")
    return float(level)


def read_seed(seed: object) -> int:
    """Return a seed; a ModelError says what it must be."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ModelError(f"seed={seed!r} must be an integer that is not negative.")
    return int(seed)


def _stream_seed(seed: int, name: str) -> list[int]:
    return [seed, _STREAMS.index(name)]


def _stream(seed: int, name: str) -> np.random.Generator:
    return np.random.default_rng(_stream_seed(seed, name))


def _constraints(structure: Structure) -> Mapping[str, float | str]:
    return {} if structure.two_level is None else structure.two_level.constraints


# -- stages -----------------------------------------------------------------------------------


def _bounds(
    interval: Interval | None,
    effects: Any,
    estimate: Fit,
    level: float,
    seed: int,
    tell: Callable[[int, int, Bounds | None], bool] | None,
) -> Bounds | None:
    if interval is None:
        return None
    reason = interval.unsupported(estimate, estimate.refit)
    if reason is not None:
        raise UnsupportedError(reason)
    rng = _stream(seed, "interval")
    return interval.bounds(effects, estimate, estimate.refit, rng, level, tell)


def _interval_problems(bounds: Bounds | None) -> list[Problem]:
    if bounds is None:
        return []
    found = []
    if bounds.failed:
        found.append(
            Problem(
                "failed-refits",
                f"{bounds.failed} of {bounds.attempted} refits of the bootstrap failed and are "
                f"left out of the intervals.",
                "If this is more than a few in a hundred, simplify the model.",
                count=bounds.failed,
                severity="warning",
            )
        )
    wanted = bounds.settings.get("samples", bounds.attempted)
    if bounds.attempted < wanted:
        found.append(
            Problem(
                "stopped",
                f"Stopped at {bounds.attempted:,} of {wanted:,} samples. The intervals use these "
                f"{bounds.attempted:,}.",
                "Run it to the end before reporting them.",
                count=bounds.attempted,
                severity="warning",
            )
        )
    return found


def _covariance_table(structure: Structure, estimate: Fit) -> Table:
    order = structure.display_order
    labels = tuple(structure.labels[i] for i in order)
    by_name = dict(zip(estimate.names, estimate.estimate.tolist(), strict=True))
    rows = []
    for first in labels:
        names = [structure.covariance(first, second) for second in labels]
        rows.append((first, *(0.0 if name is None else by_name[name] for name in names)))
    return Table(("random_effect", *labels), tuple(rows))


def _residual_table(structure: Structure, estimate: Fit) -> Table:
    by_name = dict(zip(estimate.names, estimate.estimate.tolist(), strict=True))
    rows = tuple((item.response, by_name[item.residual]) for item in structure.equations)
    return Table(("variable", "residual_variance"), rows)


def _statistics(resolved: Resolved, estimate: Fit) -> dict[str, Any]:
    n_parameters = estimate.n_parameters
    n_rows = resolved.prepared.ledger.n_rows_used
    deviance = -2 * estimate.loglik
    return {
        "loglik": estimate.loglik,
        "aic": deviance + 2 * n_parameters,
        "bic": deviance + n_parameters * float(np.log(n_rows)),
        "n_parameters": n_parameters,
        "n_rows": n_rows,
        "n_groups": resolved.prepared.ledger.n_groups_used,
        "n_observations": estimate.n_observations,
        "restricted": estimate.restricted,
        **estimate.statistics,
    }


def _settings(
    estimator: Estimator, interval: Interval | None, bounds: Bounds | None, level: float, seed: int
) -> dict[str, Any]:
    described = {} if bounds is None else dict(bounds.settings)
    if bounds is not None:
        described |= {"attempted": bounds.attempted, "failed": bounds.failed}
    return {
        "estimator": estimator.name,
        "interval": None if interval is None else interval.name,
        "interval_options": described,
        "level": level,
        "seed": seed,
    }


@cache
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in ("medwidget", "numpy", "scipy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
