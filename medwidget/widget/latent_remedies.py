"""Messages whose remedy is latent group means, or one of the choices that belong to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from medwidget.spec.model import path_at_level
from medwidget.spec.problems import Problem
from medwidget.widget.draft import Draft
from medwidget.widget.fitting import CANCELLED
from medwidget.widget.latent import LatentChoices
from medwidget.widget.notices import HIDE, Context, Notice, Remedy, notice_about, plainly
from medwidget.widget.words import path_words

__all__ = ["WRITTEN", "keep_rows"]


def keep_rows(context: Context) -> Remedy | None:
    """Offer full information where rows are left out; None where the estimator knows none."""
    draft, nouns = context.draft, context.nouns
    if draft.estimator != "ml" or draft.latent.missing == "fiml":
        return None
    latent = draft.centering == "latent"
    words = "FIML" if latent else f"latent {nouns.group} means, FIML"

    def change(now: Draft) -> Draft:
        return now.choose("centering", "latent").choose("missing", "fiml")

    return Remedy("fiml", f"Keep all {nouns.rows} ({words})", change, primary=True)


def _use_latent(context: Context, *, primary: bool = True) -> Remedy | None:
    if context.draft.centering == "latent" or context.draft.estimator != "ml":
        return None
    return Remedy(
        "latent",
        f"Use latent {context.nouns.group} means",
        lambda now: now.choose("centering", "latent"),
        primary=primary,
    )


def _observed_means(problem: Problem, context: Context) -> Notice:
    column = problem.column or ""
    if context.draft.latent.splits.get(column) == "observed":
        return plainly(problem, context, _split_by_latent(column, context), HIDE)
    remedy = _use_latent(context)
    return plainly(problem, context, *([] if remedy is None else [remedy]), HIDE)


def _split_by_latent(column: str, context: Context) -> Remedy:
    label = f"Split {context.names(column)} by latent means"
    return Remedy("split", label, lambda now: now.split(column, "latent"), primary=True)


def _no_common_level(problem: Problem, context: Context) -> Notice:
    column = problem.column or ""
    split = context.draft.latent.splits.get(column) == "within"
    remedies = [_split_by_latent(column, context)] if split else []
    return plainly(problem, context, *remedies, _use_group_mean(), HIDE)


def _use_group_mean(*, primary: bool = False) -> Remedy:
    return Remedy(
        "group-mean",
        "Use group mean",
        lambda now: now.choose("centering", "group-mean"),
        primary=primary,
    )


def _nothing_within(problem: Problem, context: Context) -> Notice:
    return plainly(problem, context, _use_group_mean(primary=True))


def _moderated_between(problem: Problem, context: Context) -> Notice:
    column = problem.column or ""
    remedies = []
    if column == context.draft.exposure:
        means = f"Use its observed {context.nouns.group} means"
        change: Callable[[Draft], Draft] = lambda now: now.split(column, "observed")  # noqa: E731
        remedies.append(Remedy("observed", means, change, primary=True))
    remedies.append(_use_group_mean())
    return plainly(problem, context, *remedies, *_unmoderated(problem, context))


def _unmoderated(problem: Problem, context: Context) -> list[Remedy]:
    """Offer to let nothing moderate the path that a problem names."""
    named = problem.message.removeprefix("On path ").partition(", which exists")[0]
    columns = context.draft.moderated.get(named, ())

    def clear(now: Draft) -> Draft:
        for column in columns:
            now = now.clear(column, named)
        return now

    what = "moderator" if len(columns) == 1 else "moderators"
    label = f"Drop the {what} of {path_words(named)}"
    return [Remedy("unmoderated", label, clear)] if columns else []


def _little_between(problem: Problem, context: Context) -> Notice:
    """Offer the way out that the centering has: within paths only, or within for this column."""
    draft, column = context.draft, problem.column or ""
    name = context.names(column)
    if draft.centering != "latent":
        within = Remedy(
            "within",
            "Fit the within part only",
            lambda now: now.choose("centering", "within"),
            primary=True,
        )
        return plainly(problem, context, within, HIDE)
    if column != draft.exposure and column not in draft.covariates:
        fix = _fix_between(column, draft, context)
        return plainly(problem, context, *([] if fix is None else [fix]), HIDE)
    split = Remedy(
        "split",
        f"Use {name} within {context.nouns.groups} only",
        lambda now: now.split(column, "within"),
        primary=True,
    )
    observed = Remedy(
        "observed",
        f"Use its observed {context.nouns.group} means",
        lambda now: now.split(column, "observed"),
    )
    remedies = [split] if draft.latent.splits.get(column) == "observed" else [split, observed]
    return plainly(problem, context, *remedies, HIDE)


def _fix_between(column: str, draft: Draft, context: Context) -> Remedy | None:
    """Offer to fix the paths from a mediator between groups at 0; None if there are none left."""
    held = draft.latent.constraints(draft.paths)
    from_it = [
        path_at_level(name, "between")
        for name, path in draft.paths.items()
        if path[0] in {"b", "d"} and path[1] == column
    ]
    left = [name for name in from_it if name not in held]
    if not left:
        return None

    def change(now: Draft) -> Draft:
        for name in left:
            now = now.hold(name, "zero")
        return now

    paths = "path" if len(left) == 1 else "paths"
    label = f"Fix its {paths} between {context.nouns.groups} at 0"
    return Remedy("fix", label, change, primary=True)


def _without_path(problem: Problem, context: Context) -> Notice:
    """Offer to release the constraints on a path that is not there."""
    held = context.draft.latent.constraints(context.draft.paths)
    parameters = dict.fromkeys((*held, *(name for name in held.values() if isinstance(name, str))))
    named = [name for name in parameters if f"{name}," in problem.message.split()]

    def release(now: Draft) -> Draft:
        for name in named:
            now = now.hold(name, "free")
        return now

    label = f"Release path {', '.join(map(path_words, named))}" if named else "Release it"
    return plainly(problem, context, Remedy("release", label, release, primary=True))


def _needs_latent(problem: Problem, context: Context) -> Notice:
    """Offer latent means for what needs them, or to do without."""
    latent = Remedy(
        "latent",
        f"Use latent {context.nouns.group} means",
        lambda now: replace(now, centering="latent"),
        primary=True,
    )
    without = Remedy("without", "Do without", lambda now: replace(now, latent=LatentChoices()))
    return plainly(problem, context, latent, without)


def _cancelled(problem: Problem, context: Context) -> Notice:
    detail = ""
    if context.before is not None:
        detail = "The numbers shown are those of the last model that was fitted."
    again = Remedy("refit", "Fit it", verb="refit", primary=True)
    return notice_about(problem, problem.message, detail, again)


WRITTEN: dict[str, Callable[[Problem, Context], Notice | None]] = {
    "observed-means": _observed_means,
    "unreliable-means": _observed_means,
    "little-between-variance": _little_between,
    "no-latent-between-variance": _little_between,
    "no-common-level": _no_common_level,
    "moderated-between": _moderated_between,
    "nothing-within": _nothing_within,
    "constraint-without-path": _without_path,
    "constraints-centering": _needs_latent,
    "fiml-centering": _needs_latent,
    CANCELLED: _cancelled,
}
