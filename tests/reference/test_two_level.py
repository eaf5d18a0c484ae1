"""Two-level structural models against lavaan and a likelihood written by hand: d03, d10, d13."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2

import medwidget as mw
from tests.reference import case, frame
from tests.reference.agreement import Agreement
from tests.reference.two_level import CASES, Case

# Estimates within 2e-3 of the SE, SEs within 5e-3 of themselves, unless the programs that made a
# case agree in fewer digits.
ESTIMATE, ERROR, LOGLIK, CHI_SQUARE = 2e-3, 5e-3, 1e-3, 2e-3
# lavaan's saturated model is found by EM, which stops a little early.
INDEX, RESIDUAL = 2e-4, 1e-3


@cache
def fitted(of: int) -> mw.MediationResult:
    one = CASES[of]
    return mw.fit(one.model, one.data, estimator="ml", interval="delta")


WHICH = pytest.mark.parametrize("of", range(len(CASES)), ids=[str(one) for one in CASES])


@WHICH
def test_estimates_and_standard_errors(of: int) -> None:
    one, result = CASES[of], fitted(of)
    agreement = Agreement(result)
    direct = one.reference["direct"]
    compared = compare_parameters(agreement, one, direct["par"], direct["se"])
    assert compared == result.statistics["n_parameters"] - len(one.model.responses)
    for theirs, mean in direct["par"].items():
        if one.parameter(theirs, agreement.names) is None:
            error = direct["se"][theirs]
            agreement.close(mean_of(result, one, theirs), mean, ESTIMATE * error)
    agreement.loglik(direct["logLik"], LOGLIK)
    assert result.statistics["n_parameters"] == direct["npar"]


def compare_parameters(
    agreement: Agreement, one: Case, estimates: dict[str, float], errors: dict[str, float]
) -> int:
    compared = 0
    for theirs, value in estimates.items():
        ours = one.parameter(theirs, agreement.names)
        if ours is None:
            continue
        agreement.estimate(ours, value, ESTIMATE * errors[theirs])
        agreement.standard_error(ours, errors[theirs], ERROR)
        compared += 1
    return compared


def mean_of(result: mw.MediationResult, one: Case, theirs: str) -> float:
    """Return the mean of a response that the estimates imply; references list means."""
    estimates = dict(zip(result.parameters["names"], result.parameters["estimates"], strict=True))
    paths = {
        theirs.removeprefix("B."): one.path(theirs.removeprefix("B."))
        for theirs in one.reference["direct"]["par"]
        if theirs.startswith("B.") and not theirs.startswith(("B.v_", "B.c_"))
    }
    means: dict[str, float] = {}

    def mean(letter: str) -> float:
        if letter not in means:
            column = one.roles[letter]
            if f"mean({column})" in estimates:
                means[letter] = float(estimates[f"mean({column})"])
            else:
                total = float(estimates[f"intercept[{column}]"])
                for label, ours in paths.items():
                    target, source = ends(label)
                    if target == letter:
                        total += float(estimates[ours]) * mean(source)
                means[letter] = total
        return means[letter]

    return mean(theirs.removeprefix("mu_"))


def ends(label: str) -> tuple[str, str]:
    """Return target and source of a between path: ``ab``, ``b1b``, ``m_zb``."""
    body = label[:-1]
    if "_" in body:
        target, source = body.split("_")
        return target, source
    number = body[1:]
    return {
        "a": (f"m{number}", "x"),
        "b": ("y", f"m{number}"),
        "c": ("y", "x"),
        "d": ("m2", "m1"),
    }[body[0]]


@WHICH
def test_effects(of: int) -> None:
    one, result = CASES[of], fitted(of)
    defined = one.reference["direct"]["defined"]
    assert defined
    for theirs, item in defined.items():
        row = result.effect(one.effect(theirs))
        Agreement.close(row.estimate, item["estimate"], ESTIMATE * item["se_delta"])
        Agreement.relative(row.se, item["se_delta"], ERROR)


@WHICH
def test_fit_indices(of: int) -> None:
    one, statistics = CASES[of], fitted(of).statistics
    direct, lavaan = one.reference["direct"], one.reference["lavaan"]["fit"]
    Agreement.close(statistics["loglik_saturated"], direct["logLik_H1"], LOGLIK)
    Agreement.close(statistics["chi_square"], direct["chisq"], CHI_SQUARE)
    assert statistics["df"] == direct["df"] == lavaan["df"]
    # lavaan's chi-square is from its own saturated model: its error is twice that of its loglik
    slack = 2 * abs(lavaan["unrestricted.logl"] - direct["logLik_H1"])
    if "baseline.chisq" in lavaan:
        Agreement.close(
            statistics["baseline_chi_square"], lavaan["baseline.chisq"], CHI_SQUARE + slack
        )
        assert statistics["baseline_df"] == lavaan["baseline.df"]
    for ours in ("cfi", "tli", "rmsea"):
        if lavaan.get(ours) is not None:
            Agreement.close(statistics[ours], lavaan[ours], INDEX)
    for level in ("within", "between"):
        Agreement.close(statistics[f"srmr_{level}"], lavaan[f"srmr_{level}"], RESIDUAL)
        Agreement.close(statistics[f"srmr_{level}"], srmr(direct, level), 1e-5)
    if direct["df"]:
        Agreement.close(statistics["p_value"], lavaan["pvalue"], 1e-3)
    Agreement.relative(statistics["aic"], lavaan["aic"], 1e-6)


def srmr(direct: dict[str, Any], level: str) -> float:
    """Return lavaan's SRMR of correlations from the matrices of the hand-written likelihood."""
    found = []
    for key in (f"Sigma_{level}", f"H1_Sigma_{level}"):
        matrix = np.atleast_2d(np.array(direct[key]["matrix"], dtype=float))
        spread = np.sqrt(np.diag(matrix))
        found.append(matrix / np.outer(spread, spread))
    size = len(found[0])
    lower = (found[0] - found[1])[np.tril_indices(size)]
    return float(np.sqrt((lower**2).sum() / len(lower)))


# -- a covariate without a part between groups, and an exposure of groups (Demo.twolevel) ----------


@pytest.mark.parametrize("block", ["model", "no_direct_effect_model"])
def test_levels_with_exposures_of_their_own(block: str) -> None:
    direct = case("d03_demo_x1_w1_y1_y2")["results"][block]["direct"]
    full = block == "model"
    model = mw.MediationModel(
        "w1",
        "y1",
        "y2",
        "cluster",
        covariates={"x1": None if full else ["y1"]},
        covariate_centering="none",
        centering="latent",
        random_slopes=(),
        constraints={} if full else {"direct_between": 0},
    )
    result = mw.fit(model, frame("demo_twolevel"), interval="delta")
    names = {
        "W.aw": "y1~x1",
        "W.bw": "b_within",
        "W.cw": "y2~x1",
        "W.v_y1": "residual(y1)",
        "W.v_y2": "residual(y2)",
        "W.v_x1": "var_within(x1)",
        "B.ab": "a_between",
        "B.bb": "b_between",
        "B.cb": "direct_between",
        "B.v_y1": "var(y1)",
        "B.v_y2": "var(y2)",
        "B.v_w1": "var_between(w1)",
        "mu_x1": "mean(x1)",
        "mu_w1": "mean(w1)",
    }
    agreement = Agreement(result)
    for theirs, ours in names.items():
        if theirs in direct["par"]:
            agreement.estimate(ours, direct["par"][theirs], ESTIMATE * direct["se"][theirs])
            agreement.standard_error(ours, direct["se"][theirs], ERROR)
    agreement.loglik(direct["logLik"], LOGLIK)
    Agreement.close(result.statistics["chi_square"], direct["chisq"], CHI_SQUARE)
    assert result.statistics["df"] == direct["df"]
    item = direct["defined"]["ind_b"]
    row = result.effect("indirect_between")
    Agreement.close(row.estimate, item["estimate"], ESTIMATE * item["se_delta"])
    Agreement.relative(row.se, item["se_delta"], ERROR)


# -- x that does not differ between persons (blch9) ------------------------------------------------


def diary(missing: str = "listwise", **options: Any) -> mw.MediationModel:
    return mw.MediationModel(
        "fwkstrs",
        "fwkdis",
        "freldis",
        "id",
        centering="latent",
        random_slopes=(),
        missing=missing,
        **options,
    )


DIARY = Case(
    "d03_blch9_degenerate",
    "x_within_only_model",
    {"x": "fwkstrs", "m": "fwkdis", "y": "freldis"},
    {"splits": {"fwkstrs": "within"}},
)


def test_exposure_without_a_part_between_groups() -> None:
    direct = DIARY.reference["direct"]
    result = mw.fit(DIARY.model, DIARY.data, interval="delta")
    agreement = Agreement(result)
    assert compare_parameters(agreement, DIARY, direct["par"], direct["se"]) == 10
    agreement.loglik(direct["logLik"], LOGLIK)
    Agreement.close(result.effect("indirect_within").estimate, direct["ind_w"]["estimate"], 1e-5)
    Agreement.relative(result.effect("indirect_within").se, direct["ind_w"]["se_delta"], ERROR)


def test_variance_between_groups_that_would_be_negative() -> None:
    """The maximum over covariance matrices lies between the model without the part and lavaan's."""
    record = case("d03_blch9_degenerate")
    lower = record["x_within_only_model"]["direct"]["logLik"]
    upper = record["unconstrained_Sigma_between_at_optimum"]["logLik"]
    result = mw.fit(diary(), DIARY.data, interval="delta")
    assert lower - LOGLIK <= result.statistics["loglik"] <= upper + LOGLIK
    estimates = dict(zip(result.parameters["names"], result.parameters["estimates"], strict=True))
    assert 0 <= estimates["var_between(fwkstrs)"] < 1e-3
    told = [problem for problem in result.problems if "fwkstrs" in problem.message]
    assert any("splits" in f"{problem.message} {problem.remedy}" for problem in told)


# -- missing values --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["blch9_mcar15", "blch9_mar15", "sim111lat_s102_mcar15"])
def test_full_information(name: str) -> None:
    found = case(f"d10_{name}")
    reference = found["FIML"]
    if name.startswith("blch9"):
        model = DIARY.model.replace(missing="fiml")
        one = DIARY
    else:
        model = mw.MediationModel(
            "x", "m", "y", "group", centering="latent", random_slopes=(), missing="fiml"
        )
        one = CASES[0]
    result = mw.fit(model, frame(name), interval="delta")
    agreement = Agreement(result)
    compared = compare_parameters(agreement, one, reference["par"], reference["se"])
    assert compared == len(reference["par"]) - 2
    agreement.loglik(reference["logLik_joint"], LOGLIK)
    for theirs, ours in (("ind_w", "indirect_within"), ("ind_b", "indirect_between")):
        if theirs in reference:
            item, row = reference[theirs], result.effect(ours)
            Agreement.close(row.estimate, item["estimate"], ESTIMATE * item["se_delta"])
            Agreement.relative(row.se, item["se_delta"], ERROR)


def test_rows_that_full_information_uses() -> None:
    data = frame("sim111lat_s102_mcar15")
    model = mw.MediationModel("x", "m", "y", "group", centering="latent", random_slopes=())
    ledgers = {
        missing: mw.fit(model.replace(missing=missing), data, interval="delta").ledger
        for missing in ("listwise", "fiml")
    }
    columns = data[["x", "m", "y"]]
    found = case("d10_sim111lat_s102_mcar15")
    assert ledgers["listwise"].n_rows_used == found["n_listwise"]
    assert ledgers["fiml"].n_rows_used == int(columns.notna().any(axis=1).sum())


# -- restrictions ----------------------------------------------------------------------------------

RESTRICTIONS = {
    "equal_a": {"a_within": "a_between"},
    "equal_a_and_b": {"a_within": "a_between", "b_within": "b_between"},
    "no_direct_between": {"direct_between": 0},
    "fixed_value": {"b_between": 0.3},
}


@pytest.mark.parametrize("name", RESTRICTIONS)
def test_restrictions_and_their_likelihood_ratio_tests(name: str) -> None:
    found = case("d13_restrictions")
    reference = found["results"][name]
    full_model, data = CASES[0].model, CASES[0].data
    restricted = mw.fit(full_model.replace(constraints=RESTRICTIONS[name]), data, interval="delta")
    agreement = Agreement(restricted)
    agreement.loglik(reference["direct"]["logLik"], LOGLIK)
    assert restricted.statistics["n_parameters"] == reference["npar"]
    Agreement.close(restricted.statistics["chi_square"], reference["chisq"], CHI_SQUARE)
    beyond = float(chi2.sf(reference["lr_against_full"], reference["lr_df"]))
    Agreement.close(restricted.statistics["p_value"], beyond, 1e-3)
    estimates, errors = reference["direct"]["par"], reference["direct"]["se"]
    for theirs, value in estimates.items():
        ours = CASES[0].parameter(theirs, agreement.names)
        if ours is not None:
            agreement.estimate(ours, value, ESTIMATE * errors[theirs])
            agreement.standard_error(ours, errors[theirs], ERROR)
    for held, value in RESTRICTIONS[name].items():
        place = agreement.names.index(held)
        if isinstance(value, str):
            other = agreement.names.index(value)
            assert agreement.estimates[place] == agreement.estimates[other]
            assert agreement.errors[place] == pytest.approx(agreement.errors[other], rel=1e-12)
        else:
            assert agreement.estimates[place] == value
            assert agreement.errors[place] == 0
    test = mw.likelihood_ratio(restricted, fitted(0))
    Agreement.close(test.statistic, reference["lr_against_full"], CHI_SQUARE)
    assert test.df == reference["lr_df"]
    Agreement.close(test.p_value, float(chi2.sf(test.statistic, test.df)), 1e-12)


# -- the third program: a multivariate mixed model -------------------------------------------------


def test_saturated_model_as_a_multivariate_mixed_model() -> None:
    found = case("d03_sim111lat_s102_nlme_check")
    result = fitted(0)
    agreement = Agreement(result)
    agreement.loglik(found["logLik"], LOGLIK)
    for level in ("within", "between"):
        for theirs, path in (("a", "a"), ("b", "b"), ("c", "direct")):
            name = f"{path}_{level}"
            error = agreement.errors[agreement.names.index(name)]
            agreement.estimate(name, found[level][theirs], ESTIMATE * error)
    assert np.isfinite(agreement.errors).all()
