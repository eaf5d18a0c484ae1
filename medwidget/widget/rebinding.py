"""How another data frame, and its result, differ from those of a saved session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medwidget.result import MediationResult
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.numbers import style_of
from medwidget.widget.saved import DataFacts, Saved

__all__ = ["differences"]

# Columns that a sentence names before it counts the rest.
MOST_NAMED = 6


def differences(
    saved: Saved, now: DataFacts, result: MediationResult | None = None
) -> tuple[str, ...]:
    """Say how the data and the numbers differ from those of a saved session, a sentence each.

    Parameters
    ----------
    saved : Saved
    now : DataFacts
        Of the data frame that the session is bound to.
    result : MediationResult, optional
        The new one.
    """
    told = [*_columns_told(saved, now), *_sizes_told(saved, now)]
    if result is not None:
        told += _effects_told(saved, result)
    return tuple(told)


def _columns_told(saved: Saved, now: DataFacts) -> Iterator[str]:
    before = saved.data
    there = set(now.columns)
    needed = [name for name in saved.state.draft.columns if name not in there]
    if needed:
        verb = "is" if len(needed) == 1 else "are"
        yield f"{_listed(needed)} {verb} not in these data, so the roles they held are free."
    held = set(needed)
    gone = [name for name in before.columns if name not in there and name not in held]
    if gone:
        yield f"No longer in the data, and not used: {_listed(gone)}."
    new = [name for name in now.columns if name not in set(before.columns)]
    if new:
        yield f"New in the data: {_listed(new)}."
    for name, kind in before.kinds.items():
        if name in now.kinds and now.kinds[name] != kind:
            yield f"{_shown(name)} was {_kind(kind)} and is {_kind(now.kinds[name])} now."
    for name, level in before.levels.items():
        if name in now.levels and now.levels[name] != level:
            yield f"{_shown(name)} was {level}-level and is {now.levels[name]}-level now."


def _sizes_told(saved: Saved, now: DataFacts) -> Iterator[str]:
    before, nouns = saved.data, saved.nouns
    if now.n_rows != before.n_rows:
        yield f"{now.n_rows:,} rows now, {before.n_rows:,} before."
    if now.n_groups and before.n_groups and now.n_groups != before.n_groups:
        yield f"{nouns.of_groups(now.n_groups)} now, {before.n_groups:,} before."


def _effects_told(saved: Saved, result: MediationResult) -> Iterator[str]:
    rows = {row.name: row for row in result.effect_rows}
    for name, (label, estimate, lower, upper) in saved.effects.items():
        row = rows.get(name)
        if row is None or row.estimate is None:
            yield f"{label} has no number now."
            continue
        style = style_of(row.estimate, row.se, (row.lower, row.upper))
        now = _numbers(style, row.estimate, row.lower, row.upper)
        then = _numbers(style, estimate, lower, upper)
        if now != then:
            yield f"{label}: {now} now, {then} before."


def _numbers(style: Any, estimate: float | None, lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return str(style(estimate))
    return f"{style(estimate)} [{style(lower)}, {style(upper)}]"


def _kind(kind: str) -> str:
    return {"categorical": "text", "number-as-text": "numbers stored as text"}.get(kind, kind)


def _shown(name: str) -> str:
    return shortened(visible(name))


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(_shown(name) for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more:,} more" if more > 0 else shown
