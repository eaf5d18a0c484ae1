"""A model built up step by step, each step tested against the one below on the same rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from medwidget.data.prepare import Prepared
from medwidget.data.simulate import resimulated
from medwidget.errors import Cancelled, MedwidgetError, ModelError, UnsupportedError, one_of
from medwidget.estimators.protocol import Estimator, Fit
from medwidget.estimators.registry import read_estimator
from medwidget.pipeline.resolve import Resolved, resolve
from medwidget.pipeline.run import read_seed
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.structure import Structure
from medwidget.studies.baseline import null_models
from medwidget.studies.ladder_record import Ladder, Rung, RungTest, Simulated
from medwidget.studies.mixture import Reference, reference_of
from medwidget.studies.rungs import SLOPES, Step, estimated, steps, substructure

__all__ = ["Ladder", "ladder"]

Progress = Callable[[int, int], Any]

# Estimators of which one likelihood holds all equations.
ESTIMATORS = ("ml", "reml")
# A larger model may be worse than a smaller one by this much before it counts as not maximised.
WORSE = 1e-6
FEWEST_SIMULATIONS = 19


def ladder(
    model: MediationModel,
    data: object,
    *,
    estimator: str = "ml",
    slopes: str = "each",
    simulations: int = 0,
    seed: int = 1,
    progress: Progress | None = None,
) -> Ladder:
    """Fit a model step by step: null models, total effect, X to M, paths, slopes, moderation.

    Every rung is a part of the next and uses the same rows, those complete in all columns of the
    model, and the likelihood of mediators and outcome together. So all rungs by maximum likelihood
    may be compared; by REML only those with the same fixed effects.

    Parameters
    ----------
    model : MediationModel
        The last rung.
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
    estimator : {"ml", "reml"}
    slopes : {"each", "together"}
        Whether random slopes are added one after the other, whose test has a known distribution
        (Stram & Lee 1994), or in one step, whose p-value is then a bound.
    simulations : int
        Data sets drawn under the smaller model to test each random slope by simulation: 0 for none.
        Both models are fitted to each.
    seed : int
        Of every random number used; recorded.
    progress : callable, optional
        Called as ``progress(done, total)``, counting rungs and simulations; returning False stops.

    Returns
    -------
    Ladder

    Raises
    ------
    ModelError, DataError
        With every problem of the model on these data at once.
    UnsupportedError
        If the estimator has no likelihood of all equations together.
    Cancelled
        If ``progress`` asked to stop.

    Examples
    --------
    >>> import medwidget as mw
    >>> model = mw.MediationModel("x", "m", "y", group="id", random_slopes=("b",))
    >>> climbed = mw.ladder(model, mw.load_dataset("bpg"))
    >>> climbed.table["lr_df"].tolist()
    [None, 2, 2, 2, 3]
    """
    if not isinstance(model, MediationModel):
        raise ModelError("ladder takes a MediationModel first and a data frame second.")
    chosen = _read_estimator(estimator, model)
    slopes, seed = one_of("slopes", slopes, SLOPES), read_seed(seed)
    simulations = _read_simulations(simulations)
    if simulations and model.centering == "latent":
        raise UnsupportedError(
            "Under latent centring a ladder draws no data sets. Use simulations=0, whose tests "
            "have a known distribution, or centering='group-mean'."
        )
    resolved = resolve(model, data)
    climber = _Climber(resolved, chosen, slopes, simulations, seed, progress)
    rungs = tuple(climber.rungs())
    settings = {
        "estimator": chosen.name,
        "slopes": slopes,
        "simulations": simulations,
        "seed": seed,
    }
    nulls = _nulls(resolved, estimator)
    return Ladder(model, rungs, nulls, resolved.prepared.ledger, _notes(climber), settings)


def _read_estimator(choice: object, model: MediationModel) -> Estimator:
    if choice == "statsmodels":
        raise UnsupportedError(
            "estimator='statsmodels' fits each equation by itself, so that its rungs share no "
            "likelihood of mediators and outcome together. Use 'ml', or 'reml' for random slopes."
        )
    chosen = read_estimator(one_of("estimator", choice, ESTIMATORS), model)
    reason = chosen.unsupported(model)
    if reason is not None:
        raise UnsupportedError(reason)
    return chosen


def _read_simulations(count: object) -> int:
    if isinstance(count, int | np.integer) and not isinstance(count, bool):
        number = int(count)
        if number == 0 or number >= FEWEST_SIMULATIONS:
            return number
    raise ModelError(
        f"simulations={count!r} must be 0, or a whole number of at least {FEWEST_SIMULATIONS}, "
        f"such as 199."
    )


class _Climber:
    """Fits the rungs one after the other, and tells how far it has come."""

    def __init__(
        self,
        resolved: Resolved,
        estimator: Estimator,
        slopes: str,
        simulations: int,
        seed: int,
        progress: Progress | None,
    ) -> None:
        self.structure, self.prepared = resolved.structure, resolved.prepared
        self.estimator, self.seed, self.simulations = estimator, seed, simulations
        self.steps = steps(resolved.structure, slopes)
        slopes_added = sum(bool(step.random) for step in self.steps)
        self.total = len(self.steps) + simulations * slopes_added
        self.done = 0
        self._progress = progress

    def rungs(self) -> Iterator[Rung]:
        """Yield every rung, from intercepts alone to the model."""
        below: tuple[int, Structure, Fit] | None = None
        for place, step in enumerate(self.steps):
            whole = place == len(self.steps) - 1
            part = substructure(self.structure, self.steps[: place + 1])
            structure = self.structure if whole else part
            try:
                fit = self._fit(structure, self.prepared, place)
            except Cancelled:
                raise
            except MedwidgetError as error:
                self._tell()
                yield Rung(step.name, step.about, step.fixed, step.random, reason=str(error))
                continue
            self._tell()
            test, reason = None, "There is no smaller model to compare it with."
            if below is not None:
                test, reason = self._test(place, below[0], below[1:], (structure, fit))
            yield _rung(step, structure, fit, self.prepared, test, reason)
            below = (place, structure, fit)

    def _fit(self, structure: Structure, prepared: Prepared, *stream: int) -> Fit:
        rng = np.random.default_rng([self.seed, *stream])
        return self.estimator.fit(structure, prepared, rng, self._go_on)

    def _test(
        self,
        place: int,
        against: int,
        smaller: tuple[Structure, Fit],
        larger: tuple[Structure, Fit],
    ) -> tuple[RungTest | None, str]:
        """Return the likelihood-ratio test of a rung, or the reason why there is none."""
        reference = reference_of(estimated(smaller[0]), estimated(larger[0]))
        if larger[1].restricted and reference.free + reference.among != _covariances(
            smaller[0], larger[0]
        ):
            return None, (
                "It has other fixed effects than the rung below, and restricted likelihoods of "
                "different fixed effects cannot be compared. Use estimator='ml'."
            )
        gain = 2 * (larger[1].loglik - smaller[1].loglik)
        if gain < -WORSE:
            return None, (
                f"Its log-likelihood is lower than that of the smaller model by {-gain / 2:.2g}, "
                f"so that one of the two is not at its maximum. Rescale columns of extreme size."
            )
        statistic = max(gain, 0.0)
        simulated = None
        if self.simulations and reference.variances:
            simulated = self._simulate(place, smaller, larger[0], statistic)
        remark = _boundary_remark(smaller[1], reference)
        return RungTest(self.steps[against].name, statistic, reference, simulated, remark), ""

    def _simulate(
        self, place: int, smaller: tuple[Structure, Fit], larger: Structure, statistic: float
    ) -> Simulated:
        """Return how often data drawn under the smaller model give as large a statistic."""
        structure, fit = smaller
        values = dict(zip(fit.names, fit.estimate.tolist(), strict=True))
        draw = partial(resimulated, self.prepared, self.structure, rng=self._rng(place))
        values |= dict.fromkeys(set(self.structure.parameters.names) - set(values), 0.0)
        above = failed = 0
        for number in range(self.simulations):
            try:
                drawn = draw(values)
                logliks = [
                    self._fit(part, drawn, place, number).loglik for part in (structure, larger)
                ]
            except Cancelled:
                raise
            except MedwidgetError:
                failed += 1
            else:
                above += 2 * (logliks[1] - logliks[0]) >= statistic - WORSE
            self._tell()
        return Simulated(self.simulations, failed, int(above))

    def _rng(self, place: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, place, self.simulations])

    def _go_on(self, *_: object) -> bool:
        """Tell during a long fit where the ladder is; return whether to go on."""
        return self._progress is None or self._progress(self.done, self.total) is not False

    def _tell(self) -> None:
        self.done += 1
        if not self._go_on():
            raise Cancelled(f"Stopped after {self.done} of {self.total} steps of the ladder.")


def _covariances(smaller: Structure, larger: Structure) -> int:
    """Return how many covariances the larger model has more."""
    counts = [len(each.parameters.of_kind("covariance")) for each in (smaller, larger)]
    return counts[1] - counts[0]


def _boundary_remark(fit: Fit, reference: Reference) -> str:
    if not reference.variances or not fit.convergence.singular:
        return ""
    return (
        f"The smaller model is itself at the edge of what is possible "
        f"({'; '.join(fit.convergence.singular)}), where this distribution does not hold. Drop "
        f"that random effect, or ask for simulations=199."
    )


def _rung(
    step: Step,
    structure: Structure,
    fit: Fit,
    prepared: Prepared,
    test: RungTest | None,
    reason: str,
) -> Rung:
    positions = {name: place for place, name in enumerate(fit.names)}
    variances = np.diag(fit.covariance)
    estimates = tuple(
        (slope.parameter, float(fit.estimate[place]), math.sqrt(max(float(variances[place]), 0.0)))
        for slope in structure.slopes
        if slope.parameter in estimated(structure)
        for place in (positions[slope.parameter],)
    )
    deviance, count = -2 * fit.loglik, fit.n_parameters
    fixed = sorted(structure.parameters.names[i] for i in structure.parameters.of_kind("fixed"))
    return Rung(
        step.name,
        step.about,
        step.fixed,
        step.random,
        loglik=fit.loglik,
        n_parameters=count,
        aic=deviance + 2 * count,
        bic=deviance + count * math.log(prepared.ledger.n_rows_used),
        converged=fit.convergence.converged,
        singular=tuple(fit.convergence.singular),
        likelihood=tuple(fixed) if fit.restricted else (),
        estimates=estimates,
        test=test,
        reason=reason,
    )


# -- null models and notes --------------------------------------------------------------------


def _nulls(resolved: Resolved, estimator: str) -> Any:
    """Return the null models of exposure, mediators and outcome on the rows in use."""
    import pandas as pd

    model, rows = resolved.structure.model, resolved.prepared.rows
    columns = [model.exposure, *model.responses]
    frame = pd.DataFrame({name: rows.values[name, None] for name in columns})
    frame[model.group] = rows.codes
    return null_models(frame, columns, model.group, estimator=estimator)


def _notes(climber: _Climber) -> tuple[str, ...]:
    ledger, model = climber.prepared.ledger, climber.structure.model
    names = " and ".join(map(repr, model.responses))
    counted = (
        f"{ledger.n_rows_used:,} of {ledger.n_rows_total:,} in {ledger.n_groups_used:,} groups"
    )
    if model.missing == "fiml":
        notes = [f"Every rung uses the same rows, with what values they have: {counted}."]
    else:
        notes = [f"Every rung uses the same rows, complete in all columns of the model: {counted}."]
    if climber.estimator.name == "reml":
        notes.append(
            "By REML only rungs with the same fixed effects may be compared: those that differ in "
            "random slopes. BIC uses the log of the number of rows."
        )
    elif model.centering == "latent":
        notes.append(
            "Each log-likelihood is that of all columns together, the predictors' too, so all "
            "rungs may be compared with one another, but not with models of other columns, other "
            "rows or another centring. BIC uses the log of the number of rows."
        )
    else:
        notes.append(
            f"Each log-likelihood is that of {names} together, so all rungs may be compared with "
            f"one another, but not with models of other columns or other rows. BIC uses the log "
            f"of the number of rows."
        )
    grouped = [name for name in model.responses if climber.structure.levels[name] is Level.GROUP]
    if grouped:
        listed = ", ".join(map(repr, grouped))
        notes.append(f"{listed} counts once a group: its equation has one row for each group.")
    if any(step.random for step in climber.steps):
        notes.append(
            "A random slope is tested where its variance is zero, the edge of what is possible: "
            "its statistic follows a mixture of two chi-squares (Stram & Lee 1994)."
        )
    if any(len(step.random) > 1 for step in climber.steps):
        notes.append(
            "Several variances at once follow a mixture whose weights depend on the data: p lies "
            "between two limits. slopes='each' or simulations=199 gives one number."
        )
    return tuple(notes)
