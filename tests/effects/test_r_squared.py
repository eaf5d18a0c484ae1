import numpy as np
import pytest

from medwidget.effects.r_squared import build_r_squared
from medwidget.spec.scales import EquationMoments, Scales
from medwidget.spec.structure import Part
from tests.effects.building import covariance_matrix, make_structure, make_theta


def test_shares_are_those_of_simulated_data() -> None:
    """Rights & Sterba's sources against the variances of a simulated response, part by part."""
    rng = np.random.default_rng(11)
    groups, size = 4000, 20
    structure = make_structure("1-1-1", random_slopes=("a",))
    equation = structure.equations[0]
    theta = dict(zip(structure.parameters.names, make_theta(structure, 4), strict=True))
    means = rng.normal(0, 0.8, groups)
    within = rng.normal(0, 1.3, (groups, size))
    within -= within.mean(axis=1, keepdims=True)
    by_part = {Part.WITHIN: within, Part.BETWEEN: np.repeat(means[:, None], size, axis=1)}
    columns = [
        by_part[term.factors[0].part] if term.factors else np.ones((groups, size))
        for term in equation.fixed
    ]
    design = np.stack(columns, axis=-1)
    gamma = np.array([theta[term.parameter] for term in equation.fixed])
    varying = [design[..., [0, 1]][..., 0], within]
    labels = [term.label for term in equation.random]
    names = [[structure.covariance(left, right) for right in labels] for left in labels]
    matrix = np.array([[theta[name] if name else 0.0 for name in row] for row in names])
    effects = rng.multivariate_normal(np.zeros(2), matrix, groups)
    fixed_w = (design - design.mean(axis=1, keepdims=True)) @ gamma
    fixed_b = (design.mean(axis=1) - design.mean(axis=(0, 1))) @ gamma
    slopes = effects[:, 1:] * within
    residual = rng.normal(0, np.sqrt(theta["residual(m)"]), (groups, size))
    parts = {
        "f1": fixed_w.var(),
        "f2": fixed_b.var(),
        "v": slopes.var(),
        "m": effects[:, 0].var(),
        "residual": residual.var(),
    }

    centred = design - design.mean(axis=1, keepdims=True)
    flat = centred.reshape(-1, design.shape[-1])
    random = np.stack(varying, axis=-1)
    random_w = (random - random.mean(axis=1, keepdims=True)).reshape(-1, 2)
    random_b = random.mean(axis=1)
    moments = EquationMoments(
        flat.T @ flat / len(flat),
        np.cov(design.mean(axis=1).T, bias=True),
        random_w.T @ random_w / len(random_w),
        random_b.T @ random_b / len(random_b),
    )
    shares = build_r_squared(structure, Scales({}, {}, {}, {}, {"m": moments}))
    values = dict(
        zip(shares.names, shares.value(np.array(list(theta.values()))).tolist(), strict=True)
    )
    total = sum(parts.values())
    for source, variance in parts.items():
        expected = variance / total
        assert values[f"r_squared[m]:total:{source}"] == pytest.approx(expected, abs=0.01)
    inside = parts["f1"] + parts["v"] + parts["residual"]
    assert values["r_squared[m]:within:f1v"] == pytest.approx(
        (parts["f1"] + parts["v"]) / inside, abs=0.01
    )
    outside = parts["f2"] + parts["m"]
    assert values["r_squared[m]:between:m"] == pytest.approx(parts["m"] / outside, abs=0.02)
    assert values["r_squared[m]:total:fvm"] == pytest.approx(
        1 - parts["residual"] / total, abs=0.01
    )
    assert not shares["r_squared[y]:total:f1"].available


def test_a_group_level_equation_has_an_ordinary_share() -> None:
    structure = make_structure("2-2-2", random_slopes=())
    equation = structure.equations[0]
    assert not equation.random
    moments = EquationMoments(
        np.zeros((2, 2)), np.diag([0.0, 4.0]), np.zeros((0, 0)), np.zeros((0, 0))
    )
    shares = build_r_squared(structure, Scales({}, {}, {}, {}, {"m": moments}))
    names = structure.parameters.names
    theta = np.zeros(len(names))
    theta[names.index("a_between")], theta[names.index("residual(m)")] = 0.5, 3.0
    assert shares.names == ("r_squared[m]:total:f", "r_squared[m]:total:residual")
    np.testing.assert_allclose(shares.value(theta), [0.25, 0.75])


def test_every_source_of_variance_is_counted_with_its_covariances() -> None:
    structure = make_structure("1-1-1", centering="none", random_slopes=("b",))
    equation = structure.equations[1]
    rng = np.random.default_rng(0)
    matrix = covariance_matrix(structure, rng)
    mean = np.array([[1.0, 0.6], [0.6, 0.5]])
    moments = EquationMoments(np.zeros((3, 3)), np.zeros((3, 3)), np.zeros((2, 2)), mean)
    shares = build_r_squared(structure, Scales({}, {}, {}, {}, {"y": moments}))
    at = [structure.labels.index(term.label) for term in equation.random]
    expected = np.trace(matrix[np.ix_(at, at)] @ mean)
    values = {
        structure.covariance(structure.labels[i], structure.labels[j]): matrix[i, j]
        for i, j in structure.free_elements
    }
    theta = np.array([values.get(name, 1.0) for name in structure.parameters.names])
    share = shares["r_squared[y]:total:m"].value(theta, structure.parameters.names)
    assert share == pytest.approx(expected / (expected + 1.0))
