"""Pieces that several panes are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from medwidget.result import EffectRow, MediationResult
from medwidget.views.charts.picture import Picture
from medwidget.views.text.numbers import Style, bracketed, percent, style_of
from medwidget.views.text.spans import Span
from medwidget.views.text.words import INTERVALS
from medwidget.widget import messages

__all__ = [
    "chart",
    "control",
    "estimate_text",
    "interval_label",
    "interval_text",
    "method_words",
    "spans",
]

SAMPLES = {"monte-carlo": "draws", "bootstrap": "samples"}


def spans(pieces: Iterable[Span]) -> list[messages.Span]:
    """Return the pieces of a sentence as they cross to the page."""
    return [
        {
            "text": piece.text,
            "side": side(piece.side),
            "strong": piece.strong,
            "italic": piece.italic,
            "key": piece.key,
        }
        for piece in pieces
    ]


def side(level: str) -> messages.Side:
    """Return the side of a level; empty for one that has no colour."""
    sides: dict[str, messages.Side] = {
        "within": "within",
        "between": "between",
        "cross-level": "cross-level",
        "conflated": "conflated",
    }
    return sides.get(level, "")


def estimate_text(row: EffectRow) -> str:
    """Return an estimate with the decimals that it has in a table."""
    return style_of(row.estimate, row.se, (row.lower, row.upper))(row.estimate)


def interval_text(row: EffectRow, style: Style | None = None) -> str:
    """Return the interval of a row: ``[0.035, 0.079]``; a dash where there is none."""
    written = style or style_of(row.estimate, row.se, (row.lower, row.upper))
    return bracketed(written, row.lower, row.upper)


def interval_label(result: MediationResult) -> str:
    """Return the heading of a column of intervals."""
    if result.settings["interval"] is None:
        return "No intervals"
    return f"{percent(result.settings['level'])} interval"


def method_words(result: MediationResult) -> str:
    """Return how the intervals were made: ``Monte Carlo, 20,000 draws, seed 1``."""
    settings = result.settings
    name, options = settings["interval"], settings["interval_options"]
    if name is None:
        return "No intervals were asked for"
    words = str(INTERVALS.get(name, name))
    if name == "bootstrap":
        words = f"{str(options.get('kind', '')).capitalize()} bootstrap".strip()
    said = [words[:1].upper() + words[1:]]
    wanted, done = options.get("samples"), options.get("attempted")
    if wanted is not None and done and done < wanted:
        said.append(f"{done:,} of {wanted:,} {SAMPLES.get(name, 'samples')}")
    elif wanted is not None:
        said.append(f"{wanted:,} {SAMPLES.get(name, 'samples')}")
    if options.get("failed"):
        said.append(f"{options['failed']:,} without a fit left out")
    if options.get("order") == 2:
        said.append("second order")
    if wanted is not None:
        said.append(f"seed {settings['seed']}")
    return ", ".join(said)


def chart(picture: Picture, *, packed: bool = False) -> messages.Chart:
    """Return a picture as the page takes it.

    Parameters
    ----------
    picture : Picture
    packed : bool
        With each data set by column, so that the names of its fields cross once.
    """
    wire = cast("messages.Chart", picture.wire())
    if not packed:
        return wire
    sets = {
        name: {field: [row[field] for row in rows] for field in (rows[0] if rows else ())}
        for name, rows in picture.data.items()
    }
    return {**wire, "data": {}, "packed": sets}


def control(
    name: str,
    label: str,
    value: str,
    choices: Sequence[tuple[str, str]],
    *,
    menu: bool = False,
    about: str = "",
) -> messages.Control:
    """Return a control of a tab from its values and their labels."""
    return {
        "name": name,
        "label": label,
        "form": "menu" if menu else "segments",
        "value": value,
        "choices": [
            {"value": item, "label": words, "help": "", "refusal": ""} for item, words in choices
        ],
        "help": about,
    }
