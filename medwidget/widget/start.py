"""What a widget begins with: a model, or roles and options by name, complete or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from medwidget.data.frame import Table, read_table
from medwidget.errors import ModelError, one_of, suggestion
from medwidget.spec.arguments import read_constraints, read_splits
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.model import MISSING, MediationModel, path_at_level
from medwidget.widget.draft import Draft
from medwidget.widget.latent import LEVELS, LatentChoices

__all__ = ["first_draft"]

_SETTINGS = ("estimator", "interval", "level", "seed")
_ROLES = ("exposure", "mediators", "outcome", "group")
_MODEL = (
    "covariates",
    "moderators",
    "centering",
    "random_slopes",
    "random_covariance",
    "families",
    "mediation",
    "covariate_centering",
    "splits",
    "constraints",
    "missing",
)


def first_draft(data: object, model: object, assigned: Mapping[str, Any]) -> Draft:
    """Return the first draft of a widget.

    Raises
    ------
    MedwidgetError
        If an argument is unknown or contradicts another, or names a column that the data lack.
    """
    known = (*_SETTINGS, *_ROLES, *_MODEL)
    for name in assigned:
        if name not in known:
            raise ModelError(f"MediationWidget has no argument {name!r}.{suggestion(name, known)}")
    given = {name: value for name, value in assigned.items() if value is not None}
    draft = Draft()
    for name in _SETTINGS:
        if name in given:
            draft = draft.choose(name, given.pop(name))
    if model is not None:
        if not isinstance(model, MediationModel):
            kind = type(model).__name__
            raise ModelError(f"model must be a MediationModel, not {kind}; roles go by name.")
        if given:
            raise ModelError(
                f"Give either a model or {next(iter(given))!r}, not both; model.replace() changes "
                f"a model."
            )
        return _on(read_table(data), draft.with_model(model))
    if all(name in given for name in _ROLES):
        return _on(read_table(data), draft.with_model(MediationModel(**given)))
    return _on(read_table(data), _partial(draft, given))


def _partial(draft: Draft, given: dict[str, Any]) -> Draft:
    """Assign the roles that are named; the model that they belong to is not whole yet."""
    for name in ("exposure", "outcome", "group"):
        if name in given:
            draft = draft.assign(_name(name, given[name]), name)
    for mediator in _names(given.get("mediators", ())):
        draft = draft.assign(_name("mediators", mediator), "mediator")
    if "random_slopes" in given:
        wanted = set(_names(given["random_slopes"]))
        unknown = sorted(wanted - set(draft.paths))
        if unknown:
            raise ModelError(
                f"There is no path {unknown[0]!r}; there are {', '.join(draft.paths)}."
            )
        for path in draft.paths:
            if (path in wanted) != (path in draft.random_slopes):
                draft = draft.toggle(path)
    for name in ("centering", "random_covariance", "mediation"):
        if name in given:
            draft = draft.choose(name, given[name])
    covariates = given.get("covariates", ())
    for covariate in _names(covariates):
        draft = draft.assign(_name("covariates", covariate), "covariate")
    if isinstance(covariates, Mapping):
        targets = {
            name: None if responses is None else tuple(_names(responses))
            for name, responses in covariates.items()
        }
        draft = replace(draft, covariates=FrozenDict(targets))
    draft = replace(draft, latent=_latent_choices(draft, given))
    for path, moderators in dict(given.get("moderators") or {}).items():
        for moderator in _names(moderators):
            draft = draft.assign(_name("moderators", moderator), "moderator", path=path)
    return draft


def _latent_choices(draft: Draft, given: Mapping[str, Any]) -> LatentChoices:
    """Return splits, constraints and the handling of missing values that are named."""
    splittable = tuple(name for name in (draft.exposure, *draft.covariates) if name is not None)
    levels = [path_at_level(path, level) for path in draft.paths for level in LEVELS]
    return LatentChoices.read(
        read_splits(given.get("splits"), splittable),
        read_constraints(given.get("constraints"), tuple(levels)),
        one_of("missing", given.get("missing", MISSING[0]), MISSING),
        draft.paths,
    )


def _names(given: Any) -> tuple[Any, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _name(argument: str, given: Any) -> str:
    if not isinstance(given, str) or not given:
        raise ModelError(f"{argument}={given!r} must be the name of one column.")
    return given


def _on(table: Table, draft: Draft) -> Draft:
    for name in draft.columns:
        if name not in table:
            raise ModelError(f"There is no column {name!r}.{suggestion(name, table.names)}")
    return draft
