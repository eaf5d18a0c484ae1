"""How long fits with latent centring take: `python -m tests.benchmarks.latent_speed`.

Part of `make bench`; alone, it prints its section of docs/performance.md, and with --write it puts
the section there. Run it on an idle machine. With --quick numbers mean nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import medwidget as mw
from medwidget.estimators.protocol import Fit
from medwidget.estimators.registry import read_estimator
from medwidget.pipeline.resolve import resolve
from tests.benchmarks.generate import three_slopes
from tests.benchmarks.peers import peer_frame, time_r
from tests.benchmarks.timing import ROOT, Timing, machine, milliseconds, table, timed

__all__ = ["Latent", "bars", "measure_latent", "section"]

HEADING = "## Latent centring"
SLOPES = ("a", "b", "direct")
HOLES, SEED = 0.2, 20240504
BPG = "BPG06 (800 rows, 100 groups)"

TEXT = """{heading}

`centering="latent"`, maximum likelihood of x, m and y together. "Estimates and SEs" is the
estimator alone: start, optimum, observed information, for models without random slopes also the
saturated and the independence model; "whole fit" is `mw.fit(model, data, interval="delta")`.
"slopes" are random a, b and direct, so that the latent parts of x and m are integrated numerically,
until more nodes change the log-likelihood by less than 1e-6. "holes": {holes:.0%} of the values of
x, m and y taken out at random, fitted by full-information maximum likelihood. lavaan (CRAN) fits
the models without slopes; its development version, which has random slopes, is said to take 447 s
for BPG06 with x split by observed means.

{timings}

{bars}
"""


@dataclass(frozen=True)
class Setting:
    """A model and data, how often each is fitted, and the bar for the estimator in seconds."""

    name: str
    data: pd.DataFrame
    model: mw.MediationModel
    repeats: int
    peer_repeats: int = 0
    bar: float | None = None


@dataclass(frozen=True)
class Latent:
    """What was measured in one setting."""

    setting: Setting
    estimate: Timing
    whole: Timing
    fit: Fit
    lavaan: Timing


def latent_model(group: str, slopes: Sequence[str] = (), **options: Any) -> mw.MediationModel:
    return mw.MediationModel(
        "x", "m", "y", group, centering="latent", random_slopes=slopes, **options
    )


def with_holes(data: pd.DataFrame) -> pd.DataFrame:
    """Return the data without a share of the values of x, m and y."""
    rng = np.random.default_rng(SEED)
    columns = ["x", "m", "y"]
    out = data.copy()
    out[columns] = out[columns].mask(rng.random((len(data), len(columns))) < HOLES)
    return out[out[columns].notna().any(axis=1)]


def settings(quick: bool) -> list[Setting]:
    """Return what is timed, from small to large."""
    bpg, army = mw.load_dataset("bpg"), mw.load_dataset("army")
    large = three_slopes(60, 10) if quick else three_slopes(1000, 20)
    size = f"{len(large):,} rows, {large['g'].nunique():,} groups"
    fiml = {"missing": "fiml"}
    command = mw.MediationModel(
        "HRS", "LEAD", "WBEING", "GRP", centering="latent", random_slopes=("a", "b")
    )
    found = [
        Setting(BPG, bpg, latent_model("id"), 41, 5, 0.015),
        Setting(f"{BPG}, holes", with_holes(bpg), latent_model("id", **fiml), 21, 3),
        Setting(f"{BPG}, slopes", bpg, latent_model("id", SLOPES), 11, bar=0.4),
        Setting(
            f"{BPG}, slopes, x by observed means",
            bpg,
            latent_model("id", SLOPES, splits={"x": "observed"}),
            11,
        ),
        Setting(f"{BPG}, slopes, holes", with_holes(bpg), latent_model("id", SLOPES, **fiml), 1),
        Setting("army (7,382 rows, 99 groups), random a and b", army, command, 11),
        Setting(size, large, latent_model("g"), 11, 1),
        Setting(f"{size}, holes", with_holes(large), latent_model("g", **fiml), 5, 1),
        Setting(f"{size}, slopes", large, latent_model("g", SLOPES), 3, bar=4.0),
    ]
    return [_once(one) for one in found] if quick else found


def _once(setting: Setting) -> Setting:
    return Setting(setting.name, setting.data, setting.model, 1, min(setting.peer_repeats, 1))


def measure(setting: Setting, limit: float, with_r: bool) -> Latent:
    """Time one setting."""
    estimator = read_estimator("ml", setting.model)
    resolved = resolve(setting.model, setting.data)
    fits: list[Fit] = []

    def estimate() -> None:
        rng = np.random.default_rng(1)
        fits.append(estimator.fit(resolved.structure, resolved.prepared, rng))

    estimates = timed(estimate, setting.repeats, warm=int(setting.repeats > 1))
    whole = timed(
        lambda: mw.fit(setting.model, setting.data, interval="delta"), setting.repeats, warm=0
    )
    lavaan = Timing(why="")
    if setting.peer_repeats and with_r:
        frame = peer_frame(setting.data, setting.model.group, within=False)
        lavaan, _ = time_r("lavaan", frame, setting.peer_repeats, limit)
    return Latent(setting, estimates, whole, fits[-1], lavaan)


def measure_latent(quick: bool, limit: float, with_r: bool) -> list[Latent]:
    """Time every setting."""
    found = []
    for setting in settings(quick):
        print(f"latent: {setting.name}", file=sys.stderr, flush=True)
        found.append(measure(setting, limit, with_r))
    return found


def section(measured: Sequence[Latent]) -> str:
    """Return the section of docs/performance.md."""
    rows = [
        [
            one.setting.name,
            str(one.estimate),
            str(one.whole),
            _nodes(one.fit),
            str(one.lavaan),
            f"{one.fit.loglik:.4f}",
            "" if one.lavaan.loglik is None else f"{one.lavaan.loglik:.4f}",
        ]
        for one in measured
    ]
    header = ["data, model", "estimates and SEs", "whole fit", "nodes", "lavaan, fit"]
    timings = table([*header, "log-likelihood", "lavaan's"], rows)
    words = {True: "yes", False: "**no**"}
    body = [[what, bar, shown, words[met]] for what, bar, shown, met in bars(measured)]
    return TEXT.format(
        heading=HEADING,
        holes=HOLES,
        timings=timings,
        bars=table(["what", "bar", "measured", "met"], body),
    )


def _nodes(fit: Fit) -> str:
    nodes, dimensions = (fit.statistics.get(f"quadrature_{key}") for key in ("nodes", "dimensions"))
    return "" if not nodes or not dimensions else f"{nodes}, dimensions: {dimensions}"


def bars(measured: Sequence[Latent]) -> list[tuple[str, str, str, bool]]:
    """Return what was asked, what was measured, and whether it suffices."""
    rows = []
    for one in measured:
        bar, median = one.setting.bar, one.estimate.median
        if bar is not None and median is not None:
            what = f"{one.setting.name}, latent, estimates and SEs"
            rows.append((what, f"≤ {milliseconds(bar)}", str(one.estimate), median <= bar))
    by_name = {one.setting.name: one.estimate.median for one in measured}
    for name, median in by_name.items():
        complete = by_name.get(name.removesuffix(", holes"))
        if name.endswith(", holes") and median is not None and complete is not None:
            ratio = median / complete
            what = f"{name}: full information beside complete data"
            rows.append((what, "≤ 5 times", f"{ratio:.1f} times", ratio <= 5))
    return rows


def put(page: str, text: str) -> str:
    """Return the page with its section replaced, or added before the other timings."""
    following = "## Other timings"
    before, _, rest = page.partition(following)
    return f"{before.split(HEADING)[0]}{text.rstrip()}\n\n{following}{rest}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the script")
    parser.add_argument("--skip-r", action="store_true", help="without lavaan")
    parser.add_argument("--limit", type=float, default=600, help="seconds for lavaan each time")
    parser.add_argument("--write", action="store_true", help="put it into docs/performance.md")
    options = parser.parse_args(arguments)
    text = section(measure_latent(options.quick, options.limit, not options.skip_r))
    print("\n".join(f"- {line}" for line in machine()))
    print(text)
    if options.write and not options.quick:
        path: Path = ROOT / "docs" / "performance.md"
        path.write_text(put(path.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
