"""Joint models against an independent likelihood, nlme and glmmTMB: cases d02 and d06."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from tests.reference import case, frame
from tests.reference.agreement import Agreement

NAMES = {"a": "a", "b": "b", "cp": "direct"}
BPG = {
    "d02_bpg06": (
        "bpg",
        {"exposure": "x", "mediators": "m", "outcome": "y", "group": "id"},
        "none",
    ),
    "d02_sim111rs_s101": (
        "sim111rs_s101",
        {"exposure": "x", "mediators": "m", "outcome": "y", "group": "group"},
        "none",
    ),
    "d02_blch9": (
        "diary",
        {"exposure": "fwkstrs", "mediators": "fwkdis", "outcome": "freldis", "group": "id"},
        "within",
    ),
    "d02_blch9_allcentred": (
        "diary",
        {"exposure": "fwkstrs", "mediators": "fwkdis", "outcome": "freldis", "group": "id"},
        "none",
    ),
}
SLOPES = {
    "full5": ("a", "b", "direct"),
    "ab4": ("a", "b"),
    "ab": ("a", "b"),
    "abcp": ("a", "b", "direct"),
}
CASES = [(name, key) for name in BPG for key in case(name)["models"]]


def data_of(name: str) -> pd.DataFrame:
    source = BPG[name][0]
    data = mw.load_dataset(source) if source in {"bpg", "diary"} else frame(source)
    if name == "d02_blch9_allcentred":
        columns = ["fwkstrs", "fwkdis", "freldis"]
        data[columns] = data[columns] - data.groupby("id")[columns].transform("mean")
    return data


def renamed(model: mw.MediationModel, level: str) -> dict[str, str]:
    """Return our parameter names by those of the reference."""
    suffix = "" if level == "none" else "_within"
    mediator, outcome = model.mediators[0], model.outcome
    names = {"dM": f"intercept[{mediator}]", "dY": f"intercept[{outcome}]"}
    names |= {"a": f"a{suffix}", "b": f"b{suffix}", "cp": f"direct{suffix}"}
    return names


def labels(model: mw.MediationModel) -> dict[str, str]:
    return {"dM": model.mediators[0], "dY": model.outcome, "a": "a", "b": "b", "cp": "direct"}


@pytest.mark.parametrize(("name", "key"), CASES)
def test_stacked_models(name: str, key: str) -> None:
    _, roles, centering = BPG[name]
    found = case(name)["models"][key]
    slopes, method = key.rsplit("_", 1)
    model = mw.MediationModel(**roles, centering=centering, random_slopes=SLOPES[slopes])
    result = mw.fit(model, data_of(name), estimator=method.lower(), interval="delta")
    compare(result, found, renamed(model, centering), labels(model))
    indirect = "indirect" if centering == "none" else "indirect_within"
    agreement = Agreement(result)
    effects = found["reference"]["effects"]
    if found["boundary"]:
        agreement.close(
            result.effect(indirect).estimate, effects["indirect"], 1e-2 * abs(effects["indirect"])
        )
        assert result.convergence.singular
        return
    assert not result.convergence.singular
    agreement.close(
        result.effect(indirect).estimate, effects["indirect"], 2e-3 * effects["se_indirect_delta"]
    )
    if method == "ML":
        agreement.relative(result.effect(indirect).se, effects["se_indirect_delta"], 5e-3)
        total = indirect.replace("indirect", "total")
        agreement.relative(result.effect(total).se, effects["se_total_delta"], 5e-3)
        share = indirect.replace("indirect", "proportion_mediated")
        agreement.relative(result.effect(share).estimate, effects["prop_mediated"], 1e-4)
        agreement.relative(result.effect(share).se, effects["se_prop_delta"], 5e-3)


@pytest.mark.parametrize("key", ["full5_ML", "ab4_ML"])
def test_second_order_standard_error_of_bauer_and_others(key: str) -> None:
    """Their variance leaves out the covariances of cov(a,b) with a and b; ours has them."""
    effects = case("d02_bpg06")["models"][key]["reference"]["effects"]
    roles = BPG["d02_bpg06"][1]
    slopes = SLOPES[key.rsplit("_", 1)[0]]
    model = mw.MediationModel(**roles, centering="none", random_slopes=slopes)
    result = mw.fit(model, data_of("d02_bpg06"), interval=mw.Delta(order=2))
    names = result.parameters["names"]
    a, b, spread = (names.index(name) for name in ("a", "b", "cov(a,b)"))
    estimate, covariance = result.parameters["estimates"], result.parameters["covariance"]
    left_out = 2 * estimate[b] * covariance[a, spread] + 2 * estimate[a] * covariance[b, spread]
    se = result.effect("indirect").se
    assert se is not None
    Agreement.relative(float(np.sqrt(se**2 - left_out)), effects["se_indirect_BPG2006"], 1e-4)


def compare(
    result: mw.MediationResult,
    found: dict[str, Any],
    names: dict[str, str],
    random: dict[str, str],
) -> None:
    """Hold everything that a joint reference gives against the result."""
    reference = found["reference"]
    agreement = Agreement(result)
    boundary = found["boundary"]
    agreement.loglik(reference["logLik"], 5e-3 if boundary else 1e-3, may_exceed=boundary)
    for theirs, value in reference["beta"].items():
        se = reference["se_gls"][theirs]
        agreement.estimate(names[theirs], value, (1e-2 if boundary else 2e-3) * se)
    agreement.covariance(reference["re_cov"], random, 1e-2 if boundary else 5e-3)
    agreement.residuals([reference["sigma2_M"], reference["sigma2_Y"]], 5e-3)
    assert result.statistics["n_parameters"] == reference["npar"]
    if not boundary:
        agreement.relative(result.statistics["aic"], reference["AIC"], 1e-6)
        agreement.conditional_errors({names[k]: v for k, v in reference["se_gls"].items()}, 1e-3)
    if found["estimator"] == "ML" and not boundary:
        observed = reference["se_observed_information"]
        for theirs, se in observed.items():
            agreement.standard_error(parameter(result, theirs, names, random), se, 5e-3)
    if found["estimator"] == "REML" and not boundary:
        variances = reference["vcov_var_reml"]
        for place, theirs in enumerate(variances["names"]):
            se = float(np.sqrt(variances["matrix"][place][place]))
            agreement.standard_error(parameter(result, theirs, names, random), se, 5e-3)
        for theirs, se in found["engines"]["glmmTMB"]["se"].items():
            agreement.standard_error(names[theirs], se, 5e-3)
    if not boundary:
        for group, own in reference["group_specific_first"].items():
            row = result.group_effects.loc[int(group)]
            spread = result.group_effects.std()
            for theirs, ours in (("a_j", "a"), ("b_j", "b"), ("cp_j", "direct")):
                agreement.close(row[ours], own[theirs], 2e-3 * max(spread[ours], 1e-6))
            # the predicted product adds the conditional covariance to the product of predictions
            posterior = result.fitted.groups()
            place = list(result.group_effects.index).index(int(group))
            i, j = posterior.labels.index("a"), posterior.labels.index("b")
            expected = own["a_j_times_b_j"] + posterior.covariances[place, i, j]
            agreement.close(row["indirect"], expected, 2e-3 * spread["indirect"])


def parameter(
    result: mw.MediationResult, theirs: str, names: dict[str, str], random: dict[str, str]
) -> str:
    """Return our name for a parameter of a reference: cov(dM,a), sigma2_1, dY_W, ..."""
    if theirs in names:
        return names[theirs]
    if theirs.startswith("sigma2_"):
        return f"residual({result.model.responses[int(theirs[-1]) - 1]})"
    first, second = theirs[4:-1].split(",")
    one, other = random[first], random[second]
    if one == other:
        return f"var({one})"
    given = result.parameters["names"]
    return f"cov({one},{other})" if f"cov({one},{other})" in given else f"cov({other},{one})"


# -- moderation (d06) -----------------------------------------------------------------------------

MODERATED = {
    "d06_simmod_s107_ab": ("simmod_s107", ("a", "b", "direct"), ("a", "b")),
    "d06_simmod_s107_abc": ("simmod_s107", ("a", "b"), ("a", "b", "direct")),
    "d06_mlm_simdat_ab": ("mlm_simdat", ("a", "b", "direct"), ("a", "b")),
}


@pytest.mark.parametrize("method", ["ML", "REML"])
@pytest.mark.parametrize("name", MODERATED)
def test_moderated_models(name: str, method: str) -> None:
    source, slopes, moderated = MODERATED[name]
    found = case(name)
    v = found["variables"]
    model = mw.MediationModel(
        v["x"],
        v["m"],
        v["y"],
        v["group"],
        centering="none",
        random_slopes=slopes,
        moderators=dict.fromkeys(moderated, v["W"]),
    )
    result = mw.fit(model, frame(source), estimator=method.lower(), interval="delta")
    w = v["W"]
    names = renamed(model, "none") | {
        "dM_W": f"{v['m']}~{w}",
        "dY_W": f"{v['y']}~{w}",
        "a_W": f"a:{w}",
        "b_W": f"b:{w}",
        "cp_W": f"direct:{w}",
    }
    block = found["models"][method]
    if name == "d06_mlm_simdat_ab":  # W varies within groups: no slopes of a group to compare
        block["reference"]["group_specific_first"] = {}
    else:
        own = block["reference"]["group_specific_first"]
        by_group = frame(source).groupby(v["group"])[w].first()
        beta = block["reference"]["beta"]
        for group, values in own.items():  # the reference leaves the moderator's part out
            value = by_group[int(group)]
            values["a_j"] += beta["a_W"] * value
            values["b_j"] += beta["b_W"] * value
            values["cp_j"] += beta.get("cp_W", 0.0) * value
            values["a_j_times_b_j"] = values["a_j"] * values["b_j"]
    compare(result, block, names, labels(model))
    conditional(result, block, w, method)


def conditional(result: mw.MediationResult, block: dict[str, Any], w: str, method: str) -> None:
    points = [row for row in result.effect_rows if row.name.startswith(f"indirect[{w}=")]
    wanted = [item for key, item in block["conditional_indirect"].items() if key.isdigit()]
    assert len(points) == len(wanted)
    agreement = Agreement(result)
    for row, item in zip(points, wanted, strict=True):
        agreement.close(row.estimate, item["indirect"], 2e-3 * item["se_delta"])
        if method == "ML":
            agreement.relative(row.se, item["se_delta"], 5e-3)
    contrast = block["conditional_indirect"]["difference_last_minus_first"]
    row = result.effect(f"moderated_difference[{w}]")
    agreement.close(row.estimate, contrast["estimate"], 2e-3 * contrast["se_delta"])
    if method == "ML":
        agreement.relative(row.se, contrast["se_delta"], 5e-3)
