"""What a comparison may vary, from the model on screen: values offered, and those switched on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from medwidget.errors import MedwidgetError
from medwidget.spec.model import COVARIANCES, MISSING, MediationModel
from medwidget.studies.specifications import OPTIONS, specifications
from medwidget.views.text.comparison_words import SETTINGS, setting_words
from medwidget.views.text.names import shortened, visible
from medwidget.widget import messages

__all__ = ["compare_arguments", "count_cells", "offered_choices"]

CENTERINGS = ("none", "grand-mean", "within", "group-mean", "latent")
# Offered, but not on at first: latent means have a likelihood of their own, and take longer.
LATER = "latent"
ESTIMATORS = ("ml", "reml")
# Further covariates that are offered one by one.
MOST_COVARIATES = 6
NO_COVARIATES = "none"
# A grid with more cells than this is not run.
MOST_CELLS = 400

Value = tuple[str, str]


def offered_choices(
    model: MediationModel,
    estimator: str,
    *,
    on: Mapping[str, Sequence[str]],
    columns: Sequence[str] = (),
    group_level: Sequence[str] = (),
    group: str = "group",
    with_holes: Collection[str] = (),
) -> list[messages.SpecificationChoice]:
    """Return what may vary, with the values that are switched on.

    Parameters
    ----------
    model : MediationModel
        The one on screen; its own values are always offered.
    estimator : str
    on : mapping of str to sequence of str
        Values switched on, by choice; a choice that is absent is as it is offered first.
    columns : sequence of str
        Columns that could be covariates.
    group_level : sequence of str
        Columns that are constant within groups.
    group : str
        What the user calls a group.
    with_holes : collection of str
        Columns in which values are missing.
    """
    return [
        *_fixed_choices(model, estimator, on, _refusals(model, group_level, group)),
        *_covariates(model, columns, on),
        *_moderators(model, on),
        *_constraints(model, on),
        *_missing(model, with_holes, on, group),
    ]


def _refusals(
    model: MediationModel, group_level: Sequence[str], group: str
) -> dict[str, dict[str, str]]:
    constant = [name for name in (model.exposure, *model.responses) if name in set(group_level)]
    if not constant:
        return {}
    name = shortened(visible(constant[0]))
    return {"centering": {"within": f"{name} never varies within a {group}."}}


def _fixed_choices(
    model: MediationModel,
    estimator: str,
    on: Mapping[str, Sequence[str]],
    refusals: Mapping[str, Mapping[str, str]],
) -> Iterator[messages.SpecificationChoice]:
    centerings = dict.fromkeys((*CENTERINGS, model.centering))
    refused = refusals.get("centering", {})
    first = [value for value in centerings if value not in refused]
    first = [value for value in first if value != LATER or model.centering == LATER]
    if model.constraints or model.missing != MISSING[0]:  # which no other centering has
        first = [model.centering]
    labelled = [(value, setting_words("centering", value)) for value in centerings]
    yield _choice("centering", labelled, first, on, refused)
    slopes = list(_slopes(model))
    yield _choice("random_slopes", slopes, [value for value, _ in slopes], on)
    if len(model.random_slopes) > 1:
        covariances = [(value, setting_words("random_covariance", value)) for value in COVARIANCES]
        yield _choice("random_covariance", covariances, [model.random_covariance], on)
    estimators = dict.fromkeys((*ESTIMATORS, estimator))
    named = [(value, setting_words("estimator", value)) for value in estimators]
    first = [estimator] if model.centering == LATER else list(estimators)
    yield _choice("estimator", named, first, on)


def _slopes(model: MediationModel) -> Iterator[Value]:
    """Yield none, the model's own, those of the mediated paths, and all."""
    paths = tuple(model.paths)
    mediated = tuple(path for path in paths if path != "direct")
    for slopes in dict.fromkeys(((), model.random_slopes, mediated, paths)):
        words = setting_words("random_slopes", ", ".join(slopes) or "none")
        yield json.dumps(list(slopes)), words


def _covariates(
    model: MediationModel, columns: Sequence[str], on: Mapping[str, Sequence[str]]
) -> Iterator[messages.SpecificationChoice]:
    own = tuple(model.covariates)
    taken = set(model.columns)
    more = [name for name in columns if name not in taken][:MOST_COVARIATES]
    sets = dict.fromkeys(((), own, *((*own, name) for name in more)))
    if len(sets) < 2:
        return
    values = [(json.dumps(list(names)), _covariate_words(names, own)) for names in sets]
    first = list(dict.fromkeys(json.dumps(list(names)) for names in ((), own)))
    yield _choice("covariates", values, first, on)


def _covariate_words(names: Sequence[str], own: Sequence[str]) -> str:
    if own and len(names) > len(own):
        return f"+ {shortened(visible(names[-1]))}"
    return ", ".join(shortened(visible(name)) for name in names) or NO_COVARIATES


def _moderators(
    model: MediationModel, on: Mapping[str, Sequence[str]]
) -> Iterator[messages.SpecificationChoice]:
    if model.moderators:
        own = {path: list(names) for path, names in model.moderators.items()}
        words = "; ".join(
            f"{shortened(visible(path))}: {', '.join(shortened(visible(name)) for name in names)}"
            for path, names in own.items()
        )
        values = [(json.dumps({}), "none"), (json.dumps(own), words)]
        yield _choice("moderators", values, [value for value, _ in values], on)


def _constraints(
    model: MediationModel, on: Mapping[str, Sequence[str]]
) -> Iterator[messages.SpecificationChoice]:
    """Offer the model's own constraints, and none."""
    if model.constraints:
        own = dict(model.constraints)
        words = ", ".join(f"{name} = {_number(value)}" for name, value in own.items())
        values = [(json.dumps({}), "none"), (json.dumps(own), setting_words("constraints", words))]
        yield _choice("constraints", values, [value for value, _ in values], on)


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def _missing(
    model: MediationModel,
    with_holes: Collection[str],
    on: Mapping[str, Sequence[str]],
    group: str,
) -> Iterator[messages.SpecificationChoice]:
    """Offer full information where values are missing; it needs latent means among what varies."""
    if model.missing == MISSING[0] and not set(model.columns) & set(with_holes):
        return
    latent = LATER in on.get("centering", ()) or model.centering == LATER
    reason = f"Full information needs latent {group} means among the centerings."
    refused = {} if latent else {"fiml": reason}
    values = [(value, setting_words("missing", value)) for value in MISSING]
    yield _choice("missing", values, [model.missing], on, refused)


def _choice(
    name: str,
    values: Sequence[Value],
    first: Sequence[str],
    on: Mapping[str, Sequence[str]],
    refused: Mapping[str, str] | None = None,
) -> messages.SpecificationChoice:
    refused = refused or {}
    chosen = set(on.get(name, first)) - set(refused)
    return {
        "name": name,
        "label": SETTINGS[name],
        "values": [
            {"value": value, "label": label, "help": "", "refusal": refused.get(value, "")}
            for value, label in values
        ],
        "on": [value for value, _ in values if value in chosen],
    }


def compare_arguments(
    model: MediationModel, estimator: str, choices: Sequence[messages.SpecificationChoice]
) -> dict[str, Any]:
    """Return the arguments of `medwidget.compare` for the values that are switched on.

    A choice of which nothing is on stays as on screen. Covariates that the model sends to some of
    the equations only keep their equations. The estimator on screen comes first, if it is on.
    """
    found: dict[str, Any] = {"estimator": [estimator]}
    for choice in choices:
        name = choice["name"]
        values = [_read(name, value, model) for value in choice["on"]]
        if values and not _unchanged(name, values, model):
            found[name] = values
    found["estimator"].sort(key=lambda name: name != estimator)
    return found


def _unchanged(name: str, values: Sequence[Any], model: MediationModel) -> bool:
    """Tell whether nothing is on but what the model on screen has."""
    return name != "estimator" and len(values) == 1 and model.replace(**{name: values[0]}) == model


def _read(name: str, value: str, model: MediationModel) -> Any:
    if name in {"random_slopes", "moderators", "constraints"}:
        return json.loads(value)
    if name == "covariates":
        return {column: model.covariates.get(column) for column in json.loads(value)}
    return value


def count_cells(
    model: MediationModel, estimator: str, choices: Sequence[messages.SpecificationChoice]
) -> int:
    """Return how many specifications there are, the model on screen among them."""
    arguments = compare_arguments(model, estimator, choices)
    estimators = arguments.pop("estimator")
    varied = {name: arguments.get(name) for name in OPTIONS}
    try:
        return len(specifications(model, varied, estimators))
    except MedwidgetError:
        return 0
