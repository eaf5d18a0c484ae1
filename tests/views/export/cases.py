"""Results that are exported, and the data they came from: reference data wherever it can be."""

from functools import cache

import numpy as np
import pandas as pd

import medwidget as mw
from tests.reference import frame

TAG = "<img src=x onerror=alert(1)>"
BREAK = "a b\n'\"); quit(status = 3) # \\ */ !"
HOSTILE = {
    "school": "if",
    "minority": 'x"y',
    "ses": "日本",
    "mathach": TAG,
    "size": BREAK,
    "female": " NA",
}

BPG = mw.MediationModel("x", "m", "y", "id")
SIM = {
    "sim211": mw.MediationModel("X", "m", "y", "group", random_slopes=("b",)),
    "sim221": mw.MediationModel("X", "M", "y", "group", random_slopes=()),
    "sim112": mw.MediationModel("x", "m", "Y", "group", random_slopes=()),
    "mod": mw.MediationModel(
        "x", "m", "y", "group", moderators={"a": "W", "b": "W"}, centering="within"
    ),
    "serial": mw.MediationModel(
        "x", ["m1", "m2"], "y", "group", mediation="serial", random_slopes=()
    ),
    "parallel": mw.MediationModel("x", ["m1", "m2"], "y", "group", random_slopes=()),
    "lat": mw.MediationModel("x", "m", "y", "group", random_slopes=()),
}
FILES = {
    "sim211": "sim211_s103",
    "sim221": "sim221_s104",
    "sim112": "sim112_s105",
    "mod": "simmod_s107",
    "serial": "sim2m_s108",
    "parallel": "sim2m_s108",
    "lat": "sim111lat_s102",
}

# name: data, model, arguments of fit
CASES = {
    "1-1-1 fixed": ("bpg", BPG.replace(random_slopes=()), {}),
    "1-1-1 stacked": ("bpg", BPG.replace(centering="within"), {}),
    "1-1-1 random, means too": ("bpg", BPG, {}),
    "1-1-1 three slopes, REML": (
        "bpg",
        BPG.replace(centering="none", random_slopes=("a", "b", "direct")),
        {"estimator": "reml"},
    ),
    "1-1-1 diagonal": ("bpg", BPG.replace(random_covariance="diagonal"), {"estimator": "reml"}),
    "1-1-1 statsmodels": ("bpg", BPG, {"estimator": "statsmodels"}),
    "1-1-1 blended": ("bpg", BPG.replace(centering="grand-mean", random_slopes=()), {}),
    "2-1-1": ("sim211", SIM["sim211"].replace(random_slopes=()), {}),
    "2-2-1": ("sim221", SIM["sim221"], {}),
    "1-1-2": ("sim112", SIM["sim112"], {}),
    "moderation": ("mod", SIM["mod"], {}),
    "two mediators, serial": ("serial", SIM["serial"], {}),
    "latent 1-1-1": ("lat", SIM["lat"].replace(centering="latent"), {}),
    "latent 2-1-1": (
        "sim211",
        SIM["sim211"].replace(centering="latent", random_slopes=()),
        {},
    ),
    "latent 1-1-2": ("sim112", SIM["sim112"].replace(centering="latent"), {}),
    "latent two mediators": ("parallel", SIM["parallel"].replace(centering="latent"), {}),
    "latent constraints": (
        "lat",
        SIM["lat"].replace(
            centering="latent", constraints={"direct_between": 0, "a_within": "a_between"}
        ),
        {},
    ),
    "latent, X observed": (
        "lat",
        SIM["lat"].replace(centering="latent", splits={"x": "observed"}),
        {},
    ),
    "latent, holes": ("holes", SIM["lat"].replace(centering="latent", missing="fiml"), {}),
    "hostile": (
        "hostile",
        mw.MediationModel(
            'x"y',
            "日本",
            TAG,
            "if",
            covariates=[" NA"],
            moderators={"b": BREAK},
            random_covariance="by-equation",
        ),
        {},
    ),
    "hostile latent": (
        "hostile",
        mw.MediationModel(
            'x"y', "日本", TAG, "if", covariates=[" NA"], centering="latent", random_slopes=()
        ),
        {},
    ),
}


@cache
def data_of(name: str) -> pd.DataFrame:
    if name == "bpg":
        return mw.load_dataset("bpg")
    if name == "holes":
        return frame("sim111lat_s102_mcar15")
    if name == "hostile":
        data = mw.load_dataset("schools").head(1500).rename(columns=HOSTILE)
        data[" NA"] = np.where(data[" NA"] > 0, "NA", 'w"\n<b>')
        return data
    return frame(FILES[name])


@cache
def fitted(name: str) -> mw.MediationResult:
    data, model, arguments = CASES[name]
    return mw.fit(model, data_of(data), interval="delta", **arguments)


def data_for(name: str) -> pd.DataFrame:
    return data_of(CASES[name][0])
