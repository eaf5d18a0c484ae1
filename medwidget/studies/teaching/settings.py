"""What simulated data are made from, and the range in which each setting can be moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite
from typing import Any, Literal

from medwidget.errors import ModelError, suggestion

__all__ = ["RANGES", "Range", "Settings", "truth"]

# Slopes cannot be more alike than this correlation.
MOST_ALIKE = 0.95

Part = Literal["design", "within", "between", "slopes"]


@dataclass(frozen=True)
class Range:
    """Where a setting can lie.

    Attributes
    ----------
    name : str
    label : str
        Letters between asterisks are parameters.
    part : {"design", "within", "between", "slopes"}
    least, most, step : float
    """

    name: str
    label: str
    part: Part
    least: float
    most: float
    step: float = 0.05

    @property
    def whole(self) -> bool:
        """Whether it counts something."""
        return self.step == 1


RANGES: Mapping[str, Range] = {
    item.name: item
    for item in (
        Range("groups", "Groups", "design", 6, 100, 1),
        Range("size", "Group size", "design", 3, 40, 1),
        Range("unequal", "Unequal sizes", "design", 0, 1),
        Range("icc", "ICC of X", "design", 0, 0.95),
        Range("reliability", "Reliability of X", "design", 0.4, 1),
        Range("a_within", "*a* within", "within", -1, 1),
        Range("b_within", "*b* within", "within", -1, 1),
        Range("direct_within", "Direct within, *c′*", "within", -1, 1),
        Range("a_between", "*a* between", "between", -1, 1),
        Range("b_between", "*b* between", "between", -1, 1),
        Range("direct_between", "Direct between, *c′*", "between", -1, 1),
        Range("sd_a", "SD of *a* across groups", "slopes", 0, 0.6),
        Range("sd_b", "SD of *b* across groups", "slopes", 0, 0.6),
        Range("sd_direct", "SD of *c′* across groups", "slopes", 0, 0.6),
        Range("cov_ab", "cov(*a*, *b*) across groups", "slopes", -0.3, 0.3, 0.01),
    )
}


@dataclass(frozen=True)
class Settings:
    """What two-level data for X, M and Y are drawn from.

    X has variance 1, a share ``icc`` of it between groups. Within and between groups M depends on
    X by ``a``, Y on M by ``b`` and on X directly; within groups these slopes may vary.

    Parameters
    ----------
    groups, size : int
        Number of groups, and of rows in a group.
    unequal : float
        How far the sizes of groups lie apart, as a share of ``size``.
    icc : float
        Share of the variance of X that is between groups.
    reliability : float
        Share of the variance of X that is not error of measurement.
    a_within, b_within, direct_within, a_between, b_between, direct_between : float
        Slopes; those within groups on average.
    sd_a, sd_b, sd_direct : float
        Standard deviations of the slopes within groups.
    cov_ab : float
        Covariance of a and b across groups.
    """

    groups: int = 24
    size: int = 15
    unequal: float = 0.0
    icc: float = 0.5
    reliability: float = 1.0
    a_within: float = 0.4
    b_within: float = 0.4
    direct_within: float = 0.0
    a_between: float = 0.4
    b_between: float = 0.4
    direct_between: float = 0.0
    sd_a: float = 0.0
    sd_b: float = 0.0
    sd_direct: float = 0.0
    cov_ab: float = 0.0

    def __post_init__(self) -> None:
        for item in RANGES.values():
            object.__setattr__(self, item.name, _inside(item, getattr(self, item.name)))
        most = self.most_covariance
        object.__setattr__(self, "cov_ab", min(max(self.cov_ab, -most), most))

    @property
    def most_covariance(self) -> float:
        """How far the covariance of a and b can lie from zero with these SDs."""
        return MOST_ALIKE * self.sd_a * self.sd_b

    @property
    def random_slopes(self) -> tuple[str, ...]:
        """Paths whose slope varies across groups."""
        varying = {"a": self.sd_a, "b": self.sd_b, "direct": self.sd_direct}
        return tuple(path for path, sd in varying.items() if sd > 0)

    def changed(self, **values: Any) -> Settings:
        """Return the same with other values, moved to the nearest that is possible.

        Raises
        ------
        ModelError
            If there is no such setting, or a value is no number.
        """
        for name in values:
            if name not in RANGES:
                raise ModelError(f"There is no setting {name!r}.{suggestion(name, RANGES)}")
        return replace(self, **values)

    def as_dict(self, *, changed_only: bool = False) -> dict[str, float]:
        """Return the settings by name; with ``changed_only`` those that are not as usual."""
        usual = {field.name: field.default for field in fields(self)}
        given = asdict(self)
        return {k: v for k, v in given.items() if not changed_only or v != usual[k]}


def truth(settings: Settings) -> dict[str, float]:
    """Return what the effects are in the population that the data come from.

    The mean of a product of slopes is the product of the means and their covariance (Kenny,
    Korchmaros & Bolger 2003).

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    dict of str to float
        By the names that effects have in a result.
    """
    within = settings.a_within * settings.b_within + settings.cov_ab
    between = settings.a_between * settings.b_between
    return {
        "indirect_within": within,
        "direct_within": settings.direct_within,
        "total_within": within + settings.direct_within,
        "indirect_between": between,
        "direct_between": settings.direct_between,
        "total_between": between + settings.direct_between,
        "contextual_difference": between - within,
    }


def _inside(item: Range, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ModelError(f"{item.name}={value!r} must be a number.")
    if not item.least <= value <= item.most:
        value = min(max(value, item.least), item.most)
    return round(value) if item.whole else round(float(value), 6)
