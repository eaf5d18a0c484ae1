"""For each problem that medwidget knows, a model and data that have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import medwidget as mw
from tests.contracts.simulated import two_level

N_GROUPS, SIZE = 30, 6
N_ROWS = N_GROUPS * SIZE
SOME = -1  # a count that is above 0, and not known beforehand


def base(n_groups: int = N_GROUPS, size: int = SIZE) -> pd.DataFrame:
    """Return x, m, y with much variance at both levels and varying slopes, a group-level w."""
    rng = np.random.default_rng(12)
    codes = np.repeat(np.arange(n_groups), size)
    slopes = rng.multivariate_normal([0.5, 0.4], [[0.3, 0.05], [0.05, 0.3]], size=n_groups)[codes]
    frame = pd.DataFrame({"g": codes, "w": rng.normal(size=n_groups)[codes]})
    frame["x"] = 1.5 * rng.normal(size=n_groups)[codes] + rng.normal(size=codes.size)
    frame["m"] = slopes[:, 0] * frame["x"] + 2 * rng.normal(size=n_groups)[codes]
    frame["m"] += rng.normal(size=codes.size)
    frame["y"] = slopes[:, 1] * frame["m"] + 2 * rng.normal(size=n_groups)[codes]
    frame["y"] += rng.normal(size=codes.size)
    frame["c"] = rng.normal(size=codes.size)
    frame["v"] = rng.normal(size=n_groups)[codes]
    return frame


def where(rows: slice | list[int], name: str | list[str], value: Any) -> pd.DataFrame:
    frame = base()
    frame.loc[frame.index[rows], name] = value
    return frame


def centred(name: str) -> pd.DataFrame:
    frame = base()
    return frame.assign(**{name: frame[name] - frame.groupby("g")[name].transform("mean")})


def nowhere_complete() -> pd.DataFrame:
    frame = base()
    frame.loc[frame.index % 2 == 0, "x"] = np.nan
    frame.loc[frame.index % 2 == 1, "y"] = np.nan
    return frame


def alike(name: str, share: float) -> pd.DataFrame:
    """Return data in which groups hardly differ in a column, beyond chance by ``share``."""
    rng = np.random.default_rng(3)
    frame = base(60)
    between = share * rng.normal(size=60)[frame["g"]]
    return frame.assign(**{name: between + rng.normal(size=len(frame))})


def steep() -> pd.DataFrame:
    """Return data whose slopes of y on m follow the intercepts of y exactly."""
    rng = np.random.default_rng(2)
    frame = base(60, 12)
    level = rng.normal(size=60)[frame["g"]]
    noise = rng.normal(size=len(frame))
    return frame.assign(y=level + (0.4 + 0.5 * level) * frame["m"] + noise)


def parallel() -> pd.DataFrame:
    """Return data whose slopes of m on x do not differ at all."""
    rng = np.random.default_rng(8)
    frame = base()
    own = frame.groupby("g")["x"].transform("mean") + rng.normal(size=N_GROUPS)[frame["g"]]
    return frame.assign(m=0.5 * frame["x"] + own + 0.3 * rng.normal(size=N_ROWS))


def pairs() -> pd.DataFrame:
    """Return pairs of rows with x = ±1: slopes and residuals differ in the same way."""
    rng = np.random.default_rng(4)
    codes = np.repeat(np.arange(200), 2)
    frame = pd.DataFrame({"g": codes, "x": np.tile([-1.0, 1.0], 200)})
    frame["m"] = (0.5 + rng.normal(size=200)[codes]) * frame["x"] + rng.normal(size=200)[codes]
    frame["m"] += rng.normal(size=400)
    frame["y"] = 0.4 * frame["m"] + rng.normal(size=200)[codes] + rng.normal(size=400)
    return frame


def stops(done: int, total: int) -> bool:
    return done < 50


@dataclass(frozen=True)
class Guard:
    """Data and a model with one problem, and how it should be reported.

    ``when`` says who sees it first: "check" before anything is fitted, "fit" from the estimates.
    """

    severity: str
    column: str | None
    count: int | None
    data: Callable[[], Any]
    options: dict[str, Any] = field(default_factory=dict)
    when: str = "check"
    raised: type[mw.MedwidgetError] = mw.ModelError
    fit: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> mw.MediationModel:
        roles = {"exposure": "x", "mediators": "m", "outcome": "y", "group": "g"}
        return mw.MediationModel(**{**roles, **self.options})


def error(column: str | None, count: int | None, data: Callable[[], Any], **more: Any) -> Guard:
    return Guard("error", column, count, data, **more)


def warning(column: str | None, count: int | None, data: Callable[[], Any], **more: Any) -> Guard:
    return Guard("warning", column, count, data, **more)


def note(column: str | None, count: int | None, data: Callable[[], Any], **more: Any) -> Guard:
    return Guard("note", column, count, data, **more)


LATENT: dict[str, Any] = {"centering": "latent", "random_slopes": ()}
MANY = [f"kind {i}" for i in range(25)]

GUARDS: dict[str, Guard] = {
    # -- columns --
    "missing-column": error("yy", None, base, options={"outcome": "yy"}),
    "duplicated-column": error("y", None, lambda: pd.concat([base(), base()["y"]], axis=1)),
    "number-as-text": error("m", None, lambda: base().assign(m=base()["m"].map("{:.3f}".format))),
    "text-column": error("y", 2, lambda: base().assign(y=np.where(base()["y"] > 0, "yes", "no"))),
    "unsupported-type": error(
        "x",
        None,
        lambda: base().assign(x=pd.Timestamp("2020-01-01") + pd.to_timedelta(base()["g"])),
    ),
    "empty-column": error("c", 0, lambda: base().assign(c=np.nan), options={"covariates": ["c"]}),
    "constant-column": error("x", 1, lambda: base().assign(x=2.5)),
    "many-categories": error(
        "c", 25, lambda: base().assign(c=(MANY * 8)[:N_ROWS]), options={"covariates": ["c"]}
    ),
    "extreme-scale": error("m", None, lambda: base().assign(m=1e200 * base()["m"])),
    "ambiguous-name": error(
        None,
        2,
        lambda: (
            base().rename(columns={"y": "m~c"}).assign(d=base()["c"] ** 2, **{"c~d": base()["c"]})
        ),
        options={"outcome": "m~c", "covariates": ["c~d", "d"], "centering": "none"},
    ),
    # -- rows and groups --
    "no-rows": error(None, 0, nowhere_complete, raised=mw.DataError),
    "rows-dropped": warning("m", 3, lambda: where([1, 9, 20], "m", np.nan)),
    "infinite-values": warning("y", 2, lambda: where([4, 5], "y", -np.inf)),
    "missing-group": warning("g", 4, lambda: base().assign(g=base()["g"].mask(base().index < 4))),
    "groups-lost": warning(None, 1, lambda: where(slice(0, SIZE), "x", np.nan)),
    "unusable-group-column": error("g", None, lambda: base().assign(g=[[1]] * N_ROWS)),
    "one-group": error("g", 1, lambda: base().assign(g="all"), raised=mw.DataError),
    "few-groups": warning("g", 10, lambda: base(10)),
    "singletons": note("g", 2, lambda: base().iloc[SIZE - 1 : 1 - SIZE]),
    "too-few-rows": error(
        "y", 4, lambda: base(2, 2), options={"random_slopes": ()}, raised=mw.ModelError
    ),
    # -- levels --
    "group-level-within": error("w", None, base, options={"exposure": "w", "centering": "within"}),
    "group-level-slope": note("w", None, base, options={"exposure": "w"}),
    "nearly-group-level": warning(
        "w", 1, lambda: where([0], "w", 9.0), options={"covariates": ["w"]}
    ),
    "repeated-rows": note("w", N_GROUPS, base, options={"mediators": "w"}),
    "observed-means": warning("m", None, base, options={"outcome": "w", "random_slopes": ()}),
    "individual-level-moderator": error("c", N_GROUPS, base, options={"moderators": {"a": "c"}}),
    "individual-level-moderation": warning(
        "c", N_GROUPS, base, options={"moderators": {"a": "c"}, "centering": "none"}
    ),
    "levels-mixed": warning(None, None, base, options={"centering": "grand-mean"}),
    "double-centred": warning(
        "y", None, lambda: centred("y"), options={"centering": "within", "random_slopes": ()}
    ),
    "no-between-variance": error("x", None, lambda: centred("x")),
    "covariate-without-between": note(
        "c", None, lambda: centred("c"), options={"covariates": ["c"]}
    ),
    "little-between-variance": warning("x", None, lambda: alike("x", 0.0)),
    "unreliable-means": warning("m", None, lambda: alike("m", 0.45)),
    "two-valued-response": warning(
        "y",
        2,
        lambda: base().assign(y=(base()["y"] > 0).astype(int)),
        options={"random_slopes": ()},
    ),
    # -- latent centring --
    "rows-incomplete": note(
        None, 3, lambda: where([1, 9, 20], "m", np.nan), options={**LATENT, "missing": "fiml"}
    ),
    "rows-empty": note(
        None, 1, lambda: where([7], ["x", "m", "y"], np.nan), options={**LATENT, "missing": "fiml"}
    ),
    "nothing-within": error(
        "y", None, lambda: base().groupby("g", as_index=False).mean(), options=LATENT
    ),
    "exposure-without-between": note("x", None, lambda: centred("x"), options=LATENT),
    "split-of-group-level": note(
        "w", None, base, options={**LATENT, "exposure": "w", "splits": {"w": "observed"}}
    ),
    "no-common-level": warning(
        "c",
        None,
        base,
        options={
            **LATENT,
            "outcome": "w",
            "covariates": ["c"],
            "covariate_centering": "none",
        },
    ),
    "moderated-between": error(
        "m", None, base, options={**LATENT, "outcome": "w", "moderators": {"b": "v"}}
    ),
    "constraint-without-path": error(
        "w", None, base, options={**LATENT, "outcome": "w", "constraints": {"b_within": 0}}
    ),
    "constraints-centering": error(None, None, base, options={"constraints": {"b_within": 0}}),
    "fiml-centering": error(None, None, base, options={"missing": "fiml"}),
    "splits-centering": note("x", None, base, options={"splits": {"x": "observed"}}),
    # -- dependence --
    "collinear": error(
        "c",
        1,
        lambda: base().assign(c=3 * base()["x"] - 1),
        options={"covariates": {"c": ["y"]}, "centering": "none"},
    ),
    "perfect-fit": error(
        "y",
        None,
        lambda: base().assign(y=2 * base()["m"] - base()["x"] + 1),
        options={"centering": "none", "random_slopes": ()},
    ),
    "saturated": error(
        "y",
        N_ROWS,
        lambda: base().assign(y=2 * base()["m"] + base()["g"] ** 2),
        options={"random_slopes": ()},
    ),
    # -- what is not offered --
    "family": error(
        "y", None, base, options={"families": {"y": "binomial"}}, raised=mw.UnsupportedError
    ),
    "family-without-equation": error("x", None, base, options={"families": {"x": "gaussian"}}),
    # -- what only the estimates show --
    "no-latent-between-variance": warning(
        "x", None, lambda: alike("x", 0.0), options=LATENT, when="fit"
    ),
    "boundary-variance": warning(
        "a",
        None,
        parallel,
        options={"random_slopes": ("a",), "random_covariance": "diagonal"},
        when="fit",
    ),
    "boundary-correlation": warning(
        "y", None, steep, options={"random_slopes": ("b",), "centering": "none"}, when="fit"
    ),
    "boundary-combination": warning(
        "a",
        None,
        lambda: two_level(60, (4, 9), seed=5, joint=True),
        options={"centering": "none", "random_slopes": ("a", "b", "direct")},
        when="fit",
    ),
    "not-identified": warning(
        None, 1, pairs, options={"random_slopes": ("a",), "centering": "within"}, when="fit"
    ),
    "separate-fits": warning(None, 3, base, when="fit", fit={"estimator": "statsmodels"}),
    "failed-refits": warning(
        None,
        SOME,
        lambda: base(4),
        options={"random_slopes": ()},
        when="fit",
        fit={"interval": mw.Bootstrap(kind="cluster", samples=200)},
    ),
    "stopped": warning(
        None,
        SOME,
        base,
        when="fit",
        fit={"interval": mw.Bootstrap(kind="cluster", samples=5000), "progress": stops},
    ),
}
