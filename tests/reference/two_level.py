"""Cases of two-level structural models (d03, d10, d13) as models and names of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

import medwidget as mw
from tests.reference import case, frame

PACKAGED = {"bh1996": "army", "blch9": "diary", "bpg06": "bpg", "hsb82": "schools"}
NO_DIRECT = {"direct_within": 0, "direct_between": 0}
EFFECTS = {
    "ind_w": "indirect_within",
    "ind_b": "indirect_between",
    "tot_w": "total_within",
    "tot_b": "total_between",
    "ind_diff": "contextual_difference",
}
SERIAL_EFFECTS = {"ind_w": "indirect_within[{m1},{m2}]", "ind_b": "indirect_between[{m1},{m2}]"}


@dataclass(frozen=True)
class Case:
    """One block of one file.

    Attributes
    ----------
    name, block : str
        File, and entry of its ``results``.
    roles : dict of str to str
        Our columns by the letters of the reference: x, m (or m1, m2), y, covariates.
    options : dict
        Further arguments of the model.
    """

    name: str
    block: str
    roles: Mapping[str, str]
    options: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}-{self.block}"

    @property
    def record(self) -> dict[str, Any]:
        return case(self.name)

    @property
    def reference(self) -> dict[str, Any]:
        record = self.record
        found: dict[str, Any] = record.get("results", record)
        block: dict[str, Any] = found[self.block]
        return block

    @property
    def mediators(self) -> list[str]:
        return [self.roles[key] for key in ("m", "m1", "m2") if key in self.roles]

    @property
    def covariates(self) -> list[str]:
        return [self.roles[key] for key in self.roles if key not in {"x", "m", "m1", "m2", "y"}]

    @property
    def model(self) -> mw.MediationModel:
        roles, record = self.roles, self.record
        group = record.get("group", "group")
        if self.data_name.startswith(("bh1996", "blch9", "hsb82")):
            group = {"bh1996": "GRP", "blch9": "id", "hsb82": "school"}[
                self.data_name.split("_")[0]
            ]
        options: dict[str, Any] = {"covariates": self.covariates, **self.options}
        return mw.MediationModel(
            roles["x"],
            self.mediators,
            roles["y"],
            group,
            centering="latent",
            random_slopes=(),
            **options,
        )

    @property
    def data_name(self) -> str:
        return str(self.record["data"]).split("/")[1].removesuffix(".csv")

    @property
    def data(self) -> pd.DataFrame:
        name = self.data_name
        return mw.load_dataset(PACKAGED[name]) if name in PACKAGED else frame(name)

    # -- names --------------------------------------------------------------------------------

    def effect(self, theirs: str) -> str:
        """Return our name of an effect."""
        if self.options.get("mediation") == "serial":
            return SERIAL_EFFECTS[theirs].format(**self.roles)
        return EFFECTS[theirs]

    def path(self, label: str) -> str:
        """Return our name of a path: ``aw``, ``b1b``, ``m_zw`` (of m on covariate z)."""
        level = {"w": "within", "b": "between"}[label[-1]]
        body = label[:-1]
        if "_" in body:
            response, covariate = (self.roles[key] for key in body.split("_"))
            split = self.options.get("covariate_centering") != "none" and self.both(covariate)
            return f"{response}~{covariate}{f'_{level}' if split else ''}"
        letter = {"c": "direct"}.get(body[0], body[0])
        if len(self.mediators) == 1 or letter == "direct":
            return f"{letter}_{level}"
        if letter == "d":
            return f"d_{level}[{self.roles['m1']},{self.roles['m2']}]"
        return f"{letter}_{level}[{self.roles['m' + body[1]]}]"

    def both(self, column: str) -> bool:
        """Whether a column has parts at both levels."""
        structure = self.reference["direct"]
        letter = next(key for key, name in self.roles.items() if name == column)
        names = structure["par"]
        return f"W.v_{letter}" in names and f"B.v_{letter}" in names

    def variance(self, level: str, letter: str) -> str:
        """Return our name of ``W.v_letter`` or ``B.v_letter``."""
        column = self.roles[letter]
        if letter not in {"m", "m1", "m2", "y"}:
            return f"var_{'within' if level == 'W' else 'between'}({column})"
        latent = level == "B" and f"W.v_{letter}" in self.reference["direct"]["par"]
        return f"var({column})" if latent else f"residual({column})"

    def covariance(self, level: str, first: str, second: str, names: list[str]) -> str:
        """Return our name of ``W.c_first_second``."""
        one, other = self.roles[first], self.roles[second]
        kind = "cov_within" if level == "W" else "cov_between"
        if level == "B" and first.startswith("m"):
            kind = "cov"
        pair = f"{kind}({one},{other})"
        return pair if pair in names else f"{kind}({other},{one})"

    def parameter(self, theirs: str, names: list[str]) -> str | None:
        """Return our name of a parameter; None for the mean of a response."""
        level, _, label = theirs.partition(".")
        if not label:
            letter = theirs.removeprefix("mu_")
            return None if letter in {"m", "m1", "m2", "y"} else f"mean({self.roles[letter]})"
        if label.startswith("v_"):
            return self.variance(level, label.removeprefix("v_"))
        if label.startswith("c_"):
            first, second = label.removeprefix("c_").split("_")
            return self.covariance(level, first, second, names)
        return self.path(label)


XMY = {"x": "x", "m": "m", "y": "y"}
ARMY = {"x": "HRS", "m": "COHES", "y": "WBEING"}
SCHOOLS = {"x": "minority", "m": "ses", "y": "mathach"}
CATHOLIC = {"x": "catholic", "m": "ses", "y": "mathach"}
DEMO = {"x": "w1", "m": "y1", "y": "y2", "z": "x1"}
TWO = {"x": "x", "m1": "m1", "m2": "m2", "y": "y"}

CASES = [
    Case("d03_sim111lat_s102", "model", XMY),
    Case("d03_sim111lat_s102", "no_direct_effect_model", XMY, {"constraints": NO_DIRECT}),
    Case("d03_bh1996_hrs_cohes_wbeing", "model", ARMY),
    Case(
        "d03_bh1996_hrs_cohes_wbeing",
        "no_direct_effect_model",
        ARMY,
        {"constraints": NO_DIRECT},
    ),
    Case("d03_hsb82_minority_ses_math", "model", SCHOOLS),
    Case("d03_sim211_s103", "model", {**XMY, "x": "X"}),
    Case(
        "d03_sim211_s103",
        "no_direct_effect_model",
        {**XMY, "x": "X"},
        {"constraints": {"direct_between": 0}},
    ),
    Case("d03_hsb82_catholic_ses_math", "model", CATHOLIC),
    Case(
        "d03_hsb82_catholic_ses_math",
        "no_direct_effect_model",
        CATHOLIC,
        {"constraints": {"direct_between": 0}},
    ),
    Case("d03_sim221_s104", "model", {"x": "X", "m": "M", "y": "y"}),
    Case("d03_sim112_s105", "model", {**XMY, "y": "Y"}),
    Case("d13_hsb82_122", "model", {"x": "minority", "m": "disclim", "y": "catholic"}),
    Case("d13_hsb82_121", "model", {"x": "ses", "m": "disclim", "y": "mathach"}),
    Case("d13_hsb82_212", "model", {"x": "catholic", "m": "ses", "y": "disclim"}),
    Case("d13_sim2m_parallel", "model", TWO),
    Case("d13_sim2m_serial", "model", TWO, {"mediation": "serial"}),
    Case(
        "d13_bh1996_serial",
        "model",
        {"x": "HRS", "m1": "LEAD", "m2": "COHES", "y": "WBEING"},
        {"mediation": "serial"},
    ),
    Case("d13_hsb82_covariates", "model", {**SCHOOLS, "z": "female", "s": "catholic"}),
    Case(
        "d13_fiml_no_direct",
        "model",
        XMY,
        {"constraints": NO_DIRECT, "missing": "fiml"},
    ),
]
