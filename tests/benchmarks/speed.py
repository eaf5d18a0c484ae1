"""How long an analysis takes beside other programs: `python -m tests.benchmarks.speed`.

Everything is timed in one run, one thing after the other, and written to docs/performance.md. Run
it on an idle machine. With --quick sizes are small, numbers mean nothing and nothing is written.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

import medwidget as mw
from medwidget.effects.define import build_effects
from medwidget.estimators.protocol import Fit
from medwidget.estimators.registry import read_estimator
from medwidget.intervals.monte_carlo import MonteCarlo
from medwidget.pipeline.resolve import resolve
from medwidget.pipeline.run import fit_resolved
from tests.benchmarks import report
from tests.benchmarks.generate import three_slopes
from tests.benchmarks.latency import kept
from tests.benchmarks.latent_speed import measure_latent
from tests.benchmarks.peers import PEERS, peer_frame, time_r, time_statsmodels
from tests.benchmarks.timing import ROOT, Timing, machine, run_python, timed

HEAVY = ("altair", "anywidget", "statsmodels", "pandas")
IMPORT = """
import json, sys, time
started = time.perf_counter()
{statement}
seconds = time.perf_counter() - started
print(json.dumps([seconds, [name for name in {heavy!r} if name in sys.modules]]))
"""


@dataclass(frozen=True)
class Size:
    """A data set to time on: how often, and the bar for the whole call in seconds."""

    name: str
    data: pd.DataFrame
    group: str
    centering: str
    repeats: int
    peer_repeats: int
    bar: float

    @property
    def model(self) -> mw.MediationModel:
        return mw.MediationModel(
            "x",
            "m",
            "y",
            group=self.group,
            centering=self.centering,
            random_slopes=("a", "b", "direct"),
        )


@dataclass
class Row:
    """What was measured on one data set."""

    size: Size
    whole: Timing
    errors: Timing
    prepare: Timing
    estimate: Timing
    rest: Timing
    monte_carlo: Timing
    loglik: float
    peers: dict[str, Timing] = field(default_factory=dict)


class _Given:
    """An estimator that returns a fit made before, to time what follows it."""

    name = "ml"

    def __init__(self, fit: Fit) -> None:
        self._fit = fit

    def unsupported(self, model: object) -> None:
        return None

    def fit(self, *_: object) -> Fit:
        return self._fit


def sizes(quick: bool) -> list[Size]:
    """Return the data sets, from small to large."""
    bpg = mw.load_dataset("bpg")
    if quick:
        small = three_slopes(50, 10)
        return [
            Size("BPG06", bpg, "id", "none", 3, 1, 0.030),
            Size("500 rows, 50 groups", small, "g", "within", 3, 1, 0.100),
        ]
    return [
        Size("BPG06 (800 rows, 100 groups)", bpg, "id", "none", 41, 5, 0.030),
        Size("20,000 rows, 1,000 groups", three_slopes(1000, 20), "g", "within", 21, 3, 0.100),
        Size("200,000 rows, 1,000 groups", three_slopes(1000, 200), "g", "within", 11, 1, 0.250),
    ]


def measure(size: Size) -> Row:
    """Time the whole call, and its parts, on one data set."""
    model, data = size.model, size.data
    estimator, interval = read_estimator("ml"), MonteCarlo()
    resolved = resolve(model, data)

    def estimate() -> Fit:
        rng = np.random.default_rng(1)
        return estimator.fit(resolved.structure, resolved.prepared, rng)

    fitted = estimate()
    effects = build_effects(resolved.structure, resolved.scales)
    given = _Given(fitted)
    return Row(
        size,
        timed(lambda: mw.fit(model, data), size.repeats),
        timed(lambda: mw.fit(model, data, interval="delta"), size.repeats),
        timed(lambda: resolve(model, data), size.repeats),
        timed(estimate, size.repeats),
        timed(lambda: fit_resolved(resolved, given, interval, 0.95, 1), size.repeats),
        timed(
            lambda: interval.bounds(effects, fitted, None, np.random.default_rng(1)),
            size.repeats,
        ),
        fitted.loglik,
    )


def measure_peers(row: Row, limit: float, with_r: bool) -> dict[str, str]:
    """Time the other programs on one data set, and return versions of those in R."""
    size = row.size
    frame = peer_frame(size.data, size.group, within=size.centering == "within")
    row.peers["statsmodels"] = time_statsmodels(frame, size.peer_repeats)
    versions = {}
    for engine in PEERS if with_r else ():
        if engine == "statsmodels":
            continue
        row.peers[engine], version = time_r(engine, frame, size.peer_repeats, limit)
        if version:
            versions[engine] = version
    return versions


def measure_bootstrap(samples: int, repeats: int) -> Timing:
    """Time an analysis of BPG06 with a cluster bootstrap."""
    size = sizes(quick=True)[0]
    interval = mw.Bootstrap(kind="cluster", samples=samples)
    return timed(lambda: mw.fit(size.model, size.data, interval=interval), repeats, warm=0)


def measure_import(statement: str, repeats: int) -> tuple[Timing, list[str]]:
    """Time a statement in fresh interpreters, and return which heavy modules it loads."""
    code = IMPORT.format(statement=statement, heavy=HEAVY)
    runs = [json.loads(run_python("-c", code)) for _ in range(repeats)]
    return Timing(tuple(seconds for seconds, _ in runs)), runs[0][1]


def measure_memory(quick: bool) -> dict[str, float]:
    """Return what `tests.benchmarks.memory` finds in a process of its own."""
    small = ("--rows", "200000", "--groups", "2000") if quick else ()
    found: dict[str, float] = json.loads(run_python("-m", "tests.benchmarks.memory", *small))
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the script")
    parser.add_argument("--skip-r", action="store_true", help="without the programs in R")
    parser.add_argument("--limit", type=float, default=900, help="seconds for each program in R")
    parser.add_argument("--output", type=Path, help="default: docs/performance.md")
    options = parser.parse_args(arguments)
    quick = options.quick

    rows, versions = [], {}
    for size in sizes(quick):
        _say(size.name)
        rows.append(measure(size))
        _say("  other programs")
        versions |= measure_peers(rows[-1], options.limit, not options.skip_r)
    latent = measure_latent(quick, options.limit, not options.skip_r)
    _say("bootstrap, import, memory")
    samples = 40 if quick else 1000
    measured = report.Measured(
        rows=rows,
        bootstrap=measure_bootstrap(samples, 1 if quick else 3),
        bootstrap_samples=samples,
        imports={
            statement: measure_import(statement, 2 if quick else 7)
            for statement in ("import medwidget", "from medwidget import MediationModel, fit")
        },
        latent=latent,
        memory=measure_memory(quick),
    )
    others = [f"{name} {version} (R)" for name, version in versions.items()]
    text = report.document(measured, machine(others), options.limit)
    print(text)
    output = options.output or (None if quick else ROOT / "docs" / "performance.md")
    if output is not None:
        # The section on the page is written by another script.
        page = kept(output.read_text(encoding="utf-8")) if output.exists() else ""
        output.write_text(f"{text.rstrip()}\n\n{page}".rstrip() + "\n", encoding="utf-8")


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
