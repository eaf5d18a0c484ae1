"""How well a model fits, and how it was integrated, in short facts."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.result import MediationResult
from medwidget.views.text.numbers import fixed, scientific
from medwidget.views.text.words import STATISTICS

__all__ = ["fit_facts", "integration_words"]

# Indices of fit as they are printed (Hu & Bentler 1999, Struct Equ Modeling 6:1).
INDICES = {
    "cfi": "CFI",
    "tli": "TLI",
    "rmsea": "RMSEA",
    "srmr_within": "SRMR, within",
    "srmr_between": "SRMR, between",
}
CHI_SQUARE = "chi-square"
SATURATED = "0 with 0 degrees of freedom: the model is saturated"
NO_SATURATED = "none: with slopes that vary there is no saturated model to compare with"
INDEX_DECIMALS = 3
LEAST_P = 0.001


def fit_facts(result: MediationResult) -> Iterator[tuple[str, str]]:
    """Yield likelihood, information criteria, the chi-square test and indices, ready to print."""
    statistics = result.statistics
    latent = result.model.centering == "latent"
    for name, (words, decimals) in STATISTICS.items():
        value = statistics.get(name)
        if value is not None:
            if name == "loglik" and statistics.get("restricted"):
                words = f"restricted {words}"  # noqa: PLW2901 - the same, told apart
            if name == "n_observations" and latent:
                words = "observed values"  # noqa: PLW2901
            yield words, f"{value:,}" if decimals == 0 else fixed(float(value), decimals)
    if not latent:
        return
    if statistics.get("chi_square") is None:
        if any(path in result.covariance_table.columns for path in result.model.paths):
            yield CHI_SQUARE, NO_SATURATED
        return
    yield CHI_SQUARE, _chi_square(statistics)
    if not statistics.get("df"):  # nothing is left that could misfit
        return
    for name, words in INDICES.items():
        value = statistics.get(name)
        if value is not None:
            yield words, fixed(float(value), INDEX_DECIMALS)


def _chi_square(statistics: dict[str, float | int | None]) -> str:
    df = int(statistics.get("df") or 0)
    if df == 0:
        return SATURATED
    value, p_value = statistics["chi_square"], statistics.get("p_value")
    told = f"{fixed(float(value or 0.0), 2)} with {df} df"
    if p_value is None:
        return told
    small = p_value < LEAST_P
    return f"{told}, p {'< 0.001' if small else f'= {fixed(float(p_value), 3)}'}"


def integration_words(result: MediationResult) -> str:
    """Say how slopes on latent parts were integrated; empty where nothing had to be."""
    nodes = result.statistics.get("quadrature_nodes")
    if nodes is None:
        return ""
    dimensions = int(result.statistics.get("quadrature_dimensions") or 1)
    where = "one dimension" if dimensions == 1 else f"each of {dimensions} dimensions"
    told = f"{int(nodes)} {'node' if nodes == 1 else 'nodes'} in {where}"
    change = result.statistics.get("quadrature_change")
    if change is None:
        return told
    size = scientific(abs(float(change)))
    return f"{told}; with the step before it the log-likelihood differed by {size}"
