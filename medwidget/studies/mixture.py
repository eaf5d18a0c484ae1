"""The distribution of a likelihood ratio where variances are tested at zero.

A variance cannot be negative, so that the statistic follows a mixture of chi-squares (Self & Liang
1987, J Am Stat Assoc 82:605). One more random effect, with c covariances to those already there, is
½ χ²(c) + ½ χ²(c + 1) (Stram & Lee 1994, Biometrics 50:1171): near the null the covariances may take
any value and the variance half of them. Several at once are a cone of covariance matrices, whose
weights depend on the data; the statistic is then bounded on both sides by such mixtures.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from medwidget.spec.parameters import ParameterTable

__all__ = ["Reference", "reference_of"]


@dataclass(frozen=True)
class Reference:
    """What a likelihood ratio is compared with.

    Attributes
    ----------
    free : int
        New parameters that may lie on both sides of their value under the smaller model: fixed
        effects, and covariances of a new random effect with one already there.
    variances : int
        Variances that are zero under the smaller model.
    among : int
        Covariances among the new random effects.
    """

    free: int
    variances: int = 0
    among: int = 0

    @property
    def df(self) -> int:
        """Number of new parameters."""
        return self.free + self.variances + self.among

    @property
    def exact(self) -> bool:
        """Whether the weights are known: at most one variance is new."""
        return self.variances <= 1

    @property
    def text(self) -> str:
        """The distribution as a table prints it; where weights are not known, the bound used."""
        if self.variances == 0:
            return f"χ²({self.df})"
        mixture = f"½χ²({self.df - 1}) + ½χ²({self.df})"
        return mixture if self.exact else f"≤ {mixture}"

    def p_value(self, statistic: float) -> float:
        """Return the probability of a larger statistic; where weights are not known, at most that.

        The tangent cone lies in the half-space where the sum of the new variances is not negative.
        """
        if self.variances == 0:
            return _tail(statistic, self.df)
        return (_tail(statistic, self.df - 1) + _tail(statistic, self.df)) / 2

    def smallest_p_value(self, statistic: float) -> float:
        """Return a lower limit of it: the tangent cone holds what a single new variance would."""
        if self.exact:
            return self.p_value(statistic)
        return (_tail(statistic, self.free) + _tail(statistic, self.free + 1)) / 2

    def naive_p_value(self, statistic: float) -> float:
        """Return what comes of overlooking the boundary."""
        return _tail(statistic, self.df)

    def to_dict(self) -> dict[str, Any]:
        """Return the distribution as plain values."""
        return {**asdict(self), "text": self.text}


def reference_of(smaller: ParameterTable, larger: ParameterTable) -> Reference:
    """Return the distribution for two nested models from their tables of parameters.

    Parameters
    ----------
    smaller, larger : ParameterTable
        Every parameter of the smaller model is one of the larger.
    """
    new = [parameter for parameter in larger if parameter.name not in smaller]
    added = {parameter.labels[0] for parameter in new if parameter.kind == "variance"}
    among = sum(
        parameter.kind == "covariance" and set(parameter.labels) <= added for parameter in new
    )
    return Reference(len(new) - len(added) - among, len(added), among)


def _tail(statistic: float, df: int) -> float:
    from scipy.stats import chi2

    if df == 0:  # all of its mass is at zero
        return 1.0 if statistic <= 0 else 0.0
    return float(chi2.sf(max(statistic, 0.0), df))
