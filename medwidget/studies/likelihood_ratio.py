"""The test of a model against one that contains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from medwidget.errors import ModelError, UnsupportedError
from medwidget.pipeline.resolve import Resolved
from medwidget.result import MediationResult
from medwidget.spec.structure import Structure
from medwidget.studies.comparable import density_of, difference, modelled_columns
from medwidget.studies.fitted import resolved_of
from medwidget.studies.mixture import Reference

__all__ = ["LikelihoodRatio", "likelihood_ratio"]

# By how much the log-likelihood of the larger model may seem the smaller one.
WORSE = 1e-4


@dataclass(frozen=True)
class LikelihoodRatio:
    """A likelihood ratio test.

    Attributes
    ----------
    statistic : float
        Twice the difference of the log-likelihoods.
    df : int
        Parameters that the restricted model does without.
    p_value : float
        Where variances are tested at zero, from a mixture of chi-square distributions (Self & Liang
        1987); an upper limit where there are several.
    distribution : str
        What the statistic is compared with.
    restricted, full : float
        Log-likelihoods.
    dropped : tuple of str
        Parameters that the restricted model sets to 0 or constrains.
    notes : tuple of str
        What a reader of the p-value must know, in sentences.
    """

    statistic: float
    df: int
    p_value: float
    distribution: str
    restricted: float
    full: float
    dropped: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        p_value = "p < .001" if self.p_value < 0.001 else f"p = {self.p_value:.3f}"
        lines = [f"Likelihood ratio {self.statistic:.3f}, {self.distribution}, {p_value}."]
        return " ".join((*lines, *self.notes))

    def to_dict(self) -> dict[str, Any]:
        """Return the test as plain values that JSON can hold."""
        return {**asdict(self), "dropped": list(self.dropped), "notes": list(self.notes)}


def likelihood_ratio(restricted: MediationResult, full: MediationResult) -> LikelihoodRatio:
    """Test a model against a larger one that contains it, by twice the gain in log-likelihood.

    Parameters
    ----------
    restricted, full : MediationResult
        Just fitted, on the same data. The restricted model is the full one with parameters held at
        zero (paths by ``constraints``, random slopes by leaving them out), held equal, or held at
        other numbers.

    Returns
    -------
    LikelihoodRatio

    Raises
    ------
    ModelError
        If the restricted model is not a special case of the full one, with the parameters that it
        has beyond it; or if the larger model has the lower likelihood.
    UnsupportedError
        If the likelihoods are not of the same data, or a result was read back from a file.

    Examples
    --------
    >>> import medwidget as mw
    >>> data = mw.load_dataset("bpg")
    >>> model = mw.MediationModel("x", "m", "y", group="id", random_slopes=("a",))
    >>> without = mw.fit(model.replace(random_slopes=()), data)
    >>> mw.likelihood_ratio(without, mw.fit(model, data)).distribution
    '½χ²(2) + ½χ²(3)'
    """
    for name, given in (("restricted", restricted), ("full", full)):
        if not isinstance(given, MediationResult):
            raise ModelError(f"{name} must be what medwidget.fit returned.")
    smaller, larger = resolved_of(restricted), resolved_of(full)
    _refuse_other_data(restricted, full)
    places = (_Places(smaller.structure), _Places(larger.structure))
    _refuse_unless_nested(*places)
    reference = _reference(*places)
    lower, upper = (float(item.statistics["loglik"]) for item in (restricted, full))
    if upper < lower - WORSE:
        raise ModelError(
            f"The full model has the lower log-likelihood ({upper:.4f}, against {lower:.4f}), "
            f"which no maximum can have. Look at the convergence of both fits."
        )
    statistic = max(2.0 * (upper - lower), 0.0)
    return LikelihoodRatio(
        statistic,
        reference.df,
        reference.p_value(statistic),
        reference.text,
        lower,
        upper,
        _dropped(*places),
        tuple(_notes(reference, restricted, full)),
    )


class _Places:
    """Where each parameter of a model stands: free, equal to another, or at a number."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.table = structure.parameters
        two_level = structure.two_level
        self.constraints: Mapping[str, float | str] = (
            {} if two_level is None else two_level.constraints
        )

    def of(self, name: str) -> float | str:
        """Return the number at which a parameter stands, or the name of the free one."""
        if name not in self.table:
            return 0.0
        value = self.constraints.get(name, name)
        return value if isinstance(value, str) else float(value)

    @property
    def free(self) -> frozenset[str]:
        """Names of the parameters that are estimated."""
        return frozenset(name for name in self.table.names if name not in self.constraints)

    @property
    def meanings(self) -> dict[str, object]:
        """The term of each coefficient."""
        return {
            term.parameter: (equation.response, frozenset(term.factors))
            for equation in self.structure.equations
            for term in equation.fixed
        }

    @property
    def roles(self) -> dict[object, str]:
        """How each individual-level column is split under latent centring."""
        two_level = self.structure.two_level
        variables = () if two_level is None else two_level.within.variables
        return {variable.key: variable.role for variable in variables}


def _refuse_other_data(restricted: MediationResult, full: MediationResult) -> None:
    smaller, larger = resolved_of(restricted), resolved_of(full)
    reason = difference(density_of(restricted, smaller), density_of(full, larger))
    if reason is None and not _same_values(smaller, larger):
        reason = "their columns hold different values"
    if reason is not None:
        raise UnsupportedError(f"These likelihoods cannot be compared: {reason}.")


def _same_values(first: Resolved, second: Resolved) -> bool:
    if first.prepared.labels != second.prepared.labels:
        return False
    for key in modelled_columns(first.structure):
        one, two = (item.prepared.moments for item in (first, second))
        i, k = one.position(key), two.position(key)
        same = np.allclose(one.means[:, i], two.means[:, k], rtol=1e-9, equal_nan=True)
        squares = np.allclose(one.products[:, i, i], two.products[:, k, k], equal_nan=True)
        if not (same and squares):
            return False
    return True


def _refuse_unless_nested(smaller: _Places, larger: _Places) -> None:
    if smaller.roles != larger.roles:
        columns = [
            str(key[0]) if isinstance(key, tuple) else str(key)
            for key, role in smaller.roles.items()
            if larger.roles.get(key) != role
        ]
        raise ModelError(
            f"{', '.join(dict.fromkeys(columns))} has a part between groups in one model only. "
            f"Without it the paths from it between groups have no meaning, so that the statistic "
            f"has no known distribution. Fit both models with the same splits."
        )
    beyond = [name for name in smaller.table.names if name not in larger.table]
    meant, others = smaller.meanings, larger.meanings
    beyond += [name for name, term in meant.items() if name in others and others[name] != term]
    if beyond:
        raise ModelError(
            f"The restricted model is not a special case of the full one: it has "
            f"{_listed(beyond)}, which the full one lacks."
        )
    unmet = [
        name
        for name, value in larger.constraints.items()
        if smaller.of(name) != (smaller.of(value) if isinstance(value, str) else float(value))
    ]
    if unmet:
        raise ModelError(
            f"The restricted model is not a special case of the full one, which constrains "
            f"{_listed(unmet)} in a way that the restricted one does not."
        )
    if len(smaller.free) >= len(larger.free):
        raise ModelError(
            "The two models have the same free parameters, so that there is nothing to test. The "
            "restricted model comes first, the full one second."
        )


def _dropped(smaller: _Places, larger: _Places) -> tuple[str, ...]:
    return tuple(
        name for name in larger.table.names if name in larger.free and name not in smaller.free
    )


def _reference(smaller: _Places, larger: _Places) -> Reference:
    new = [item for item in larger.table if item.name not in smaller.table]
    variances = {item.labels[0] for item in new if item.kind == "variance"}
    among = sum(item.kind == "covariance" and set(item.labels) <= variances for item in new)
    df = len(larger.free) - len(smaller.free)
    return Reference(df - len(variances) - among, len(variances), among)


def _notes(
    reference: Reference, restricted: MediationResult, full: MediationResult
) -> Iterator[str]:
    if reference.variances:
        yield (
            "A variance of zero is at the boundary of what is possible, so that the plain "
            f"chi-square p-value, {reference.naive_p_value(_statistic(restricted, full)):.3g}, is "
            "too large."
        )
    if not reference.exact:
        yield "Several variances are tested at once: the p-value is an upper limit."
    if full.convergence.singular:
        directions = "; ".join(full.convergence.singular)
        yield (
            f"In the full model the {directions}: it lies on the boundary, where the distribution "
            f"is approximate."
        )
    for name, result in (("restricted", restricted), ("full", full)):
        if not result.convergence.converged:
            yield f"The {name} model did not converge, so that its likelihood may be too low."


def _statistic(restricted: MediationResult, full: MediationResult) -> float:
    return 2.0 * float(full.statistics["loglik"] - restricted.statistics["loglik"])


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
