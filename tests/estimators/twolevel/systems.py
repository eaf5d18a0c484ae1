"""Two-level models made by hand: what the specification makes of designs, without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from medwidget.data.cells import Cells, make_cells
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.units import units_of
from medwidget.spec.structure import Part
from medwidget.spec.two_level import LevelSystem, Role, TwoLevel, Variable


def observed(label: str, role: Role) -> Variable:
    part = Part.GROUP if role == "group" else Part.RAW
    return Variable(label, role, (label, None), part)


def system(
    roles: Mapping[str, Role], paths: Sequence[tuple[str, str, str]], suffix: str
) -> LevelSystem:
    """Return a system: endogenous variables with uncorrelated residuals, the others saturated."""
    labels = list(roles)
    targets = {target for target, _, _ in paths}
    means: list[str | None] = []
    for label in labels:
        nowhere = suffix == "within" and roles[label] != "within"
        means.append(None if nowhere else f"mean({label})")
    elements = []
    for row, label in enumerate(labels):
        for column, other in enumerate(labels[: row + 1]):
            if row == column:
                elements.append((row, column, f"var_{suffix}({label})"))
            elif label not in targets and other not in targets:
                elements.append((row, column, f"cov_{suffix}({other},{label})"))
    return LevelSystem(
        tuple(observed(label, role) for label, role in roles.items()),
        tuple(means),
        tuple((labels.index(t), labels.index(s), name) for t, s, name in paths),
        tuple(elements),
    )


def two_level(
    within: Mapping[str, Role],
    between: Mapping[str, Role],
    within_paths: Sequence[tuple[str, str, str]],
    between_paths: Sequence[tuple[str, str, str]],
    constraints: Mapping[str, float | str] | None = None,
) -> TwoLevel:
    """Return a model from the roles of variables and (target, source, name) of paths."""
    return TwoLevel(
        system(within, within_paths, "within"),
        system(between, between_paths, "between"),
        constraints or {},
    )


def path_model(
    levels: str, *, direct: bool = True, constraints: Mapping[str, float | str] | None = None
) -> TwoLevel:
    """Return X-M-Y by the levels of x, m and y, such as ``"211"``."""
    columns = dict(zip("xmy", levels, strict=True))
    paths = [("m", "x", "a"), ("y", "m", "b")] + [("y", "x", "direct")] * direct
    within: dict[str, Role] = {name: "latent" for name in columns if columns[name] == "1"}
    between: dict[str, Role] = {
        name: "latent" if columns[name] == "1" else "group" for name in columns
    }
    inner = [(t, s, f"{name}_within") for t, s, name in paths if {t, s} <= set(within)]
    outer = [(t, s, f"{name}_between") for t, s, name in paths]
    return two_level(within, between, inner, outer, constraints)


def cells_for(
    model: TwoLevel, columns: Mapping[str, np.ndarray], codes: np.ndarray, *, standard: bool = True
) -> Cells:
    """Return the cells of columns by label; group-level ones have a value a row too."""
    n_groups = int(codes.max()) + 1
    within = [variable.label for variable in model.within.variables]
    outer = [model.between.variables[place].label for place in model.group]
    values = np.column_stack([columns[name] for name in within] or [np.empty((len(codes), 0))])
    group_values = np.full((n_groups, len(outer)), np.nan)
    for place, name in enumerate(outer):
        group_values[codes, place] = columns[name]
    locations = [np.nanmean(array, axis=0) for array in (values, group_values)]
    scales = [np.nanstd(array, axis=0) for array in (values, group_values)]
    if not standard:
        locations = [np.zeros_like(array) for array in locations]
        scales = [np.ones_like(array) for array in scales]
    return make_cells(values, codes, group_values, locations[0], scales[0], locations[1], scales[1])


def layout_for(model: TwoLevel, cells: Cells) -> Layout:
    return Layout(model, units_of(model, cells))
