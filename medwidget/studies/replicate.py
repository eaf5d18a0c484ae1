"""The same model on other data, beside the first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget.effects.define import build_effects
from medwidget.errors import DataError, ModelError, UnsupportedError
from medwidget.estimators.registry import ESTIMATORS, read_estimator
from medwidget.intervals.protocol import Interval
from medwidget.intervals.registry import INTERVALS
from medwidget.pipeline.resolve import Resolved, resolve
from medwidget.pipeline.run import fit_resolved, read_seed
from medwidget.result import MediationResult
from medwidget.studies.replication import Replication
from medwidget.studies.same_rows import overlap
from medwidget.studies.sample_notes import sample_columns, sample_notes
from medwidget.studies.two_samples import compared_effects

__all__ = ["Replication", "replicate"]

Array = NDArray[np.float64]
Progress = Callable[..., Any]

SAMPLES = 10_000
# Streams of the draws of either sample: independent of each other and of those of intervals.
_STREAMS = (101, 102)


def replicate(
    result: MediationResult,
    data: object,
    *,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Replication:
    """Fit the model of a result to new data, and set both side by side.

    Each effect gets the difference of the two samples with its interval and test, and the estimate
    of both together. All of this takes the samples as independent: no row and no group in both.

    Parameters
    ----------
    result : MediationResult
        Fitted to the first data. One read back from a saved form will do, but its rows are not
        there to be compared with the new ones.
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
        New rows with the same columns.
    seed : int, optional
        Of every random number used; the result's own, unless given.
    progress : callable, optional
        Called as ``progress(done, total)`` during long intervals.

    Returns
    -------
    Replication

    Raises
    ------
    DataError
        If these are the rows that the result came from.
    ModelError
        With every problem of the model on the new data at once.
    UnsupportedError
        If the estimator or interval of the result is an object of the user's own.

    Examples
    --------
    >>> import medwidget as mw
    >>> data = mw.load_dataset("bpg")
    >>> first = mw.fit(mw.MediationModel("x", "m", "y", group="id"), data[data["id"] <= 50])
    >>> again = mw.replicate(first, data[data["id"] > 50])
    >>> bool(again.table.loc["indirect_within", "p"] > 0.05)
    True
    """
    if not isinstance(result, MediationResult):
        raise ModelError("replicate takes a MediationResult first and a data frame second.")
    settings = result.settings
    estimator, interval = _estimator(result), _interval(result)
    seed = int(settings["seed"]) if seed is None else read_seed(seed)
    resolved = resolve(result.model, data)
    notes = [*_overlap_notes(result, resolved)]
    resolved, more = _at_the_same_values(result, resolved)
    new = fit_resolved(resolved, estimator, interval, float(settings["level"]), seed, progress)
    if result.resolved is None and _same_numbers(result, new):
        raise _same_rows()
    draws = _draws(result, new, seed)
    method = "normal" if draws is None else "monte-carlo"
    columns = tuple(sample_columns(result, new))
    return Replication(
        result,
        new,
        tuple(compared_effects(result, new, draws)),
        columns,
        (*sample_notes(result, new, columns), *notes, *more, *_assumptions(method)),
        {
            "level": settings["level"],
            "seed": seed,
            "samples": 0 if draws is None else SAMPLES,
            "method": method,
        },
    )


# -- what was done the first time -------------------------------------------------------------


def _estimator(result: MediationResult) -> Any:
    name = result.settings["estimator"]
    if name not in ESTIMATORS:
        raise UnsupportedError(
            f"The result came from the estimator {name!r}, which is an object of your own. Fit the "
            f"new data with it, and compare the two results."
        )
    return read_estimator(name, result.model)


def _interval(result: MediationResult) -> Interval | None:
    name, options = result.settings["interval"], result.settings["interval_options"]
    if name is None:
        return None
    if name not in INTERVALS:
        raise UnsupportedError(
            f"The intervals came from {name!r}, which is an object of your own. Fit the model with "
            f"one of {', '.join(map(repr, INTERVALS))} first."
        )
    method: Any = INTERVALS[name]()
    known = {item.name: options[item.name] for item in fields(method) if item.name in options}
    chosen: Interval = type(method)(**known)
    return chosen


def _at_the_same_values(
    result: MediationResult, resolved: Resolved
) -> tuple[Resolved, tuple[str, ...]]:
    """Return the new data with the moderators' values of the first, where they are known."""
    if not resolved.scales.moderators:
        return resolved, ()
    first = None if result.resolved is None else result.resolved.scales.moderators
    if first is None or _places(first) != _places(resolved.scales.moderators):
        return resolved, (
            "Effects of moderated paths are at each sample's own values of the moderators (mean, "
            "one SD above and below), so that they differ in this too.",
        )
    return replace(resolved, scales=replace(resolved.scales, moderators=first)), (
        "Effects of moderated paths are at the first sample's values of the moderators, in both.",
    )


def _places(moderators: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(scale.mean) for name, scale in moderators.items()}


# -- the same data ----------------------------------------------------------------------------


def _overlap_notes(result: MediationResult, resolved: Resolved) -> Iterator[str]:
    if result.resolved is None:
        yield (
            "The first result was read back from a saved form, so its rows could not be compared "
            "with the new ones: that no row is in both is taken on trust."
        )
        return
    shared = overlap(result.resolved.prepared, resolved.prepared)
    if shared.same:
        raise _same_rows()
    if shared.rows:
        yield (
            f"{shared.rows:,} of the new rows hold the same values as rows of the first sample. If "
            f"they are the same rows, the samples are not independent, and the difference is "
            f"smaller than it should be: leave them out."
        )
    if shared.groups:
        of = result.model.group
        yield (
            f"{shared.groups:,} labels of {of!r} are in both samples. If they name the same "
            f"groups, the samples are not independent, and the test of the difference does not "
            f"hold."
        )


def _same_numbers(first: MediationResult, second: MediationResult) -> bool:
    pairs = [(each.statistics["loglik"], each.statistics["n_rows"]) for each in (first, second)]
    return pairs[0][1] == pairs[1][1] and math.isclose(pairs[0][0], pairs[1][0], rel_tol=1e-10)


def _same_rows() -> DataError:
    return DataError(
        "These are the rows that the result came from, so there is nothing to replicate: every "
        "difference would be 0. Give rows that were gathered anew."
    )


# -- effects ----------------------------------------------------------------------------------


def _draws(first: MediationResult, second: MediationResult, seed: int) -> dict[str, Array] | None:
    """Return draws of the difference of every effect that both have, or None."""
    if first.fitted is None or first.resolved is None:
        return None
    values = []
    for result, stream in zip((first, second), _STREAMS, strict=True):
        effects = build_effects(result.resolved.structure, result.resolved.scales)
        theta = result.fitted.draw(SAMPLES, np.random.default_rng([seed, stream]))
        drawn = effects.value(theta)
        values.append({name: drawn[:, place] for place, name in enumerate(effects.names)})
    return {name: values[1][name] - values[0][name] for name in values[0] if name in values[1]}


def _assumptions(method: str) -> Iterator[str]:
    if method == "normal":
        yield "Intervals of differences are normal: estimate plus or minus so many standard errors."
    else:
        yield (
            f"Intervals of differences are percentiles of {SAMPLES:,} independent draws from both "
            f"fits."
        )
    yield (
        "The pooled estimate weights each sample by the inverse square of its standard error. It "
        "assumes independent samples, estimates that are near normal, and one effect that is the "
        "same in both; Q, with one degree of freedom, speaks to the last."
    )
    yield (
        "A difference that is not distinguishable from zero does not show that the effects are "
        "equal: its interval says how far apart they may be."
    )
