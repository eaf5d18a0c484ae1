import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from medwidget.effects.expression import Constant, Parameter
from medwidget.errors import ModelError
from medwidget.intervals.monte_carlo import MonteCarlo
from tests.intervals.fakes import NormalFit, effect_set

a, b, c = Parameter("a"), Parameter("b"), Parameter("c")


def product_quantile(
    p: float, mean1: float, sd1: float, mean2: float, sd2: float, rho: float = 0.0
) -> float:
    """The exact quantile of a product of two normal variables, by numerical integration."""

    def below(t: float) -> float:
        def integrand(z: float) -> float:
            first = mean1 + sd1 * z
            centre, spread = mean2 + rho * sd2 * z, sd2 * np.sqrt(1 - rho**2)
            share = ndtr(np.sign(first) * (t / first - centre) / spread)
            return float(share * np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi))

        at_zero = -mean1 / sd1
        breaks = [at_zero] if abs(at_zero) < 9 else None
        return float(quad(integrand, -9, 9, points=breaks, limit=400, epsabs=1e-11)[0])

    spread = abs(mean1) * sd2 + abs(mean2) * sd1 + sd1 * sd2
    centre = mean1 * mean2
    return float(brentq(lambda t: below(t) - p, centre - 9 * spread, centre + 9 * spread))


def test_percentiles_of_a_product_are_exact_up_to_their_stated_error() -> None:
    fit = NormalFit(["a", "b"], [0.2, 0.3], np.diag([0.05**2, 0.06**2]))
    effects = effect_set({"ab": a * b}, fit.names)
    bounds = MonteCarlo(400_000).bounds(effects, fit, None, np.random.default_rng(1))
    lower, upper = (product_quantile(p, 0.2, 0.05, 0.3, 0.06) for p in (0.025, 0.975))
    assert (lower, upper) == pytest.approx((0.026171, 0.101999), abs=1e-6)
    error = bounds.monte_carlo_error[0]
    assert error == pytest.approx(0.02 * 2.7 / np.sqrt(400_000), rel=0.5)
    assert bounds.lower[0] == pytest.approx(lower, abs=4 * error)
    assert bounds.upper[0] == pytest.approx(upper, abs=4 * error)
    variance = 0.2**2 * 0.06**2 + 0.3**2 * 0.05**2 + 0.05**2 * 0.06**2
    assert bounds.standard_error[0] == pytest.approx(np.sqrt(variance), rel=0.01)


def test_the_correlation_of_the_estimates_counts() -> None:
    covariance = np.array([[0.05**2, 0.4 * 0.05 * 0.06], [0.4 * 0.05 * 0.06, 0.06**2]])
    fit = NormalFit(["a", "b"], [0.1, 0.1], covariance)
    bounds = MonteCarlo(400_000).bounds(
        effect_set({"ab": a * b}, fit.names), fit, None, np.random.default_rng(2)
    )
    error = bounds.monte_carlo_error[0]
    for found, p in ((bounds.lower[0], 0.025), (bounds.upper[0], 0.975)):
        exact = product_quantile(p, 0.1, 0.05, 0.1, 0.06, 0.4)
        assert found == pytest.approx(exact, abs=4 * error)


def test_the_stated_error_is_the_spread_over_repetitions() -> None:
    fit = NormalFit(["a"], [1.0], np.array([[4.0]]))
    effects = effect_set({"a": a}, fit.names)
    runs = [
        MonteCarlo(2000).bounds(effects, fit, None, np.random.default_rng(seed))
        for seed in range(400)
    ]
    lowers = np.array([run.lower[0] for run in runs])
    stated = np.mean([run.monte_carlo_error[0] for run in runs])
    density = np.exp(-0.5 * ndtri(0.025) ** 2) / np.sqrt(2 * np.pi) / 2
    assert lowers.std() == pytest.approx(np.sqrt(0.025 * 0.975 / 2000) / density, rel=0.1)
    assert stated == pytest.approx(lowers.std(), rel=0.3)
    assert lowers.mean() == pytest.approx(1 + 2 * ndtri(0.025), abs=0.03)


def test_too_few_draws_are_a_reason_not_a_number() -> None:
    fit = NormalFit(["a"], [1.0], np.array([[4.0]]))
    bounds = MonteCarlo(30).bounds(
        effect_set({"a": a}, fit.names), fit, None, np.random.default_rng(0)
    )
    assert np.isnan(bounds.lower[0])
    assert bounds.reasons == ("30 draws are too few for a 0.95 interval, which needs at least 40",)


def test_draws_without_a_value_are_told() -> None:
    fit = NormalFit(["a", "b"], [1.0, 1.0], np.eye(2))
    effects = effect_set({"a": a, "none": a / (b * Constant(0.0, "zero"))}, fit.names)
    bounds = MonteCarlo(100).bounds(effects, fit, None, np.random.default_rng(0))
    assert bounds.reasons[0] is None
    assert "no finite value in 100 of 100 draws" in (bounds.reasons[1] or "")
    assert np.isfinite(bounds.lower[0])
    assert np.isnan(bounds.lower[1])


def test_missing_draws_are_counted() -> None:
    class Partly(NormalFit):
        def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
            draws = super().draw(count, rng)
            draws[:10] = np.nan
            return draws

    fit = Partly(["a"], [1.0], np.array([[4.0]]))
    bounds = MonteCarlo(100).bounds(
        effect_set({"a": a}, fit.names), fit, None, np.random.default_rng(0)
    )
    assert (bounds.attempted, bounds.failed, bounds.used) == (100, 10, 90)
    assert bounds.draws is not None
    assert bounds.draws.shape == (90, 1)


@pytest.mark.parametrize("samples", [0, 1, 2.5, True, "many"])
def test_samples_are_checked(samples: object) -> None:
    with pytest.raises(ModelError, match="samples="):
        MonteCarlo(samples)  # type: ignore[arg-type]
