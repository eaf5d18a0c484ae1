"""The Effects tab: one sentence, the arithmetic, the table and the forest."""

from __future__ import annotations

from collections.abc import Mapping

from medwidget.result import EffectRow, MediationResult
from medwidget.views.charts import effects
from medwidget.views.charts.picture import Picture
from medwidget.views.text.effect_lines import EffectLabel, effect_labels
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import NOTHING
from medwidget.views.text.spans import plain
from medwidget.views.text.told import absence_words, formula_spans, note_texts, reading_spans
from medwidget.views.text.words import all_names
from medwidget.widget import messages
from medwidget.widget.panes.parts import (
    chart,
    estimate_text,
    interval_label,
    interval_text,
    method_words,
    side,
    spans,
)

__all__ = ["STALE", "answer_pane"]

STALE = "Result before the last change. These numbers do not describe the model above."


def answer_pane(
    result: MediationResult,
    nouns: Nouns,
    revision: int,
    *,
    beside: Mapping[str, tuple[float, float]] | None = None,
    settling: Picture | None = None,
) -> messages.Answer:
    """Return what the Effects tab shows of a result.

    Parameters
    ----------
    result : MediationResult
    nouns : Nouns
        What a group and a row are called.
    revision : int
        Of the draft that the result belongs to.
    beside : mapping of str to (float, float), optional
        While an interval is being made: those of the one before, drawn below, by effect.
    settling : Picture, optional
        How the limits settle while a bootstrap runs.
    """
    names = all_names(result)
    reading = reading_spans(result, nouns, names)
    running = beside is not None or settling is not None
    return {
        "revision": revision,
        "stale": False,
        "stale_words": "",
        "reading": spans(reading),
        "formula": spans(formula_spans(result, nouns, names)),
        "notes": [*note_texts(result, nouns, names), *(_running_notes(result) if running else ())],
        "interval_label": interval_label(result),
        "method": method_words(result),
        "effects": [
            _line(item, result, nouns, names) for item in effect_labels(result, nouns, names)
        ],
        "forest": chart(effects.picture(result, compact=True, beside=beside, nouns=nouns)),
        "settling": None if settling is None else chart(settling),
        "sentence": plain(reading),
    }


def _running_notes(result: MediationResult) -> tuple[str, ...]:
    """Say what the two buttons beside the progress of a bootstrap do."""
    done = result.settings["interval_options"].get("attempted")
    if result.settings["interval"] != "bootstrap" or not done:
        return ()
    kept = "sample" if done == 1 else f"{done:,} samples"
    return (
        f"Stopping keeps the {kept}, and the report says so; cancelling returns to the Monte "
        f"Carlo interval.",
    )


def _line(
    item: EffectLabel, result: MediationResult, nouns: Nouns, names: Names
) -> messages.EffectLine:
    row = item.row
    return {
        "name": row.name,
        "side": side(row.level),
        "label": item.label,
        "about": item.about,
        "estimate": estimate_text(row),
        "interval": interval_text(row) if row.estimate is not None else NOTHING,
        "reason": _reason(row, result, nouns, names),
        "definition": names.within(row.definition) if row.estimate is not None else "",
        "gap": item.gap,
        "more": item.more,
    }


def _reason(row: EffectRow, result: MediationResult, nouns: Nouns, names: Names) -> str:
    """Return why there is no number or no interval; empty where there are both."""
    if not row.reason:
        return ""
    text = absence_words(row.reason, result, nouns, names)
    return f"{text}." if row.estimate is None else f"no interval: {text}."
