"""How well a model fits, and how it was integrated, in short facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import medwidget as mw
from medwidget.result import MediationResult
from medwidget.views.text.checks import check_lines
from medwidget.views.text.fit_words import fit_facts, integration_words, untested
from medwidget.views.text.nouns import Nouns
from tests.views.results import ARMY, dataset, result


def with_statistics(name: str, **statistics: Any) -> MediationResult:
    found = result(name)
    return replace(found, statistics={**found.statistics, **statistics})


def test_a_model_that_could_misfit_has_a_test_and_indices() -> None:
    found = with_statistics("latent", chi_square=12.3456, df=2, p_value=0.0021, rmsea=0.02649)
    told = dict(fit_facts(found))
    assert told["chi-square"] == "12.35 with 2 df (tail probability 0.002)"
    assert told["RMSEA"] == "0.026"
    assert {"CFI", "TLI", "SRMR, within", "SRMR, between", "AIC"} <= set(told)
    assert "observed values" in told
    assert untested(found) == ""
    tiny = with_statistics("latent", p_value=1e-9)
    assert dict(fit_facts(tiny))["chi-square"].endswith("(tail probability below 0.001)")


def test_what_cannot_be_tested_says_why() -> None:
    saturated = with_statistics("latent", chi_square=0.0, df=0, p_value=None)
    assert "saturated" in untested(saturated)
    assert "chi-square" not in dict(fit_facts(saturated))
    assert "with slopes that vary" in untested(result("latent slopes"))
    assert "with slopes that vary" in result("latent slopes").summary().replace("\n", " ")
    assert untested(result("army")) == ""
    assert "response values" in dict(fit_facts(result("army")))


def test_quadrature_is_told_where_there_was_any() -> None:
    found = with_statistics(
        "latent slopes", quadrature_nodes=7, quadrature_dimensions=2, quadrature_change=-3.2e-7
    )
    told = (
        "7 nodes in each of 2 dimensions; the last increase changed the log-likelihood by 3 × 10⁻⁷"
    )
    assert integration_words(found).replace("\u2212", "") == told
    assert "adaptive Gauss-Hermite, 7 nodes" in found.summary().replace("\n" + 15 * " ", " ")
    line = next(
        line for line in check_lines(found, Nouns()) if line.title == "Numerical integration"
    )
    assert (line.status, line.detail) == ("ok", told)
    once = with_statistics(
        "latent slopes", quadrature_nodes=1, quadrature_dimensions=1, quadrature_change=None
    )
    assert integration_words(once) == "1 node in one dimension"
    assert integration_words(result("latent")) == ""


def test_the_setting_says_how_columns_are_split_and_paths_held() -> None:
    told = " ".join(result("latent").summary().split())
    assert "splits HRS by observed group means; COHES within groups only" in told
    assert "constraints direct_between = 0; b_within = b_between" in told
    fiml = ARMY.replace(centering="latent", random_slopes=(), missing="fiml")
    told = " ".join(mw.fit(fiml, dataset("army"), interval=None).summary().split())
    assert "missing values full-information maximum likelihood" in told
