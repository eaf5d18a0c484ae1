"""The joint likelihood against dense normal densities, its derivatives against differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget.data.design import build_design
from medwidget.data.simulate import random_covariance
from medwidget.data.terms import row_design
from medwidget.estimators.linear.estimator import LinearEstimator
from medwidget.estimators.linear.likelihood import LinearLikelihood
from medwidget.estimators.protocol import Fit
from medwidget.pipeline.resolve import Resolved, resolve

Array = np.ndarray

MODELS: dict[str, dict[str, Any]] = {
    "no random effect": {"exposure": "w", "mediators": "v", "outcome": "z"},
    "one random effect": {"exposure": "w", "mediators": "v", "random_slopes": ()},
    "two intercepts": {"random_slopes": ()},
    "five random effects": {"centering": "none", "random_slopes": ("a", "b", "direct")},
    "diagonal": {"random_slopes": ("a", "b", "direct"), "random_covariance": "diagonal"},
    "by equation": {"centering": "within", "random_covariance": "by-equation"},
    "parallel": {"mediators": ("m", "k"), "random_slopes": ("a[m]", "b[k]")},
    "serial": {"mediators": ("m", "k"), "mediation": "serial", "random_slopes": ("d",)},
    "group-level mediator": {"mediators": ("v", "m"), "random_slopes": ("b",)},
    "spread slopes": {"outcome": "spread", "random_slopes": ("b",)},
    "moderated": {
        "moderators": {"a": "w", "b": "w"},
        "covariates": ["k"],
        "centering": "grand-mean",
    },
}
CASES = [(name, restricted) for name in MODELS for restricted in (False, True)]
everything = pytest.mark.parametrize(("name", "restricted"), CASES)


@cache
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(17)
    codes = np.repeat(np.arange(14), rng.integers(1, 8, size=14))
    own = rng.normal(size=(14, 3))[codes]
    columns = {"g": codes, "w": own[:, 0], "v": own[:, 1] + 0.4 * own[:, 0], "z": own[:, 2]}
    for name in ("x", "m", "k", "y"):
        columns[name] = rng.normal(size=14)[codes] + rng.normal(size=codes.size)
    slope = 1.5 * rng.normal(size=14)[codes]
    columns["spread"] = slope * columns["m"] + 0.6 * columns["y"]
    return pd.DataFrame(columns)


@cache
def resolved(name: str) -> Resolved:
    roles = {"exposure": "x", "mediators": "m", "outcome": "y", "group": "g"}
    return resolve(mw.MediationModel(**{**roles, **MODELS[name]}), frame())


@cache
def fitted(name: str, restricted: bool) -> Fit:
    item = resolved(name)
    estimator = LinearEstimator("reml" if restricted else "ml", restricted=restricted)
    return estimator.fit(item.structure, item.prepared, np.random.default_rng(1))


@dataclass(frozen=True)
class Point:
    """A likelihood, and a random place well inside its coordinates."""

    likelihood: LinearLikelihood
    theta: Array
    beta: Array


def point(name: str, restricted: bool, seed: int) -> Point:
    item = resolved(name)
    design = build_design(item.structure, item.prepared.moments)
    likelihood = LinearLikelihood(design, item.structure.free_elements, restricted=restricted)
    rng = np.random.default_rng(seed)
    theta = rng.normal(scale=0.3, size=likelihood.n_coordinates)
    for position, (row, column) in enumerate(likelihood.free):
        if row == column:
            theta[position] = rng.uniform(0.3, 1.0)
    return Point(likelihood, theta, rng.normal(scale=0.5, size=likelihood.p))


def difference(function: Callable[[Array], Any], at: Array, step: float = 1e-5) -> Array:
    """Return central differences along every coordinate, on the last axis."""
    steps = step * np.eye(at.size)
    quotients = [
        (np.asarray(function(at + h)) - np.asarray(function(at - h))) / (2 * step) for h in steps
    ]
    return np.stack(quotients, axis=-1)


def assert_close(ours: Array, quotient: Array) -> None:
    scale = max(1.0, float(np.abs(quotient).max(initial=0.0)))
    np.testing.assert_allclose(ours, quotient, rtol=0, atol=2e-7 * scale)


def test_the_structures_are_what_they_are_called() -> None:
    sizes = {name: len(resolved(name).structure.random) for name in MODELS}
    assert sizes["no random effect"] == 0
    assert sizes["one random effect"] == 1
    assert sizes["two intercepts"] == 2
    assert sizes["five random effects"] == 5
    assert len(resolved("diagonal").structure.free) == 5
    assert [int(e.level) for e in resolved("group-level mediator").structure.equations] == [2, 1, 1]


@everything
@pytest.mark.parametrize("seed", [1, 2])
def test_profiled_derivatives(name: str, restricted: bool, seed: int) -> None:
    at = point(name, restricted, seed)
    found = at.likelihood.evaluate(at.theta)
    assert found is not None
    np.testing.assert_array_equal(found.beta, found.best)
    value = difference(lambda theta: at.likelihood.evaluate(theta).value, at.theta)
    assert_close(found.gradient, value)
    slope = difference(lambda theta: at.likelihood.evaluate(theta).gradient, at.theta)
    assert_close(found.hessian, slope)
    best = difference(lambda theta: at.likelihood.evaluate(theta).best, at.theta)
    moves = -np.linalg.solve(found.information, found.mixed) / 2
    assert_close(moves, best)


@everything
def test_derivatives_at_other_fixed_effects(name: str, restricted: bool) -> None:
    at = point(name, restricted, 3)
    found = at.likelihood.evaluate(at.theta, at.beta)
    assert found is not None
    value = difference(lambda theta: at.likelihood.evaluate(theta, at.beta).value, at.theta)
    assert_close(found.gradient, value)
    slope = difference(lambda theta: at.likelihood.evaluate(theta, at.beta).gradient, at.theta)
    assert_close(found.partial, slope)
    mixed = difference(lambda beta: at.likelihood.evaluate(at.theta, beta).gradient, at.beta)
    assert_close(found.mixed, mixed.T)


@pytest.mark.parametrize("name", MODELS)
def test_derivatives_in_all_coordinates(name: str) -> None:
    at = point(name, False, 4)
    p = at.likelihood.p
    both = np.concatenate([at.beta, at.theta])

    def parts(phi: Array) -> tuple[float, Array, Array]:
        found = at.likelihood.unprofiled(phi[:p], phi[p:])
        assert found is not None
        return found

    _, gradient, hessian = parts(both)
    assert_close(gradient, difference(lambda phi: parts(phi)[0], both))
    assert_close(hessian, difference(lambda phi: parts(phi)[1], both))


@everything
def test_weights_and_several_points_at_once(name: str, restricted: bool) -> None:
    """Points evaluated together are those evaluated alone; weights add groups up."""
    first, second = point(name, restricted, 5), point(name, restricted, 6)
    n_groups = first.likelihood.design.n_groups
    weights = np.random.default_rng(7).integers(0, 3, size=(2, n_groups)).astype(float)
    theta = np.stack([first.theta, second.theta])
    plain = first.likelihood.evaluate_many(theta)
    weighted = first.likelihood.reweighted(weights).evaluate_many(theta)
    for i, place in enumerate(theta):
        alone = first.likelihood.evaluate(place)
        only = first.likelihood.reweighted(weights[i : i + 1])
        value = difference(lambda t, only=only: only.evaluate(t).value, place)
        assert_close(weighted.at(i).gradient, value)
        for part in ("value", "gradient", "hessian", "mixed", "best"):
            np.testing.assert_allclose(
                getattr(plain.at(i), part), getattr(alone, part), rtol=1e-9, atol=1e-9
            )


@everything
def test_the_surface(name: str, restricted: bool) -> None:
    found = fitted(name, restricted)
    surface = found.surface
    assert surface is not None
    assert surface.maximum == found.loglik
    assert surface.value(surface.optimum) == pytest.approx(found.loglik, abs=1e-9)
    np.testing.assert_allclose(surface.gradient(surface.optimum), 0, atol=1e-4)
    np.testing.assert_allclose(surface.natural(surface.optimum), found.estimate, rtol=1e-10)
    covered = [place for place, each in enumerate(found.names) if each in surface.covers]
    assert len(covered) == surface.optimum.size
    phi = surface.optimum + np.random.default_rng(9).uniform(0.05, 0.3, surface.optimum.size)
    assert surface.value(phi) < found.loglik
    assert_close(surface.gradient(phi), difference(surface.value, phi))
    assert_close(surface.hessian(phi), difference(surface.gradient, phi))
    assert_close(surface.jacobian(phi), difference(surface.natural, phi))


IDENTIFIED = ["no random effect", "one random effect", "two intercepts", "spread slopes"]


@pytest.mark.parametrize("name", IDENTIFIED)
def test_the_covariance_is_the_inverse_of_the_full_information(name: str) -> None:
    """Of all parameters together, not of fixed effects with the variances taken as known."""
    found = fitted(name, False)
    assert found.surface is not None
    assert found.problems == ()
    information = -found.surface.hessian(found.surface.optimum)
    jacobian = found.surface.jacobian(found.surface.optimum)
    expected = jacobian @ np.linalg.inv(information) @ jacobian.T
    se = np.sqrt(np.diag(expected))
    np.testing.assert_allclose(
        found.covariance / np.outer(se, se), expected / np.outer(se, se), atol=1e-7
    )
    p = len(found.conditional_covariance)
    known = jacobian[:p, :p] @ np.linalg.inv(information[:p, :p]) @ jacobian[:p, :p].T
    np.testing.assert_allclose(found.conditional_covariance, known, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("name", [*IDENTIFIED[1:], "moderated", "serial"])
def test_random_effects_are_conditional_normals(name: str, restricted: bool) -> None:
    """Means, covariances and the slope of the means in the fixed effects, by dense matrices."""
    item, found = resolved(name), fitted(name, restricted)
    assert found.groups is not None
    posterior = found.groups()
    natural = dict(zip(found.names, found.estimate.tolist(), strict=True))
    x, z, y, noise, group = stacked(item, natural)
    t = random_covariance(item.structure, natural)
    beta = found.estimate[: x.shape[1]]
    assert posterior.labels == item.structure.labels
    spread = np.sqrt(np.diag(t))
    for j in range(len(item.prepared.labels)):
        rows = group == j
        v = z[rows] @ t @ z[rows].T + np.diag(noise[rows])
        gain = t @ z[rows].T @ np.linalg.inv(v)
        mode = gain @ (y[rows] - x[rows] @ beta)
        np.testing.assert_allclose(posterior.modes[j], mode, atol=1e-8 * spread.max())
        np.testing.assert_allclose(
            posterior.covariances[j], t - gain @ z[rows] @ t, atol=1e-8 * spread.max() ** 2
        )
        np.testing.assert_allclose(posterior.sensitivity[j], -gain @ x[rows], atol=1e-8)


@everything
def test_the_value_is_a_normal_density(name: str, restricted: bool) -> None:
    """Against dense matrices: all equations of a group stacked, V = Z T Z' + R."""
    item, found = resolved(name), fitted(name, restricted)
    assert found.surface is not None
    shift = np.random.default_rng(3).uniform(0.05, 0.3, found.surface.optimum.size)
    phi = found.surface.optimum + shift
    natural = dict(zip(found.names, found.surface.natural(phi).tolist(), strict=True))
    expected = dense_loglik(item, natural, restricted)
    assert found.surface.value(phi) == pytest.approx(expected, abs=1e-7)


def dense_loglik(item: Resolved, natural: dict[str, float], restricted: bool) -> float:
    """Return the log-likelihood from one covariance matrix of all rows of all equations."""
    x, z, y, noise, group = stacked(item, natural)
    structure = item.structure
    covariance = z @ random_covariance(structure, natural) @ z.T
    v = np.where(group[:, None] == group, covariance, 0.0) + np.diag(noise)
    if restricted:  # fixed effects integrated out: β by generalised least squares
        information = x.T @ np.linalg.solve(v, x)
        beta = np.linalg.solve(information, x.T @ np.linalg.solve(v, y))
    else:
        names = [term.parameter for item in structure.equations for term in item.fixed]
        beta = np.array([natural[each] for each in names])
    residual = y - x @ beta
    count = y.size - (x.shape[1] if restricted else 0)
    value = count * np.log(2 * np.pi) + np.linalg.slogdet(v)[1]
    value += residual @ np.linalg.solve(v, residual)
    if restricted:
        value += np.linalg.slogdet(information)[1]
    return float(-value / 2)


def stacked(item: Resolved, natural: dict[str, float]) -> tuple[Array, Array, Array, Array, Array]:
    """Return X, Z, y, residual variances and groups of all rows of all equations."""
    structure, codes = item.structure, item.prepared.rows.codes
    blocks = [row_design(item.prepared, structure, equation) for equation in structure.equations]
    groups = [
        np.arange(item.prepared.moments.n_groups) if equation.level == 2 else codes
        for equation in structure.equations
    ]
    group = np.concatenate(groups)
    y = np.concatenate([block[2] for block in blocks])
    x = np.zeros((y.size, sum(block[0].shape[1] for block in blocks)))
    z = np.zeros((y.size, len(structure.random)))
    noise = np.zeros(y.size)
    row = column = 0
    for equation, (own_x, own_z, own_y) in zip(structure.equations, blocks, strict=True):
        rows = slice(row, row + own_y.size)
        x[rows, column : column + own_x.shape[1]] = own_x
        places = [i for i, t in enumerate(structure.random) if t.response == equation.response]
        z[rows, places] = own_z
        noise[rows] = natural[equation.residual]
        row, column = row + own_y.size, column + own_x.shape[1]
    return x, z, y, noise, group
