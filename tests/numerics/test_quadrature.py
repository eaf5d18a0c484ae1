"""Rules for the normal distribution are exact for polynomials and converge for the rest."""

import numpy as np
import pytest

from medwidget._numerics.quadrature import normal_rule


@pytest.mark.parametrize("nodes", [1, 2, 3, 5, 8])
def test_moments_of_the_normal_are_exact_below_twice_the_nodes(nodes):
    points, logs = normal_rule(nodes, 1)
    moments = [1.0, 0.0, 1.0, 0.0, 3.0, 0.0, 15.0, 0.0, 105.0, 0.0, 945.0]
    for power in range(min(2 * nodes, len(moments))):
        found = float(np.exp(logs) @ points[0] ** power)
        assert found == pytest.approx(moments[power], abs=1e-9)


def test_product_rule_gives_the_expectation_of_a_product():
    points, logs = normal_rule(12, 3)
    direction = np.array([0.4, -0.3, 0.5])
    found = float(np.exp(logs) @ np.exp(direction @ points))
    assert found == pytest.approx(np.exp(direction @ direction / 2), rel=1e-12)


def test_pruning_drops_corners_and_little_mass():
    _, logs = normal_rule(15, 2)
    points, kept = normal_rule(15, 2, least=1e-6)
    assert points.shape == (2, len(kept))
    assert len(kept) < 0.6 * len(logs)
    assert 0 < 1 - np.exp(kept).sum() < 1e-4


def test_no_dimension_is_one_point_of_weight_one():
    points, logs = normal_rule(7, 0)
    assert points.shape == (0, 1)
    assert logs.tolist() == [0.0]


def test_a_rule_needs_a_node():
    with pytest.raises(ValueError, match="at least one node"):
        normal_rule(0, 1)
