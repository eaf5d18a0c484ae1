"""Everything that undo takes back: the draft, and what is chosen in the tabs."""

from __future__ import annotations

from dataclasses import dataclass, field

from medwidget.spec.frozen import FrozenDict
from medwidget.widget.draft import Draft
from medwidget.widget.report_choices import ReportChoices

__all__ = ["GroupChoices", "SpecificationChoices", "State"]


@dataclass(frozen=True)
class GroupChoices:
    """What is chosen in the Groups tab; an empty text stands for the first there is.

    Attributes
    ----------
    effect, sort, color : str
    shrink : bool
    selected : tuple of int
        Positions of groups, in the order of the data.
    """

    effect: str = ""
    sort: str = ""
    color: str = ""
    shrink: bool = True
    selected: tuple[int, ...] = ()


@dataclass(frozen=True)
class SpecificationChoices:
    """What is chosen in the Specifications tab.

    Attributes
    ----------
    on : mapping of str to tuple of str
        The values to vary, by choice; a choice that is absent is as it is offered first.
    effect, sort : str
    pinned : int
        A cell, or -1.
    """

    on: FrozenDict[tuple[str, ...]] = field(default_factory=FrozenDict)
    effect: str = ""
    sort: str = ""
    pinned: int = -1


@dataclass(frozen=True)
class State:
    """A step of the history."""

    draft: Draft = field(default_factory=Draft)
    groups: GroupChoices = field(default_factory=GroupChoices)
    specifications: SpecificationChoices = field(default_factory=SpecificationChoices)
    report: ReportChoices = field(default_factory=ReportChoices)
