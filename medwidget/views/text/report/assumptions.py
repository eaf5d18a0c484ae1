"""What a reading of the result assumes: what data speak to, and what only an author can judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from medwidget.views.text.effect_lines import joined
from medwidget.views.text.report.choices import BY_LEVEL
from medwidget.views.text.report.voice import Voice
from medwidget.views.text.spans import Span

__all__ = ["Judgement", "Tick", "association_spans", "assumed_spans", "judgements"]

CANNOT = "the data cannot show it"


@dataclass(frozen=True)
class Tick:
    """An assumption at one level, or at the only one there is.

    Attributes
    ----------
    name : str
        By which it is judged.
    level : str
        Empty where there are no two.
    where : str
        The same in words.
    held : bool
        Whether the author judges it to hold.
    """

    name: str
    level: str
    where: str
    held: bool


@dataclass(frozen=True)
class Judgement:
    """An assumption that is the author's to judge.

    Attributes
    ----------
    title : str
    detail : str
        What in the data speaks to it, and what cannot.
    ticks : tuple of Tick
        One for each level.
    """

    title: str
    detail: str
    ticks: tuple[Tick, ...]


def judgements(voice: Voice) -> tuple[Judgement, ...]:
    """Return what only an author can judge, with what the data say to it."""
    return tuple(_judgements(voice))


def _judgements(voice: Voice) -> Iterator[Judgement]:
    x, m, y = _columns(voice)
    yield _single(voice, "order", "Order in time", f"{x} before {m}, {m} before {y}; {CANNOT}")
    before = ""
    for name in BY_LEVEL:
        ticks = _ticks(voice, name)
        if not ticks:
            continue
        if name == "affected-confounder":
            title = f"No confounder of {m} and {y} that {x} changes"
            yield Judgement(title, f"{CANNOT}; a covariate would not mend it", ticks)
            continue
        met = f"randomising {x} would not meet it"
        if name != "confounding-my":
            met = f"met where {x} was randomised at that level"
        constant = _held_constant(voice, name)
        same = (
            "as above" if constant == before else f"{constant}; of the rest the data show nothing"
        )
        before = constant
        yield Judgement(
            f"No unmeasured confounding of {_pair(voice, name)}", f"{same}; {met}", ticks
        )
    for name, title, detail, _ in _others(voice):
        yield _single(voice, name, title, detail)


def _single(voice: Voice, name: str, title: str, detail: str) -> Judgement:
    return Judgement(title, detail, (Tick(name, "", "", name in voice.choices.judged),))


def _ticks(voice: Voice, name: str) -> tuple[Tick, ...]:
    """Return the ticks of what is judged by level; of blended levels, one for both."""
    several = len(voice.assumed) > 1
    ticks = []
    for level, names in voice.assumed.items():
        if name in names:
            told = (level, voice.where(level)) if several else ("", "")
            one = name if level == "conflated" else f"{name}-{level}"
            ticks.append(Tick(one, *told, voice.judged(name, level)))
    return tuple(ticks)


def _others(voice: Voice) -> Iterator[tuple[str, str, str, str]]:
    """Yield what changes no verb: name, title, what the data say to it, and a clause."""
    nouns = voice.nouns
    x, m, _ = _columns(voice)
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


def _measurement(voice: Voice) -> str:
    if voice.result.model.centering == "latent":
        return (
            f"latent means allow for how few {voice.nouns.rows} a {voice.nouns.group} has, not for "
            f"error in a {voice.nouns.row}'s own value; {CANNOT}"
        )
    return f"error in them changes paths, often towards zero; {CANNOT}"


# -- words -------------------------------------------------------------------------------------


def _columns(voice: Voice) -> tuple[str, str, str]:
    model = voice.result.model
    return voice.names(model.exposure), voice.mediator, voice.names(model.outcome)


def _pair(voice: Voice, name: str) -> str:
    """Return the columns behind which nothing unmeasured must stand."""
    x, m, y = _columns(voice)
    if name == "confounding-my":
        serial = voice.result.model.mediation == "serial"
        return f"any two of {voice.listed(y)}" if serial else f"{m} and {y}"
    return f"{x} and {m if name == 'confounding-xm' else y}"


def _held_constant(voice: Voice, *assumptions: str) -> str:
    """Say what is held constant at each level where these assumptions are made."""
    model, nouns = voice.result.model, voice.nouns
    responses = {name for each in assumptions for name in _responses(voice, each)}
    columns = dict.fromkeys([*model.covariates, *chain.from_iterable(model.moderators.values())])
    told = []
    for level in voice.assumed:
        known = [voice.names(each) for each in columns if _enters(voice, each, responses, level)]
        if level == "within":
            known.append(f"what all {nouns.rows} of a {nouns.group} have in common")
        where = "" if level == "conflated" else f"{level} {nouns.groups} "
        told.append(f"{where}{joined(known) if known else 'nothing'}")
    return (
        f"held constant is {'; '.join(told)}" if told != ["nothing"] else "nothing is held constant"
    )


def _responses(voice: Voice, assumption: str) -> tuple[str, ...]:
    """Return the variables in whose equations covariates stand against a confounder."""
    model = voice.result.model
    return model.mediators if assumption == "confounding-xm" else (model.outcome,)


def _enters(voice: Voice, column: str, responses: set[str], level: str) -> bool:
    """Tell whether a column is in the equation of each response at a level."""
    names = {row.name.partition("[")[0] for row in voice.result.coefficient_rows}
    everywhere = level == "conflated"
    if voice.result.levels.get(column) == "group":
        everywhere |= level == "between"
    else:
        everywhere |= level == "within" or voice.result.model.splits.get(column) != "within"
    return all(
        f"{response}~{column}_{level}" in names or (everywhere and f"{response}~{column}" in names)
        for response in responses
    )


def _clauses(voice: Voice, wanted: Callable[[str, str], bool]) -> list[str]:
    """Return what must hold for associations to be effects, levels together where they agree.

    Parameters
    ----------
    voice : Voice
    wanted : callable
        Takes an assumption and a level, or ``""`` for what has none.
    """
    x, m, y = _columns(voice)
    told = [f"{x} comes before {m}, and {m} before {y}"] if wanted("order", "") else []
    names_at = {
        level: tuple(name for name in names if wanted(name, level))
        for level, names in voice.assumed.items()
    }
    for names in dict.fromkeys(names_at.values()):
        if names:
            where = [level for level, found in names_at.items() if found == names]
            end = "" if where == ["conflated"] else f", {joined(where, 'or')} {voice.nouns.groups}"
            told.append(f"{_nothing_behind(voice, names)}{end}")
    return told


def _nothing_behind(voice: Voice, names: tuple[str, ...]) -> str:
    x, m, y = _columns(voice)
    pairs = [_pair(voice, name) for name in names if name != "affected-confounder"]
    if len(pairs) == len(BY_LEVEL) - 1:
        every = voice.listed(x, y) if voice.result.model.mediation == "serial" else ""
        pairs = [f"any two of {every or joined([x, m, y])}"]
    told = [f"nothing unmeasured stands behind {', or behind '.join(pairs)}"] if pairs else []
    if "affected-confounder" in names:
        told.append(f"no confounder of {m} and {y} is itself changed by {x}")
    return ", and ".join(told)


def assumed_spans(voice: Voice) -> tuple[Span, ...]:
    """Return what the author judges to hold, as a paragraph; empty where that is nothing."""
    held = _clauses(voice, voice.judged)
    held += [clause for name, _, _, clause in _others(voice) if voice.judged(name)]
    if not held:
        return ()
    told = f"We assume that {'; that '.join(held)}. The data cannot show this."
    effects, groups = voice.as_effects, voice.nouns.groups
    if voice.causal("cross-level"):
        told += " Under these assumptions the differences below are read as effects."
    elif effects:
        (other,) = (level for level in voice.assumed if level not in effects)
        told += (
            f" Under these assumptions differences {effects[0]} {groups} are read as effects, "
            f"those {other} {groups} as associations."
        )
    return (Span(told),)


def association_spans(voice: Voice) -> tuple[Span, ...]:
    """Return what would have to hold for associations to be effects; empty where all does."""
    left = [level for level in voice.assumed if not voice.causal(level)]
    if not left:
        return ()
    x, m, y = _columns(voice)
    where = "" if len(left) == len(voice.assumed) else f" {left[0]} {voice.nouns.groups}"
    told = [f"The numbers{where} are associations."]
    still = _clauses(
        voice, lambda name, level: level in {"", *left} and not voice.judged(name, level)
    )
    if still:
        told.append(
            f"They are effects of {x} on {y} by way of {m} only if {', and if '.join(still)}."
        )
    if not voice.judged("order"):
        told.append("Where all were measured at once, another order would fit the data as well.")
    if any(not voice.judged(name, level) for level in left for name in voice.assumed[level]):
        constant = _held_constant(voice, *BY_LEVEL)
        told.append(f"{constant[:1].upper()}{constant[1:]}.")
    return (Span(" ".join(told)),)
