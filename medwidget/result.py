"""The frozen record of an analysis: model, data used, estimates, effects, settings, versions.

No statistics and no pictures: whatever is shown here was computed before, or is computed once on
first use by a function that the pipeline left behind. How a result reads lives in `views`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from medwidget.data.ledger import Ledger
from medwidget.data.table import Record, Table, plain_value
from medwidget.errors import ModelError, UnsupportedError
from medwidget.spec.model import MediationModel
from medwidget.spec.problems import Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEFERRED", "EffectRow", "MediationResult", "Record", "Table"]

# Version of the saved form; raised whenever an older reader could misread a newer file.
FORMAT = 1


@dataclass(frozen=True)
class EffectRow:
    """An effect as it stands in a result.

    Attributes
    ----------
    name, level, kind : str
    estimate, se, lower, upper : float or None
        None where there is no number; ``reason`` then says why.
    monte_carlo_error : float or None
        Of the bounds, where they come from draws: the larger of the two.
    standardized : float or None
        Of a path: the estimate in SDs of its target per SD of its source, both of its level.
    definition : str
        The formula in parameter names.
    about : str
        What it is, in a sentence.
    reason : str
        Why there is no number, or no interval; empty otherwise.
    """

    name: str
    level: str
    kind: str
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    definition: str
    about: str = ""
    reason: str = ""
    monte_carlo_error: float | None = None
    standardized: float | None = None


# Tables that are computed on first use.
DEFERRED = ("group_effects", "r_squared", "moderation", "johnson_neyman", "densities")


@dataclass(frozen=True, eq=False)
class MediationResult:
    """What `medwidget.fit` returns.

    Attributes
    ----------
    model : MediationModel
    design : str
        Levels of exposure, mediators and outcome, such as ``"1-1-1"``.
    ledger : Ledger
        Which rows and groups were used, and why others were not.
    problems : tuple of Problem
        What limits the reading of the numbers, with remedies.
    effect_rows, path_rows, coefficient_rows : tuple of EffectRow
    covariance_table, residual_table : Table
    statistics : dict
        loglik, aic, bic (with the log of the number of rows), n_parameters, n_rows, n_groups,
        n_observations, restricted; and what the estimator adds, such as the chi-square test and
        indices of fit of a two-level model without random slopes.
    convergence : object
        The record of the optimiser: converged, message, gradient_norm, singular, starts, ...
    settings : dict
        estimator, interval with its options, level, seed.
    versions : dict
        Of medwidget, python, numpy and scipy.
    parameters : dict
        Every parameter by name, and ``covariance`` of the estimates in the same order.
    fitted, resolved : object or None
        What the estimator gave, and the model resolved against its data; None once saved.
    """

    model: MediationModel
    design: str
    levels: Mapping[str, str]
    ledger: Ledger
    problems: tuple[Problem, ...]
    effect_rows: tuple[EffectRow, ...]
    path_rows: tuple[EffectRow, ...]
    coefficient_rows: tuple[EffectRow, ...]
    covariance_table: Table
    residual_table: Table
    statistics: Record
    convergence: Any
    settings: Record
    versions: Mapping[str, str]
    parameters: Mapping[str, Any]
    deferred: Mapping[str, Callable[[], Table]] = field(default_factory=dict, repr=False)
    fitted: Any = field(default=None, repr=False)
    resolved: Any = field(default=None, repr=False)

    # -- tables -------------------------------------------------------------------------------

    @cached_property
    def effects(self) -> pd.DataFrame:
        """Effects by name: level, kind, estimate, se, lower, upper, definition, reason."""
        return _frame(self.effect_rows)

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Paths by parameter name: level, estimate, se, lower, upper, ..."""
        return _frame(self.path_rows)

    @cached_property
    def coefficients(self) -> pd.DataFrame:
        """Every fixed effect, covariates, moderators and intercepts included."""
        return _frame(self.coefficient_rows)

    @cached_property
    def r_squared(self) -> pd.DataFrame:
        """Shares of variance by source (Rights & Sterba 2019)."""
        return self._table("r_squared").frame()

    @cached_property
    def random_effects(self) -> pd.DataFrame:
        """The covariance matrix T of the random effects, labelled by response or path."""
        return self.covariance_table.frame()

    @cached_property
    def residual_variances(self) -> pd.Series[float]:
        """Residual variances by response."""
        return self.residual_table.frame()["residual_variance"]

    @cached_property
    def group_effects(self) -> pd.DataFrame:
        """Each group's own slopes and indirect effect, with intervals, by group label."""
        return self._table("group_effects").frame()

    @cached_property
    def moderation(self) -> pd.DataFrame:
        """Conditional effects as curves over each numeric moderator, with pointwise bounds."""
        return self._table("moderation").frame()

    @cached_property
    def johnson_neyman(self) -> pd.DataFrame:
        """Regions of each numeric moderator: start, stop, and sign of the indirect effect there.

        The sign is 0 where its interval includes zero (Johnson & Neyman 1936).
        """
        return self._table("johnson_neyman").frame()

    @cached_property
    def densities(self) -> pd.DataFrame:
        """How the draws behind each effect's interval are distributed: effect, x, density.

        Empty where the interval does not come from draws.
        """
        return self._table("densities").frame()

    def table(self, name: str) -> Table:
        """Return a table that is computed on first use, as plain values.

        Parameters
        ----------
        name : {"group_effects", "r_squared", "moderation", "johnson_neyman", "densities"}
        """
        if name not in DEFERRED:
            raise ModelError(f"A result has no table {name!r}; it has {', '.join(DEFERRED)}.")
        return self._table(name)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {}

    def _table(self, name: str) -> Table:
        if name not in self._tables:
            if name not in self.deferred:
                raise UnsupportedError(f"This result has no {name}.")
            self._tables[name] = self.deferred[name]()
        return self._tables[name]

    def effect(self, name: str) -> EffectRow:
        """Return one effect by name."""
        for row in self.effect_rows:
            if row.name == name:
                return row
        names = ", ".join(row.name for row in self.effect_rows)
        raise ModelError(f"There is no effect {name!r}; this result has {names}.")

    def deviations(self, plan: Any) -> Any:
        """Return what this analysis did otherwise than a plan of `medwidget.preregister`.

        Parameters
        ----------
        plan : Plan, str or Path
            A plan, or where its JSON is.

        Returns
        -------
        Deviations
        """
        room = importlib.import_module("medwidget.studies.deviations")
        return room.find_deviations(self, plan)

    # -- words: they live in views ------------------------------------------------------------

    def summary(self) -> str:
        """Return the result in words and tables, for reading at a prompt."""
        return str(_view("text.summary", "summary")(self))

    def report(
        self,
        style: str = "apa",
        format: str = "text",  # noqa: A002 - as users know it
        **choices: Any,
    ) -> str:
        """Return method, results, limits, tables and assumptions, ready for a manuscript.

        Nothing is called an effect unless ``judged`` says that what this assumes holds.

        Parameters
        ----------
        style : {"apa", "plain"}
            With parameters and confidence intervals as APA writes them, or in plain sentences.
        format : {"text", "markdown", "html", "latex"}
            HTML can be pasted into a word processor; LaTeX needs the package booktabs.
        **choices
            ``group_label`` and ``row_label``: what you call a group and a row. ``judged``: a list
            of the assumptions that you judge to hold, among "order" (in time), "confounding-xm",
            "confounding-my", "confounding-xy", "affected-confounder", "interference",
            "independent-rows", "measurement" and "linear"; the second to the fifth for one level
            with "-within" or "-between" at the end. ``smallest``: the smallest indirect effect
            that would matter, in units of the outcome.
        """
        return str(_view("text.report.told", "report_text")(self, style, format, **choices))

    def to_code(self, language: str = "python") -> str:
        """Return code that reproduces this result.

        Parameters
        ----------
        language : {"python", "lavaan", "lme4", "nlme", "brms", "mplus", "stata"}
            The program that the code is for.

        Raises
        ------
        UnsupportedError
            If the program cannot fit the model; the message says what can.
        """
        return str(_view("export.registry", "to_code")(self, language))

    def _repr_html_(self) -> str:
        return str(_view("text.html", "result_html")(self))

    # -- saving -------------------------------------------------------------------------------

    def to_dict(self) -> Record:
        """Return everything as plain values that JSON can hold."""
        rows = {name: [_plain_row(row) for row in getattr(self, name)] for name in _ROW_FIELDS}
        return {
            "format": FORMAT,
            "model": self.model.to_dict(),
            "design": self.design,
            "levels": dict(self.levels),
            "ledger": self.ledger.to_dict(),
            "problems": [problem.to_dict() for problem in self.problems],
            **rows,
            "covariance_table": self.covariance_table.to_dict(),
            "residual_table": self.residual_table.to_dict(),
            "statistics": {name: plain_value(value) for name, value in self.statistics.items()},
            "convergence": self.convergence.to_dict(),
            "settings": self.settings,
            "versions": dict(self.versions),
            "parameters": plain_value(self.parameters),
            "tables": {
                name: self._table(name).to_dict() for name in DEFERRED if name in self.deferred
            },
        }

    @classmethod
    def from_dict(cls, record: Any) -> MediationResult:
        """Rebuild a result from what `to_dict` gave, to read; it cannot be refitted."""
        if not isinstance(record, Mapping) or record.get("format") != FORMAT:
            given = record.get("format") if isinstance(record, Mapping) else type(record).__name__
            raise ModelError(
                f"This is not a saved result of format {FORMAT} (found {given!r}). Save it again "
                f"with to_dict() of this version."
            )
        missing = {"model", "ledger", "statistics", "convergence", *_ROW_FIELDS} - set(record)
        if missing:
            raise ModelError(f"The saved result lacks {sorted(missing)[0]!r}.")
        tables = {name: Table.from_dict(item) for name, item in record.get("tables", {}).items()}
        return cls(
            model=MediationModel.from_dict(record["model"]),
            design=record["design"],
            levels=dict(record["levels"]),
            ledger=Ledger.from_dict(record["ledger"]),
            problems=tuple(Problem.from_dict(item) for item in record["problems"]),
            **{name: tuple(EffectRow(**row) for row in record[name]) for name in _ROW_FIELDS},
            covariance_table=Table.from_dict(record["covariance_table"]),
            residual_table=Table.from_dict(record["residual_table"]),
            statistics=dict(record["statistics"]),
            convergence=SavedConvergence(record["convergence"]),
            settings=dict(record["settings"]),
            versions=dict(record["versions"]),
            parameters=dict(record["parameters"]),
            deferred={name: partial(_same, table) for name, table in tables.items()},
        )


class SavedConvergence:
    """A convergence record read back from a saved result; its entries are attributes."""

    def __init__(self, record: Mapping[str, Any]) -> None:
        self._record = {**dict.fromkeys(("nodes", "node_change")), **record}
        for name in ("singular", "history"):
            self._record[name] = tuple(self._record.get(name, ()))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._record:
            raise AttributeError(name)
        return self._record[name]

    def to_dict(self) -> Record:
        """Return the record as plain values."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in self._record.items()
        }


_ROW_FIELDS = ("effect_rows", "path_rows", "coefficient_rows")
_COLUMNS = ("level", "kind", "estimate", "se", "lower", "upper", "definition", "reason")


def _frame(rows: Sequence[EffectRow]) -> pd.DataFrame:
    table = Table(
        ("name", *_COLUMNS),
        tuple((row.name, *(getattr(row, column) for column in _COLUMNS)) for row in rows),
    )
    numbers = {"estimate": float, "se": float, "lower": float, "upper": float}
    return table.frame().astype(numbers)


def _same(table: Table) -> Table:
    return table


def _plain_row(row: EffectRow) -> Record:
    return {name: plain_value(getattr(row, name)) for name in row.__dataclass_fields__}


def _view(module: str, name: str) -> Any:
    """Return a function of the room above by its address: this record does not import it."""
    return getattr(importlib.import_module(f"medwidget.views.{module}"), name)
