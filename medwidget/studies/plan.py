"""A plan of an analysis, written before the data are seen, with a hash that shows any change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from medwidget.errors import DataError, ModelError
from medwidget.spec.frozen import FrozenDict
from medwidget.spec.model import MediationModel

__all__ = ["Hypothesis", "Plan"]

KIND = "medwidget plan"
# Version of the saved form; raised whenever an older reader could misread a newer file.
FORMAT = 1
HASH = "sha256"
_SHOWN = 12  # characters of a hash that a sentence names


@dataclass(frozen=True)
class Hypothesis:
    """An expectation in words, and the effect that it is about where one is named."""

    text: str
    effect: str = ""


@dataclass(frozen=True)
class Plan:
    """What `medwidget.preregister` returns: a plan that compares, saves and can be read back.

    Attributes
    ----------
    model : MediationModel
    title : str
    hypotheses : tuple of Hypothesis
    smallest_effects : mapping of str to float
        By effect: what is smaller does not matter.
    estimator : str
    interval : str or None
    interval_options : mapping
    level : float
    seed : int
    n_rows, n_groups : int or None
        Planned sample.
    stopping_rule : str
    exclusions, comparisons : tuple of str
        In words.
    alternatives : tuple of MediationModel
        Models that will be fitted too.
    written : str
        When, in UTC.
    version : str
        Of medwidget.
    """

    model: MediationModel
    title: str = ""
    hypotheses: tuple[Hypothesis, ...] = ()
    smallest_effects: FrozenDict[float] = field(default_factory=FrozenDict)
    estimator: str = "ml"
    interval: str | None = "monte-carlo"
    interval_options: FrozenDict[Any] = field(default_factory=FrozenDict)
    level: float = 0.95
    seed: int = 1
    n_rows: int | None = None
    n_groups: int | None = None
    stopping_rule: str = ""
    exclusions: tuple[str, ...] = ()
    comparisons: tuple[str, ...] = ()
    alternatives: tuple[MediationModel, ...] = ()
    written: str = ""
    version: str = ""
    # what was read, so that a plan of an older version keeps its hash
    kept: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)

    # -- the hash -----------------------------------------------------------------------------

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of everything in the plan as canonical JSON, in hexadecimal.

        Canonical: ASCII, keys sorted, no spaces. Another file with the same hash is the same plan.
        """
        return _hash(self._record())

    # -- writing ------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the plan with its hash, as plain values that JSON can hold."""
        return {**self._record(), HASH: self.sha256}

    def to_json(self) -> str:
        """Return the plan with its hash as JSON."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False) + "\n"

    def to_markdown(self) -> str:
        """Return the plan as Markdown, to read and to submit."""
        return str(import_module("medwidget.views.text.plan_words").markdown(self))

    def save(self, path: str | Path) -> tuple[Path, Path]:
        """Write the plan beside itself as .json and .md; return both paths.

        Parameters
        ----------
        path : str or Path
            With either ending, or none.

        Raises
        ------
        ModelError
            If one of the files exists: a plan is not written over.
        DataError
            If they cannot be written.
        """
        path = Path(path)
        stem = path.with_suffix("") if path.suffix in {".json", ".md"} else path
        files = tuple(stem.with_name(stem.name + ending) for ending in (".json", ".md"))
        for file in files:
            if file.exists():
                raise ModelError(
                    f"{str(file)!r} is there already, and a plan is not written over. Choose "
                    f"another name."
                )
        try:
            # a name may hold half a surrogate pair, which UTF-8 cannot: it is written as an escape
            files[0].write_text(self.to_json(), encoding="utf-8")
            files[1].write_text(self.to_markdown(), encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise DataError(f"The plan cannot be written to {str(stem)!r}: {error}.") from error
        return files[0], files[1]

    # -- reading ------------------------------------------------------------------------------

    @classmethod
    def from_json(cls, text: str, sha256: str | None = None) -> Plan:
        """Return the plan that `to_json` wrote, if nothing in it has changed since.

        Parameters
        ----------
        text : str
        sha256 : str, optional
            The hash as it was kept elsewhere, for example in a registry. Whoever changes a file can
            write a new hash into it; only one that is kept apart shows that.

        Raises
        ------
        ModelError
            If it is no plan, or its contents do not belong to its hash.
        """
        try:
            record = json.loads(text)
        except (TypeError, ValueError, RecursionError) as error:
            raise ModelError(f"This is not the text of a plan: {error}.") from error
        return cls.from_dict(record, sha256)

    @classmethod
    def from_dict(cls, record: object, sha256: str | None = None) -> Plan:
        """Return the plan that `to_dict` gave; see `from_json`."""
        if not isinstance(record, Mapping) or record.get("kind") != KIND:
            raise ModelError("This is not a plan of medwidget. Use the JSON that it was saved as.")
        if record.get("format") != FORMAT:
            raise ModelError(
                f"The plan was saved in format {record.get('format')!r}; this version reads format "
                f"{FORMAT}."
            )
        try:
            found = _hash({name: value for name, value in record.items() if name != HASH})
            if found != record.get(HASH):
                raise _ChangedError(record.get(HASH), found)
            plan = _read(record)
        except _ChangedError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError, ModelError) as error:
            raise ModelError(
                f"The plan is damaged ({type(error).__name__}: {error}). Use the file as it was "
                f"written."
            ) from error
        if sha256 is not None and sha256.strip().lower() != plan.sha256:
            raise ModelError(
                f"This is another plan than the one whose hash was kept: its own begins with "
                f"{plan.sha256[:_SHOWN]}, the one given with {sha256.strip()[:_SHOWN]!r}."
            )
        return plan

    @classmethod
    def read(cls, path: str | Path, sha256: str | None = None) -> Plan:
        """Return the plan in a JSON file; see `from_json`.

        Raises
        ------
        DataError
            If the file cannot be read.
        ModelError
            As for `from_json`.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataError(f"The plan {str(path)!r} cannot be read: {error}.") from error
        return cls.from_json(text, sha256)

    def __repr__(self) -> str:
        title = f"{self.title!r}, " if self.title else ""
        return f"Plan({title}{self.model!r}, sha256={self.sha256[:_SHOWN]}…)"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _record(self) -> dict[str, Any]:
        if self.kept is not None:
            return dict(self.kept)
        return {
            "kind": KIND,
            "format": FORMAT,
            "title": self.title,
            "model": self.model.to_dict(),
            "hypotheses": [{"text": each.text, "effect": each.effect} for each in self.hypotheses],
            "smallest_effects": dict(self.smallest_effects),
            "estimator": self.estimator,
            "interval": self.interval,
            "interval_options": dict(self.interval_options),
            "level": self.level,
            "seed": self.seed,
            "n_rows": self.n_rows,
            "n_groups": self.n_groups,
            "stopping_rule": self.stopping_rule,
            "exclusions": list(self.exclusions),
            "comparisons": list(self.comparisons),
            "alternatives": [each.to_dict() for each in self.alternatives],
            "written": self.written,
            "version": self.version,
        }


class _ChangedError(ModelError):
    """The contents do not belong to the hash."""

    def __init__(self, claimed: object, found: str) -> None:
        super().__init__(
            f"The plan was changed after it was written: its contents have a hash that begins "
            f"with {found[:_SHOWN]}, but it carries {str(claimed)[:_SHOWN]!r}. Use the file as it "
            f"was written."
        )


def _hash(record: Mapping[str, Any]) -> str:
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


# Types of the entries that are taken as they are.
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "title": str,
    "estimator": str,
    "interval": (str, type(None)),
    "level": float,
    "seed": int,
    "n_rows": (int, type(None)),
    "n_groups": (int, type(None)),
    "stopping_rule": str,
    "written": str,
    "version": str,
}


def _read(record: Mapping[str, Any]) -> Plan:
    for name, kind in _TYPES.items():
        if not isinstance(record[name], kind):
            raise TypeError(f"{name} is {record[name]!r}")
    return Plan(
        model=MediationModel.from_dict(record["model"]),
        hypotheses=tuple(
            Hypothesis(str(each["text"]), str(each["effect"])) for each in record["hypotheses"]
        ),
        smallest_effects=FrozenDict(
            {name: float(size) for name, size in record["smallest_effects"].items()}
        ),
        interval_options=FrozenDict(record["interval_options"]),
        exclusions=tuple(map(str, record["exclusions"])),
        comparisons=tuple(map(str, record["comparisons"])),
        alternatives=tuple(map(MediationModel.from_dict, record["alternatives"])),
        kept={name: value for name, value in record.items() if name != HASH},
        **{name: record[name] for name in _TYPES},
    )
