"""Frames and models of every kind that users bring, for hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import strategies as st

import medwidget as mw
from medwidget.spec.model import CENTERINGS, COVARIANCES

# Names that break out of markup, paths and formulas, and names that parameters and effects carry.
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "a b",
    'x"y',
    "日本",
    "line\nbreak",
    "__proto__",
    "n" * 500,
    "a",
    "b",
    "direct",
    "d",
    "m_within",
    "a_within",
    "intercept[m]",
    "intercept[a]",
    "residual(y)",
    "indirect_within",
    "cov(a,b)",
    "p,q",
    "p",
    "q",
    "a~b",
    "a:b",
    "c[1]",
    "#2",
    "{0}",
    "%s",
    "\\",
    " ",
    "nan",
]

ROLES = ("x", "m", "k", "y", "w", "c", "g")


LIBRARIES: dict[str, Any] = {
    "pandas": lambda frame: frame,
    "polars": pl.from_pandas,
    "pyarrow": lambda frame: pa.Table.from_pandas(frame, preserve_index=False),
}


@dataclass(frozen=True)
class Case:
    """A frame of some library, and a model that may or may not suit it."""

    model: mw.MediationModel
    pandas: pd.DataFrame
    library: str
    estimator: str
    interval: str

    @property
    def frame(self) -> Any:
        return LIBRARIES[self.library](self.pandas)

    def __repr__(self) -> str:
        shown = self.pandas.head(8).to_dict(orient="list")
        dtypes = self.pandas.dtypes.astype(str).to_dict()
        return f"Case({self.model!r}, {self.estimator}, {self.library}, {dtypes}, {shown})"


def _column(draw: st.DrawFn, rng: np.random.Generator, codes: np.ndarray) -> np.ndarray:
    """Return ordinary values: with or without variance between groups and within them."""
    n_groups, n_rows = int(codes.max()) + 1, codes.size
    between = draw(st.sampled_from([0.7, 0.0, 1e-6])) * rng.normal(size=n_groups)[codes]
    return between + rng.normal(size=n_rows)


def _spoil(  # noqa: PLR0911, PLR0912
    kind: str, values: np.ndarray, rng: np.random.Generator, codes: np.ndarray, other: np.ndarray
) -> Any:
    """Return a column of some kind from ordinary values."""
    hit = rng.random(values.size) < 0.2
    match kind:
        case "group-level":
            return rng.normal(size=int(codes.max()) + 1)[codes]
        case "constant":
            return np.full(values.size, 3.25)
        case "copy":
            return other.copy()
        case "collinear":
            return 3 * other - 1
        case "nearly collinear":
            return other + 1e-7 * values
        case "small":
            return 1e-9 * values
        case "large":
            return 1e9 * values
        case "tiny":
            return 1e-200 * values
        case "huge":
            return 1e200 * values
        case "offset":
            return 1e9 + values
        case "missing":
            return np.where(hit, np.nan, values)
        case "all missing":
            return np.full(values.size, np.nan)
        case "infinite":
            return np.where(hit, np.where(values > 0, np.inf, -np.inf), values)
        case "centred":
            means = np.bincount(codes, values) / np.bincount(codes)
            return values - means[codes]
        case "one group varies":
            return np.where(codes == 0, values, rng.normal(size=int(codes.max()) + 1)[codes])
        case "two-valued":
            return (values > 0).astype(np.int64)
        case "counts":
            return np.rint(2 * values).astype(np.int64)
        case "boolean":
            return values > 0
        case "nullable integer":
            return pd.array(np.rint(2 * values).astype(int), dtype="Int64").astype(object)
        case "nullable float":
            column = pd.Series(values, dtype="Float64")
            column[hit] = pd.NA
            return column
        case "nullable boolean":
            column = pd.Series(values > 0, dtype="boolean")
            column[hit] = pd.NA
            return column
        case "categories":
            labels = np.array(["low", "<b>", "日本"])[np.digitize(values, [-0.5, 0.5])]
            return pd.Categorical(labels, ["<b>", "low", "never", "日本"])
        case "group categories":
            return np.array(["u", "v", "w"], dtype=object)[codes % 3]
        case "text":
            return np.array(["one", "two"], dtype=object)[(values > 0).astype(int)]
        case "number text":
            return np.array([f"{value:.3f}" for value in values], dtype=object)
        case "dates":
            return pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(values.size), unit="D")
        case "float32":
            return values.astype(np.float32)
        case _:
            return values


KINDS = [
    "group-level",
    "constant",
    "copy",
    "collinear",
    "nearly collinear",
    "small",
    "large",
    "tiny",
    "huge",
    "offset",
    "missing",
    "all missing",
    "infinite",
    "centred",
    "one group varies",
    "two-valued",
    "counts",
    "boolean",
    "nullable integer",
    "nullable float",
    "nullable boolean",
    "categories",
    "group categories",
    "text",
    "number text",
    "dates",
    "float32",
]
MILD = [
    "group-level",
    "small",
    "large",
    "offset",
    "missing",
    "infinite",
    "centred",
    "two-valued",
    "counts",
    "boolean",
    "nullable integer",
    "nullable float",
    "categories",
    "group categories",
    "float32",
]


def _labels(kind: str, codes: np.ndarray) -> Any:
    match kind:
        case "text":
            return np.array([f"g{code}" for code in codes], dtype=object)
        case "floats":
            return codes.astype(float) + 1
        case "categories":
            return pd.Categorical([f"g{code}" for code in codes])
        case "holes":
            return np.where(codes % 4 == 3, np.nan, codes.astype(float))
        case "booleans":
            return codes % 2 == 0
        case "rows":
            return np.arange(codes.size)
        case _:
            return codes


def codes_of(draw: st.DrawFn) -> np.ndarray:
    """Return the number of each row's group: one group, few, many, of one row, of all sizes."""
    shape = draw(st.sampled_from(["even", "even", "uneven", "tiny"]))
    if shape == "even":
        n_groups, size = draw(st.sampled_from([8, 25, 3, 1])), draw(st.sampled_from([4, 6, 2, 1]))
        return np.repeat(np.arange(n_groups), size)
    if shape == "uneven":
        sizes = draw(st.lists(st.integers(1, 7), min_size=2, max_size=24))
        return np.repeat(np.arange(len(sizes)), sizes)
    return np.arange(draw(st.integers(1, 4))) // draw(st.integers(1, 2))


@st.composite
def cases(draw: st.DrawFn, kinds: list[str] = KINDS, most: int = 3, names: bool = True) -> Case:
    """Return a model and a frame with up to ``most`` columns spoilt."""
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    codes = codes_of(draw)
    rng.shuffle(codes) if draw(st.booleans()) else None
    codes = np.unique(codes, return_inverse=True)[1]
    values = {role: _column(draw, rng, codes) for role in ("x", "w", "c")}
    values["m"] = 0.5 * values["x"] + _column(draw, rng, codes)
    values["k"] = 0.5 * values["m"] + _column(draw, rng, codes)
    values["y"] = 0.4 * values["m"] + 0.3 * values["x"] + _column(draw, rng, codes)
    spoilt = draw(st.lists(st.sampled_from(ROLES[:-1]), max_size=most, unique=True))
    chosen = {role: draw(st.sampled_from(kinds)) for role in spoilt}
    columns: dict[str, Any] = {}
    for role in ROLES[:-1]:
        other = values[draw(st.sampled_from([name for name in ROLES[:-1] if name != role]))]
        columns[role] = _spoil(chosen.get(role, "plain"), values[role], rng, codes, other)
    kinds_of_labels = ["text", "floats", "categories", "holes", "booleans", "rows", *["whole"] * 6]
    columns["g"] = _labels(draw(st.sampled_from(kinds_of_labels)), codes)
    called = dict(zip(ROLES, ROLES, strict=True))
    if names:
        taken = draw(st.lists(st.sampled_from(HOSTILE), max_size=7, unique=True))
        called |= dict(zip(draw(st.permutations(ROLES)), taken, strict=False))
    frame = pd.DataFrame({called[role]: pd.Series(columns[role]) for role in ROLES})
    model = draw(models(called))
    library = draw(st.sampled_from(sorted(LIBRARIES)))
    if library != "pandas":
        frame = frame.convert_dtypes() if draw(st.booleans()) else frame
    elif draw(st.sampled_from([*[False] * 19, True])):
        twice = draw(st.sampled_from(list(frame.columns)))
        frame = pd.concat([frame, frame[twice]], axis=1)
    estimator = draw(st.sampled_from(["ml", "reml"]))
    return Case(model, frame, library, estimator, draw(st.sampled_from(["monte-carlo", "delta"])))


@st.composite
def models(draw: st.DrawFn, called: dict[str, str]) -> mw.MediationModel:
    """Return a model of some of the columns."""
    several = draw(st.sampled_from([False, False, False, True]))
    mediators = [called["m"], called["k"]] if several else [called["m"]]
    paths = ["a", "b", "direct"]
    options: dict[str, Any] = {
        "centering": draw(st.sampled_from(CENTERINGS)),
        "random_slopes": draw(st.lists(st.sampled_from(paths), max_size=3, unique=True)),
        "random_covariance": draw(st.sampled_from(COVARIANCES)),
        "covariate_centering": draw(st.sampled_from(["as-model", "none"])),
    }
    if several:
        options["mediation"] = draw(st.sampled_from(["parallel", "serial"]))
    moderated = draw(st.lists(st.sampled_from(paths), max_size=2, unique=True))
    if draw(st.booleans()):
        options["moderators"] = dict.fromkeys(moderated, called["w"])
    covariate = draw(st.sampled_from([None, None, "all", "one"]))
    if covariate == "all":
        options["covariates"] = [called["c"]]
    if covariate == "one":
        options["covariates"] = {called["c"]: [called["y"]]}
    if draw(st.sampled_from([*[False] * 19, True])):
        options["families"] = {called["y"]: draw(st.sampled_from(["gaussian", "binomial"]))}
    if options["centering"] == "latent" or draw(st.sampled_from([*[False] * 19, True])):
        options |= draw(latent_options(called, covariate is not None, several))
    return mw.MediationModel(called["x"], mediators, called["y"], called["g"], **options)


@st.composite
def latent_options(
    draw: st.DrawFn, called: dict[str, str], covariate: bool, several: bool
) -> dict[str, Any]:
    """Return what only latent centring takes."""
    columns = [called["x"], *([called["c"]] if covariate else [])]
    ways = st.sampled_from(["latent", "latent", "observed", "within"])
    options: dict[str, Any] = {"splits": {name: draw(ways) for name in columns}}
    options["missing"] = draw(st.sampled_from(["listwise", "fiml"]))
    path = f"a_between[{called['m']}]" if several else "a_between"
    held = [{}, {}, {"direct_within": 0}, {"direct_between": 0}, {"direct_within": path}]
    options["constraints"] = draw(st.sampled_from(held))
    return options
