"""Designs of the coverage study: data drawn from exactly the model that is fitted.

Group means that predict are *observed* means. M is drawn with the observed mean of x as a
predictor, then Y with the observed mean of the M just drawn. So the manifest between paths have
true values, and estimates may be held against them; with latent means as predictors they would be
biased by design.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

import medwidget as mw

__all__ = ["DESIGNS", "Design"]

SMALLEST, LARGEST = 8, 22  # rows in a group, every number between them equally likely

# Slopes, and variances of the random effects and residuals.
A, B, DIRECT = 0.4, 0.4, 0.2
A_BETWEEN, B_BETWEEN, DIRECT_BETWEEN = 0.5, 0.6, 0.1
VAR_M, VAR_Y, VAR_A, VAR_B = 0.4, 0.3, 0.16, 0.12
RESIDUAL_M, RESIDUAL_Y = 1.0, 0.8
VAR_X_BETWEEN, VAR_X_WITHIN = 0.4, 1.0


@dataclass(frozen=True)
class Design:
    """One way to draw data, with the true effects.

    Attributes
    ----------
    name : str
        The levels of X, M and Y, with what else tells it apart.
    x_varies : bool
        Whether x differs within groups; if so a and b are random, otherwise b alone.
    covariance : float
        Cov(a, b) over groups.
    """

    name: str
    x_varies: bool
    covariance: float = 0.0

    @property
    def model(self) -> mw.MediationModel:
        """The model that is fitted: manifest group-mean centring, unrestricted T."""
        slopes = ("a", "b") if self.x_varies else ("b",)
        return mw.MediationModel("x", "m", "y", group="g", random_slopes=slopes)

    @property
    def truth(self) -> dict[str, float]:
        """The true value of every effect studied."""
        between = {"indirect_between": A_BETWEEN * B_BETWEEN}
        if self.x_varies:
            return {"indirect_within": A * B + self.covariance, **between}
        return {
            **between,
            "indirect_individual": A_BETWEEN * B,
            "indirect_contextual": A_BETWEEN * (B_BETWEEN - B),
        }

    def draw(self, n_groups: int, rng: np.random.Generator) -> pd.DataFrame:
        """Return one sample of groups; sizes and x are drawn anew as well."""
        g = np.repeat(np.arange(n_groups), rng.integers(SMALLEST, LARGEST + 1, n_groups))
        x = np.sqrt(VAR_X_BETWEEN) * rng.standard_normal(n_groups)[g]
        if self.x_varies:
            x = x + np.sqrt(VAR_X_WITHIN) * rng.standard_normal(g.size)
        slopes = np.array([[VAR_A, self.covariance], [self.covariance, VAR_B]])
        u_a, u_b = np.linalg.cholesky(slopes) @ rng.standard_normal((2, n_groups))
        x_mean = _means(x, g)
        m = np.sqrt(VAR_M) * rng.standard_normal(n_groups)[g] + A_BETWEEN * x_mean
        m = m + (A + u_a[g]) * (x - x_mean) + np.sqrt(RESIDUAL_M) * rng.standard_normal(g.size)
        m_mean = _means(m, g)
        y = np.sqrt(VAR_Y) * rng.standard_normal(n_groups)[g]
        y = y + B_BETWEEN * m_mean + DIRECT_BETWEEN * x_mean
        y = y + (B + u_b[g]) * (m - m_mean) + DIRECT * (x - x_mean)
        y = y + np.sqrt(RESIDUAL_Y) * rng.standard_normal(g.size)
        return pd.DataFrame({"g": g, "x": x, "m": m, "y": y})


def _means(values: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Return the observed mean of each row's group."""
    return (np.bincount(g, values) / np.bincount(g))[g]


DESIGNS = (
    Design("1-1-1, cov(a,b) = 0", x_varies=True),
    Design("1-1-1, cov(a,b) = 0.06", x_varies=True, covariance=0.06),
    Design("2-1-1", x_varies=False),
)
