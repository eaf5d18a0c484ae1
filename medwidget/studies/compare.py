"""One model under many specifications, fitted on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from medwidget.data.frame import read_table
from medwidget.data.ledger import Ledger
from medwidget.errors import Cancelled, MedwidgetError, ModelError, UnsupportedError
from medwidget.estimators.protocol import Estimator
from medwidget.estimators.registry import read_estimator
from medwidget.intervals.protocol import Interval
from medwidget.intervals.registry import read_interval
from medwidget.pipeline.resolve import Resolved, resolve
from medwidget.pipeline.run import fit_resolved, read_level, read_seed
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.studies.comparable import Density, density_of
from medwidget.studies.comparison import Cell, Comparison, Pick
from medwidget.studies.estimand import estimand_changes
from medwidget.studies.specifications import OPTIONS, Specification, specifications

__all__ = ["WAITING", "Comparison", "Pick", "compare"]

# Seconds between two looks at a comparison under way.
PAUSE = 0.3
WAITING = "Not fitted yet."
# Views of a comparison under way are no closer to one another than this.
SECONDS_BETWEEN_VIEWS = 0.2
SETS_NOTE = (
    "AIC and BIC are compared only within a set of cells with the same rows, the same responses "
    "at the same levels and the same estimator; by REML the fixed effects must be the same too. "
    "Under latent centring predictors are modelled like responses, so that they must be the same."
)


def compare(  # noqa: PLR0913 - one argument for each choice
    model: MediationModel,
    data: object,
    *,
    centering: Sequence[str] | None = None,
    random_slopes: Sequence[Sequence[str]] | None = None,
    random_covariance: Sequence[str] | None = None,
    covariates: Sequence[Sequence[str] | Mapping[str, Any] | None] | None = None,
    moderators: Sequence[Mapping[str, Any] | None] | None = None,
    constraints: Sequence[Mapping[str, float | str] | None] | None = None,
    missing: Sequence[str] | None = None,
    estimator: str | Estimator | Sequence[str | Estimator] = "ml",
    interval: str | Interval | None = "monte-carlo",
    level: float = 0.95,
    seed: int = 1,
    progress: Callable[[int, int], Any] | None = None,
    watch: Callable[[Comparison], Any] | None = None,
) -> Comparison:
    """Fit a model under every combination of choices, all on the same rows.

    Rows are used when they are complete in every column that any of the models names, so that no
    difference between cells comes from different rows. Cells with ``missing="fiml"`` use the
    incomplete rows too.

    Parameters
    ----------
    model : MediationModel
        The first cell; each list below gives what else to try, and None keeps the model's.
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    centering : sequence of str, optional
    random_slopes : sequence of sequences of str, optional
        Such as ``[(), ("a", "b")]``.
    random_covariance : sequence of str, optional
    covariates : sequence of (sequence of str, mapping or None), optional
    moderators : sequence of (mapping or None), optional
    constraints : sequence of (mapping or None), optional
        Such as ``[None, {"direct_between": 0}]``, for latent centring.
    missing : sequence of str, optional
        "listwise" and "fiml"; the latter, for latent centring, uses incomplete rows too.
    estimator : str, Estimator, or sequence of them
        The first is that of the first cell.
    interval, level, seed
        As in `medwidget.fit`, the same for every cell.
    progress : callable, optional
        Called as ``progress(done, total)`` with numbers of cells; returning False stops, and what
        is done is kept.
    watch : callable, optional
        Called with the comparison as it stands, at most about three times a second; cells that
        are still to be fitted say so.

    Returns
    -------
    Comparison
        A cell that cannot be fitted has the reason instead of numbers.

    Raises
    ------
    ModelError, DataError
        If an argument is no list of choices, or ``data`` is no data frame.
    """
    if not isinstance(model, MediationModel):
        raise ModelError("compare takes a MediationModel first and a data frame second.")
    choices = dict(
        zip(
            OPTIONS,
            (
                centering,
                random_slopes,
                random_covariance,
                covariates,
                moderators,
                constraints,
                missing,
            ),
            strict=True,
        )
    )
    grid = specifications(model, choices, _estimators(estimator))
    columns = dict.fromkeys(name for item in grid if item.model for name in item.model.columns)
    bounds_by = None if interval is None else read_interval(interval)
    varied = _varied(grid, choices)
    kept = _Watch(progress, len(grid))
    fitter = _Fitter(data, tuple(columns), bounds_by, read_level(level), read_seed(seed), kept)
    cells: list[Cell] = []
    shown = monotonic()
    for item in grid:
        cells.append(fitter.cell(item))
        if watch is not None and monotonic() - shown >= PAUSE and len(cells) < len(grid):
            waiting = [Cell(item.settings, item.model, None, WAITING) for item in grid]
            watch(_compared([*cells, *waiting[len(cells) :]], varied, fitter, kept))
            shown = monotonic()
    return _compared(cells, varied, fitter, kept)


def _estimators(given: str | Estimator | Sequence[str | Estimator]) -> Sequence[str | Estimator]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        return [given]
    if not given:
        raise ModelError("estimator is an empty list; name at least one.")
    return given


def _varied(grid: Sequence[Specification], choices: Mapping[str, object | None]) -> tuple[str, ...]:
    """Return the settings that were given as choices, or that differ."""
    return tuple(
        name
        for name in (*OPTIONS, "estimator")
        if choices.get(name) is not None or len({item.settings[name] for item in grid}) > 1
    )


class _Watch:
    """Counts cells, tells how far work has come, and remembers that the user asked to stop."""

    def __init__(self, progress: Callable[[int, int], Any] | None, total: int) -> None:
        self._progress = progress
        self.total = total
        self.done = 0
        self.stopped = False

    def tell(self, *_: object) -> bool:
        """Report; return whether to go on. Intervals may call it too, with what they have."""
        if self._progress is not None and not self.stopped:
            self.stopped = self._progress(self.done, self.total) is False
        return not self.stopped


class _Fitter:
    """Prepares each model once, and fits it with as many estimators as are asked for."""

    def __init__(
        self,
        data: object,
        columns: tuple[str, ...],
        interval: Interval | None,
        level: float,
        seed: int,
        watch: _Watch,
    ) -> None:
        self._table = read_table(data)
        self._columns = columns
        self._interval, self._level, self._seed = interval, level, seed
        self._watch = watch
        self._resolved: dict[MediationModel, Resolved | MedwidgetError] = {}

    @property
    def ledger(self) -> Ledger | None:
        """The rows that every cell uses, incomplete ones aside."""
        found = self._ledgers()
        return next((ledger for missing, ledger in found if missing == "listwise"), None) or next(
            (ledger for _, ledger in found), None
        )

    @property
    def with_incomplete(self) -> Ledger | None:
        """The rows of cells that use incomplete ones too; None where there are no such cells."""
        return next((ledger for missing, ledger in self._ledgers() if missing == "fiml"), None)

    def _ledgers(self) -> list[tuple[str, Ledger]]:
        return [
            (model.missing, item.prepared.ledger)
            for model, item in self._resolved.items()
            if isinstance(item, Resolved)
        ]

    def cell(self, item: Specification) -> Cell:
        """Return a cell with its result, or with the reason why there is none."""
        watch = self._watch
        if watch.stopped:
            return self._stopped(item)
        if item.model is None:
            cell = Cell(item.settings, None, None, item.reason)
        else:
            try:
                result = self._fit(item.model, read_estimator(item.estimator, item.model))
                cell = Cell(item.settings, item.model, result, "", len(result.problems))
            except Cancelled:
                return self._stopped(item)
            except MedwidgetError as error:
                behind = tuple(error.problems)
                cell = Cell(
                    item.settings, item.model, None, str(error), len(behind), problems=behind
                )
        watch.done += 1
        watch.tell()
        return cell

    def _stopped(self, item: Specification) -> Cell:
        watch = self._watch
        reason = f"Not fitted: stopped after {watch.done} of {watch.total} cells."
        return Cell(item.settings, item.model, None, reason)

    def _fit(self, model: MediationModel, estimator: Estimator) -> MediationResult:
        reason = estimator.unsupported(model)
        if reason is not None:
            raise UnsupportedError(reason)
        resolved = self.resolved(model)
        return fit_resolved(
            resolved, estimator, self._interval, self._level, self._seed, self._watch.tell
        )

    def resolved(self, model: MediationModel) -> Resolved:
        """Return a model resolved against the common rows, or raise the same error each time."""
        if model not in self._resolved:
            try:
                also = () if model.missing == "fiml" else self._columns
                self._resolved[model] = resolve(model, self._table, also=also)
            except MedwidgetError as error:
                self._resolved[model] = error
        found = self._resolved[model]
        if isinstance(found, MedwidgetError):
            raise found
        return found


# -- what may be compared ---------------------------------------------------------------------


def _compared(
    cells: Sequence[Cell], varied: tuple[str, ...], fitter: _Fitter, watch: _Watch
) -> Comparison:
    """Return the comparison, with the sets and the meaning of each cell."""
    labels: dict[Density, str] = {}
    described = []
    for cell in cells:
        label = ""
        if cell.result is not None and cell.model is not None:
            key = density_of(cell.result, fitter.resolved(cell.model))
            label = labels.setdefault(key, _letters(len(labels)))
        described.append(_with_estimand(replace(cell, comparable=label), cells[0]))
    ledger = fitter.ledger
    notes = [] if ledger is None else [_rows_note(ledger, fitter.with_incomplete)]
    notes.append(SETS_NOTE)
    if watch.stopped and watch.done < watch.total:
        notes.append(
            f"Stopped after {watch.done} of {watch.total} cells; the others are not fitted."
        )
    elif watch.stopped:
        notes.append("Stopped in the last cell, whose intervals rest on what was done until then.")
    return Comparison(tuple(described), varied, ledger, tuple(notes), watch.stopped)


def _rows_note(ledger: Ledger, with_incomplete: Ledger | None) -> str:
    used = f"{ledger.n_rows_used:,} of {ledger.n_rows_total:,} in {ledger.n_groups_used:,} groups."
    if with_incomplete is ledger:
        return f"Every cell uses what each row has of its columns. Rows used: {used}"
    note = f"Every cell uses the same rows, complete in all columns that any cell names: {used}"
    if with_incomplete is None:
        return note
    return (
        f"{note} Cells by full-information maximum likelihood also use rows with a value missing: "
        f"{with_incomplete.n_rows_used:,} in {with_incomplete.n_groups_used:,} groups."
    )


def _letters(number: int) -> str:
    """Return A to Z, then AA, AB and so on."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _with_estimand(cell: Cell, first: Cell) -> Cell:
    if cell.model is None or first.model is None:
        return cell
    levels = [None if item.result is None else item.result.levels for item in (first, cell)]
    changes = estimand_changes(first.model, cell.model, *levels)
    estimand = "changed" if changes else "same"
    return replace(cell, estimand=estimand, estimand_note="; ".join(changes))
