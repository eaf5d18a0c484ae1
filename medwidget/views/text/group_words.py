"""What the groups show, in counts and captions."""

from __future__ import annotations

import math
from collections.abc import Iterator

from medwidget.studies.group_column import GroupColumn
from medwidget.studies.group_view import Correlation, GroupView
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import fixed, percent, style_of

__all__ = [
    "EFFECT_WORDS",
    "effect_words",
    "group_label",
    "group_stats",
    "multiples_words",
    "selected_words",
]

EFFECT_WORDS = {"indirect": "indirect", "direct": "c′"}
LONGEST_LABEL = 24
CORRELATION_DECIMALS = 2


def effect_words(effect: str) -> str:
    """Return an effect by group as a control names it: ``indirect``, ``through m1``, ``c′``."""
    stem, bracket, inside = effect.partition("[")
    if stem == "indirect" and bracket:
        return f"through {shortened(visible(inside[:-1]), LONGEST_LABEL)}"
    stem = EFFECT_WORDS.get(stem, stem)
    return f"{stem}[{shortened(visible(inside[:-1]), LONGEST_LABEL)}]" if bracket else stem


def group_label(label: object) -> str:
    """Return a group's label as pictures print it."""
    return shortened(visible(str(label)), LONGEST_LABEL)


def group_stats(
    view: GroupView,
    nouns: Nouns,
    level: float,
    column: GroupColumn | None = None,
    related: Correlation | None = None,
) -> tuple[tuple[str, str], ...]:
    """Return figures over groups with their captions.

    Parameters
    ----------
    view : GroupView
    nouns : Nouns
    level : float
        Of the intervals.
    column : GroupColumn, optional
    related : Correlation, optional
        Of the effects with the column.
    """
    return tuple(_stats(view, nouns, level, column, related))


def _stats(
    view: GroupView,
    nouns: Nouns,
    level: float,
    column: GroupColumn | None,
    related: Correlation | None,
) -> Iterator[tuple[str, str]]:
    known, total = view.n_known, len(view.labels)
    what = _what(view)
    yield f"{view.n_positive:,} of {known:,}", _positive(view, nouns, what)
    if known < total:
        left = total - known
        caption = f"{nouns.groups if left > 1 else nouns.group} without a line of "
        caption += "their own" if left > 1 else "its own"
        yield f"{left:,} of {total:,}", f"{caption}: too few {nouns.rows}, or no variation"
    if math.isfinite(view.sd):
        style = style_of(view.sd, None, (view.sd_lower, view.sd_upper))
        text = f"SD of {what} across {nouns.groups}, by the model"
        if math.isfinite(view.sd_lower):
            interval = f"{style(view.sd_lower)} to {style(view.sd_upper)}"
            text += f" ({percent(level)} interval {interval})"
        yield style(view.sd), text
    verb = "has" if view.n_clear == 1 else "have"
    yield f"{view.n_clear:,} of {known:,}", f"{verb} a {percent(level)} interval clear of zero"
    if column is not None and related is not None:
        yield _correlation(related, column, nouns, level)


def _what(view: GroupView) -> str:
    return f"{'the ' if len(view.paths) > 1 else ''}{_bare(view)}"


def _bare(view: GroupView) -> str:
    words = effect_words(view.effect)
    if len(view.paths) == 1:
        return words
    return f"{words} effect" if words == EFFECT_WORDS["indirect"] else f"effect {words}"


def _positive(view: GroupView, nouns: Nouns, what: str) -> str:
    noun = nouns.group if view.n_known == 1 else nouns.groups
    verb = "has" if view.n_positive == 1 else "have"
    if len(view.paths) == 1:
        return f"{noun} {verb} a path {what} above zero"
    if not view.n_positive:
        return f"{noun} have a positive {_bare(view)}"
    why = f"{'both' if len(view.paths) == 2 else 'two'} paths are negative"
    count = view.n_both_negative
    many = f"{count:,} of them" if count else "none"
    return f"{noun} {verb} a positive {_bare(view)}, {many} because {why}"


def _correlation(
    related: Correlation, column: GroupColumn, nouns: Nouns, level: float
) -> tuple[str, str]:
    name = shortened(visible(column.name))
    low, high = (fixed(bound, CORRELATION_DECIMALS) for bound in (related.lower, related.upper))
    text = f"with {name} ({percent(level)} interval {low} to {high})"
    if related.lower > 0 or related.upper < 0:
        word = "higher" if related.value > 0 else "lower"
        text += f": {word} for {nouns.groups} with more of it"
    return f"r = {fixed(related.value, CORRELATION_DECIMALS)}", text


def selected_words(number: int, nouns: Nouns) -> str:
    """Return how many groups are selected: ``12 selected persons``."""
    return f"{number:,} selected {nouns.group if number == 1 else nouns.groups}"


def multiples_words(view: GroupView, nouns: Nouns, shown: int, selected: int) -> str:
    """Return how to read the small multiples."""
    line = f"this {nouns.group}" if view.shrunken else f"this {nouns.group} by itself"
    text = f"each dot is a {nouns.row}; solid line: {line}; dotted line: average {nouns.group}"
    return f"the first {shown:,} are drawn; {text}" if selected > shown else text
