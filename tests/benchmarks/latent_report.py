"""The section of docs/validation.md on latent against observed group means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks.timing import table

if TYPE_CHECKING:
    from tests.benchmarks.latent_simulation import Cell, Outcome, Results

__all__ = ["HEADING", "kept", "section", "without"]

HEADING = "## Latent against observed group means"

TEXT = """{heading}

Written by `python -m tests.benchmarks.latent_simulation`. {replications:,} samples in each cell
(seed {seed}), drawn from a model whose paths hold among the *latent* parts, each fitted by ML with
`centering="latent"` and with `centering="group-mean"`, no random slopes, intervals of 95 %. It took
{minutes:.0f} minutes.

{machine}

x, m and y have one ICC and variance 1. Standardized paths within: a .3, b .3, direct .1; between:
a .6, b .5, direct .1. So `indirect_within` is .09 and `indirect_between` .30. "Limit": where
a_B b_B from observed means goes when groups become many, from the covariance matrix of observed
means, Σ_B + Σ_W / n (Lüdtke et al. 2008); what it differs from .30 is bias that no number of groups
removes. Behind ± stands the Monte Carlo standard error.

{findings}

### Between groups

Bias of `indirect_between` (truth .30). Where groups differ little, the estimate of a latent model
is a ratio with a denominator near 0: a few samples give values so large that a mean says nothing.
Beside the mean stand the median and the middle half of the estimates; RMSE is after leaving out the
outer 1 % on each side, for both.

{between}

Coverage of 95 % intervals, per cent, among samples that have one; "singular" is the share of
samples whose between covariance matrix ended at the boundary, "no interval" that of samples without
estimate or standard error.

{coverage}

### Within groups

`indirect_within` (truth .09), for which the centrings hardly differ. Monte Carlo intervals.

{within}
"""


def kept(page: str) -> str:
    """Return this section of a page, or nothing."""
    _, heading, after = page.partition(HEADING)
    return heading + after


def without(page: str) -> str:
    """Return a page without this section, which is its last."""
    return page.partition(HEADING)[0]


def section(
    results: Results, replications: int, seed: int, machine: Sequence[str], minutes: float
) -> str:
    """Return the section."""
    return TEXT.format(
        heading=HEADING,
        replications=replications,
        seed=seed,
        minutes=minutes,
        machine="\n".join(f"- {line}" for line in machine),
        findings=_findings(results),
        between=_between(results),
        coverage=_coverage(results),
        within=_within(results),
    )


def _values(outcomes: list[dict[str, Outcome]], centering: str, effect: int) -> np.ndarray:
    found = [one[centering].estimates for one in outcomes]
    values = np.array([item[effect] for item in found if item is not None])
    return values[np.isfinite(values)]


def _cell(cell: Cell) -> list[str]:
    return [f"{cell.icc:g}", str(cell.size), str(cell.n_groups)]


def _trimmed(values: np.ndarray) -> np.ndarray:
    low, high = np.quantile(values, [0.01, 0.99])
    return values[(values >= low) & (values <= high)]


def _rmse(values: np.ndarray, truth: float) -> float:
    return float(np.sqrt(((_trimmed(values) - truth) ** 2).mean()))


def _bias(values: np.ndarray, truth: float) -> str:
    error = values.std(ddof=1) / len(values) ** 0.5
    mean = values.mean() - truth
    return f"{mean:+.3f} ± {error:.3f}" if error < 0.5 else f"{mean:+.3g} ± {error:.2g}"


def _median(values: np.ndarray, truth: float) -> str:
    """Return the bias of the median; its error is π/2 times the variance, were they normal."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    error = 1.2533 * (high - low) / 1.349 / len(values) ** 0.5
    return f"{middle - truth:+.3f} ± {error:.3f}"


def _between(results: Results) -> str:
    header = ["ICC", "rows", "groups", "limit − .30", "observed: mean", "observed: median"]
    header += ["latent: mean", "latent: median", "latent: middle half", "RMSE observed", "latent"]
    rows = []
    for cell, outcomes in results.items():
        observed, latent = (_values(outcomes, name, 1) for name in ("group-mean", "latent"))
        low, high = np.quantile(latent, [0.25, 0.75])
        rows.append(
            [
                *_cell(cell),
                f"{cell.limit - 0.3:+.3f}",
                _bias(observed, 0.3),
                _median(observed, 0.3),
                _bias(latent, 0.3),
                _median(latent, 0.3),
                f"{low:.2f} to {high:.2f}",
                f"{_rmse(observed, 0.3):.3f}",
                f"{_rmse(latent, 0.3):.3f}",
            ]
        )
    return table(header, rows)


def _intervals(
    outcomes: list[dict[str, Outcome]], centering: str, method: int, effect: int
) -> np.ndarray:
    """Return lower and upper bounds (R', 2) of the samples that have them."""
    found = [one[centering].intervals for one in outcomes]
    bounds = np.array([item[method, 1:, effect] for item in found if item is not None])
    return bounds[np.isfinite(bounds).all(axis=1)] if bounds.size else np.zeros((0, 2))


def _covered(bounds: np.ndarray, truth: float) -> str:
    if not len(bounds):
        return "none"
    share = ((bounds[:, 0] <= truth) & (truth <= bounds[:, 1])).mean()
    error = (share * (1 - share) / len(bounds)) ** 0.5
    return f"{100 * share:.1f} ± {100 * error:.1f}"


def _share(outcomes: list[dict[str, Outcome]], centering: str, effect: int) -> list[str]:
    singular = np.mean([one[centering].singular for one in outcomes])
    some = len(_intervals(outcomes, centering, 1, effect))
    return [f"{100 * singular:.1f} %", f"{100 * (1 - some / len(outcomes)):.1f} %"]


def _coverage(results: Results) -> str:
    header = ["ICC", "rows", "groups", "observed: Monte Carlo", "observed: delta"]
    header += ["latent: Monte Carlo", "latent: delta", "latent: singular", "no interval"]
    rows = []
    for cell, outcomes in results.items():
        covered = [
            _covered(_intervals(outcomes, name, method, 1), 0.3)
            for name in ("group-mean", "latent")
            for method in (0, 1)
        ]
        rows.append([*_cell(cell), *covered, *_share(outcomes, "latent", 1)])
    return table(header, rows)


def _within(results: Results) -> str:
    header = ["ICC", "rows", "groups", "observed: bias", "latent: bias"]
    header += ["observed: coverage", "latent: coverage"]
    rows = []
    for cell, outcomes in results.items():
        names = ("group-mean", "latent")
        rows.append(
            [
                *_cell(cell),
                *(_small(_values(outcomes, name, 0)) for name in names),
                *(_covered(_intervals(outcomes, name, 0, 0), 0.09) for name in names),
            ]
        )
    return table(header, rows)


def _small(values: np.ndarray) -> str:
    error = values.std(ddof=1) / len(values) ** 0.5
    return f"{values.mean() - 0.09:+.4f} ± {error:.4f}"


def _findings(results: Results) -> str:
    """Return sentences on the largest deviations of medians, whatever they are."""
    lines = []
    for name, words in (("group-mean", "Observed means"), ("latent", "Latent means")):
        median = {cell: np.median(_values(out, name, 1)) - 0.3 for cell, out in results.items()}
        worst = max(median, key=lambda cell: abs(median[cell]))
        where = f"ICC {worst.icc:g}, {worst.size} rows, {worst.n_groups} groups"
        shares = [
            float(_covered(_intervals(out, name, 0, 1), 0.3).split()[0]) for out in results.values()
        ]
        lines.append(
            f"- {words}: the median of `indirect_between` is off by at most "
            f"{100 * abs(median[worst]) / 0.3:.0f} % ({where}); Monte Carlo intervals cover it in "
            f"{min(shares):.1f} to {max(shares):.1f} %."
        )
    return "\n".join(lines)
