"""The results of an analysis in paragraphs: paths and effects level by level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medwidget.effects.routes import routes_of
from medwidget.result import EffectRow
from medwidget.views.text.moderation_words import held_at
from medwidget.views.text.problem_words import reason_words
from medwidget.views.text.report.variation import variation_spans
from medwidget.views.text.report.voice import Voice, bounded, includes_zero, parameter
from medwidget.views.text.spans import Span
from medwidget.views.text.told import absence_words

__all__ = ["level_paragraphs"]

LEVELS = ("within", "between", "conflated")
# With more ways from exposure to outcome than this, those by single mediators are in the table.
MOST_ROUTES = 4
PAIR = 2
NO_ASSOCIATION = (
    "The interval includes zero: the data are compatible with no such {association}, and with one "
    "in either direction within these bounds."
)


def level_paragraphs(voice: Voice) -> Iterator[tuple[Span, ...]]:
    """Yield a paragraph for each level, then what compares levels, and what has no number."""
    for level in LEVELS:
        spans = [*_paths(voice, level), *_indirect(voice, level), *_total(voice, level)]
        if level != "between":
            spans += variation_spans(voice, level) if spans else ()
        if spans:
            yield _trimmed(spans)
    compared = [*_context(voice), *_absent(voice)]
    if compared:
        yield _trimmed(compared)


def _trimmed(spans: list[Span]) -> tuple[Span, ...]:
    last = spans[-1]
    return (*spans[:-1], Span(last.text.rstrip(), last.side, last.strong, last.italic))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- paths ------------------------------------------------------------------------------------


def _paths(voice: Voice, level: str) -> Iterator[Span]:
    """Tell paths by their predictors, each interval in brackets; the first names its level."""
    found: dict[str, list[tuple[EffectRow, str, str]]] = {}
    for row in voice.result.path_rows:
        ends = voice.ends(row)
        if row.level == level and row.estimate is not None and ends is not None:
            path, source, target = ends
            found.setdefault(source, []).append((row, path, target))
    if not found:
        return
    yield Span(f"{_capital(voice.where(level))}, ")
    for place, (source, targets) in enumerate(found.items()):
        if place:
            yield Span(", and " if place == len(found) - 1 else "; ")
        yield Span(voice.more_of(source, level))
        for at, (row, path, target) in enumerate(targets):
            yield Span(_verb(voice, level, place, at, len(targets)))
            other, number = voice.outcome(target, level, source), voice.number(row)
            yield Span(f"{other} by {number}" if voice.causal(level) else f"{number} in {other}")
            yield from _details(voice, row, path, named=not place and not at)
            yield Span(_held(voice, row, path))
    yield Span(". ")


def _verb(voice: Voice, level: str, source: int, target: int, targets: int) -> str:
    """Return what leads to a path, given the places of its predictor and its response."""
    more = ""
    if target:
        more = " and" if target == targets - 1 else ","
    if voice.causal(level):
        return f"{more} " if target else " changed "
    if target:
        return f"{more} of "
    return " with one of " if source else " was associated with a difference of "


def _details(voice: Voice, row: EffectRow, path: str, *, named: bool) -> Iterator[Span]:
    """Yield symbol and interval of a path in brackets."""
    if row.reason and row.se == 0:
        yield Span(" (held, not estimated)")
        return
    inside = [*voice.symbol(path)] if voice.apa else []
    if bounded(row):
        zero = ", which includes zero" if includes_zero(row) else ""
        told = voice.interval(row, named=named)
        inside.append(Span(f"{'; ' if inside else ''}{told}{zero}"))
    if inside:
        yield from (Span(" ("), *inside, Span(")"))


def _held(voice: Voice, row: EffectRow, path: str) -> str:
    told = [
        f"{voice.names(column)} = {voice.names.within(value)}"
        for column in voice.result.model.moderators.get(path, ())
        if (value := held_at(voice.result, row.name, column))
    ]
    return f" where {' and '.join(told)}" if told else ""


# -- indirect ---------------------------------------------------------------------------------


def _indirect(voice: Voice, level: str) -> Iterator[Span]:
    row = voice.effect("indirect", level)
    if row is None:
        return
    model = voice.result.model
    paths = tuple(path for path in model.paths if path != "direct")
    yield Span(f"By way of {voice.via}, ")
    yield from voice.changed(model.exposure, model.outcome, level, row, strong=True)
    yield Span(f" {voice.where(level)}{voice.averaged(row, paths)}{voice.condition(row)}")
    yield from _formula(voice, row, level)
    yield Span(". ")
    yield from _reading(voice, row)
    yield from _routes(voice, level)


def _formula(voice: Voice, row: EffectRow, level: str) -> Iterator[Span]:
    model = voice.result.model
    if not voice.apa or len(model.mediators) > 1 or {"a", "b"} & set(model.moderators):
        return
    yield Span(" (the indirect effect, ")
    yield Span("ab", italic=True)
    covariance = voice.rows.get("cov(a,b)")
    if covariance is not None and covariance.level == row.level and _estimated(covariance):
        yield from (Span(" + cov("), parameter("a"), Span(", "), parameter("b"))
        yield Span(f"), of which the covariance is {_counted(voice, covariance).rstrip(',')}")
    yield Span(")")


def _estimated(row: EffectRow) -> bool:
    """Tell whether an effect is not 0 by the model itself."""
    return row.estimate != 0 or row.lower != row.upper


def _reading(voice: Voice, row: EffectRow) -> Iterator[Span]:
    """Say how the interval lies to zero and to the smallest effect that would matter."""
    if not bounded(row):
        if row.reason and voice.result.settings["interval"] is not None:
            reason = reason_words(row.reason, voice.nouns, voice.names, rows=True).rstrip(".")
            yield Span(f"There is no interval: {reason}. ")
        return
    if includes_zero(row):
        yield Span(NO_ASSOCIATION.format(association=voice.association(row.level)) + " ")
    smallest = voice.choices.smallest
    if smallest is None:
        return
    low, high = float(row.lower or 0.0), float(row.upper or 0.0)
    limit = f"{smallest:.6g}"
    if low >= smallest or high <= -smallest:
        told = f"The whole interval is at least as far from zero as {limit}, the smallest effect "
        told += "that would matter."
    elif -smallest < low and high < smallest:
        told = f"The whole interval is nearer to zero than {limit}, the smallest effect that would "
        told += "matter."
    else:
        told = f"The interval holds values nearer to zero than {limit}, the smallest effect that "
        told += "would matter, and values further away: the data do not tell which."
    yield Span(f"{told} ")


def _routes(voice: Voice, level: str) -> Iterator[Span]:
    routes = routes_of(voice.result.model)
    if not 1 < len(routes) <= MOST_ROUTES:
        return
    stem = "indirect" if level == "conflated" else f"indirect_{level}"
    told = []
    for route in routes:
        row = voice.rows.get(f"{stem}[{route.label}]")
        if row is not None:
            way = ", then ".join(voice.names(name) for name in route.mediators)
            zero = ", which includes zero" if includes_zero(row) else ""
            told.append(f"through {way} {voice.size(row)}{zero}")
    if len(told) == PAIR:
        told.append(_difference(voice, level))
    if len(told) > 1:
        yield Span(f"Of this, {'; '.join(filter(None, told))}. ")


def _difference(voice: Voice, level: str) -> str:
    """Return the difference of two specific effects, which their intervals do not tell."""
    start = "contrast[" if level == "conflated" else f"contrast_{level}["
    found = (row for name, row in voice.rows.items() if name.startswith(start))
    row = next(found, None)
    if row is None:
        return ""
    zero = ", which includes zero" if includes_zero(row) else ""
    return f"the first minus the second {voice.size(row)}{zero}"


def _total(voice: Voice, level: str) -> Iterator[Span]:
    """Add the direct effect to the indirect one."""
    total = voice.effect("total", level)
    if total is None or voice.effect("indirect", level) is None:
        return
    model = voice.result.model
    yield Span(f"In total {voice.where(level)}{voice.condition(total)}, ")
    yield from voice.changed(model.exposure, model.outcome, level, total)
    share = voice.effect("proportion_mediated", level)
    if share is not None and bounded(share):
        zero = ", which includes zero" if includes_zero(share) else ""
        comma = "" if voice.causal(level) and voice.apa else ","
        yield Span(f"{comma} of which the indirect part is {voice.share(share)}{zero}")
    yield Span(". ")


# -- between levels ---------------------------------------------------------------------------


def _context(voice: Voice) -> Iterator[Span]:
    association = voice.association("cross-level")
    row = voice.rows.get("contextual_difference")
    if row is not None:
        y, x = voice.names(voice.result.model.outcome), voice.names(voice.result.model.exposure)
        groups = voice.nouns.groups
        yield Span(
            f"The indirect {association} between {groups} minus that within them, the "
            f"contextual difference, was {voice.inside(row)} in {y} for one unit more of {x}. "
        )
        if includes_zero(row):
            yield Span("This interval includes zero: the data do not tell the two apart. ")
    own, context = (voice.rows.get(f"indirect_{part}") for part in ("individual", "contextual"))
    if own is not None and context is not None:
        nouns = voice.nouns
        yield Span(
            f"Of the indirect {association} between {nouns.groups}, {_counted(voice, own)} went by "
            f"way of each {nouns.row}'s own {voice.via}, and {_counted(voice, context)} by "
            f"way of its mean in the {nouns.group}, beyond that. "
        )


def _counted(voice: Voice, row: EffectRow) -> str:
    """Return an effect in the middle of a sentence, and whether its interval includes zero."""
    if includes_zero(row):
        return f"{voice.size(row)}, which includes zero,"
    return voice.inside(row)


def _absent(voice: Voice) -> Iterator[Span]:
    """Say why a level has no indirect effect, once for each reason."""
    reasons = [
        row.reason
        for row in voice.result.effect_rows
        if row.kind == "effect" and row.name.startswith("indirect") and row.estimate is None
    ]
    for reason in _once(reasons):
        told = absence_words(reason, voice.result, voice.nouns, voice.names)
        yield Span(
            f"At one level there is no indirect {voice.association('cross-level')}: {told}. "
        )


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
