"""How two samples of the same columns differ: levels, shares between groups, means and spreads."""

from __future__ import annotations

import math
from collections.abc import Iterator

from medwidget.result import MediationResult
from medwidget.spec.columns import ColumnInfo
from medwidget.studies.replication import ReplicatedColumn

__all__ = ["sample_columns", "sample_notes"]

# Differences between samples that are worth a sentence.
ICC_APART = 0.1
SD_APART = 1.5
MEAN_APART = 1.0


def sample_columns(first: MediationResult, second: MediationResult) -> Iterator[ReplicatedColumn]:
    """Yield every column of the model but the group in both samples."""
    model = first.model
    infos = [
        {} if each.resolved is None else each.resolved.prepared.frame.columns
        for each in (first, second)
    ]
    for name in model.columns[:-1]:
        old, new = (found.get(name) for found in infos)
        yield ReplicatedColumn(
            name,
            str(first.levels.get(name, "")),
            str(second.levels.get(name, "")),
            *(_number(info, what) for what in ("icc1", "mean", "sd") for info in (old, new)),
        )


def _number(info: ColumnInfo | None, what: str) -> float | None:
    value = math.nan if info is None else float(getattr(info, what))
    return value if math.isfinite(value) else None


def sample_notes(
    first: MediationResult, second: MediationResult, columns: tuple[ReplicatedColumn, ...]
) -> Iterator[str]:
    """Yield how two samples differ, in sentences."""
    if first.design != second.design:
        yield (
            f"The design is {first.design} in the first sample and {second.design} in the new one, "
            f"so that some effects exist in one of them only."
        )
    for item in columns:
        if item.original_level != item.new_level:
            yield (
                f"{item.name!r} is {item.original_level}-level in the first sample and "
                f"{item.new_level}-level in the new one."
            )
        elif (
            item.original_icc is not None
            and item.new_icc is not None
            and item.new_level == "individual"
            and abs(item.new_icc - item.original_icc) > ICC_APART
        ):
            yield (
                f"The share of variance of {item.name!r} between groups is "
                f"{item.original_icc:.2f} in the first sample and {item.new_icc:.2f} in the new "
                f"one; effects between groups are estimated with other precision."
            )
        yield from _scale_notes(item)


def _scale_notes(item: ReplicatedColumn) -> Iterator[str]:
    first, second = item.original_sd, item.new_sd
    if not first or not second:
        return
    if not 1 / SD_APART < second / first < SD_APART:
        yield (
            f"The SD of {item.name!r} is {first:.3g} in the first sample and {second:.3g} in the "
            f"new one. If it was measured in another unit, convert it before comparing effects."
        )
    elif (
        item.original_mean is not None
        and item.new_mean is not None
        and abs(item.new_mean - item.original_mean) > MEAN_APART * max(first, second)
    ):
        yield (
            f"The mean of {item.name!r} is {item.original_mean:.3g} in the first sample and "
            f"{item.new_mean:.3g} in the new one, more than an SD apart."
        )
