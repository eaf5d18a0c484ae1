"""What can be chosen only where the levels are told apart by latent group means.

A path keeps what was said of it when mediators change places: it is known by its columns, as in
`draft`, and a parameter of it by its level and these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from medwidget.errors import ModelError, one_of
from medwidget.spec.arguments import SPLITS
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.model import MediationModel, path_at_level
from medwidget.widget.places import Path

__all__ = ["HOLDS", "LEVELS", "LatentChoices"]

# A parameter of a path: its level, then the path.
Key = tuple[str, ...]
Moved = Callable[[Path], Path | None]

LEVELS = ("within", "between")
# What a path may be: estimated, 0, the same at both levels; or something else, said in Python.
HOLDS = ("free", "zero", "equal", "other")


@dataclass(frozen=True)
class LatentChoices:
    """How columns are split, which paths are not free, and what becomes of missing values.

    Attributes
    ----------
    splits : mapping of str to str
        By column, where it is not by latent means: "observed" or "within".
    held : tuple of (key, key or float)
        Parameters that are not free, and what each equals.
    missing : {"listwise", "fiml"}
    """

    splits: FrozenDict[str] = field(default_factory=FrozenDict)
    held: tuple[tuple[Key, Key | float], ...] = ()
    missing: str = "listwise"

    # -- to models and back -------------------------------------------------------------------

    def arguments(self, paths: Mapping[str, Path], splittable: set[str]) -> dict[str, Any]:
        """Return the arguments of `MediationModel` that differ from their defaults.

        Parameters
        ----------
        paths : mapping of str to path
            Every path by name.
        splittable : set of str
            The exposure and the covariates: other columns are always split by latent means.
        """
        splits = {name: how for name, how in self.splits.items() if name in splittable}
        constraints = self.constraints(paths)
        given = {"splits": splits, "constraints": constraints}
        found: dict[str, Any] = {name: value for name, value in given.items() if value}
        return found if self.missing == "listwise" else {**found, "missing": self.missing}

    def constraints(self, paths: Mapping[str, Path]) -> dict[str, str | float]:
        """Return parameters that are not free by name, and what each equals."""
        found: dict[str, str | float] = {}
        for key, value in self.held:
            name = _name(key, paths)
            other = _name(value, paths) if isinstance(value, tuple) else value
            if name is not None and other is not None:
                found[name] = other
        return found

    @classmethod
    def of(cls, model: MediationModel, paths: Mapping[str, Path]) -> LatentChoices:
        """Return the choices of a model."""
        return cls.read(model.splits, model.constraints, model.missing, paths)

    @classmethod
    def read(
        cls,
        splits: Mapping[str, str],
        constraints: Mapping[str, str | float],
        missing: str,
        paths: Mapping[str, Path],
    ) -> LatentChoices:
        """Return the choices that arguments of `MediationModel` stand for."""
        held = tuple(
            (_key(name, paths), _key(value, paths) if isinstance(value, str) else float(value))
            for name, value in constraints.items()
        )
        return cls(FrozenDict(splits), held, missing)

    # -- changes ------------------------------------------------------------------------------

    def split(self, column: str, how: str) -> LatentChoices:
        """Split a column in another way."""
        one_of("split", how, SPLITS)
        splits = {name: value for name, value in self.splits.items() if name != column}
        if how != "latent":
            splits[column] = how
        return replace(self, splits=FrozenDict(splits))

    def holding(self, parameter: str, paths: Mapping[str, Path]) -> str:
        """Return what a path's parameter is: one of `HOLDS`."""
        key = _key(parameter, paths)
        for first, value in self.held:
            if isinstance(value, tuple) and key in {first, value} and first[1:] == value[1:]:
                return "equal"
            if key == first:
                return "zero" if value == 0 else "other"
        return "free"

    def hold(self, parameter: str, how: str, paths: Mapping[str, Path]) -> LatentChoices:
        """Let a path's parameter be free, 0, or the same at both levels."""
        one_of("hold", how, HOLDS[:-1])
        key = _key(parameter, paths)
        pair = {(level, *key[1:]) for level in LEVELS}
        concerned = pair if how == "equal" else {key}
        held = [item for item in self.held if item[0] not in concerned and item[1] != key]
        if how == "zero":
            held.append((key, 0.0))
        elif how == "equal":
            held.append(((LEVELS[0], *key[1:]), (LEVELS[1], *key[1:])))
        return replace(self, held=tuple(held))

    def moved(self, moved: Moved) -> LatentChoices:
        """Follow mediators to other places; what concerns one that left is forgotten."""
        held = []
        for key, value in self.held:
            place = _moved(key, moved)
            other = _moved(value, moved) if isinstance(value, tuple) else value
            if place is not None and other is not None:
                held.append((place, other))
        return replace(self, held=tuple(held))


def _key(parameter: str, paths: Mapping[str, Path]) -> Key:
    for name, path in paths.items():
        for level in LEVELS:
            if path_at_level(name, level) == parameter:
                return (level, *path)
    known = ", ".join(path_at_level(name, level) for name in paths for level in LEVELS)
    raise ModelError(f"There is no path {parameter!r}; this model has {known}.")


def _name(key: Key, paths: Mapping[str, Path]) -> str | None:
    """Return the name of a parameter, or None if its path is not there."""
    names = (name for name, path in paths.items() if path == key[1:])
    return next((path_at_level(name, key[0]) for name in names), None)


def _moved(key: Key, moved: Moved) -> Key | None:
    path = moved(key[1:])
    return None if path is None else (key[0], *path)
