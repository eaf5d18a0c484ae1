"""Whether the indirect effect of one specification means the same as that of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medwidget.spec.model import MediationModel

__all__ = ["estimand_changes"]

# What an indirect effect is under each centring; equal words, equal meaning.
_KINDS = {
    "group-mean": "within and between groups told apart",
    "latent": "within and between groups told apart",
    "within": "within groups only",
    "grand-mean": "within and between groups blended",
    "none": "within and between groups blended",
}


def estimand_changes(
    first: MediationModel,
    other: MediationModel,
    first_levels: Mapping[str, str] | None = None,
    other_levels: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Say in which ways the indirect effect of ``other`` means something else than in ``first``.

    Random slopes and their covariances change how the effect is estimated, not what it is: an
    average over groups in either case.

    Parameters
    ----------
    first, other : MediationModel
    first_levels, other_levels : mapping of str to str, optional
        Level of every column in the rows used.

    Returns
    -------
    tuple of str
        Empty where the meaning is the same.
    """
    changes = [
        *_centering(first, other),
        *_splits(first, other),
        *_moderators(first, other),
        *_conditioning(first, other),
    ]
    if first_levels is not None and other_levels is not None:
        for column in (first.exposure, *first.responses):
            level = other_levels.get(column)
            if level is not None and level != first_levels.get(column):
                changes.append(f"{column} is {level}-level")
    return tuple(changes)


def _centering(first: MediationModel, other: MediationModel) -> Iterator[str]:
    if _KINDS[first.centering] != _KINDS[other.centering]:
        yield _KINDS[other.centering]


def _splits(first: MediationModel, other: MediationModel) -> Iterator[str]:
    """Compare which columns have a part between groups under latent centring."""
    before, after = (_within_only(model) for model in (first, other))
    for column in after - before:
        yield f"{column} without a part between groups"
    for column in before - after:
        yield f"{column} with a part between groups"


def _within_only(model: MediationModel) -> set[str]:
    if model.centering != "latent":
        return set()
    return {column for column, split in model.splits.items() if split == "within"}


def _moderators(first: MediationModel, other: MediationModel) -> Iterator[str]:
    for path in other.paths:
        before, after = (set(model.moderators.get(path, ())) for model in (first, other))
        if path == "direct" or before == after:
            continue
        if after - before:
            yield f"at the mean of {_listed(after - before)}, which moderates {path}"
        if before - after:
            yield f"not at the mean of {_listed(before - after)}, which no longer moderates {path}"


def _conditioning(first: MediationModel, other: MediationModel) -> Iterator[str]:
    """Compare the columns that each equation holds constant beside its paths."""
    added: dict[str, None] = {}
    removed: dict[str, None] = {}
    for response in other.responses:
        before, after = (_held_constant(model, response) for model in (first, other))
        added.update(dict.fromkeys(name for name in after if name not in before))
        removed.update(dict.fromkeys(name for name in before if name not in after))
    if added:
        yield f"conditional on {_listed(added)} too"
    if removed:
        yield f"not conditional on {_listed(removed)}"
    if first.covariate_centering != other.covariate_centering and other.covariates:
        yield "covariates centred otherwise"


def _held_constant(model: MediationModel, response: str) -> tuple[str, ...]:
    moderators = [
        column
        for path, columns in model.moderators.items()
        if model.paths[path][1] == response
        for column in columns
    ]
    return (*model.covariates_of(response), *moderators)


def _listed(names: Mapping[str, None] | set[str]) -> str:
    return ", ".join(sorted(names) if isinstance(names, set) else names)
