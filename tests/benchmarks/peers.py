"""The same model by other programs: fits only, on data that are already in memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.timing import Timing, timed

__all__ = ["PEERS", "peer_frame", "rscript", "time_r", "time_statsmodels"]

# What each fits, and the least factor by which it should be slower.
PEERS = {
    "statsmodels": ("two separate fits", 30),
    "lme4": ("two separate fits", 8),
    "nlme": ("one joint fit", 100),
    "glmmTMB": ("one joint fit", 100),
}


def peer_frame(data: pd.DataFrame, group: str, *, within: bool) -> pd.DataFrame:
    """Return columns g, x, p, m, y, with predictors x and p (the mediator) centred if asked."""
    frame = pd.DataFrame(
        {"g": data[group], "x": data["x"], "p": data["m"], "m": data["m"], "y": data["y"]}
    )
    if within:
        predictors = frame[["x", "p"]]
        frame[["x", "p"]] = predictors - predictors.groupby(frame["g"]).transform("mean")
    return frame


def time_statsmodels(frame: pd.DataFrame, repeats: int) -> Timing:
    """Time two MixedLM fits by maximum likelihood with their default optimiser."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    ones = np.ones(len(frame))
    first = np.column_stack([ones, frame["x"]])
    second = np.column_stack([ones, frame["p"], frame["x"]])
    m, y, g = frame["m"].to_numpy(), frame["y"].to_numpy(), frame["g"].to_numpy()
    logliks = []

    def fit() -> None:
        fits = [
            MixedLM(response, design, groups=g, exog_re=design).fit(reml=False)
            for response, design in ((m, first), (y, second))
        ]
        logliks.append(float(sum(one.llf for one in fits)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        timing = timed(fit, repeats, warm=0)
    return Timing(timing.seconds, loglik=logliks[-1])


def rscript() -> str | None:
    """Return where Rscript is, if it is."""
    return shutil.which("Rscript")


def time_r(
    engine: str, frame: pd.DataFrame, repeats: int, limit: float
) -> tuple[Timing, str | None]:
    """Time an R package, for at most ``limit`` seconds in all, and return its version too.

    When time runs out after some fits, those count.
    """
    program = rscript()
    if program is None:
        return Timing(why="no R"), None
    script = Path(__file__).with_name("peers.R")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.csv"
        frame.to_csv(path, index=False)
        command = [program, str(script), str(path), engine, str(repeats)]
        try:
            ran = subprocess.run(
                command, capture_output=True, text=True, timeout=limit, check=False
            )
            printed, failure = ran.stdout, ran.stderr.strip().splitlines()[-1:]
        except subprocess.TimeoutExpired as stopped:
            printed = (stopped.stdout or b"").decode()
            failure = [f"> {limit:.0f} s"]
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    version = lines[0].get("version") if lines else None
    fits = [line for line in lines if "seconds" in line]
    if not fits:
        why = failure[0] if version is not None and failure else "not installed"
        return Timing(why=why), version
    return Timing(tuple(line["seconds"] for line in fits), loglik=fits[-1]["loglik"]), version
