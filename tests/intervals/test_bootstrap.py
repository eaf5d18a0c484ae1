import threading
from itertools import pairwise

import numpy as np
import pytest

from medwidget.effects.expression import Parameter
from medwidget.errors import Cancelled, ModelError, UnsupportedError
from medwidget.intervals import chunks
from medwidget.intervals.bootstrap import Bootstrap
from medwidget.intervals.progress import Pace
from medwidget.intervals.protocol import Bounds
from tests.intervals.fakes import NAMES, PathData, PathRefit, effect_set, path_fit

DATA = PathData()
FIT = path_fit(DATA)
EFFECTS = effect_set({"ab": Parameter("a") * Parameter("b"), "a": Parameter("a")}, NAMES)


def run(
    method: Bootstrap, refit: PathRefit | None = None, seed: int = 1, **options: float
) -> Bounds:
    refit = PathRefit(DATA) if refit is None else refit
    return method.bounds(EFFECTS, FIT, refit, np.random.default_rng(seed), **options)


def test_cluster_bootstrap_is_that_of_whole_groups() -> None:
    """The SE of a least-squares slope against its cluster-robust formula, which it estimates."""
    bounds = run(Bootstrap(samples=4000))
    residual = DATA.m - FIT.estimate[0] * DATA.x
    scores = (DATA.x * residual).sum(axis=1)
    robust = np.sqrt((scores**2).sum()) / (DATA.x**2).sum()
    assert bounds.standard_error[1] == pytest.approx(robust, rel=0.06)
    assert bounds.draws is not None
    lower, upper = np.quantile(bounds.draws[:, 0], [0.025, 0.975])
    assert (bounds.lower[0], bounds.upper[0]) == pytest.approx((lower, upper))


def test_parametric_bootstrap_is_that_of_the_model() -> None:
    bounds = run(Bootstrap(kind="parametric", samples=4000))
    assert bounds.standard_error[1] == pytest.approx(np.sqrt(FIT.covariance[0, 0]), rel=0.06)
    assert bounds.settings["kind"] == "parametric"


@pytest.mark.parametrize("kind", ["cluster", "parametric"])
@pytest.mark.parametrize("limits", ["percentile", "bca"])
def test_the_number_of_workers_does_not_matter(kind: str, limits: str) -> None:
    runs = [
        run(Bootstrap(kind, 205, limits, workers=workers))  # type: ignore[arg-type]
        for workers in (1, 2, 3)
    ]
    for other in runs[1:]:
        np.testing.assert_array_equal(runs[0].draws, other.draws)
        np.testing.assert_array_equal(runs[0].lower, other.lower)
    assert runs[0].attempted == 205


def test_where_threads_cannot_start_the_work_is_done_in_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = run(Bootstrap(samples=100, workers=2))

    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(chunks.Thread, "start", refuse)
    np.testing.assert_array_equal(run(Bootstrap(samples=100, workers=2)).lower, expected.lower)


def test_after_every_slow_refit_there_is_a_look_at_whether_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("medwidget.intervals.progress.SECONDS_BETWEEN_CALLS", 0.0)

    class Slow(PathRefit):
        slow = True

    def until_one(done: int, total: int, so_far: Bounds | None) -> bool:
        return done == 0

    refit, rng = Slow(DATA), np.random.default_rng(1)
    method = Bootstrap(samples=100, workers=1)
    stopped = method.bounds(EFFECTS, FIT, refit, rng, progress=until_one)
    assert stopped.attempted == 1


def test_failed_refits_are_counted() -> None:
    bounds = run(Bootstrap(samples=400), PathRefit(DATA, fails=1))
    assert bounds.attempted == 400
    # a refit fails here when the first group is drawn at all
    assert bounds.failed == pytest.approx(400 * (1 - np.exp(-1)), abs=40)
    assert bounds.draws is not None
    assert len(bounds.draws) == bounds.used == 400 - bounds.failed


def test_if_all_refits_fail_the_reason_says_so() -> None:
    class Hopeless(PathRefit):
        def cluster(self, weights: np.ndarray) -> np.ndarray:
            return np.full((len(weights), 5), np.nan)

    bounds = run(Bootstrap(samples=50), Hopeless(DATA))
    assert bounds.failed == 50
    assert np.isnan(bounds.lower).all()
    assert "0 draws are too few" in (bounds.reasons[0] or "")


def test_bca_bounds_are_efrons() -> None:
    bounds = run(Bootstrap(samples=2000, limits="bca"))
    plain = run(Bootstrap(samples=2000))
    assert bounds.draws is not None
    np.testing.assert_array_equal(bounds.draws, plain.draws)
    refit = PathRefit(DATA)
    left_out = EFFECTS.value(refit.cluster(1 - np.eye(refit.n_groups)))
    from scipy.stats import bootstrap, norm

    centre = left_out.mean(axis=0) - left_out
    acceleration = (centre**3).sum(axis=0) / (6 * (centre**2).sum(axis=0) ** 1.5)
    bias = norm.ppf((bounds.draws < EFFECTS.value(FIT.estimate)).mean(axis=0))
    for found, z in ((bounds.lower, norm.ppf(0.025)), (bounds.upper, norm.ppf(0.975))):
        p = norm.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
        expected = [np.quantile(bounds.draws[:, e], p[e]) for e in range(2)]
        np.testing.assert_allclose(found, expected)
    # and against another implementation, which draws groups of its own
    products = DATA.products

    def slope(groups: np.ndarray) -> float:
        chosen = products[groups].sum(axis=0)
        return float(chosen[0, 1] / chosen[0, 0])

    other = bootstrap(
        (np.arange(len(products)),),
        slope,
        vectorized=False,
        n_resamples=4000,
        method="BCa",
        rng=np.random.default_rng(4),
    ).confidence_interval
    width = other.high - other.low
    assert bounds.lower[1] == pytest.approx(other.low, abs=0.05 * width)
    assert bounds.upper[1] == pytest.approx(other.high, abs=0.05 * width)


def test_what_is_done_is_kept_when_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medwidget.intervals.progress.SECONDS_BETWEEN_CALLS", 0.0)
    seen: list[tuple[int, int, bool]] = []

    def progress(done: int, total: int, so_far: Bounds | None) -> bool:
        seen.append((done, total, so_far is not None))
        return done < 300

    for workers in (1, 2):
        seen.clear()
        method = Bootstrap(samples=1000, workers=workers)
        bounds = method.bounds(
            EFFECTS, FIT, PathRefit(DATA), np.random.default_rng(1), progress=progress
        )
        assert seen[0] == (0, 1000, False)
        assert all(later[0] > earlier[0] for earlier, later in pairwise(seen))
        assert 300 <= bounds.attempted < 400
        assert np.isfinite(bounds.lower).all()
    full = run(Bootstrap(samples=1000))
    assert full.draws is not None
    np.testing.assert_array_equal(full.draws[:300], np.asarray(bounds.draws)[:300])


def test_stopped_before_anything_was_done() -> None:
    refit = PathRefit(DATA)
    with pytest.raises(Cancelled):
        Bootstrap().bounds(EFFECTS, FIT, refit, np.random.default_rng(1), progress=lambda *_: False)
    assert refit.calls == 0


def test_progress_comes_at_a_bearable_rate() -> None:
    calls: list[int] = []
    pace = Pace(lambda done, *_: calls.append(done), 10_000)
    for done in range(10_001):
        assert pace.tell(done, lambda: None)
    assert calls[0] == 0
    assert calls[-1] == 10_000
    assert len(calls) < 10


def test_an_error_in_a_thread_reaches_the_caller() -> None:
    class Broken(PathRefit):
        def cluster(self, weights: np.ndarray) -> np.ndarray:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(Bootstrap(samples=100, workers=2), Broken(DATA))


def test_what_cannot_be_had() -> None:
    with pytest.raises(UnsupportedError, match="cannot refit"):
        Bootstrap().bounds(EFFECTS, FIT, None, np.random.default_rng(1))
    single = PathRefit(PathData(n_groups=1))
    assert "single group" in (Bootstrap().unsupported(FIT, single) or "")
    assert Bootstrap(kind="parametric").unsupported(FIT, single) is None
    with pytest.raises(ModelError, match="Did you mean 'cluster'"):
        Bootstrap(kind="clusters")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="limits="):
        Bootstrap(limits="normal")  # type: ignore[arg-type]


def test_with_many_groups_stopping_waits_for_few_refits() -> None:
    sizes: list[int] = []

    class Many(PathRefit):
        n_groups = 5000

        def __init__(self) -> None:
            self.fails = 0.0

        def cluster(self, weights: np.ndarray) -> np.ndarray:
            assert weights.shape[1] == self.n_groups
            sizes.append(len(weights))
            return np.full((len(weights), 5), np.nan)

    run(Bootstrap(samples=50, workers=1), Many())
    assert sizes == [2] * 25
