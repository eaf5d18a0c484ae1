"""Two-level models with random slopes on latent parts: log-likelihoods by dense integration.

    python 12_random_slopes_dense.py            # from inside scripts/; numpy alone, about a minute

Nothing of medwidget is used. The model of each case is written out by hand as two linear systems.
Three ways for each case, at parameter values that are given and are no estimates:

* `slopes`: the slopes on a dense tensor grid (trapezoid rule, which converges geometrically for
  such integrands). Given the slopes, all values of a group are one Gaussian vector, whose
  covariance matrix of full size is written out and factorised, row by row and hole by hole.
* `parts`: the latent parts of the predictors that slopes multiply on a dense grid, all else
  Gaussian given these (cases without missing values). It shares no integral with `slopes`.
* `draws`: a million draws of all random quantities of a group, slopes and latent parts; the
  average of the product of the densities of single rows. No matrix, no grid; error by simulation.

Writes data/dense_*.csv and json/d12_*.json.
"""

import json
import sys
from pathlib import Path

import numpy as np
from dense_integration import DRAWS, System, by_draws, by_parts, by_slopes

ROOT = Path(__file__).resolve().parent.parent

# -- the cases ------------------------------------------------------------------------------------


def simulate(system, sizes, rng):
    """Draw rows (list of (n, w)) and group values (J, g) from a case."""
    rows, values = [], []
    labels = list(system.within)
    root, small = np.linalg.cholesky(system.cov_b), np.linalg.cholesky(system.psi_w)
    for n in sizes:
        b = system.mean_b + root @ rng.standard_normal(len(system.between))
        residual = rng.standard_normal((n, len(labels))) @ small.T
        gamma = np.zeros((len(labels), len(labels)))
        for (target, source), value in system.paths_within.items():
            gamma[target, source] = b[system.at[value]] if isinstance(value, str) else value
        w = residual @ np.linalg.inv(np.eye(len(labels)) - gamma).T
        rows.append(np.round(system.mean_w + system.load @ b + w, 4))
        values.append(np.round([b[system.at[name]] for name in system.group], 4))
    return rows, np.array(values).reshape(len(sizes), -1)


def three_slopes():
    """1-1-1, x latent, a, b and direct random, T full but for cov(m, y)."""
    parameters = {
        "mean(x)": 0.3, "intercept[m]": 0.5, "intercept[y]": -0.2,
        "a_within": 0.5, "b_within": 0.45, "direct_within": 0.2,
        "a_between": 0.6, "b_between": 0.4, "direct_between": 0.1,
        "var(y)": 0.35, "var(m)": 0.5, "var(a)": 0.16, "var(b)": 0.12, "var(direct)": 0.09,
        "cov(a,b)": 0.06, "cov(a,direct)": -0.03, "cov(b,direct)": 0.02, "cov(m,a)": 0.08,
        "cov(m,b)": -0.05, "cov(m,direct)": 0.03, "cov(a,y)": 0.05, "cov(y,b)": 0.06,
        "cov(y,direct)": -0.04, "residual(m)": 0.8, "residual(y)": 0.6,
        "var_within(x)": 1.1, "var_between(x)": 0.4,
    }
    p = parameters
    names = ["m", "y", "a", "b", "direct"]
    psi = {(n, n): p[f"var({n})"] for n in names} | {("x", "x"): p["var_between(x)"]}
    for key, value in p.items():
        if key.startswith("cov("):
            psi[tuple(key[4:-1].split(","))] = value
    system = System(
        {"x": ("x", 0.0), "m": ("m", 0.0), "y": ("y", 0.0)}, ["x", *names], ["a", "b", "direct"],
        {"x": p["mean(x)"], "m": p["intercept[m]"], "y": p["intercept[y]"], "a": p["a_within"],
         "b": p["b_within"], "direct": p["direct_within"]},
        {("m", "x"): p["a_between"], ("y", "m"): p["b_between"], ("y", "x"): p["direct_between"]},
        psi, {("m", "x"): "a", ("y", "m"): "b", ("y", "x"): "direct"},
        {("x", "x"): p["var_within(x)"], ("m", "m"): p["residual(m)"], ("y", "y"): p["residual(y)"]})
    model = {"exposure": "x", "mediators": ["m"], "outcome": "y", "group": "g",
             "centering": "latent", "random_slopes": ["a", "b", "direct"]}
    return system, parameters, model, ["x", "m"], [2, 3, 3, 4, 4, 4, 5, 5, 6, 3, 4, 2]


def moderated_with_holes():
    """1-1-1 with values missing in x, m and y; a and b random, a moderated by w of the group."""
    parameters = {
        "mean(x)": -0.2, "mean(w)": 0.1, "intercept[m]": 0.2, "intercept[y]": 0.4,
        "a_within": 0.4, "a_within:w": 0.2, "b_within": 0.5, "direct_within": 0.15,
        "a_between": 0.5, "b_between": 0.3, "direct_between": 0.2, "m~w": 0.15,
        "var(y)": 0.3, "var(m)": 0.4, "var(a)": 0.15, "var(b)": 0.1, "cov(a,b)": 0.05,
        "cov(m,a)": 0.06, "cov(m,b)": -0.04, "cov(a,y)": -0.03, "cov(y,b)": 0.05,
        "residual(m)": 0.7, "residual(y)": 0.5, "var_within(x)": 0.9, "var_between(x)": 0.5,
        "var_between(w)": 0.8, "cov_between(x,w)": 0.2,
    }
    p = parameters
    psi = {(n, n): p[f"var({n})"] for n in ("m", "y", "a", "b")}
    psi |= {("x", "x"): p["var_between(x)"], ("w", "w"): p["var_between(w)"],
            ("x", "w"): p["cov_between(x,w)"]}
    for key, value in p.items():
        if key.startswith("cov("):
            psi[tuple(key[4:-1].split(","))] = value
    system = System(
        {"x": ("x", 0.0), "m": ("m", 0.0), "y": ("y", 0.0)}, ["x", "w", "m", "y", "a", "b"],
        ["a", "b"],
        {"x": p["mean(x)"], "w": p["mean(w)"], "m": p["intercept[m]"], "y": p["intercept[y]"],
         "a": p["a_within"], "b": p["b_within"]},
        {("m", "x"): p["a_between"], ("y", "m"): p["b_between"], ("y", "x"): p["direct_between"],
         ("m", "w"): p["m~w"], ("a", "w"): p["a_within:w"]},
        psi, {("m", "x"): "a", ("y", "m"): "b", ("y", "x"): p["direct_within"]},
        {("x", "x"): p["var_within(x)"], ("m", "m"): p["residual(m)"], ("y", "y"): p["residual(y)"]},
        group=("w",))
    model = {"exposure": "x", "mediators": ["m"], "outcome": "y", "group": "g",
             "centering": "latent", "random_slopes": ["a", "b"], "moderators": {"a": "w"},
             "missing": "fiml"}
    return system, parameters, model, None, [3, 4, 5, 5, 6, 3, 4, 6, 5, 2]


def parallel_mediators():
    """x by observed means; two parallel mediators with both b random, residuals correlated."""
    parameters = {
        "intercept[m1]": 0.3, "intercept[m2]": -0.1, "intercept[y]": 0.2,
        "a_within[m1]": 0.5, "a_within[m2]": 0.3, "b_within[m1]": 0.4, "b_within[m2]": 0.35,
        "direct_within": 0.2, "a_between[m1]": 0.4, "a_between[m2]": 0.2, "b_between[m1]": 0.5,
        "b_between[m2]": 0.1, "direct_between": 0.1,
        "var(y)": 0.3, "var(m1)": 0.4, "var(m2)": 0.5, "var(b[m1])": 0.12, "var(b[m2])": 0.1,
        "cov(m1,m2)": 0.15, "cov(y,b[m1])": 0.05, "cov(y,b[m2])": -0.04, "cov(m1,b[m1])": 0.06,
        "cov(m1,b[m2])": 0.02, "cov(m2,b[m1])": -0.03, "cov(m2,b[m2])": 0.07,
        "cov(b[m1],b[m2])": -0.03,
        "residual(m1)": 0.7, "residual(m2)": 0.9, "cov_within(m1,m2)": 0.25, "residual(y)": 0.6,
        "var_within(x)": 1.0, "var_between(x)": 0.6, "mean(x)": 0.2,
    }
    p = parameters
    names = ["m1", "m2", "y", "b[m1]", "b[m2]"]
    psi = {(n, n): p[f"var({n})"] for n in names} | {("x", "x"): p["var_between(x)"]}
    for key, value in p.items():
        if key.startswith("cov("):
            psi[tuple(key[4:-1].split(","))] = value
    system = System(
        {"x": (None, 0.0), "m1": ("m1", 0.0), "m2": ("m2", 0.0), "y": ("y", 0.0)}, ["x", *names],
        ["b[m1]", "b[m2]"],
        {"x": p["mean(x)"], "m1": p["intercept[m1]"], "m2": p["intercept[m2]"],
         "y": p["intercept[y]"], "b[m1]": p["b_within[m1]"], "b[m2]": p["b_within[m2]"]},
        {("m1", "x"): p["a_between[m1]"], ("m2", "x"): p["a_between[m2]"],
         ("y", "m1"): p["b_between[m1]"], ("y", "m2"): p["b_between[m2]"],
         ("y", "x"): p["direct_between"]},
        psi, {("m1", "x"): p["a_within[m1]"], ("m2", "x"): p["a_within[m2]"],
              ("y", "m1"): "b[m1]", ("y", "m2"): "b[m2]", ("y", "x"): p["direct_within"]},
        {("x", "x"): p["var_within(x)"], ("m1", "m1"): p["residual(m1)"],
         ("m2", "m2"): p["residual(m2)"], ("m1", "m2"): p["cov_within(m1,m2)"],
         ("y", "y"): p["residual(y)"]}, group=("x",))
    model = {"exposure": "x", "mediators": ["m1", "m2"], "outcome": "y", "group": "g",
             "centering": "latent", "random_slopes": ["b"], "splits": {"x": "observed"}}
    return system, parameters, model, ["m1", "m2"], [3, 3, 4, 4, 5, 2, 3, 4, 5, 4]


def group_outcome():
    """1-1-2: y of the group, unknown for one; a random, values of x and m missing."""
    parameters = {
        "mean(x)": 0.1, "intercept[m]": 0.3, "intercept[y]": -0.2, "a_within": 0.5,
        "a_between": 0.4, "b_between": 0.6, "direct_between": 0.2, "var(m)": 0.45, "var(a)": 0.2,
        "cov(m,a)": 0.1, "residual(m)": 0.8, "residual(y)": 0.5, "var_within(x)": 1.0,
        "var_between(x)": 0.5,
    }
    p = parameters
    system = System(
        {"x": ("x", 0.0), "m": ("m", 0.0)}, ["x", "y", "m", "a"], ["a"],
        {"x": p["mean(x)"], "m": p["intercept[m]"], "y": p["intercept[y]"], "a": p["a_within"]},
        {("m", "x"): p["a_between"], ("y", "m"): p["b_between"], ("y", "x"): p["direct_between"]},
        {("x", "x"): p["var_between(x)"], ("m", "m"): p["var(m)"], ("y", "y"): p["residual(y)"],
         ("a", "a"): p["var(a)"], ("m", "a"): p["cov(m,a)"]},
        {("m", "x"): "a"}, {("x", "x"): p["var_within(x)"], ("m", "m"): p["residual(m)"]},
        group=("y",))
    model = {"exposure": "x", "mediators": ["m"], "outcome": "y", "group": "g",
             "centering": "latent", "random_slopes": ["a"], "missing": "fiml"}
    return system, parameters, model, None, [4, 3, 5, 6, 4, 5, 3, 6, 5, 4]


CASES = {"group_outcome": group_outcome, "three_slopes": three_slopes, "moderated_holes": moderated_with_holes,
         "parallel_observed": parallel_mediators}
SEEDS = {"group_outcome": 124, "three_slopes": 121, "moderated_holes": 122, "parallel_observed": 123}


def rows_of(name, system, sizes):
    """Draw the data of a case; x by observed means is split here, as the model takes it."""
    rng = np.random.default_rng(SEEDS[name])
    if name == "parallel_observed":
        rows, values = simulate(system, sizes, rng)
        for one, value in zip(rows, values, strict=True):
            one[:, 0] = np.round(one[:, 0] + value[0], 4)  # raw x
        return rows, values
    rows, values = simulate(system, sizes, rng)
    if name == "group_outcome":
        values[3] = np.nan
    if "fiml" in CASES[name]()[2].values():
        for one in rows:
            one[rng.random(one.shape) < 0.2] = np.nan
            for row in one:  # no row without any value
                if np.isnan(row).all():
                    row[1] = 0.5
    return rows, values


def write_data(name, system, rows, values):
    labels = list(system.within)
    level2 = [g for g in system.group if g not in labels]
    lines = [",".join(["g", *labels, *level2])]
    for j, one in enumerate(rows):
        for row in one:
            cells = ["" if np.isnan(v) else f"{v:.4f}" for v in row]
            known = [values[j, system.group.index(g)] for g in level2]
            cells += ["" if np.isnan(v) else f"{v:.4f}" for v in known]
            lines.append(",".join([str(j + 1), *cells]))
    (ROOT / "data" / f"dense_{name}.csv").write_text("\n".join(lines) + "\n")


def split_observed(rows, column):
    """Deviations from the observed mean in that column, and these means."""
    means = np.array([one[:, column].mean() for one in rows])
    split = [one.copy() for one in rows]
    for one, mean in zip(split, means, strict=True):
        one[:, column] -= mean
    return split, means[:, None]


def run(name):
    system, parameters, model, parts, sizes = CASES[name]()
    rows, values = rows_of(name, system, sizes)
    write_data(name, system, rows, values)
    if "splits" in model:
        rows, values = split_observed(rows, 0)
    pairs = list(zip(rows, values, strict=True))
    d = len(system.slopes)
    steps = {1: (9.0, 0.1, 0.2), 2: (8.5, 0.15, 0.25), 3: (7.5, 0.3, 0.4)}[d]
    reach, fine, coarse = steps
    fine_groups = [by_slopes(system, r, v, reach, fine) for r, v in pairs]
    coarse_groups = [by_slopes(system, r, v, reach, coarse) for r, v in pairs]
    record = {
        "id": f"d12_{name}", "title": CASES[name].__doc__, "script": "12_random_slopes_dense.py",
        "data": f"data/dense_{name}.csv", "model": model, "parameters": parameters,
        "log_likelihood": sum(fine_groups), "by_group": fine_groups,
        "slopes": {"dimensions": d, "reach": reach, "step": fine, "loglik": sum(fine_groups),
                   "change_from_step": {str(coarse): sum(fine_groups) - sum(coarse_groups)}},
    }
    print(name, "slopes", sum(fine_groups), "coarse", sum(coarse_groups), flush=True)
    if parts is not None:
        found = sum(by_parts(system, parts, r, v, 9.0, 0.1) for r, v in pairs)
        record["parts"] = {"dimensions": len(parts), "reach": 9.0, "step": 0.1, "loglik": found}
        print(name, "parts", found, flush=True)
    rng = np.random.default_rng(SEEDS[name] + 1000)
    drawn = np.array([by_draws(system, r, v, rng) for r, v in pairs])
    record["draws"] = {"count": DRAWS, "loglik": drawn[:, 0].sum(),
                       "standard_error": float(np.sqrt((drawn[:, 1] ** 2).sum()))}
    print(name, "draws", record["draws"], flush=True)
    record["versions"] = f"Python {sys.version.split()[0]}, numpy {np.__version__}"
    text = json.dumps(record, indent=1, default=lambda v: float(f"{v:.12g}"))
    (ROOT / "json" / f"d12_{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or CASES:
        run(chosen)
