"""Mean and variance of a product of jointly normal slopes, as expressions.

One recursion gives both (Isserlis' theorem with means):

    E[x_1 x_2 ... x_n] = mu_1 E[x_2 ... x_n] + sum_k sigma_1k E[x_2 ... without x_k ... x_n]

For two slopes the mean is ab + cov(a,b) and the variance b²var(a) + a²var(b) + var(a)var(b)
+ 2ab cov(a,b) + cov(a,b)² (Kenny, Korchmaros & Bolger 2003, Psych Methods 8:115).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add, mul

from medwidget.effects.expression import Constant, Expression, power

__all__ = ["product_mean", "product_variance"]

# an atom is the mean of slope i, (i,), or the covariance of slopes i <= j, (i, j)
Atom = tuple[int, ...]
Monomial = tuple[Atom, ...]
Polynomial = Mapping[Monomial, int]
Covariances = Mapping[tuple[int, int], Expression]


def product_mean(means: Sequence[Expression], covariances: Covariances) -> Expression:
    """Return the mean of a product of jointly normal variables.

    Parameters
    ----------
    means : sequence of Expression
        Mean of each variable.
    covariances : mapping of (int, int) to Expression
        Elements of the covariance matrix at positions (i, j), i <= j, that are not fixed at zero.

    Returns
    -------
    Expression
    """
    return _written(_moment(tuple(range(len(means))), covariances), means, covariances)


def product_variance(means: Sequence[Expression], covariances: Covariances) -> Expression:
    """Return the variance of a product of jointly normal variables; arguments as `product_mean`."""
    once = tuple(range(len(means)))
    square = _moment(once + once, covariances)
    mean = _moment(once, covariances)
    terms = Counter(dict(square))
    for left, times in mean.items():
        for right, more in mean.items():
            terms[_merged(left, right)] -= times * more
    return _written(terms, means, covariances)


def _moment(variables: tuple[int, ...], covariances: Covariances) -> Polynomial:
    if not variables:
        return {(): 1}
    first, rest = variables[0], variables[1:]
    terms: Counter[Monomial] = Counter()
    for monomial, times in _moment(rest, covariances).items():
        terms[_merged(((first,),), monomial)] += times
    for position, other in enumerate(rest):
        pair = (min(first, other), max(first, other))
        if pair in covariances:
            remaining = rest[:position] + rest[position + 1 :]
            for monomial, times in _moment(remaining, covariances).items():
                terms[_merged((pair,), monomial)] += times
    return terms


def _merged(left: Monomial, right: Monomial) -> Monomial:
    """Return the product of two monomials, means before covariances."""
    return tuple(sorted(left + right, key=lambda atom: (len(atom), atom)))


def _written(
    polynomial: Polynomial, means: Sequence[Expression], covariances: Covariances
) -> Expression:
    def order(monomial: Monomial) -> tuple[int, int, Monomial]:
        n_variances = sum(len(atom) == 2 and atom[0] == atom[1] for atom in monomial)
        return sum(len(atom) == 2 for atom in monomial), -n_variances, monomial

    terms: list[Expression] = []
    for monomial in sorted((key for key, times in polynomial.items() if times), key=order):
        atoms = Counter(monomial)
        factors: list[Expression] = [Constant(float(polynomial[monomial]))]
        for atom, exponent in atoms.items():
            base = means[atom[0]] if len(atom) == 1 else covariances[atom[0], atom[1]]
            factors.append(power(base, exponent))
        terms.append(reduce(mul, factors))
    return reduce(add, terms, Constant(0.0))
