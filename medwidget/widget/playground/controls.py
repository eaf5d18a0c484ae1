"""The controls of the playground as they cross to the page."""

from __future__ import annotations

from medwidget.studies.teaching.settings import RANGES, Range, Settings
from medwidget.studies.teaching.stories import STORIES
from medwidget.views.text.numbers import fixed
from medwidget.views.text.spans import plain
from medwidget.widget.history import History
from medwidget.widget.panes.parts import spans
from medwidget.widget.playground.shapes import Controls, Slider
from medwidget.widget.playground.state import CENTERINGS, State
from medwidget.widget.playground.words import labelled

__all__ = ["controls", "spoken"]

# Not needed for a first look: folded away until a story or the reader uses one of them.
SECONDARY = {"unequal", "reliability", "direct_within", "direct_between"} | {
    item.name for item in RANGES.values() if item.part == "slopes"
}
USUAL = Settings()


def spoken(name: str) -> str:
    """Return the label of a setting as plain text."""
    return plain(labelled(RANGES[name].label))


def controls(history: History[State], turn: int) -> Controls:
    """Return what has been set, and what may be.

    Parameters
    ----------
    history : History
    turn : int
        Of the last gesture that is part of it.
    """
    state = history.state
    return {
        "turn": turn,
        "sliders": [_slider(item, state.settings) for item in RANGES.values()],
        "stories": [{"value": item.name, "label": item.title} for item in STORIES.values()],
        "story": state.story,
        "centerings": [{"value": name, "label": label} for name, label in CENTERINGS.items()],
        "centering": state.centering,
        "seed": f"Seed {state.seed}. Same seed, same data.",
        "can_undo": bool(history.undo_label),
        "can_redo": bool(history.redo_label),
        "undo_label": history.undo_label,
        "redo_label": history.redo_label,
    }


def _slider(item: Range, settings: Settings) -> Slider:
    note, reach = "", max(abs(item.least), abs(item.most))
    if item.name == "cov_ab":
        most = settings.most_covariance
        reach = min(most, reach)
        note = (
            "Needs SDs of a and b above 0." if not most else f"With these SDs, ±{fixed(most, 2)}."
        )
    return {
        "name": item.name,
        "label": spans(labelled(item.label)),
        "spoken": spoken(item.name),
        "part": item.part,
        "least": item.least,
        "most": item.most,
        "reach": reach,
        "step": item.step,
        "decimals": 0 if item.whole else 2,
        "value": getattr(settings, item.name),
        "note": note,
        "secondary": item.name in SECONDARY,
        "usual": getattr(settings, item.name) == getattr(USUAL, item.name),
    }
