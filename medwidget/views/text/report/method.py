"""The method of an analysis in a paragraph: data, model, estimation, intervals, software."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.views.text.effect_lines import joined
from medwidget.views.text.fit_words import CHI_SQUARE, fit_facts
from medwidget.views.text.fit_words import INDICES as NAMED
from medwidget.views.text.numbers import MINUS, fixed, percent
from medwidget.views.text.problem_words import reason_words
from medwidget.views.text.report.voice import Voice
from medwidget.views.text.spans import Span
from medwidget.views.text.words import INTERVALS

__all__ = ["fit_spans", "interval_method", "method_spans"]

ESTIMATORS = {
    "ml": "maximum likelihood, all equations jointly",
    "reml": "restricted maximum likelihood, all equations jointly",
    "statsmodels": "mixed models fitted to each equation by statsmodels",
}
COVARIANCES = {
    "full": "all their covariances were estimated",
    "diagonal": "they were taken to be uncorrelated",
    "by-equation": "those of different equations were taken to be uncorrelated",
}
INDICES = frozenset({CHI_SQUARE, *NAMED.values()})
DRAWS = {"monte-carlo": "draws", "bootstrap": "samples"}
PROGRAMS = {"python": "Python", "numpy": "NumPy", "scipy": "SciPy"}


def method_spans(voice: Voice) -> tuple[Span, ...]:
    """Return the paragraph on method."""
    spans: list[Span] = []
    for sentence in _sentences(voice):
        spans += [Span(" ")] if spans else []
        spans += [Span(item) if isinstance(item, str) else item for item in sentence]
    return tuple(spans)


Pieces = list[str | Span]


def _sentences(voice: Voice) -> Iterator[Pieces]:
    yield [_model(voice)]
    yield [_centering(voice)]
    yield from _splits(voice)
    yield list(_slopes(voice))
    yield from _others(voice)
    yield from _held(voice)
    if told := _rows(voice):
        yield [told]
    yield [f"Estimation was by {_estimator(voice)}."]
    yield [interval_method(voice)]
    if not voice.result.convergence.converged:
        yield ["The fit did not converge: these numbers are not to be reported."]
    yield [_software(voice)]


def _model(voice: Voice) -> str:
    result, names, nouns = voice.result, voice.names, voice.nouns
    model, ledger = result.model, result.ledger
    rows, groups = nouns.of_rows(ledger.n_rows_used), nouns.of_groups(ledger.n_groups_used)
    rows = f"all {rows}" if ledger.complete else rows
    each = ledger.n_rows_used / max(ledger.n_groups_used, 1)
    size = f"{each:,.0f}" if each >= 10 else fixed(each, 1)
    x, y = names(model.exposure), names(model.outcome)
    way = ""
    if len(model.mediators) > 1:
        way = ", one after the other" if model.mediation == "serial" else ", side by side"
    what = f"a {result.design} multilevel mediation model"
    if not voice.apa:
        what = "a mediation model that takes groups into account"
    return (
        f"We estimated {what} ({rows} in {groups}, {size} each on average) in which {x} was "
        f"related to {y} directly and by way of {voice.via}{way}."
    )


def _individual(voice: Voice, *, outcome: bool) -> str:
    model, levels = voice.result.model, voice.result.levels
    wanted = [model.exposure, *model.mediators, *([model.outcome] if outcome else [])]
    split = [
        voice.names(name)
        for name in wanted
        if levels.get(name) == "individual" and model.splits.get(name, "latent") == "latent"
    ]
    return joined(split) if split else ""


def _centering(voice: Voice) -> str:
    group, groups = voice.nouns.group, voice.nouns.groups
    centering = voice.result.model.centering
    columns = _individual(voice, outcome=centering == "latent") or "Predictors"
    verb = "was" if columns != "Predictors" and " and " not in columns else "were"
    return {
        "group-mean": f"{columns} {verb} split into observed {group} means and deviations from "
        f"them.",
        "latent": f"{columns} {verb} split into parts within and between {groups} by latent "
        f"{group} means.",
        "within": f"{columns} {verb} centred at the {group} means, which leaves paths within "
        f"{groups} only.",
        "grand-mean": f"{columns} {verb} centred at the mean of all {voice.nouns.rows}, which "
        f"leaves differences within and between {groups} blended.",
        "none": f"{columns} {verb} not centred, which leaves differences within and between "
        f"{groups} blended.",
    }[centering]


def _splits(voice: Voice) -> Iterator[Pieces]:
    group = voice.nouns.group
    ways = {
        "observed": f"was split by observed {group} means",
        "within": f"entered within {voice.nouns.groups} only",
        "latent": "",
    }
    for column, how in voice.result.model.splits.items():
        if ways.get(how):
            yield [f"{voice.names(column)} {ways[how]}."]


def _slopes(voice: Voice) -> Iterator[str | Span]:
    model, groups = voice.result.model, voice.nouns.groups
    labels = set(voice.result.covariance_table.columns[1:])
    varying = [path for path in model.paths if path in labels]
    if not varying:
        yield f"Intercepts varied across {groups}; slopes were taken to be the same in all of them."
        return
    yield "The slope " if len(varying) == 1 else "The slopes "
    for place, path in enumerate(varying):
        if place:
            yield " and " if place == len(varying) - 1 else ", "
        yield from voice.called(path)
    yield f", and intercepts, varied across {groups}; {_covariances(voice)}."


def _covariances(voice: Voice) -> str:
    """Say which covariances of random effects were estimated."""
    kind = voice.result.model.random_covariance
    matrix = [row[1:] for row in voice.result.covariance_table.rows]
    absent = sum(matrix[i][j] == 0 for i in range(len(matrix)) for j in range(i))
    if kind != "full" or not absent:
        return COVARIANCES[kind]
    but = "that of the two intercepts" if absent == 1 else "those marked in the table of them"
    return f"{COVARIANCES[kind]} but {but}"


def _others(voice: Voice) -> Iterator[Pieces]:
    model, names = voice.result.model, voice.names
    shared = [names(name) for name, targets in model.covariates.items() if targets is None]
    if shared:
        verb = "was a covariate" if len(shared) == 1 else "were covariates"
        yield [f"{joined(shared)} {verb} in all equations."]
    for name, targets in model.covariates.items():
        if targets is not None:
            yield [f"{names(name)} was a covariate of {joined([names(each) for each in targets])}."]
    for path, columns in model.moderators.items():
        sentence: Pieces = [f"{joined([names(each) for each in columns])} moderated the path "]
        yield [*sentence, *voice.called(path), "."]


def _held(voice: Voice) -> Iterator[Pieces]:
    for name, value in voice.result.model.constraints.items():
        if isinstance(value, str):
            told = f"equal to {voice.names.within(value)}"
        else:
            told = f"at {value:.6g}".replace("-", MINUS)
        yield [f"The parameter {voice.names.within(name)} was held {told}."]


def _rows(voice: Voice) -> str:
    """Say which rows and groups are used, and why; empty where all are and none has a hole."""
    result = voice.result
    ledger = result.ledger
    sentences = ledger.sentences()[1 if ledger.complete else 0 :]  # that all are used was said
    if not sentences:
        return ""
    told = reason_words(" ".join(sentences), voice.nouns, voice.names, rows=True)
    if result.model.missing == "fiml":
        told += " Missing values were handled by full-information maximum likelihood."
    return told


def _estimator(voice: Voice) -> str:
    name = str(voice.result.settings["estimator"])
    return ESTIMATORS.get(name, f"the estimator {voice.names.within(name)}")


def interval_method(voice: Voice) -> str:
    """Say how intervals were made, with the number of draws and the seed."""
    settings = voice.result.settings
    name, options = settings["interval"], settings["interval_options"]
    if name is None:
        return "No intervals were computed."
    kind = f"{options['kind']} " if name == "bootstrap" and options.get("kind") else ""
    method = str(INTERVALS.get(name, voice.names.within(str(name))))
    told = f"{kind}{method}"
    said = []
    wanted, done = options.get("samples"), options.get("attempted")
    if wanted is not None:
        noun = DRAWS.get(name, "samples")
        stopped = bool(done and done < wanted)
        said.append(f"{done:,} of {wanted:,} {noun}, stopped" if stopped else f"{wanted:,} {noun}")
    if options.get("failed"):
        said.append(f"{options['failed']:,} without a fit left out")
    if wanted is not None:
        said.append(f"seed {settings['seed']}")
    more = f" ({', '.join(said)})" if said else ""
    noun = "CIs" if voice.apa else "intervals"
    way = "by the" if name == "delta" else "by"
    return f"{percent(settings['level'])} {noun} were made {way} {told}{more}."


def fit_spans(voice: Voice) -> tuple[Span, ...]:
    """Return how well a model fits that leaves something to be tested; empty for others."""
    statistics = voice.result.statistics
    if statistics.get("chi_square") is None or not statistics.get("df"):
        return ()
    wanted = [(words, value) for words, value in fit_facts(voice.result) if words in INDICES]
    told = "; ".join(f"{words} {value}" for words, value in wanted)
    return (Span(f"Fit of the model: {told}."),)


def _software(voice: Voice) -> str:
    versions = voice.result.versions
    own = f"medwidget {versions.get('medwidget', '')}".strip()
    others = [
        f"{PROGRAMS.get(name, name)} {version}"
        for name, version in versions.items()
        if name != "medwidget" and (voice.apa or name == "python")
    ]
    return f"The analysis was run in {own} ({', '.join(others)})." if others else f"{own}."
