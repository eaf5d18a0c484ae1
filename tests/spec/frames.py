"""Descriptions of columns by level, for models that no data are needed for."""

from __future__ import annotations

from typing import Any

from medwidget.spec.build import build_structure
from medwidget.spec.columns import ColumnInfo, FrameInfo, GroupInfo
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.structure import Structure

N_GROUPS, SIZE = 50, 8


def info(name: str, level: Level, **more: Any) -> ColumnInfo:
    """Return a column with half of its variance between groups, or all of it."""
    spread = {"sd": 1.0, "sd_within": 0.7, "sd_between": 0.75, "icc1": 0.5, "icc2": 0.9}
    if level is Level.GROUP:
        spread |= {"sd_within": 0.0, "icc1": 1.0, "icc2": 1.0}
    varying = N_GROUPS if level is Level.INDIVIDUAL else 0
    described = {"n_distinct": N_GROUPS, "n_varying_groups": varying, **spread, **more}
    return ColumnInfo(name, described.pop("kind", "numeric"), "float64", level, **described)


def described(individual: str = "", group: str = "", **more: ColumnInfo) -> FrameInfo:
    """Return a frame with columns of one letter at each level, and others as they are given."""
    columns = {name: info(name, Level.INDIVIDUAL) for name in individual.split()}
    columns |= {name: info(name, Level.GROUP) for name in group.split()}
    columns |= more
    sizes = GroupInfo("g", N_GROUPS, SIZE, SIZE, SIZE, 0)
    columns["g"] = ColumnInfo("g", "numeric", "int64", Level.GROUP, n_distinct=N_GROUPS)
    return FrameInfo(columns, N_GROUPS * SIZE, sizes, (), tuple(columns))


def latent(frame: FrameInfo, mediators: Any = "m", **options: Any) -> Structure:
    """Return the structure of a model x, m, y with latent centring."""
    given = {"centering": "latent", "random_slopes": (), **options}
    return build_structure(MediationModel("x", mediators, "y", "g", **given), frame)
