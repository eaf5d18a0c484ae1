"""Results of real fits, each made once, for all tests of what is shown."""

from functools import cache

import numpy as np
import pandas as pd

import medwidget as mw

TAG = "<img src=x onerror=alert(1)>"
LONG = "x" * 500
BROKEN = "line\nbreak\t'\"\\ \u202e\u200b"
WIDE = "測定" * 12
HOSTILE = {"minority": TAG, "ses": LONG, "mathach": BROKEN, "size": WIDE}


def _model(exposure: str, mediators: object, outcome: str, group: str, **options: object):
    return mw.MediationModel(exposure, mediators, outcome, group, **options)  # type: ignore[arg-type]


ARMY = _model("HRS", "LEAD", "WBEING", "GRP")
CATHOLIC = _model("catholic", "ses", "mathach", "school", moderators={"b": "size"})

# name: data set, model, arguments of fit
CASES = {
    "army": ("army", ARMY, {}),
    "within": ("army", ARMY.replace(centering="within"), {"interval": "delta"}),
    "blended": ("army", ARMY.replace(centering="none", random_slopes=()), {"level": 0.9}),
    "without intervals": ("army", ARMY, {"interval": None, "estimator": "reml"}),
    "parallel": (
        "army",
        _model("HRS", ["LEAD", "COHES"], "WBEING", "GRP", random_slopes=("b",)),
        {},
    ),
    "serial": (
        "army",
        _model("HRS", ["COHES", "LEAD"], "WBEING", "GRP", mediation="serial", random_slopes=()),
        {"seed": 7},
    ),
    "group-level exposure": ("schools", CATHOLIC, {}),
    "moderated": (
        "schools",
        _model(
            "minority",
            "ses",
            "mathach",
            "school",
            covariates={"female": ["mathach"]},
            moderators={"a": "catholic", "b": ["size"], "direct": "disclim"},
            random_slopes=("a", "b", "direct"),
            random_covariance="by-equation",
        ),
        {"estimator": "reml", "interval": mw.Delta(order=2)},
    ),
    "little between": ("diary", _model("fwkstrs", "fwkdis", "freldis", "id"), {}),
    "latent": (
        "army",
        ARMY.replace(
            centering="latent",
            random_slopes=(),
            covariates=["COHES"],
            splits={"HRS": "observed", "COHES": "within"},
            constraints={"direct_between": 0, "b_within": "b_between"},
        ),
        {},
    ),
    "latent slopes": ("bpg", _model("x", "m", "y", "id", centering="latent"), {}),
    "profile": ("bpg", _model("x", "m", "y", "id", random_slopes=()), {"interval": "profile"}),
    "bootstrap": (
        "bpg",
        _model("x", "m", "y", "id"),
        {"interval": mw.Bootstrap(kind="parametric", samples=25), "level": 0.9, "seed": 3},
    ),
}


@cache
def dataset(name: str) -> pd.DataFrame:
    return mw.load_dataset(name)


@cache
def result(name: str) -> mw.MediationResult:
    data, model, arguments = CASES[name]
    return mw.fit(model, dataset(data), **arguments)


@cache
def with_holes() -> mw.MediationResult:
    """A result for which rows and a whole group are left out."""
    data = dataset("bpg").copy()
    data.loc[data["id"] == data["id"].iloc[0], "m"] = np.nan
    data.loc[data.index[-3:], "y"] = np.inf
    return mw.fit(_model("x", "m", "y", "id"), data, interval="delta")


@cache
def hostile() -> mw.MediationResult:
    """A result whose columns have names that break what is careless."""
    data = hostile_data()
    model = _model(TAG, LONG, BROKEN, "school", moderators={"b": WIDE}, covariates=["female"])
    return mw.fit(model, data, interval="delta")


@cache
def hostile_data() -> pd.DataFrame:
    data = dataset("schools").rename(columns=HOSTILE)
    data[BROKEN] = data[BROKEN] * 1e9
    return data
