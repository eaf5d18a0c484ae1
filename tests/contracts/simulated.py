"""Grouped data drawn from known parameters, for the contracts of estimators."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

import medwidget as mw
from medwidget.data.simulate import simulate_responses
from medwidget.pipeline.resolve import resolve

TRUTH = {
    "intercept[m]": 0.3,
    "a_within": 0.5,
    "a_between": 0.8,
    "intercept[y]": -0.2,
    "b_within": 0.4,
    "b_between": 0.1,
    "direct_within": 0.2,
    "direct_between": -0.3,
    "var(m)": 0.6,
    "var(y)": 0.5,
    "var(a)": 0.2,
    "var(b)": 0.15,
    "cov(m,a)": 0.05,
    "cov(y,b)": -0.06,
    "residual(m)": 1.0,
    "residual(y)": 0.8,
}
ACROSS = {"cov(a,y)": 0.04, "cov(m,b)": 0.03, "cov(a,b)": 0.1}

LATENT_TRUTH = {
    "intercept[m]": 0.3,
    "a_within": 0.5,
    "a_between": 0.8,
    "intercept[y]": -0.2,
    "b_within": 0.4,
    "b_between": 0.1,
    "direct_within": 0.2,
    "direct_between": -0.3,
    "var(m)": 0.6,
    "var(y)": 0.5,
    "residual(m)": 1.0,
    "residual(y)": 0.8,
    "mean(x)": 0.7,
    "var_within(x)": 1.4,
    "var_between(x)": 0.9,
}


def exposure(n_groups: int, sizes: tuple[int, int], seed: int) -> pd.DataFrame:
    """Return groups ``g``, an exposure ``x`` that varies at both levels, a group-level ``w``."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(n_groups), rng.integers(*sizes, size=n_groups, endpoint=True))
    frame = pd.DataFrame({"g": codes + 1})
    frame["x"] = rng.normal(size=n_groups)[codes] + rng.normal(size=codes.size)
    frame["w"] = rng.normal(size=n_groups)[codes]
    frame["m"], frame["y"] = rng.normal(size=codes.size), rng.normal(size=codes.size)
    return frame


def drawn(
    model: mw.MediationModel, frame: pd.DataFrame, values: Mapping[str, float], seed: int
) -> pd.DataFrame:
    """Return the frame with mediators and outcome drawn from the model at ``values``."""
    resolved = resolve(model, frame)
    rng = np.random.default_rng(seed)
    responses = simulate_responses(resolved.prepared, resolved.structure, values, rng)
    return frame.assign(**{name: new for (name, _), new in responses.items()})


def two_level(n_groups: int, sizes: tuple[int, int], seed: int, *, joint: bool) -> pd.DataFrame:
    """Return data drawn at `TRUTH`, with covariances across equations if ``joint``."""
    model = mw.MediationModel(
        "x", "m", "y", "g", random_covariance="full" if joint else "by-equation"
    )
    values = {**TRUTH, **ACROSS} if joint else TRUTH
    return drawn(model, exposure(n_groups, sizes, seed), values, seed + 1)


def latent_two_level(n_groups: int, sizes: tuple[int, int], seed: int) -> pd.DataFrame:
    """Return data drawn at `LATENT_TRUTH`: what acts between groups are means of the population."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(n_groups), rng.integers(*sizes, size=n_groups, endpoint=True))
    t = LATENT_TRUTH
    noise = {name: rng.normal(size=n_groups) for name in "xmy"}
    between = {"x": t["mean(x)"] + np.sqrt(t["var_between(x)"]) * noise["x"]}
    between["m"] = t["intercept[m]"] + t["a_between"] * between["x"]
    between["m"] += np.sqrt(t["var(m)"]) * noise["m"]
    between["y"] = t["intercept[y]"] + t["b_between"] * between["m"]
    between["y"] += t["direct_between"] * between["x"] + np.sqrt(t["var(y)"]) * noise["y"]
    noise = {name: rng.normal(size=codes.size) for name in "xmy"}
    within = {"x": np.sqrt(t["var_within(x)"]) * noise["x"]}
    within["m"] = t["a_within"] * within["x"] + np.sqrt(t["residual(m)"]) * noise["m"]
    within["y"] = t["b_within"] * within["m"] + t["direct_within"] * within["x"]
    within["y"] += np.sqrt(t["residual(y)"]) * noise["y"]
    values = {name: between[name][codes] + within[name] for name in "xmy"}
    return pd.DataFrame({"g": codes + 1, **values})
