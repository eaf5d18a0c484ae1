"""Coordinates and natural parameters: units, constraints, moderated slopes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medwidget.estimators.twolevel.layout import Layout, Units
from medwidget.spec.two_level import LevelSystem, TwoLevel, Variable
from tests.estimators.twolevel.systems import path_model

PATHS = ["a_within", "b_within", "direct_within", "a_between", "b_between", "direct_between"]


def units(model: TwoLevel) -> Units:
    """Return units as unequal as columns may be; the parts of a column share theirs."""
    location = {"x": 50.0, "m": -3.0, "y": 1e4, "w": 7.0}
    scale = {"x": 12.0, "m": 0.02, "y": 900.0, "w": 3.0}
    labels = [variable.label for variable in model.between.variables]
    inner = [variable.label for variable in model.within.variables]
    between = np.array([scale.get(label, 0.02 / 12.0) for label in labels])
    return Units(
        np.array([location.get(label, 0.0) for label in labels]),
        between,
        np.array([location[label] for label in inner]),
        np.array([scale[label] for label in inner]),
    )


def point(layout: Layout, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=layout.n_coordinates)


def moderated(constraints: dict[str, float | str]) -> TwoLevel:
    """Return 1-1-1 whose slope a differs between groups with w, a_within at w = 0."""
    plain = path_model("111")
    within = replace(plain.within, paths=tuple(p for p in plain.within.paths if p[2] != "a_within"))
    outer = plain.between
    variables = (
        *outer.variables,
        Variable("w", "group", ("w", None)),
        Variable("a", "slope", entry=(1, 0), random=True),
    )
    between = LevelSystem(
        variables,
        (*outer.means, "mean(w)", "a_within"),
        (*outer.paths, (4, 3, "a_within:w")),
        (*outer.elements, (3, 3, "var_between(w)"), (4, 4, "var(a)")),
    )
    return TwoLevel(within, between, constraints)


def test_natural_parameters_are_those_of_the_columns_as_given() -> None:
    """The moments that parameters imply are the standardized ones, turned back."""
    model = path_model("111")
    layout = Layout(model, units(model))
    phi = point(layout)
    at = layout.matrices(phi)
    turn = np.linalg.inv(np.eye(3) - at.paths_between)
    scale, location = layout.units.scale_between, layout.units.location_between
    mean = location + scale * (turn @ at.mean_between)
    root = scale[:, None] * (turn @ at.root_between)

    found = layout.natural_by_name(phi)
    a, b, direct = (found[f"{name}_between"] for name in ("a", "b", "direct"))
    mean_m = found["mean(m)"] + a * found["mean(x)"]
    mean_y = found["mean(y)"] + b * mean_m + direct * found["mean(x)"]
    np.testing.assert_allclose([found["mean(x)"], mean_m, mean_y], mean, rtol=1e-12)
    variances = [found[f"var_between({name})"] for name in "xmy"]
    paths = np.array([[1, 0, 0], [a, 1, 0], [a * b + direct, b, 1]])
    np.testing.assert_allclose(paths @ np.diag(variances) @ paths.T, root @ root.T, rtol=1e-12)


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize("value", [0, 0.25, "b_within"])
def test_a_constrained_path_is_what_it_is_held_at(name: str, value: float | str) -> None:
    """In natural units: a and b are not in the same ones, nor are the columns."""
    if name == value:
        return
    model = path_model("111", constraints={name: value})
    layout = Layout(model, units(model))
    free = path_model("111")
    whole = Layout(free, units(free))
    assert layout.n_coordinates == whole.n_coordinates - 1
    for seed in range(3):
        phi = point(layout, seed)
        found = layout.natural_by_name(phi)
        expected = found[value] if isinstance(value, str) else value
        assert found[name] == expected
        # the matrices are those of the free model at the same natural values
        other = np.zeros(whole.n_coordinates)
        for label in whole.locations:
            own = layout.coordinate_of(label)
            if label != name and own is not None:
                other[whole.coordinate_of(label)] = phi[own]
        target = whole.coordinate_of(name)
        other[target] = 1.0
        other[target] = expected / whole.natural_by_name(other)[name]
        other[whole.n_locations :] = phi[layout.n_locations :]
        for ours, theirs in zip(layout.matrices(phi), whole.matrices(other), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)
        direction = layout.jacobian(phi, [name])
        if not isinstance(value, str):
            assert not direction.any()
        else:
            np.testing.assert_array_equal(direction, layout.jacobian(phi, [value]))


@pytest.mark.parametrize("value", [0.0, 0.4, "a_between"])
def test_a_moderated_slope_is_held_where_its_moderator_is_zero(value: float | str) -> None:
    """The engine works with w less its mean, so that the slope's mean there is not constant."""
    model = moderated({"a_within": value})
    layout = Layout(model, units(model))
    phi = point(layout)
    found = layout.natural_by_name(phi)
    expected = found[value] if isinstance(value, str) else value
    at = layout.matrices(phi)
    scale, location = layout.units.scale_between, layout.units.location_between
    for w in (0.0, 7.0, 10.0):
        inside = at.mean_between[4] + at.paths_between[4, 3] * (w - location[3]) / scale[3]
        natural = expected + found["a_within:w"] * w
        assert scale[4] * inside == pytest.approx(natural, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("model", [path_model("111"), moderated({"a_within": "a_between"})])
def test_gradients_are_gathered_as_the_matrices_move(model: TwoLevel) -> None:
    layout = Layout(model, units(model))
    phi = point(layout)
    rng = np.random.default_rng(4)
    weights = [rng.normal(size=shape) for shape in layout.shapes]

    def total(at: np.ndarray) -> float:
        return sum(np.sum(w * m) for w, m in zip(weights, layout.matrices(at), strict=True))

    found = layout.gather(phi, type(layout.matrices(phi))(*weights))
    steps = 1e-6 * np.eye(phi.size)
    expected = [(total(phi + step) - total(phi - step)) / 2e-6 for step in steps]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)
    names = model.parameters
    slopes = layout.jacobian(phi, names)
    for k, step in enumerate(steps):
        change = layout.natural(phi + step, names) - layout.natural(phi - step, names)
        np.testing.assert_allclose(slopes[:, k], change / 2e-6, rtol=1e-5, atol=1e-3)
    stacked = layout.natural(np.stack([phi, 2 * phi]), names)
    np.testing.assert_allclose(stacked[1], layout.natural(2 * phi, names), rtol=1e-13)
