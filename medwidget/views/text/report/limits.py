"""The limits that apply to these data."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.views.text.checks import TITLES, said_better
from medwidget.views.text.problem_words import problem_words
from medwidget.views.text.report.voice import Voice

__all__ = ["limit_points"]

# Said elsewhere in the report: by the paragraph on method, or by another limit.
ELSEWHERE = frozenset({"rows-dropped", "levels-mixed", "missing-group", "infinite-values"})
# Below this number of groups standard errors between them are too small (Maas & Hox 2005,
# Methodology 1:86).
SEVERAL = 50


def limit_points(voice: Voice) -> tuple[tuple[str, str], ...]:
    """Return each limit: what it is about, and one or two sentences."""
    return tuple(_limits(voice))


def _limits(voice: Voice) -> Iterator[tuple[str, str]]:
    result, nouns, names = voice.result, voice.nouns, voice.names
    model = result.model
    x, y = names(model.exposure), names(model.outcome)
    levels = {row.level for row in voice.rows.values()}
    if "order" not in voice.choices.judged:
        yield (
            "Order in time",
            f"Nothing in the analysis shows that {x} came before {voice.mediator}, or "
            f"{voice.mediator} before {y}; where all were measured at once, another order "
            f"would fit the data as well.",
        )
    if not voice.choices.causal:
        yield "Confounding", _confounding(voice, levels)
    if "conflated" in levels:
        yield (
            "Levels",
            f"Paths blend differences within and between {nouns.groups}, and need not "
            f"hold at either level.",
        )
    groups = result.ledger.n_groups_used
    if groups < SEVERAL:
        yield (
            f"Number of {nouns.groups}",
            f"With {nouns.of_groups(groups)}, variances and effects "
            f"between {nouns.groups} are estimated with little information, and intervals may be "
            f"too narrow.",
        )
    labels = set(result.covariance_table.columns[1:])
    fixed = [path for path in ("a", "b") if path in model.paths and path not in labels]
    if len(fixed) == 2 and "within" in levels:
        yield (
            "Slopes",
            f"The slopes a and b were taken to be the same in every {nouns.group}; if they vary "
            f"together, the indirect {voice.association} within {nouns.groups} has a part that "
            f"is missing here.",
        )
    yield from _problems(voice)


def _confounding(voice: Voice, levels: set[str]) -> str:
    groups, group = voice.nouns.groups, voice.nouns.group
    beyond = " beyond the covariates" if voice.result.model.covariates else ""
    told = []
    if "within" in levels:
        told.append(
            f"within {groups}, what is the same for all {voice.nouns.rows} of a {group} is held "
            f"constant, but not what differs from {voice.nouns.row} to {voice.nouns.row}{beyond}"
        )
    if "between" in levels:
        told.append(
            f"between {groups}, nothing{beyond} that differs from one to another is held constant"
        )
    text = "; ".join(told) or f"nothing{beyond} is held constant"
    return f"{text[:1].upper()}{text[1:]}."


def _problems(voice: Voice) -> Iterator[tuple[str, str]]:
    """Yield what the engine warns of, with what it means."""
    result = voice.result
    labels = result.covariance_table.columns[1:]
    for problem in result.problems:
        if problem.severity == "note" or problem.code in ELSEWHERE:
            continue
        if problem.code == "few-groups" or said_better(problem, result.problems):
            continue
        told = TITLES.get(problem.code, problem.code.replace("-", " "))
        title = told.format(group=voice.nouns.group, groups=voice.nouns.groups)
        text = problem_words(problem, voice.nouns, voice.names, labels)[0]
        yield f"{title[:1].upper()}{title[1:]}", text
