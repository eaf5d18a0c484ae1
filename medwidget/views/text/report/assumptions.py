"""What a reading of the result assumes: what data speak to, and what only an author can judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medwidget.views.text.effect_lines import joined
from medwidget.views.text.report.choices import ASSUMPTIONS
from medwidget.views.text.report.voice import Voice
from medwidget.views.text.spans import Span

__all__ = ["Judgement", "association_spans", "assumed_spans", "judgements"]

CANNOT = "the data cannot show it"


@dataclass(frozen=True)
class Judgement:
    """An assumption that is the author's to judge.

    Attributes
    ----------
    name : str
        Of `ASSUMPTIONS`.
    title : str
    detail : str
        What in the data speaks to it, and what cannot.
    clause : str
        The same as a part of a sentence.
    held : bool
        Whether the author judges it to hold.
    """

    name: str
    title: str
    detail: str
    clause: str
    held: bool


def judgements(voice: Voice) -> tuple[Judgement, ...]:
    """Return what only an author can judge, with what the data say to it."""
    held = set(voice.choices.judged)
    told = {name: (title, detail, clause) for name, title, detail, clause in _entries(voice)}
    return tuple(Judgement(name, *told[name], name in held) for name in ASSUMPTIONS)


def _entries(voice: Voice) -> Iterator[tuple[str, str, str, str]]:
    model, names, nouns = voice.result.model, voice.names, voice.nouns
    x, m, y = names(model.exposure), voice.mediator, names(model.outcome)
    first = f"{x} before {m}, {m} before {y}"
    yield (
        "order",
        "Order in time",
        f"{first}; {CANNOT}",
        f"{x} comes before {m}, and {m} before {y}",
    )
    constant = _held_constant(voice)
    for name, one, other in (
        ("confounding-xm", x, m),
        ("confounding-my", m, y),
        ("confounding-xy", x, y),
    ):
        randomised = "" if name == "confounding-my" else f"; met where {x} was randomised"
        yield (
            name,
            f"No unmeasured confounding of {one} and {other}",
            f"{constant}{randomised}; of the rest the data show nothing"
            if name == "confounding-xm"
            else f"held constant is the same as for {x} and {m}{randomised}; of the rest the data "
            f"show nothing",
            f"nothing unmeasured stands behind {one} and {other}",
        )
    yield (
        "affected-confounder",
        f"No confounder of {m} and {y} that {x} changes",
        f"{CANNOT}; a covariate would not mend it",
        f"no confounder of {m} and {y} is itself changed by {x}",
    )
    yield (
        "interference",
        f"No interference between {nouns.groups}",
        f"the model takes {nouns.groups} as independent; {CANNOT}",
        f"{nouns.groups} do not act on one another",
    )
    yield (
        "independent-rows",
        f"No interference between {nouns.rows}",
        f"within a {nouns.group}, beyond what its means and slopes share; where {nouns.rows} "
        f"follow one another, lagged columns would check it",
        f"{nouns.rows} of a {nouns.group} do not act on one another",
    )
    yield (
        "measurement",
        f"{x} and {m} measured without error",
        _measurement(voice),
        f"{x} and {m} are measured without error",
    )
    yield (
        "linear",
        "Linear paths",
        f"see the lines of single {nouns.groups} under Groups, residuals under Diagnostics",
        "paths are linear",
    )


def _held_constant(voice: Voice) -> str:
    """Say what is held constant at each level."""
    model, groups, group = voice.result.model, voice.nouns.groups, voice.nouns.group
    covariates = [voice.names(name) for name in model.covariates]
    told = []
    levels = {row.level for row in voice.rows.values()}
    if "within" in levels:
        told.append(
            f"within {groups}, what is the same for all {voice.nouns.rows} of a {group} is "
            f"held constant"
        )
    if covariates:
        verb = "is" if len(covariates) == 1 else "are"
        told.append(f"{joined(covariates)} {verb} held constant")
    if "between" in levels:
        other = "nothing else" if covariates else "nothing"
        told.append(f"between {groups} {other}")
    return "; ".join(told) or "nothing is held constant"


def _measurement(voice: Voice) -> str:
    if voice.result.model.centering == "latent":
        return (
            f"latent means allow for how few {voice.nouns.rows} a {voice.nouns.group} has, not for "
            f"error in a {voice.nouns.row}'s own value; {CANNOT}"
        )
    return f"error in them changes paths, often towards zero; {CANNOT}"


def assumed_spans(voice: Voice) -> tuple[Span, ...]:
    """Return what the author judges to hold, as a paragraph; empty where that is nothing."""
    held = [item.clause for item in judgements(voice) if item.held]
    if not held:
        return ()
    told = f"We assume that {'; that '.join(held)}. The data cannot show this."
    if voice.choices.causal:
        told += " Under these assumptions the differences below are read as effects."
    return (Span(told),)


def association_spans(voice: Voice) -> tuple[Span, ...]:
    """Return what would have to hold for an association to be an effect; empty where it does."""
    if voice.choices.causal:
        return ()
    x, m = voice.names(voice.result.model.exposure), voice.mediator
    y = voice.names(voice.result.model.outcome)
    told = (
        f"The numbers are associations. To read them as effects of {x} on {y} by way of {m}, one "
        f"has to judge, at each level, that these come in this order in time, that nothing "
        f"unmeasured stands behind any two of them, and that no confounder of {m} and {y} is "
        f"changed by {x}."
    )
    return (Span(told),)
