"""The record of a replication: each effect in both samples, their difference, both together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError
from medwidget.result import MediationResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ReplicatedColumn", "ReplicatedEffect", "Replication"]

# Version of the saved form.
FORMAT = 1

Number = float | None


@dataclass(frozen=True)
class ReplicatedEffect:
    """An effect in both samples.

    Attributes
    ----------
    name, level, kind : str
    original, original_se, original_lower, original_upper : float or None
    new, new_se, new_lower, new_upper : float or None
    difference : float or None
        New minus original.
    difference_se, difference_lower, difference_upper : float or None
        The interval is of percentiles of independent draws where both fits can be drawn from, and
        otherwise normal.
    monte_carlo_error : float or None
        Of the bounds of the difference, where they come from draws.
    z, p : float or None
        Difference over its standard error, and the two-sided p-value of a standard normal.
    pooled, pooled_se, pooled_lower, pooled_upper : float or None
        Weighted by the inverse squares of the standard errors.
    q : float or None
        Heterogeneity of the two, Cochran's Q with one degree of freedom; it equals z².
    i_squared : float or None
        Share of Q beyond its expectation, max(0, (Q - 1) / Q).
    reason : str
        Why there is no number, or no comparison; empty otherwise.
    """

    name: str
    level: str
    kind: str
    original: Number = None
    original_se: Number = None
    original_lower: Number = None
    original_upper: Number = None
    new: Number = None
    new_se: Number = None
    new_lower: Number = None
    new_upper: Number = None
    difference: Number = None
    difference_se: Number = None
    difference_lower: Number = None
    difference_upper: Number = None
    monte_carlo_error: Number = None
    z: Number = None
    p: Number = None
    pooled: Number = None
    pooled_se: Number = None
    pooled_lower: Number = None
    pooled_upper: Number = None
    q: Number = None
    i_squared: Number = None
    reason: str = ""


@dataclass(frozen=True)
class ReplicatedColumn:
    """A column of the model in both samples; None where it is not known.

    Attributes
    ----------
    name : str
    original_level, new_level : str
    original_icc, new_icc, original_mean, new_mean, original_sd, new_sd : float or None
    """

    name: str
    original_level: str
    new_level: str
    original_icc: Number = None
    new_icc: Number = None
    original_mean: Number = None
    new_mean: Number = None
    original_sd: Number = None
    new_sd: Number = None


@dataclass(frozen=True, eq=False)
class Replication:
    """What `medwidget.replicate` returns.

    Attributes
    ----------
    original, result : MediationResult
        The first, and the same model on the new data. Where paths are moderated, effects of the
        second are at the first one's values of the moderators.
    effects : tuple of ReplicatedEffect
    columns : tuple of ReplicatedColumn
    notes : tuple of str
        How the samples differ, and what is assumed, in sentences.
    settings : mapping
        level, seed, samples, and method of the interval of differences.
    """

    original: MediationResult
    result: MediationResult
    effects: tuple[ReplicatedEffect, ...]
    columns: tuple[ReplicatedColumn, ...]
    notes: tuple[str, ...]
    settings: Mapping[str, Any]

    @cached_property
    def table(self) -> pd.DataFrame:
        """Every effect by name: both samples, difference with its test, pooled estimate."""
        return _frame(self.effects, ReplicatedEffect)

    @cached_property
    def column_table(self) -> pd.DataFrame:
        """Every column of the model by name: level, ICC, mean and SD in both samples."""
        return _frame(self.columns, ReplicatedColumn)

    def effect(self, name: str) -> ReplicatedEffect:
        """Return one effect by name."""
        for item in self.effects:
            if item.name == name:
                return item
        names = ", ".join(item.name for item in self.effects)
        raise ModelError(f"There is no effect {name!r}; this replication has {names}.")

    def summary(self) -> str:
        """Return the replication in words and tables, for reading at a prompt."""
        return str(import_module("medwidget.views.text.replication_words").summary(self))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values that JSON can hold."""
        return {
            "format": FORMAT,
            "original": self.original.to_dict(),
            "result": self.result.to_dict(),
            "effects": [asdict(item) for item in self.effects],
            "columns": [asdict(item) for item in self.columns],
            "notes": list(self.notes),
            "settings": dict(self.settings),
        }

    def _repr_html_(self) -> str:
        return str(import_module("medwidget.views.text.replication_words").html(self))


def _frame(items: tuple[Any, ...], kind: type) -> pd.DataFrame:
    import pandas as pd

    names = [item.name for item in fields(kind)]
    index = pd.Index([item.name for item in items], name="name", dtype=object)
    numbers = [name for name in names if name.partition("_")[2] != "level" and name not in _WORDS]
    data = {name: [getattr(item, name) for item in items] for name in names if name != "name"}
    return pd.DataFrame(data, index=index).astype(dict.fromkeys(numbers, float))


_WORDS = {"name", "level", "kind", "reason"}
