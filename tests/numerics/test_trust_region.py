"""The optimiser on functions whose minima are known."""

import numpy as np

from medwidget._numerics.trust_region import minimize, minimize_many


def rosenbrock(point: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    x, y = point
    value = (1 - x) ** 2 + 100 * (y - x * x) ** 2
    gradient = np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
    hessian = np.array([[2 - 400 * (y - 3 * x * x), -400 * x], [-400 * x, 200.0]])
    return float(value), gradient, hessian


def saddle(point: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """(x² − 1)² + y²: a saddle at the origin, minima at x = ±1."""
    x, y = point
    value = (x * x - 1) ** 2 + y * y
    return (
        float(value),
        np.array([4 * x * (x * x - 1), 2 * y]),
        np.array([[12 * x * x - 4, 0.0], [0.0, 2.0]]),
    )


def test_a_curved_valley_is_followed_to_its_end() -> None:
    run = minimize(rosenbrock, np.array([-1.2, 1.0]), tolerance=1e-13)
    assert run.converged
    assert np.abs(run.point - 1).max() < 1e-8
    assert all(b < a for a, b in zip(run.history, run.history[1:], strict=False))


def test_a_saddle_is_left() -> None:
    run = minimize(saddle, np.array([0.0, 0.5]), tolerance=1e-13)
    assert run.converged
    assert abs(abs(run.point[0]) - 1) < 1e-8


def test_steps_without_a_value_are_rejected() -> None:
    def logarithm(point: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        if point[0] <= 0:
            return np.inf, np.zeros(1), np.eye(1)
        x = point[0]
        return float(x - np.log(x)), np.array([1 - 1 / x]), np.array([[1 / x**2]])

    run = minimize(logarithm, np.array([20.0]), radius=50.0, tolerance=1e-13)
    assert run.converged
    assert abs(run.point[0] - 1) < 1e-8


def test_a_start_without_a_value_is_said() -> None:
    run = minimize(lambda p: (np.nan, np.zeros(1), np.eye(1)), np.array([0.0]))
    assert not run.converged
    assert "start" in run.message


def test_several_searches_in_step_end_where_single_ones_do() -> None:
    starts = np.array([[-1.2, 1.0], [2.0, 2.0], [0.3, -0.7]])

    def together(
        points: np.ndarray, which: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found = [(rosenbrock, saddle, rosenbrock)[i](p) for i, p in zip(which, points, strict=True)]
        values, gradients, hessians = zip(*found, strict=True)
        return np.array(values), np.array(gradients), np.array(hessians)

    runs = minimize_many(together, starts)
    for run, function, start in zip(runs, (rosenbrock, saddle, rosenbrock), starts, strict=True):
        alone = minimize(function, start)
        assert run.evaluations == alone.evaluations
        assert np.array_equal(run.point, alone.point)
