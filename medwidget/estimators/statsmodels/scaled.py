"""One equation's rows with every column shifted and divided by its spread, and the way back.

statsmodels starts from T = I and stops by the size of a gradient, so it does well only where the
response and the columns have a spread of about 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["ScaledRows"]

Array = NDArray[np.float64]


class ScaledRows:
    """Scaled columns of one equation.

    Parameters
    ----------
    x : array (N, p)
        Columns of the fixed effects, the intercept first.
    z : array (N, q)
        Columns of the random effects.
    y : array (N,)
    """

    def __init__(self, x: Array, z: Array, y: Array) -> None:
        location, scale = x.mean(axis=0), x.std(axis=0)
        location[0], scale[0] = 0.0, 1.0
        scale[scale == 0] = 1.0
        z_scale = np.sqrt(np.mean(z**2, axis=0))
        z_scale[z_scale == 0] = 1.0
        y_location, self.y_scale = float(y.mean()), float(y.std()) or 1.0
        self.x = (x - location) / scale
        self.z = z / z_scale
        self.y = (y - y_location) / self.y_scale
        self.n_rows, self.p = x.shape
        # β = offset + affine β_scaled: the intercept absorbs the shifts
        self.affine = np.diag(self.y_scale / scale)
        self.affine[0, 1:] = -self.y_scale * location[1:] / scale[1:]
        self.offset = np.zeros(self.p)
        self.offset[0] = y_location
        self.random_unit = self.y_scale / z_scale

    @property
    def log_shift(self) -> float:
        """What to subtract from the log-likelihood of the scaled response."""
        return float(self.n_rows * np.log(self.y_scale))

    def fixed(self, beta: Array) -> Array:
        """Return the fixed effects (p,) of the columns as given."""
        return np.asarray(self.offset + self.affine @ beta)

    def jacobian(self, elements: list[tuple[int, int]]) -> Array:
        """Return the derivative of (fixed, elements of T, residual variance) in the scaled ones."""
        units = [self.random_unit[row] * self.random_unit[column] for row, column in elements]
        out = np.diag(np.concatenate([np.zeros(self.p), units, [self.y_scale**2]]))
        out[: self.p, : self.p] = self.affine
        return out
