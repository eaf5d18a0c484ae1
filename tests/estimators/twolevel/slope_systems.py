"""Models with random slopes made by hand, and points in them from natural parameters."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from medwidget.data.cells import Cells
from medwidget.estimators.twolevel.layout import Layout
from medwidget.spec.structure import Part
from medwidget.spec.two_level import LevelSystem, TwoLevel, Variable
from tests.estimators.twolevel.systems import cells_for

REFERENCE = Path(__file__).parents[2] / "reference"

Pairs = list[tuple[str, str]]


def dense_case(name: str) -> dict[str, Any]:
    """Return a log-likelihood by dense integration, from a script that knows nothing of us."""
    return json.loads((REFERENCE / "json" / f"d12_{name}.json").read_text())


def read_columns(path: Path, group: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return columns, NaN where empty, and codes of the groups."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    columns = {
        name: np.array([float(row[name]) if row[name] else np.nan for row in rows])
        for name in rows[0]
    }
    _, codes = np.unique(columns.pop(group), return_inverse=True)
    return columns, codes


def elements(labels: list[str], pairs: Mapping[tuple[str, str], str]) -> tuple[Any, ...]:
    found = {}
    for (one, other), name in pairs.items():
        row, column = labels.index(one), labels.index(other)
        found[max(row, column), min(row, column)] = name
    return tuple((*place, found[place]) for place in sorted(found))


def slopes_model(
    within: Mapping[str, str],
    between: list[str],
    slopes: Mapping[str, tuple[str, str, str]],
    within_paths: list[tuple[str, str, str]],
    between_paths: list[tuple[str, str, str]],
    within_elements: Mapping[tuple[str, str], str],
    between_elements: Mapping[tuple[str, str], str],
    means: Mapping[str, str],
    *,
    fixed: tuple[str, ...] = (),
) -> TwoLevel:
    """Return a model. ``within``: label to role; ``slopes``: label to target, source, mean."""
    inner = list(within)
    outer = [*between, *slopes]
    inside = tuple(
        Variable(label, role, (label, None), Part.RAW)  # type: ignore[arg-type]
        for label, role in within.items()
    )
    outside = tuple(
        Variable(label, "latent" if within.get(label) == "latent" else "group", (label, None))
        for label in between
    ) + tuple(
        Variable(label, "slope", entry=(inner.index(t), inner.index(s)), random=label not in fixed)
        for label, (t, s, _) in slopes.items()
    )
    means = {**means, **{label: mean for label, (_, _, mean) in slopes.items()}}
    return TwoLevel(
        LevelSystem(
            inside,
            tuple(means.get(f"{label}(within)") for label in inner),
            tuple((inner.index(t), inner.index(s), name) for t, s, name in within_paths),
            elements(inner, within_elements),
        ),
        LevelSystem(
            outside,
            tuple(means.get(label) for label in outer),
            tuple((outer.index(t), outer.index(s), name) for t, s, name in between_paths),
            elements(outer, between_elements),
        ),
    )


def covary(labels: list[str], without: Pairs = ()) -> dict[tuple[str, str], str]:  # type: ignore[assignment]
    """Return names for all (co)variances of T but some."""
    found = {(label, label): f"var({label})" for label in labels}
    for place, label in enumerate(labels):
        for other in labels[:place]:
            if (other, label) not in without:
                found[other, label] = f"cov({other},{label})"
    return found


def three_slopes(random: tuple[str, ...] = ("a", "b", "direct")) -> TwoLevel:
    """Return 1-1-1 with all split; slopes that are not random are paths."""
    entries = {"a": ("m", "x"), "b": ("y", "m"), "direct": ("y", "x")}
    names = {name: f"{name}_within" for name in entries}
    return slopes_model(
        {"x": "latent", "y": "latent", "m": "latent"},
        ["x", "y", "m"],
        {name: (*entries[name], names[name]) for name in random},
        [(*entries[name], names[name]) for name in entries if name not in random],
        [(*entries[name], f"{name}_between") for name in entries],
        {("x", "x"): "var_within(x)", ("m", "m"): "residual(m)", ("y", "y"): "residual(y)"},
        {("x", "x"): "var_between(x)"} | covary(["y", "m", *random], [("y", "m")]),
        {"x": "mean(x)", "m": "intercept[m]", "y": "intercept[y]"},
    )


def parallel_observed() -> TwoLevel:
    """Return x by observed means and two mediators side by side, with both b random."""
    slopes = {f"b[{m}]": ("y", m, f"b_within[{m}]") for m in ("m1", "m2")}
    return slopes_model(
        {"x": "within", "y": "latent", "m1": "latent", "m2": "latent"},
        ["xbar", "y", "m1", "m2"],
        slopes,
        [(m, "x", f"a_within[{m}]") for m in ("m1", "m2")] + [("y", "x", "direct_within")],
        [(m, "xbar", f"a_between[{m}]") for m in ("m1", "m2")]
        + [("y", m, f"b_between[{m}]") for m in ("m1", "m2")]
        + [("y", "xbar", "direct_between")],
        {
            ("x", "x"): "var_within(x)",
            ("m1", "m1"): "residual(m1)",
            ("m2", "m2"): "residual(m2)",
            ("m1", "m2"): "cov_within(m1,m2)",
            ("y", "y"): "residual(y)",
        },
        {("xbar", "xbar"): "var_between(x)"}
        | covary(["y", "m1", "m2", *slopes], [("y", "m1"), ("y", "m2")]),
        {"xbar": "mean(x)"} | {name: f"intercept[{name}]" for name in ("m1", "m2", "y")},
    )


def moderated(random: tuple[str, ...] = ("a", "b")) -> TwoLevel:
    """Return 1-1-1 where a depends on w of the group."""
    slopes = {"a": ("m", "x", "a_within"), "b": ("y", "m", "b_within")}
    return slopes_model(
        {"x": "latent", "y": "latent", "m": "latent"},
        ["x", "w", "y", "m"],
        slopes,
        [("y", "x", "direct_within")],
        [
            ("m", "x", "a_between"),
            ("y", "m", "b_between"),
            ("y", "x", "direct_between"),
            ("m", "w", "m~w"),
            ("a", "w", "a_within:w"),
        ],
        {("x", "x"): "var_within(x)", ("m", "m"): "residual(m)", ("y", "y"): "residual(y)"},
        {
            ("x", "x"): "var_between(x)",
            ("w", "w"): "var_between(w)",
            ("x", "w"): "cov_between(x,w)",
        }
        | covary(["y", "m", *random], [("y", "m")]),
        {"x": "mean(x)", "w": "mean(w)", "m": "intercept[m]", "y": "intercept[y]"},
        fixed=tuple(name for name in slopes if name not in random),
    )


def phi_of(layout: Layout, parameters: Mapping[str, float]) -> np.ndarray:
    """Return the coordinates at which `Layout.natural` gives ``parameters``."""
    known = dict(parameters)
    for name, value in parameters.items():
        if name.startswith("cov("):  # either order
            one, other = name[4:-1].split(",")
            known[f"cov({other},{one})"] = value
    phi = np.zeros(layout.n_coordinates)
    units, model = layout.units, layout.model
    levels = (
        (model.between, units.location_between, units.scale_between, True),
        (model.within, units.location_within, units.scale_within, False),
    )
    coordinate = layout.n_locations
    for system, location, scale, shifts in levels:
        paths = np.zeros((len(location), len(location)))
        for target, source, name in system.paths:
            paths[target, source] = known[name]
            where = layout.coordinate_of(name)
            if where is not None:
                phi[where] = known[name] * scale[source] / scale[target]
        shift = paths @ location if shifts else np.zeros(len(location))
        for place, name in enumerate(system.means):
            if name is not None:
                where = layout.coordinate_of(name)
                assert where is not None
                phi[where] = (known[name] - location[place] + shift[place]) / scale[place]
        psi = np.zeros((len(location), len(location)))
        for row, column, name in system.elements:
            psi[row, column] = psi[column, row] = known[name] / scale[row] / scale[column]
        have = np.flatnonzero(np.diag(psi) > 0)
        root = np.zeros_like(psi)
        root[np.ix_(have, have)] = np.linalg.cholesky(psi[np.ix_(have, have)])
        for row, column, _ in system.elements:
            value = root[row, column]
            phi[coordinate] = np.log(value) if row == column and not shifts else value
            coordinate += 1
    return phi


def natural_shift(cells: Cells) -> float:
    """Return what standardizing adds to a log-likelihood."""
    rows = cells.counts @ (cells.observed * np.log(cells.scale)).sum(axis=1)[cells.pattern]
    return float(rows + (cells.group_observed * np.log(cells.group_scale)).sum())


def dense_problem(name: str) -> tuple[dict[str, Any], Layout, Cells]:
    """Return a dense case with its model and data."""
    from tests.estimators.twolevel.systems import layout_for

    case = dense_case(name)
    columns, codes = read_columns(REFERENCE / case["data"], "g")
    if name == "parallel_observed":
        model = parallel_observed()
        means = np.bincount(codes, columns["x"]) / np.bincount(codes)
        columns["xbar"] = means[codes]
        columns["x"] = columns["x"] - columns["xbar"]
        cells = cells_for(model, columns, codes)
        columns["x"] = columns["x"] - 0.0
    else:
        model = three_slopes() if name == "three_slopes" else moderated()
        cells = cells_for(model, columns, codes)
    return case, layout_for(model, cells), cells


def simple_slope() -> TwoLevel:
    """Return y on the observed deviations and means of x, with a random slope."""
    return slopes_model(
        {"x": "within", "y": "latent"},
        ["xbar", "y"],
        {"direct": ("y", "x", "direct_within")},
        [],
        [("y", "xbar", "direct_between")],
        {("x", "x"): "var_within(x)", ("y", "y"): "residual(y)"},
        {("xbar", "xbar"): "var_between(x)"} | covary(["y", "direct"]),
        {"xbar": "mean(x)", "y": "intercept[y]"},
    )


def simulated(groups: int, rows: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return x, m, y and a group-level w of groups that differ in all slopes."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(groups), rows)
    w = rng.normal(size=groups)
    draw = rng.multivariate_normal(np.zeros(3), 0.09 * (np.eye(3) + 0.4), size=groups)
    a, b, c = (0.5 + 0.2 * w + draw[:, 0], 0.4 + draw[:, 1], 0.2 + draw[:, 2])
    x_b = 0.6 * rng.normal(size=groups)
    m_b = 0.5 * x_b + 0.5 * rng.normal(size=groups)
    y_b = 0.3 * m_b + 0.2 * x_b + 0.5 * rng.normal(size=groups)
    size = groups * rows
    x = rng.normal(size=size)
    m = a[codes] * x + rng.normal(size=size)
    y = b[codes] * m + c[codes] * x + rng.normal(size=size)
    columns = {"x": x + x_b[codes], "m": m + m_b[codes], "y": y + y_b[codes], "w": w[codes]}
    return columns, codes


def covariate_slopes(fixed: tuple[str, ...] = ()) -> TwoLevel:
    """Return 1-1-1 with a raw covariate, whose slope and b depend on w of the group."""
    slopes = {"b": ("y", "m", "b_within"), "c": ("y", "c", "y~c")}
    random = [name for name in slopes if name not in fixed]
    return slopes_model(
        {"c": "within", "x": "latent", "y": "latent", "m": "latent"},
        ["x", "w", "y", "m"],
        slopes,
        [("m", "x", "a_within"), ("y", "x", "direct_within"), ("m", "c", "m~c")],
        [
            ("m", "x", "a_between"),
            ("y", "m", "b_between"),
            ("y", "x", "direct_between"),
            ("c", "w", "y~c:w"),
            ("b", "w", "b_within:w"),
        ],
        {
            ("c", "c"): "var_within(c)",
            ("x", "x"): "var_within(x)",
            ("x", "c"): "cov_within(x,c)",
            ("m", "m"): "residual(m)",
            ("y", "y"): "residual(y)",
        },
        {
            ("x", "x"): "var_between(x)",
            ("w", "w"): "var_between(w)",
            ("x", "w"): "cov_between(x,w)",
        }
        | covary(["y", "m", *random], [("y", "m")]),
        {
            "x": "mean(x)",
            "w": "mean(w)",
            "m": "intercept[m]",
            "y": "intercept[y]",
            "c(within)": "mean(c)",
        },
        fixed=fixed,
    )
