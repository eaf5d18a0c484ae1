"""Variances and covariances that a two-level model implies, as expressions over its parameters.

Within a group, W = (I − Γ_j)⁻¹ ζ: an element of it is a sum of residuals, each times products of
the coefficients on the way from it. Slopes among the coefficients are jointly normal over groups,
so that expected (co)variances within groups are moments of products of normal variables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, reduce
from operator import add

from medwidget.effects.expression import Constant, Expression, Parameter
from medwidget.effects.moments import product_mean
from medwidget.spec.two_level import LevelSystem, TwoLevel

__all__ = ["Implied"]

# A slope that multiplies something: its position in B, and whether it is taken as what group-level
# variables say of it, without its own residual.
Atom = tuple[int, bool]
# Coefficients by the slopes that multiply them.
Polynomial = dict[tuple[Atom, ...], Expression]
# What each residual of a system counts in a variable.
Loading = Mapping[int, Polynomial]

ONE, NOTHING = Constant(1.0), Constant(0.0)


class Implied:
    """Moments of the variables of both systems, by position.

    Parameters
    ----------
    model : TwoLevel
    """

    def __init__(self, model: TwoLevel) -> None:
        self.model = model
        slopes = {
            variable.entry: place
            for place, variable in enumerate(model.between.variables)
            if variable.entry is not None
        }
        self._between = _Loadings(model.between, {})
        self._within = _Loadings(model.within, slopes)
        self._moments: dict[tuple[Atom, ...], Expression] = {}

    # -- columns ------------------------------------------------------------------------------

    def position(self, column: str, level: str) -> int | None:
        """Return where a column (not a category of it) stands in W or B; None where it does not.

        Parameters
        ----------
        column : str
        level : {"within", "between"}
        """
        return self._columns[level].get(column)

    @cached_property
    def _columns(self) -> dict[str, dict[str, int]]:
        systems = {"within": self.model.within, "between": self.model.between}
        return {
            level: {
                variable.key[0]: place
                for place, variable in enumerate(system.variables)
                if variable.key is not None and variable.key[1] is None
            }
            for level, system in systems.items()
        }

    def variance(self, column: str, level: str) -> Expression | None:
        """Return the variance of a column at a level; None where it has none there.

        Within groups it is the expected one, where it differs from group to group.
        """
        place = self.position(column, level)
        if place is None:
            return None
        return self.between(place, place) if level == "between" else self.within(place)

    # -- between groups -----------------------------------------------------------------------

    def mean(self, place: int) -> Expression:
        """Return the mean of an element of B."""
        system = self.model.between
        terms = []
        for k, polynomial in self._between.of(place).items():
            name = system.means[k]
            if name is not None:
                terms.append(polynomial[()] * Parameter(name))
        return reduce(add, terms, NOTHING)

    def between(self, first: int, second: int) -> Expression:
        """Return the covariance of two elements of B."""
        left, right = self._between.of(first), self._between.of(second)
        return self._expected(left, right, self.model.between.elements)

    def explained_between(self, place: int) -> Expression:
        """Return the variance of what predictors say of an element of B."""
        predicted = self._between.predicted(place)
        return self._expected(predicted, predicted, self.model.between.elements)

    # -- within groups ------------------------------------------------------------------------

    def within(self, place: int) -> Expression:
        """Return the variance of an element of W, expected over groups."""
        loading = self._within.of(place)
        return self._expected(loading, loading, self.model.within.elements)

    def explained_within(self, place: int, *, own_slopes: bool) -> Expression:
        """Return the variance of what predictors say of an element of W, expected over groups.

        Parameters
        ----------
        place : int
        own_slopes : bool
            Whether the slopes of its equation differ between groups beyond what group-level
            variables say; those of earlier equations always do.
        """
        predicted = self._within.predicted(place, without_residual=not own_slopes)
        return self._expected(predicted, predicted, self.model.within.elements)

    # -- moments of slopes --------------------------------------------------------------------

    def _expected(
        self, left: Loading, right: Loading, elements: Sequence[tuple[int, int, str]]
    ) -> Expression:
        """Return the expectation of (left ζ)(right ζ), where cov(ζ) has these elements."""
        terms = []
        for row, column, name in elements:
            for k, other in dict.fromkeys(((row, column), (column, row))):
                for one, weight in left.get(k, {}).items():
                    for two, more in right.get(other, {}).items():
                        moment = self._moment((*one, *two))
                        terms.append(weight * more * moment * Parameter(name))
        return reduce(add, terms, NOTHING)

    def _moment(self, atoms: tuple[Atom, ...]) -> Expression:
        """Return the mean of a product of slopes."""
        atoms = tuple(sorted(atoms))
        if atoms not in self._moments:
            pairs = {}
            for i, first in enumerate(atoms):
                for j in range(i + 1, len(atoms)):
                    covariance = self._slope_covariance(first, atoms[j])
                    if covariance is not NOTHING:
                        pairs[i, j] = covariance
            means = [self.mean(place) for place, _ in atoms]
            self._moments[atoms] = product_mean(means, pairs) if atoms else ONE
        return self._moments[atoms]

    def _slope_covariance(self, first: Atom, second: Atom) -> Expression:
        if not (first[1] or second[1]):
            return self.between(first[0], second[0])
        # residuals of slopes have no covariance with the group-level variables that predict slopes
        left, right = (self._between.predicted(place) for place, _ in (first, second))
        return self._expected(left, right, self.model.between.elements)


class _Loadings:
    """How each variable of a system is made of residuals.

    Parameters
    ----------
    system : LevelSystem
    slopes : mapping of (int, int) to int
        Entries of Γ that are slopes, with their positions in B.
    """

    def __init__(self, system: LevelSystem, slopes: Mapping[tuple[int, int], int]) -> None:
        self._paths: dict[int, list[tuple[int, str]]] = {}
        for target, source, name in system.paths:
            self._paths.setdefault(target, []).append((source, name))
        self._slopes: dict[int, list[tuple[int, int]]] = {}
        for (target, source), place in slopes.items():
            self._slopes.setdefault(target, []).append((source, place))
        self._known: dict[int, Loading] = {}

    def of(self, place: int) -> Loading:
        """Return the loading of a variable."""
        if place not in self._known:
            self._known[place] = {**self.predicted(place), place: {(): ONE}}
        return self._known[place]

    def predicted(self, place: int, *, without_residual: bool = False) -> Loading:
        """Return the loading of what a variable's predictors say of it.

        Parameters
        ----------
        place : int
        without_residual : bool
            Whether the slopes of its own equation are taken without their residuals.
        """
        found: dict[int, Polynomial] = {}
        for source, name in self._paths.get(place, ()):
            _add(found, self.of(source), Parameter(name), ())
        for source, slope in self._slopes.get(place, ()):
            _add(found, self.of(source), ONE, ((slope, without_residual),))
        return found


def _add(
    found: dict[int, Polynomial], loading: Loading, weight: Expression, atoms: tuple[Atom, ...]
) -> None:
    """Add weight · slopes · loading."""
    for k, polynomial in loading.items():
        sums = found.setdefault(k, {})
        for others, coefficient in polynomial.items():
            key = tuple(sorted((*others, *atoms)))
            sums[key] = sums.get(key, NOTHING) + weight * coefficient
