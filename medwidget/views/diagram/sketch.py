"""What a path diagram shows, as plain values: a finished model, a result, or a model half made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from medwidget.errors import ModelError
from medwidget.result import MediationResult
from medwidget.spec.model import MediationModel
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.nouns import Nouns

__all__ = [
    "SINGULAR",
    "Mark",
    "Sketch",
    "draw",
    "legend",
    "ribbon",
    "singular_paths",
    "sketch_of",
    "splits_of",
]

SINGULAR = "SD estimated at 0"


Severity = Literal["error", "warning", "note"]


class Mark(NamedTuple):
    """What is wrong with the column of a node, drawn on the node."""

    severity: Severity
    caption: str


@dataclass(frozen=True)
class Sketch:
    """A model, made or half made, as its diagram needs it.

    Attributes
    ----------
    exposure, outcome, group : str or None
        Columns; None is an empty place to drop one on.
    mediators : tuple of str
        Columns; none is one empty place.
    covariates : tuple of str
    moderators : mapping of str to tuple of str
        Columns by the path they change, such as ``a`` or ``a[m1]``.
    centering, mediation : str
        As in `MediationModel`.
    random_slopes : tuple of str
        Paths that vary across groups, by full name.
    splits : mapping of str to str
        With latent centering: columns that have no latent mean, "observed" or "within".
    constraints : mapping of str to (str or float)
        Parameters of paths that are not free, as in `MediationModel`.
    levels : mapping of str to str or None
        "individual" or "group" by column; None or absent where it is not known yet.
    group_words : str
        What the pill of the group says; the column's name if empty.
    guess_words : str
        What an empty pill proposes.
    nouns : Nouns
    result : MediationResult or None
        Only if it belongs to this very model.
    marks : mapping of str to Mark or (severity, caption)
        By column.
    singular : mapping of str to str
        Words at paths whose variance lies on the boundary.
    dimmed : bool
        The numbers belong to an earlier state.
    covariates_everywhere : bool
        Whether each covariate enters every equation.
    noted : frozenset of str
        Paths on which there is a note.
    """

    exposure: str | None = None
    mediators: tuple[str, ...] = ()
    outcome: str | None = None
    group: str | None = None
    covariates: tuple[str, ...] = ()
    moderators: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    centering: str = "group-mean"
    random_slopes: tuple[str, ...] = ()
    mediation: str = "parallel"
    splits: Mapping[str, str] = field(default_factory=dict)
    constraints: Mapping[str, str | float] = field(default_factory=dict)
    levels: Mapping[str, str | None] = field(default_factory=dict)
    group_words: str = ""
    guess_words: str = ""
    nouns: Nouns = field(default_factory=Nouns)
    result: MediationResult | None = None
    marks: Mapping[str, Mark | tuple[Severity, str]] = field(default_factory=dict)
    singular: Mapping[str, str] = field(default_factory=dict)
    dimmed: bool = False
    covariates_everywhere: bool = True
    noted: frozenset[str] = frozenset()

    @property
    def separates_levels(self) -> bool:
        """Whether there are two panels."""
        return self.centering not in {"none", "grand-mean"}

    def grouped(self, column: str | None) -> bool:
        """Tell whether a column is known to have one value in each group."""
        return column is not None and self.levels.get(column) == "group"

    def split(self, column: str | None) -> str:
        """Return how the levels of a column are told apart: "latent", "observed" or "within"."""
        if self.centering == "within":
            return "within"
        if self.centering != "latent":
            return "observed"
        return "latent" if column is None else self.splits.get(column, "latent")


def sketch_of(
    shown: MediationModel | MediationResult | Sketch, nouns: Nouns | None = None
) -> Sketch:
    """Return what the diagram of a model or a result shows.

    Parameters
    ----------
    shown : MediationModel, MediationResult or Sketch
        The levels of the columns are known of a result only.
    nouns : Nouns, optional
        What the user calls a group and a row.
    """
    if isinstance(shown, Sketch):
        return shown
    result = shown if isinstance(shown, MediationResult) else None
    model = result.model if result is not None else shown
    if not isinstance(model, MediationModel):
        raise ModelError("A diagram is of a MediationModel, a MediationResult or a Sketch.")
    nouns = nouns or Nouns()
    return Sketch(
        exposure=model.exposure,
        mediators=model.mediators,
        outcome=model.outcome,
        group=model.group,
        covariates=tuple(model.covariates),
        moderators=dict(model.moderators),
        centering=model.centering,
        random_slopes=model.random_slopes,
        mediation=model.mediation,
        splits=dict(model.splits) if result is None else splits_of(result),
        constraints=dict(model.constraints),
        levels={} if result is None else dict(result.levels),
        group_words=_group_words(model, result, nouns),
        nouns=nouns,
        result=result,
        singular={} if result is None else singular_paths(result),
        covariates_everywhere=all(each is None for each in model.covariates.values()),
    )


def singular_paths(result: MediationResult) -> dict[str, str]:
    """Return words for the paths whose variance across groups is estimated at zero."""
    boundary = {item.column for item in result.problems if item.code == "boundary-variance"}
    return {path: SINGULAR for path in result.model.paths if path in boundary}


def splits_of(result: MediationResult) -> dict[str, str]:
    """Return the columns of a result without a latent mean, those found centred among them."""
    found = dict(result.model.splits)
    structure = getattr(result.resolved, "structure", None)
    two_level = getattr(structure, "two_level", None)
    for variable in () if two_level is None else two_level.within.variables:
        if variable.role == "within" and variable.key is not None:
            found.setdefault(variable.key[0], "within")
    return found


def _group_words(model: MediationModel, result: MediationResult | None, nouns: Nouns) -> str:
    name = shortened(visible(model.group))
    if result is None:
        return name
    ledger = result.ledger
    groups, rows = nouns.of_groups(ledger.n_groups_used), nouns.of_rows(ledger.n_rows_used)
    return f"{name} · {groups}, {rows}"


# -- drawing: the steps are imported here, since each of them reads a sketch ----------------------


def draw(
    sketch: Sketch, width: float = 870, *, narrow: bool = False, interactive: bool = True
) -> str:
    """Return the diagram as SVG.

    Parameters
    ----------
    sketch : Sketch
    width : float
        In CSS pixels. The height follows from the model.
    narrow : bool
        Smaller nodes and fewer words, for less than about 700 pixels.
    interactive : bool
        With roles, places to drop columns on, and buttons. Without, a picture for reading.
    """
    from medwidget.views.diagram.graph import build_graph
    from medwidget.views.diagram.positions import place
    from medwidget.views.diagram.svg import write_svg

    graph = build_graph(sketch, interactive=interactive)
    return write_svg(place(graph, width, narrow=narrow), interactive=interactive)


def ribbon(sketch: Sketch, width: float = 1000, *, interactive: bool = True) -> str:
    """Return the folded diagram: one row a level, with estimates, 74 pixels high."""
    from medwidget.views.diagram.folded import write_ribbon

    return write_ribbon(sketch, width, interactive=interactive)


def legend(sketch: Sketch, width: float = 870) -> str:
    """Return the legend as an SVG strip as wide as the diagram, wrapped where it must be."""
    from medwidget.views.diagram.folded import write_legend

    return write_legend(sketch, width)
