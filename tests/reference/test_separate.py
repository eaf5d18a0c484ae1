"""Models whose equations factorise, against lme4, nlme and glmmTMB: d01, d04, d06_hsb82, d07."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from tests.reference import case, frame
from tests.reference.agreement import Agreement

PACKAGED = {"bh1996": "army", "blch9": "diary", "hsb82": "schools", "student": "students"}


def data_of(found: dict[str, Any]) -> pd.DataFrame:
    name = found["data"].split("/")[1].removesuffix(".csv")
    return mw.load_dataset(PACKAGED[name]) if name in PACKAGED else frame(name)


def model_of(name: str, found: dict[str, Any]) -> mw.MediationModel:
    """Return the model of a case; separate fits estimate `random_covariance="by-equation"`."""
    options: dict[str, Any] = {"random_slopes": (), "random_covariance": "by-equation"}
    if "covariates" in found:
        covariates = found["covariates"]
        options["covariates"] = [covariates] if isinstance(covariates, str) else covariates
        options["covariate_centering"] = "none"
    if name == "d01b_blch9_separate_random_slopes":
        options["random_slopes"] = ("a", "b")
    if name == "d01c_blch9_uncentred":
        options["centering"] = "none"
    if "W" in found:
        options["random_slopes"] = ("a", "b")
        options["moderators"] = {"a": found["W"], "b": found["W"]}
    if name.startswith("d07"):
        v = found["variables"]
        serial = "serial" if name.endswith("serial") else "parallel"
        return mw.MediationModel(
            v["x"], (v["m1"], v["m2"]), v["y"], found["group"], mediation=serial, **options
        )
    return mw.MediationModel(found["X"], found["M"], found["Y"], found["group"], **options)


def parameter(model: mw.MediationModel, equation: str, theirs: str, levels: dict[str, str]) -> str:
    """Return our name of a coefficient of the reference, such as ``x_w`` in equation ``M2``."""
    response = {"M": 0, "M1": 0, "M2": 1}.get(equation)
    target = model.outcome if response is None else model.mediators[response]
    several = len(model.mediators) > 1
    letter, level = theirs, ""
    for suffix, name in (("_w", "_within"), ("_b", "_between")):
        if theirs.endswith(suffix):
            letter, level = theirs.removesuffix(suffix), name
    if theirs == "(Intercept)":
        return f"intercept[{target}]"
    if theirs in {"x_wW", "m_wW"}:
        return f"{'a' if theirs[0] == 'x' else 'b'}_within:{model.moderators['a'][0]}"
    if theirs == "W":
        return f"{target}~{model.moderators['a'][0]}"
    if letter in {"x", "X"}:
        if level == "" and model.centering != "none":
            level = "_between"
        if response is None:
            return f"direct{level}"
        return f"a{level}[{target}]" if several else f"a{level}"
    if letter in {"m", "m1", "m2"}:
        source = model.mediators[1 if letter == "m2" else 0]
        if level == "" and model.centering != "none":
            level = "_between"
        if response is None:
            return f"b{level}[{source}]" if several else f"b{level}"
        return f"d{level}[{source},{target}]"
    return f"{target}~{theirs}"


EFFECTS = {
    "indirect_within": "indirect_within",
    "indirect_between": "indirect_between",
    "direct_within": "direct_within",
    "direct_between": "direct_between",
    "total_within": "total_within",
    "total_between": "total_between",
    "contextual_indirect": "contextual_difference",
    "indirect": "indirect",
    "direct": "direct",
    "total": "total",
}


def effect_names(name: str, model: mw.MediationModel) -> dict[str, str]:
    """Return our names of the reference's effects."""
    if name.startswith("d07"):
        m1, m2 = model.mediators
        serial = model.mediation == "serial"
        names = {
            "ind_w_M1": f"indirect_within[{m1}]",
            "ind_w_M2": f"indirect_within[{m2}]",
            "ind_b_M1": f"indirect_between[{m1}]",
            "ind_b_M2": f"indirect_between[{m2}]",
            "ind_w_contrast": f"contrast_within[{m1} - {m2}]",
            "direct_w": "direct_within",
        }
        if serial:
            return names | {
                "ind_w_serial": f"indirect_within[{m1},{m2}]",
                "ind_b_serial": f"indirect_between[{m1},{m2}]",
                "ind_w_all": "indirect_within",
                "total_w_serial": "total_within",
            }
        return names | {
            "ind_w_total": "indirect_within",
            "ind_b_total": "indirect_between",
            "total_w": "total_within",
        }
    if name.startswith("d06"):
        w = model.moderators["a"][0]
        return {
            "ind_W0": f"indirect_within[{w}=0]",
            "ind_W1": f"indirect_within[{w}=1]",
            "difference": f"moderated_difference[{w}]",
        }
    if name == "d01b_blch9_separate_random_slopes" or "211" in name:
        return {key: key for key in EFFECTS if key.endswith(("between", "within"))}
    return EFFECTS


SEPARATE = [
    "d01_bh1996_hrs_fixed",
    "d01_bh1996_lead_fixed",
    "d01_blch9_fwkstrs_fixed",
    "d01_hsb82_minority_ses_math_fixed",
    "d01b_blch9_separate_random_slopes",
    "d01c_blch9_uncentred",
    "d04_hsb82_211_catholic_ses_math",
    "d04_sim211_s103",
    "d04_student_211_catholic_income_score",
    "d06_hsb82_minority_ses_math_catholic",
    "d07_bh1996_parallel",
    "d07_bh1996_serial",
    "d07_sim2m_s108_parallel",
    "d07_sim2m_s108_serial",
]


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("name", SEPARATE)
def test_separate_models(name: str, method: str) -> None:
    found = case(name)
    model = model_of(name, found)
    result = mw.fit(model, data_of(found), estimator=method.lower(), interval="delta")
    block = found["results"][method]
    wanted = {key: e for key, e in block["equations"].items() if key in {"M", "Y", "M1", "M2"}}
    compare_equations(result, model, wanted, method)
    names = effect_names(name, model)
    compared = 0
    for theirs, item in block["effects"].items():
        if theirs not in names or (theirs.endswith("within") and "211" in name):
            continue
        row = result.effect(names[theirs])
        Agreement.close(row.estimate, item["estimate"], 2e-3 * item["se_delta"])
        # theirs takes variances as known, ours does not
        Agreement.relative(row.se, item["se_delta"], 2e-2)
        compared += 1
    assert compared >= 3


def compare_equations(
    result: mw.MediationResult, model: mw.MediationModel, wanted: dict[str, Any], method: str
) -> None:
    agreement = Agreement(result)
    agreement.loglik(sum(item["reference"]["logLik"] for item in wanted.values()), 2e-3)
    assert result.statistics["n_parameters"] == sum(
        item["reference"]["npar"] for item in wanted.values()
    )
    conditional = np.asarray(result.fitted.conditional_covariance)
    labels = dict(
        zip(
            ("M", "M1", "M2", "Y"),
            (model.mediators[0], *model.mediators[:2], model.outcome),
            strict=False,
        )
    )
    labels["M2"], labels["Y"] = model.mediators[-1], model.outcome
    for key, item in wanted.items():
        reference = item["reference"]
        names = {theirs: parameter(model, key, theirs, {}) for theirs in reference["beta"]}
        for theirs, value in reference["beta"].items():
            agreement.estimate(names[theirs], value, 1e-3 * reference["se"][theirs])
        places = [agreement.names.index(names[theirs]) for theirs in reference["vcov"]["names"]]
        ours = conditional[np.ix_(places, places)]
        theirs_matrix = np.asarray(reference["vcov"]["matrix"])
        spread = np.sqrt(np.diag(theirs_matrix))
        assert np.abs((ours - theirs_matrix) / np.outer(spread, spread)).max() < 2e-3
        tmb = item["engines"].get("glmmTMB", {"logLik": -np.inf})
        # once glmmTMB stops at a false optimum, with a variance of 0
        if not item["boundary"] and tmb["logLik"] > reference["logLik"] - 1e-3:
            for theirs, se in tmb["se"].items():
                agreement.standard_error(names[theirs], se, 5e-3)
        response = labels[key]
        random = {"(Intercept)": response, "x_w": "a", "m_w": "b"}
        ((_, covariance),) = reference["re_cov"].items()
        tolerance = 5e-3 if item["boundary"] else 1e-3
        agreement.covariance(covariance, random, tolerance)
        residual = result.residual_variances[response]
        agreement.relative(float(residual), reference["sigma2"], 1e-3)
        compare_groups(result, reference, covariance, random)


def compare_groups(
    result: mw.MediationResult,
    reference: dict[str, Any],
    covariance: dict[str, Any],
    random: dict[str, str],
) -> None:
    """Conditional means of the random effects, to a thousandth of their spread."""
    posterior = result.fitted.groups()
    groups = [str(label) for label in result.group_effects.index]
    listed = np.atleast_1d(covariance["names"]).tolist()
    ((_, blups),) = reference["blup_first_groups"].items()
    for group, values in blups.items():
        row = posterior.modes[groups.index(group)]
        given = values.values() if isinstance(values, dict) else values
        for theirs, value in zip(listed, given, strict=True):
            place = posterior.labels.index(random[theirs])
            spread = float(posterior.modes[:, place].std())
            Agreement.close(float(row[place]), value, 2e-3 * max(spread, 1e-6))


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("name", ["d04_sim221_s104", "d04_student_221_free_smorale_score"])
def test_group_level_mediators_are_fitted_on_groups(name: str, method: str) -> None:
    found = case(name)
    model = mw.MediationModel(
        found["X"],
        found["M"],
        found["Y"],
        found["group"],
        random_slopes=(),
    )
    result = mw.fit(model, data_of(found), estimator=method.lower(), interval="delta")
    agreement = Agreement(result)
    ols = found["M_OLS_group_level"]
    n = ols["n"]
    residual = ols["sigma2_ML"] if method == "ML" else ols["sigma2_unbiased"]
    agreement.relative(float(result.residual_variances[found["M"]]), residual, 1e-6)
    shrink = np.sqrt((n - 2) / n) if method == "ML" else 1.0
    for theirs, ours in (("(Intercept)", f"intercept[{found['M']}]"), ("X", "a_between")):
        agreement.estimate(ours, ols["beta"][theirs], 1e-6 * ols["se"][theirs])
        agreement.standard_error(ours, ols["se"][theirs] * shrink, 1e-3)
    block = found["results"][method]
    y = block["equations"]["Y"]["reference"]
    for theirs, ours in (("m", "b_between"), ("X", "direct_between")):
        agreement.estimate(ours, y["beta"][theirs], 1e-3 * y["se"][theirs])
    row = result.effect("indirect_between")
    agreement.close(
        row.estimate, block["indirect"]["indirect"], 2e-3 * block["indirect"]["se_delta"]
    )
    agreement.close(result.effect("total_between").estimate, block["total"], 1e-3)
    assert result.ledger.n_groups_used == n
    assert result.effect("indirect_within").estimate is None
    assert found["X"] in result.effect("indirect_within").reason
    # the variance parameters of Y are uncertain too, which moves its standard errors a little
    agreement.relative(row.se, block["indirect"]["se_delta"], 2e-2)


@pytest.mark.parametrize("name", ["d04_hsb82_211_catholic_ses_math", "d04_sim211_s103"])
def test_conflated_indirect_effect(name: str) -> None:
    """The product of the paths that ignore levels, 0.702 in hsb82 against 1.576 between."""
    found = case(name)
    model = model_of(name, found).replace(centering="none")
    for method in ("ML", "REML"):
        result = mw.fit(model, data_of(found), estimator=method.lower(), interval=None)
        item = found["results"][method]["effects"]["indirect_conflated"]
        row = result.effect("indirect")
        assert row.level == "conflated"
        Agreement.close(row.estimate, item["estimate"], 2e-3 * item["se_delta"])
