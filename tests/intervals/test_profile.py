import numpy as np
import pytest
from scipy.optimize import brentq

from medwidget.effects.effect import EffectSet
from medwidget.effects.expression import Constant, Parameter
from medwidget.effects.functions import Sqrt
from medwidget.errors import UnsupportedError
from medwidget.intervals.profile import Profile
from medwidget.intervals.protocol import Bounds
from tests.intervals.fakes import NAMES, NormalFit, PathData, PathSurface, effect_set, path_fit

a, b = Parameter("a"), Parameter("b")
RNG = np.random.default_rng(0)
QUANTILE = 3.841458820694124


def profile(data: PathData, effects: EffectSet, level: float = 0.95) -> Bounds:
    return Profile().bounds(effects, path_fit(data), None, RNG, level)


def slope_drop(data: PathData, position: int) -> tuple[float, float, float]:
    """Return estimate, residual sum of squares and information of a slope in its regression."""
    surface = PathSurface(data)
    estimate = surface.natural(surface.optimum)
    rows = surface.products
    if position == 0:
        return estimate[0], estimate[3] * surface.n_rows, rows[0, 0]
    return estimate[1], estimate[4] * surface.n_rows, rows[1, 1] - rows[0, 1] ** 2 / rows[0, 0]


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_a_slope_has_a_closed_form(level: float) -> None:
    """The profile log-likelihood of a slope is -n/2 log(1 + (b - b_hat)^2 S / RSS)."""
    from scipy.stats import chi2

    data = PathData()
    bounds = profile(data, effect_set({"a": a, "b": b}, NAMES), level)
    for position in (0, 1):
        estimate, rss, information = slope_drop(data, position)
        reach = np.sqrt(rss / information * np.expm1(chi2.ppf(level, 1) / data.x.size))
        assert bounds.lower[position] == pytest.approx(estimate - reach, abs=1e-4 * reach)
        assert bounds.upper[position] == pytest.approx(estimate + reach, abs=1e-4 * reach)


def test_a_variance_and_its_root() -> None:
    data = PathData()
    variance = Parameter("residual(m)")
    bounds = profile(data, effect_set({"v": variance, "sd": Sqrt(variance)}, NAMES))
    n, estimate = data.x.size, path_fit(data).estimate[3]

    def drop(v: float) -> float:
        return float(n * (np.log(v / estimate) + estimate / v - 1) - QUANTILE)

    lower, upper = brentq(drop, estimate / 3, estimate), brentq(drop, estimate, 3 * estimate)
    assert (bounds.lower[0], bounds.upper[0]) == pytest.approx((lower, upper), rel=1e-4)
    assert (bounds.lower[1], bounds.upper[1]) == pytest.approx(
        (np.sqrt(lower), np.sqrt(upper)), rel=1e-4
    )


def grid_bounds(data: PathData) -> tuple[float, float]:
    """Bounds of ab by brute force: the extreme product on a fine grid of the region's border."""
    angle = np.linspace(0, 2 * np.pi, 400_001)
    share = np.sin(angle) ** 2
    reaches = []
    for position, part in ((0, share), (1, 1 - share)):
        estimate, rss, information = slope_drop(data, position)
        reach = np.sqrt(rss / information * np.expm1(part * QUANTILE / data.x.size))
        sign = np.sign(np.sin(angle) if position == 0 else np.cos(angle))
        reaches.append(estimate + sign * reach)
    product = reaches[0] * reaches[1]
    return float(product.min()), float(product.max())


@pytest.mark.parametrize(
    ("slopes", "seed"), [((0.4, 0.5), 1), ((0.0, 0.5), 2), ((0.0, 0.0), 3), ((0.1, -0.1), 4)]
)
def test_a_product_agrees_with_brute_force(slopes: tuple[float, float], seed: int) -> None:
    data = PathData(a=slopes[0], b=slopes[1], seed=seed)
    bounds = profile(data, effect_set({"ab": a * b}, NAMES))
    lower, upper = grid_bounds(data)
    width = upper - lower
    assert bounds.lower[0] == pytest.approx(lower, abs=1e-4 * width)
    assert bounds.upper[0] == pytest.approx(upper, abs=1e-4 * width)


def test_an_sd_whose_region_reaches_zero_ends_there() -> None:
    """A random effect whose variance is the square of a coordinate."""

    class Square:
        optimum = np.array([0.3])
        maximum = 0.0
        covers = frozenset({"v"})

        def value(self, phi: np.ndarray) -> float:
            return float(-0.5 * ((phi[0] ** 2 - 0.09) / 0.08) ** 2)

        def gradient(self, phi: np.ndarray) -> np.ndarray:
            return -(phi**2 - 0.09) / 0.08**2 * 2 * phi

        def hessian(self, phi: np.ndarray) -> np.ndarray:
            return np.array([[-((2 * phi[0] / 0.08) ** 2)]])

        def natural(self, phi: np.ndarray) -> np.ndarray:
            return phi**2

        def jacobian(self, phi: np.ndarray) -> np.ndarray:
            return np.array([[2 * phi[0]]])

    fit = NormalFit(["v"], [0.09], np.array([[0.08**2]]), Square())
    bounds = Profile().bounds(effect_set({"sd": Sqrt(Parameter("v"))}, ["v"]), fit, None, RNG)
    assert bounds.reasons == (None,)
    assert bounds.lower[0] == pytest.approx(0, abs=0.01)
    assert bounds.upper[0] == pytest.approx(np.sqrt(0.09 + 1.959964 * 0.08), rel=1e-4)


def test_what_the_likelihood_does_not_contain() -> None:
    fit = path_fit(PathData(), covers=("residual(m)", "residual(y)"))
    effects = effect_set({"ab": a * b, "v": Parameter("residual(m)")}, NAMES)
    bounds = Profile().bounds(effects, fit, None, RNG)
    assert bounds.reasons == (
        "the restricted likelihood does not contain a, b; use estimator='ml'",
        None,
    )
    assert np.isnan(bounds.lower[0])
    assert np.isfinite(bounds.upper[1])
    without = NormalFit(NAMES, fit.estimate, fit.covariance)
    with pytest.raises(UnsupportedError, match="no likelihood to profile"):
        Profile().bounds(effects, without, None, RNG)


def test_a_profile_that_fails_gives_a_reason() -> None:
    class Flat(PathSurface):
        def value(self, phi: np.ndarray) -> float:
            return 0.0

        def gradient(self, phi: np.ndarray) -> np.ndarray:
            return np.zeros(5)

    data = PathData()
    fit = path_fit(data)
    flat = NormalFit(NAMES, fit.estimate, fit.covariance, Flat(data))
    bounds = Profile().bounds(effect_set({"ab": a * b}, NAMES), flat, None, RNG)
    assert bounds.reasons == ("the profile did not converge",)
    assert np.isnan(bounds.upper[0])


def test_a_known_number_is_its_own_interval() -> None:
    bounds = profile(PathData(), effect_set({"k": Constant(2.0)}, NAMES))
    assert (bounds.lower[0], bounds.upper[0]) == (2, 2)


def test_stopping_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medwidget.intervals.progress.SECONDS_BETWEEN_CALLS", 0.0)
    effects = effect_set({"a": a, "b": b, "ab": a * b}, NAMES)
    bounds = Profile().bounds(
        effects, path_fit(PathData()), None, RNG, progress=lambda done, *_: done < 1
    )
    assert bounds.reasons == (None, "stopped before its turn", "stopped before its turn")
    assert np.isfinite(bounds.lower).tolist() == [True, False, False]
