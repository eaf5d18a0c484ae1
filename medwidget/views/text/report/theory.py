"""Theory notes on the paths of a model."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.views.text.names import visible
from medwidget.views.text.report.voice import DIRECT, Voice

__all__ = ["theory_points"]

STANDINGS = {
    "testable": "The author holds it to be testable with data like these.",
    "speculative": "The author holds it to be speculative.",
}


def theory_points(voice: Voice) -> tuple[tuple[str, str], ...]:
    """Return a point for each path of the model that has a note, in the order of the paths."""
    return tuple(_points(voice))


def _points(voice: Voice) -> Iterator[tuple[str, str]]:
    notes = {(note.source, note.target): note for note in voice.choices.notes}
    for path, ends in voice.result.model.paths.items():
        note = notes.get(ends)
        if note is None:
            continue
        letter, bracket, rest = path.partition("[")
        symbol = DIRECT if letter == "direct" else f"{letter}{bracket}{voice.names.within(rest)}"
        title = f"{voice.names(ends[0])} → {voice.names(ends[1])} ({symbol})"
        told = []
        if note.construct:
            told.append(_sentence(note.construct))
        if note.mechanism:
            told.append(f"Mechanism: {_sentence(note.mechanism)}")
        if note.standing:
            told.append(STANDINGS[note.standing])
        yield title, " ".join(told)


def _sentence(text: str) -> str:
    shown = visible(text)
    return shown if shown.endswith((".", "!", "?", "…")) else f"{shown}."
