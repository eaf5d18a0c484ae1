"""A model with latent centring as two linear systems by name: one within, one between groups.

Each individual-level variable is V_ij = V_Bj + V_Wij. Within group j

    W_ij = α_W + Γ_j W_ij + ζ_ij,   ζ_ij ~ N(0, Ψ_W),

and between groups, for B_j = (latent parts, group-level variables, slopes),

    B_j = α_B + Γ_B B_j + ζ_j,      ζ_j ~ N(0, Ψ_B).

Slopes are entries of Γ_j and elements of B_j at once (Preacher, Zyphur & Zhang 2010, Psych Methods
15:209; Rockwood 2020, Psychometrika 85:275).
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from medwidget.spec.parameters import Parameter
from medwidget.spec.structure import Part

__all__ = ["LevelSystem", "TwoLevel", "Variable"]

Key = tuple[str, Hashable]
Role = Literal["latent", "within", "group", "slope"]


@dataclass(frozen=True)
class Variable:
    """An element of W or of B.

    Attributes
    ----------
    label : str
        As tables print it: a column, ``sex[female]``, or the path of a slope (``a``).
    role : {"latent", "within", "group", "slope"}
        "latent": an individual-level column with a part at both levels. "within": one without a
        part between groups (in W only). "group": observed for groups (in B only). "slope": a
        coefficient of the within system that differs between groups (in B only).
    key : (str, Hashable) or None
        The column, or the category of it whose indicator this is; None for a slope.
    part : Part or None
        What of the column is observed: RAW or WITHIN (deviation from the group's observed mean)
        in W; GROUP or BETWEEN (the group's observed mean) for "group".
    entry : (int, int) or None
        For a slope: row and column of Γ_j, as positions in W.
    random : bool
        Whether a slope varies beyond what group-level variables say. One that does not has no
        element in Ψ_B.
    """

    label: str
    role: Role
    key: Key | None = None
    part: Part | None = None
    entry: tuple[int, int] | None = None
    random: bool = False


@dataclass(frozen=True)
class LevelSystem:
    """A linear system among variables, its quantities by parameter name.

    Attributes
    ----------
    variables : tuple of Variable
    means : tuple of (str or None)
        Intercept of each variable (mean of an exogenous one, mean of a slope); None where it is 0.
    paths : tuple of (int, int, str)
        Target, source and parameter of each free or constrained coefficient of Γ.
    elements : tuple of (int, int, str)
        Row >= column, and parameter of each free element of Ψ; the others are 0. In this order of
        the variables every zero of Ψ is a zero of its lower Cholesky factor.
    """

    variables: tuple[Variable, ...]
    means: tuple[str | None, ...]
    paths: tuple[tuple[int, int, str], ...]
    elements: tuple[tuple[int, int, str], ...]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Position of each variable by label."""
        return {variable.label: place for place, variable in enumerate(self.variables)}

    @cached_property
    def endogenous(self) -> frozenset[int]:
        """Variables that have an equation: targets of paths, and slopes."""
        targets = {target for target, _, _ in self.paths}
        slopes = {i for i, variable in enumerate(self.variables) if variable.role == "slope"}
        return frozenset(targets | slopes)


@dataclass(frozen=True)
class TwoLevel:
    """Both systems and the constraints on their parameters.

    Attributes
    ----------
    within, between : LevelSystem
        Latent variables come in the same order in both.
    constraints : mapping of str to (float or str)
        Parameters that are not free: the value, or the free parameter that they equal.
    """

    within: LevelSystem
    between: LevelSystem
    constraints: Mapping[str, float | str] = field(default_factory=dict)

    @cached_property
    def latent(self) -> tuple[tuple[int, int], ...]:
        """Position in W and in B of each latent variable."""
        places = self.between.positions
        return tuple(
            (i, places[variable.label])
            for i, variable in enumerate(self.within.variables)
            if variable.role == "latent"
        )

    @cached_property
    def group(self) -> tuple[int, ...]:
        """Positions in B of the variables that are observed for groups."""
        return tuple(i for i, item in enumerate(self.between.variables) if item.role == "group")

    @cached_property
    def slopes(self) -> tuple[int, ...]:
        """Positions in B of the slopes."""
        return tuple(i for i, item in enumerate(self.between.variables) if item.role == "slope")

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter once, constrained ones included, in no order of meaning."""
        names: dict[str, None] = {}
        for level in (self.between, self.within):
            names.update(dict.fromkeys(name for name in level.means if name is not None))
            names.update(dict.fromkeys(name for _, _, name in level.paths))
            names.update(dict.fromkeys(name for _, _, name in level.elements))
        return tuple(names)

    def beside(
        self, known: Container[str], responses: Container[Hashable]
    ) -> tuple[Parameter, ...]:
        """Return the parameters that are not known from the equations and from T.

        Covariances of residuals of ``responses`` come first, then means, variances and covariances
        of exogenous variables.
        """
        residuals, means, moments = [], [], []
        for system in (self.within, self.between):
            for variable, name in zip(system.variables, system.means, strict=True):
                if name is not None:
                    means.append(Parameter(name, "exogenous", None, (variable.label,)))
            for row, column, name in system.elements:
                first, second = system.variables[column], system.variables[row]
                pair = (first.label, second.label)
                if all(
                    item.key is not None and item.key[0] in responses for item in (first, second)
                ):
                    residuals.append(Parameter(name, "residual", None, pair))
                else:
                    moments.append(Parameter(name, "exogenous", None, pair))
        return tuple(item for item in (*residuals, *means, *moments) if item.name not in known)
