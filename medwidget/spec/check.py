"""Every problem of a model on given columns at once, each with its remedy; and the thresholds."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.errors import suggestion
from medwidget.spec.check_latent import latent_argument_problems
from medwidget.spec.check_levels import level_problems
from medwidget.spec.columns import ColumnInfo, FrameInfo
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem

__all__ = ["FEW_GROUPS", "MANY_CATEGORIES", "check"]

# Below this number of groups intervals for between effects and variances are too short (McNeish &
# Stapleton 2016, Educ Psychol Rev 28:295).
FEW_GROUPS = 20
# A categorical covariate or moderator with more categories than this is probably an identifier.
MANY_CATEGORIES = 20


def check(model: MediationModel, frame: FrameInfo) -> tuple[Problem, ...]:
    """Return every problem of ``model`` on the columns of ``frame``, errors first.

    Parameters
    ----------
    model : MediationModel
    frame : FrameInfo
        Descriptions of the columns over the rows in use.

    Returns
    -------
    tuple of Problem
        Empty when there is nothing to say.
    """
    found = list(_absent(model, frame))
    present = {name for name in model.columns if name in frame.columns}
    found += _types(model, frame, present)
    numeric = {name for name in present if not _blocked(frame.columns[name], model, name)}
    if frame.n_rows > 0:
        found += _constants(model, frame, numeric)
    if frame.group is not None and frame.n_rows > 0:
        found += _groups(model, frame)
        if all(name in numeric for name in (model.exposure, *model.responses)):
            found += level_problems(model, frame, numeric)
    elif frame.group is not None:
        found.append(_no_rows(model))
    found += _support(model)
    found += latent_argument_problems(model)
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(found, key=lambda problem: order[problem.severity]))


def _blocked(info: ColumnInfo, model: MediationModel, name: str) -> bool:
    may_be_text = name in model.covariates or any(name in w for w in model.moderators.values())
    allowed = {"numeric", "boolean"} | ({"categorical"} if may_be_text else set())
    return name != model.group and info.kind not in allowed


def _no_rows(model: MediationModel) -> Problem:
    return Problem(
        "no-rows",
        "No row has a value in every column of the model, so there is nothing to fit.",
        "Drop the column with most missing values from the model, or fill it in.",
        count=0,
    )


def _absent(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    for name in model.columns:
        if name in frame.duplicated:
            yield Problem(
                "duplicated-column",
                f"More than one column is called {name!r}, so it is not clear which is meant.",
                "Rename one of them.",
                name,
            )
        elif name not in frame.columns and not (name == model.group and frame.group is not None):
            yield Problem(
                "missing-column",
                f"There is no column {name!r} in the data.{suggestion(name, frame.names)}",
                "Correct the name, or choose another column.",
                name,
            )


def _types(model: MediationModel, frame: FrameInfo, present: set[str]) -> Iterator[Problem]:
    for name in model.columns:
        if name not in present or not _blocked(frame.columns[name], model, name):
            continue
        info = frame.columns[name]
        if info.kind == "number-as-text":
            yield Problem(
                "number-as-text",
                f"{name!r} holds numbers stored as text ({info.dtype}).",
                "Convert it to numbers before fitting (pandas: pd.to_numeric; polars: "
                "cast(pl.Float64)).",
                name,
            )
        elif info.kind == "categorical":
            yield Problem(
                "text-column",
                f"{name!r} is text with {info.n_distinct} different values, so it cannot be the "
                f"exposure, "
                f"a mediator or the outcome.",
                "Choose a numeric column, or code two categories as 0 and 1.",
                name,
                info.n_distinct,
            )
        else:
            yield Problem(
                "unsupported-type",
                f"{name!r} has a type that cannot enter a model ({info.dtype}).",
                "Turn it into a number, a category or a truth value.",
                name,
            )


def _groups(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    group = frame.group
    assert group is not None
    if group.n_groups < 2:
        yield Problem(
            "one-group",
            f"{model.group!r} names only {group.n_groups} group among the rows in use, so nothing "
            f"can be "
            f"compared between groups.",
            "Choose the column that tells the groups apart.",
            model.group,
            group.n_groups,
        )
        return
    if group.n_groups < FEW_GROUPS:
        yield Problem(
            "few-groups",
            f"There are only {group.n_groups} groups. With fewer than about {FEW_GROUPS}, "
            f"variances between "
            f"groups and intervals for between effects are not dependable.",
            "Read within effects only, and say how many groups there are"
            + ("." if model.centering == "latent" else "; estimator='reml' helps variances."),
            model.group,
            group.n_groups,
            "warning",
        )
    if group.n_singletons and group.largest > 1:
        yield Problem(
            "singletons",
            f"{group.n_singletons} of {group.n_groups} groups have a single row. They inform the "
            f"between "
            f"part only.",
            "Nothing needs doing; report the number.",
            model.group,
            group.n_singletons,
            "note",
        )


def _constants(model: MediationModel, frame: FrameInfo, names: set[str]) -> Iterator[Problem]:
    for name in model.columns:
        if name == model.group or name not in names:
            continue
        info = frame.columns[name]
        if info.n_distinct == 0:
            yield Problem(
                "empty-column",
                f"{name!r} has no value in any row.",
                "Take it out of the model, or check how the data were read.",
                name,
                0,
            )
        elif info.n_distinct < 2:
            yield Problem(
                "constant-column",
                f"{name!r} has the same value in every row in use, so it explains nothing and "
                f"nothing "
                f"explains it.",
                "Take it out of the model, or check the rows that were left out.",
                name,
                info.n_distinct,
            )
        elif info.kind == "categorical" and info.n_distinct > MANY_CATEGORIES:
            yield Problem(
                "many-categories",
                f"{name!r} is text with {info.n_distinct} different values; each would be an "
                f"indicator.",
                f"Merge categories to at most {MANY_CATEGORIES}, or leave the column out.",
                name,
                info.n_distinct,
            )


def _support(model: MediationModel) -> Iterator[Problem]:
    for response, family in model.families.items():
        if response not in model.responses:
            yield Problem(
                "family-without-equation",
                f"families names {response!r}, which is not a mediator or the outcome.",
                "Remove it from families.",
                response,
            )
        elif family != "gaussian":
            yield Problem(
                "family",
                f"{response!r} is declared {family}, but only Gaussian responses can be fitted "
                f"yet.",
                "Leave it out of families to treat it as numeric, and say so.",
                response,
            )
