"""Structures, scales and parameter vectors for tests, without data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from medwidget.effects.expression import Array
from medwidget.spec.build import build_structure
from medwidget.spec.columns import ColumnInfo, FrameInfo
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.scales import EquationMoments, ModeratorPoint, ModeratorScale, Scales
from medwidget.spec.structure import Factor, Structure
from medwidget.spec.two_level import LevelSystem


def make_structure(
    design: str = "1-1-1",
    *,
    moderator_levels: Mapping[str, int] | None = None,
    categories: Mapping[str, Sequence[str]] | None = None,
    **options: Any,
) -> Structure:
    """Build a structure from "1-1-1" or "2-(1,2)-1"; mediators are m, or m1 and m2."""
    first, middle, last = design.split("-")
    levels = middle.strip("()").split(",")
    mediators = ["m"] if len(levels) == 1 else [f"m{i}" for i in range(1, len(levels) + 1)]
    by_column = {
        "x": int(first),
        "y": int(last),
        **dict(zip(mediators, map(int, levels), strict=True)),
    }
    by_column.update(moderator_levels or {})
    model = MediationModel("x", mediators, "y", "school", **options)
    for column in model.columns:
        by_column.setdefault(column, 2)
    columns = {
        name: ColumnInfo(
            name,
            "categorical" if categories and name in categories else "numeric",
            "float64",
            Level(level),
            categories=tuple((categories or {}).get(name, ())),
        )
        for name, level in by_column.items()
    }
    return build_structure(model, FrameInfo(columns, 100))


def make_scales(structure: Structure, seed: int = 0) -> Scales:
    """Draw plausible scales: spreads, moderators at -1 SD, mean and +1 SD, predictor moments."""
    rng = np.random.default_rng(seed)
    model = structure.model
    columns = [name for name in model.columns if name != model.group]
    factors: dict[str, list[Factor]] = {}
    for slope in structure.slopes:
        for factor, _ in slope.moderators:
            known = factors.setdefault(factor.column, [])
            if factor not in known:
                known.append(factor)
    moderators = {name: _moderator(name, some, rng) for name, some in factors.items()}
    equations = {}
    for equation in structure.equations:
        p, q = len(equation.fixed), len(equation.random)
        equations[equation.response] = EquationMoments(
            _moments(p, rng), _moments(p, rng), _moments(q, rng), _moments(q, rng)
        )
    return Scales(
        {
            name: float(rng.uniform(0.5, 2)) if structure.levels[name] is Level.INDIVIDUAL else 0.0
            for name in columns
        },
        {name: float(rng.uniform(0.5, 2)) for name in columns},
        {name: float(rng.uniform(0.5, 2)) for name in columns},
        moderators,
        equations,
    )


def _moderator(name: str, factors: list[Factor], rng: np.random.Generator) -> ModeratorScale:
    if factors[0].category is not None:
        labels = [factor.label for factor in factors]
        points = [ModeratorPoint("first", dict.fromkeys(factors, 0.0))]
        points += [
            ModeratorPoint(label, {factor: float(factor.label == label) for factor in factors})
            for label in labels
        ]
        return ModeratorScale(name, tuple(points), dict.fromkeys(factors, 0.3))
    mean, sd = float(rng.normal()), float(rng.uniform(0.5, 2))
    points = [
        ModeratorPoint(label, {factors[0]: mean + step * sd})
        for label, step in (("-1 SD", -1), ("mean", 0), ("+1 SD", 1))
    ]
    return ModeratorScale(name, tuple(points), {factors[0]: mean}, (mean - 2, mean + 2))


def _moments(size: int, rng: np.random.Generator) -> Array:
    root = rng.normal(size=(size, size))
    return root @ root.T / max(size, 1)


def covariance_matrix(structure: Structure, rng: np.random.Generator) -> Array:
    """Draw a positive definite T with the structure's zeros (by its Cholesky factor)."""
    size = len(structure.random)
    root = np.zeros((size, size))
    for row, column in structure.free_elements:
        root[row, column] = rng.uniform(0.3, 0.8) if row == column else rng.normal(0, 0.3)
    matrix: Array = root @ root.T
    return matrix


def make_theta(structure: Structure, seed: int = 0) -> Array:
    """Draw a parameter vector: slopes away from 0, T positive definite, residuals positive."""
    rng = np.random.default_rng(seed)
    matrix = covariance_matrix(structure, rng)
    values: dict[str | None, float] = {
        structure.covariance(structure.labels[i], structure.labels[j]): matrix[i, j]
        for i, j in structure.free_elements
    }
    if structure.two_level is not None:
        for system in (structure.two_level.between, structure.two_level.within):
            values |= _elements(system, rng)
    theta = []
    for parameter in structure.parameters:
        if parameter.kind == "fixed" or parameter.name.startswith("mean("):
            theta.append(rng.uniform(0.2, 1.0) * rng.choice([-1, 1]))
        else:
            theta.append(values.get(parameter.name, float(rng.uniform(0.5, 1.5))))
    return np.array(theta)


def _elements(system: LevelSystem, rng: np.random.Generator) -> dict[str | None, float]:
    """Draw the elements of a positive definite covariance matrix with a system's zeros."""
    size = len(system.variables)
    root = np.zeros((size, size))
    for row, column, _ in system.elements:
        root[row, column] = rng.uniform(0.5, 1.0) if row == column else rng.normal(0, 0.3)
    matrix = root @ root.T
    return {name: float(matrix[row, column]) for row, column, name in system.elements}
