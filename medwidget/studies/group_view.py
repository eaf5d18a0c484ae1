"""What the groups show: each one's own effect with its interval, in orders and in counts.

Shrunken effects are those of the model, each group's given its own rows and all the others';
unpooled ones are each group's own least squares.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from medwidget.effects.context import at_name
from medwidget.effects.routes import route_slopes, routes, shown_levels
from medwidget.errors import ModelError, UnsupportedError, one_of
from medwidget.intervals.groups import product_bounds
from medwidget.pipeline.deferred import slopes_by_group
from medwidget.pipeline.resolve import Resolved
from medwidget.result import EffectRow, MediationResult
from medwidget.spec.structure import Slope, Structure
from medwidget.studies.fitted import resolved_of
from medwidget.studies.group_column import GroupColumn
from medwidget.studies.slope_spread import slope_sd
from medwidget.studies.unpooled import own_slopes

__all__ = [
    "Correlation",
    "GroupView",
    "average_slope",
    "correlation",
    "group_effect_names",
    "group_view",
]

Array = NDArray[np.float64]
# What has been looked at of each result: brushing over groups asks for it again and again.
_KNOWN: WeakKeyDictionary[MediationResult, dict[tuple[str, bool], GroupView]] = WeakKeyDictionary()
Order = Literal["effect", "group", "size", "column"]
ORDERS = ("effect", "group", "size", "column")


@dataclass(frozen=True)
class GroupView:
    """One effect in every group, groups in the data's order.

    Attributes
    ----------
    effect : str
        ``indirect``, ``indirect[m1]``, or a path: ``a``, ``b[m1]``, ``direct``.
    paths : tuple of str
        The paths it is the product of; of a path, itself.
    level : str
        Level of the slopes: "within" or "conflated".
    shrunken : bool
        Whether it is the model's prediction; otherwise each group's own least squares.
    labels : tuple
        As the data give them.
    estimate, lower, upper : arrays (J,)
        NaN where a group is too small, or does not vary, for least squares of its own.
    slopes : array (J, S)
        Of each path, in the order of ``paths``.
    n_rows : array of int (J,)
    average, average_lower, average_upper : float
        The effect in the average group, with its interval; NaN where there is none.
    sd, sd_lower, sd_upper : float
        How much the effect differs over groups, by the model; NaN where it is not estimated.
    group : str
        The group column.
    """

    effect: str
    paths: tuple[str, ...]
    level: str
    shrunken: bool
    labels: tuple[Hashable, ...]
    estimate: Array
    lower: Array
    upper: Array
    slopes: Array
    n_rows: NDArray[np.intp]
    average: float
    average_lower: float
    average_upper: float
    sd: float
    sd_lower: float
    sd_upper: float
    group: str

    @property
    def known(self) -> NDArray[np.bool_]:
        """The groups with an estimate."""
        return np.isfinite(self.estimate)

    @property
    def n_known(self) -> int:
        """How many groups have an estimate."""
        return int(self.known.sum())

    @property
    def both_negative(self) -> NDArray[np.bool_]:
        """The groups whose effect is positive because two of its slopes are negative."""
        if len(self.paths) < 2:
            return np.zeros(len(self.labels), dtype=np.bool_)
        two: NDArray[np.bool_] = np.count_nonzero(self.slopes < 0, axis=1) == 2
        return (self.estimate > 0) & two

    @property
    def n_positive(self) -> int:
        """How many groups have a positive effect."""
        return int(np.count_nonzero(self.estimate > 0))

    @property
    def n_both_negative(self) -> int:
        """How many of the positive ones have two negative slopes."""
        return int(self.both_negative.sum())

    @property
    def n_clear(self) -> int:
        """How many groups have an interval that excludes zero."""
        return int(np.count_nonzero((self.lower > 0) | (self.upper < 0)))

    @property
    def constant(self) -> bool:
        """Whether the effect is the same in every group: nothing in the model lets it differ."""
        known = self.estimate[self.known]
        return bool(known.size and np.ptp(known) <= 1e-12 * np.abs(known).max())

    def order(self, by: str = "effect", column: GroupColumn | None = None) -> NDArray[np.intp]:
        """Return positions of the groups as sorted; groups without a value come last.

        Parameters
        ----------
        by : {"effect", "group", "size", "column"}
            By the effect, as in the data, by number of rows, or by a group-level column (ties by
            the effect).
        column : GroupColumn, optional
        """
        one_of("by", by, ORDERS)
        if by == "group":
            return np.arange(len(self.labels))
        if by == "effect":
            return np.argsort(self.estimate, kind="stable")
        if by == "size":
            return np.lexsort((self.estimate, self.n_rows))
        if column is None:
            raise ModelError("Sorting by a column needs the column.")
        return np.lexsort((self.estimate, column.values))


def group_effect_names(result: MediationResult) -> tuple[str, ...]:
    """Return the effects that can be told group by group: indirect ones first, then paths.

    Empty where no path exists within groups.
    """
    return tuple(_slopes_of_effects(resolved_of(result).structure))


def group_view(
    result: MediationResult, effect: str | None = None, *, shrink: bool = True
) -> GroupView:
    """Return one effect in every group.

    Parameters
    ----------
    result : MediationResult
    effect : str, optional
        One of `group_effect_names`; by default the first.
    shrink : bool
        The model's predictions, or each group's own least squares.

    Raises
    ------
    UnsupportedError
        If no effect exists within groups, or the result was read back from a file.
    ModelError
        If there is no such effect.
    """
    resolved = resolved_of(result)
    structure = resolved.structure
    offered = _slopes_of_effects(structure)
    if not offered:
        raise UnsupportedError(
            f"No path of this model lies within groups, so no effect differs from one "
            f"{structure.model.group} to another."
        )
    name = next(iter(offered)) if effect is None else one_of("effect", effect, tuple(offered))
    known = _KNOWN.setdefault(result, {})
    if (name, shrink) not in known:
        known[name, shrink] = _view(result, name, offered[name], shrink=shrink)
    return known[name, shrink]


def _view(
    result: MediationResult, name: str, slopes: tuple[Slope, ...], *, shrink: bool
) -> GroupView:
    resolved = result.resolved
    level = float(result.settings["level"])
    if shrink:
        estimate, lower, upper, own = _shrunken(result, name, slopes, level)
    else:
        estimate, lower, upper, own = _unpooled(resolved, slopes, level)
    average = _average(result, name, slopes, level)
    return GroupView(
        name,
        tuple(slope.path for slope in slopes),
        slopes[0].level,
        shrink,
        resolved.prepared.labels,
        estimate,
        lower,
        upper,
        own,
        resolved.prepared.moments.counts.astype(np.intp),
        *average,
        *_sd(result, name, slopes),
        resolved.structure.model.group,
    )


def average_slope(result: MediationResult, path: str) -> float:
    """Return the slope of a path in the average group."""
    slopes = _slopes_of_effects(resolved_of(result).structure)[path]
    return _average(result, path, slopes, float(result.settings["level"]))[0]


def _slopes_of_effects(structure: Structure) -> dict[str, tuple[Slope, ...]]:
    """Return the slopes that each effect by group is the product of."""
    single = len(structure.model.mediators) == 1
    found: dict[str, tuple[Slope, ...]] = {}
    for route in routes(structure):
        for level in shown_levels(structure):
            slopes = None if level == "between" else route_slopes(structure, route, level)
            if slopes is not None:
                found["indirect" if single else f"indirect[{route.label}]"] = slopes
    for slope in structure.slopes:
        if slope.level != "between":
            found[slope.path] = (slope,)
    return found


def _shrunken(
    result: MediationResult, name: str, slopes: tuple[Slope, ...], level: float
) -> tuple[Array, Array, Array, Array]:
    own = slopes_by_group(result.resolved, result.fitted)
    places = [own.slopes.index(slope) for slope in slopes]
    means = own.means[:, places]
    if len(places) == 1:
        spread = np.sqrt(np.maximum(own.covariances[:, places[0], places[0]], 0.0))
        reach = float(ndtri(0.5 + level / 2.0)) * spread
        return means[:, 0], means[:, 0] - reach, means[:, 0] + reach, means
    table = result.group_effects
    columns = (name, name.replace("indirect", "lower", 1), name.replace("indirect", "upper", 1))
    estimate, lower, upper = (table[column].to_numpy(dtype=np.float64) for column in columns)
    return estimate, lower, upper, means


def _unpooled(
    resolved: Resolved, slopes: tuple[Slope, ...], level: float
) -> tuple[Array, Array, Array, Array]:
    prepared = resolved.prepared
    own = own_slopes(resolved.structure, prepared.moments, level, prepared.rows)
    places = [own.slopes.index(slope) for slope in slopes]
    means = own.means[:, places]
    estimate = means.prod(axis=1)
    lower, upper = product_bounds(own.means, own.covariances, places, level)
    return estimate, lower, upper, means


def _average(
    result: MediationResult, name: str, slopes: tuple[Slope, ...], level: float
) -> tuple[float, float, float]:
    """Return the effect in the average group: as reported, or of a path at its moderators' mean."""
    if len(slopes) > 1:
        _, bracket, label = name.partition("[")
        wanted = at_name("indirect", slopes[0].level, label.removesuffix("]") if bracket else None)
        rows = result.effect_rows
    else:
        wanted, rows = slopes[0].parameter, result.path_rows
    if len(slopes) > 1 or not slopes[0].moderators:
        for row in rows:
            if row.name == wanted and row.estimate is not None:
                return _numbers(row)
        return np.nan, np.nan, np.nan
    fit, moments = result.fitted, result.resolved.prepared.moments
    weights = np.zeros(len(fit.names))
    weights[fit.names.index(slopes[0].parameter)] = 1.0
    for factor, parameter in slopes[0].moderators:
        means = moments.means[:, moments.position((factor.column, factor.category))]
        weights[fit.names.index(parameter)] = float(means.mean())
    estimate = float(weights @ fit.estimate)
    reach = float(ndtri(0.5 + level / 2.0)) * float(np.sqrt(weights @ fit.covariance @ weights))
    return estimate, estimate - reach, estimate + reach


def _sd(
    result: MediationResult, name: str, slopes: tuple[Slope, ...]
) -> tuple[float, float, float]:
    if len(slopes) == 1:
        return slope_sd(result, slopes[0].path)
    _, bracket, label = name.partition("[")
    wanted = at_name("sd_indirect", slopes[0].level, label.removesuffix("]") if bracket else None)
    for row in result.effect_rows:
        if row.name == wanted and row.estimate is not None:
            return _numbers(row)
    return np.nan, np.nan, np.nan


def _numbers(row: EffectRow) -> tuple[float, float, float]:
    """Return estimate, lower and upper; NaN for what a row lacks."""
    estimate, lower, upper = (
        np.nan if value is None else float(value) for value in (row.estimate, row.lower, row.upper)
    )
    return estimate, lower, upper


@dataclass(frozen=True)
class Correlation:
    """Pearson's correlation over groups, with its interval by Fisher's transformation."""

    value: float
    lower: float
    upper: float
    n_groups: int


def correlation(view: GroupView, column: GroupColumn, level: float = 0.95) -> Correlation | None:
    """Return the correlation of the groups' effects with a group-level column.

    None where the column holds categories, either does not vary, or fewer than four groups have
    both.
    """
    both = view.known & np.isfinite(column.values)
    x, y = column.values[both], view.estimate[both]
    n_groups = int(both.sum())
    if not column.ordered or n_groups < 4 or view.constant or np.ptp(x) == 0:
        return None
    value = float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0))
    reach = float(ndtri(0.5 + level / 2.0)) / np.sqrt(n_groups - 3)
    with np.errstate(divide="ignore"):
        lower, upper = np.tanh(np.arctanh(value) + np.array([-reach, reach]))
    return Correlation(value, float(lower), float(upper), n_groups)
