"""The rows of a specification curve that has a column for each specification."""

from __future__ import annotations

import math
from collections.abc import Sequence

from medwidget.views.charts._specification_rows import (
    CRITERIA,
    NONE,
    Column,
    Setting,
    common_style,
    middle,
    ticks,
)
from medwidget.views.charts._words import width_of, word
from medwidget.views.charts.picture import Row
from medwidget.views.text.numbers import fixed

__all__ = ["MOST_LEFT", "MOST_PRINTED", "columns_data"]

# Heights in pixels: above the curve, of the curve, below it; of a row of fit and of a setting;
# between blocks.
HEAD, CURVE, FOOT = 28, 170, 18
FIT_ROW, ROW, GAP = 19, 18, 9
# Space for the labels at the left.
LEAST_LEFT, MOST_LEFT, MARGIN = 150, 270, 14
# With more specifications than this their differences of fit are drawn, not printed.
MOST_PRINTED = 36
# Share of a column that the band of the current specification fills.
BAND = 0.92
# Share of the curve's width that the label of the median takes.
MEDIAN_SHARE = 0.16
# What stands in a column without a number.
SIGNS = {"failed": "×", "without": "–"}


class _Scale:
    """From an estimate to pixels from the top."""

    def __init__(self, columns: Sequence[Column]) -> None:
        ends = [0.0]
        for item in columns:
            if item.row is not None:
                bounds = (item.row.lower, item.estimate, item.row.upper)
                ends += [value for value in bounds if value is not None and math.isfinite(value)]
        self.low, self.high = min(ends), max(ends)
        if self.low == self.high:
            self.low, self.high = self.low - 1.0, self.high + 1.0

    def __call__(self, value: float) -> float:
        return round(HEAD + CURVE * (self.high - value) / (self.high - self.low), 2)


def columns_data(
    columns: Sequence[Column],
    settings: Sequence[Setting],
    title: tuple[str, str],
    side: str,
    current: int,
) -> tuple[dict[str, list[Row]], int, int]:
    """Return the data sets, the height of the chart, and the space at its left."""
    scale = _Scale(columns)
    left = _left(settings)
    marks, decimals = ticks(scale.low, scale.high)
    grid = [{"y": scale(value), "zero": abs(value) < 1e-12} for value in marks]
    words = [
        word(0, HEAD + 2, title[0], "title"),
        word(0, HEAD + 18, title[1], f"side {side}"),
        *(word(left - MARGIN, scale(value), _tick(value, decimals), "tick") for value in marks),
    ]
    fit, top = _fits(columns, HEAD + CURVE + FOOT, left, words)
    dots, stripes, bottom = _matrix(columns, settings, top, left, current, words)
    across = _places(len(columns))
    data: dict[str, list[Row]] = {
        "grid": grid,
        "median": _median(columns, scale),
        "stripes": stripes,
        "hits": _hits(columns, across, bottom),
        "curve": _curve(columns, across, scale, side, current),
        "fits": fit,
        "dots": [{**row, "side": side} for row in dots],
        "words": words,
        "current": [
            {"x": x, "x2": x2, "middle": at, "y": 0, "y2": bottom, "side": side, "text": "current"}
            for item, (x, at, x2) in zip(columns, across, strict=True)
            if item.cell == current
        ],
    }
    return data, bottom, left


def _tick(value: float, decimals: int) -> str:
    return "0" if abs(value) < 1e-12 else fixed(value, decimals)


def _left(settings: Sequence[Setting]) -> int:
    widest = max((_label_width(item) for item in settings), default=0.0)
    return int(min(max(widest + MARGIN, LEAST_LEFT), MOST_LEFT))


def _label_width(item: Setting) -> float:
    longest = max(width_of([item.words(value)], 12) for value in item.values)
    return width_of([item.label], 12) + 16 + longest


def _places(count: int) -> list[tuple[float, float, float]]:
    """Return left, middle and right of each column, as shares of the width of all."""
    half = BAND / 2
    return [
        (
            round((place + 0.5 - half) / count, 5),
            round((place + 0.5) / count, 5),
            round((place + 0.5 + half) / count, 5),
        )
        for place in range(count)
    ]


def _median(columns: Sequence[Column], scale: _Scale) -> list[Row]:
    """Return the line in the middle, and its label where no interval is in the way."""
    value = middle(columns)
    if value is None:
        return []
    y = scale(value)
    reach = max(1, round(MEDIAN_SHARE * len(columns)))
    places = [
        (right, shift)
        for right in (False, True)
        for shift in (-9, 9)
        if _is_free(columns[-reach:] if right else columns[:reach], scale, y + shift)
    ]
    right, shift = places[0] if places else (False, -9)
    text = f"median {common_style(columns)(value)}"
    return [{"y": y, "py": y + shift, "right": right, "text": text}]


def _is_free(columns: Sequence[Column], scale: _Scale, y: float) -> bool:
    """Return whether no interval or point comes near a height."""
    for item in columns:
        if item.row is None:
            continue
        ends = [item.row.lower, item.estimate, item.row.upper]
        heights = [scale(value) for value in ends if value is not None]
        if min(heights) - 9 < y < max(heights) + 9:
            return False
    return True


def _curve(
    columns: Sequence[Column],
    across: Sequence[tuple[float, float, float]],
    scale: _Scale,
    side: str,
    current: int,
) -> list[Row]:
    rows = []
    for item, (_, x, _) in zip(columns, across, strict=True):
        row = item.row
        bounds = (None, None) if row is None else (row.lower, row.upper)
        lower, upper = (None if value is None else scale(value) for value in bounds)
        rows.append(
            {
                "cell": item.cell,
                "x": x,
                "side": side,
                "current": item.cell == current,
                "clear": item.excludes_zero,
                "sign": SIGNS.get(item.state, ""),
                "y": scale(item.estimate) if row is not None else scale(0.0),
                "known": row is not None,
                "lower": lower,
                "upper": upper,
            }
        )
    return rows


def _hits(
    columns: Sequence[Column], across: Sequence[tuple[float, float, float]], bottom: int
) -> list[Row]:
    return [
        {"cell": item.cell, "x": x, "x2": x2, "y": 0, "y2": bottom}
        for item, (x, _, x2) in zip(columns, across, strict=True)
    ]


def _fits(
    columns: Sequence[Column], top: int, left: int, words: list[Row]
) -> tuple[list[Row], int]:
    """Return the rows of fit, and where the next block begins; their labels go to the words."""
    printed = len(columns) <= MOST_PRINTED
    across = _places(len(columns))
    rows: list[Row] = []
    for place, name in enumerate(CRITERIA):
        y = top + FIT_ROW * place + FIT_ROW / 2
        label = f"Δ{name.upper()}"
        words.append(word(left - MARGIN, y, label if printed else f"{label} up to 2", "value"))
        for item, (_, x, _) in zip(columns, across, strict=True):
            close, text = item.close()[place], item.delta_texts()[place]
            shown = text if printed else ("●" if close else "·")
            rows.append({"x": x, "y": y, "text": shown, "close": close, "printed": printed})
    words.append(word(0, top + FIT_ROW / 2, "Fit", "group"))
    return rows, top + FIT_ROW * len(CRITERIA) + GAP


def _matrix(
    columns: Sequence[Column],
    settings: Sequence[Setting],
    top: int,
    left: int,
    current: int,
    words: list[Row],
) -> tuple[list[Row], list[Row], int]:
    """Return the dots, the stripes behind them, and the lower end; labels go to the words."""
    dots, stripes = [], []
    across = _places(len(columns))
    for item in settings:
        words.append(word(0, top + ROW / 2, item.label, "group"))
        for place, value in enumerate(item.values):
            y = top + ROW / 2
            words.append(word(left - MARGIN, y, item.words(value), _value_style(item.name, value)))
            if place % 2 == 0:
                stripes.append({"y": top, "y2": top + ROW})
            dots += [
                {
                    "x": x,
                    "y": y,
                    "on": column.settings[item.name] == value,
                    "current": column.cell == current,
                    "faint": column.row is None,
                }
                for column, (_, x, _) in zip(columns, across, strict=True)
            ]
            top += ROW
        top += GAP
    return dots, stripes, top


def _value_style(name: str, value: str) -> str:
    return "slopes" if name == "random_slopes" and value != NONE else "value"
