"""Data drawn from two-level systems, for every design."""

from __future__ import annotations

import numpy as np
import pandas as pd

DESIGNS = ("1-1-1", "2-1-1", "2-2-1", "1-1-2", "1-2-2", "1-2-1", "2-1-2")
A_WITHIN, A_BETWEEN, B_WITHIN, B_BETWEEN = 0.5, 0.7, 0.4, 0.6
DIRECT = 0.2


def drawn(
    design: str = "1-1-1",
    *,
    slopes: float = 0.0,
    moderation: float = 0.0,
    n_groups: int = 60,
    size: int = 8,
    seed: int = 1,
    holes: float = 0.0,
) -> pd.DataFrame:
    """Return columns g, x, m, m2, y, c (a covariate), w (a group-level moderator).

    Parameters
    ----------
    design : str
        Levels of x, m and y. The second mediator ``m2`` has the level of ``m``.
    slopes : float
        SD of each path within groups.
    moderation : float
        How much ``w`` adds to the path from x to m within groups.
    n_groups, size, seed : int
        Sizes differ by one from group to group.
    holes : float
        Share of values of x, m, y and c that are missing, at random.
    """
    rng = np.random.default_rng(seed)
    sizes = size + np.arange(n_groups) % 3 - 1
    g = np.repeat(np.arange(n_groups), sizes)
    levels = dict(zip(("x", "m", "y"), map(int, design.split("-")), strict=True))
    w, c_between = rng.normal(size=n_groups), 0.5 * rng.normal(size=n_groups)
    x_between = rng.normal(size=n_groups) + 0.3 * c_between
    m_between = A_BETWEEN * x_between + 0.3 * w + 0.6 * rng.normal(size=n_groups)
    second_between = 0.4 * x_between + 0.6 * rng.normal(size=n_groups)
    y_between = (
        B_BETWEEN * m_between
        + 0.3 * second_between
        + DIRECT * x_between
        + 0.2 * w
        + 0.5 * rng.normal(size=n_groups)
    )
    within = {name: rng.normal(size=len(g)) for name in ("x", "m", "m2", "y", "c")}
    a, b, direct = slopes * rng.normal(size=(3, n_groups))
    a = A_WITHIN + a + moderation * w
    if levels["x"] == 2:
        within["x"] = np.zeros(len(g))
    within["m"] += a[g] * within["x"] + 0.2 * within["c"]
    within["m2"] += 0.3 * within["x"]
    if levels["m"] == 2:
        within["m"], within["m2"] = np.zeros(len(g)), np.zeros(len(g))
    within["y"] += (
        (B_WITHIN + b)[g] * within["m"]
        + 0.2 * within["m2"]
        + (DIRECT + direct)[g] * within["x"]
        + 0.1 * within["c"]
    )
    if levels["y"] == 2:
        within["y"] = np.zeros(len(g))
    between = {"x": x_between, "m": m_between, "m2": second_between, "y": y_between, "c": c_between}
    frame = pd.DataFrame({"g": g, **{name: between[name][g] + within[name] for name in between}})
    for name in between:
        lost = rng.random(len(g)) < holes
        if levels.get("m" if name == "m2" else name, 1) == 2:  # whole groups lack it
            lost = (rng.random(n_groups) < holes)[g]
        frame.loc[lost, name] = np.nan
    frame["w"] = w[g]
    return frame
