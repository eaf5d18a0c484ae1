"""New responses for the same rows: groups, sizes, exposure, covariates and moderators stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from medwidget.data.columns import spread
from medwidget.data.frame import FloatArray
from medwidget.data.moments import ColumnKey
from medwidget.data.prepare import Prepared
from medwidget.data.terms import TermValues
from medwidget.errors import UnsupportedError
from medwidget.spec.columns import ColumnInfo
from medwidget.spec.levels import Level
from medwidget.spec.structure import Structure

__all__ = ["random_covariance", "resimulated", "simulate_responses"]


def simulate_responses(
    prepared: Prepared,
    structure: Structure,
    values: Mapping[str, float],
    rng: np.random.Generator,
) -> dict[ColumnKey, FloatArray]:
    """Draw mediators and outcome from a model with Gaussian responses.

    Responses are drawn in causal order, and a drawn mediator enters later equations with its own
    new deviations and group means. Random effects are drawn once per group from N(0, T); T may be
    singular.

    Parameters
    ----------
    prepared : Prepared
    structure : Structure
    values : mapping of str to float
        Every parameter of ``structure.parameters`` by name.
    rng : numpy.random.Generator

    Returns
    -------
    dict of ColumnKey to ndarray, (N,)
        New values of each response; those of a group-level response are the same in all rows of a
        group.

    Raises
    ------
    UnsupportedError
        For responses that are not Gaussian, and for latent centring, whose between parts are not
        functions of the data.
    """
    _refuse_unsupported(structure)
    terms = TermValues(prepared)
    codes, n_groups = prepared.rows.codes, prepared.moments.n_groups
    root = _square_root(random_covariance(structure, values))
    effects = rng.standard_normal((n_groups, len(root))) @ root.T
    drawn: dict[ColumnKey, FloatArray] = {}
    for equation in structure.equations:
        response = terms.predictor(equation, values)
        for position, random in enumerate(structure.random):
            if random.response == equation.response:
                response += effects[codes, position] * terms.term(random, equation.level)
        scale = np.sqrt(values[equation.residual])
        response += scale * rng.standard_normal(len(response))
        if equation.level is Level.GROUP:
            response = response[codes]
        drawn[equation.response, None] = response
        terms.replace((equation.response, None), response)
    return drawn


def resimulated(
    prepared: Prepared,
    structure: Structure,
    values: Mapping[str, float],
    rng: np.random.Generator,
) -> Prepared:
    """Return prepared data with new responses, their moments and their descriptions.

    Parameters
    ----------
    prepared, structure, values, rng
        As for `simulate_responses`.
    """
    drawn = simulate_responses(prepared, structure, values, rng)
    rows = prepared.rows.with_values(drawn)
    moments = rows.moments()
    changed = replace(prepared, rows=rows, moments=moments)
    infos = dict(prepared.frame.columns)
    for name, _ in drawn:
        infos[name] = _drawn_info(infos[name], changed, structure.levels[name])
    return replace(changed, frame=replace(prepared.frame, columns=infos))


def random_covariance(structure: Structure, values: Mapping[str, float]) -> FloatArray:
    """Return T, the covariance matrix of the random effects, in the structure's order."""
    labels = structure.labels
    names = [[structure.covariance(first, second) for second in labels] for first in labels]
    elements = [[0.0 if name is None else values[name] for name in row] for row in names]
    return np.array(elements, dtype=np.float64).reshape(len(labels), len(labels))


def _square_root(covariance: FloatArray) -> FloatArray:
    # eigenvectors rather than Cholesky factors: a variance of zero is a fit like any other
    eigenvalues, vectors = np.linalg.eigh(covariance)
    root: FloatArray = vectors * np.sqrt(np.maximum(eigenvalues, 0.0))
    return root


def _refuse_unsupported(structure: Structure) -> None:
    model = structure.model
    for name, family in model.families.items():
        if family != "gaussian":
            raise UnsupportedError(
                f"Simulation draws Gaussian responses only, and {name!r} is {family}. Leave it out "
                f"of families to see what a linear model would give."
            )
    if model.centering == "latent":
        raise UnsupportedError(
            "Under latent centring the between parts are not observed, so responses cannot be "
            "drawn from these rows. Use centering='group-mean'."
        )


def _drawn_info(info: ColumnInfo, prepared: Prepared, level: Level) -> ColumnInfo:
    moments = prepared.moments
    position = moments.position((info.name, None))
    found = spread(moments, position)
    # drawn from a continuous distribution, no two values are equal
    n_distinct = moments.n_groups if level is Level.GROUP else moments.n_rows
    return replace(
        info,
        kind="numeric",
        dtype="float64",
        n_distinct=n_distinct,
        categories=(),
        minimum=float(moments.minima[position]),
        maximum=float(moments.maxima[position]),
        mean=found.mean,
        sd=found.sd,
        sd_within=found.sd_within,
        sd_between=found.sd_between,
        icc1=found.icc1,
        icc2=found.icc2,
        n_varying_groups=int(moments.varying[position]),
    )
