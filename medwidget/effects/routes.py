"""The ways from exposure to outcome by way of mediators, and their slopes at each level."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel, path_names
from medwidget.spec.structure import Slope, Structure

__all__ = ["Route", "missing_reason", "route_slopes", "routes", "routes_of", "shown_levels"]


@dataclass(frozen=True)
class Route:
    """One way from the exposure to the outcome.

    Attributes
    ----------
    mediators : tuple of str
        The mediators passed, in order.
    paths : tuple of str
        The paths taken: one more than there are mediators.
    """

    mediators: tuple[str, ...]
    paths: tuple[str, ...]

    @property
    def label(self) -> str:
        """The mediators as names of effects print them."""
        return ",".join(self.mediators)


def routes(structure: Structure) -> tuple[Route, ...]:
    """Return the routes of the model of a structure; see `routes_of`."""
    return routes_of(structure.model)


def routes_of(model: MediationModel) -> tuple[Route, ...]:
    """Return every route: one for each mediator, and each increasing sequence of serial ones."""
    by_ends = {ends: path for path, ends in path_names(model.mediators, model.mediation).items()}
    longest = len(model.mediators) if model.mediation == "serial" else 1
    found = []
    for length in range(1, longest + 1):
        for mediators in combinations(model.mediators, length):
            stops = (None, *mediators, None)
            paths = tuple(by_ends[ends] for ends in pairwise(stops))
            found.append(Route(mediators, paths))
    return tuple(found)


def route_slopes(structure: Structure, route: Route, level: str) -> tuple[Slope, ...] | None:
    """Return the slopes of a route at a level, or None unless each of its paths exists there.

    The level "individual" is that of a group-level exposure that acts by way of each unit's own
    mediator: between groups on the first path, within them on the others.
    """
    if level == "individual":
        levels = ["between", *["within"] * len(route.mediators)]
        if structure.levels[structure.model.exposure] is not Level.GROUP:
            return None
    else:
        levels = [level] * len(route.paths)
    slopes = [structure.slope(*at) for at in zip(route.paths, levels, strict=True)]
    present = tuple(slope for slope in slopes if slope is not None)
    return present if len(present) == len(slopes) else None


def shown_levels(structure: Structure) -> tuple[str, ...]:
    """Return the levels at which a model defines effects, whether or not the data allow them."""
    if not structure.model.separates_levels:
        return ("conflated",)
    return ("within",) if structure.model.centering == "within" else ("within", "between")


def missing_reason(structure: Structure, columns: tuple[str, ...], level: str) -> str:
    """Say why an effect through ``columns`` (exposure first, outcome last) has no number."""
    model = structure.model
    if level == "within":
        for position, column in enumerate(columns):
            if structure.levels[column] is not Level.GROUP:
                continue
            constant = f"{column} is constant within every {model.group}, so nothing"
            if position == 0:
                return f"{constant} of it can act within groups."
            if position == len(columns) - 1:
                return f"{constant} can act on it within groups."
            return f"{constant} can pass through it within groups."
    if level == "between":
        absent = _without_between_part(structure, columns)
        if absent is not None:
            return (
                f"{absent} has no part between groups in this model, so nothing of it can act or "
                f"be acted on between groups."
            )
    named = " → ".join(columns)
    if level == "conflated":
        return f"The model has no path along {named}."
    return (
        f"The model has no {level} path along {named}; fit it with group-mean or latent centering."
    )


def _without_between_part(structure: Structure, columns: tuple[str, ...]) -> str | None:
    """Return the first column that a model with latent centring takes as varying within alone."""
    if structure.two_level is None:
        return None
    between = {variable.key for variable in structure.two_level.between.variables}
    return next((column for column in columns if (column, None) not in between), None)
