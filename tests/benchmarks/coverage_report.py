"""The text of docs/validation.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks import designs
from tests.benchmarks.timing import table

if TYPE_CHECKING:
    from tests.benchmarks.coverage import Cell, Outcome, Plan

__all__ = ["document"]

NAMES = {"monte-carlo": "Monte Carlo", "delta": "delta", "bootstrap": "cluster bootstrap"}

TEXT = """# Validation by simulation

Written by `python -m tests.benchmarks.coverage`. Samples are drawn from models with known effects;
each is fitted, and this page says how far estimates, standard errors and intervals are from what
they should be. For agreement with other software see `tests/reference`.

## What was found

{summary}

## How

{replications:,} samples for each design and number of groups (seed {seed}), fitted by ML and by
REML, with Monte Carlo (10,000 draws) and first-order delta intervals of 95 %. The first
{bootstrapped:,} samples of each also had a cluster bootstrap of {refits:,} refits (ML, percentile
bounds). It took {minutes:.0f} minutes.

{machine}

Groups have {smallest} to {largest} rows, each number equally likely, so {mean} on average. The
model is that of the default centring (`"group-mean"`): deviations and observed group means of x and
M predict, and T is unrestricted, but for the covariance of the two intercepts, which is 0.

- M = {a_between} x̄ + a_j (x − x̄) + u_m + e, and
  Y = {b_between} M̄ + {direct_between} x̄ + b_j (M − M̄) + {direct} (x − x̄) + u_y + e.
- a_j and b_j have means {a} and {b} and variances {var_a} and {var_b}; u_m and u_y have variances
  {var_m} and {var_y}; the residuals {residual_m} and {residual_y}. x has variance {x_between}
  between groups and {x_within} within. In 2-1-1, x is a property of the group and only b_j varies.
- **The truth is exact.** Y is drawn with the *observed* mean of the M just drawn as its predictor,
  so the manifest between paths have true values. (Where a latent mean is what acts, manifest
  between paths are biased, the more so the less reliable the means: see the last section.)

{truth}

Reliability (ICC2) of the observed group means, averaged over samples, and what became of the
samples. "Singular" means that a variance or combination of random effects is estimated at 0; such
samples stay in.

{samples}

Simulation is itself uncertain: behind ± stands its standard error. A coverage of 95 % has a
standard error of {coverage_error:.1f} points from {replications:,} samples, and of
{bootstrap_error:.1f} from {bootstrapped:,}.

## Bias and standard errors

Bias is the mean estimate less the truth. "SE / SD" is the mean standard error over the standard
deviation of the estimates: 1 is right, below 1 standard errors are too small.

{bias}

## Coverage

Per cent of intervals that contain the truth; in brackets how often the truth lies below and above
the interval, of which 2.5 each would be right.

{coverage}
"""


@dataclass(frozen=True)
class Summary:
    """One effect under one estimator in one cell."""

    cell: Cell
    estimator: str
    effect: str
    truth: float
    estimates: np.ndarray  # (R,)
    intervals: Mapping[str, np.ndarray]  # (3, R'): standard error, lower, upper

    @property
    def bias(self) -> float:
        return float(self.estimates.mean()) - self.truth

    @property
    def bias_error(self) -> float:
        return float(self.estimates.std(ddof=1)) / len(self.estimates) ** 0.5

    def ratio(self, method: str) -> float:
        """Mean standard error over the SD of the estimates in the same samples."""
        errors = self.intervals[method][0]
        return float(errors.mean() / self.estimates[: len(errors)].std(ddof=1))

    def ratio_error(self, method: str) -> float:
        """Standard error of the ratio, for normal estimates."""
        return self.ratio(method) / (2 * (self.intervals[method].shape[1] - 1)) ** 0.5

    def coverage(self, method: str) -> tuple[float, float, float]:
        """Per cent covered, with the truth below, and with the truth above."""
        _, lower, upper = self.intervals[method]
        below, above = 100 * np.mean(self.truth < lower), 100 * np.mean(self.truth > upper)
        return float(100 - below - above), float(below), float(above)


def document(
    plan: Plan,
    outcomes: Mapping[Cell, Sequence[Sequence[Outcome]]],
    machine: Sequence[str],
    minutes: float,
) -> str:
    """Return the whole document."""
    found = list(_summaries(outcomes))
    truths = [
        [design.name, f"`{name}`", f"{value:.3g}"]
        for design in designs.DESIGNS
        for name, value in design.truth.items()
    ]
    return TEXT.format(
        summary=_summary(found),
        replications=plan.replications,
        bootstrapped=min(plan.bootstrapped, plan.replications),
        refits=plan.refits,
        seed=plan.seed,
        minutes=minutes,
        machine="\n".join(f"- {line}" for line in machine),
        smallest=designs.SMALLEST,
        largest=designs.LARGEST,
        mean=(designs.SMALLEST + designs.LARGEST) // 2,
        a=designs.A,
        b=designs.B,
        direct=designs.DIRECT,
        a_between=designs.A_BETWEEN,
        b_between=designs.B_BETWEEN,
        direct_between=designs.DIRECT_BETWEEN,
        var_a=designs.VAR_A,
        var_b=designs.VAR_B,
        var_m=designs.VAR_M,
        var_y=designs.VAR_Y,
        residual_m=designs.RESIDUAL_M,
        residual_y=designs.RESIDUAL_Y,
        x_between=designs.VAR_X_BETWEEN,
        x_within=designs.VAR_X_WITHIN,
        truth=table(["design", "effect", "true value"], truths),
        samples=_samples(outcomes),
        coverage_error=_percent_error(95.0, plan.replications),
        bootstrap_error=_percent_error(95.0, min(plan.bootstrapped, plan.replications)),
        bias=_bias(found),
        coverage=_coverage(found),
    )


def _percent_error(percent: float, count: int) -> float:
    return float(np.sqrt(percent * (100 - percent) / max(count, 1)))


def _summaries(outcomes: Mapping[Cell, Sequence[Sequence[Outcome]]]) -> Iterator[Summary]:
    for cell, samples in outcomes.items():
        by_estimator: dict[str, list[Outcome]] = {}
        for outcome in (one for sample in samples for one in sample):
            if outcome.estimates is not None and outcome.converged:
                by_estimator.setdefault(outcome.estimator, []).append(outcome)
        for estimator, fits in by_estimator.items():
            for place, (effect, truth) in enumerate(cell.design.truth.items()):
                methods = {
                    method: np.stack(
                        [
                            fit.intervals[method][:, place]
                            for fit in fits
                            if fit.intervals and method in fit.intervals
                        ],
                        axis=1,
                    )
                    for method in fits[0].intervals or {}
                }
                estimates = np.array([fit.estimates[place] for fit in fits])
                yield Summary(cell, estimator, effect, truth, estimates, methods)


def _samples(outcomes: Mapping[Cell, Sequence[Sequence[Outcome]]]) -> str:
    rows = []
    for cell, samples in outcomes.items():
        fits = [sample[0] for sample in samples]  # ML
        done = [fit for fit in fits if not fit.error]
        reliability = np.nanmean([fit.reliability for fit in done], axis=0)
        refits = sum(fit.refits_failed for fit in done)
        rows.append(
            [
                cell.design.name,
                str(cell.n_groups),
                *(f"{value:.2f}" for value in reliability),
                f"{100 * np.mean([fit.singular for fit in done]):.1f} %",
                str(len(fits) - len(done)),
                str(sum(not fit.converged for fit in done)),
                str(refits),
            ]
        )
    header = ["design", "groups", "reliability of x̄", "of M̄", "singular (ML)", "errors"]
    return table([*header, "not converged", "bootstrap refits failed"], rows)


def _bias(found: Sequence[Summary]) -> str:
    rows = []
    for one in found:
        ratios = [
            f"{one.ratio(method):.2f} ± {one.ratio_error(method):.2f}"
            if method in one.intervals
            else ""
            for method in NAMES
        ]
        rows.append(
            [
                one.cell.design.name,
                str(one.cell.n_groups),
                f"`{one.effect}`",
                one.estimator.upper(),
                f"{one.bias:+.4f} ± {one.bias_error:.4f}",
                f"{100 * one.bias / one.truth:+.1f} %",
                f"{one.estimates.std(ddof=1):.4f}",
                *ratios,
            ]
        )
    header = ["design", "groups", "effect", "estimator", "bias", "relative", "SD of estimates"]
    return table([*header, *(f"SE / SD, {name}" for name in NAMES.values())], rows)


def _coverage(found: Sequence[Summary]) -> str:
    rows = []
    for one in found:
        shown = []
        for method in NAMES:
            if method not in one.intervals:
                shown.append("")
                continue
            covered, below, above = one.coverage(method)
            shown.append(f"{covered:.1f} ({below:.1f}, {above:.1f})")
        label = [one.cell.design.name, str(one.cell.n_groups), f"`{one.effect}`"]
        rows.append([*label, one.estimator.upper(), *shown])
    return table(["design", "groups", "effect", "estimator", *NAMES.values()], rows)


def _summary(found: Sequence[Summary]) -> str:
    """Return the range of everything, computed so that it cannot go out of date."""
    lines = []
    ml = [one for one in found if one.estimator == "ml"]
    worst = max(ml, key=lambda one: abs(one.bias / one.truth))
    lines.append(
        f"- Bias (ML): at most {100 * abs(worst.bias / worst.truth):.1f} % of the effect "
        f"({_where(worst)}: {worst.bias:+.4f} ± {worst.bias_error:.4f})."
    )
    for n_groups in sorted({one.cell.n_groups for one in found}):
        here = [one for one in ml if one.cell.n_groups == n_groups]
        parts = []
        for method, name in NAMES.items():
            covered = [one.coverage(method)[0] for one in here if method in one.intervals]
            if covered:
                parts.append(f"{name} {min(covered):.1f} to {max(covered):.1f} %")
        ratios = [one.ratio("delta") for one in here]
        lines.append(
            f"- {n_groups} groups (ML): coverage {', '.join(parts)}; delta SE / SD "
            f"{min(ratios):.2f} to {max(ratios):.2f}."
        )
    return "\n".join(lines)


def _where(one: Summary) -> str:
    return f"`{one.effect}`, {one.cell.design.name}, {one.cell.n_groups} groups"
