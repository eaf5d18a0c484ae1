"""Problems in the words of the interface: the user's nouns, and controls in place of arguments.

Exceptions and `result.problems` name arguments, because they are read beside code.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

from medwidget.spec.problems import Problem
from medwidget.views.text.effect_lines import joined
from medwidget.views.text.group_words import effect_words
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import MINUS, scientific

__all__ = ["label_words", "problem_words", "reason_words", "singular_words"]

GROUP_MEAN = "Choose group mean as the centering"
LATENT = "Choose latent {group} means as the centering"
# What to do, where the problem's own remedy names an argument; empty where nothing is to be done.
REMEDIES = {
    "few-groups": "Read within effects only, and say how many {groups} there are; REML as the "
    "estimator helps variances.",
    "group-level-within": f"{GROUP_MEAN}, which gives the effect between {{groups}}.",
    "group-level-slope": "",
    "repeated-rows": "",
    "singletons": "",
    "collinear": "One of them has to go.",
    "individual-level-moderator": "Use its {group} mean as a column of its own, or fit without "
    "centering for a product of {rows}.",
    "no-between-variance": "Choose within only as the centering, which fits the within part only.",
    "little-between-variance": "Choose within only as the centering, and read the within effects "
    "only.",
    "unreliable-means": f"{LATENT}, or say so with the between effects; more {{rows}} in each "
    "{group} would help too.",
    "observed-means": f"{LATENT}, or read it as a lower bound.",
    "rows-dropped": "Find out why they are missing: if that depends on the outcome, results are "
    "biased. Impute them first, or keep incomplete {rows} with latent {group} means and FIML.",
    "nearly-group-level": "Correct it there if the column is meant to be the same for a whole "
    "{group}.",
    "missing-group": "Fill in the {group} of these rows, or remove the rows on purpose.",
    "levels-mixed": f"{GROUP_MEAN} to tell the levels apart.",
    "split-of-group-level": "",
    "splits-centering": "",
    "nothing-within": f"{GROUP_MEAN}, which fits it.",
    "rows-incomplete": "Results hold if whether a value is missing depends only on values that are "
    "known. Say so, and use columns that tell why values are missing as covariates.",
    "rows-empty": "",
    "no-common-level": "Choose another way to split {column}, or group mean as the centering, "
    "to have it there.",
    "moderated-between": f"{GROUP_MEAN}, or let nothing moderate this path.",
    "no-latent-between-variance": "Use {column} within {groups} only, and read the within effects.",
    "constraint-without-path": "Estimate this path freely.",
    "constraints-centering": f"{LATENT}, or estimate every path.",
    "fiml-centering": f"{LATENT}, or use complete {{rows}} only.",
    "family-without-equation": "Leave it out of the distributions that are declared.",
    "family": "Declare no distribution for it to treat it as numeric, and say so.",
    "separate-fits": "Choose ML or REML as the estimator to estimate all equations together.",
    "boundary-variance": "Drop what varies there, or keep it knowing this.",
    "boundary-correlation": "Let one of the two vary no more, or set the covariances to zero.",
    "boundary-combination": "Let one of them vary no more, or set the covariances to zero.",
    "not-converged": "Let fewer paths vary, take a covariate out, or rescale columns of extreme "
    "size.",
    "quadrature-unsettled": "Let fewer paths vary, or leave out {groups} with hardly any complete "
    "row.",
    "not-identified": "Let fewer paths vary, or set the covariances to zero.",
}
# The same where the problem's own remedy says this.
VARIANTS = {
    ("few-groups", "there are."): "Read within effects only, and say how many {groups} there are.",
    ("little-between-variance", "splits="): "Use {column} within {groups} only, and read the "
    "within effects only.",
    ("unreliable-means", "splits"): "Split {column} by latent {group} means, or say so with the "
    "between effects.",
    ("observed-means", "splits"): "Split {column} by latent {group} means, or read it as a lower "
    "bound.",
    ("rows-dropped", "split the column"): "Find out why they are missing: if that depends on the "
    "outcome, results are biased. Impute them first, or split the column by latent {group} means, "
    "or let it moderate no path.",
    ("no-common-level", "Leave it"): "Leave it so, or choose group mean as the centering to have "
    "it there.",
    ("moderated-between", "splits="): "Split {column} by observed {group} means, choose group "
    "mean as the centering, or let nothing moderate this path.",
    ("no-latent-between-variance", "constraints="): "Fix the paths from it between {groups} at 0, "
    "and read the within effects.",
}
# What is the case, where the problem's own words name an argument, or a parameter as code does.
MESSAGES = {
    "nothing-within": "Only {group}-level columns and observed {group} means are in the equations, "
    "so nothing is split into latent means. What is left is path analysis of {groups}.",
    "levels-mixed": "The paths blend within and between effects, because the centering does not "
    "separate them.",
    "split-of-group-level": "{column} never varies within a {group}, so there is nothing to split.",
    "splits-centering": "How {column} is split matters with latent {group} means only.",
    "constraint-without-path": "A path is fixed that does not exist in these data, because "
    "{column} has no part at its level.",
    "constraints-centering": "Paths are fixed, which needs latent {group} means.",
    "fiml-centering": "Keeping incomplete {rows} needs latent {group} means.",
    "family-without-equation": "A distribution is declared for {column}, which is not a mediator "
    "or the outcome.",
}
# Arguments in reasons that are given in one text.
ARGUMENTS = {
    "centering='latent'": "Latent centering",
    "centering='group-mean'": "group mean as the centering",
    "centering='within'": "within only as the centering",
    "estimator='ml'": "ML as the estimator",
    "estimator='reml'": "REML as the estimator",
    "families: ": "",
    "out of families": "out of the distributions that are declared",
    "use monte-carlo": "use Monte Carlo",
}
# What Python quotes: a name or a label from the data.
QUOTED = re.compile(r"(?<!\w)('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?!\w)")
NO_COMMON_LEVEL = re.compile(
    rf"{QUOTED.pattern} varies (within|between) groups only and {QUOTED.pattern} "
    r"(within|between) groups only"
)
MODERATED_BETWEEN = re.compile(
    rf"On path (.+), which exists between groups only, {QUOTED.pattern} is (.+?), so its product"
)
UNSETTLED = re.compile(r"still changes by (\S+) with more than")
HYPHEN = re.compile(r"(?<![\w.)])-(?=\.?\d)")
POWER = re.compile(r"(?<=\d)e\+?(-?)0*(?=\d)")
NOUN = re.compile(r"(?<![\w-])([Gg]roups?)(?![\w-])(?! (?:label|column|mean as the centering))")
ROWS = frozenset({"repeated-rows", "singletons", "rows-incomplete", "rows-empty"})
ROW = re.compile(r"(?<![\w-])(row|rows)(?![\w-])")
PATHS = frozenset({"a", "b", "d", "direct"})


def problem_words(
    problem: Problem, nouns: Nouns, names: Names, labels: Sequence[str] = ()
) -> tuple[str, str]:
    """Return what is the case, and what to do about it, as the interface says them.

    Parameters
    ----------
    problem : Problem
    nouns : Nouns
        What a group and a row are called.
    names : Names
        Those of the model.
    labels : sequence of str
        Of the model's random effects, for problems that are about them.
    """
    fields = {
        "group": nouns.group,
        "groups": nouns.groups,
        "rows": nouns.rows,
        "column": names(problem.column or ""),
    }
    code = problem.code
    message = _message(problem, nouns, names, labels)
    if code in MESSAGES:
        message = MESSAGES[code].format_map(fields)
    for (variant, mark), words in VARIANTS.items():
        if code == variant and mark in problem.remedy:
            return message, words.format_map(fields)
    if code in REMEDIES:
        return message, REMEDIES[code].format_map(fields)
    return message, reason_words(problem.remedy, nouns, names)


def reason_words(text: str, nouns: Nouns, names: Names, *, rows: bool = False) -> str:
    """Return a text of the engine in the words of the interface, on one line.

    Parameters
    ----------
    text : str
        In which names and labels from the data are quoted as Python does.
    nouns : Nouns
    names : Names
    rows : bool
        Whether the rows in it are the user's, not those of a table.
    """
    for argument, words in ARGUMENTS.items():
        text = text.replace(argument, words)
    pieces = QUOTED.split(" ".join(text.split()))
    return "".join(
        _unquoted(piece, names) if place % 2 else _prose(piece, nouns, names, rows=rows)
        for place, piece in enumerate(pieces)
    )


def _unquoted(piece: str, names: Names) -> str:
    try:
        return names(str(ast.literal_eval(piece)))
    except (SyntaxError, ValueError):  # not Python's quotes
        return names.within(piece)


def _prose(piece: str, nouns: Nouns, names: Names, *, rows: bool) -> str:
    piece = POWER.sub(lambda found: f"e{MINUS if found.group(1) else ''}", piece)
    called = {"group": nouns.group, "groups": nouns.groups, "row": nouns.row, "rows": nouns.rows}
    called |= {"Group": _capital(nouns.group), "Groups": _capital(nouns.groups)}
    for pattern in (NOUN, ROW) if rows else (NOUN,):
        piece = pattern.sub(lambda found: called[found.group()], piece)
    return HYPHEN.sub(MINUS, names.within(piece))


def _capital(noun: str) -> str:
    return noun[:1].upper() + noun[1:]


# -- single problems --------------------------------------------------------------------------


def _message(problem: Problem, nouns: Nouns, names: Names, labels: Sequence[str]) -> str:
    written = _WRITTEN.get(problem.code)
    told = None if written is None else written(problem, nouns, names, labels)
    if told is not None:
        return told
    text = problem.message
    if problem.code in {"group-level-slope", "individual-level-moderation", "moderated-between"}:
        text = text.replace("path direct", "path c′")
    return reason_words(text, nouns, names, rows=problem.code in ROWS)


def _collinear(problem: Problem, nouns: Nouns, names: Names, _labels: Sequence[str]) -> str | None:
    """Leave out the parameter, and how many rows there are."""
    start, found, rest = problem.message.partition(" is an exact combination of ")
    response = QUOTED.search(start)
    if not found or response is None:
        return None
    column = problem.remedy.removeprefix("Take ").partition(" out, or one of")[0]
    involved = rest.rpartition(", over ")[0]
    if involved.startswith("nothing else"):
        return f"{names.within(column)} is constant over the rows in use."
    equation = _unquoted(response.group(1), names)
    others = names.within(involved)
    shown = names.within(column)
    return f"{shown} is an exact combination of {others} in the equation of {equation}."


def _on_the_boundary(
    problem: Problem, nouns: Nouns, names: Names, labels: Sequence[str]
) -> str | None:
    """Say which intercepts and slopes are meant."""
    if "latent group means" in problem.message:  # not of a random effect
        return None
    if problem.code == "boundary-variance":
        label = label_words(problem.column or "", names)
        return (
            f"The {label} does not vary enough across {nouns.groups} to estimate how much it "
            f"varies: its SD is estimated at exactly 0."
        )
    _, found, listed = problem.message.partition(" the random effects ")
    told = _started(listed, labels, names) if found else ""
    if not told:
        return None
    limit = re.search(r" is estimated at ([+−-]1)", problem.message)
    if problem.code == "boundary-correlation" and limit is not None:
        edge = limit.group(1).replace("-", MINUS)
        return f"The correlation of {told} is estimated at {edge}, the edge of what is possible."
    return f"A combination of {told} has no variance."


def _apart(problem: Problem, nouns: Nouns, names: Names, _labels: Sequence[str]) -> str | None:
    """Say at which level a column and a response vary, and what that takes away."""
    found = NO_COMMON_LEVEL.match(problem.message)
    if found is None:
        return None
    column, response = _unquoted(found[1], names), _unquoted(found[3], names)
    groups = nouns.groups
    return (
        f"{column} varies {found[2]} {groups} only, {response} {found[4]} {groups} only. There is "
        f"no path from {column} to {response}."
    )


def _fixed_size(problem: Problem, nouns: Nouns, names: Names, _labels: Sequence[str]) -> str | None:
    """Say which path nothing can moderate, and why."""
    found = MODERATED_BETWEEN.match(problem.message)
    if found is None:
        return None
    path = effect_words(found[1]) if found[1].partition("[")[0] in PATHS else found[1]
    return (
        f"Nothing can change the size of path {path}, which exists between {nouns.groups} only. "
        f"There {_unquoted(found[2], names)} is {found[3]}, and its product with a moderator has "
        f"no normal distribution."
    )


def _unsettled(problem: Problem, nouns: Nouns, _names: Names, _labels: Sequence[str]) -> str | None:
    """Say by how much the log-likelihood still changes, and what that means for the numbers."""
    found = UNSETTLED.search(problem.message)
    if found is None or problem.count is None:
        return None
    nodes = "1 node" if problem.count == 1 else f"{problem.count:,} nodes"
    return (
        f"The log-likelihood has not settled: with more than {nodes} in each dimension of the "
        f"slopes of a {nouns.group} it still changes by {scientific(float(found[1]))}. Estimates "
        f"and comparisons of models are less exact than they look."
    )


def label_words(label: str, names: Names) -> str:
    """Return a random effect by its path, or as the intercept of a response."""
    stem, bracket, inside = label.partition("[")
    if stem == "intercept" and bracket:  # of a response that is called like a path
        return f"intercept of {names(inside.removesuffix(']'))}"
    if stem in PATHS and (not bracket or label.endswith("]")):
        return f"slope {effect_words(label)}"
    return f"intercept of {names(label)}"


def singular_words(text: str, labels: Sequence[str], names: Names) -> str:
    """Return where a covariance matrix has no variance, in the words of the interface."""
    for start in ("variance of ", "correlation of ", "a combination of "):
        if text.startswith(start):
            told = _started(text.removeprefix(start), labels, names)
            end = re.search(r" (is [+−-]?\d|has no variance)$", text)
            if told and end is not None:
                return f"{start}{told}{end.group().replace('-', MINUS)}"
    return names.within(text).replace("-", MINUS)


def _started(text: str, labels: Sequence[str], names: Names) -> str:
    """Return the labels with which a text starts, as a list in words; empty if there are none."""
    either = "|".join(map(re.escape, sorted(labels, key=len, reverse=True)))
    if not either:
        return ""
    listed = re.match(rf"(?:{either})(?:(?:, | and )(?:{either}))*(?= is | has )", text)
    if listed is None:
        return ""
    found = re.findall(rf"(?:^|, | and )({either})(?=, | and |$)", listed.group())
    return joined([f"the {label_words(label, names)}" for label in found])


_WRITTEN: dict[str, Callable[[Problem, Nouns, Names, Sequence[str]], str | None]] = {
    "collinear": _collinear,
    "boundary-variance": _on_the_boundary,
    "boundary-correlation": _on_the_boundary,
    "boundary-combination": _on_the_boundary,
    "no-common-level": _apart,
    "moderated-between": _fixed_size,
    "quadrature-unsettled": _unsettled,
}
