import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medwidget as mw
from medwidget.intervals.draws import bounds_of_draws, tails
from medwidget.pipeline.densities import POINTS, density_table, kept_draws
from medwidget.result import EffectRow, MediationResult


def rows_of(names):
    return [EffectRow(name, "within", "effect", 0.0, 1.0, -1.0, 1.0, name) for name in names]


def table_of(draws):
    """Return the curves of draws (S, E) by effect."""
    names = tuple(f"e{place}" for place in range(draws.shape[1]))
    settings = {"level": 0.95}
    bounds = bounds_of_draws(draws, tails(0.95, len(names)), settings, attempted=len(draws))
    table = density_table(kept_draws(names, rows_of(names), bounds))
    curves = {}
    for name, x, height in table.rows:
        curves.setdefault(name, []).append((x, height))
    return {name: np.array(points).T for name, points in curves.items()}


def normal(location, scale, count=10_000):
    return np.random.default_rng(4).normal(location, scale, size=(count, 1))


def test_a_curve_is_the_density_of_its_draws():
    x, height = table_of(normal(2.0, 0.5))["e0"]
    expected = np.exp(-0.5 * ((x - 2.0) / 0.5) ** 2) / (0.5 * np.sqrt(2 * np.pi))
    assert len(x) == POINTS
    assert np.abs(height - expected).max() < 0.05 * expected.max()
    assert np.trapezoid(height, x) == pytest.approx(1.0, abs=0.01)


@settings(deadline=None, max_examples=40)
@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), st.integers(2, 500), st.integers(0, 2**32 - 1))
def test_a_curve_moves_and_stretches_with_its_draws(location, scale, count, seed):
    plain = np.random.default_rng(seed).normal(size=(max(count, 40), 1))
    curves = table_of(np.hstack([plain, location + scale * plain]))
    (x, height), (moved, lowered) = curves["e0"], curves["e1"]
    assert np.isfinite(moved).all()
    assert (np.diff(moved) > 0).all()
    assert (moved - location) / scale == pytest.approx(x, abs=0.02 + 1e-9 * abs(location) / scale)
    assert lowered * scale == pytest.approx(height, rel=0.02, abs=1e-3)


def test_draws_that_are_all_the_same_have_no_curve():
    same, varied = np.full((200, 1), 0.3), normal(0, 1, 200)
    assert list(table_of(np.hstack([same, varied]))) == ["e1"]
    assert table_of(same) == {}


def test_a_far_outlier_does_not_stretch_the_curve():
    draws = normal(0.0, 1.0)
    draws[0] = 1e9
    x, _ = table_of(draws)["e0"]
    assert x.max() < 10


def test_numbers_are_short():
    table = density_table(
        kept_draws(
            ("e",),
            rows_of(["e"]),
            bounds_of_draws(normal(0, 1), tails(0.95, 1), {"level": 0.95}, attempted=10_000),
        )
    )
    assert max(len(f"{height:.15g}".lstrip("0.")) for _, _, height in table.rows) <= 8
    assert max(len(f"{x:.15g}") for _, x, _ in table.rows) <= 8


@pytest.fixture(scope="module")
def fitted():
    model = mw.MediationModel("x", "m", "y", group="id")
    data = mw.load_dataset("bpg")
    return {
        name: mw.fit(model, data, interval=interval)
        for name, interval in {
            "monte-carlo": "monte-carlo",
            "delta": "delta",
            "none": None,
            "bootstrap": mw.Bootstrap(samples=50),
        }.items()
    }


@pytest.mark.parametrize("method", ["monte-carlo", "bootstrap"])
def test_every_effect_with_an_interval_from_draws_has_a_curve_around_it(fitted, method):
    result = fitted[method]
    known = [row for row in result.effect_rows if row.lower is not None]
    assert set(result.densities.index) == {row.name for row in known}
    for row in known:
        curve = result.densities.loc[row.name]
        inside = curve["x"].between(row.lower, row.upper)
        area = np.trapezoid(curve["density"][inside], curve["x"][inside])
        assert 0.75 < area < 1.0


@pytest.mark.parametrize("method", ["delta", "none"])
def test_there_is_no_curve_without_draws(fitted, method):
    assert fitted[method].densities.empty


def test_curves_are_saved_with_the_result(fitted):
    result = fitted["monte-carlo"]
    again = MediationResult.from_dict(result.to_dict())
    assert again.table("densities").rows == result.table("densities").rows


def test_a_table_that_does_not_exist_is_refused_by_name(fitted):
    with pytest.raises(mw.ModelError, match="densities"):
        fitted["delta"].table("density")
