"""Latent against observed group means: `python -m tests.benchmarks.latent_simulation`.

Draws samples from a two-level model with known paths at each level, fits both centrings, and writes
its section of docs/validation.md. Uses two processes. With --quick there are a few samples and
nothing is written. The numbers follow from --seed and do not depend on the number of processes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

import medwidget as mw
from medwidget.effects.define import build_effects
from medwidget.effects.effect import EffectSet
from medwidget.errors import MedwidgetError
from medwidget.estimators.registry import read_estimator
from medwidget.intervals.registry import read_interval
from medwidget.pipeline.resolve import resolve
from tests.benchmarks import latent_report
from tests.benchmarks.timing import ROOT, machine

CENTERINGS = ("latent", "group-mean")
METHODS = ("monte-carlo", "delta")
EFFECTS = ("indirect_within", "indirect_between")
ICCS, SIZES, GROUPS = (0.05, 0.2, 0.4), (5, 20), (50, 100)
BATCH = 20

# Standardized paths at each level: x, m and y have variance 1 − ICC within and ICC between groups.
WITHIN = {"a": 0.3, "b": 0.3, "direct": 0.1}
BETWEEN = {"a": 0.6, "b": 0.5, "direct": 0.1}
TRUTH = {
    "indirect_within": WITHIN["a"] * WITHIN["b"],
    "indirect_between": BETWEEN["a"] * BETWEEN["b"],
}


@dataclass(frozen=True)
class Cell:
    """An ICC, common to x, m and y, rows in each group, and a number of groups."""

    icc: float
    size: int
    n_groups: int

    @property
    def limit(self) -> float:
        """Where a_B b_B from observed means goes with the number of groups (Lüdtke et al. 2008).

        Observed means have the covariance matrix Σ_B + Σ_W / n.
        """
        sigma = self.icc * correlations(BETWEEN)
        sigma = sigma + (1 - self.icc) * correlations(WITHIN) / self.size
        a = sigma[1, 0] / sigma[0, 0]
        b = np.linalg.solve(sigma[:2, :2], sigma[:2, 2])[1]
        return float(a * b)

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        """Return one sample."""
        g = np.repeat(np.arange(self.n_groups), self.size)
        outer = rng.standard_normal((self.n_groups, 3)) @ root(BETWEEN).T * self.icc**0.5
        inner = rng.standard_normal((g.size, 3)) @ root(WITHIN).T * (1 - self.icc) ** 0.5
        x, m, y = (outer[g] + inner).T
        return pd.DataFrame({"g": g, "x": x, "m": m, "y": y})


def correlations(paths: dict[str, float]) -> np.ndarray:
    """Return the correlation matrix of x, m, y that standardized paths imply."""
    a, b, direct = paths["a"], paths["b"], paths["direct"]
    return np.array(
        [
            [1.0, a, a * b + direct],
            [a, 1.0, b + a * direct],
            [a * b + direct, b + a * direct, 1.0],
        ]
    )


def root(paths: dict[str, float]) -> np.ndarray:
    return np.linalg.cholesky(correlations(paths))


@dataclass(frozen=True)
class Outcome:
    """One centring on one sample, or why there is none.

    Attributes
    ----------
    estimates : array (E,)
    intervals : array (methods, 3, E)
        Standard error, lower and upper bound.
    singular, converged : bool
    error : str
    """

    estimates: np.ndarray | None = None
    intervals: np.ndarray | None = None
    singular: bool = False
    converged: bool = True
    error: str = ""


Results = dict[Cell, list[dict[str, Outcome]]]


def run_sample(cell: Cell, sample: int, seed: int) -> dict[str, Outcome]:
    """Draw one sample and fit it with each centring."""
    stream = [seed, round(1000 * cell.icc), cell.size, cell.n_groups, sample]
    data = cell.draw(np.random.default_rng(stream))
    return {name: _fitted(name, data, stream) for name in CENTERINGS}


def _fitted(centering: str, data: pd.DataFrame, stream: list[int]) -> Outcome:
    model = mw.MediationModel("x", "m", "y", "g", centering=centering, random_slopes=())
    try:
        resolved = resolve(model, data)
        defined = build_effects(resolved.structure, resolved.scales)
        wanted = [effect for effect in defined if effect.name in EFFECTS]
        effects = EffectSet(wanted, resolved.structure.parameters.names)
        fit = read_estimator("ml", model).fit(
            resolved.structure, resolved.prepared, np.random.default_rng([*stream, 1])
        )
        found = []
        for method in METHODS:
            rng = np.random.default_rng([*stream, 2])
            bounds = read_interval(method).bounds(effects, fit, fit.refit, rng, 0.95)
            found.append(np.stack([bounds.standard_error, bounds.lower, bounds.upper]))
    except MedwidgetError as error:
        return Outcome(error=type(error).__name__)
    assert tuple(effect.name for effect in wanted) == EFFECTS
    return Outcome(
        effects.value(fit.estimate),
        np.stack(found),
        bool(fit.convergence.singular),
        fit.convergence.converged,
    )


def run_batch(task: tuple[Cell, int, int, int]) -> tuple[Cell, int, list[dict[str, Outcome]]]:
    """Run samples ``start`` to ``stop`` of a cell."""
    cell, start, stop, seed = task
    with threadpool_limits(1):
        return cell, start, [run_sample(cell, sample, seed) for sample in range(start, stop)]


def run(cells: Sequence[Cell], replications: int, seed: int, processes: int) -> Results:
    """Run every sample of every cell."""
    tasks = [
        (cell, start, min(start + BATCH, replications), seed)
        for cell in cells
        for start in range(0, replications, BATCH)
    ]
    batches: dict[tuple[Cell, int], list[dict[str, Outcome]]] = {}
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for done, (cell, start, outcomes) in enumerate(pool.imap_unordered(run_batch, tasks), 1):
            batches[cell, start] = outcomes
            if done % 20 == 0 or done == len(tasks):
                spent = time.perf_counter() - started
                left = spent / done * (len(tasks) - done)
                print(
                    f"{done} of {len(tasks)} batches, {spent:.0f} s, about {left:.0f} s left",
                    file=sys.stderr,
                    flush=True,
                )
    return {
        cell: [
            outcome for start in range(0, replications, BATCH) for outcome in batches[cell, start]
        ]
        for cell in cells
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1000, help="samples for each cell")
    parser.add_argument("--seed", type=int, default=20240505)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="a few samples, to try the script")
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    replications = 20 if options.quick else options.replications
    cells = [Cell(*values) for values in product(ICCS, SIZES, GROUPS)]
    started = time.perf_counter()
    results = run(cells, replications, options.seed, options.processes)
    minutes = (time.perf_counter() - started) / 60
    text = latent_report.section(results, replications, options.seed, machine(), minutes)
    print(text)
    if not (options.quick or options.dry):
        path = ROOT / "docs" / "validation.md"
        page = latent_report.without(path.read_text(encoding="utf-8"))
        path.write_text(f"{page.rstrip()}\n\n{text.rstrip()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
