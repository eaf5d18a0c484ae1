"""From a model and the levels of its columns to a `Structure`."""

from __future__ import annotations

from dataclasses import replace

from medwidget.spec.build_two_level import build_two_level
from medwidget.spec.columns import FrameInfo, is_centred
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel, path_at_level
from medwidget.spec.splits import Split, split_of
from medwidget.spec.structure import (
    Equation,
    Factor,
    Part,
    RandomTerm,
    Slope,
    Structure,
    Term,
)

__all__ = ["build_structure"]

# The parts of a column under latent centring, by how it is split.
PARTS: dict[Split, tuple[tuple[str, Part], ...]] = {
    "latent": (("within", Part.LATENT_WITHIN), ("between", Part.LATENT_BETWEEN)),
    "observed": (("within", Part.WITHIN), ("between", Part.BETWEEN)),
    "within": (("within", Part.RAW),),
    "group": (("between", Part.GROUP),),
}


def build_structure(model: MediationModel, frame: FrameInfo) -> Structure:
    """Resolve a model against the columns of a frame.

    Parameters
    ----------
    model : MediationModel
    frame : FrameInfo
        Descriptions of at least the columns that the model names, over the rows in use. The frame
        must have passed `medwidget.spec.check.check`.

    Returns
    -------
    Structure
    """
    return _Builder(model, frame).build()


class _Builder:
    def __init__(self, model: MediationModel, frame: FrameInfo) -> None:
        self.model = model
        self.frame = frame
        self.levels: dict[str, Level] = {}
        for name in model.columns:
            info = frame.columns.get(name)
            level = info.level if info is not None else Level.GROUP
            self.levels[name] = Level.INDIVIDUAL if level is None else level
        self.slopes: list[Slope] = []
        self.latent = model.centering == "latent"
        self.splits: dict[str, Split] = {}
        if self.latent:
            self.splits = {name: split_of(model, frame, name) for name in model.columns}

    def build(self) -> Structure:
        fixed = {response: self._fixed_terms(response) for response in self.model.responses}
        random = self._random_terms()
        equations = tuple(
            Equation(
                response,
                self.levels[response],
                fixed[response],
                tuple(term for term in random if term.response == response),
            )
            for response in self.model.responses
        )
        structure = Structure(
            self.model, self.levels, equations, random, self._free(random), tuple(self.slopes)
        )
        return (
            replace(structure, two_level=build_two_level(structure)) if self.latent else structure
        )

    # -- parts --------------------------------------------------------------------------------

    def _parts(self, source: str, target: str, centering: str) -> list[tuple[str, Part]]:
        """Return the parts in which ``source`` enters the equation of ``target``, by level."""
        if self.latent:
            return self._latent_parts(source, target)
        if self.levels[target] is Level.GROUP:
            part = Part.GROUP if self.levels[source] is Level.GROUP else Part.BETWEEN
            return [("between" if self.model.separates_levels else "conflated", part)]
        if self.levels[source] is Level.GROUP:
            return [("between" if self.model.separates_levels else "conflated", Part.GROUP)]
        if centering == "none":
            return [("conflated", Part.RAW)]
        if centering == "grand-mean":
            return [("conflated", Part.GRAND)]
        if centering == "within":
            return [("within", Part.WITHIN)]
        return [("within", Part.WITHIN), ("between", Part.BETWEEN)]

    def _latent_parts(self, source: str, target: str) -> list[tuple[str, Part]]:
        """Return the parts of ``source`` at the levels at which ``target`` has one."""
        parts = PARTS[self.splits[source]]
        return [(level, part) for level, part in parts if self._has_part(target, level)]

    def _has_part(self, column: str, level: str) -> bool:
        return level in {at for at, _ in PARTS[self.splits[column]]}

    def _indicators(self, column: str, part: Part) -> list[Factor]:
        """Return a column's factors: itself, or an indicator of each category but the first."""
        info = self.frame.columns[column]
        if info.kind != "categorical":
            return [Factor(column, part)]
        return [Factor(column, part, category) for category in info.categories[1:]]

    # -- fixed effects ------------------------------------------------------------------------

    def _fixed_terms(self, response: str) -> tuple[Term, ...]:
        terms = [Term(f"intercept[{response}]")]
        interactions: list[Term] = []
        for path, (source, target) in self.model.paths.items():
            if target == response:
                self._add_path(path, source, target, terms, interactions)
        for factor in self._moderator_factors(response):
            if self.latent and not self._has_part(response, "between"):
                continue
            self._add(terms, Term(f"{response}~{factor.label}", (factor,)))
        for covariate in self.model.covariates_of(response):
            self._add_covariate(covariate, response, terms)
        return _with_unique_names((*terms, *interactions))

    def _add_path(
        self, path: str, source: str, target: str, terms: list[Term], interactions: list[Term]
    ) -> None:
        parts = self._parts(source, target, self.model.centering)
        for position, (level, part) in enumerate(parts):
            parameter = path_at_level(path, level)
            factor = Factor(source, part)
            terms.append(Term(parameter, (factor,)))
            moderators = []
            if position == 0:  # the within slope where there is one, otherwise the only slope
                for moderator in self._path_moderators(path):
                    name = f"{parameter}:{moderator.label}"
                    interactions.append(Term(name, (factor, moderator)))
                    moderators.append((moderator, name))
            varies = path in self.model.random_slopes and factor.varies_within
            self.slopes.append(
                Slope(
                    path,
                    source,
                    target,
                    level,
                    parameter,
                    path if varies else None,
                    tuple(moderators),
                )
            )

    def _path_moderators(self, path: str) -> list[Factor]:
        factors = []
        for column in self.model.moderators.get(path, ()):
            part = Part.GROUP if self.levels[column] is Level.GROUP else Part.RAW
            factors += self._indicators(column, part)
        return factors

    def _moderator_factors(self, response: str) -> list[Factor]:
        factors: dict[Factor, None] = {}
        for path, (_, target) in self.model.paths.items():
            if target == response:
                factors.update(dict.fromkeys(self._path_moderators(path)))
        return list(factors)

    def _add_covariate(self, covariate: str, response: str, terms: list[Term]) -> None:
        as_model = self.model.covariate_centering == "as-model"
        centering = self.model.centering if as_model else "none"
        parts = self._parts(covariate, response, centering)
        split = len(parts) > 1
        for level, part in parts:
            if split and part is Part.BETWEEN and not self._varies_between(covariate):
                continue  # the same mean in every group: a constant
            suffix = f"_{level}" if split else ""
            for factor in self._indicators(covariate, part):
                self._add(terms, Term(f"{response}~{factor.label}{suffix}", (factor,)))

    @staticmethod
    def _add(terms: list[Term], term: Term) -> None:
        if all(term.factors != other.factors for other in terms):
            terms.append(term)

    # -- random effects -----------------------------------------------------------------------

    def _random_terms(self) -> tuple[RandomTerm, ...]:
        model = self.model
        terms = [
            RandomTerm(self._intercept_label(response), response)
            for response in (model.outcome, *model.mediators)
            if self.levels[response] is Level.INDIVIDUAL and self._varies_between(response)
        ]
        for slope in self.slopes:
            if slope.random is not None:
                part = self._parts(slope.source, slope.target, model.centering)[0][1]
                terms.append(RandomTerm(slope.random, slope.target, (Factor(slope.source, part),)))
        return tuple(terms)

    def _varies_between(self, column: str) -> bool:
        """Whether the group means of a column differ at all; if centred, they do not."""
        return not is_centred(self.frame.columns[column], self.frame)

    def _intercept_label(self, response: str) -> str:
        return f"intercept[{response}]" if response in self.model.paths else response

    def _free(self, random: tuple[RandomTerm, ...]) -> frozenset[tuple[int, int]]:
        covariance = self.model.random_covariance
        # a response whose observed mean predicts another: their intercepts' covariance and that
        # between slope are not identified together, so the covariance is zero
        fixed_at_zero = {
            frozenset((slope.source, slope.target))
            for slope in self.slopes
            if slope.level == "between" and self.levels[slope.source] is Level.INDIVIDUAL
        }
        free = set()
        for row, term in enumerate(random):
            for column, other in enumerate(random[: row + 1]):
                both_intercepts = row != column and not term.factors and not other.factors
                pair = frozenset((term.response, other.response))
                if covariance == "diagonal" and row != column:
                    continue
                if covariance == "by-equation" and term.response != other.response:
                    continue
                if both_intercepts and pair in fixed_at_zero:
                    continue
                free.add((row, column))
        return frozenset(free)


def _with_unique_names(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Tell apart names that coincide: covariate ``age_within``, the within part of ``age``."""
    seen: dict[str, int] = {}
    unique = []
    for term in terms:
        count = seen[term.parameter] = seen.get(term.parameter, 0) + 1
        name = term.parameter if count == 1 else f"{term.parameter}#{count}"
        unique.append(Term(name, term.factors))
    return tuple(unique)
