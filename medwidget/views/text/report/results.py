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

__all__ = ["level_paragraphs", "path_ends"]

LEVELS = ("within", "between", "conflated")
# With more ways from exposure to outcome than this, those by single mediators are in the table.
MOST_ROUTES = 4
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


def path_ends(voice: Voice, row: EffectRow) -> tuple[str, str, str] | None:
    """Return path, source and target of the row of a path, or None for a product."""
    letter, bracket, rest = row.name.partition("[")
    stem = letter.removesuffix(f"_{row.level}") if row.level != "conflated" else letter
    path = f"{stem}{bracket}{rest}"
    found = voice.result.model.paths.get(path)
    return None if found is None else (path, *found)


def _trimmed(spans: list[Span]) -> tuple[Span, ...]:
    last = spans[-1]
    return (*spans[:-1], Span(last.text.rstrip(), last.side, last.strong, last.italic))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- paths ------------------------------------------------------------------------------------


def _paths(voice: Voice, level: str) -> Iterator[Span]:
    clauses = list(_clauses(voice, level))
    if not clauses:
        return
    yield Span(f"{_capital(voice.where(level))}, ")
    for place, clause in enumerate(clauses):
        if place:
            yield Span(", and " if place == len(clauses) - 1 else "; ")
        yield from clause
    yield Span(". ")


def _clauses(voice: Voice, level: str) -> Iterator[list[Span]]:
    for row in voice.result.path_rows:
        ends = path_ends(voice, row)
        if row.level != level or row.estimate is None or ends is None:
            continue
        path, source, target = ends
        if row.reason and row.se == 0:  # held by the author, not estimated
            told = voice.link(source, target, level, voice.number(row))
            yield [Span(f"{told} (held, not estimated)")]
            continue
        told = voice.link(source, target, level, voice.number(row))
        yield [Span(told), *_details(voice, row, path), Span(_held(voice, row, path))]


def _details(voice: Voice, row: EffectRow, path: str) -> list[Span]:
    """Return symbol and interval of a path in brackets."""
    inside = [*voice.symbol(path)] if voice.apa else []
    if bounded(row):
        zero = ", which includes zero" if includes_zero(row) else ""
        inside.append(Span(f"{'; ' if inside else ''}{voice.interval(row)}{zero}"))
    return [Span(" ("), *inside, Span(")")] if inside else []


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
    x, y = model.exposure, model.outcome
    more, other = voice.more_of(x, level), voice.outcome(y, level)
    yield Span(f"By way of {voice.via}, {more} ")
    if voice.causal(level):
        yield Span(f"changed {other} by ")
    else:
        yield Span(f"was associated with a difference in {other} of ")
    yield voice.strong_size(row)
    yield Span(
        f"{voice.pause(row)} {voice.where(level)}{voice.averaged(row, paths)}{voice.condition(row)}"
    )
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
        yield Span(NO_ASSOCIATION.format(association=voice.association) + " ")
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
    if len(told) > 1:
        yield Span(f"Of this, {'; '.join(told)}. ")


def _total(voice: Voice, level: str) -> Iterator[Span]:
    """Add the direct effect to the indirect one."""
    total = voice.effect("total", level)
    if total is None or voice.effect("indirect", level) is None:
        return
    model = voice.result.model
    yield Span("With the direct part, ")
    told = voice.link(model.exposure, model.outcome, level, voice.inside(total))
    yield Span(f"{told} in total {voice.where(level)}{voice.condition(total)}")
    if includes_zero(total):
        yield Span("; this interval includes zero")
    share = voice.effect("proportion_mediated", level)
    if share is not None and bounded(share):
        yield Span(f". The indirect part is {voice.share(share)} of this total")
    yield Span(". ")


# -- between levels ---------------------------------------------------------------------------


def _context(voice: Voice) -> Iterator[Span]:
    row = voice.rows.get("contextual_difference")
    if row is not None:
        y, x = voice.names(voice.result.model.outcome), voice.names(voice.result.model.exposure)
        groups = voice.nouns.groups
        yield Span(
            f"The indirect {voice.association} between {groups} minus that within them, the "
            f"contextual difference, was {voice.inside(row)} in {y} for one unit more of {x}. "
        )
        if includes_zero(row):
            yield Span("This interval includes zero: the data do not tell the two apart. ")
    own, context = (voice.rows.get(f"indirect_{part}") for part in ("individual", "contextual"))
    if own is not None and context is not None:
        nouns = voice.nouns
        yield Span(
            f"Of the indirect {voice.association} between {nouns.groups}, {_counted(voice, own)} "
            f"went by way of each {nouns.row}'s own {voice.via}, and {_counted(voice, context)} by "
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
        yield Span(f"At one level there is no indirect {voice.association}: {told}. ")


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text))
