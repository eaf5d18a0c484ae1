"""What was analysed and how: the head of a summary."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.result import MediationResult
from medwidget.views.text.document import Facts
from medwidget.views.text.fit_words import integration_words
from medwidget.views.text.names import Names
from medwidget.views.text.numbers import MINUS, count, percent, style_of
from medwidget.views.text.words import (
    CENTERINGS,
    COVARIANCES,
    ESTIMATORS,
    INTERVALS,
    MISSING,
    OPTIONS_UNSAID,
    SPLITS,
)

__all__ = ["setting_facts", "title"]


def title(result: MediationResult, names: Names) -> str:
    """Return the diagram in a line, with the design."""
    model = result.model
    mediators = [names(name) for name in model.mediators]
    if model.mediation == "serial":
        middle = " → ".join(mediators)
    else:
        middle = mediators[0] if len(mediators) == 1 else f"({', '.join(mediators)})"
    diagram = f"{names(model.exposure)} → {middle} → {names(model.outcome)}"
    return f"{diagram} by {names(model.group)} ({result.design} design)"


def setting_facts(result: MediationResult, names: Names) -> Facts:
    """Return data, levels, centring, slopes, estimator and intervals."""
    return Facts(tuple(_facts(result, names)))


def _facts(result: MediationResult, names: Names) -> Iterator[tuple[str, str]]:
    model = result.model
    yield "data", names.within(" ".join(result.ledger.sentences()))
    yield "levels", _levels(result, names)
    yield "centring", f"{model.centering}: {CENTERINGS[model.centering]}"
    yield from _latent_choices(result, names)
    yield "slopes", _slopes(result, names)
    if model.covariates:
        yield (
            "covariates",
            "; ".join(
                names(name) + (f" (on {', '.join(map(names, targets))})" if targets else "")
                for name, targets in model.covariates.items()
            ),
        )
    if model.moderators:
        yield (
            "moderators",
            "; ".join(
                f"{names.within(path)} by {', '.join(map(names, columns))}"
                for path, columns in model.moderators.items()
            ),
        )
    name = result.settings["estimator"]
    yield "estimator", f"{name}: {ESTIMATORS.get(name, 'an estimator of its own')}"
    yield "fit", _convergence(result, names)
    integrated = integration_words(result)
    if integrated:
        yield "integration", f"adaptive Gauss-Hermite, {integrated}"
    yield "intervals", _interval(result)


def _latent_choices(result: MediationResult, names: Names) -> Iterator[tuple[str, str]]:
    model = result.model
    if model.splits:
        told = "; ".join(f"{names(column)} {SPLITS[how]}" for column, how in model.splits.items())
        yield "splits", told
    if model.constraints:
        yield (
            "constraints",
            "; ".join(
                f"{names.within(name)} = {_held(value, names)}"
                for name, value in model.constraints.items()
            ),
        )
    if model.missing == "fiml":
        yield "missing values", MISSING[model.missing]


def _held(value: str | float, names: Names) -> str:
    return names.within(value) if isinstance(value, str) else f"{value:.6g}".replace("-", MINUS)


def _levels(result: MediationResult, names: Names) -> str:
    by_level: dict[str, list[str]] = {}
    for column, level in result.levels.items():
        if column != result.model.group:
            by_level.setdefault(level, []).append(names(column))
    return "; ".join(f"{', '.join(columns)}: {level}" for level, columns in by_level.items())


def _slopes(result: MediationResult, names: Names) -> str:
    labels = set(result.covariance_table.columns[1:])
    varying = [names.within(path) for path in result.model.paths if path in labels]
    if not varying:
        return "the same in every group"
    words = COVARIANCES[result.model.random_covariance]
    verb = "varies" if len(varying) == 1 else "vary"
    return f"{', '.join(varying)} {verb} over groups (random intercepts too); {words}"


def _convergence(result: MediationResult, names: Names) -> str:
    record = result.convergence
    gradient = abs(record.gradient_norm)
    steps = f"{count(record.iterations, 'step')} from {count(record.starts, 'start')}"
    told = f"{'converged' if record.converged else 'NOT converged'} after {steps}"
    told += f", largest gradient element {style_of(gradient)(gradient)} ({record.message})"
    if record.singular:
        told += f"; singular: {'; '.join(names.within(text) for text in record.singular)}"
    return told


def _interval(result: MediationResult) -> str:
    settings = result.settings
    method = settings["interval"]
    if method is None:
        return f"none asked for; seed {settings['seed']}"
    options = settings["interval_options"]
    said = [
        f"{name}={value:,}" if isinstance(value, int) else f"{name}={value}"
        for name, value in options.items()
        if name not in OPTIONS_UNSAID
    ]
    attempted, failed = options.get("attempted", 0), options.get("failed", 0)
    if attempted and attempted != options.get("samples", attempted):
        said.append(f"stopped after {attempted:,}")
    if failed:
        said.append(f"{failed:,} failed")
    told = f"{percent(settings['level'])} {INTERVALS.get(method, method)}"
    listed = f" ({', '.join(said)})" if said else ""
    return f"{told}{listed}; seed {settings['seed']}"
