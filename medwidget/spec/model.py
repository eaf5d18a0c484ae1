"""The model: a frozen value that prints, compares, saves and crosses to other languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from medwidget.errors import ModelError, one_of
from medwidget.spec.arguments import (
    FAMILIES,
    Constraint,
    read_column,
    read_columns,
    read_constraints,
    read_covariates,
    read_families,
    read_splits,
)
from medwidget.spec.frozen import FrozenDict

__all__ = [
    "CENTERINGS",
    "COVARIANCES",
    "FAMILIES",
    "MISSING",
    "MediationModel",
    "path_at_level",
    "path_names",
]

CENTERINGS = ("group-mean", "within", "grand-mean", "none", "latent")
COVARIANCES = ("full", "diagonal", "by-equation")
COVARIATE_CENTERINGS = ("as-model", "none")
MEDIATIONS = ("parallel", "serial")
MISSING = ("listwise", "fiml")

Names = tuple[str, ...]


def path_names(
    mediators: Sequence[str], mediation: str
) -> dict[str, tuple[str | None, str | None]]:
    """Return every path of a diagram by name, with its source and target.

    None stands for the exposure as a source and for the outcome as a target. With one mediator
    the names are ``a``, ``b`` and ``direct``; with several ``a[m1]``, ``b[m1]``, ``d[m1,m2]``.
    """
    single = len(mediators) == 1
    paths: dict[str, tuple[str | None, str | None]] = {}
    for mediator in mediators:
        paths["a" if single else f"a[{mediator}]"] = (None, mediator)
    if mediation == "serial":
        for position, later in enumerate(mediators):
            for earlier in mediators[:position]:
                paths[f"d[{earlier},{later}]"] = (earlier, later)
    for mediator in mediators:
        paths["b" if single else f"b[{mediator}]"] = (mediator, None)
    paths["direct"] = (None, None)
    return paths


def path_at_level(path: str, level: str) -> str:
    """Return the parameter name of a path at a level: ``a``, ``a_within``, ``a_within[m1]``."""
    if level == "conflated":
        return path
    letter, bracket, rest = path.partition("[")
    return f"{letter}_{level}{bracket}{rest}"


@dataclass(frozen=True)
class MediationModel:
    """A mediation model for rows in groups: X acts on Y by way of M, within and between groups.

    What is learned from data never lives here; the same model can be fitted to any frame that has
    its columns. The levels of the variables, and so the design (1-1-1, 2-1-1, ...), follow from
    the data.

    Parameters
    ----------
    exposure : str
        Column of the exposure X.
    mediators : str or sequence of str
        Column or columns of the mediators M. Their order matters when they are serial.
    outcome : str
        Column of the outcome Y.
    group : str
        Column that names the group of each row.
    covariates : sequence of str, or mapping of str to (sequence of str or None)
        Columns that enter the equations beside the paths. A mapping says for each covariate the
        responses whose equations it enters (``{"age": ["y"]}``); None means all of them.
    moderators : mapping of str to (str or sequence of str)
        Columns that change a path, by the name of the path: ``{"a": "w", "b": ["w", "v"]}``.
        With several mediators ``"a"`` stands for every a path and ``"a[m1]"`` for one.
    centering : {"group-mean", "within", "grand-mean", "none", "latent"}
        How the levels are separated. "group-mean": each individual-level predictor enters as its
        deviation from the group mean and as the group mean. "within": deviations only.
        "grand-mean" and "none" do not separate levels; their one set of paths is a blend.
        "latent": every individual-level column is split into unobserved parts.
    random_slopes : sequence of str
        Paths whose slope varies from group to group, among ``a``, ``b``, ``direct`` (and ``d``
        between serial mediators). With several mediators ``"a"`` stands for all of them.
    random_covariance : {"full", "diagonal", "by-equation"}
        Covariance matrix of the random effects: unrestricted, variances only, or unrestricted
        within each equation and zero across (what separate fits estimate).
    families : mapping of str to str
        Distribution of a response other than Gaussian, by column.
    mediation : {"parallel", "serial"}
        Whether several mediators act side by side or one after the other.
    covariate_centering : {"as-model", "none"}
        Whether individual-level covariates are split like the exposure or enter as they are
        (under latent centring: without a part between groups).
    splits : mapping of str to {"latent", "observed", "within"}
        Under latent centring, how the exposure or a covariate is split where it is not by latent
        means: "observed", into the deviation from the group's observed mean and that mean;
        "within", not at all: the column has no part between groups.
    constraints : mapping of str to (float or str)
        Under latent centring, paths at a level that are not free: held at a number, or equal to
        another one. ``{"direct_between": 0, "a_within": "a_between"}``
    missing : {"listwise", "fiml"}
        Whether rows must be complete, or full-information maximum likelihood uses what each row
        has (under latent centring).

    Examples
    --------
    >>> from medwidget import MediationModel
    >>> model = MediationModel("stress", "anger", "conflict", group="person")
    >>> model.centering, model.random_slopes
    ('group-mean', ('a', 'b'))
    >>> model.replace(random_slopes=()) == model
    False
    """

    exposure: str
    mediators: Names
    outcome: str
    group: str
    covariates: FrozenDict[Names | None] = field(default_factory=FrozenDict)
    moderators: FrozenDict[Names] = field(default_factory=FrozenDict)
    centering: str = "group-mean"
    random_slopes: Names = ("a", "b")
    random_covariance: str = "full"
    families: FrozenDict[str] = field(default_factory=FrozenDict)
    mediation: str = "parallel"
    covariate_centering: str = "as-model"
    splits: FrozenDict[str] = field(default_factory=FrozenDict)
    constraints: FrozenDict[Constraint] = field(default_factory=FrozenDict)
    missing: str = "listwise"

    def __init__(  # noqa: PLR0913 - roles and options of a model, all but four by keyword
        self,
        exposure: str,
        mediators: str | Sequence[str],
        outcome: str,
        group: str,
        *,
        covariates: Sequence[str] | Mapping[str, Sequence[str] | str | None] = (),
        moderators: Mapping[str, str | Sequence[str]] | None = None,
        centering: str = "group-mean",
        random_slopes: Sequence[str] = ("a", "b"),
        random_covariance: str = "full",
        families: Mapping[str, str] | None = None,
        mediation: str = "parallel",
        covariate_centering: str = "as-model",
        splits: Mapping[str, str] | None = None,
        constraints: Mapping[str, Constraint] | None = None,
        missing: str = "listwise",
    ) -> None:
        put = object.__setattr__
        put(self, "exposure", read_column("exposure", exposure))
        put(self, "mediators", read_columns("mediators", mediators))
        put(self, "outcome", read_column("outcome", outcome))
        put(self, "group", read_column("group", group))
        put(self, "covariates", read_covariates(covariates))
        put(self, "centering", one_of("centering", centering, CENTERINGS))
        put(self, "random_covariance", one_of("random_covariance", random_covariance, COVARIANCES))
        put(self, "mediation", one_of("mediation", mediation, MEDIATIONS))
        put(
            self,
            "covariate_centering",
            one_of("covariate_centering", covariate_centering, COVARIATE_CENTERINGS),
        )
        put(self, "families", read_families(families))
        put(self, "missing", one_of("missing", missing, MISSING))
        if not self.mediators:
            raise ModelError("mediators is empty; name at least one column.")
        self._refuse_shared_roles()
        self._refuse_shared_paths()
        put(self, "moderators", self._read_moderators(moderators))
        put(self, "random_slopes", self._read_slopes(random_slopes))
        put(self, "splits", read_splits(splits, (self.exposure, *self.covariates)))
        put(self, "constraints", read_constraints(constraints, self._paths_at_levels()))

    # -- reading ------------------------------------------------------------------------------

    @property
    def paths(self) -> dict[str, tuple[str, str]]:
        """Every path of the diagram by name, with the columns of its source and target."""
        named = path_names(self.mediators, self.mediation)
        return {
            name: (source or self.exposure, target or self.outcome)
            for name, (source, target) in named.items()
        }

    @property
    def responses(self) -> Names:
        """The columns that have an equation: the mediators, then the outcome."""
        return (*self.mediators, self.outcome)

    @property
    def columns(self) -> Names:
        """Every column that the model names, without repetition, the group column last."""
        named: dict[str, None] = dict.fromkeys((self.exposure, *self.responses))
        named.update(dict.fromkeys(self.covariates))
        for moderators in self.moderators.values():
            named.update(dict.fromkeys(moderators))
        named.pop(self.group, None)
        return (*named, self.group)

    @property
    def separates_levels(self) -> bool:
        """Whether within and between paths are told apart."""
        return self.centering in {"group-mean", "within", "latent"}

    @property
    def keeps_incomplete_rows(self) -> bool:
        """Whether rows enter with the values that they have."""
        return self.missing == "fiml" and self.centering == "latent"

    def covariates_of(self, response: str) -> Names:
        """Return the covariates that enter the equation of ``response``."""
        return tuple(
            name
            for name, equations in self.covariates.items()
            if equations is None or response in equations
        )

    # -- changing and saving ------------------------------------------------------------------

    def replace(self, **changes: Any) -> MediationModel:
        """Return a copy with some arguments changed; arguments are those of the constructor."""
        unknown = set(changes) - {item.name for item in fields(self)}
        if unknown:
            raise ModelError(f"MediationModel has no argument {sorted(unknown)[0]!r}.")
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the model as a dictionary of plain values that JSON can hold."""
        record: dict[str, Any] = {}
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, FrozenDict):
                value = {
                    key: list(entry) if isinstance(entry, tuple) else entry
                    for key, entry in value.items()
                }
            elif isinstance(value, tuple):
                value = list(value)
            record[item.name] = value
        return record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> MediationModel:
        """Rebuild a model from what `to_dict` gave."""
        unknown = set(record) - {item.name for item in fields(cls)}
        if unknown:
            raise ModelError(f"A saved model has no entry {sorted(map(str, unknown))[0]!r}.")
        missing = {"exposure", "mediators", "outcome", "group"} - set(record)
        if missing:
            raise ModelError(f"The saved model lacks {sorted(missing)[0]!r}.")
        return cls(**record)

    def changes_from_default(self) -> dict[str, Any]:
        """Return the options that differ from their defaults, in the constructor's order."""
        plain = MediationModel(self.exposure, self.mediators, self.outcome, self.group)
        mine, default = self.to_dict(), plain.to_dict()
        return {name: value for name, value in mine.items() if value != default[name]}

    def __repr__(self) -> str:
        mediators = self.mediators[0] if len(self.mediators) == 1 else self.mediators
        roles = (
            f"exposure={self.exposure!r}, mediators={mediators!r}, "
            f"outcome={self.outcome!r}, group={self.group!r}"
        )
        options = "".join(
            f", {name}={tuple(value) if isinstance(value, list) else value!r}"
            for name, value in self.changes_from_default().items()
        )
        return f"MediationModel({roles}{options})"

    # -- validation ---------------------------------------------------------------------------

    def _refuse_shared_roles(self) -> None:
        roles: dict[str, str] = {}
        named = [("exposure", self.exposure), *(("mediators", name) for name in self.mediators)]
        named += [("outcome", self.outcome), ("group", self.group)]
        named += [("covariates", name) for name in self.covariates]
        for role, name in named:
            if name in roles:
                first = roles[name]
                raise ModelError(
                    f"{name!r} is named twice, in {first} and in {role}. A column can hold one "
                    f"role: "
                    f"remove it from one of them."
                )
            roles[name] = role
        for covariate, equations in self.covariates.items():
            for response in equations or ():
                if response not in self.responses:
                    raise ModelError(
                        f"covariates: {covariate!r} is sent to the equation of {response!r}, but "
                        f"only "
                        f"{', '.join(map(repr, self.responses))} have one."
                    )

    def _refuse_shared_paths(self) -> None:
        """Refuse mediators of which two paths would have one name: p and q,r beside p,q and r."""
        count = len(self.mediators)
        pairs = count * (count - 1) // 2 if self.mediation == "serial" else 0
        if len(self.paths) < 2 * count + pairs + 1:
            raise ModelError(
                f"mediators={self.mediators!r}: two paths between them would have the same name. "
                f"Rename the columns with commas."
            )

    def _paths_at_levels(self) -> Names:
        levels = ("within", "between")
        return tuple(path_at_level(path, level) for path in self.paths for level in levels)

    def _expand(self, argument: str, name: object) -> Names:
        """Return the paths that ``name`` stands for: itself, or all paths of its letter."""
        if not isinstance(name, str):
            raise ModelError(f"{argument}: a path is named by a string, not by {name!r}.")
        paths = tuple(self.paths)
        if name in paths:
            return (name,)
        family = tuple(
            path for path in paths if re.fullmatch(rf"{re.escape(name)}\[.*\]", path, re.S)
        )
        if family and name in {"a", "b", "d"}:
            return family
        raise ModelError(
            f"{argument}: there is no path {name!r}; this model has {', '.join(paths)}."
        )

    def _read_slopes(self, slopes: object) -> Names:
        if isinstance(slopes, str) or not isinstance(slopes, Iterable):
            raise ModelError(
                f"random_slopes={slopes!r} must be a sequence of path names, such as ('a', 'b') "
                f"or ()."
            )
        wanted: set[str] = set()
        for name in slopes:
            wanted.update(self._expand("random_slopes", name))
        return tuple(path for path in self.paths if path in wanted)

    def _read_moderators(
        self, moderators: Mapping[str, str | Sequence[str]] | None
    ) -> FrozenDict[Names]:
        if moderators is None:
            return FrozenDict()
        if not isinstance(moderators, Mapping):
            raise ModelError("moderators must map a path to columns, such as {'a': 'w'}.")
        gathered: dict[str, dict[str, None]] = {}
        for name, columns in moderators.items():
            for path in self._expand("moderators", name):
                entry = gathered.setdefault(path, {})
                entry.update(dict.fromkeys(read_columns("moderators", columns)))
        taken = {self.exposure, *self.responses, self.group}
        for path, entry in gathered.items():
            for column in entry:
                if column in taken:
                    raise ModelError(
                        f"moderators: {column!r} moderates {path}, but it already is the "
                        f"exposure, a "
                        f"mediator, the outcome or the group. Choose another column."
                    )
        order = [path for path in self.paths if gathered.get(path)]
        return FrozenDict({path: tuple(gathered[path]) for path in order})
