"""How much each group moves the indirect effects: the model refitted without it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from medwidget.data.ledger import plain_label
from medwidget.effects.define import build_effects
from medwidget.effects.effect import EffectSet
from medwidget.errors import UnsupportedError
from medwidget.intervals.chunks import refits_in_chunk, run_chunks
from medwidget.intervals.progress import Pace
from medwidget.result import MediationResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Influence", "influence"]

Array = NDArray[np.float64]

KINDS = frozenset({"effect", "specific"})


@dataclass(frozen=True)
class Influence:
    """The change of each indirect effect when a group is left out.

    Attributes
    ----------
    group : str
        The group column.
    labels : tuple
        Of all groups, as the data give them.
    effects : tuple of str
        Names of the indirect effects.
    estimates : array (E,)
        With all groups.
    change : array (J, E)
        Effect without the group minus effect with all groups; NaN where the refit failed, or was
        not done.
    done : int
        Groups tried, from the first; fewer than all if stopped.
    standard_errors : array (E,)
        Of the effects, to see a change beside; NaN where the result has none.
    """

    group: str
    labels: tuple[Hashable, ...]
    effects: tuple[str, ...]
    estimates: Array
    change: Array
    done: int
    standard_errors: Array

    @property
    def complete(self) -> bool:
        """Whether every group was left out in turn."""
        return self.done == len(self.labels)

    @property
    def n_failed(self) -> int:
        """How many of the refits failed."""
        return int(np.isnan(self.change[: self.done]).all(axis=1).sum())

    def largest(self, effect: str, count: int = 2) -> list[int]:
        """Return the positions of the groups that move an effect most, the largest first."""
        moved = np.abs(self.change[:, self.effects.index(effect)])
        order = np.argsort(-np.where(np.isnan(moved), -1.0, moved), kind="stable")
        return [int(place) for place in order[:count] if np.isfinite(moved[place])]

    @property
    def table(self) -> pd.DataFrame:
        """The changes by group label, one column an effect."""
        import pandas as pd

        index = pd.Index(list(self.labels), name=self.group, tupleize_cols=False)
        return pd.DataFrame(self.change, index=index, columns=list(self.effects))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values that JSON can hold."""
        return {
            "group": self.group,
            "labels": [plain_label(label) for label in self.labels],
            "effects": list(self.effects),
            "estimates": _plain(self.estimates),
            "change": [_plain(row) for row in self.change],
            "done": self.done,
            "standard_errors": _plain(self.standard_errors),
        }


def influence(
    result: MediationResult, *, progress: Callable[[int, int], Any] | None = None
) -> Influence:
    """Leave out each group in turn, and see how the indirect effects change.

    Parameters
    ----------
    result : MediationResult
        Just fitted, by an estimator that can refit.
    progress : callable, optional
        Called as ``progress(done, total)`` a few times a second; returning False stops, and what
        is done is kept.

    Returns
    -------
    Influence

    Raises
    ------
    UnsupportedError
        If the model cannot be refitted on fewer groups, or has no indirect effect.
    """
    refit = getattr(result.fitted, "refit", None)
    if refit is None or result.resolved is None:
        raise UnsupportedError(
            "Leaving out groups needs a result that was just fitted by 'ml' or 'reml'."
        )
    if refit.n_groups < 3:
        raise UnsupportedError("Leaving out a group needs at least three groups.")
    effects = _indirect_effects(result)
    estimates = effects.value(result.fitted.estimate)
    n_groups = refit.n_groups
    pace = Pace(
        None if progress is None else lambda done, total, _: progress(done, total), n_groups
    )
    parts: list[Array] = []
    if pace.tell(0, lambda: None):
        size = refits_in_chunk(refit)
        parts = run_chunks(
            [partial(_without, refit, start, size) for start in range(0, n_groups, size)],
            lambda some: pace.tell(sum(map(len, some)), lambda: None),
        )
    change = np.full((n_groups, len(effects.names)), np.nan)
    done = sum(map(len, parts))
    if parts:
        change[:done] = effects.value(np.concatenate(parts)) - estimates
    return Influence(
        result.model.group,
        result.resolved.prepared.labels,
        effects.names,
        estimates,
        change,
        done,
        _standard_errors(result, effects.names),
    )


def _without(refit: Any, start: int, size: int) -> Array:
    """Return the estimates without each group of a chunk."""
    stop = min(start + size, refit.n_groups)
    weights = np.ones((stop - start, refit.n_groups))
    weights[np.arange(stop - start), np.arange(start, stop)] = 0.0
    return np.asarray(refit.cluster(weights))


def _indirect_effects(result: MediationResult) -> EffectSet:
    resolved = result.resolved
    effects = build_effects(resolved.structure, resolved.scales)
    names = [
        effect.name
        for effect in effects.available
        if effect.kind in KINDS and effect.name.startswith("indirect")
    ]
    if not names:
        raise UnsupportedError("This model has no indirect effect that a group could change.")
    return effects.subset(names)


def _standard_errors(result: MediationResult, names: tuple[str, ...]) -> Array:
    by_name = {row.name: row.se for row in result.effect_rows}
    found = [by_name.get(name) for name in names]
    return np.array([np.nan if value is None else value for value in found])


def _plain(values: Array) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
