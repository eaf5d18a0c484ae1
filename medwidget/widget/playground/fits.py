"""Every analysis of one sample that is compared with the truth."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import perf_counter

from medwidget.errors import Cancelled, MedwidgetError
from medwidget.pipeline.run import fit
from medwidget.result import EffectRow, MediationResult
from medwidget.widget.playground.state import CENTERINGS, State

__all__ = ["INTERVAL", "Fits", "Fitted", "fitted"]

# Quick and without random numbers of its own, so that limits move as smoothly as the points.
INTERVAL = "delta"
# Fits that are kept: a slider has at most so many places, and comes back to most of them.
KEPT = 48


@dataclass(frozen=True, eq=False)
class Fitted:
    """What came of one centring.

    Attributes
    ----------
    state : State
        That it belongs to.
    result : MediationResult or None
    error : str
        Why there is no result; empty if there is one.
    seconds : float
        That it took.
    """

    state: State
    result: MediationResult | None
    error: str
    seconds: float

    def row(self, name: str) -> EffectRow | None:
        """Return an effect by name, if there is such."""
        if self.result is None:
            return None
        return next((row for row in self.result.effect_rows if row.name == name), None)

    @property
    def estimates(self) -> dict[str, float]:
        """Return the estimates by name."""
        rows = () if self.result is None else self.result.effect_rows
        return {row.name: row.estimate for row in rows if row.estimate is not None}


class Fits:
    """The fits of late, so that what comes back, by a slider or by undo, is not fitted again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Hashable, str], Fitted] = OrderedDict()
        self._latest: dict[str, Fitted] = {}

    def of(self, state: State, centering: str) -> Fitted | None:
        """Return the fit of a state under a centring, if it is kept."""
        return self._kept.get((state.data_key, centering))

    def add(self, centering: str, found: Fitted) -> None:
        """Keep a fit."""
        key = found.state.data_key, centering
        self._kept[key] = self._latest[centering] = found
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def shown(self, state: State) -> dict[str, Fitted]:
        """Return the fit of each centring: for a state, or the one before while there is none."""
        found = {name: self.of(state, name) or self._latest.get(name) for name in CENTERINGS}
        return {name: fit for name, fit in found.items() if fit is not None}


def fitted(
    state: State, centering: str, data: object, goes_on: Callable[[], bool] = lambda: True
) -> Fitted | None:
    """Fit the model of a state under a centring; None if it was not to go on.

    Parameters
    ----------
    state : State
    centering : str
    data : data frame
        Of the state.
    goes_on : callable
        Asked during long fits.
    """
    started = perf_counter()
    result, error = None, ""
    try:
        result = fit(
            state.model(centering),
            data,
            interval=INTERVAL,
            progress=lambda done, total: goes_on(),
        )
    except Cancelled:
        return None
    except MedwidgetError as raised:
        error = str(raised)
    return Fitted(state, result, error, perf_counter() - started)
