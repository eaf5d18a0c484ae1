"""What to look at before a result is reported: one line for each check."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from medwidget.result import MediationResult
from medwidget.spec.check import FEW_GROUPS
from medwidget.spec.problems import Problem
from medwidget.studies.influence import Influence
from medwidget.studies.residuals import Quantiles
from medwidget.views.text.fit_words import integration_words, untested
from medwidget.views.text.group_words import group_label
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import count, fixed, scientific, style_of
from medwidget.views.text.problem_words import (
    label_words,
    problem_words,
    reason_words,
    singular_words,
)
from medwidget.views.text.words import all_names

__all__ = ["CheckLine", "check_lines", "said_better"]

Status = Literal["ok", "look", "note"]

# Problems that a check of their own speaks of, and what the others are called.
CONVERGENCE = frozenset({"not-converged", "not-identified", "quadrature-unsettled"})
BOUNDARY = frozenset({"boundary-variance", "boundary-correlation", "boundary-combination"})
GROUPS = frozenset({"few-groups"})
INCOMPLETE = frozenset({"rows-incomplete"})
ROWS = INCOMPLETE | {
    "rows-dropped",
    "rows-empty",
    "infinite-values",
    "missing-group",
    "groups-lost",
}
TITLES = {
    "group-level-within": "Group-level column",
    "group-level-slope": "Group-level column",
    "nearly-group-level": "Nearly constant within {groups}",
    "repeated-rows": "Repeated rows",
    "observed-means": "Observed means",
    "individual-level-moderator": "Moderator",
    "individual-level-moderation": "Moderator",
    "double-centred": "Centred twice",
    "no-between-variance": "Variance between {groups}",
    "covariate-without-between": "Variance between {groups}",
    "exposure-without-between": "Variance between {groups}",
    "little-between-variance": "Variance between {groups}",
    "no-common-level": "No level in common",
    "no-latent-between-variance": "Variance of latent {group} means",
    "split-of-group-level": "Group-level column",
    "splits-centering": "Splits",
    "unreliable-means": "Reliability of {group} means",
    "singletons": "Size of {groups}",
    "two-valued-response": "Two-valued response",
    "levels-mixed": "Levels mixed",
    "failed-refits": "Bootstrap",
    "stopped": "Bootstrap",
    "separate-fits": "Separate fits",
}
# From these values on the shape of residuals is remarked on.
SKEWED = 0.5
HEAVY = 1.0


@dataclass(frozen=True)
class CheckLine:
    """One check: whether it is in order, deserves a look, or is good to know."""

    status: Status
    title: str
    detail: str


def check_lines(
    result: MediationResult,
    nouns: Nouns,
    normality: Sequence[Quantiles] = (),
    influence: Influence | None = None,
    effect: str = "",
) -> tuple[CheckLine, ...]:
    """Return the checks of a result, those that deserve a look first.

    Parameters
    ----------
    result : MediationResult
    nouns : Nouns
    normality : sequence of Quantiles
        Of residuals and random effects, where they were computed.
    influence : Influence, optional
        Where groups were left out.
    effect : str, optional
        The indirect effect whose changes are told.
    """
    names = all_names(result)
    found = [
        _convergence(result, names, nouns),
        *_integration(result),
        *_random_effects(result, names),
        _groups(result, nouns),
        *_normality(normality, names, nouns),
        *_influence(influence, effect, nouns),
        _rows(result, names, nouns),
        *_fit(result),
        *_others(result.problems, names, nouns),
    ]
    order = {"look": 0, "ok": 1, "note": 1}
    return tuple(sorted(found, key=lambda line: order[line.status]))


def said_better(problem: Problem, problems: Sequence[Problem]) -> bool:
    """Tell whether the fit says of a column what its description only lets fear."""
    return problem.code == "little-between-variance" and any(
        other.code == "no-latent-between-variance" and other.column == problem.column
        for other in problems
    )


def _of(result: MediationResult, codes: frozenset[str]) -> list[Problem]:
    return [problem for problem in result.problems if problem.code in codes]


def _status(problems: Sequence[Problem]) -> Status:
    if any(problem.severity != "note" for problem in problems):
        return "look"
    return "note" if problems else "ok"


def _messages(problems: Sequence[Problem], names: Names, nouns: Nouns) -> str:
    return " ".join(problem_words(problem, nouns, names)[0] for problem in problems)


def _convergence(result: MediationResult, names: Names, nouns: Nouns) -> CheckLine:
    record = result.convergence
    problems = _of(result, CONVERGENCE)
    if problems or not record.converged:
        detail = _messages(problems, names, nouns) or f"{record.message}."
        return CheckLine("look", "Convergence", detail)
    curved = float(record.smallest_curvature)
    told = [f"gradient {scientific(abs(float(record.gradient_norm)))}"]
    if math.isfinite(curved) and curved > 0:
        told.append("information positive definite")
    starts = int(record.starts)
    steps = f"{count(int(record.iterations), 'step')} from {count(starts, 'start')}"
    return CheckLine("ok", "Convergence", ", ".join([*told, steps]))


def _integration(result: MediationResult) -> Iterator[CheckLine]:
    told = integration_words(result)
    if told:
        unsettled = _of(result, frozenset({"quadrature-unsettled"}))
        yield CheckLine("look" if unsettled else "ok", "Numerical integration", told)


def _random_effects(result: MediationResult, names: Names) -> Iterator[CheckLine]:
    labels = result.covariance_table.columns[1:]
    if not labels:
        return
    if result.convergence.singular:
        told = "; ".join(
            singular_words(text, labels, names) for text in result.convergence.singular
        )
        detail = f"{told}; correlations with it are undefined"
        if not any(text.startswith("variance") for text in result.convergence.singular):
            detail = told
        yield CheckLine("look", "Random effects", f"At the boundary: {detail}.")
        return
    detail = f"{count(len(labels), 'variance')}, none at 0"
    yield CheckLine("ok", "Random effects", f"{detail}; no correlation at −1 or +1")


def _groups(result: MediationResult, nouns: Nouns) -> CheckLine:
    groups = nouns.of_groups(int(result.statistics["n_groups"]))
    few = _of(result, GROUPS)
    detail = f"{groups}; below {FEW_GROUPS}, variances between them are not dependable"
    return CheckLine("look" if few else "ok", f"Number of {nouns.groups}", detail)


def _normality(panels: Sequence[Quantiles], names: Names, nouns: Nouns) -> Iterator[CheckLine]:
    if not panels:
        return
    told = [text for panel in panels if (text := _shape(panel, names, nouns))]
    if told:
        yield CheckLine("note", "Normality", "; ".join(told))
    else:
        yield CheckLine("ok", "Normality", "residuals and random effects close to normal")


def _shape(panel: Quantiles, names: Names, nouns: Nouns) -> str:
    told = []
    if abs(panel.skewness) >= SKEWED:
        told.append(f"skewed {'right' if panel.skewness > 0 else 'left'}")
    if panel.excess_kurtosis >= HEAVY:
        told.append("heavy-tailed")
    elif panel.excess_kurtosis <= -HEAVY:
        told.append("light-tailed")
    if not told:
        return ""
    what = f"residuals of {names(panel.name)}"
    if panel.kind != "residual":
        what = f"{label_words(panel.name, names)}, by {nouns.group}"
    figures = (
        f"skewness {fixed(panel.skewness, 2)}, excess kurtosis {fixed(panel.excess_kurtosis, 2)}"
    )
    return f"{what}: {' and '.join(told)} ({figures})"


def _influence(found: Influence | None, effect: str, nouns: Nouns) -> Iterator[CheckLine]:
    if found is None or not found.effects:
        return
    place = found.effects.index(effect) if effect in found.effects else 0
    most = found.largest(found.effects[place], 1)
    if not most:
        return
    change = float(found.change[most[0], place])
    estimate, error = float(found.estimates[place]), float(found.standard_errors[place])
    style = style_of(change, None, (change,))
    label = group_label(found.labels[most[0]])
    detail = (
        f"leaving out {nouns.group} {label} changes the indirect effect most, by {style(change)}"
    )
    flips = estimate * (estimate + change) < 0
    large = math.isfinite(error) and error > 0 and abs(change) > error
    if flips:
        detail += ", and its sign"
    elif large:
        detail += ", more than a standard error"
    if not found.complete:
        detail += f"; {found.done:,} of {len(found.labels):,} tried"
    yield CheckLine("look" if flips or large else "ok", "Influence", detail)


def _rows(result: MediationResult, names: Names, nouns: Nouns) -> CheckLine:
    ledger = result.ledger
    if ledger.complete and not ledger.n_rows_incomplete:
        return CheckLine("ok", "Missing data", "none in the columns used")
    told = reason_words(" ".join(ledger.sentences()), nouns, names, rows=True)
    for problem in _of(result, INCOMPLETE):
        told = f"{told} {problem_words(problem, nouns, names)[1]}"
    status = _status(_of(result, ROWS))
    return CheckLine("note" if status == "ok" else status, "Missing data", told)


def _fit(result: MediationResult) -> Iterator[CheckLine]:
    told = untested(result)
    if told:
        yield CheckLine("note", "Fit of the model", told[0].lower() + told[1:].rstrip("."))


def _others(problems: Sequence[Problem], names: Names, nouns: Nouns) -> Iterator[CheckLine]:
    spoken = CONVERGENCE | BOUNDARY | GROUPS | ROWS
    for problem in problems:
        if problem.code not in spoken and not said_better(problem, problems):
            told = TITLES.get(problem.code, problem.code.replace("-", " "))
            title = told.format(group=nouns.group, groups=nouns.groups)
            status: Status = "note" if problem.severity == "note" else "look"
            detail = " ".join(problem_words(problem, nouns, names)).strip()
            yield CheckLine(status, title[:1].upper() + title[1:], detail)
