"""What is known of a data set beside its numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["DatasetInfo"]

_WIDTH = 88


@dataclass(frozen=True)
class DatasetInfo:
    """A data set, described.

    Attributes
    ----------
    name : str
        What `load_dataset` calls it.
    file : str
        The file that holds it.
    title, description : str
    origin : {"observed", "simulated", "hypothetical"}
        Whether the numbers were measured, drawn from a model, or imputed after a real study.
    n_rows : int
    columns : mapping of str to str
        The codebook: every column in the file's order, with its meaning, unit and codes.
    group : str
        The group column.
    exposure, outcome : str
        Suggested roles.
    mediators : tuple of str
    source : str
        Where the file came from, with the version.
    licence : str
        As stated by the source.
    citation : str
    """

    name: str
    file: str
    title: str
    description: str
    origin: Literal["observed", "simulated", "hypothetical"]
    n_rows: int
    columns: Mapping[str, str]
    group: str
    exposure: str
    mediators: tuple[str, ...]
    outcome: str
    source: str
    licence: str
    citation: str

    def __str__(self) -> str:
        width = max(map(len, self.columns))
        facts = {
            "origin": self.origin,
            "source": self.source,
            "licence": self.licence,
            "citation": self.citation,
        }
        mediators = ", ".join(map(repr, self.mediators))
        lines = [
            f"{self.name}: {self.title}",
            "",
            *textwrap.wrap(self.description, _WIDTH),
            "",
            f"{self.n_rows:,} rows, {len(self.columns)} columns, groups in {self.group!r}.",
            f"Suggested: exposure {self.exposure!r}, mediators {mediators}, "
            f"outcome {self.outcome!r}.",
            "",
            *(_entry(name, meaning, width) for name, meaning in self.columns.items()),
            "",
            *(_entry(name, text, max(map(len, facts))) for name, text in facts.items()),
        ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return str(self)


def _entry(name: str, text: str, width: int) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=f"  {name:<{width}}  ",
        subsequent_indent=" " * (width + 4),
        break_on_hyphens=False,
        break_long_words=False,
    )
