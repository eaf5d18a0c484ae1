"""From what is wanted to a result or the reasons why there is none; nothing is raised."""

from __future__ import annotations

import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import numpy as np

from medwidget.data.frame import Table
from medwidget.data.prepare import Prepared, prepare
from medwidget.errors import Cancelled, MedwidgetError, UnsupportedError
from medwidget.estimators.protocol import Estimator, Fit, Progress
from medwidget.estimators.registry import read_estimator
from medwidget.intervals.delta import Delta
from medwidget.intervals.monte_carlo import MonteCarlo
from medwidget.intervals.protocol import Interval
from medwidget.intervals.registry import read_interval
from medwidget.pipeline.resolve import Resolved, resolve_prepared
from medwidget.pipeline.run import fit_resolved
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from medwidget.spec.structure import Structure
from medwidget.widget.request import Request

__all__ = ["CANCELLED", "Fitter", "Outcome", "cancelled", "is_long", "problem_of"]

Value = TypeVar("Value")

# Results and prepared data that are kept, for undo; prepared data may be large.
RESULTS = 24
PREPARED = 2
# Code of the problem of a fit that was ended at the user's wish.
CANCELLED = "cancelled"
# Called with what is done, how much there is, and the result so far; False stops.
Watch = Callable[[int, int, MediationResult | None], bool | None]


@dataclass(frozen=True)
class Outcome:
    """What came of a request.

    Attributes
    ----------
    request : Request or None
        None where the roles contradict one another.
    result : MediationResult or None
    problems : tuple of Problem
        Of the result, or the reasons why there is none.
    details : str
        Technical details of what should not have happened.
    """

    request: Request | None
    result: MediationResult | None
    problems: tuple[Problem, ...]
    details: str = ""


class _Kept(Generic[Value]):
    """The few values that were used last, by key; for use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


@dataclass(frozen=True)
class _Once:
    """An estimator that is asked once: an estimate that is known is given again.

    So another interval or another level needs no other fit.
    """

    estimator: Estimator
    known: Fit | None
    keep: Callable[[Fit], None]
    progress: Progress | None

    @property
    def name(self) -> str:
        return self.estimator.name

    def unsupported(self, model: MediationModel) -> str | None:
        return self.estimator.unsupported(model)

    def fit(
        self,
        structure: Structure,
        prepared: Prepared,
        rng: np.random.Generator,
        progress: Progress | None = None,
    ) -> Fit:
        """Estimate the model; how far a long fit has come is told on its own."""
        if self.known is not None:
            return self.known
        found = self.estimator.fit(structure, prepared, rng, self.progress)
        self.keep(found)
        return found


class Fitter:
    """Fits requests to one table, and remembers the latest results.

    Parameters
    ----------
    table : Table
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._results: _Kept[Outcome] = _Kept(RESULTS)
        self._fits: _Kept[Fit] = _Kept(RESULTS)
        self._prepared: _Kept[Prepared] = _Kept(PREPARED)

    def forget(self) -> None:
        """Forget all results, so that every request is fitted; the data stay prepared."""
        self._results.clear()
        self._fits.clear()

    def known(self, request: Request) -> Outcome | None:
        """Return what came of a request before, with its own interval."""
        key = _key(request)
        return None if key is None else self._results.get(key)

    def quick(self, request: Request, progress: Progress | None = None) -> Outcome:
        """Fit with an interval that is immediate: the one asked for, or Monte Carlo.

        ``progress(done, total)`` is called during a long fit; when it returns False, the outcome
        is a problem with the code `CANCELLED`.
        """
        outcome = self.known(request)
        if outcome is not None:
            return outcome
        try:
            interval = read_interval(request.interval)
        except MedwidgetError as error:
            return Outcome(request, None, problems_of_error(error))
        if is_long(interval):
            request = _with_interval(request, MonteCarlo())
        return self._fitted(request, None, progress)

    def whole(self, request: Request, watch: Watch, progress: Progress | None = None) -> Outcome:
        """Fit with the interval asked for, however long it takes."""
        return self._fitted(request, watch, progress)

    def resolved(self, model: MediationModel) -> Resolved:
        """Return a model resolved against the table; MedwidgetError where it cannot be."""
        moderators = tuple(model.moderators.values())
        handling = (model.missing, model.splits) if model.missing != "listwise" else ()
        roles = (
            *(model.columns, model.exposure, model.responses, moderators),
            *model.covariates,
            *handling,
        )
        prepared = self._prepared.get(roles)
        if prepared is None:
            prepared = prepare(model, self._table)
            self._prepared.put(roles, prepared)
        return resolve_prepared(model, prepared)

    def _fitted(self, request: Request, watch: Watch | None, progress: Progress | None) -> Outcome:
        known = self.known(request)
        if known is not None:
            return known
        stopped = False

        def tell(done: int, total: int, so_far: MediationResult | None) -> bool:
            nonlocal stopped
            stopped = watch is not None and watch(done, total, so_far) is False
            return not stopped

        try:
            estimator = self._once(request, progress)
            reason = estimator.unsupported(request.model)
            if reason is not None:
                raise UnsupportedError(reason)
            result = fit_resolved(
                self.resolved(request.model),
                estimator,
                read_interval(request.interval),
                request.level,
                request.seed,
                watch=None if watch is None else tell,
            )
        except Cancelled:
            return Outcome(request, None, (cancelled(),))
        except MedwidgetError as error:
            outcome = Outcome(request, None, problems_of_error(error))
        except Exception as error:
            return Outcome(request, None, (problem_of(error),), traceback.format_exc())
        else:
            outcome = Outcome(request, result, result.problems)
        key = _key(request)
        if not stopped and key is not None:
            self._results.put(key, outcome)
        return outcome

    def _once(self, request: Request, progress: Progress | None) -> _Once:
        """Return the estimator of a request, which gives an estimate that is known again."""
        estimator = read_estimator(request.estimator, request.model)
        key: Hashable = (request.model, request.estimator, request.seed)
        try:
            known = self._fits.get(key)
        except TypeError:  # an estimator of the user's own that is no key
            return _Once(estimator, None, lambda _: None, progress)
        return _Once(estimator, known, partial(self._fits.put, key), progress)


def is_long(interval: str | Interval) -> bool:
    """Tell whether an interval takes seconds."""
    return not isinstance(read_interval(interval), MonteCarlo | Delta)


def problems_of_error(error: MedwidgetError) -> tuple[Problem, ...]:
    """Return the problems behind an error; where there are none, the error as one."""
    return error.problems or (Problem("error", str(error), ""),)


def cancelled() -> Problem:
    """Return what is wrong with a fit that was ended at the user's wish."""
    return Problem(CANCELLED, "The fit was cancelled.", "Fit it again.")


def problem_of(error: BaseException) -> Problem:
    """Return an exception that nobody expected as a problem."""
    name = type(error).__name__
    return Problem(
        "unexpected",
        f"Something went wrong that should not have: {name}.",
        "The mapping and the last result are kept; change the model, or report the details.",
    )


def _with_interval(request: Request, interval: Interval) -> Request:
    return Request(request.model, request.estimator, interval, request.level, request.seed)


def _key(request: Request) -> Hashable | None:
    """Return what tells a request apart: a method by its name is the method with its defaults."""
    try:
        key = (
            request.model,
            request.estimator,
            read_interval(request.interval),
            request.level,
            request.seed,
        )
        hash(key)
    except (MedwidgetError, TypeError):  # an estimator or interval of the user's own
        return None
    return key
