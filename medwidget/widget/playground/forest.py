"""Estimates beside the truth: under the centring that is looked at, and a row for each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medwidget.studies.teaching.one_level import OneLevel
from medwidget.studies.teaching.settings import truth
from medwidget.views.text.numbers import NOTHING, SENTENCE_DECIMALS, fixed
from medwidget.widget.messages import Side
from medwidget.widget.playground.fits import Fitted
from medwidget.widget.playground.shapes import Line, Mark
from medwidget.widget.playground.state import State

__all__ = ["domain", "forest_lines"]

LEVELS: tuple[tuple[str, Side, str], ...] = (
    ("indirect_within", "within", "Indirect, within"),
    ("indirect_between", "between", "Indirect, between"),
    ("contextual_difference", "cross-level", "Contextual difference"),
)
TITLES = {
    "group-mean": ("Group means", "within, then between"),
    "latent": ("Latent means", "within, then between"),
    "none": ("Not centred", "or at the grand mean"),
}
# The picture reaches at least from -LEAST to LEAST, and no further than MOST.
LEAST, MOST = 0.3, 2.0
STEPS = (0.1, 0.2, 0.5, 1.0)


def forest_lines(state: State, fits: Mapping[str, Fitted], one: OneLevel) -> list[Line]:
    """Return the rows of the forest.

    Parameters
    ----------
    state : State
    fits : mapping of str to Fitted
        The latest of each centring, which may belong to an earlier state.
    one : OneLevel
        The analysis that ignores groups.
    """
    return [*_chosen(state, fits), *_every(state, fits, one)]


def _chosen(state: State, fits: Mapping[str, Fitted]) -> Iterator[Line]:
    true, found = truth(state.settings), fits.get(state.centering)
    stale = found is None or found.state.data_key != state.data_key
    if state.centering == "none":
        mark = _mark(found, "indirect", "conflated", None)
        yield _line("indirect", "Indirect", "levels are mixed in it", [mark], stale=stale)
        for name, side, label in LEVELS[:2]:
            mark = _mark(None, name, side, true[name])
            yield _line(name, label, "cannot be told without centring", [mark], stale=False)
        return
    for name, side, label in LEVELS:
        about = {
            "indirect_within": "ab + cov(a, b)" if state.settings.most_covariance else "a × b",
            "indirect_between": "a × b",
            "contextual_difference": "between less within",
        }[name]
        yield _line(name, label, about, [_mark(found, name, side, true[name])], stale=stale)


def _every(state: State, fits: Mapping[str, Fitted], one: OneLevel) -> Iterator[Line]:
    true = truth(state.settings)
    for place, (centering, (label, about)) in enumerate(TITLES.items()):
        found = fits.get(centering)
        if centering == "none":
            marks = [_mark(found, "indirect", "conflated", None)]
        else:
            marks = [_mark(found, name, side, true[name]) for name, side, _ in LEVELS[:2]]
        why = "" if found is None else found.error
        stale = found is None or found.state.data_key != state.data_key
        yield _line(centering, label, why or about, marks, gap=place == 0, stale=stale)
    mark = _made(one.estimate, one.lower, one.upper, "conflated", None)
    yield _line("one-level", "Ignoring groups", "one-level mediation", [mark])


def _line(
    name: str, label: str, about: str, marks: list[Mark], *, gap: bool = False, stale: bool = False
) -> Line:
    return {
        "name": name,
        "label": label,
        "about": about,
        "marks": marks,
        "gap": gap,
        "stale": stale,
    }


def _mark(found: Fitted | None, name: str, side: Side, true: float | None) -> Mark:
    row = None if found is None else found.row(name)
    if row is None:
        return _made(None, None, None, side, true)
    return _made(row.estimate, row.lower, row.upper, side, true)


def _made(
    estimate: float | None,
    lower: float | None,
    upper: float | None,
    side: Side,
    true: float | None,
) -> Mark:
    text, filled = NOTHING, False
    if lower is not None and upper is not None:
        filled = not lower <= 0 <= upper
        text = f"[{_written(lower)}, {_written(upper)}]"
    return {
        "side": side,
        "estimate": estimate,
        "lower": lower,
        "upper": upper,
        "truth": true,
        "filled": filled,
        "estimate_text": _written(estimate),
        "interval_text": text,
        "truth_text": _written(true),
    }


def _written(value: float | None) -> str:
    return NOTHING if value is None else fixed(value, SENTENCE_DECIMALS)


def domain(lines: list[Line]) -> list[float]:
    """Return where the scale of the forest begins and ends, and the step of its ticks."""
    values = [0.0]
    for mark in (mark for line in lines for mark in line["marks"]):
        for value in (mark["estimate"], mark["lower"], mark["upper"], mark["truth"]):
            if value is not None:
                values.append(min(max(value, -MOST), MOST))
    low, high = min(*values, -LEAST) * 1.04, max(*values, LEAST) * 1.04
    step = next((item for item in STEPS if (high - low) / item <= 8), STEPS[-1])
    return [round(low, 3), round(high, 3), step]
