"""From the equations of a model with latent centring to its systems within and between groups."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from medwidget.spec.arguments import follow_constraints
from medwidget.spec.levels import Level
from medwidget.spec.parameters import residual_name
from medwidget.spec.structure import Factor, Part, Slope, Structure, Term
from medwidget.spec.two_level import Key, LevelSystem, Role, TwoLevel, Variable

__all__ = ["build_two_level"]

WITHIN_PARTS = {Part.RAW, Part.WITHIN, Part.LATENT_WITHIN}
LATENT_PARTS = {Part.LATENT_WITHIN, Part.LATENT_BETWEEN}


def build_two_level(structure: Structure) -> TwoLevel:
    """Return both systems of a structure whose equations, slopes and T are known.

    Parameters
    ----------
    structure : Structure
        Of a model with latent centring. A product of factors is the moderation of a slope within
        groups, or of an observed exposure by a group-level column.
    """
    exogenous = _exogenous(structure)
    within = _Within(structure, exogenous)
    between = _Between(structure, exogenous, within)
    for equation in structure.equations:
        for term in equation.fixed:
            if term.parameter not in between.of_slopes:
                _add_term(equation.response, term, within, between)
    return TwoLevel(
        within.system(), between.system(), follow_constraints(structure.model.constraints)
    )


def _is_variable(slope: Slope) -> bool:
    """Whether a slope differs between groups, so that it is a variable between them."""
    return slope.level == "within" and (slope.random is not None or bool(slope.moderators))


def _add_term(response: str, term: Term, within: _Within, between: _Between) -> None:
    target = (response, None)
    if not term.factors:
        level = between if target in between.places else within
        level.means[level.places[target]] = term.parameter
        return
    inside = len(term.factors) == 1 and term.factors[0].part in WITHIN_PARTS
    level = within if inside else between
    level.add_path(level.places[target], level.places[_key(term.factors)], term.parameter)


# -- exogenous variables --------------------------------------------------------------------------


def _key(factors: tuple[Factor, ...]) -> Key:
    """Return the column that factors stand for: itself, or their product as rows keep it."""
    if len(factors) == 1:
        return factors[0].column, factors[0].category
    first, second = factors
    by = second.column if second.category is None else (second.column, second.category)
    if first.category is None:
        return first.column, ("times", by)
    return first.column, ("times", by, first.category)


def _exogenous(structure: Structure) -> dict[tuple[Key, Part], str]:
    """Return the parts of columns that have no equation, with their labels, in reading order."""
    found: dict[tuple[Key, Part], str] = {}
    products: dict[tuple[Key, Part], str] = {}
    for equation in structure.equations:
        for term in equation.fixed:
            for factor in term.factors:
                found[_key((factor,)), factor.part] = factor.label
            if len(term.factors) == 2 and term.factors[0].part not in WITHIN_PARTS:
                label = ":".join(factor.label for factor in term.factors)
                products[_key(term.factors), term.factors[0].part] = label
    model = structure.model
    order = [name for name in model.columns if name not in model.responses]
    mine = [item for item in found if item[0][0] in order]
    mine.sort(key=lambda item: order.index(item[0][0]))
    return {item: found[item] for item in mine} | products


# -- systems --------------------------------------------------------------------------------------


class _System:
    """A level's system while it is put together: variables first, then means, paths, elements."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.variables: list[Variable] = []
        self.means: list[str | None] = []
        self.paths: list[tuple[int, int, str]] = []
        self.elements: dict[tuple[int, int], str] = {}
        self.places: dict[Key, int] = {}

    def add(self, label: str, role: Role, key: Key, part: Part | None, mean: str | None) -> None:
        """Add a variable that a column or a product of columns stands for."""
        self.places[key] = len(self.variables)
        if label in self.structure.model.paths:  # slopes are called by their paths
            label = f"intercept[{label}]"
        self.variables.append(Variable(label, role, key, part))
        self.means.append(mean)

    def add_path(self, target: int, source: int, parameter: str) -> None:
        self.paths.append((target, source, parameter))

    def add_element(self, first: int, second: int, parameter: str) -> None:
        self.elements[max(first, second), min(first, second)] = parameter

    def saturate(self, labels: dict[Key, str], level: str) -> None:
        """Let all variables so far vary and covary; names follow the order of ``labels``."""
        known = [(self.places[key], label) for key, label in labels.items() if key in self.places]
        for place, label in known:
            self.add_element(place, place, f"var_{level}({label})")
        for (place, label), (other, further) in combinations(known, 2):
            self.add_element(place, other, f"cov_{level}({label},{further})")

    def side_by_side(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs of parallel mediators that have a part here: their residuals covary."""
        model = self.structure.model
        if model.mediation == "parallel" and model.random_covariance == "full":
            for first, second in combinations(model.mediators, 2):
                if (first, None) in self.places and (second, None) in self.places:
                    yield first, second

    def system(self) -> LevelSystem:
        """Return what was put together."""
        elements = tuple((*place, self.elements[place]) for place in sorted(self.elements))
        return LevelSystem(tuple(self.variables), tuple(self.means), tuple(self.paths), elements)


class _Within(_System):
    """Exogenous variables with a latent mean, the others, the outcome, the mediators."""

    def __init__(self, structure: Structure, exogenous: dict[tuple[Key, Part], str]) -> None:
        super().__init__(structure)
        labels = {}
        for latent in (True, False):
            for (key, part), label in exogenous.items():
                if latent and part in LATENT_PARTS and key not in self.places:
                    self.add(label, "latent", key, Part.RAW, None)
                if not latent and part in WITHIN_PARTS - LATENT_PARTS:
                    mean = f"mean({label})" if part is Part.RAW else None
                    self.add(label, "within", key, part, mean)
                labels[key] = label
        self.saturate(labels, "within")
        for response in (structure.model.outcome, *structure.model.mediators):
            if structure.levels[response] is Level.INDIVIDUAL:
                role: Role = "latent" if response in _latent_responses(structure) else "within"
                self.add(response, role, (response, None), Part.RAW, None)
                place = self.places[response, None]
                self.add_element(place, place, residual_name(response))
        for first, second in self.side_by_side():
            place, other = self.places[first, None], self.places[second, None]
            self.add_element(place, other, f"cov_within({first},{second})")


class _Between(_System):
    """Exogenous latent means, group-level variables, latent responses, slopes.

    In this order every zero of Ψ is one of its Cholesky factor: exogenous variables covary with no
    other, a group-level response with parallel mediators only, the outcome (first of its kind)
    with no mediator whose path leads to it.
    """

    def __init__(
        self, structure: Structure, exogenous: dict[tuple[Key, Part], str], within: _Within
    ) -> None:
        super().__init__(structure)
        labels = {}
        for latent in (True, False):
            for (key, part), label in exogenous.items():
                mean = f"mean({label})"
                if latent and part in LATENT_PARTS and key not in self.places:
                    self.add(label, "latent", key, None, mean)
                if not latent and part in {Part.GROUP, Part.BETWEEN}:
                    self.add(label, "group", key, part, mean)
                labels[key] = label
        self.saturate(labels, "between")
        self._add_responses()
        self.of_slopes: set[str] = set()  # parameters
        self.slope_places: dict[str, int] = {}
        for slope in structure.slopes:
            if slope.level == "within" and (slope.random is not None or slope.moderators):
                self._add_slope(slope, within)
        self._add_random()

    def _add_responses(self) -> None:
        structure, model = self.structure, self.structure.model
        responses = (model.outcome, *model.mediators)
        for response in responses:
            if structure.levels[response] is Level.GROUP:
                self.add(response, "group", (response, None), Part.GROUP, None)
                place = self.places[response, None]
                self.add_element(place, place, residual_name(response))
        for response in responses:
            if response in _latent_responses(structure):
                self.add(response, "latent", (response, None), None, None)
        for first, second in self.side_by_side():
            if Level.GROUP in {structure.levels[first], structure.levels[second]}:
                place, other = self.places[first, None], self.places[second, None]
                self.add_element(place, other, f"cov_between({first},{second})")

    def _add_slope(self, slope: Slope, within: _Within) -> None:
        """Add a slope that differs between groups as a variable, with the paths to it."""
        place = len(self.variables)
        entry = within.places[slope.target, None], within.places[slope.source, None]
        random = slope.random is not None
        self.slope_places[slope.path] = place
        self.variables.append(Variable(slope.path, "slope", entry=entry, random=random))
        self.means.append(slope.parameter)
        self.of_slopes.add(slope.parameter)
        for factor, parameter in slope.moderators:
            self.add_path(place, self.places[_key((factor,))], parameter)
            self.of_slopes.add(parameter)

    def _add_random(self) -> None:
        """Add the elements of T: the part of Ψ that belongs to latent responses and slopes."""
        structure = self.structure
        places = [
            self.slope_places[term.label] if term.factors else self.places[term.response, None]
            for term in structure.random
        ]
        for row, column in structure.free_elements:
            name = structure.covariance(structure.labels[row], structure.labels[column])
            assert name is not None, "the element is free"
            self.add_element(places[row], places[column], name)


def _latent_responses(structure: Structure) -> set[str]:
    """Return the individual-level responses that have a part between groups."""
    return {term.response for term in structure.random if not term.factors}
