"""What holds for every registered interval."""

import numpy as np
import pytest

from medwidget.effects.effect import Effect, EffectSet, Unavailable
from medwidget.effects.expression import Parameter
from medwidget.errors import ModelError, UnsupportedError
from medwidget.intervals.bootstrap import Bootstrap
from medwidget.intervals.protocol import Bounds, Interval
from medwidget.intervals.registry import INTERVALS, read_interval
from tests.intervals.fakes import NAMES, PathData, PathRefit, effect_set, path_fit

DATA = PathData(n_groups=100)
FIT = path_fit(DATA)
a, b = Parameter("a"), Parameter("b")
EFFECTS = effect_set(
    {
        "ab": a * b,
        "tenfold": 10 * a * b,
        "mirrored": -3 * a * b,
        "total": a * b + Parameter("direct"),
        "variance": Parameter("residual(y)"),
    },
    NAMES,
)


@pytest.fixture(params=sorted(INTERVALS))
def method(request: pytest.FixtureRequest) -> Interval:
    return read_interval(request.param)


def run(method: Interval, level: float = 0.95, seed: int = 1) -> Bounds:
    return method.bounds(EFFECTS, FIT, PathRefit(DATA), np.random.default_rng(seed), level)


def test_it_knows_its_name(method: Interval) -> None:
    assert INTERVALS[method.name]() == method
    assert read_interval(method) is method
    assert isinstance(method, Interval)
    assert method.unsupported(FIT, PathRefit(DATA)) is None


def test_bounds_are_complete(method: Interval) -> None:
    bounds = run(method)
    shape = (len(EFFECTS.names),)
    for array in (bounds.lower, bounds.upper, bounds.standard_error, bounds.monte_carlo_error):
        assert array.shape == shape
        assert np.isfinite(array).all()
    assert bounds.reasons == (None,) * len(EFFECTS.names)
    assert bounds.settings["method"] == method.name
    assert bounds.settings["level"] == 0.95
    assert "seed" not in bounds.settings
    estimate = EFFECTS.value(FIT.estimate)
    assert np.all((bounds.lower < estimate) & (estimate < bounds.upper))
    assert np.all(bounds.monte_carlo_error < 0.2 * bounds.standard_error)
    if bounds.draws is not None:
        assert bounds.draws.shape == (bounds.used, *shape)


def test_the_same_seed_gives_the_same_numbers(method: Interval) -> None:
    first, second = run(method), run(method)
    np.testing.assert_array_equal(first.lower, second.lower)
    np.testing.assert_array_equal(first.upper, second.upper)


def test_a_higher_level_gives_a_wider_interval(method: Interval) -> None:
    narrow, middle, wide = (run(method, level) for level in (0.8, 0.95, 0.99))
    assert np.all(wide.lower < middle.lower)
    assert np.all(middle.lower < narrow.lower)
    assert np.all(narrow.upper < middle.upper)
    assert np.all(middle.upper < wide.upper)


def test_units_do_not_matter(method: Interval) -> None:
    bounds = run(method)
    width = bounds.upper[0] - bounds.lower[0]
    tolerance = 1e-4 * width
    assert bounds.lower[1] == pytest.approx(10 * bounds.lower[0], abs=10 * tolerance)
    assert bounds.upper[1] == pytest.approx(10 * bounds.upper[0], abs=10 * tolerance)
    assert bounds.lower[2] == pytest.approx(-3 * bounds.upper[0], abs=3 * tolerance)
    assert bounds.upper[2] == pytest.approx(-3 * bounds.lower[0], abs=3 * tolerance)
    assert bounds.standard_error[1] == pytest.approx(10 * bounds.standard_error[0])


def test_all_methods_roughly_agree_where_theory_is_simple(method: Interval) -> None:
    bounds, reference = run(method), run(read_interval("delta"))
    width = reference.upper - reference.lower
    assert np.all(np.abs(bounds.lower - reference.lower) < 0.15 * width)
    assert np.all(np.abs(bounds.upper - reference.upper) < 0.15 * width)
    np.testing.assert_allclose(bounds.standard_error, reference.standard_error, rtol=0.2)


def test_unavailable_effects_have_no_place(method: Interval) -> None:
    effects = EffectSet(
        [
            Effect("none", "within", "effect", Unavailable("there is none."), "", ""),
            Effect("a", "within", "effect", a, "a", ""),
        ],
        NAMES,
    )
    bounds = method.bounds(effects, FIT, PathRefit(DATA), np.random.default_rng(1))
    assert bounds.lower.shape == (1,)
    nothing = effects.subset(["none"])
    bounds = method.bounds(nothing, FIT, PathRefit(DATA), np.random.default_rng(1))
    assert bounds.lower.shape == (0,)
    assert bounds.reasons == ()


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, -1.0, float("nan")])
def test_levels_are_checked(method: Interval, level: float) -> None:
    with pytest.raises(ModelError, match="level="):
        run(method, level)


def test_what_cannot_be_read() -> None:
    with pytest.raises(ModelError, match="Did you mean 'bootstrap'"):
        read_interval("boostrap")
    with pytest.raises(UnsupportedError, match="estimator"):
        read_interval("posterior")
    for wrong in (3, None, Bootstrap, {"method": "delta"}):
        with pytest.raises(ModelError, match="interval="):
            read_interval(wrong)
