"""Comparisons of a result with reference numbers, within stated tolerances."""

from typing import Any

import numpy as np

from medwidget.result import MediationResult


class Agreement:
    """Holds the numbers of a result against those of other software."""

    def __init__(self, result: MediationResult) -> None:
        self.result = result
        self.names = list(result.parameters["names"])
        self.estimates = np.asarray(result.parameters["estimates"])
        covariance = np.asarray(result.parameters["covariance"])
        self.errors = np.sqrt(np.diag(covariance))

    @staticmethod
    def close(ours: float | None, theirs: float, tolerance: float) -> None:
        assert ours is not None
        assert abs(ours - theirs) <= tolerance, (
            f"{ours} against {theirs}, tolerance {tolerance:.2g}"
        )

    @staticmethod
    def relative(ours: float | None, theirs: float, tolerance: float) -> None:
        assert ours is not None
        assert abs(ours / theirs - 1) <= tolerance, (
            f"{ours} against {theirs}, {tolerance:.2g} relative"
        )

    def estimate(self, name: str, theirs: float, tolerance: float) -> None:
        self.close(float(self.estimates[self.names.index(name)]), theirs, tolerance)

    def standard_error(self, name: str, theirs: float, tolerance: float) -> None:
        self.relative(float(self.errors[self.names.index(name)]), theirs, tolerance)

    def conditional_errors(self, theirs: dict[str, float], tolerance: float) -> None:
        """Standard errors of fixed effects with the variance parameters taken as known."""
        errors = np.sqrt(np.diag(self.result.fitted.conditional_covariance))
        for name, se in theirs.items():
            self.relative(float(errors[self.names.index(name)]), se, tolerance)

    def loglik(self, theirs: float, tolerance: float, *, may_exceed: bool = False) -> None:
        ours = self.result.statistics["loglik"]
        assert ours >= theirs - tolerance, f"{ours} below {theirs}"
        assert may_exceed or ours <= theirs + tolerance, f"{ours} above {theirs}"

    def covariance(self, theirs: dict[str, Any], names: dict[str, str], tolerance: float) -> None:
        """Elements of T, relative to the two standard deviations."""
        matrix = np.atleast_2d(np.asarray(theirs["matrix"]))
        listed = np.atleast_1d(theirs["names"]).tolist()
        spread = np.sqrt(np.diag(matrix))
        for i, first in enumerate(listed):
            for j, second in enumerate(listed):
                ours = self.result.random_effects.loc[names[first], names[second]]
                scale = max(spread[i] * spread[j], 1e-8)
                self.close(float(ours), matrix[i, j], tolerance * scale)

    def residuals(self, theirs: list[float], tolerance: float) -> None:
        for ours, value in zip(self.result.residual_variances, theirs, strict=True):
            self.relative(float(ours), value, tolerance)
