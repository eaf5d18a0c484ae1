"""How a path differs over groups: the fitted normal curve, and where each group lies."""

from __future__ import annotations

from typing import Any

import numpy as np

from medwidget.studies.slope_spread import SlopeSpread
from medwidget.views.charts.picture import Picture
from medwidget.views.text.group_words import effect_words
from medwidget.views.text.numbers import fixed

__all__ = ["picture"]

# Points of the curve, and how many SDs it reaches.
POINTS = 61
REACH = 3.0
# Groups drawn one by one; of more, as many at evenly spaced ranks.
MOST_GROUPS = 200


def picture(
    spread: SlopeSpread,
    *,
    level: str = "within",
    nouns: tuple[str, str] = ("group", "groups"),
) -> Picture:
    """Return the hump of a popover: density over groups, a tick for each group, and zero.

    Parameters
    ----------
    spread : SlopeSpread
    level : {"within", "conflated"}
        Of the path, for the marker of its mean.
    nouns : tuple of str
        What one group and several are called.
    """
    groups = np.sort(spread.groups[np.isfinite(spread.groups)])
    if len(groups) > MOST_GROUPS:
        groups = groups[np.linspace(0, len(groups) - 1, MOST_GROUPS).round().astype(int)]
    data = {
        "curve": _curve(spread),
        "groups": [{"x": float(value)} for value in groups],
        "mean": [{"x": spread.mean}],
        "zero": [{"x": 0.0, "text": "0"}],
    }
    path = effect_words(spread.path)
    style = [fixed(value, 2) for value in (spread.mean, spread.sd)]
    about = (
        f"{path} over {nouns[1]}: mean {style[0]}, SD {style[1]}, "
        f"{spread.n_positive:,} of {len(spread.groups):,} above 0."
    )
    rows = (
        ("mean", fixed(spread.mean, 3)),
        ("SD", fixed(spread.sd, 3)),
        *(
            (f"{share:.0%} of {nouns[1]} below", fixed(value, 3))
            for share, value in _deciles(spread)
        ),
    )
    from medwidget.views.charts._panel_specs import spread_spec

    return Picture("spread", spread_spec(level), data, about, ("", path), rows)


def _curve(spread: SlopeSpread) -> list[dict[str, Any]]:
    """Return the normal curve; of an SD of 0 there is none."""
    if not spread.sd > 0:
        return []
    steps = np.linspace(-REACH, REACH, POINTS)
    return [
        {"x": float(spread.mean + step * spread.sd), "density": float(np.exp(-0.5 * step**2))}
        for step in steps
    ]


def _deciles(spread: SlopeSpread) -> list[tuple[float, float]]:
    known = spread.groups[np.isfinite(spread.groups)]
    return [(share, float(np.quantile(known, share))) for share in (0.1, 0.25, 0.5, 0.75, 0.9)]
