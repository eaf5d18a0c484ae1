"""The text of docs/performance.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks import latent_speed
from tests.benchmarks.peers import PEERS
from tests.benchmarks.timing import Timing, milliseconds, table

if TYPE_CHECKING:
    from tests.benchmarks.speed import Row

__all__ = ["Measured", "document"]

TEXT = """# Performance

Written by `make bench` (`tests/benchmarks/speed.py`), which times everything in one run, one thing
after the other. Numbers are medians.

{machine}

## What is timed

The joint model of both equations with random slopes for a, b and the direct path, by maximum
likelihood, with an unrestricted 5 × 5 covariance matrix of the random effects and a residual
variance for each equation. "BPG06" is the data set `bpg`, not centred; the others are simulated
(`tests/benchmarks/generate.py`, fixed seed) and centred within groups.

- **medwidget, fit**: `mw.fit(model, data, interval="delta")`, from data frame to result, with
  preparation, checks, estimates, the joint covariance matrix of all parameters, effects and their
  standard errors.
- **medwidget, whole call**: the default, `mw.fit(model, data)`: the same, with Monte Carlo
  intervals from 10,000 draws. Both repeated {repeats} times after one call that does not count.
- **Other programs: the fit alone**, on data that are in memory and prepared (centred, stacked).
  statsmodels and lme4 fit the two equations separately, which leaves out all covariances across
  equations; nlme and glmmTMB fit both jointly, as stacked rows with a residual variance for each
  response. Fitted {peer_repeats} times with their default optimisers, BLAS and OpenMP threads as
  they come; each program in R is stopped after {limit:.0f} s.

## An analysis, beside other programs

{comparison}

How many times as long as the fit of medwidget (data frame to standard errors of effects):

{ratios}

Log-likelihood at the optimum. Separate fits have lower ones, because they leave parameters out; the
joint ones should agree. "None": the program reports none.

{logliks}

## Where the time goes

{parts}

Preparation is what grows with the number of rows: reading columns, finding groups, checks, and one
pass that leaves cross-products for each group. All else depends on the number of groups alone. "The
rest" is all that follows the estimates: effects, Monte Carlo intervals, the result.

On the smallest data arithmetic is not what costs: an evaluation of the likelihood with two
derivatives is some 250 calls of numpy (about 0.7 ms at 100 groups, 1.5 ms at 1,000), and BPG06,
whose T is close to singular, takes ten. Checks and preparation are about 3.5 ms. By estimate, the
floor of a fit in numpy is near 10 ms, above what an eighth of lme4 or a hundredth of glmmTMB would
allow at this size.

{latent}

## Other timings

{others}

## Memory

{memory}

## Bars

{bars}
"""


@dataclass(frozen=True)
class Measured:
    """Everything that was measured."""

    rows: Sequence[Row]
    bootstrap: Timing
    bootstrap_samples: int
    imports: dict[str, tuple[Timing, list[str]]]
    latent: Sequence[latent_speed.Latent]
    memory: dict[str, float]


def document(measured: Measured, machine: Sequence[str], limit: float) -> str:
    """Return the whole document."""
    rows = measured.rows
    return TEXT.format(
        machine="\n".join(f"- {line}" for line in machine),
        repeats=_list([str(row.size.repeats) for row in rows]),
        peer_repeats=_list([str(row.size.peer_repeats) for row in rows]),
        limit=limit,
        comparison=_comparison(rows),
        ratios=_ratios(rows),
        logliks=_logliks(rows),
        parts=_parts(rows),
        latent=latent_speed.section(measured.latent).rstrip(),
        others=_others(measured),
        memory=_memory(measured.memory),
        bars=_bars(measured),
    )


def _list(items: Sequence[str]) -> str:
    return f"{', '.join(items[:-1])} and {items[-1]}"


def _comparison(rows: Sequence[Row]) -> str:
    header = [
        "data",
        "medwidget, fit",
        "medwidget, whole call",
        *(f"{name}, {what}" for name, (what, _) in _peers(rows)),
    ]
    return table(
        header,
        [
            [
                row.size.name,
                str(row.errors),
                str(row.whole),
                *(str(row.peers[name]) for name, _ in _peers(rows)),
            ]
            for row in rows
        ],
    )


def _peers(rows: Sequence[Row]) -> list[tuple[str, tuple[str, int]]]:
    return [(name, what) for name, what in PEERS.items() if name in rows[0].peers]


def _ratio(row: Row, peer: str) -> float | None:
    theirs, ours = row.peers[peer].median, row.errors.median
    return None if theirs is None or ours is None else theirs / ours


def _ratios(rows: Sequence[Row]) -> str:
    names = [name for name, _ in _peers(rows)]
    body = [
        [row.size.name, *(_times(_ratio(row, name), row.peers[name]) for name in names)]
        for row in rows
    ]
    return table(["data", *names], body)


def _times(ratio: float | None, timing: Timing) -> str:
    return timing.why if ratio is None else f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _logliks(rows: Sequence[Row]) -> str:
    names = [name for name, _ in _peers(rows)]
    body = []
    for row in rows:
        values = [row.peers[name].loglik for name in names]
        body.append(
            [
                row.size.name,
                f"{row.loglik:.4f}",
                *("none" if value is None else f"{value:.4f}" for value in values),
            ]
        )
    return table(["data", "medwidget", *names], body)


def _parts(rows: Sequence[Row]) -> str:
    header = ["data", "preparation", "estimates and SEs", "the rest", "Monte Carlo interval alone"]
    body = [
        [row.size.name, *map(str, (row.prepare, row.estimate, row.rest, row.monte_carlo))]
        for row in rows
    ]
    return table(header, body)


def _others(measured: Measured) -> str:
    body = [
        [
            f"BPG06 with {measured.bootstrap_samples:,} cluster-bootstrap refits, whole call",
            str(measured.bootstrap),
            "",
        ]
    ]
    for statement, (timing, heavy) in measured.imports.items():
        loaded = f"loads {', '.join(heavy)}" if heavy else "loads no heavy library"
        body.append([f"`{statement}` in a fresh interpreter", str(timing), loaded])
    return table(["what", "time", "remark"], body)


def _memory(found: dict[str, float]) -> str:
    mega = 1e6
    return (
        f"{found['rows']:,} rows × 4 columns of 64 bits ({found['input_bytes'] / mega:,.0f} MB), "
        f"{found['groups']:,} groups of unequal size, rows in no order. The peak of a "
        f"fresh process during `mw.fit` is {found['ratio']:.2f} times the input, the input "
        f"included; the "
        f"{found['interpreter_bytes'] / mega:,.0f} MB of the interpreter and its libraries "
        f"are subtracted. The fit took {milliseconds(found['seconds'])}."
    )


def _bars(measured: Measured) -> str:
    rows: list[tuple[str, str, str, bool | None]] = []
    for row in measured.rows:
        bar = row.size.bar
        for what, timing in (("fit", row.errors), ("whole call", row.whole)):
            median = timing.median
            assert median is not None
            name = f"{row.size.name}, {what}"
            rows.append((name, f"≤ {milliseconds(bar)}", str(timing), median <= bar))
    for row in measured.rows:
        for name, (what, least) in _peers(measured.rows):
            ratio = _ratio(row, name)
            met = None if ratio is None else ratio >= least
            shown = _times(ratio, row.peers[name])
            rows.append((f"{row.size.name}: {name}, {what}", f"≥ {least} times", shown, met))
    slowest = max(measured.rows, key=lambda row: row.monte_carlo.median or 0)
    monte_carlo = slowest.monte_carlo.median or 0
    rows.append(("Monte Carlo interval", "≤ 20 ms", str(slowest.monte_carlo), monte_carlo <= 0.02))
    bootstrap = measured.bootstrap.median or 0
    what = f"{measured.bootstrap_samples:,} cluster-bootstrap refits of BPG06"
    rows.append((what, "≤ 5 s", str(measured.bootstrap), bootstrap <= 5))
    timing, heavy = measured.imports["import medwidget"]
    rows.append(("`import medwidget`", "≤ 400 ms", str(timing), (timing.median or 0) <= 0.4))
    loaded = ", ".join(heavy) or "none"
    bad = {"altair", "anywidget", "statsmodels"} & set(heavy)
    rows.append(("heavy libraries after it", "none", loaded, not bad))
    ratio = measured.memory["ratio"]
    rows.append(("memory of 10 million rows", "≤ 3 × input", f"{ratio:.2f} × input", ratio <= 3))
    words = {True: "yes", False: "**no**", None: "not measured"}
    body = [[what, bar, shown, words[met]] for what, bar, shown, met in rows]
    return table(["what", "bar", "measured", "met"], body)
