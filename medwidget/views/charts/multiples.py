"""A few groups side by side: their rows, each group's own line, and the average one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from medwidget.errors import ModelError
from medwidget.studies.group_column import GroupColumn
from medwidget.studies.group_rows import GroupRows, PathPanel, group_rows_of
from medwidget.studies.group_view import group_view
from medwidget.views.charts._cells import Window, padded
from medwidget.views.charts._group_rows import label_of, named_label
from medwidget.views.charts._words import width_of, word
from medwidget.views.charts.picture import Picture
from medwidget.views.text.group_words import effect_words
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.numbers import NOTHING, fixed

if TYPE_CHECKING:
    import altair as alt

    from medwidget.result import MediationResult

__all__ = ["groups", "picture"]

# Panels that fill the width; fewer leave room, and so stay small multiples.
PANELS = 12
FEWEST = 6
CELL = 66  # height of a panel
PITCH = 88  # from one row of panels to the next
TOP = 36  # of the first row: labels stand above
GAP = 0.115  # between panels, in units of panels
DIGITS = 3  # of places across, in units of panels: less than a tenth of a pixel
MARGIN = 118  # pixels left of the panels, for words
LONGEST = 8
LONGEST_NAME = 17


def groups(
    result: MediationResult,
    selected: Sequence[object] | None = None,
    effect: str | None = None,
    *,
    shrink: bool = True,
) -> alt.TopLevelMixin:
    """Draw some groups' rows beside their own lines and the average line.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    selected : sequence, optional
        Labels of at most twelve groups; by default those spread evenly over the effect's order.
    effect : str, optional
        ``indirect`` or a path; by default the first indirect effect.
    shrink : bool
        Lines of the model, or each group's own least squares.
    """
    view = group_view(result, effect, shrink=shrink)
    if selected is None:
        known = view.order("effect")[: view.n_known]
        at = np.linspace(0, max(len(known) - 1, 0), min(PANELS, len(known))).round()
        chosen = [int(known[int(place)]) for place in at]
    else:
        place_of = {label: place for place, label in enumerate(view.labels)}
        absent = [label for label in selected if label not in place_of]
        if absent:
            raise ModelError(f"There is no group {absent[0]!r} in this result.")
        chosen = [place_of[label] for label in selected]
    return picture(group_rows_of(result, view, chosen)).chart()


def picture(
    rows: GroupRows,
    column: GroupColumn | None = None,
    *,
    nouns: tuple[str, str] = ("group", "groups"),
    rows_called: str = "rows",
) -> Picture:
    """Return small multiples.

    Parameters
    ----------
    rows : GroupRows
    column : GroupColumn, optional
        Whose step marks each group.
    nouns : tuple of str
        What one group and several are called.
    rows_called : str
        What rows are called.
    """
    places = max(len(rows.positions), FEWEST)
    data: dict[str, list[dict[str, Any]]] = {
        "frame": [{"x": 0.0}, {"x": float(places)}],
        **{name: [] for name in ("cells", "dots", "average", "own", "ramp", "words", "side")},
    }
    for number, panel in enumerate(rows.panels):
        _draw(panel, TOP + number * PITCH, data)
        data["side"] += _side(panel, TOP + number * PITCH, nouns[0])
    _titles(rows, column, data)
    paths = [effect_words(path) for path in rows.view.paths]
    about = (
        f"{len(rows.positions)} {nouns[0] if len(rows.positions) == 1 else nouns[1]}, each with "
        f"its {rows_called}, its own line and the average line, for {' and '.join(paths)}."
    )
    columns = (nouns[0], rows.view.effect, *paths, rows_called)
    height = TOP + (len(rows.panels) - 1) * PITCH + CELL + 16
    from medwidget.views.charts._group_specs import multiples_spec

    spec = multiples_spec(rows.view.level, height, MARGIN)
    return Picture("groups", spec, data, about, columns, _table(rows))


def _draw(panel: PathPanel, top: float, data: dict[str, list[dict[str, Any]]]) -> None:
    """Add one row of panels, which share their axes."""
    x = padded(np.concatenate([dots.x for dots in panel.groups] or [np.zeros(0)]))
    y = padded(np.concatenate([dots.y for dots in panel.groups] or [np.zeros(0)]))
    for place, dots in enumerate(panel.groups):
        window = Window(place + GAP / 2, place + 1 - GAP / 2, top, top + CELL, x, y, DIGITS)
        data["cells"].append(window.box())
        data["dots"] += window.dots(dots.x, dots.y)
        if np.isfinite(panel.average):
            data["average"] += window.line(panel.average, *x)
        known = np.isfinite(dots.slope)
        if known and len(dots.x):
            data["own"] += window.line(dots.slope, float(dots.x.min()), float(dots.x.max()))
        shown = fixed(dots.slope, 2) if known else NOTHING
        data["words"].append(_at(place + 0.5, top + CELL + 12, shown, "value"))


def _at(x: float, y: float, text: str, style: str, shift: float = 0.0) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "style": style, "shift": shift}


def _titles(
    rows: GroupRows, column: GroupColumn | None, data: dict[str, list[dict[str, Any]]]
) -> None:
    """Add above each column of panels the group's label, its effect, and its step of the ramp."""
    view = rows.view
    for place, position in enumerate(rows.positions):
        label = named_label(view.group, view.labels[position], LONGEST)
        estimate = float(view.estimate[position])
        value = fixed(estimate, 2) if np.isfinite(estimate) else NOTHING
        # one above the other: beside each other they do not fit a narrow page
        data["words"] += [
            _at(place + 0.5, 8, label, "label"),
            _at(place + 0.5, 23, value, "effect"),
        ]
        if column is not None:
            step = int(column.step[position])
            # left of the effect, whatever the width of the panels
            left = -width_of([value], 12.0) / 2.0 - 10.0
            data["words"][-1]["shift"] = 5.0
            data["ramp"].append({"x": place + 0.5, "y": 23.0, "color": step, "shift": left + 5.0})


def _side(panel: PathPanel, top: float, noun: str) -> list[dict[str, Any]]:
    """Return what stands left of a row of panels: which response on which predictor."""
    target, source = (
        shortened(visible(name), LONGEST_NAME) for name in (panel.target, panel.source)
    )
    letter = effect_words(panel.path)
    return [
        word(-MARGIN, top + 13, target, "name"),
        word(-MARGIN, top + 29, f"on {source}", "note"),
        word(-MARGIN, top + 50, shortened(letter, LONGEST_NAME), "letter"),
        word(-MARGIN + 4 + width_of([letter], 12.0), top + 50, f"of each {noun}", "note"),
    ]


def _table(rows: GroupRows) -> tuple[tuple[str, ...], ...]:
    found = []
    for place, position in enumerate(rows.positions):
        slopes = [panel.groups[place].slope for panel in rows.panels]
        numbers = [float(rows.view.estimate[position]), *slopes]
        shown = [fixed(value, 3) if np.isfinite(value) else NOTHING for value in numbers]
        label = label_of(rows.view.labels[position])
        found.append((label, *shown, f"{rows.view.n_rows[position]:,}"))
    return tuple(found)
