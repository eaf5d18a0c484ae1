"""Moments that a two-level model implies, against matrices and quadrature over the slopes."""

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest

from medwidget.effects.define import build_effects
from medwidget.effects.expression import Array
from medwidget.effects.fixed import fixed_effects
from medwidget.effects.implied import Implied
from medwidget.effects.r_squared import build_r_squared
from medwidget.spec.scales import Scales
from medwidget.spec.structure import Structure
from medwidget.spec.two_level import LevelSystem
from tests.effects.building import make_scales, make_structure, make_theta

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "fixed": ("1-1-1", {"random_slopes": ()}),
    "slopes": ("1-1-1", {"random_slopes": ("a", "b", "direct")}),
    "observed exposure": ("1-1-1", {"random_slopes": ("a", "b"), "splits": {"x": "observed"}}),
    "exposure within": ("1-1-1", {"random_slopes": ("b",), "splits": {"x": "within"}}),
    "moderated": ("1-1-1", {"random_slopes": ("a",), "moderators": {"a": "w", "b": "w"}}),
    "covariates": ("1-1-1", {"random_slopes": ("a", "b"), "covariates": ("c", "w")}),
    "parallel": ("1-(1,1)-1", {"random_slopes": ("b",)}),
    "serial": ("1-(1,1)-1", {"random_slopes": ("a", "d"), "mediation": "serial"}),
    "2-1-1": ("2-1-1", {"random_slopes": ("b",)}),
    "1-1-2": ("1-1-2", {"random_slopes": ("a",)}),
    "1-2-1": ("1-2-1", {"random_slopes": ("direct",)}),
}
LEVELS = {"c": 1, "w": 2}


def _case(name: str) -> tuple[Structure, dict[str, float]]:
    design, options = CASES[name]
    named = "".join(map(str, options.get("covariates", ()))) + str(options.get("moderators", ""))
    levels = {column: level for column, level in LEVELS.items() if column in named}
    structure = make_structure(design, centering="latent", moderator_levels=levels, **options)
    theta = dict(zip(structure.parameters.names, make_theta(structure, 5).tolist(), strict=True))
    return structure, theta


def _matrices(system: LevelSystem, theta: Mapping[str, float]) -> tuple[Array, Array, Array]:
    size = len(system.variables)
    means = np.array([0.0 if name is None else theta[name] for name in system.means])
    paths, psi = np.zeros((size, size)), np.zeros((size, size))
    for target, source, name in system.paths:
        paths[target, source] = theta[name]
    for row, column, name in system.elements:
        psi[row, column] = psi[column, row] = theta[name]
    return means, paths, psi


def _expected_within(structure: Structure, theta: Mapping[str, float]) -> tuple[Array, ...]:
    """Return E over slopes of Σ_W, and of what predictors say with and without own residuals."""
    model = structure.two_level
    assert model is not None
    means, paths, psi = _matrices(model.between, theta)
    inverse = np.linalg.inv(np.eye(len(paths)) - paths)
    centre, covariance = inverse @ means, inverse @ psi @ inverse.T
    slopes = [i for i, item in enumerate(model.between.variables) if item.role == "slope"]
    entries = [model.between.variables[i].entry for i in slopes]
    _, fixed, psi_within = _matrices(model.within, theta)
    # slopes, and what group-level variables say of them, jointly
    ends = np.array([[*inverse[i]] for i in slopes]).reshape(len(slopes), len(paths))
    said = ends.copy()
    said[:, slopes] = 0.0
    both = np.concatenate([ends, said])
    joint = both @ psi @ both.T
    values, vectors = np.linalg.eigh(joint)
    kept = values > 1e-12 * max(values.max(initial=0.0), 1.0)
    root = vectors[:, kept] * np.sqrt(values[kept])
    nodes, weights = np.polynomial.hermite_e.hermegauss(7)
    normal = list(zip(nodes, weights / weights.sum(), strict=True))
    grid = list(product(normal, repeat=root.shape[1]))
    size = len(fixed)
    total, every, without = np.zeros((size, size)), np.zeros(size), np.zeros(size)
    for chosen in grid:
        weight = float(np.prod([mass for _, mass in chosen]))
        drawn = np.tile(centre[slopes], 2) + root @ np.array([node for node, _ in chosen])
        full, explained = fixed.copy(), fixed.copy()
        for number, entry in enumerate(entries):
            assert entry is not None
            full[entry] += drawn[number]
            explained[entry] += drawn[len(slopes) + number]
        turned = np.linalg.inv(np.eye(size) - full)
        sigma = turned @ psi_within @ turned.T
        total += weight * sigma
        every += weight * np.einsum("ik,kl,il->i", full, sigma, full)
        without += weight * np.einsum("ik,kl,il->i", explained, sigma, explained)
    return covariance, total, every, without


def _number(expression: Any, theta: Mapping[str, float]) -> float:
    return float(expression.value(lambda name: np.asarray(theta[name])))


@pytest.mark.parametrize("case", CASES)
def test_moments_are_those_of_the_matrices(case: str) -> None:
    structure, theta = _case(case)
    assert structure.two_level is not None
    implied = Implied(structure.two_level)
    between, within, every, without = _expected_within(structure, theta)
    for i in range(len(between)):
        for k in range(len(between)):
            assert _number(implied.between(i, k), theta) == pytest.approx(between[i, k])
    for i in range(len(within)):
        assert _number(implied.within(i), theta) == pytest.approx(within[i, i])
        for own, expected in ((True, every), (False, without)):
            found = implied.explained_within(i, own_slopes=own)
            assert _number(found, theta) == pytest.approx(expected[i], abs=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_sources_of_variance_add_up_to_the_implied_variance(case: str) -> None:
    structure, theta = _case(case)
    assert structure.two_level is not None
    between, within, _, _ = _expected_within(structure, theta)
    shares = build_r_squared(structure, Scales({}, {}, {}))
    assert not shares.unavailable
    found = dict(zip(shares.names, shares.value(np.array(list(theta.values()))), strict=True))
    implied = Implied(structure.two_level)
    for equation in structure.equations:
        response = equation.response
        place = implied.position(response, "within")
        if place is None:
            group = implied.position(response, "between")
            assert group is not None
            residual = theta[equation.residual] / between[group, group]
            assert found[f"r_squared[{response}]:total:residual"] == pytest.approx(residual)
            continue
        residual = theta[equation.residual] / within[place, place]
        assert found[f"r_squared[{response}]:within:residual"] == pytest.approx(residual)
        sources = ("f1", "f2", "v", "m", "residual")
        named = [found[f"r_squared[{response}]:total:{source}"] for source in sources]
        assert sum(named) == pytest.approx(1.0)


def test_effects_are_standardized_by_implied_sds() -> None:
    structure, theta = _case("slopes")
    assert structure.two_level is not None
    between, within, _, _ = _expected_within(structure, theta)
    implied = Implied(structure.two_level)
    effects = build_effects(structure, make_scales(structure))
    found = dict(zip(effects.names, effects.value(np.array(list(theta.values()))), strict=True))
    for level, sigma in (("within", within), ("between", between)):
        x, y = (implied.position(name, level) for name in ("x", "y"))
        assert x is not None
        assert y is not None
        scale = np.sqrt(sigma[x, x] / sigma[y, y])
        for stem in ("indirect", "direct", "total"):
            name = f"{stem}_{level}"
            assert found[f"standardized_{name}"] == pytest.approx(found[name] * scale)


def test_gradients_of_shares_are_difference_quotients() -> None:
    structure, theta = _case("moderated")
    shares = build_r_squared(structure, Scales({}, {}, {}))
    at = np.array(list(theta.values()))
    gradient = shares.gradient(at)
    step = 1e-6
    for place in range(len(at)):
        shift = np.zeros(len(at))
        shift[place] = step
        quotient = (shares.value(at + shift) - shares.value(at - shift)) / (2 * step)
        assert gradient[:, place] == pytest.approx(quotient, abs=2e-8)


@pytest.mark.parametrize("design", ["1-1-2", "1-2-2", "1-2-1", "2-1-2", "2-2-1"])
def test_only_between_effects_where_something_is_constant_within_groups(design: str) -> None:
    structure = make_structure(design, centering="latent", random_slopes=())
    effects = build_effects(structure, make_scales(structure))
    assert effects["indirect_between"].text() == "a_between·b_between"
    reason = effects["indirect_within"].reason
    assert reason is not None
    assert "is constant within every school" in reason


def test_a_column_without_a_part_between_groups_has_no_effect_there() -> None:
    structure, _ = _case("exposure within")
    effects = build_effects(structure, make_scales(structure))
    assert effects["indirect_within"].available
    for name in ("indirect_between", "direct_between", "standardized_indirect_between"):
        reason = effects[name].reason
        assert reason is not None
        assert "x has no part between groups" in reason


def test_effects_that_constraints_settle() -> None:
    structure, _ = _case("fixed")
    effects = build_effects(structure, make_scales(structure))
    assert fixed_effects(effects, {}) == frozenset()
    held = fixed_effects(effects, {"direct_between": 0.0})
    assert held == {"direct_between", "standardized_direct_between", "proportion_mediated_between"}
    same = {"a_within": "a_between", "b_within": "b_between"}
    assert fixed_effects(effects, same) == {"contextual_difference"}
    assert "indirect_between" in fixed_effects(effects, {"a_between": 0.0})
