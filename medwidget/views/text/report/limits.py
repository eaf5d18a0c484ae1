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
    result, nouns = voice.result, voice.nouns
    model = result.model
    levels = set(voice.assumed)
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
            f"together, the indirect {voice.association('within')} within {nouns.groups} has a "
            f"part that is missing here.",
        )
    yield from _problems(voice)


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
