import numpy as np
import pytest

from medwidget.effects.expression import Array, Expression, Parameter
from medwidget.effects.moments import product_mean, product_variance

MEANS = np.array([0.3, -0.7, 1.1])
COVARIANCE = np.array([[0.5, 0.2, -0.1], [0.2, 0.8, 0.3], [-0.1, 0.3, 0.6]])


def covariances(size: int) -> dict[tuple[int, int], Expression]:
    return {(i, j): Parameter(f"s{i}{j}") for i in range(size) for j in range(i, size)}


def at(expression: Expression, means: Array, covariance: Array) -> float:
    size = len(means)
    values = {f"m{i}": means[i] for i in range(size)}
    values |= {f"s{i}{j}": covariance[i, j] for i in range(size) for j in range(i, size)}
    return float(expression.value(lambda name: np.asarray(values[name])))


def by_quadrature(means: Array, covariance: Array) -> tuple[float, float]:
    """Exact moments: Gauss-Hermite quadrature of a polynomial in independent normals."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    weights = weights / weights.sum()
    grid = np.stack(np.meshgrid(*[nodes] * len(means), indexing="ij")).reshape(len(means), -1)
    weight = np.prod(np.meshgrid(*[weights] * len(means), indexing="ij"), axis=0).ravel()
    product = np.prod(means[:, None] + np.linalg.cholesky(covariance) @ grid, axis=0)
    mean = float(weight @ product)
    return mean, float(weight @ product**2 - mean**2)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_moments_are_exact(size: int) -> None:
    symbols = [Parameter(f"m{i}") for i in range(size)]
    means, covariance = MEANS[:size], COVARIANCE[:size, :size]
    mean, variance = by_quadrature(means, covariance)
    found = product_mean(symbols, covariances(size))
    assert at(found, means, covariance) == pytest.approx(mean, rel=1e-12)
    found = product_variance(symbols, covariances(size))
    assert at(found, means, covariance) == pytest.approx(variance, rel=1e-12)


def test_formulas_are_those_of_the_literature() -> None:
    a, b, d = Parameter("a"), Parameter("b"), Parameter("d")
    pair = {(0, 0): Parameter("va"), (0, 1): Parameter("cab"), (1, 1): Parameter("vb")}
    assert product_mean([a, b], pair).text() == "a·b + cab"
    assert product_variance([a, b], pair).text() == "a²·vb + b²·va + 2·a·b·cab + va·vb + cab²"
    names = {(0, 1): "cad", (0, 2): "cab", (1, 2): "cdb"}
    triple = {at: Parameter(name) for at, name in names.items()}
    assert product_mean([a, d, b], triple).text() == "a·d·b + a·cdb + d·cab + b·cad"


def test_slopes_without_variance_are_constants() -> None:
    a, b = Parameter("a"), Parameter("b")
    assert product_mean([a, b], {}).text() == "a·b"
    assert product_variance([a, b], {}).text() == "0"
    assert product_variance([a, b], {(1, 1): Parameter("vb")}).text() == "a²·vb"


def test_simulation_agrees() -> None:
    draws = np.random.default_rng(5).multivariate_normal(MEANS, COVARIANCE, 2_000_000)
    product = draws.prod(axis=1)
    symbols = [Parameter(f"m{i}") for i in range(3)]
    mean = at(product_mean(symbols, covariances(3)), MEANS, COVARIANCE)
    spread = at(product_variance(symbols, covariances(3)), MEANS, COVARIANCE) ** 0.5
    assert product.mean() == pytest.approx(mean, abs=4 * spread / 2_000_000**0.5)
    assert product.std() == pytest.approx(spread, rel=0.01)
