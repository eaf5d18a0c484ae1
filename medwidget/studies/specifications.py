"""The grid of a comparison: every combination of choices, the given model first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from medwidget.errors import MedwidgetError, ModelError
from medwidget.estimators.protocol import Estimator
from medwidget.spec.model import MediationModel

__all__ = ["OPTIONS", "Specification", "option_texts", "specifications"]

# What a comparison varies, in the order of its table.
OPTIONS = (
    "centering",
    "random_slopes",
    "random_covariance",
    "covariates",
    "moderators",
    "constraints",
    "missing",
)
# Options of which one choice is itself a collection, with an example of a list of choices.
_COLLECTIONS = {
    "random_slopes": "[(), ('a',), ('a', 'b')]",
    "covariates": "[(), ('age',), ('age', 'sex')]",
    "moderators": "[None, {'a': 'w'}]",
    "constraints": "[None, {'direct_between': 0}]",
}
# What a list of choices looks like for the others.
_WORDS = {"missing": "['listwise', 'fiml']"}
NOTHING = "none"


@dataclass(frozen=True)
class Specification:
    """One cell of a grid.

    Attributes
    ----------
    settings : dict of str to str
        Each option and the estimator, in words.
    model : MediationModel or None
        None where the choices contradict each other; ``reason`` then says how.
    estimator : str or Estimator
    reason : str
    """

    settings: Mapping[str, str]
    model: MediationModel | None
    estimator: str | Estimator
    reason: str = ""


def specifications(
    model: MediationModel,
    choices: Mapping[str, Sequence[Any] | None],
    estimators: Sequence[str | Estimator],
) -> tuple[Specification, ...]:
    """Return every combination of choices once: first the given model, then the grid in order.

    Parameters
    ----------
    model : MediationModel
    choices : mapping of str to (sequence or None)
        By option; None keeps the model's.
    estimators : sequence of (str or Estimator)
        The first is that of the first cell.
    """
    varied = {
        name: _checked(name, listed) for name, listed in choices.items() if listed is not None
    }
    found = [_specification(model, {}, estimators[0])]
    for estimator, *values in product(estimators, *varied.values()):
        found.append(_specification(model, dict(zip(varied, values, strict=True)), estimator))
    return _once(found)


def option_texts(model: MediationModel) -> dict[str, str]:
    """Return the options of a model in words."""
    return {name: _text(getattr(model, name)) for name in OPTIONS}


def _specification(
    model: MediationModel, changes: Mapping[str, Any], estimator: str | Estimator
) -> Specification:
    name = estimator if isinstance(estimator, str) else str(getattr(estimator, "name", estimator))
    try:
        changed = model.replace(
            **{option: _read(option, value) for option, value in changes.items()}
        )
    except MedwidgetError as error:
        texts = {**option_texts(model), **{key: _text(value) for key, value in changes.items()}}
        return Specification({**texts, "estimator": name}, None, estimator, str(error))
    return Specification({**option_texts(changed), "estimator": name}, changed, estimator)


def _once(found: Sequence[Specification]) -> tuple[Specification, ...]:
    kept: dict[Any, Specification] = {}
    for place, item in enumerate(found):
        name = item.settings["estimator"]
        key = (item.model, name) if item.model is not None else (None, place)
        kept.setdefault(key, item)
    return tuple(kept.values())


def _checked(option: str, listed: object) -> Sequence[Any]:
    """Return a list of choices, or say how one is written."""
    example = _COLLECTIONS.get(option) or _WORDS.get(option, "['group-mean', 'latent']")
    if isinstance(listed, Sequence) and not isinstance(listed, str) and listed:
        choices: Sequence[Any] = listed
        if not (option in _COLLECTIONS and any(isinstance(choice, str) for choice in choices)):
            return choices
    raise ModelError(
        f"{option}={listed!r} must be a list of choices to compare, such as {example}, or None "
        f"to keep the model's."
    )


def _read(option: str, value: object) -> object:
    """Return a choice as the model takes it; None stands for nothing."""
    if value is None and option in _COLLECTIONS:
        return {} if option in {"moderators", "constraints"} else ()
    return value


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        parts = [_entry(str(key), entry) for key, entry in value.items()]
        return "; ".join(parts) or NOTHING
    if isinstance(value, Sequence):
        return ", ".join(map(str, value)) or NOTHING
    if isinstance(value, int | float):
        return f"{value:g}"
    return NOTHING if value is None else repr(value)


def _entry(key: str, entry: object) -> str:
    return key if entry is None else f"{key}: {_text(entry)}"
