"""Problems that come from the levels of columns: what can be told apart, and what cannot."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.spec.check_latent import constraint_problems, latent_problems
from medwidget.spec.columns import ColumnInfo, FrameInfo, is_centred
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem
from medwidget.spec.splits import split_of

__all__ = ["LOW_ICC", "NEARLY_CONSTANT_GROUPS", "UNRELIABLE_MEAN", "level_problems"]

# Below this reliability of the group means the between slopes are noticeably biased (Lüdtke et al.
# 2008).
UNRELIABLE_MEAN = 0.7
# Below this ICC(1) a column has almost no variance between groups, and a between path explodes.
LOW_ICC = 0.01
# A column that varies in at most this share of groups looks like a group-level one with errors.
NEARLY_CONSTANT_GROUPS = 0.02


def level_problems(model: MediationModel, frame: FrameInfo, numeric: set[str]) -> Iterator[Problem]:
    """Yield the problems of a model whose exposure, mediators and outcome are all numeric."""
    yield from _levels(model, frame)
    yield from _moderators(model, frame, numeric)
    yield from _between_variance(model, frame)
    yield from _readings(model, frame)
    if model.centering == "latent":
        yield from latent_problems(model, frame)
        yield from constraint_problems(model, frame)


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
        if model.centering == "latent" and split_of(model, frame, name) != "observed":
            continue
        latent = "Use centering='latent'"
        if model.centering == "latent":
            latent = f"Leave {name!r} out of splits"
        yield Problem(
            "observed-means",
            f"{response!r} is group-level, so the effect of {name!r} on it is estimated from "
            f"observed "
            f"group means, which are unreliable; the slope is biased towards zero.",
            f"{latent}, so that it is estimated from latent group means; or read it as a lower "
            f"bound.",
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


def _without_between(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    """Days that every person has: their means are all the same, a constant."""
    names = [*(model.covariates if model.covariate_centering == "as-model" else ())]
    if model.centering == "latent":
        names = [model.exposure, *names, *model.splits]
    for name in dict.fromkeys(names):
        info = frame.columns.get(name)
        if info is not None and is_centred(info, frame) and model.splits.get(name) != "within":
            yield Problem(
                "exposure-without-between"
                if name == model.exposure
                else "covariate-without-between",
                f"{name!r} has the same mean in every group, so there is no between part of it.",
                "Only its within part is fitted; nothing needs doing.",
                name,
                severity="note",
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
    if model.centering not in {"group-mean", "latent"}:
        return
    yield from _without_between(model, frame)
    for name, observed in _split_predictors(model, frame):
        info = frame.columns[name]
        if observed and is_centred(info, frame):
            yield Problem(
                "no-between-variance",
                f"{name!r} has the same mean in every group, so there is no between part to "
                f"estimate.",
                "Use centering='within', which fits the within part only.",
                name,
            )
        elif info.icc1 < LOW_ICC:
            yield _little_between(model, info)
        elif observed and info.icc2 < UNRELIABLE_MEAN:
            yield _unreliable(model, info)


def _split_predictors(model: MediationModel, frame: FrameInfo) -> Iterator[tuple[str, bool]]:
    """Yield the predictors with parts at both levels, and whether these are observed ones."""
    predictors = dict.fromkeys(source for source, _ in model.paths.values())
    if model.centering != "latent":
        yield from ((name, True) for name in predictors if _level(frame, name) is Level.INDIVIDUAL)
        return
    for name in (*predictors, *model.covariates):
        if name in frame.columns:
            split = split_of(model, frame, name)
            if split in {"latent", "observed"}:
                yield name, split == "observed"


def _little_between(model: MediationModel, info: ColumnInfo) -> Problem:
    name = info.name
    remedy = "Use centering='within', and read the within effects only."
    if model.centering == "latent" and name not in model.mediators:
        remedy = (
            f"Use splits={{{name!r}: 'within'}}, which gives it no part between groups, and read "
            f"the within effects only."
        )
    return Problem(
        "little-between-variance",
        f"{name!r} has almost no variance between groups (ICC(1) = {info.icc1:.3f}): its group "
        f"means differ no more than by chance, so between paths from it mean little.",
        remedy,
        name,
        severity="warning",
    )


def _unreliable(model: MediationModel, info: ColumnInfo) -> Problem:
    remedy = "Use centering='latent', which splits it by latent group means instead"
    if model.centering == "latent":
        remedy = f"Leave {info.name!r} out of splits, so that it is split by latent group means"
    return Problem(
        "unreliable-means",
        f"The group means of {info.name!r} have reliability {info.icc2:.2f} (below "
        f"{UNRELIABLE_MEAN}); between slopes from it are biased towards the within slopes.",
        f"{remedy}, or say so with the between effects.",
        info.name,
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
