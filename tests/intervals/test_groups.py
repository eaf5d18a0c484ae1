import numpy as np
import pytest
from scipy.special import ndtri

from medwidget.intervals.groups import product_bounds
from tests.intervals.test_monte_carlo import product_quantile


def covariance(sd1: float, sd2: float, rho: float) -> np.ndarray:
    return np.array([[sd1**2, rho * sd1 * sd2], [rho * sd1 * sd2, sd2**2]])


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.5])
@pytest.mark.parametrize("means", [(0.2, 0.3), (0.0, 0.0), (-1.0, 0.1), (2.0, 3.0)])
def test_two_slopes_against_integration(means: tuple[float, float], rho: float) -> None:
    found = product_bounds(np.array([means]), covariance(0.3, 0.5, rho)[None], [0, 1])
    exact = [product_quantile(p, means[0], 0.3, means[1], 0.5, rho) for p in (0.025, 0.975)]
    width = exact[1] - exact[0]
    assert [bound[0] for bound in found] == pytest.approx(exact, abs=2e-3 * width)


def test_one_slope_is_normal() -> None:
    lower, upper = product_bounds(np.array([[1.0, 5.0]]), np.diag([4.0, 1.0])[None], [0], level=0.9)
    assert (lower[0], upper[0]) == pytest.approx(
        (1 + 2 * ndtri(0.05), 1 + 2 * ndtri(0.95)), abs=1e-4
    )


def test_three_slopes_against_simulation() -> None:
    rng = np.random.default_rng(2)
    root = 0.4 * rng.normal(size=(3, 3))
    mean, matrix = np.array([0.8, -0.5, 0.6]), root @ root.T
    products = rng.multivariate_normal(mean, matrix, 1_000_000).prod(axis=1)
    exact = np.quantile(products, [0.025, 0.975])
    found = product_bounds(mean[None], matrix[None], [0, 1, 2])
    assert [bound[0] for bound in found] == pytest.approx(exact, abs=0.02 * np.ptp(exact))


def test_singular_covariances() -> None:
    means = np.array([[0.5, 2.0], [0.5, 2.0], [0.5, 2.0]])
    covariances = np.array([np.zeros((2, 2)), np.diag([0.0, 1.0]), np.full((2, 2), 0.04)])
    lower, upper = product_bounds(means, covariances, [0, 1])
    assert (lower[0], upper[0]) == pytest.approx((1, 1))
    assert (lower[1], upper[1]) == pytest.approx((1 + 0.5 * ndtri(0.025), 1 + 0.5 * ndtri(0.975)))
    # one variable drives both: (0.5 + u)(2 + u), monotone over this range
    ends = [0.2 * ndtri(p) for p in (0.025, 0.975)]
    exact = [(0.5 + u) * (2 + u) for u in ends]
    assert (lower[2], upper[2]) == pytest.approx(exact, abs=0.02 * (exact[1] - exact[0]))


def test_groups_do_not_depend_on_one_another() -> None:
    rng = np.random.default_rng(0)
    means = rng.normal(size=(3000, 3))
    root = 0.3 * rng.normal(size=(3000, 3, 3))
    covariances = root @ root.transpose(0, 2, 1)
    together = product_bounds(means, covariances, [0, 2])
    alone = product_bounds(means[2500:2501], covariances[2500:2501], [0, 2])
    assert [bound[2500] for bound in together] == pytest.approx([bound[0] for bound in alone])
    assert np.all(together[0] < together[1])


def test_a_group_without_moments_has_no_bounds() -> None:
    means = np.array([[0.5, np.nan], [0.5, 2.0]])
    lower, upper = product_bounds(means, np.broadcast_to(np.eye(2), (2, 2, 2)), [0, 1])
    assert np.isnan([lower[0], upper[0]]).all()
    assert np.isfinite([lower[1], upper[1]]).all()


def test_no_groups() -> None:
    lower, upper = product_bounds(np.zeros((0, 2)), np.zeros((0, 2, 2)), [0, 1])
    assert lower.shape == upper.shape == (0,)
