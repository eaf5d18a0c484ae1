"""A result as Python code that gives the same numbers again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from medwidget.errors import UnsupportedError
from medwidget.estimators.registry import ESTIMATORS
from medwidget.intervals.registry import INTERVALS
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.views.text.moderation_words import FIRST, ZERO, moderated_paths
from medwidget.views.text.numbers import count

__all__ = ["call_lines", "fit_arguments", "model_arguments", "python_code"]


def python_code(result: MediationResult) -> str:
    """Return a script that fits the model of a result again, from a data frame called ``data``.

    Names from the data are written as Python literals, in comments too, so that none of them can
    become code.

    Parameters
    ----------
    result : MediationResult

    Raises
    ------
    UnsupportedError
        If the estimator or the interval is not one of medwidget's own.
    """
    lines = [
        f"# Written by medwidget {result.versions.get('medwidget', '')}.".replace(" .", "."),
        "import medwidget as mw",
        "",
        *_about_data(result),
        "",
        *call_lines("model", "mw.MediationModel", model_arguments(result.model)),
        *call_lines("result", "mw.fit", fit_arguments(result)),
        "print(result.summary())",
    ]
    return "\n".join(lines) + "\n"


def _about_data(result: MediationResult) -> Iterator[str]:
    columns = ", ".join(repr(name) for name in result.model.columns)
    ledger = result.ledger
    yield f"# data: a pandas, polars or pyarrow table with the columns {columns}."
    yield (
        f"# The result came from {ledger.n_rows_used:,} of {count(ledger.n_rows_total, 'row')} in "
        f"{count(ledger.n_groups_used, 'group')}."
    )
    for name, column, value in moderated_paths(result):
        # what a category is called is in the data, which a result read back does not have
        at = f"= {ZERO}" if value == ZERO else f"in its {FIRST}"
        yield f"# The coefficient of path {name!r} is that at {column!r} {at}."
    options = result.settings["interval_options"]
    attempted, samples = options.get("attempted"), options.get("samples")
    if attempted and samples and attempted < samples:
        yield (
            f"# It was stopped after {attempted:,} of {samples:,} samples; this code runs to the "
            f"end, so its intervals differ."
        )


def call_lines(name: str, function: str, arguments: Iterator[str]) -> Iterator[str]:
    """Yield a call with one argument a line, its value assigned to ``name``."""
    yield f"{name} = {function}("
    yield from (f"    {argument}," for argument in arguments)
    yield ")"


def model_arguments(model: MediationModel) -> Iterator[str]:
    """Yield the arguments of `MediationModel` that make this model."""
    yield f"exposure={model.exposure!r}"
    mediators = model.mediators[0] if len(model.mediators) == 1 else list(model.mediators)
    yield f"mediators={mediators!r}"
    yield f"outcome={model.outcome!r}"
    yield f"group={model.group!r}"
    for option, value in model.changes_from_default().items():
        if option == "covariates" and all(targets is None for targets in value.values()):
            value = list(value)  # noqa: PLW2901 - the shorter form of the same
        yield f"{option}={value!r}"


def fit_arguments(result: MediationResult) -> Iterator[str]:
    """Yield the arguments of `fit` that make this result, of a model called ``model``."""
    settings = result.settings
    if settings["estimator"] not in ESTIMATORS:
        raise UnsupportedError(
            f"The result came from the estimator {settings['estimator']!r}, which is not one of "
            f"medwidget's own, so no code of medwidget can name it. Keep the code that made it."
        )
    yield "model"
    yield "data"
    yield f"estimator={settings['estimator']!r}"
    yield f"interval={_interval(settings['interval'], settings['interval_options'])}"
    yield f"level={settings['level']!r}"
    yield f"seed={settings['seed']!r}"


def _interval(name: str | None, options: dict[str, Any]) -> str:
    if name is None:
        return "None"
    if name not in INTERVALS:
        raise UnsupportedError(
            f"The intervals came from {name!r}, which is not one of medwidget's own, so no code of "
            f"medwidget can name it. Keep the code that made them."
        )
    method: Any = INTERVALS[name]()  # a dataclass of its options
    given = [item.name for item in fields(method) if item.name in options]
    arguments = ", ".join(f"{option}={options[option]!r}" for option in given)
    return f"mw.{type(method).__name__}({arguments})"
