"""Effects in plain sentences: the level, the unit change, the size and the interval."""

from __future__ import annotations

from medwidget.result import EffectRow, MediationResult
from medwidget.views.text.names import Names
from medwidget.views.text.numbers import SENTENCE_DECIMALS, percent, style_of
from medwidget.views.text.words import all_names

__all__ = ["AT_THE_MEAN", "latent_mean", "main_indirect_effects", "sentence", "zero_reading"]

# How a definition says at which values of moderators it holds.
AT_THE_MEAN = ", at the mean of "
# What is said of an interval, by where zero lies.
ABOVE = "The interval lies above zero."
BELOW = "The interval lies below zero."
INCLUDES = (
    "The interval includes zero, so the data are compatible with no such association, and with "
    "one in either direction within these bounds."
)


def main_indirect_effects(result: MediationResult) -> tuple[EffectRow, ...]:
    """Return the indirect effects that have a number, one for each level and split."""
    return tuple(
        row
        for row in result.effect_rows
        if row.kind == "effect" and row.name.startswith("indirect") and row.estimate is not None
    )


def sentence(row: EffectRow, result: MediationResult) -> str:
    """Say what an effect is, in one plain sentence, and how its interval lies to zero.

    Parameters
    ----------
    row : EffectRow
        One of ``result.effect_rows``.
    result : MediationResult

    Returns
    -------
    str
    """
    names = all_names(result)
    if row.estimate is None:
        return f"{names.within(row.name)} has no value: {names.within(row.reason)}."
    style = style_of(
        row.estimate, row.se, (row.lower, row.upper), decimals=SENTENCE_DECIMALS, digits=1
    )
    if row.lower is None or row.upper is None:
        interval = "without an interval"
    else:
        level = percent(result.settings["level"])
        interval = f"{level} interval {style(row.lower)} to {style(row.upper)}"
    size = f"{style(row.estimate)} ({interval})"
    told = _told(row, result, names, size)
    reading = zero_reading(row)
    return f"{told} {reading}" if reading else told


def zero_reading(row: EffectRow) -> str:
    """Say on which side of zero the interval lies, giving both readings where it includes zero."""
    if row.lower is None or row.upper is None:
        return ""
    if row.lower > 0:
        return ABOVE
    return BELOW if row.upper < 0 else INCLUDES


def latent_mean(result: MediationResult, column: str) -> bool:
    """Tell whether the mean of a column in each group is a latent one."""
    model = result.model
    return model.centering == "latent" and model.splits.get(column, "latent") == "latent"


def _told(row: EffectRow, result: MediationResult, names: Names, size: str) -> str:
    model, levels = result.model, result.levels
    if row.kind != "effect" or not row.name.startswith("indirect"):
        about = names.within(row.about).rstrip(".") or names.within(row.name)
        return f"{about}: {size}."
    x, y, group = names(model.exposure), names(model.outcome), names(model.group)
    via = _mediators([names(name) for name in model.mediators])
    unit = f"one unit more of {x}"
    if row.level == "between" and levels.get(model.exposure) == "individual":
        latent = "latent " if latent_mean(result, model.exposure) else ""
        unit = f"a {latent}group mean of {x} that is one unit higher"
    way = f"by way of {via}"
    if row.name == "indirect_individual":
        way = f"by way of each unit's own {via}"
    elif row.name == "indirect_contextual":
        way = f"by way of the group's mean of {via}, beyond each unit's own"
    where = {
        "within": f"Within the same {group}",
        "conflated": f"With differences within and between {group} blended",
    }.get(row.level, f"Between one {group} and another")
    if row.level == "between" and levels.get(model.outcome) != "group":
        y = f"the {'latent ' if latent_mean(result, model.outcome) else ''}mean of {y}"
    told = f"{where}, {unit} is associated with a difference of {size} in {y} {way}"
    return f"{told}{_averaged(row, result)}{_condition(row, names)}."


def _averaged(row: EffectRow, result: MediationResult) -> str:
    """Say that the effect is an average where slopes on its way vary over groups."""
    labels = set(result.covariance_table.columns[1:])
    on_the_way = [path for path in result.model.paths if path != "direct"]
    varies = row.level in {"within", "conflated"} and any(path in labels for path in on_the_way)
    return ", averaged over groups" if varies else ""


def _condition(row: EffectRow, names: Names) -> str:
    """Say at which values of moderators the effect holds, as its definition does."""
    _, where, columns = row.definition.partition(AT_THE_MEAN)
    return f"{where}{names.within(columns)}" if where else ""


def _mediators(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
