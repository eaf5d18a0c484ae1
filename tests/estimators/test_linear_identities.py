"""Joint models whose likelihoods must be equal to the last digit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget.data.design import build_design
from medwidget.estimators.linear.estimator import LinearEstimator
from medwidget.estimators.protocol import Fit
from medwidget.pipeline.resolve import Resolved, resolve
from medwidget.spec.structure import Structure

METHODS = ("ml", "reml")


def fit_structure(structure: Structure, item: Resolved, method: str) -> Fit:
    design = build_design(structure, item.prepared.moments)
    estimator = LinearEstimator(method, restricted=method == "reml")
    return estimator.fit_design(structure, design, np.random.default_rng(1))


def values(found: Fit) -> dict[str, float]:
    return dict(zip(found.names, found.estimate.tolist(), strict=True))


def errors(found: Fit) -> dict[str, float]:
    return dict(zip(found.names, np.sqrt(np.diag(found.covariance)).tolist(), strict=True))


# -- block-diagonal T -----------------------------------------------------------------------------

FACTORS: dict[str, tuple[str, dict[str, Any]]] = {
    "slopes": ("bpg", {"exposure": "x", "mediators": "m", "outcome": "y", "group": "id"}),
    "two mediators": (
        "army",
        {
            "exposure": "HRS",
            "mediators": ["COHES", "LEAD"],
            "outcome": "WBEING",
            "group": "GRP",
            "mediation": "serial",
            "random_slopes": (),
        },
    ),
}


def one_equation(structure: Structure, position: int) -> Structure:
    """Return the structure with a single equation and its own random effects."""
    equation = structure.equations[position]
    kept = [i for i, term in enumerate(structure.random) if term.response == equation.response]
    free = {(kept.index(i), kept.index(j)) for i, j in structure.free if {i, j} <= set(kept)}
    return replace(
        structure,
        equations=(equation,),
        random=tuple(structure.random[i] for i in kept),
        free=frozenset(free),
        slopes=tuple(slope for slope in structure.slopes if slope.target == equation.response),
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", FACTORS)
def test_by_equation_is_the_sum_of_single_equations(name: str, method: str) -> None:
    source, options = FACTORS[name]
    model = mw.MediationModel(**options, random_covariance="by-equation")
    item = resolve(model, mw.load_dataset(source))
    joint = fit_structure(item.structure, item, method)
    parts = [
        fit_structure(one_equation(item.structure, position), item, method)
        for position in range(len(item.structure.equations))
    ]
    assert len(parts) == len(model.responses)
    assert joint.loglik == pytest.approx(sum(part.loglik for part in parts), abs=1e-8)
    together, se = values(joint), errors(joint)
    seen = set()
    for part in parts:
        for parameter, value in values(part).items():
            assert value == pytest.approx(together[parameter], abs=1e-6 * se[parameter])
            assert errors(part)[parameter] == pytest.approx(se[parameter], rel=1e-5)
            seen.add(parameter)
    assert seen == set(joint.names)
    # nothing is shared, so nothing covaries
    equation = {parameter.name: parameter.equation for parameter in joint.parameters}
    for i, first in enumerate(joint.names):
        for j, second in enumerate(joint.names):
            if equation[first] != equation[second]:
                assert abs(joint.covariance[i, j]) < 1e-9 * se[first] * se[second]


@pytest.mark.parametrize("method", METHODS)
def test_covariances_across_equations_can_only_help(method: str) -> None:
    source, options = FACTORS["slopes"]
    found = {}
    for covariance in ("diagonal", "by-equation", "full"):
        model = mw.MediationModel(**options, random_covariance=covariance)
        item = resolve(model, mw.load_dataset(source))
        found[covariance] = fit_structure(item.structure, item, method)
    assert found["diagonal"].loglik < found["by-equation"].loglik < found["full"].loglik - 1
    assert "cov(a,b)" in found["full"].names
    assert "cov(a,b)" not in found["by-equation"].names


# -- the between slope with groups of equal size ---------------------------------------------------


def balanced() -> pd.DataFrame:
    """Return the data of Bauer et al. (2006) with the exposure's group means beside it."""
    data = mw.load_dataset("bpg")
    assert data.groupby("id").size().nunique() == 1
    return data.assign(mean_x=data.groupby("id")["x"].transform("mean"))


WITHIN = mw.MediationModel("x", "m", "y", "id", centering="within", covariates=["mean_x"])
MEANS = mw.MediationModel("x", "m", "y", "id", centering="group-mean")


def test_with_equal_groups_both_forms_are_one_likelihood() -> None:
    data = balanced()
    implicit = mw.fit(WITHIN, data, interval=None)
    explicit = mw.fit(MEANS, data, interval=None)
    assert not implicit.convergence.singular
    assert not explicit.convergence.singular
    assert "cov(m,y)" in implicit.fitted.names
    assert "cov(m,y)" not in explicit.fitted.names
    assert len(implicit.fitted.names) == len(explicit.fitted.names)
    assert explicit.fitted.loglik == pytest.approx(implicit.fitted.loglik, abs=1e-7)

    ours, theirs = values(explicit.fitted), values(implicit.fitted)
    se = errors(explicit.fitted)
    for shared in ("a_within", "b_within", "direct_within", "var(m)", "var(a)", "var(b)"):
        assert ours[shared] == pytest.approx(theirs[shared], abs=1e-5 * se[shared])
    # The mean of m over a group's n rows is u_m plus the mean of n errors, so the slope on it is
    # cov(m, y) over the variance of both; over var(m) alone it would be the latent slope.
    n_rows = len(data) / data["id"].nunique()
    mean_variance = theirs["var(m)"] + theirs["residual(m)"] / n_rows
    slope = theirs["cov(m,y)"] / mean_variance
    assert ours["b_between"] == pytest.approx(slope, abs=1e-5 * se["b_between"])
    assert abs(theirs["cov(m,y)"] / theirs["var(m)"] - slope) > 0.05 * abs(slope)
    assert ours["cov(a,y)"] == pytest.approx(
        theirs["cov(a,y)"] - slope * theirs["cov(m,a)"], abs=1e-5 * se["cov(a,y)"]
    )


def curvature(found: Fit) -> float:
    """Return the smallest eigenvalue of the full information as a correlation matrix."""
    assert found.surface is not None
    information = -found.surface.hessian(found.surface.optimum)
    spread = np.sqrt(np.abs(np.diag(information)))
    return float(np.linalg.eigvalsh(information / np.outer(spread, spread))[0])


def test_the_between_slope_is_identified_because_a_covariance_is_zero() -> None:
    item = resolve(MEANS, balanced())
    found = fit_structure(item.structure, item, "ml")
    assert curvature(found) > 1e-2
    assert found.convergence.smallest_curvature > 1e-3
    assert errors(found)["b_between"] < 0.2

    labels = item.structure.labels
    pair = tuple(sorted((labels.index("m"), labels.index("y")), reverse=True))
    freed = replace(item.structure, free=item.structure.free | {pair})
    trap = fit_structure(freed, item, "ml")
    assert len(trap.names) == len(found.names) + 1
    assert trap.loglik == pytest.approx(found.loglik, abs=1e-5)
    assert abs(curvature(trap)) < 1e-6


def test_a_covariate_with_equal_group_means_enters_as_its_deviation() -> None:
    """Days that everybody has: its deviation from the group mean is that from the grand mean."""
    data = mw.load_dataset("diary")
    data["day"] = data["time"] - data["time"].mean()
    model = mw.MediationModel("fwkstrs", "fwkdis", "freldis", group="id", covariates=["time"])
    split = mw.fit(model, data, interval=None)
    raw = model.replace(covariates=["day"], covariate_centering="none")
    plain = mw.fit(raw, data, interval=None)
    assert split.statistics["loglik"] == pytest.approx(plain.statistics["loglik"], abs=1e-7)
    assert split.effect("indirect_within").estimate == pytest.approx(
        plain.effect("indirect_within").estimate, abs=1e-8
    )
