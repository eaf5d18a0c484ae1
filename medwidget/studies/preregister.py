"""Writing down what will be done, before data are seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from medwidget.errors import ModelError, UnsupportedError
from medwidget.estimators.registry import ESTIMATORS, read_estimator
from medwidget.intervals.protocol import Interval
from medwidget.intervals.registry import INTERVALS, read_interval
from medwidget.pipeline.run import read_level, read_seed
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.model import MediationModel
from medwidget.studies.plan import Hypothesis, Plan

__all__ = ["Plan", "preregister"]


def preregister(  # noqa: PLR0913 - one argument for each part of a plan
    model: MediationModel,
    *,
    path: str | Path | None = None,
    title: str = "",
    hypotheses: Sequence[str] | Mapping[str, str] = (),
    smallest_effects: Mapping[str, float] | None = None,
    estimator: str = "ml",
    interval: str | Interval | None = "monte-carlo",
    level: float = 0.95,
    seed: int = 1,
    n_rows: int | None = None,
    n_groups: int | None = None,
    stopping_rule: str = "",
    exclusions: Sequence[str] = (),
    comparisons: Sequence[str | MediationModel] = (),
    written: str | None = None,
) -> Plan:
    """Write down an analysis before the data are seen; `MediationResult.deviations` checks it.

    Parameters
    ----------
    model : MediationModel
    path : str or Path, optional
        Where to save the plan, as .json and .md. Files that are there are never written over.
    title : str
    hypotheses : sequence of str, or mapping of effect to str
        ``{"indirect_within": "positive: longer days go with ..."}`` says which effect each is on.
    smallest_effects : mapping of str to float, optional
        By effect: the smallest size that matters, in the units of the effect.
    estimator, interval, level, seed
        As in `medwidget.fit`.
    n_rows, n_groups : int, optional
        Planned sample.
    stopping_rule : str
        When the gathering of data ends.
    exclusions : sequence of str
        Which rows or groups will be left out, in words.
    comparisons : sequence of (str or MediationModel)
        What else will be fitted or compared, in words or as a model.
    written : str, optional
        When, such as "2026-01-31T12:00:00Z"; now, unless given.

    Returns
    -------
    Plan
        With its hash, `Plan.sha256`. Keep that where it cannot be changed, such as in a registry.

    Raises
    ------
    ModelError
        If an argument is not what it must be, or a file is there already.
    UnsupportedError
        If the estimator cannot fit such a model.

    Examples
    --------
    >>> import medwidget as mw
    >>> model = mw.MediationModel("hours", "leadership", "wellbeing", group="company")
    >>> plan = mw.preregister(model, hypotheses={"indirect_within": "negative"}, seed=20)
    >>> plan == mw.Plan.from_json(plan.to_json())
    True
    """
    if not isinstance(model, MediationModel):
        raise ModelError(
            f"preregister takes a MediationModel and no data, not {type(model).__name__}."
        )
    bounds_by = None if interval is None else read_interval(interval)
    plan = Plan(
        model=model,
        title=_text("title", title),
        hypotheses=_hypotheses(hypotheses),
        smallest_effects=_sizes(smallest_effects),
        estimator=_estimator(estimator, model),
        interval=None if bounds_by is None else bounds_by.name,
        interval_options=_options(bounds_by),
        level=read_level(level),
        seed=read_seed(seed),
        n_rows=_count("n_rows", n_rows),
        n_groups=_count("n_groups", n_groups),
        stopping_rule=_text("stopping_rule", stopping_rule),
        exclusions=_texts("exclusions", exclusions),
        comparisons=tuple(
            _text("comparisons", each)
            for each in _listed("comparisons", comparisons)
            if not isinstance(each, MediationModel)
        ),
        alternatives=tuple(each for each in comparisons if isinstance(each, MediationModel)),
        written=_now() if written is None else _text("written", written),
        version=_version(),
    )
    if path is not None:
        plan.save(path)
    return plan


def _estimator(choice: object, model: MediationModel) -> str:
    if not isinstance(choice, str) or choice not in ESTIMATORS:
        raise ModelError(
            f"estimator={choice!r} cannot be planned; choose one of "
            f"{', '.join(map(repr, ESTIMATORS))}."
        )
    reason = read_estimator(choice, model).unsupported(model)
    if reason is not None:
        raise UnsupportedError(reason)
    return choice


def _options(interval: Interval | None) -> FrozenDict[Any]:
    if interval is None:
        return FrozenDict()
    name = interval.name
    if name not in INTERVALS or type(interval) is not type(INTERVALS[name]()):
        raise ModelError(
            f"The interval {name!r} is an object of your own, which a plan cannot hold. Choose one "
            f"of {', '.join(map(repr, INTERVALS))}."
        )
    method: Any = interval
    if not is_dataclass(method):
        return FrozenDict()
    return FrozenDict(
        {item.name: getattr(method, item.name) for item in fields(method) if item.compare}
    )


def _hypotheses(given: Sequence[str] | Mapping[str, str]) -> tuple[Hypothesis, ...]:
    if isinstance(given, Mapping):
        return tuple(
            Hypothesis(_text("hypotheses", text), _text("hypotheses", effect))
            for effect, text in given.items()
        )
    return tuple(Hypothesis(text) for text in _texts("hypotheses", given))


def _sizes(given: Mapping[str, float] | None) -> FrozenDict[float]:
    if given is None:
        return FrozenDict()
    if not isinstance(given, Mapping):
        raise ModelError(
            "smallest_effects must map an effect to a number, such as {'indirect_within': 0.05}."
        )
    found = {}
    for effect, size in given.items():
        number = isinstance(size, int | float | np.integer | np.floating)
        if isinstance(size, bool) or not number or not 0 < size < math.inf:
            raise ModelError(
                f"smallest_effects: {effect!r} has {size!r}, but a smallest effect is a number "
                f"above 0."
            )
        found[_text("smallest_effects", effect)] = float(size)
    return FrozenDict(found)


def _count(argument: str, given: object) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 1:
        raise ModelError(f"{argument}={given!r} must be a whole number above 0, or None.")
    return int(given)


def _listed(argument: str, given: object) -> Sequence[Any]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ModelError(f"{argument}={given!r} must be a list, such as ['...'].")
    return given


def _texts(argument: str, given: object) -> tuple[str, ...]:
    return tuple(_text(argument, each) for each in _listed(argument, given))


def _text(argument: str, given: object) -> str:
    if not isinstance(given, str):
        raise ModelError(f"{argument}: {given!r} must be text.")
    return given


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _version() -> str:
    try:
        return version("medwidget")
    except PackageNotFoundError:
        return "not installed"
