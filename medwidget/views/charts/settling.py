"""How the limits of an interval settle while samples are still to come."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from medwidget.views.charts._words import level_of_effect
from medwidget.views.charts.picture import Picture, Row
from medwidget.views.text.numbers import style_of

__all__ = ["picture"]

HEIGHT = 150
# Points drawn; of more, as many evenly spaced ones, the last included.
MOST_POINTS = 200
# Share of the width that words need.
ROOM = 0.45
# Room above the limits for words that stand at the top, as a share of what they span.
HEADROOM = 0.28
# Standard errors between the limits of a 95% interval, for the digits worth reading.
WIDTH_IN_ERRORS = 3.92


def picture(
    effect: str,
    samples: Sequence[int],
    lower: Sequence[float],
    estimate: Sequence[float],
    upper: Sequence[float],
    *,
    total: int,
    level: str = "",
) -> Picture:
    """Return the limits so far against the number of samples.

    Parameters
    ----------
    effect : str
        Name of the effect; its ending says its level, unless ``level`` does.
    samples : sequence of int
        Samples done, increasing.
    lower, estimate, upper : sequences of float
        At each of them.
    total : int
        Samples to be drawn.
    level : str, optional
        "within", "between", "cross-level" or "conflated".
    """
    points: list[Row] = [
        {"samples": int(done), "lower": float(low), "estimate": float(middle), "upper": float(high)}
        for done, low, middle, high in zip(samples, lower, estimate, upper, strict=True)
        if isfinite(low) and isfinite(middle) and isfinite(high)
    ]
    step = max(1, -(-len(points) // MOST_POINTS))
    points = points[::-1][::step][::-1]
    done = int(points[-1]["samples"]) if points else 0
    data: dict[str, list[Row]] = {
        "points": points,
        "frame": [{"samples": 0, "total": total, "top": _top(points)}],
        "coming": _coming(done, total),
        "ends": _ends(points),
    }
    about = f"Limits of the interval after {done:,} of {total:,} samples."
    shown = style_of(points[-1]["estimate"] if points else None)
    rows = tuple(
        (f"{point['samples']:,}", *(shown(point[name]) for name in ("lower", "estimate", "upper")))
        for point in points
    )
    from medwidget.views.charts._panel_specs import settling_spec

    spec = settling_spec(level or level_of_effect(effect), HEIGHT)
    return Picture("settling", spec, data, about, ("samples", "lower", "estimate", "upper"), rows)


def _coming(done: int, total: int) -> list[Row]:
    """Return the stretch of samples not yet drawn, named where there is room."""
    if done >= total:
        return []
    words = "still to come" if total - done > ROOM * total else ""
    return [{"from": done, "to": total, "text": words}]


def _top(points: Sequence[Row]) -> float | None:
    """Return where the axis of values ends, so that no line or limit lies beside the words."""
    if not points:
        return None
    high = max(point["upper"] for point in points)
    low = min(point["lower"] for point in points)
    return float(high + HEADROOM * (high - low))


def _ends(points: Sequence[Row]) -> list[Row]:
    """Return the words at the right ends of the three lines."""
    if not points:
        return []
    last = points[-1]
    limits = (last["lower"], last["upper"])
    shown = style_of(last["estimate"], (limits[1] - limits[0]) / WIDTH_IN_ERRORS, limits)
    return [
        {
            "samples": last["samples"],
            "value": last[name],
            "text": f"{name} {shown(last[name])}",
            "style": "estimate" if name == "estimate" else "limit",
        }
        for name in ("upper", "estimate", "lower")
    ]
