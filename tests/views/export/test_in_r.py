"""Exported code, run in R on reference data, gives the numbers of the result."""

from pathlib import Path

import pytest

import medwidget as mw
from tests.views.export.cases import CASES, data_for, fitted
from tests.views.export.r import assert_same_effects, assert_same_parameters, needs_r, run_r

pytestmark = [needs_r, pytest.mark.slow]

# What a program cannot fit; every other pair of a program and a case must give our numbers.
LATENT = {name for name, (_, model, _) in CASES.items() if model.centering == "latent"}
REFUSED = {
    "lme4": LATENT,
    "nlme": LATENT,
    "lavaan": {
        "1-1-1 fixed",
        "1-1-1 stacked",
        "1-1-1 random, means too",
        "1-1-1 three slopes, REML",
        "1-1-1 diagonal",
        "1-1-1 statsmodels",
        "2-1-1",
        "1-1-2",
        "moderation",
        "two mediators, serial",
        "hostile",
    },
}
RUN = [(program, name) for program in REFUSED for name in CASES if name not in REFUSED[program]]
# Shares of the standard error: lme4's and lavaan's come from the same curvature as ours. nlme's
# take the variances as known, and it has none for variances where its approximation fails.
SE = {"lme4": 1e-3, "lavaan": 5e-3, "nlme": None}


@pytest.mark.parametrize(("program", "name"), RUN)
def test_r_gives_the_numbers_of_the_result(program: str, name: str, tmp_path: Path) -> None:
    result = fitted(name)
    run = run_r(result.to_code(program), data_for(name), tmp_path)
    assert_same_effects(run, result, se=SE[program])
    if program != "lavaan" and "hostile" not in name and "statsmodels" not in name:
        assert_same_parameters(run, result)


@pytest.mark.parametrize(("program", "name"), [(p, n) for p in REFUSED for n in sorted(REFUSED[p])])
def test_what_a_program_cannot_fit_is_refused(program: str, name: str) -> None:
    with pytest.raises(mw.UnsupportedError):
        fitted(name).to_code(program)


def test_rows_with_holes_are_left_out_as_in_the_result(tmp_path: Path) -> None:
    data = data_for("1-1-1 fixed").copy()
    data.loc[data["id"] == data["id"].iloc[0], "m"] = float("nan")
    data.loc[data.index[-3:], "y"] = float("inf")
    model = CASES["1-1-1 fixed"][1]
    result = mw.fit(model, data, interval="delta")
    assert result.ledger.n_rows_used == 789
    assert_same_effects(run_r(result.to_code("lme4"), data, tmp_path), result, se=1e-3)


def test_truth_values_and_categories(tmp_path: Path) -> None:
    data = mw.load_dataset("schools").head(1500)
    data = data.assign(
        catholic=data["catholic"] > 0, female=data["female"].map({0: "False", 1: "True", 2: "?"})
    )
    model = mw.MediationModel(
        "catholic", "ses", "mathach", "school", covariates=["female"], random_slopes=()
    )
    result = mw.fit(model, data, interval="delta")
    assert "mathach~female[False]_within" in result.parameters["names"]
    run = run_r(result.to_code("lme4"), data, tmp_path)
    assert_same_effects(run, result, se=1e-3)
    assert_same_parameters(run, result)


def test_columns_of_very_different_size(tmp_path: Path) -> None:
    data = mw.load_dataset("schools")
    data["mathach"] *= 1e6
    model = mw.MediationModel("catholic", "size", "mathach", "school", random_slopes=())
    for number, program in enumerate(("lavaan", "lme4")):
        folder = tmp_path / str(number)
        folder.mkdir()
        result = mw.fit(model, data, interval="delta")
        run = run_r(result.to_code(program), data, folder)
        assert_same_effects(run, result, se=5e-3)
