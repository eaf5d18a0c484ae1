"""Residuals and random effects against normal quantiles; the likelihood of an SD over groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medwidget.studies.residuals import Quantiles, residual_quantiles
from medwidget.studies.sd_profile import SdProfile
from medwidget.views.charts._cells import Window, padded
from medwidget.views.charts.picture import Picture, Row
from medwidget.views.text.group_words import effect_words
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.numbers import count, fixed, percent

if TYPE_CHECKING:
    import altair as alt

    from medwidget.result import MediationResult

__all__ = ["diagnostics", "likelihood", "picture"]

# Panels beside each other; more go below them.
ACROSS = 2
CELL = 128
PITCH = 160  # from one row of panels to the next
GAP = 0.08  # at either side of a panel, in units of panels
LONGEST_NAME = 24
LIKELIHOOD_HEIGHT = 128
# Log-likelihood is drawn down to this many times the cut-off.
DEEPEST = 1.9
# Where along x the upper limit lies at most.
CROSSING_AT = 0.72


def diagnostics(result: MediationResult) -> alt.TopLevelMixin:
    """Draw residuals and random effects against normal quantiles.

    Parameters
    ----------
    result : MediationResult
        Just fitted.
    """
    return picture(residual_quantiles(result)).chart()


def picture(panels: Sequence[Quantiles], *, noun: str = "group") -> Picture:
    """Return one panel for each set of quantiles; points on the dotted line are normal.

    Parameters
    ----------
    panels : sequence of Quantiles
        From `medwidget.studies.residuals.residual_quantiles`: all, or those of one kind.
    noun : str
        What a group is called.
    """
    data: dict[str, list[Row]] = {
        "frame": [{"x": 0.0}, {"x": float(max(min(ACROSS, len(panels)), 1))}],
        **{name: [] for name in ("cells", "dots", "average", "words")},
    }
    for place, panel in enumerate(panels):
        _draw(panel, _name(panel, noun), place % ACROSS, (place // ACROSS) * PITCH, data)
    n_rows = -(-len(panels) // ACROSS)
    about = "; ".join(
        f"{panel.kind} of {_name(panel, noun)}: {count(panel.n, 'value')}, skewness "
        f"{fixed(panel.skewness, 2)}, excess kurtosis {fixed(panel.excess_kurtosis, 2)}"
        for panel in panels
    )
    columns = ("", "of", "values", "skewness", "excess kurtosis")
    rows = tuple(
        (
            panel.kind,
            _name(panel, noun),
            f"{panel.n:,}",
            fixed(panel.skewness, 2),
            fixed(panel.excess_kurtosis, 2),
        )
        for panel in panels
    )
    from medwidget.views.charts._panel_specs import quantiles_spec

    spec = quantiles_spec(max(n_rows, 1) * PITCH)
    return Picture("diagnostics", spec, data, f"Against normal quantiles. {about}.", columns, rows)


def _draw(panel: Quantiles, name: str, place: int, top: float, data: dict[str, list[Row]]) -> None:
    x = padded(panel.normal)
    y = padded(np.concatenate([panel.observed, panel.normal]))
    window = Window(place + GAP, place + 1 - GAP, top, top + CELL, x, y)
    data["cells"].append(window.box())
    data["average"] += window.line(1.0, *x)
    side = "within" if panel.kind == "residual" else "between"
    data["dots"] += [{**dot, "side": side} for dot in window.dots(panel.normal, panel.observed)]
    data["words"].append(
        {"x": place + 0.5, "y": top + CELL + 13, "text": name, "style": "name", "shift": 0}
    )


def _name(panel: Quantiles, noun: str) -> str:
    """Return a response, or a random effect by its path or as an intercept."""
    shown = shortened(visible(panel.name), LONGEST_NAME)
    if panel.kind == "residual":
        return shown
    stem = panel.name.partition("[")[0]
    if stem in {"a", "b", "d", "direct"}:
        return f"{effect_words(panel.name)}, by {noun}"
    return f"intercept of {shown}, by {noun}"


def likelihood(profile: SdProfile, *, nouns: tuple[str, str] = ("group", "groups")) -> Picture:
    """Return the likelihood of an SD over groups: where it is highest, and where it is ruled out.

    Parameters
    ----------
    profile : SdProfile
    nouns : tuple of str
        What one group and several are called.
    """
    name = effect_words(profile.label)
    depth = DEEPEST * profile.cutoff
    kept = profile.drop <= depth
    # one point beyond, so that the curve reaches the lower edge
    edge = np.flatnonzero(kept)
    shown = slice(max(int(edge[0]) - 1, 0), int(edge[-1]) + 2)
    sd, drop = profile.sd[shown], profile.drop[shown]
    best = int(profile.drop.argmin())
    words = "highest at 0: on the boundary" if profile.at_boundary else "highest here"
    data: dict[str, list[Row]] = {
        "curve": [
            {"sd": float(value), "height": -float(fall)}
            for value, fall in zip(sd, drop, strict=True)
        ],
        "best": [{"sd": float(profile.sd[best]), "height": 0.0, "text": words}],
        "frame": [
            {
                "sd": float(sd[0]),
                "low": -depth,
                "cutoff": -profile.cutoff,
                "cutoff_words": f"{percent(profile.level)} cut-off",
                "axis": f"SD of {name} across {nouns[1]}",
                "right": _right(profile, sd),
            }
        ],
    }
    about = (
        f"Log-likelihood of the SD of {name} across {nouns[1]}, highest at "
        f"{fixed(float(profile.sd[best]), 3)}."
    )
    rows = tuple(
        (fixed(float(value), 4), fixed(-float(fall), 3))
        for value, fall in zip(profile.sd, profile.drop, strict=True)
    )
    from medwidget.views.charts._panel_specs import likelihood_spec

    columns = ("SD", "log-likelihood below its maximum")
    spec = likelihood_spec(LIKELIHOOD_HEIGHT)
    return Picture("likelihood", spec, data, about, columns, rows)


def _right(profile: SdProfile, sd: NDArray[np.float64]) -> float:
    """Return where the axis ends: far enough right of the cut-off for its words."""
    above = profile.sd >= profile.sd[int(profile.drop.argmin())]
    crossing = float(np.interp(profile.cutoff, profile.drop[above], profile.sd[above]))
    start = float(sd[0])
    return max(float(sd[-1]), start + (crossing - start) / CROSSING_AT)
