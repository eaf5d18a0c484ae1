"""One frame of the playground: points, lines, sentence and estimates of one state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from medwidget.studies.teaching.draw import RESIDUALS, Sample, data_frame, draw
from medwidget.studies.teaching.lines import PathLines, path_lines
from medwidget.studies.teaching.one_level import OneLevel, one_level
from medwidget.studies.teaching.settings import Settings
from medwidget.views.text.spans import Span
from medwidget.widget.panes.parts import spans
from medwidget.widget.playground.code import script
from medwidget.widget.playground.fits import Fitted
from medwidget.widget.playground.forest import domain, forest_lines
from medwidget.widget.playground.shapes import Frame, Scatter
from medwidget.widget.playground.state import CENTERINGS, State
from medwidget.widget.playground.words import sentence, subtitle

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Drawn", "frame"]

METHOD = (
    "Maximum likelihood, 95% intervals by the delta method; a slope varies in the model where it "
    "varies in the data. Lines in the scatters are least squares."
)
SCALE = 1000
# Standard deviations that a picture reaches to each side.
REACH = 3.2


@dataclass(frozen=True, eq=False)
class Drawn:
    """The data of a state and what is seen in them without a model.

    Attributes
    ----------
    state : State
    sample : Sample
    """

    state: State
    sample: Sample

    @classmethod
    def of(cls, state: State) -> Drawn:
        """Draw the data of a state."""
        return cls(state, draw(state.settings, state.seed))

    @cached_property
    def data(self) -> pd.DataFrame:
        """As a table."""
        return data_frame(self.sample)

    @cached_property
    def lines(self) -> dict[str, PathLines]:
        """Of paths a and b."""
        sample = self.sample
        return {
            "a": path_lines(sample, sample.x, sample.m),
            "b": path_lines(sample, sample.m, sample.y),
        }

    @cached_property
    def one(self) -> OneLevel:
        """The analysis that ignores groups."""
        return one_level(self.sample)


def frame(drawn: Drawn, fits: Mapping[str, Fitted], turn: int) -> Frame:
    """Return what the page shows.

    Parameters
    ----------
    drawn : Drawn
    fits : mapping of str to Fitted
        The latest of each centring.
    turn : int
        Of the last gesture that is part of it.
    """
    state, sample = drawn.state, drawn.sample
    current = {k: v for k, v in fits.items() if v.state.data_key == state.data_key}
    lines = forest_lines(state, fits, drawn.one)
    said = sentence(
        state.story,
        state.settings,
        {path: found.slopes["pooled"] for path, found in drawn.lines.items()},
        drawn.one,
        {centering: found.estimates for centering, found in current.items()},
    )
    kind, strong, text = _status(current.get(state.centering))
    return {
        "turn": turn,
        "subtitle": subtitle(sample),
        "sentence": spans(said),
        "x": _whole(sample.x),
        "m": _whole(sample.m),
        "y": _whole(sample.y),
        "scatters": [
            _scatter(drawn, "a", "x", "m"),
            _scatter(drawn, "b", "m", "y"),
        ],
        "lines": lines,
        "domain": domain(lines),
        "status": kind,
        "strong": strong,
        "text": text,
        "method": METHOD,
        "code": script(state),
        "settled": len(current) == len(CENTERINGS),
    }


def _status(
    found: Fitted | None,
) -> tuple[Literal["busy", "good", "error"], str, str]:
    if found is None:
        return "busy", "Fitting", ""
    if found.result is None:
        return "error", "No fit.", "See the table."
    converged = found.result.convergence.converged
    how = "ML converged" if converged else "ML did not converge"
    return ("good" if converged else "error"), how, f"in {1000 * found.seconds:.0f} ms"


def _scatter(drawn: Drawn, path: str, across: Literal["x", "m"], up: Literal["m", "y"]) -> Scatter:
    lines = drawn.lines[path]
    spread = _spreads(drawn.state.settings)
    low, high = (REACH * spread[name] for name in (across, up))
    slopes = lines.slopes
    title = [Span("Path ", strong=True), Span(path, strong=True, italic=True)]
    return {
        "title": spans([*title, Span(f" {up.upper()} on {across.upper()}")]),
        "across": across,
        "up": up,
        "means": _whole(lines.means.ravel()),
        "own": _whole(lines.own.ravel()),
        "between": _whole(lines.between),
        "pooled": _whole(lines.pooled),
        "extent": _whole(np.array([-low, low, -high, high])),
        "about": (
            f"Scatter of {up.upper()} on {across.upper()}: {len(drawn.sample.x):,} rows in "
            f"{len(lines.means)} groups. The line through the means of groups has slope "
            f"{slopes['between']:.2f}, that through all rows {slopes['pooled']:.2f}."
        ),
    }


def _spreads(settings: Settings) -> dict[str, float]:
    """Return the standard deviations of X, M and Y in the population, for the axes."""
    x_between = settings.icc
    x_within = 1 - settings.icc
    m_between = settings.a_between**2 * x_between + RESIDUALS["between"] ** 2
    slope = settings.a_within**2 + settings.sd_a**2
    m_within = slope * x_within + RESIDUALS["within"] ** 2
    between = settings.direct_between + settings.a_between * settings.b_between
    y_between = between**2 * x_between + (settings.b_between**2 + 1) * RESIDUALS["between"] ** 2
    passed = settings.b_within**2 + settings.sd_b**2
    direct = settings.direct_within**2 + settings.sd_direct**2
    y_within = passed * m_within + direct * x_within + RESIDUALS["within"] ** 2
    variances = {
        "x": 1 / settings.reliability,
        "m": m_between + m_within,
        "y": y_between + y_within,
    }
    return {name: float(np.sqrt(variance)) for name, variance in variances.items()}


def _whole(values: NDArray[np.float64]) -> list[int]:
    found: list[int] = np.rint(values * SCALE).astype(np.int64).tolist()
    return found
