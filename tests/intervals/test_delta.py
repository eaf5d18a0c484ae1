import numpy as np
import pytest

from medwidget.effects.expression import Parameter
from medwidget.effects.functions import Sqrt
from medwidget.errors import ModelError
from medwidget.intervals.delta import Delta
from tests.intervals.fakes import NormalFit, effect_set

a, b, sigma = Parameter("a"), Parameter("b"), Parameter("cov(a,b)")
RNG = np.random.default_rng(0)
NAMES = ["a", "b", "cov(a,b)"]


def fit(cross: float = 0.0) -> NormalFit:
    covariance = np.array([[0.04, 0.01, cross], [0.01, 0.09, cross], [cross, cross, 0.02]])
    return NormalFit(NAMES, [0.6, -0.4, 0.1], covariance)


def test_a_linear_effect_is_exact() -> None:
    bounds = Delta().bounds(effect_set({"l": a - 2 * b}, NAMES), fit(), None, RNG)
    error = np.sqrt(0.04 + 4 * 0.09 - 4 * 0.01)
    assert bounds.standard_error[0] == pytest.approx(error)
    assert bounds.upper[0] - bounds.lower[0] == pytest.approx(2 * 1.959963984540054 * error)
    assert (bounds.upper[0] + bounds.lower[0]) / 2 == pytest.approx(1.4)
    assert bounds.monte_carlo_error[0] == 0


def test_the_second_order_is_the_variance_of_bauer_et_al() -> None:
    effects = effect_set({"within": a * b + sigma}, NAMES)
    va, vb, cab, vs = 0.04, 0.09, 0.01, 0.02
    first = 0.4**2 * va + 0.6**2 * vb + 2 * 0.6 * -0.4 * cab + vs
    bounds = Delta(order=1).bounds(effects, fit(), None, RNG)
    assert bounds.standard_error[0] ** 2 == pytest.approx(first, rel=1e-12)
    bounds = Delta(order=2).bounds(effects, fit(), None, RNG)
    assert bounds.standard_error[0] ** 2 == pytest.approx(first + va * vb + cab**2, rel=1e-9)


def test_covariances_with_the_covariance_of_slopes_count() -> None:
    effects = effect_set({"within": a * b + sigma}, NAMES)
    with_, without = (Delta().bounds(effects, fit(cross), None, RNG) for cross in (0.01, 0.0))
    expected = 2 * (-0.4 + 0.6) * 0.01
    difference = with_.standard_error[0] ** 2 - without.standard_error[0] ** 2
    assert difference == pytest.approx(expected)


def test_second_order_of_any_smooth_effect() -> None:
    effects = effect_set({"e": a * a * b / (1 + sigma * sigma)}, NAMES)
    second = Delta(order=2).bounds(effects, fit(), None, RNG).standard_error[0] ** 2
    first = Delta(order=1).bounds(effects, fit(), None, RNG).standard_error[0] ** 2

    def value(x: np.ndarray) -> float:
        return float(x[0] ** 2 * x[1] / (1 + x[2] ** 2))

    step, theta, eye = 1e-4, fit().estimate, np.eye(3)
    hessian = np.array(
        [
            [
                sum(
                    i * j * value(theta + step * (i * eye[r] + j * eye[c]))
                    for i in (-1, 1)
                    for j in (-1, 1)
                )
                / (4 * step**2)
                for c in range(3)
            ]
            for r in range(3)
        ]
    )
    product = hessian @ fit().covariance
    assert second - first == pytest.approx(np.trace(product @ product) / 2, rel=1e-5)


def test_a_variance_of_zero_has_a_reason() -> None:
    at_boundary = NormalFit(["a", "v"], [1.0, 0.0], np.diag([1.0, np.nan]))
    effects = effect_set({"a": a, "sd": Sqrt(Parameter("v")), "v": Parameter("v")}, ["a", "v"])
    bounds = Delta(order=2).bounds(effects, at_boundary, None, RNG)
    assert bounds.reasons[0] is None
    assert np.isfinite(bounds.lower[0])
    assert "have no standard errors" in (bounds.reasons[1] or "")
    known = NormalFit(["a", "v"], [1.0, 0.0], np.eye(2))
    bounds = Delta().bounds(effects, known, None, RNG)
    assert "not differentiable" in (bounds.reasons[1] or "")
    assert bounds.reasons[2] is None


def test_orders_are_one_and_two() -> None:
    with pytest.raises(ModelError, match="choose 1 or 2"):
        Delta(order=3)  # type: ignore[arg-type]
