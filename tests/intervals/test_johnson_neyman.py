from itertools import pairwise

import numpy as np
import pytest

from medwidget.intervals.johnson_neyman import johnson_neyman


def parabola(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An effect 1 + w with a standard error that is smallest at w = 0."""
    error = np.sqrt(0.1 + 0.2 * w**2)
    return 1 + w - 1.96 * error, 1 + w + 1.96 * error


def test_borders_solve_the_quadratic_equation() -> None:
    # (1 + w)^2 = 1.96^2 (0.1 + 0.2 w^2)
    k = 1.96**2
    roots = np.sort(np.roots([1 - 0.2 * k, 2, 1 - 0.1 * k]).real)
    regions = johnson_neyman(parabola, -20, 5)
    assert [region.sign for region in regions] == [-1, 0, 1]
    assert regions[0].stop == pytest.approx(roots[0], abs=1e-6)
    assert regions[1].stop == pytest.approx(roots[1], abs=1e-6)
    assert (regions[0].start, regions[-1].stop) == (-20, 5)
    for earlier, later in pairwise(regions):
        assert earlier.stop == later.start


def test_no_border() -> None:
    (region,) = johnson_neyman(lambda w: (w * 0 + 1, w * 0 + 2), 0, 1)
    assert (region.start, region.stop, region.sign) == (0, 1, 1)


def test_where_there_is_no_interval_there_is_no_sign() -> None:
    def bounds(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lower = np.where(w < 0.5, np.nan, 1.0)
        return lower, lower + 1

    regions = johnson_neyman(bounds, 0, 1)
    assert [region.sign for region in regions] == [0, 1]
    assert regions[0].stop == pytest.approx(0.5, abs=1e-6)


def test_a_border_on_the_grid() -> None:
    regions = johnson_neyman(lambda w: (w, w + 1), -1, 1, points=3)
    assert [region.sign for region in regions] == [0, 1]
    assert regions[0].stop == pytest.approx(0, abs=1e-6)
