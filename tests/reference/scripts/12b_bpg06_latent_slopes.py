"""BPG06 with random a, b and direct, x by observed means, m latent: the maximum by dense integration.

    python 12b_bpg06_latent_slopes.py           # from inside scripts/; numpy, scipy; wants data/bpg06.csv

lavaan's development version with rv() reports log-likelihood -2131.550, a .616, b .603, cov(a,b) .095,
direct .219, a_between .569, b_between .777 for these data. This script says which model that is:
the likelihood of m and y given x; T of (m, y, a, b, direct) free but for cov(m, y) = 0; and
Gauss-Hermite quadrature over b with 21 nodes that do not adapt, lavaan's default. Its error there is
+0.0022: exactly integrated, the maximum is -2131.5523.

Given b, the values of m and of y - b m in a group are linear in (M_B, a, Y_B - b M_B, direct), which
are Gaussian, so that b alone is integrated, on a dense grid. Nothing of medwidget is used.
"""

import json
import sys
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("intercept[m]", "intercept[y]", "a_within", "b_within", "direct_within", "a_between",
         "b_between", "direct_between")
ORDER = ("m", "y", "a", "b", "direct")
PUBLISHED = {"loglik": -2131.550, "a_within": 0.616, "b_within": 0.603, "cov(a,b)": 0.095,
             "direct_within": 0.219, "a_between": 0.569, "b_between": 0.777}


def data():
    table = np.genfromtxt(ROOT / "data" / "bpg06.csv", delimiter=",", names=True)
    groups = np.unique(table["id"])
    x, m, y = (np.array([table[v][table["id"] == g] for g in groups]) for v in "xmy")
    return x - x.mean(1, keepdims=True), x.mean(1), m, y


XW, XB, M, Y = data()
J, N = M.shape


def dense(count, reach):
    z = np.linspace(-reach, reach, count)
    return z, -0.5 * z**2 + np.log((z[1] - z[0]) / np.sqrt(2 * np.pi))


def hermite(count):
    z, w = np.polynomial.hermite_e.hermegauss(count)
    return z, np.log(w / np.sqrt(2 * np.pi))


def loglik(p, nodes):
    """Log-likelihood of m and y given x; nodes for b in units of its SD."""
    z, weights = nodes
    S, rest = p["T"], [0, 1, 2, 4]
    b = p["b_within"] + np.sqrt(S[3, 3]) * z
    beta = S[rest, 3] / S[3, 3]
    cov = S[np.ix_(rest, rest)] - np.outer(S[rest, 3], beta)
    shift = np.outer(b - p["b_within"], beta)
    mean_m = p["intercept[m]"] + p["a_between"] * XB
    mean_y = p["intercept[y]"] + p["b_between"] * mean_m + p["direct_between"] * XB
    # (M_B, a, Y_B - b M_B, direct) from the residuals (u_m, u_y, u_a, u_direct)
    turn = np.zeros((len(z), 4, 4))
    turn[:, 0, 0] = turn[:, 1, 2] = turn[:, 2, 1] = turn[:, 3, 3] = 1
    turn[:, 2, 0] = p["b_between"] - b
    V = turn @ cov @ turn.transpose(0, 2, 1)
    moved = np.einsum("gij,gj->gi", turn, shift)[:, None]
    mean = np.zeros((len(z), J, 4)) + moved
    mean[..., 0] += mean_m
    mean[..., 1] += p["a_within"]
    mean[..., 2] += mean_y - b[:, None] * mean_m
    mean[..., 3] += p["direct_within"]
    sm, sy = p["residual(m)"], p["residual(y)"]
    em = M - mean[..., 0:1] - mean[..., 1:2] * XW
    ey = Y - b[:, None, None] * M - mean[..., 2:3] - mean[..., 3:4] * XW
    xx = (XW**2).sum(1)
    A = np.zeros((J, 4, 4))
    A[:, 0, 0], A[:, 1, 1], A[:, 2, 2], A[:, 3, 3] = N / sm, xx / sm, N / sy, xx / sy
    h = np.stack([em.sum(-1) / sm, (em * XW).sum(-1) / sm, ey.sum(-1) / sy, (ey * XW).sum(-1) / sy], -1)
    inner = np.eye(4) + V[:, None] @ A
    solved = np.linalg.solve(inner, V[:, None] @ h[..., None])[..., 0]
    square = (em**2).sum(-1) / sm + (ey**2).sum(-1) / sy - (h * solved).sum(-1)
    terms = -0.5 * (N * (2 * np.log(2 * np.pi) + np.log(sm) + np.log(sy))
                    + np.linalg.slogdet(inner)[1] + square) + weights[:, None]
    top = terms.max(0)
    return float((top + np.log(np.exp(terms - top).sum(0))).sum())


FREE = {
    "full": [(i, j) for i in range(5) for j in range(i + 1) if (i, j) != (1, 0)],
    "slopes among themselves": [(i, i) for i in range(5)] + [(3, 2), (4, 2), (4, 3)],
    "a with b": [(i, i) for i in range(5)] + [(3, 2)],
}
for _elements in FREE.values():
    _elements.sort()


def parameters(v, elements):
    p = dict(zip(NAMES, v[:8], strict=True))
    p["residual(m)"], p["residual(y)"] = np.exp(v[8]), np.exp(v[9])
    L = np.zeros((5, 5))
    for (i, j), value in zip(elements, v[10:], strict=True):
        L[i, j] = value
    p["T"] = L @ L.T
    return p


def fit(elements, nodes, start=None):
    if start is None:
        spread = [0.9, 0.6, 0.33, 0.35, 0.2]
        start = np.concatenate([[0, 0, 0.6, 0.6, 0.2, 0.6, 0.8, 0.2, -0.4, -0.7],
                                [spread[i] if i == j else 0.0 for i, j in elements]])
    found = minimize(lambda v: -loglik(parameters(v, elements), nodes), start, method="BFGS",
                     options={"gtol": 2e-5, "maxiter": 500})
    return found.x, -found.fun


def plain(p):
    flat = {k: v for k, v in p.items() if k != "T"}
    for i, one in enumerate(ORDER):
        flat[f"var({one})"] = p["T"][i, i]
        for k in range(i):
            flat[f"cov({ORDER[k]},{one})"] = p["T"][i, k]
    return {k: float(f"{v:.8g}") for k, v in flat.items()}


def main():
    nodes, finer = dense(61, 7.5), dense(301, 9.0)
    record = {
        "id": "d12_bpg06_latent_slopes", "script": "12b_bpg06_latent_slopes.py", "data": "data/bpg06.csv",
        "title": "BPG06, random a, b, direct; x by observed means, m latent, y", "published": PUBLISHED,
        "definition": "log-likelihood of m and y given x, by dense integration over b",
        "structures": {},
    }
    for name, elements in FREE.items():
        v, _ = fit(elements, nodes)
        p = parameters(v, elements)
        record["structures"][name] = {
            "loglik": loglik(p, finer), "n_parameters": len(v), "parameters": plain(p),
            "eigenvalues_of_T": np.linalg.eigvalsh(p["T"]).tolist()}
        print(name, loglik(p, nodes), loglik(p, finer), plain(p), flush=True)
        if name == "full":
            record["gauss_hermite_at_this_maximum"] = {
                str(n): loglik(p, hermite(n)) for n in (5, 7, 9, 11, 15, 21, 25, 31, 41, 61)}
            w, value = fit(elements, hermite(21), v)
            q = parameters(w, elements)
            record["maximum_with_21_fixed_nodes"] = {
                "loglik_of_the_rule": value, "loglik": loglik(q, finer), "parameters": plain(q)}
    # exogenous part: deviations N(0, s2), means N(mu, t2)
    s2, t2 = (XW**2).mean(), XB.var()
    record["loglik_of_x"] = {
        "deviations": float(-0.5 * J * N * (np.log(2 * np.pi) + 1 + np.log(s2))),
        "means": float(-0.5 * J * (np.log(2 * np.pi) + 1 + np.log(t2)))}
    record["versions"] = f"Python {sys.version.split()[0]}, numpy {np.__version__}, scipy {scipy.__version__}"
    text = json.dumps(record, indent=1)
    (ROOT / "json" / f"{record['id']}.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
