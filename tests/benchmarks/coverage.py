"""Bias, coverage and standard errors by simulation: `python -m tests.benchmarks.coverage`.

Draws samples from known models, fits each, and asks how often intervals contain the true effect.
Uses two processes and writes docs/validation.md. With --quick there are a few samples and nothing
is written. The numbers follow from --seed and do not depend on the number of processes.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from medwidget.effects.define import build_effects
from medwidget.effects.effect import EffectSet
from medwidget.errors import MedwidgetError
from medwidget.estimators.registry import read_estimator
from medwidget.intervals.bootstrap import Bootstrap
from medwidget.intervals.registry import read_interval
from medwidget.pipeline.resolve import resolve
from tests.benchmarks import coverage_report, latent_report
from tests.benchmarks.designs import DESIGNS, Design
from tests.benchmarks.timing import ROOT, machine

METHODS = ("monte-carlo", "delta", "bootstrap")
ESTIMATORS = ("ml", "reml")
GROUPS = (20, 50, 100)
BATCH = 10  # samples that one call of a process does


@dataclass(frozen=True)
class Cell:
    """One design with a number of groups."""

    design: Design
    n_groups: int


@dataclass(frozen=True)
class Plan:
    """How many samples, and of how many of them a bootstrap of how many refits.

    The bootstrap follows the ML fit of the first ``bootstrapped`` samples of each cell.
    """

    replications: int
    bootstrapped: int
    refits: int
    seed: int


@dataclass(frozen=True)
class Outcome:
    """One estimator on one sample, or why there is none.

    Attributes
    ----------
    estimates : array (E,)
    intervals : dict of str to array (3, E)
        Standard error, lower and upper bound by method.
    singular, converged : bool
    reliability : tuple of float
        Of the observed means of x and m (ICC2).
    refits_failed : int
    error : str
    """

    estimator: str
    estimates: np.ndarray | None = None
    intervals: dict[str, np.ndarray] | None = None
    singular: bool = False
    converged: bool = True
    reliability: tuple[float, float] = (np.nan, np.nan)
    refits_failed: int = 0
    error: str = ""


def cells(groups: Sequence[int]) -> list[Cell]:
    """Return every design with every number of groups."""
    return [Cell(design, n_groups) for design in DESIGNS for n_groups in groups]


def run_sample(cell: Cell, sample: int, plan: Plan) -> list[Outcome]:
    """Draw one sample and fit it by each estimator."""
    # from what the cell is, so that it gives the same numbers alone as among others
    stream = [plan.seed, DESIGNS.index(cell.design), cell.n_groups, sample]
    data = cell.design.draw(cell.n_groups, np.random.default_rng(stream))
    try:
        resolved = resolve(cell.design.model, data)
    except MedwidgetError as error:
        return [Outcome(name, error=type(error).__name__) for name in ESTIMATORS]
    defined = build_effects(resolved.structure, resolved.scales)
    wanted = [effect for effect in defined if effect.name in cell.design.truth]
    effects = EffectSet(wanted, resolved.structure.parameters.names)
    columns = resolved.prepared.frame.columns
    reliability = tuple(_reliability(columns[name].icc2) for name in ("x", "m"))
    found = []
    for name in ESTIMATORS:
        try:
            rng = np.random.default_rng([*stream, 1])
            fit = read_estimator(name).fit(resolved.structure, resolved.prepared, rng)
            intervals, failed = {}, 0
            for method in METHODS:
                interval: Any = read_interval(method)
                if method == "bootstrap":
                    if name != "ml" or sample >= plan.bootstrapped:
                        continue
                    interval = Bootstrap(samples=plan.refits, workers=1)
                rng = np.random.default_rng([*stream, 2])
                bounds = interval.bounds(effects, fit, fit.refit, rng, 0.95)
                failed += bounds.failed
                intervals[method] = np.stack([bounds.standard_error, bounds.lower, bounds.upper])
        except MedwidgetError as error:
            found.append(Outcome(name, error=type(error).__name__))
            continue
        found.append(
            Outcome(
                name,
                effects.value(fit.estimate),
                intervals,
                bool(fit.convergence.singular),
                fit.convergence.converged,
                (reliability[0], reliability[1]),
                failed,
            )
        )
    return found


def _reliability(icc2: float | None) -> float:
    return 1.0 if icc2 is None or not np.isfinite(icc2) else float(icc2)


def run_batch(task: tuple[Cell, int, int, Plan]) -> tuple[Cell, int, list[list[Outcome]]]:
    """Run samples ``start`` to ``stop`` of a cell."""
    cell, start, stop, plan = task
    with threadpool_limits(1):
        return cell, start, [run_sample(cell, sample, plan) for sample in range(start, stop)]


def run(plan: Plan, groups: Sequence[int], processes: int) -> dict[Cell, list[list[Outcome]]]:
    """Run every sample of every cell."""
    tasks = [
        (cell, start, min(start + BATCH, plan.replications), plan)
        for cell in cells(groups)
        for start in range(0, plan.replications, BATCH)
    ]
    batches: dict[tuple[Cell, int], list[list[Outcome]]] = {}
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for done, (cell, start, outcomes) in enumerate(pool.imap_unordered(run_batch, tasks), 1):
            batches[cell, start] = outcomes
            if done % 10 == 0 or done == len(tasks):
                spent = time.perf_counter() - started
                left = spent / done * (len(tasks) - done)
                print(
                    f"{done} of {len(tasks)} batches, {spent:.0f} s, about {left:.0f} s left",
                    file=sys.stderr,
                    flush=True,
                )
    return {
        cell: [
            outcome
            for start in range(0, plan.replications, BATCH)
            for outcome in batches[cell, start]
        ]
        for cell in cells(groups)
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1000, help="samples for each cell")
    parser.add_argument("--bootstrapped", type=int, default=300, help="of them with a bootstrap")
    parser.add_argument("--bootstrap", type=int, default=499, help="refits of a bootstrap")
    parser.add_argument("--groups", type=int, nargs="+", default=GROUPS)
    parser.add_argument("--seed", type=int, default=20240503)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="a few samples, to try the script")
    parser.add_argument("--output", type=Path, help="default: docs/validation.md")
    options = parser.parse_args(arguments)
    plan = Plan(options.replications, options.bootstrapped, options.bootstrap, options.seed)
    if options.quick:
        plan = Plan(20, 4, 60, options.seed)
    started = time.perf_counter()
    outcomes = run(plan, options.groups, options.processes)
    minutes = (time.perf_counter() - started) / 60
    text = coverage_report.document(plan, outcomes, machine(), minutes)
    print(text)
    output = options.output or (None if options.quick else ROOT / "docs" / "validation.md")
    if output is not None:
        # The last section is written by another script.
        page = output.read_text(encoding="utf-8") if output.exists() else ""
        text = f"{text.rstrip()}\n\n{latent_report.kept(page)}".rstrip() + "\n"
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
