"""Data of some settings: one seed, one set of random numbers, whatever the settings are.

Every row and every group has its own random numbers for each source of variation, drawn for as
many groups and rows as there can be. A setting only says how they are put together: when one is
moved a little, all points move a little, and a further group leaves the others where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medwidget.studies.teaching.settings import RANGES, Settings

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["RESIDUALS", "Sample", "data_frame", "draw"]

FloatArray = NDArray[np.float64]

MOST_GROUPS = int(RANGES["groups"].most)
MOST_ROWS = 2 * int(RANGES["size"].most)
LEAST_ROWS = 2
# Standard deviations of what neither X nor M explains, within and between groups.
RESIDUALS = {"within": 0.6, "between": 0.3}


@dataclass(frozen=True, eq=False)
class Sample:
    """Rows sorted by group.

    Attributes
    ----------
    sizes : ndarray of int, (J,)
    codes : ndarray of int, (N,)
        Group of each row.
    x, m, y : ndarray, (N,)
    """

    sizes: NDArray[np.int64]
    codes: NDArray[np.int64]
    x: FloatArray
    m: FloatArray
    y: FloatArray


@lru_cache(maxsize=4)
def _numbers(seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the random numbers of a seed: for sizes, of groups and of rows."""
    rng = np.random.default_rng(seed)
    sizes = rng.uniform(-1, 1, MOST_GROUPS)
    groups = rng.standard_normal((6, MOST_GROUPS))
    rows = rng.standard_normal((4, MOST_GROUPS, MOST_ROWS))
    return sizes, groups, rows


def draw(settings: Settings, seed: int) -> Sample:
    """Draw data.

    Parameters
    ----------
    settings : Settings
    seed : int

    Returns
    -------
    Sample
    """
    spread, of_groups, of_rows = _numbers(seed)
    n_groups = settings.groups
    wanted = settings.size * (1 + settings.unequal * spread[:n_groups])
    sizes = np.clip(np.rint(wanted).astype(np.int64), LEAST_ROWS, MOST_ROWS)
    codes = np.repeat(np.arange(n_groups), sizes)
    places = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    x_row, m_row, y_row, error = of_rows[:, codes, places]
    x_group, m_group, y_group, first, second, third = of_groups[:, :n_groups]

    slope_a, slope_b, slope_c = _slopes(settings, first, second, third)
    x_between = np.sqrt(settings.icc) * x_group
    x_within = np.sqrt(1 - settings.icc) * x_row
    m_between = settings.a_between * x_between + RESIDUALS["between"] * m_group
    m_within = slope_a[codes] * x_within + RESIDUALS["within"] * m_row
    y_between = (
        settings.direct_between * x_between
        + settings.b_between * m_between
        + RESIDUALS["between"] * y_group
    )
    y_within = slope_c[codes] * x_within + slope_b[codes] * m_within + RESIDUALS["within"] * y_row
    noise = np.sqrt((1 - settings.reliability) / settings.reliability) * error
    return Sample(
        sizes,
        codes,
        x_between[codes] + x_within + noise,
        m_between[codes] + m_within,
        y_between[codes] + y_within,
    )


def data_frame(sample: Sample) -> pd.DataFrame:
    """Return a sample as a table with the columns group, x, m and y."""
    import pandas as pd

    return pd.DataFrame({"group": sample.codes + 1, "x": sample.x, "m": sample.m, "y": sample.y})


def _slopes(
    settings: Settings, first: FloatArray, second: FloatArray, third: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return each group's a, b and c′; a and b have the covariance that is set."""
    sd_a, sd_b = settings.sd_a, settings.sd_b
    alike = settings.cov_ab / (sd_a * sd_b) if sd_a * sd_b > 0 else 0.0
    own = np.sqrt(max(1 - alike**2, 0.0))
    return (
        settings.a_within + sd_a * first,
        settings.b_within + sd_b * (alike * first + own * second),
        settings.direct_within + settings.sd_direct * third,
    )
