"""Problems of latent centring, and of arguments that need it."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.spec.columns import FrameInfo
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel, path_at_level
from medwidget.spec.problems import Problem
from medwidget.spec.splits import Split, split_of
from medwidget.spec.structure import Structure

__all__ = [
    "constraint_problems",
    "latent_argument_problems",
    "latent_problems",
    "nothing_within",
    "parts_of",
]

# The levels at which a column has a part, by how it is split.
LEVELS: dict[Split, tuple[str, ...]] = {
    "latent": ("within", "between"),
    "observed": ("within", "between"),
    "within": ("within",),
    "group": ("between",),
}


def latent_argument_problems(model: MediationModel) -> Iterator[Problem]:
    """Yield the arguments that say nothing, or ask for too much, without latent centring."""
    if model.centering == "latent":
        return
    if model.constraints:
        yield Problem(
            "constraints-centering",
            f"constraints hold paths ({', '.join(model.constraints)}) at a value or equal to "
            f"others, which is done under latent centring only, not with "
            f"centering={model.centering!r}.",
            "Use centering='latent', or take constraints out.",
        )
    if model.missing == "fiml":
        yield Problem(
            "fiml-centering",
            f"missing='fiml' keeps incomplete rows, which needs a model of all columns together, "
            f"not regressions on observed values as with centering={model.centering!r}.",
            "Use centering='latent', or missing='listwise'.",
        )
    for name, way in model.splits.items():
        yield Problem(
            "splits-centering",
            f"splits says how {name!r} is split under latent centring ({way}), and has no meaning "
            f"with centering={model.centering!r}.",
            "Nothing needs doing.",
            name,
            severity="note",
        )


def parts_of(model: MediationModel, frame: FrameInfo, column: str) -> tuple[str, ...]:
    """Return the levels at which a column has a part under latent centring."""
    return LEVELS[split_of(model, frame, column)]


def latent_problems(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    """Yield the problems of a model with latent centring whose columns are all usable."""
    yield from _nothing_between(model, frame)
    yield from _unsplit(model, frame)
    yield from _no_common_level(model, frame)
    yield from _products_of_latent_means(model, frame)


def constraint_problems(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    """Yield the constraints on paths that do not exist at the level on these data."""
    named = {*model.constraints, *(v for v in model.constraints.values() if isinstance(v, str))}
    for path, (source, target) in model.paths.items():
        for level in ("within", "between"):
            name = path_at_level(path, level)
            for column in (source, target) if name in named else ():
                if level not in parts_of(model, frame, column):
                    yield Problem(
                        "constraint-without-path",
                        f"constraints name {name}, which does not exist on these data: {column!r} "
                        f"has no part {level} groups.",
                        f"Take {name} out of constraints.",
                        column,
                    )
                    break


def nothing_within(structure: Structure) -> Iterator[Problem]:
    """Yield the problem of latent centring without any column that varies within groups."""
    if structure.two_level is not None and not structure.two_level.within.variables:
        responses = ", ".join(map(repr, structure.model.responses))
        yield Problem(
            "nothing-within",
            f"The equations of {responses} hold group-level columns and observed means only, so "
            f"there are no latent means: this is path analysis of groups.",
            "Use centering='group-mean', which fits it.",
            structure.model.outcome,
        )


def _nothing_between(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    columns = (model.exposure, *model.responses)
    if all("between" not in parts_of(model, frame, name) for name in columns):
        yield Problem(
            "no-between-variance",
            f"{model.outcome!r} has the same mean in every group, and no other column of the "
            f"paths has a part between groups, so there is nothing to split.",
            "Use centering='within', which fits the within part only.",
            model.outcome,
        )


def _unsplit(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    for name in model.splits:
        info = frame.columns.get(name)
        if info is not None and info.level is Level.GROUP:
            yield Problem(
                "split-of-group-level",
                f"{name!r} is constant within every group, so there is nothing to split.",
                f"Leave {name!r} out of splits to silence this note.",
                name,
                severity="note",
            )


def _no_common_level(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    """Columns that have no part where a response has one, so that they cannot act on it."""
    sources = {response: list(model.covariates_of(response)) for response in model.responses}
    for source, target in model.paths.values():
        sources[target].append(source)
    for response, columns in sources.items():
        levels = parts_of(model, frame, response)
        for name in columns:
            if name not in frame.columns or set(levels) & set(parts_of(model, frame, name)):
                continue
            only, other = levels[0], "within" if levels[0] == "between" else "between"
            remedy = f"Split it by latent means: leave {name!r} out of splits"
            if name in model.covariates and model.covariate_centering == "none":
                remedy = "Split it by latent means: use covariate_centering='as-model'"
            if other == "between" or name in model.mediators:
                remedy = "Leave it so if that is meant; use centering='group-mean'"
            yield Problem(
                "no-common-level",
                f"{name!r} varies {other} groups only and {response!r} {only} groups only, so "
                f"{name!r} is not in the equation of {response!r}.",
                f"{remedy} to have it there.",
                name,
                severity="warning",
            )


def _products_of_latent_means(model: MediationModel, frame: FrameInfo) -> Iterator[Problem]:
    """Moderated paths between groups whose source is not an observed exposure."""
    for path in model.moderators:
        source, target = model.paths[path]
        common = set(parts_of(model, frame, source)) & set(parts_of(model, frame, target))
        if common != {"between"}:
            continue
        split = split_of(model, frame, source)
        if source == model.exposure and split != "latent":
            continue
        observed = f"splits={{{source!r}: 'observed'}} or " if source == model.exposure else ""
        what = "a latent mean" if split == "latent" else "a response itself"
        yield Problem(
            "moderated-between",
            f"On path {path}, which exists between groups only, {source!r} is {what}, so its "
            f"product with a moderator has no normal distribution.",
            f"Use {observed}centering='group-mean', or let nothing moderate {path}.",
            source,
        )
