"""The record of a comparison: one cell for each specification, and what may be compared."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from medwidget.data.ledger import Ledger
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cell", "Comparison", "Pick"]

# Version of the saved form.
FORMAT = 1
# The effects that a comparison follows from cell to cell.
FOLLOWED = ("indirect_within", "indirect_between", "indirect")
CRITERIA = ("aic", "bic")
# Dtypes that hold a missing value without turning counts into fractions.
_DTYPES = {"n_parameters": "Int64"}


class Pick(NamedTuple):
    """One specification of a comparison: its cell, model and estimator."""

    cell: int
    model: MediationModel
    estimator: str


@dataclass(frozen=True, eq=False)
class Cell:
    """One specification and what came of it.

    Attributes
    ----------
    settings : mapping of str to str
        Options of the model and the estimator, in words.
    model : MediationModel or None
        None where the choices contradict each other.
    result : MediationResult or None
        None where there is no fit; ``reason`` then says why.
    reason : str
    n_problems : int
        Problems of the result, or behind the reason.
    comparable : str
        The set within which AIC and BIC may be compared: same rows, same responses at the same
        level, same estimator, and for REML the same fixed effects; under latent centring the same
        predictors. Empty without a fit.
    estimand : {"same", "changed", ""}
        Whether the indirect effect means what it means in the first cell.
    estimand_note : str
        What has changed.
    problems : tuple of Problem
        Behind the reason, where it has any.
    """

    settings: Mapping[str, str]
    model: MediationModel | None
    result: MediationResult | None
    reason: str = ""
    n_problems: int = 0
    comparable: str = ""
    estimand: str = ""
    estimand_note: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def converged(self) -> bool:
        """Whether there is a fit that converged."""
        return self.result is not None and bool(self.result.convergence.converged)

    @property
    def singular(self) -> bool:
        """Whether the covariance matrix of the random effects lies on its boundary."""
        return self.result is not None and bool(self.result.convergence.singular)

    def statistic(self, name: str) -> float:
        """Return a fit statistic; NaN without a fit."""
        return math.nan if self.result is None else float(self.result.statistics[name])


@dataclass(frozen=True, eq=False)
class Comparison:
    """What `medwidget.compare` returns.

    Attributes
    ----------
    cells : tuple of Cell
        The given model first.
    varied : tuple of str
        The settings that differ among the cells.
    ledger : Ledger or None
        The rows that every cell uses; None where no model could be prepared.
    notes : tuple of str
        How to read the table, in sentences; also whether the comparison was stopped.
    stopped : bool
    """

    cells: tuple[Cell, ...]
    varied: tuple[str, ...]
    ledger: Ledger | None = None
    notes: tuple[str, ...] = ()
    stopped: bool = field(default=False)

    def __repr__(self) -> str:
        fitted = sum(cell.result is not None for cell in self.cells)
        varied = ", ".join(self.varied) or "nothing"
        return f"Comparison({len(self.cells)} cells, {fitted} fitted; varied: {varied})"

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row a cell: settings, indirect effects, fit, what may be compared, and reasons.

        ``delta_aic`` and ``delta_bic`` are differences from the lowest in the same comparable set;
        NaN where the set has a single member.
        """
        import pandas as pd

        rows = [self._row(place) for place in range(len(self.cells))]
        frame = pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="cell"))
        return frame.astype({name: kind for name, kind in _DTYPES.items() if name in frame})

    @property
    def results(self) -> list[MediationResult | None]:
        """The results in the order of the table; None where there is no fit."""
        return [cell.result for cell in self.cells]

    @property
    def best(self) -> Pick | None:
        """The lowest AIC among converged cells in the set of the first cell."""
        return self.best_by_set.get(self.cells[0].comparable)

    @cached_property
    def best_by_set(self) -> dict[str, Pick]:
        """The lowest AIC among converged cells by comparable set."""
        found: dict[str, Pick] = {}
        for place, cell in enumerate(self.cells):
            if not cell.converged or cell.model is None:
                continue
            held = found.get(cell.comparable)
            if held is None or cell.statistic("aic") < self.cells[held.cell].statistic("aic"):
                found[cell.comparable] = Pick(place, cell.model, cell.settings["estimator"])
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return models, settings and the table as plain values that JSON can hold."""
        cells = []
        for place, cell in enumerate(self.cells):
            row = {name: _plain(value) for name, value in self._row(place).items()}
            model = None if cell.model is None else cell.model.to_dict()
            cells.append({"model": model, "settings": dict(cell.settings), "row": row})
        best = self.best
        return {
            "format": FORMAT,
            "varied": list(self.varied),
            "cells": cells,
            "ledger": None if self.ledger is None else self.ledger.to_dict(),
            "notes": list(self.notes),
            "stopped": self.stopped,
            "best": None if best is None else best.cell,
        }

    # -- rows ---------------------------------------------------------------------------------

    @cached_property
    def _followed(self) -> tuple[str, ...]:
        """The effects that any cell has, with a number or without."""
        present = {
            row.name for cell in self.cells if cell.result for row in cell.result.effect_rows
        }
        return tuple(name for name in FOLLOWED if name in present)

    @cached_property
    def _lowest(self) -> dict[tuple[str, str], float]:
        """Lowest criterion by set, where there is more than one cell to compare."""
        lowest = {}
        for name in {cell.comparable for cell in self.cells if cell.comparable}:
            members = [cell for cell in self.cells if cell.comparable == name]
            for criterion in CRITERIA:
                if len(members) > 1:
                    lowest[name, criterion] = min(cell.statistic(criterion) for cell in members)
        return lowest

    def _row(self, place: int) -> dict[str, Any]:
        cell = self.cells[place]
        row: dict[str, Any] = {name: cell.settings[name] for name in self.varied}
        row |= self._effects(cell)
        row["loglik"] = cell.statistic("loglik")
        count = cell.statistic("n_parameters")
        row["n_parameters"] = None if math.isnan(count) else int(count)
        row |= {name: cell.statistic(name) for name in CRITERIA}
        for name in CRITERIA:
            lowest = self._lowest.get((cell.comparable, name), math.nan)
            row[f"delta_{name}"] = cell.statistic(name) - lowest
        row |= {
            "comparable": cell.comparable,
            "estimand": cell.estimand,
            "estimand_note": cell.estimand_note,
            "problems": cell.n_problems,
            "converged": cell.converged,
            "singular": cell.singular,
            "reason": cell.reason,
        }
        return row

    def _effects(self, cell: Cell) -> dict[str, float]:
        rows = {} if cell.result is None else {row.name: row for row in cell.result.effect_rows}
        values: dict[str, float] = {}
        for name in self._followed:
            row = rows.get(name)
            for part, suffix in (("estimate", ""), ("lower", "_lower"), ("upper", "_upper")):
                number = None if row is None else getattr(row, part)
                values[f"{name}{suffix}"] = math.nan if number is None else float(number)
        return values


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
