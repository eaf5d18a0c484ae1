"""Every problem of a model on given columns at once, each with its remedy; and the thresholds."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.errors import suggestion
from medwidget.spec.columns import ColumnInfo, FrameInfo, is_centred
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem

__all__ = [
    "FEW_GROUPS",
    "LOW_ICC",
    "MANY_CATEGORIES",
    "NEARLY_CONSTANT_GROUPS",
    "UNRELIABLE_MEAN",
    "check",
]

# Below this number of groups intervals for between effects and variances are too short (McNeish &
# Stapleton 2016, Educ Psychol Rev 28:295).
FEW_GROUPS = 20
# Below this reliability of the group means the between slopes are noticeably biased (Lüdtke et al.
# 2008).
UNRELIABLE_MEAN = 0.7
# Below this ICC(1) a column has almost no variance between groups, and a between path explodes.
LOW_ICC = 0.01
# A column that varies in at most this share of groups looks like a group-level one with errors.
NEARLY_CONSTANT_GROUPS = 0.02
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
    if frame.n_rows > 0 and frame.group is not None:
        found += _types(model, frame, present)
        numeric = {name for name in present if not _blocked(frame.columns[name], model, name)}
        found += _groups(model, frame)
        if all(name in numeric for name in (model.exposure, *model.responses)):
            found += _constants(model, frame, numeric)
            found += _levels(model, frame)
            found += _moderators(model, frame, numeric)
            found += _between_variance(model, frame)
            found += _readings(model, frame)
    elif frame.group is not None:
        found.append(_no_rows(model))
    found += _support(model)
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
                f"There is no column {name!r} in the data.{suggestion(name, frame.columns)}",
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
            "Read within effects only, and say how many groups there are; estimator='reml' helps "
            "variances.",
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
        if info.n_distinct < 2:
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


def _level(frame: FrameInfo, name: str) -> Level | None:
    info = frame.columns.get(name)
    return None if info is None else info.level


def _levels(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    exposure = _level(frame, model.exposure)
    if model.centering == "within":
        for name in (model.exposure, *model.responses):
            if _level(frame, name) is Level.GROUP:
                yield Problem(
                    "group-level-within",
                    f"{name!r} is constant within every group, so it has no deviation from the "
                    f"group mean "
                    f"and cannot carry a within effect.",
                    "Use centering='group-mean', which gives the effect between groups.",
                    name,
                )
    for path, (source, target) in model.paths.items():
        if path not in model.random_slopes:
            continue
        for name in (source, target):
            if _level(frame, name) is Level.GROUP:
                yield Problem(
                    "group-level-slope",
                    f"The slope of path {path} cannot vary across groups, because {name!r} is "
                    f"constant "
                    f"within every group. It is estimated as one slope between groups.",
                    f"Leave {path!r} out of random_slopes to silence this note.",
                    name,
                    severity="note",
                )
                break
    for response in model.responses:
        if _level(frame, response) is Level.GROUP and exposure is not None:
            yield from _group_level_response(model, frame, response)
    for name in model.columns:
        info = frame.columns.get(name)
        if name == model.group or info is None or frame.group is None:
            continue
        few = max(2.0, NEARLY_CONSTANT_GROUPS * frame.group.n_groups)
        if (
            info.level is Level.INDIVIDUAL
            and info.n_varying_groups <= few < frame.group.n_groups / 4
        ):
            yield Problem(
                "nearly-group-level",
                f"{name!r} varies within only {info.n_varying_groups} of {frame.group.n_groups} "
                f"groups. It "
                f"looks like a group-level column with errors, and is treated as individual-level.",
                "Correct those groups if the column is meant to be the same for a whole group.",
                name,
                info.n_varying_groups,
                "warning",
            )


def _group_level_response(
    model: MediationModel, frame: FrameInfo, response: str
) -> Iterator[Problem]:
    sources = [source for source, target in model.paths.values() if target == response]
    biased = [name for name in sources if _level(frame, name) is Level.INDIVIDUAL]
    assert frame.group is not None
    if frame.n_rows > frame.group.n_groups:
        yield Problem(
            "repeated-rows",
            f"{response!r} is the same for every row of a group. Its equation is fitted on "
            f"{frame.group.n_groups} groups, not on {frame.n_rows} copied rows.",
            "Nothing needs doing.",
            response,
            frame.group.n_groups,
            "note",
        )
    for name in biased:
        yield Problem(
            "observed-means",
            f"{response!r} is group-level, so the effect of {name!r} on it is estimated from "
            f"observed "
            f"group means, which are unreliable; the slope is biased towards zero.",
            "Read it as a lower bound; latent group means would remove the bias.",
            name,
            severity="warning",
        )


def _moderators(model: MediationModel, frame: FrameInfo, names: set[str]) -> Iterator[Problem]:
    for path, moderators in model.moderators.items():
        for name in moderators:
            if name not in names or _level(frame, name) is not Level.INDIVIDUAL:
                continue
            info = frame.columns[name]
            if model.centering != "none":
                yield Problem(
                    "individual-level-moderator",
                    f"{name!r} varies within {info.n_varying_groups} groups, so it cannot "
                    f"moderate path "
                    f"{path} across levels.",
                    "Use its group mean as a column of its own, or centering='none' for a product "
                    "of rows.",
                    name,
                    info.n_varying_groups,
                )
            elif name in names:
                yield Problem(
                    "individual-level-moderation",
                    f"{name!r} varies within groups: this is moderation of path {path} by an "
                    f"individual-level column, not across levels.",
                    "Report it as such.",
                    name,
                    info.n_varying_groups,
                    "warning",
                )


def _between_variance(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    for response in model.responses:
        info = frame.columns[response]
        if is_centred(info, frame):
            yield Problem(
                "double-centred",
                f"{response!r} has the same mean in every group, as if it had been centred "
                f"before. A random "
                f"intercept for it would be singular, and is left out.",
                "Give the column as it was measured; the model centres predictors by itself.",
                response,
                severity="warning",
            )
    if model.centering != "group-mean":
        return
    predictors = dict.fromkeys(source for source, _ in model.paths.values())
    for name in predictors:
        info = frame.columns[name]
        if info.level is not Level.INDIVIDUAL:
            continue
        if is_centred(info, frame):
            yield Problem(
                "no-between-variance",
                f"{name!r} has the same mean in every group, so there is no between part to "
                f"estimate.",
                "Use centering='within', which fits the within part only.",
                name,
            )
        elif info.icc1 < LOW_ICC:
            yield Problem(
                "little-between-variance",
                f"{name!r} has almost no variance between groups (ICC(1) = {info.icc1:.3f}): its "
                f"group means "
                f"differ no more than by chance, so between paths from it mean little.",
                "Use centering='within', and read the within effects only.",
                name,
                severity="warning",
            )
        elif info.icc2 < UNRELIABLE_MEAN:
            yield Problem(
                "unreliable-means",
                f"The group means of {name!r} have reliability {info.icc2:.2f} (below "
                f"{UNRELIABLE_MEAN}); "
                f"between slopes from it are biased towards the within slopes.",
                "Say so with the between effects; larger groups or latent group means remove the "
                "bias.",
                name,
                severity="warning",
            )


def _readings(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    for response in model.responses:
        info = frame.columns[response]
        if info.n_distinct == 2 and response not in model.families:
            yield Problem(
                "two-valued-response",
                f"{response!r} has two values and is treated as numeric: its equation is a linear "
                f"probability model, with errors that cannot be normal.",
                "Read slopes as differences in probability, with care near 0 and 1.",
                response,
                2,
                "warning",
            )
    individual = any(
        _level(frame, name) is Level.INDIVIDUAL for name in (model.exposure, *model.mediators)
    )
    if not model.separates_levels and individual:
        yield Problem(
            "levels-mixed",
            f"With centering={model.centering!r} the paths blend within and between effects.",
            "Use centering='group-mean' to tell the levels apart.",
            severity="warning",
        )


def _support(model: MediationModel) -> Iterator[Problem]:
    if model.centering == "latent":
        yield Problem(
            "latent-centering",
            "centering='latent' needs a two-level structural model, which is not offered yet.",
            "Use centering='group-mean'; the reliability of the group means says how much it "
            "matters.",
        )
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
