"""The models without structure that fit is judged against, and one without random slopes."""

from __future__ import annotations

from dataclasses import replace

from medwidget.spec.two_level import LevelSystem, TwoLevel

__all__ = ["independent", "saturated", "without_slopes"]


def saturated(model: TwoLevel) -> TwoLevel:
    """Return the model with all means, variances and covariances free at both levels."""
    return _free(model, covariances=True)


def independent(model: TwoLevel) -> TwoLevel:
    """Return the model with all means and variances free, at both levels.

    As in lavaan, only variables without an equation covary, and with one another.
    """
    return _free(model, covariances=False)


def _free(model: TwoLevel, *, covariances: bool) -> TwoLevel:
    within = _unstructured(model.within, "within", covariances=covariances)
    between = _unstructured(model.between, "between", covariances=covariances)
    return TwoLevel(within, between)


def _unstructured(system: LevelSystem, level: str, *, covariances: bool) -> LevelSystem:
    """Return a system without paths; means stay 0 where they are."""
    labels = [variable.label for variable in system.variables]
    means = tuple(
        None if mean is None else f"mean({label})"
        for label, mean in zip(labels, system.means, strict=True)
    )
    elements = tuple(
        (row, column, f"cov_{level}({labels[column]},{labels[row]})")
        for row in range(len(labels))
        for column in range(row + 1)
        if covariances or column == row or not {row, column} & system.endogenous
    )
    return LevelSystem(system.variables, means, (), elements)


def without_slopes(model: TwoLevel) -> TwoLevel:
    """Return the model with each slope that differs between groups the same in all of them.

    The slope's mean becomes the path within groups; what group-level variables say about it goes.
    """
    slopes = set(model.slopes)
    kept = [place for place in range(len(model.between.variables)) if place not in slopes]
    new = {place: position for position, place in enumerate(kept)}
    system = model.between
    between = LevelSystem(
        tuple(system.variables[place] for place in kept),
        tuple(system.means[place] for place in kept),
        tuple((new[t], new[s], name) for t, s, name in system.paths if t in new and s in new),
        tuple((new[i], new[k], name) for i, k, name in system.elements if i in new and k in new),
    )
    paths = list(model.within.paths)
    for place in model.slopes:
        entry, mean = system.variables[place].entry, system.means[place]
        if entry is not None and mean is not None:
            paths.append((*entry, mean))
    known = {name for _, _, name in (*paths, *between.paths)}
    constraints = {name: value for name, value in model.constraints.items() if name in known}
    for value in list(constraints.values()):  # what a path is to equal may have gone
        if isinstance(value, str) and value not in known:
            constraints = {name: other for name, other in constraints.items() if other != value}
    return TwoLevel(replace(model.within, paths=tuple(paths)), between, constraints)
