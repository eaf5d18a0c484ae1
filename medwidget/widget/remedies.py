"""Messages of a draft: what is the case, what it means for the numbers, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from medwidget.result import MediationResult
from medwidget.spec.problems import Problem
from medwidget.views.text.checks import said_better
from medwidget.widget.draft import Draft
from medwidget.widget.fitting import Outcome
from medwidget.widget.latent_remedies import WRITTEN, keep_rows
from medwidget.widget.notices import HIDE, Context, Notice, Remedy, notice_about, plainly
from medwidget.widget.words import PRIME, path_words, role_words

__all__ = ["notices"]

# Warnings and notes that concern the mapping at once; the others wait in Diagnostics.
_SHOWN = frozenset(
    {
        "boundary-variance",
        "boundary-correlation",
        "boundary-combination",
        "not-converged",
        "not-identified",
        "quadrature-unsettled",
        "rows-dropped",
        "infinite-values",
        "missing-group",
        "groups-lost",
        "few-groups",
        "singletons",
        "levels-mixed",
        "two-valued-response",
        "stopped",
        "failed-refits",
        "nearly-group-level",
        "double-centred",
        "little-between-variance",
        "observed-means",
        "unreliable-means",
        "no-latent-between-variance",
        "no-common-level",
    }
)


UNDO = Remedy("undo", "Undo", verb="undo")
KEEP = Remedy("keep", "Keep it", verb="dismiss")


def notices(outcome: Outcome, context: Context) -> list[Notice]:
    """Return the messages of what came of a draft, errors first."""
    found = []
    for problem in outcome.problems:
        if problem.severity != "error" and problem.code not in _SHOWN:
            continue
        if said_better(problem, outcome.problems):
            continue
        written = _WRITTEN.get(problem.code)
        notice = written(problem, context) if written is not None else None
        if notice is None:
            actions = () if problem.severity == "error" else (HIDE,)
            notice = plainly(problem, context, *actions)
        if problem.severity == "error" and context.before is not None:
            notice = _with(notice, UNDO)
        found.append(_with_details(notice, outcome.details))
    found += _between_only(context)
    order = {"error": 0, "warning": 1, "note": 2}
    once: dict[str, Notice] = {}
    for notice in found:
        once.setdefault(notice.id, notice)
    return sorted(once.values(), key=lambda notice: order[notice.severity])


# -- words, by what is the case ----------------------------------------------------------------


def _constant_within(problem: Problem, context: Context) -> Notice | None:
    draft, nouns = context.draft, context.nouns
    column = problem.column or ""
    moderate = _moderate(column, context)
    can = ["be used between " + nouns.groups]
    if moderate is not None:
        can = [f"mediate between {nouns.groups}", "change the size of a path"]
    return notice_about(
        problem,
        _never_varies(column, context),
        f"It can {', or '.join(can)}.",
        Remedy(
            "between",
            f"Use it between {nouns.groups} only",
            lambda now: now.choose("centering", "group-mean"),
            primary=True,
        ),
        *([] if moderate is None or column not in draft.mediators else [moderate]),
    )


def _never_varies(column: str, context: Context) -> str:
    name, group = context.names(column), context.nouns.group
    return f"{name} never varies within a {group}, so it cannot carry a within-{group} path."


def _moderate(column: str, context: Context) -> Remedy | None:
    """Offer a group-level mediator as a moderator, with the mediator that it replaced."""
    base = context.draft
    if column not in base.mediators:
        return None
    if context.before is not None and column not in context.before.columns:
        base = context.before
    if not base.mediators or base.mediators == (column,):
        return None
    moderated = base.clear(column) if column in base.mediators else base
    first = next(iter(moderated.paths))
    changed = moderated.moderate(column, first)
    return Remedy("moderate", f"Use as moderator of {path_words(first)}", lambda _: changed)


def _between_only(context: Context) -> list[Notice]:
    """Note a mediator that takes the within part away, though exposure and outcome have one."""
    result = context.result
    if result is None:
        return []
    levels, model = result.levels, result.model
    if any(levels.get(name) != "individual" for name in (model.exposure, model.outcome)):
        return []
    found = []
    for column in model.mediators:
        if levels.get(column) != "group" or model.centering != "group-mean":
            continue
        moderate = _moderate(column, context)
        found.append(
            Notice(
                f"between-only:{column}",
                "note",
                _never_varies(column, context),
                f"It is used between {context.nouns.groups} only.",
                remedies=(*([] if moderate is None else [moderate]), HIDE),
            )
        )
    return found


def _no_between(problem: Problem, context: Context) -> Notice:
    nouns, name = context.nouns, context.names(problem.column or "")
    return notice_about(
        problem,
        f"{name} has the same mean for every {nouns.group}, so there is no between-{nouns.group} "
        f"part.",
        "The within part can be fitted on its own.",
        Remedy(
            "within",
            "Fit the within part only",
            lambda now: now.choose("centering", "within"),
            primary=True,
        ),
    )


def _text(problem: Problem, context: Context) -> Notice:
    column = problem.column or ""
    role = context.draft.role_of(column) or "exposure"
    kind = "numbers stored as text" if problem.code == "number-as-text" else "text"
    detail = "Choose a numeric or two-valued column."
    if problem.code == "number-as-text":
        detail = context.words(problem)[1]
    title = f"{context.names(column)} is {kind}, so it cannot be {role_words(role)}."
    return notice_about(problem, title, detail)


def _two_valued(problem: Problem, context: Context) -> Notice:
    return notice_about(
        problem,
        f"{context.names(problem.column or '')} has two values and is treated as numeric.",
        "Slopes to it are differences in probability, to be read with care near 0 and 1.",
        Remedy("numeric", "Treat as numeric", verb="dismiss"),
    )


def _few_groups(problem: Problem, context: Context) -> Notice:
    groups = context.nouns.of_groups(problem.count or 0)
    _, _, rest = context.words(problem)[0].partition(". ")
    remedies = [HIDE]
    if context.draft.centering != "within":
        within = Remedy(
            "within", "Fit within effects only", lambda now: now.choose("centering", "within")
        )
        remedies.insert(0, within)
    return notice_about(problem, f"There are only {groups}.", rest, *remedies)


def _singletons(problem: Problem, context: Context) -> Notice | None:
    if context.result is None:
        return None
    total = context.result.ledger.n_groups_used
    nouns = context.nouns
    verb = "has" if problem.count == 1 else "have"
    title = f"{problem.count:,} of {nouns.of_groups(total)} {verb} a single {nouns.row}."
    inform = "It informs" if problem.count == 1 else "They inform"
    return notice_about(problem, title, f"{inform} the between part only.", HIDE)


def _dropped(problem: Problem, context: Context) -> Notice | None:
    if context.result is None:
        return None
    ledger, column = context.result.ledger, problem.column or ""
    one = problem.count == 1
    title = (
        f"{problem.count:,} of {ledger.n_rows_total:,} rows {'has' if one else 'have'} no value "
        f"for {context.names(column)} and {'is' if one else 'are'} left out."
    )
    remedies = [HIDE]
    if context.draft.role_of(column) in {"covariate", "moderator"}:
        name = context.names(column)
        remedies.insert(0, Remedy("drop", f"Take {name} out", lambda now: now.clear(column)))
    kept = keep_rows(context)
    if kept is not None:
        remedies.insert(0, kept)
    detail = f"Every estimate now rests on {ledger.n_rows_used:,} rows."
    return notice_about(problem, title, detail, *remedies)


def _no_spread(problem: Problem, context: Context) -> Notice:
    if context.draft.centering == "latent" and problem.column not in context.draft.random_slopes:
        return plainly(problem, context, KEEP)
    label, groups = problem.column or "", context.nouns.groups
    varies = f"does not vary enough across {groups} to estimate how much it varies."
    detail = (
        "Its SD is estimated at exactly 0. The other numbers can be used, but the model carries "
        "variances the data cannot support."
    )
    if label not in context.draft.random_slopes:
        name = context.names(label)
        return notice_about(problem, f"The intercept of {name} {varies}", detail, KEEP)
    what = f"The direct effect {PRIME}" if label == "direct" else f"Path {path_words(label)}"
    return notice_about(problem, f"{what} {varies}", detail, _drop_slope(label), KEEP)


def _drop_slope(path: str, *, primary: bool = True) -> Remedy:
    def change(now: Draft) -> Draft:
        return now.toggle(path) if path in now.random_slopes else now

    label = f"Drop the random slope of {path_words(path)}"
    return Remedy(f"drop:{path}", label, change, primary=primary)


def _on_the_edge(problem: Problem, context: Context) -> Notice:
    plain = plainly(problem, context)
    detail = (
        "The other numbers can be used, but the model carries variances the data cannot support; "
        "standard errors take this as given."
    )
    remedies = [KEEP]
    if context.draft.random_covariance != "diagonal":
        uncorrelated = Remedy(
            "diagonal",
            "Set the covariances to zero",
            lambda now: now.choose("random_covariance", "diagonal"),
        )
        remedies.insert(0, uncorrelated)
    path = _suspect(problem, context)
    if path is not None:
        remedies.insert(0, _drop_slope(path))
    return replace(plain, detail=detail, remedies=tuple(remedies))


def _suspect(problem: Problem, context: Context) -> str | None:
    """Return the varying path of a problem that varies least, or that was switched on last."""
    concerned = [
        path
        for path in context.draft.random_slopes
        if path in problem.message.split(" ") or f"{path}," in problem.message.split(" ")
    ]
    if not concerned or context.result is None:
        return concerned[-1] if concerned else None
    new = [
        path
        for path in concerned
        if context.before is not None and path not in context.before.random_slopes
    ]
    return _least_varying(new or concerned, context.result)


def _least_varying(paths: Sequence[str], result: MediationResult) -> str:
    table = result.covariance_table
    variances = {row[0]: row[1 + place] for place, row in enumerate(table.rows)}
    return min(paths, key=lambda path: variances.get(path, 0.0))


def _unsettled(problem: Problem, context: Context) -> Notice:
    """Offer to let the path that varies least vary no more, which takes a dimension away."""
    slopes = context.draft.random_slopes
    drop = []
    if slopes and context.result is not None:
        drop.append(_drop_slope(_least_varying(slopes, context.result)))
    return plainly(problem, context, *drop, KEEP)


def _not_converged(problem: Problem, context: Context) -> Notice:
    again = Remedy(
        "retry",
        "Retry from new starting values",
        lambda now: now.choose("seed", now.seed + 1),
        primary=True,
    )
    return notice_about(
        problem,
        f"The model did not converge after {problem.count or 0:,} steps.",
        "Estimates shown are from the last step and should not be reported.",
        again,
        more=" ".join(context.words(problem)),
    )


def _collinear(problem: Problem, context: Context) -> Notice:
    plain = plainly(problem, context)
    column = problem.column or ""
    if context.draft.role_of(column) not in {"covariate", "moderator"}:
        return plain
    drop = Remedy(
        "drop", f"Drop {context.names(column)}", lambda now: now.clear(column), primary=True
    )
    return replace(plain, remedies=(drop,))


def _mixed(problem: Problem, context: Context) -> Notice:
    separate = Remedy(
        "group-mean",
        "Use group mean",
        lambda now: now.choose("centering", "group-mean"),
        primary=True,
    )
    title = "Without group-mean centering, these paths blend within and between."
    return notice_about(problem, title, "", separate, HIDE)


def _moves_within(problem: Problem, context: Context) -> Notice:
    column = problem.column or ""
    covariate = Remedy(
        "covariate", "Use as covariate", lambda now: now.assign(column, "covariate"), primary=True
    )
    name, group = context.names(column), context.nouns.group
    title = f"{name} varies within a {group}, so it cannot change the size of a path across levels."
    return notice_about(problem, title, context.words(problem)[1], covariate)


def _stopped(problem: Problem, context: Context) -> Notice:
    title, _, rest = problem.message.partition(". ")
    return notice_about(problem, f"{title}.", rest, Remedy("resume", "Resume", verb="again"), HIDE)


_WRITTEN: dict[str, Callable[[Problem, Context], Notice | None]] = {
    "group-level-within": _constant_within,
    "no-between-variance": _no_between,
    "text-column": _text,
    "number-as-text": _text,
    "two-valued-response": _two_valued,
    "few-groups": _few_groups,
    "singletons": _singletons,
    "rows-dropped": _dropped,
    "boundary-variance": _no_spread,
    "boundary-correlation": _on_the_edge,
    "boundary-combination": _on_the_edge,
    "not-converged": _not_converged,
    "quadrature-unsettled": _unsettled,
    "collinear": _collinear,
    "levels-mixed": _mixed,
    "individual-level-moderator": _moves_within,
    "stopped": _stopped,
    **WRITTEN,
}


def _with(notice: Notice, remedy: Remedy) -> Notice:
    return replace(notice, remedies=(*notice.remedies, remedy))


def _with_details(notice: Notice, details: str) -> Notice:
    return replace(notice, more="\n".join(text for text in (notice.more, details) if text))
