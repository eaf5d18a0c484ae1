"""What has been assigned and chosen so far: a frozen value, and the changes that gestures make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from medwidget.errors import ModelError, one_of
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.model import MediationModel, path_names
from medwidget.widget.latent import LatentChoices
from medwidget.widget.options import read_option
from medwidget.widget.places import CORE, UNCHOSEN, Path, Place, path_of
from medwidget.widget.request import Request

if TYPE_CHECKING:
    from medwidget.estimators.protocol import Estimator
    from medwidget.intervals.protocol import Interval

__all__ = ["Draft"]


@dataclass(frozen=True)
class Draft:
    """Roles and options, complete or not.

    Attributes
    ----------
    exposure, outcome, group : str or None
    mediators : tuple of str
    covariates : mapping of str to (tuple of str or None)
        The responses whose equations a covariate enters; None means all.
    moderators : mapping of path to tuple of str
    switched : frozenset of paths
        Paths whose slope does not vary though it would by default, or the other way round: so
        that a mediator which is added later begins with the default.
    centering, random_covariance, mediation, covariate_centering : str
        As in `MediationModel`.
    latent, parked : LatentChoices
        What latent centering adds: in use, and put aside while another centering is chosen.
    families : mapping of str to str
    estimator : str or Estimator
    interval : str or Interval
    level : float
    seed : int
    """

    exposure: str | None = None
    mediators: tuple[str, ...] = ()
    outcome: str | None = None
    group: str | None = None
    covariates: FrozenDict[tuple[str, ...] | None] = field(default_factory=FrozenDict)
    moderators: tuple[tuple[Path, tuple[str, ...]], ...] = ()
    switched: frozenset[Path] = frozenset()
    centering: str = "group-mean"
    random_covariance: str = "full"
    mediation: str = "parallel"
    covariate_centering: str = "as-model"
    latent: LatentChoices = field(default_factory=LatentChoices)
    parked: LatentChoices = field(default_factory=LatentChoices)
    families: FrozenDict[str] = field(default_factory=FrozenDict)
    estimator: str | Estimator = "ml"
    interval: str | Interval = "monte-carlo"
    level: float = 0.95
    seed: int = 1

    # -- reading ------------------------------------------------------------------------------

    @property
    def places(self) -> dict[Place, str]:
        """The columns that hold a role of the diagram, by role."""
        held = {
            Place("exposure"): self.exposure,
            **{Place("mediator", i): name for i, name in enumerate(self.mediators)},
            Place("outcome"): self.outcome,
            Place("group"): self.group,
        }
        return {place: name for place, name in held.items() if name is not None}

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that holds a role, without repetition."""
        moderators = [name for _, names in self.moderators for name in names]
        return tuple(dict.fromkeys((*self.places.values(), *self.covariates, *moderators)))

    @property
    def filled(self) -> int:
        """How many of the four roles are filled."""
        held = (self.exposure, self.mediators or None, self.outcome, self.group)
        return sum(item is not None for item in held)

    @property
    def text(self) -> str:
        """The roles that are filled, as arguments of a widget."""
        mediators = self.mediators[0] if len(self.mediators) == 1 else self.mediators or None
        held = {
            "exposure": self.exposure,
            "mediators": mediators,
            "outcome": self.outcome,
            "group": self.group,
        }
        return ", ".join(f"{name}={value!r}" for name, value in held.items() if value is not None)

    @property
    def paths(self) -> dict[str, Path]:
        """Every path by the name that the model gives it."""
        named = path_names(self.mediators or (UNCHOSEN,), self.mediation)
        return {name: path_of(source, target) for name, (source, target) in named.items()}

    @property
    def random_slopes(self) -> tuple[str, ...]:
        """Names of the paths whose slope varies across groups."""
        return tuple(name for name, path in self.paths.items() if self._varies(path))

    @property
    def moderated(self) -> dict[str, tuple[str, ...]]:
        """The moderators of each path, by the path's name."""
        by_path = dict(self.moderators)
        return {name: by_path[path] for name, path in self.paths.items() if by_path.get(path)}

    def role_of(self, column: str) -> str | None:
        """Return the role that a column holds, or None."""
        for place, name in self.places.items():
            if name == column:
                return place.role
        if column in self.covariates:
            return "covariate"
        return "moderator" if any(column in names for _, names in self.moderators) else None

    def _varies(self, path: Path) -> bool:
        return (path[0] in {"a", "b"}) != (path in self.switched)

    # -- models -------------------------------------------------------------------------------

    def to_model(self) -> MediationModel | None:
        """Return the model, or None until all four roles are filled.

        Raises
        ------
        ModelError
            If the roles contradict one another.
        """
        if self.exposure is None or not self.mediators or self.outcome is None:
            return None
        if self.group is None:
            return None
        return MediationModel(
            self.exposure,
            self.mediators,
            self.outcome,
            self.group,
            covariates=self.covariates,
            moderators=self.moderated,
            centering=self.centering,
            random_slopes=self.random_slopes,
            random_covariance=self.random_covariance,
            families=self.families,
            mediation=self.mediation,
            covariate_centering=self.covariate_centering,
            **self.latent.arguments(self.paths, {self.exposure, *self.covariates}),
        )

    def request(self) -> Request | None:
        """Return what to fit, or None until all four roles are filled."""
        model = self.to_model()
        if model is None:
            return None
        return Request(model, self.estimator, self.interval, self.level, self.seed)

    def with_model(self, model: MediationModel) -> Draft:
        """Return the draft with the roles and options of a model, and its own other settings."""
        named = path_names(model.mediators, model.mediation)
        paths = {name: path_of(source, target) for name, (source, target) in named.items()}
        switched = {
            path
            for name, path in paths.items()
            if (name in model.random_slopes) != (path[0] in {"a", "b"})
        }
        return replace(
            self,
            exposure=model.exposure,
            mediators=model.mediators,
            outcome=model.outcome,
            group=model.group,
            covariates=model.covariates,
            moderators=tuple((paths[name], names) for name, names in model.moderators.items()),
            switched=frozenset(switched),
            centering=model.centering,
            random_covariance=model.random_covariance,
            mediation=model.mediation,
            covariate_centering=model.covariate_centering,
            latent=LatentChoices.of(model, paths),
            families=model.families,
        )

    @classmethod
    def from_model(cls, model: MediationModel, **settings: Any) -> Draft:
        """Return the draft of a model; settings are estimator, interval, level and seed."""
        return cls(**settings).with_model(model)

    # -- changes ------------------------------------------------------------------------------

    def assign(
        self, column: str, role: str, *, instead: str | None = None, path: str | None = None
    ) -> Draft:
        """Give a column a role; it leaves the role that it held.

        A column put where another one is takes its place; the other one goes where the first came
        from, if that was a role of the diagram, and is free otherwise.

        Parameters
        ----------
        column : str
        role : {"exposure", "mediator", "outcome", "group", "covariate", "moderator"}
        instead : str, optional
            The mediator to be replaced; without it a mediator is added to those that there are.
        path : str, optional
            Of a moderator; without it the first path.
        """
        one_of("role", role, (*CORE, "covariate", "moderator"))
        if role == "covariate":
            cleared = self if column in self.covariates else self.clear(column)
            targets = cleared.covariates.get(column)
            return cleared._with_covariates({**cleared.covariates, column: targets})
        if role == "moderator":
            return self.moderate(column, path)
        return self._put(column, self._place_for(column, role, instead))

    def _place_for(self, column: str, role: str, instead: str | None) -> Place:
        if role != "mediator":
            return Place(role)
        wanted = column if column in self.mediators else instead
        if column in self.mediators and instead in self.mediators:
            wanted = instead
        if wanted in self.mediators:
            return Place(role, self.mediators.index(wanted))
        return Place(role, len(self.mediators))

    def _put(self, column: str, target: Place) -> Draft:
        places = self.places
        origin = next((place for place, name in places.items() if name == column), None)
        if origin == target:
            return self
        occupant = places.get(target)
        places = {place: name for place, name in places.items() if name != column}
        places[target] = column
        renamed: dict[str, str] = {}
        if occupant is not None:
            renamed[occupant] = column
            if origin is not None:
                places[origin] = occupant
                renamed[column] = occupant
                if origin.role == target.role:  # two mediators in another order keep their paths
                    renamed = {}
        cleared = self if origin is not None else self.clear(column)
        return cleared._with_places(places, renamed)

    def _with_places(self, places: Mapping[Place, str], renamed: Mapping[str, str]) -> Draft:
        ordered = sorted(
            (place.number, name) for place, name in places.items() if place.role == "mediator"
        )
        mediators = tuple(name for _, name in ordered)
        changed = replace(
            self,
            exposure=places.get(Place("exposure")),
            outcome=places.get(Place("outcome")),
            group=places.get(Place("group")),
            mediators=mediators,
        )
        if mediators and not self.mediators:
            renamed = {**renamed, UNCHOSEN: mediators[0]}
        elif self.mediators and not mediators:
            renamed = {**renamed, self.mediators[0]: UNCHOSEN}
        return changed._with_paths(renamed)

    def _with_paths(self, renamed: Mapping[str, str]) -> Draft:
        """Carry over what was said of paths to the mediators that took the places of others."""
        known = {*(self.mediators or (UNCHOSEN,))}

        def moved(path: Path) -> Path | None:
            ends = tuple(renamed.get(end, end) for end in path[1:])
            return (path[0], *ends) if known.issuperset(ends) else None

        moderators: dict[Path, tuple[str, ...]] = {}
        taken = set(self.places.values())
        for path, names in self.moderators:
            place, free = moved(path), tuple(name for name in names if name not in taken)
            if place is not None and free:
                moderators[place] = free
        responses = {*self.mediators, self.outcome}
        covariates: dict[str, tuple[str, ...] | None] = {}
        for name, targets in self.covariates.items():
            if name not in taken:
                covariates[name] = targets and tuple(
                    dict.fromkeys(
                        new
                        for new in (renamed.get(target, target) for target in targets)
                        if new in responses
                    )
                )
        switched = {place for path in self.switched if (place := moved(path)) is not None}
        return replace(
            self,
            moderators=tuple(moderators.items()),
            covariates=FrozenDict(covariates),
            switched=frozenset(switched),
            latent=self.latent.moved(moved),
            parked=self.parked.moved(moved),
        )

    def _with_covariates(self, covariates: Mapping[str, tuple[str, ...] | None]) -> Draft:
        return replace(self, covariates=FrozenDict(covariates))

    def clear(self, column: str, path: str | None = None) -> Draft:
        """Take a column out of every role, or as a moderator out of one path."""
        if path is not None:
            wanted = self._path_called(path)
            return self._with_moderators(
                {
                    at: tuple(name for name in names if name != column or at != wanted)
                    for at, names in self.moderators
                }
            )
        places = {place: name for place, name in self.places.items() if name != column}
        cleared = self if len(places) == len(self.places) else self._with_places(places, {})
        cleared = cleared._with_covariates(
            {name: targets for name, targets in cleared.covariates.items() if name != column}
        )
        return cleared._with_moderators(
            {
                at: tuple(name for name in names if name != column)
                for at, names in cleared.moderators
            }
        )

    def moderate(self, column: str, path: str | None = None) -> Draft:
        """Let a column change the size of a path; it may change several."""
        at = self._path_called(path if path is not None else next(iter(self.paths)))
        cleared = self
        if self.role_of(column) != "moderator":
            cleared = self.clear(column)
            if at not in cleared.paths.values():  # the column was the mediator of that path
                at = next(iter(cleared.paths.values()))
        by_path = dict(cleared.moderators)
        by_path[at] = tuple(dict.fromkeys((*by_path.get(at, ()), column)))
        return cleared._with_moderators(by_path)

    def _with_moderators(self, moderators: Mapping[Path, tuple[str, ...]]) -> Draft:
        return replace(self, moderators=tuple(item for item in moderators.items() if item[1]))

    def toggle(self, path: str) -> Draft:
        """Let the slope of a path vary across groups, or not."""
        return replace(self, switched=self.switched ^ {self._path_called(path)})

    def _path_called(self, name: str) -> Path:
        paths = self.paths
        if name not in paths:
            raise ModelError(f"There is no path {name!r}; this model has {', '.join(paths)}.")
        return paths[name]

    def choose(self, control: str, value: Any) -> Draft:
        """Set an option: centering, random_covariance, mediation, estimator, interval, ..."""
        read = read_option(control, value)
        if control == "centering":
            return self._centred(read)
        if control == "missing":
            return replace(self, latent=replace(self.latent, missing=read))
        if control == "split":
            return self.split(self.exposure or "", read)
        return replace(self, **{control: read})

    def _centred(self, centering: str) -> Draft:
        """Set the centering; what only latent centering has comes back with it."""
        changed = replace(self, centering=centering)
        before, after = (value == "latent" for value in (self.centering, centering))
        if before == after:
            return changed
        return replace(changed, latent=self.parked, parked=self.latent)

    def split(self, column: str, how: str) -> Draft:
        """Split the exposure or a covariate by latent means, observed means, or within only."""
        self._needs_latent("A column is split in another way")
        if column != self.exposure and column not in self.covariates:
            raise ModelError(
                f"{column!r} is neither the exposure nor a covariate; others are always split by "
                f"latent means."
            )
        return replace(self, latent=self.latent.split(column, how))

    def hold(self, parameter: str, how: str) -> Draft:
        """Let a path at one level be "free", "zero", or "equal" to the same at the other level."""
        self._needs_latent("A path is fixed or made equal")
        return replace(self, latent=self.latent.hold(parameter, how, self.paths))

    def _needs_latent(self, what: str) -> None:
        if self.centering != "latent":
            raise ModelError(f"{what} with latent centering only. Choose latent first.")
