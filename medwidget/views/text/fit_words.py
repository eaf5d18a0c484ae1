"""How well a model fits, and how it was integrated, in short facts."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.result import MediationResult
from medwidget.views.text.numbers import fixed, scientific
from medwidget.views.text.words import STATISTICS

__all__ = ["fit_facts", "integration_words", "untested"]

# Indices of fit as they are printed (Hu & Bentler 1999, Struct Equ Modeling 6:1).
INDICES = {
    "cfi": "CFI",
    "tli": "TLI",
    "rmsea": "RMSEA",
    "srmr_within": "SRMR, within",
    "srmr_between": "SRMR, between",
}
CHI_SQUARE = "chi-square"
SATURATED = "The model is saturated: nothing is left by which its fit could be tested."
NO_SATURATED = (
    "There is no chi-square: with slopes that vary there is no saturated model to compare with."
)
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
    if statistics.get("chi_square") is None or not statistics.get("df"):
        return
    yield CHI_SQUARE, _chi_square(statistics)
    for name, words in INDICES.items():
        value = statistics.get(name)
        if value is not None:
            yield words, fixed(float(value), INDEX_DECIMALS)


def untested(result: MediationResult) -> str:
    """Say why the fit of a model with latent means is not tested; empty where it is."""
    statistics = result.statistics
    if result.model.centering != "latent" or statistics.get("df"):
        return ""
    return NO_SATURATED if statistics.get("chi_square") is None else SATURATED


def _chi_square(statistics: dict[str, float | int | None]) -> str:
    value, p_value = statistics["chi_square"], statistics.get("p_value")
    told = f"{fixed(float(value or 0.0), 2)} with {statistics['df']} df"
    if p_value is None:
        return told
    tail = "below 0.001" if p_value < LEAST_P else fixed(float(p_value), 3)
    return f"{told} (tail probability {tail})"


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
    return f"{told}; the last increase changed the log-likelihood by {size}"
