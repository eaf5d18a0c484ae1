"""Which elements of B are known, which are integrated numerically, and which in closed form."""

from __future__ import annotations

from dataclasses import dataclass

from medwidget.spec.two_level import TwoLevel

__all__ = ["Deterministic", "Plan", "RandomSlope"]


@dataclass(frozen=True)
class RandomSlope:
    """A slope that varies beyond what group-level variables say.

    Attributes
    ----------
    between : int
        Position in B.
    target, source : int
        Its entry of Γ_j, as positions in W.
    source_between : int
        Position in B of the source's latent part; -1 where the source has none.
    """

    between: int
    target: int
    source: int
    source_between: int


@dataclass(frozen=True)
class Deterministic:
    """A slope that is a function of group-level variables, s_j = α + Σ γ_k z_kj.

    Attributes
    ----------
    between : int
        Position in B.
    target, source : int
        Its entry of Γ_j.
    moderators : tuple of (int, int)
        Position in B, and among the group-level variables, of each z_k.
    """

    between: int
    target: int
    source: int
    moderators: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Plan:
    """How B is divided.

    Attributes
    ----------
    model : TwoLevel
    latent : tuple of (int, int)
        Position in W and in B of each latent variable.
    group : tuple of int
        Positions in B of the group-level variables.
    random : tuple of RandomSlope
    deterministic : tuple of Deterministic
    sources : tuple of int
        Positions in B of latent parts that random slopes multiply.
    members : tuple of int
        Positions in B of all that has a distribution: everything but deterministic slopes.
    """

    model: TwoLevel
    latent: tuple[tuple[int, int], ...]
    group: tuple[int, ...]
    random: tuple[RandomSlope, ...]
    deterministic: tuple[Deterministic, ...]
    sources: tuple[int, ...]
    members: tuple[int, ...]

    @property
    def entries(self) -> list[tuple[int, int]]:
        """Targets and sources, as positions in W, of paths and slopes within groups."""
        paths = [(target, source) for target, source, _ in self.model.within.paths]
        paths += [(slope.target, slope.source) for slope in self.random]
        return paths + [(slope.target, slope.source) for slope in self.deterministic]

    @classmethod
    def of(cls, model: TwoLevel) -> Plan:
        """Divide B for a model."""
        part = dict(model.latent)
        group = {place: number for number, place in enumerate(model.group)}
        random, deterministic = [], []
        for place in model.slopes:
            variable = model.between.variables[place]
            if variable.entry is None:
                raise ValueError(f"the slope {variable.label} has no entry")
            target, source = variable.entry
            if variable.random:
                random.append(RandomSlope(place, target, source, part.get(source, -1)))
                continue
            causes = [cause for goal, cause, _ in model.between.paths if goal == place]
            moderators = tuple((cause, group[cause]) for cause in causes)
            deterministic.append(Deterministic(place, target, source, moderators))
        fixed = {slope.between for slope in deterministic}
        return cls(
            model,
            model.latent,
            model.group,
            tuple(random),
            tuple(deterministic),
            tuple(sorted({slope.source_between for slope in random} - {-1})),
            tuple(i for i in range(len(model.between.variables)) if i not in fixed),
        )
