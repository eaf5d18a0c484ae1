import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from medwidget.effects.bivariate import same_sign_gradient, same_sign_probability
from medwidget.effects.expression import Constant, Expression, Parameter, power
from medwidget.effects.functions import NormalProbability, QuadraticForm, SameSign, Sqrt

a, b, c = Parameter("a"), Parameter("b"), Parameter("c")


def at(expression: Expression, **values: float) -> float:
    return float(expression.value(lambda name: np.asarray(values[name], dtype=float)))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (a * b + c, "a·b + c"),
        (a * b - c, "a·b − c"),
        (a - (b + c), "a − (b + c)"),
        (-a, "−a"),
        (a * (b - c), "a·(b − c)"),
        (a - b * c, "a − b·c"),
        (2 * a * 3 * b, "6·a·b"),
        (-2 * a + 1, "−2·a + 1"),
        (a / (b * c), "a / (b·c)"),
        (a * b / c, "a·b / c"),
        ((a + b) / c, "(a + b) / c"),
        (power(a + b, 2), "(a + b)²"),
        (a * Constant(0.5, "SD(x)"), "a·SD(x)"),
        (a + -1.5 * b, "a − 1.5·b"),
        (Sqrt(a), "√(a)"),
        (NormalProbability(a / b), "Φ(a / b)"),
    ],
)
def test_text(expression: Expression, text: str) -> None:
    assert expression.text() == text


def test_zeros_and_ones_vanish_but_labelled_constants_stay() -> None:
    assert (a * 1).text() == "a"
    assert (a + 0).text() == "a"
    assert (a * 0 + b).text() == "b"
    assert (a / 1).text() == "a"
    assert (0 * a).text() == "0"
    assert (a * Constant(0.0, "mean(w)") + b).text() == "a·mean(w) + b"


def test_value_follows_the_operators() -> None:
    assert at((a * b - c) / (1 + a), a=2.0, b=3.0, c=1.0) == pytest.approx(5 / 3)
    assert at(1 / a + (2 - b) - 3 * c, a=2.0, b=3.0, c=1.0) == pytest.approx(-3.5)
    assert at(power(a, 3), a=2.0) == 8
    assert at(Sqrt(a), a=-1e-20) == 0


def test_parameters_are_collected_once() -> None:
    assert (a * b + a * c).parameters == {"a", "b", "c"}
    assert Constant(2.0).parameters == frozenset()


EXPRESSIONS = [
    a * b + c,
    a * a * b - power(c, 3) * a,
    (a + b) / (1 + c * c),
    Sqrt(a * a + b * b + c * c),
    NormalProbability(a * b - c),
    SameSign(a, b, 1 + c * c, 2 + a * a, 0.5 * c),
    QuadraticForm((a, b, c), np.array([[2.0, 0.5, 0], [0.5, 1, 0.3], [0, 0.3, 3]]), "v"),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_gradient_is_the_limit_of_difference_quotients(expression: Expression) -> None:
    point = {"a": np.array([0.7, -0.4]), "b": np.array([-0.3, 1.2]), "c": np.array([0.4, 0.9])}
    gradient = expression.gradient(point.__getitem__)
    assert set(gradient) == expression.parameters
    for name, derivative in gradient.items():
        up, down = dict(point), dict(point)
        up[name], down[name] = point[name] + 1e-5, point[name] - 1e-5
        change = expression.value(up.__getitem__) - expression.value(down.__getitem__)
        np.testing.assert_allclose(derivative, change / 2e-5, rtol=1e-8, atol=1e-9)


def test_a_root_at_zero_has_no_derivative() -> None:
    assert not np.isfinite(Sqrt(a).gradient(lambda _: np.array(0.0))["a"])


def same_sign_by_quadrature(
    mean1: float, mean2: float, var1: float, var2: float, cov: float
) -> float:
    """Integrate over the first variable the probability that the second has its sign."""
    slope, rest = cov / var1, np.sqrt(var2 - cov**2 / var1)

    def density(u: float) -> float:
        share = ndtr(np.sign(u) * (mean2 + slope * (u - mean1)) / rest)
        weight = np.exp(-0.5 * (u - mean1) ** 2 / var1) / np.sqrt(2 * np.pi * var1)
        return float(share * weight)

    reach = 12 * np.sqrt(var1)
    low, high = min(mean1 - reach, -reach), max(mean1 + reach, reach)
    options = {"epsabs": 1e-13, "epsrel": 1e-13, "limit": 200}
    return float(quad(density, low, 0, **options)[0] + quad(density, 0, high, **options)[0])


@pytest.mark.parametrize("rho", [-0.999, -0.9, -0.3, 0.0, 0.5, 0.95, 0.999])
@pytest.mark.parametrize("means", [(0.5, 0.8), (-0.4, 1.3), (0.0, 0.7), (2.0, -3.0), (-1.0, -1.0)])
def test_same_sign_agrees_with_quadrature(means: tuple[float, float], rho: float) -> None:
    moments = (*means, 0.6, 1.7, rho * np.sqrt(0.6 * 1.7))
    expected = same_sign_by_quadrature(*moments)
    found = same_sign_probability(*(np.array(moment) for moment in moments))
    assert found == pytest.approx(expected, abs=1e-10)


def test_same_sign_at_the_edges_of_its_domain() -> None:
    def probability(*moments: float) -> float:
        return float(same_sign_probability(*(np.array(moment) for moment in moments)))

    assert probability(0, 0, 1, 1, 0.5) == pytest.approx(0.5 + np.arcsin(0.5) / np.pi)
    assert probability(1, 1, 1, 1, 1) == 1
    assert probability(1, -1, 1, 1, -1) == 0
    assert probability(0.5, 2, 1, 1, 1) == pytest.approx(ndtr(0.5) + ndtr(-2))
    assert probability(0.5, 2, 1, 1, 1 - 1e-13) == pytest.approx(ndtr(0.5) + ndtr(-2), abs=1e-6)
    assert probability(2, 1, 0, 1, 0) == pytest.approx(ndtr(1))
    assert probability(-2, 1, 0, 1, 0) == pytest.approx(ndtr(-1))
    assert probability(-2, -1, 0, 0, 0) == 1
    assert probability(0, 1, 0, 1, 0) == 0
    assert probability(-0.0, 1, 1, 1, 0) == pytest.approx(0.5)


def test_same_sign_gradient_where_a_variance_is_zero_is_that_of_the_other_variable() -> None:
    moments = [np.array(value) for value in (1.0, 2.0, 0.0, 1.0, 0.0)]
    gradient = same_sign_gradient(*moments)
    density = np.exp(-2.0) / np.sqrt(2 * np.pi)
    np.testing.assert_allclose(gradient, [0, density, 0, -density, 0], atol=1e-15)
