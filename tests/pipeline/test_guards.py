"""Every problem that medwidget can report is reported on data that have it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget._numerics.trust_region import Minimum, minimize
from tests.pipeline.guards import GUARDS, N_GROUPS, SOME, Guard, base
from tests.reference import case

PACKAGE = Path(mw.__file__).parent
BOUNDARIES = {"boundary-variance", "boundary-correlation", "boundary-combination"}
# Codes that are not written out where the problem is made: in these files, as these.
DERIVED = {
    "data/report.py": {"rows-dropped", "infinite-values", "missing-group", "rows-empty"},
    "estimators/boundary.py": BOUNDARIES,
    "estimators/twolevel/boundary.py": BOUNDARIES,
    "widget/fitting.py": {"cancelled"},
}
# Codes with a test of their own below; and those of the widget for what is no problem of data.
ELSEWHERE = {"not-converged", "quadrature-unsettled"}
OF_THE_WIDGET = {"error", "unexpected", "cancelled"}


def codes_in_the_source() -> tuple[set[str], set[str]]:
    """Return the codes of all problems that the package makes, and files that derive some."""
    codes, derive = set(), set()
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"):
                continue
            given = [*node.args, *(item.value for item in node.keywords if item.arg == "code")][0]
            found = {
                item.value
                for item in (
                    [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
                )
                if isinstance(item, ast.Constant)
            }
            codes |= found
            if not found:
                derive.add(path.relative_to(PACKAGE).as_posix())
    return codes, derive


def test_no_problem_is_without_a_guard() -> None:
    codes, derive = codes_in_the_source()
    assert derive == set(DERIVED)
    known = codes.union(*DERIVED.values())
    assert len(known) > 40
    assert known == set(GUARDS) | ELSEWHERE | OF_THE_WIDGET


def problems_of(guard: Guard) -> tuple[mw.Problem, ...]:
    if guard.when == "check":
        return mw.check(guard.model, guard.data())
    result = mw.fit(guard.model, guard.data(), **{"interval": None, **guard.fit})
    return result.problems


@pytest.mark.parametrize("code", GUARDS)
def test_the_problem_is_reported(code: str) -> None:
    guard = GUARDS[code]
    found = problems_of(guard)
    mine = [item for item in found if item.code == code and item.column == guard.column]
    assert len(mine) == 1, [(item.code, item.column) for item in found]
    (problem,) = mine
    assert problem.severity == guard.severity
    if guard.count is SOME:
        assert problem.count is not None
        assert problem.count > 0
    else:
        assert problem.count == guard.count
    for text in (problem.message, problem.remedy):
        assert text.strip() == text
        assert text.endswith((".", "?"))
        assert "  " not in text
    assert problem.remedy in str(problem)
    if guard.column is not None:
        assert guard.column in problem.message
    assert mw.Problem.from_dict(problem.to_dict()) == problem
    order = [["error", "warning", "note"].index(item.severity) for item in found]
    assert guard.when == "fit" or order == sorted(order)


BEFORE = [code for code, guard in GUARDS.items() if guard.when == "check"]


@pytest.mark.parametrize("code", BEFORE)
def test_errors_stop_the_fit_and_nothing_else_does(code: str) -> None:
    guard = GUARDS[code]
    data = guard.data()
    checked = mw.check(guard.model, data)
    errors = [item for item in checked if item.severity == "error"]
    if guard.severity != "error":
        assert errors == []
        result = mw.fit(guard.model, data, interval=None)
        assert set(checked) <= set(result.problems)
        return
    with pytest.raises(guard.raised) as caught:
        mw.fit(guard.model, data)
    assert type(caught.value) is guard.raised
    if guard.raised is mw.UnsupportedError:  # the estimator's own words
        assert str(caught.value)
        return
    assert list(caught.value.problems) == errors
    assert all(str(item) in str(caught.value) for item in errors)


def test_good_data_raise_no_alarm() -> None:
    model = mw.MediationModel("x", "m", "y", "g", moderators={"b": "w"}, covariates=["c"])
    assert mw.check(model, base()) == ()
    result = mw.fit(model, base(), interval="delta")
    assert result.problems == ()
    assert result.convergence.converged
    assert result.convergence.starts == 1


def test_everything_is_said_at_once() -> None:
    data = base().assign(
        m=base()["m"].map("{:.2f}".format),
        y=np.where(base()["y"] > 0, "yes", "no"),
        c=1.0,
        g=base()["g"].mask(base().index < 3),
    )
    model = mw.MediationModel("z", "m", "y", "g", covariates=["c"], centering="within")
    checked = mw.check(model, data)
    found = [(item.code, item.column, item.severity) for item in checked]
    assert found == [
        ("missing-column", "z", "error"),
        ("number-as-text", "m", "error"),
        ("text-column", "y", "error"),
        ("constant-column", "c", "error"),
        ("missing-group", "g", "warning"),
    ]
    with pytest.raises(mw.ModelError, match="4 reasons") as caught:
        mw.fit(model, data)
    assert list(caught.value.problems) == list(checked[:4])
    assert all(str(item) in str(caught.value) for item in checked[:4])


def test_reasons_in_the_data_raise_a_data_error() -> None:
    with pytest.raises(mw.DataError) as caught:
        mw.fit(mw.MediationModel("x", "m", "y", "g"), base().assign(g=7))
    assert [item.code for item in caught.value.problems] == ["one-group"]
    with pytest.raises(mw.ModelError) as both:
        mw.fit(mw.MediationModel("x", "m", "y", "g"), base().assign(g=7, x=1.0))
    assert {item.code for item in both.value.problems} == {"one-group", "constant-column"}


def test_a_fit_that_stopped_early_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def impatient(objective: Any, start: Any, **options: Any) -> Minimum:
        return minimize(objective, start, **{**options, "iterations": 1})

    model = mw.MediationModel("x", "m", "y", "g")
    for module in ("maximize", "linear.estimator"):
        monkeypatch.setattr(f"medwidget.estimators.{module}.minimize", impatient)
    result = mw.fit(model, base(), interval=None)
    assert not result.convergence.converged
    (problem,) = [item for item in result.problems if item.code == "not-converged"]
    assert (problem.severity, problem.column) == ("warning", None)
    assert problem.count == result.convergence.iterations > 0
    assert result.convergence.starts > 1
    assert "should not be reported" in problem.message
    assert problem.remedy
    assert "did not converge" in " ".join(result.summary().split())


def test_quadrature_that_does_not_settle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = np.array([3, 5])
    monkeypatch.setattr("medwidget.estimators.twolevel.slopes.fit.LADDER", ladder)
    model = mw.MediationModel("x", "m", "y", "g", centering="latent", random_slopes=("a", "b"))
    result = mw.fit(model, base(), interval=None)
    (problem,) = [item for item in result.problems if item.code == "quadrature-unsettled"]
    assert (problem.severity, problem.column, problem.count) == ("warning", None, 5)
    assert problem.remedy


@pytest.mark.parametrize("method", ["ml", "reml"])
@pytest.mark.parametrize("n_groups", [40, 400])
def test_an_outcome_computed_from_the_mediator_has_no_likelihood(
    n_groups: int, method: str
) -> None:
    """Exact within groups, not between them: the residual variance would go to 0."""
    data = base(n_groups).assign(y=lambda frame: 2 * frame["m"] + frame["g"] ** 1.5)
    model = mw.MediationModel("x", "m", "y", "g", random_slopes=())
    with pytest.raises((mw.ModelError, mw.ConvergenceError), match=r"'y'.*residual variance"):
        mw.fit(model, data, estimator=method)


# -- traps of published analyses -------------------------------------------------------------------


def fitted(name: str, method: str = "ml", **options: Any) -> mw.MediationResult:
    info = mw.dataset_info(name)
    model = mw.MediationModel(info.exposure, info.mediators, info.outcome, info.group, **options)
    return mw.fit(model, mw.load_dataset(name), estimator=method, interval="delta")


def test_the_between_part_of_the_diary_is_warned_about() -> None:
    """Work stressors have no variance between persons: the path explodes, and "converges"."""
    result = fitted("diary")
    described = mw.describe(mw.load_dataset("diary"), group="id")
    assert abs(described.loc["fwkstrs", "icc1"]) < 0.01
    found = {(item.code, item.column): item for item in result.problems}
    assert found["little-between-variance", "fwkstrs"].severity == "warning"
    assert "within" in found["little-between-variance", "fwkstrs"].remedy
    within, between = (result.paths.loc[f"a_{level}", "se"] for level in ("within", "between"))
    assert between > 5 * within
    inside = fitted("diary", centering="within")
    assert "little-between-variance" not in {item.code for item in inside.problems}


def test_the_true_restricted_optimum_of_bauer_and_others() -> None:
    """Published values differ in the third digit, because optimisers stopped early."""
    result = fitted("bpg", "reml", centering="none", random_slopes=("a", "b", "direct"))
    reference = case("d02_bpg06")["models"]["full5_REML"]["reference"]
    assert reference["effects"]["indirect"] == pytest.approx(0.47253, abs=1e-5)
    assert result.effect("indirect").estimate == pytest.approx(0.47253, abs=1e-5)
    assert result.statistics["loglik"] >= reference["logLik"] - 1e-6
    assert result.convergence.converged
    assert result.convergence.gradient_norm < 1e-4
    assert result.convergence.decrement < 1e-10


def test_the_false_optimum_of_the_schools_is_left_behind() -> None:
    found = case("d06_hsb82_minority_ses_math_catholic")["results"]["ML"]["equations"]
    false = found["Y"]["engines"]["glmmTMB"]["logLik"] + found["M"]["engines"]["glmmTMB"]["logLik"]
    assert false == pytest.approx(-23164.00269 - 7347.84796, abs=1e-9)
    model = mw.MediationModel(
        "minority",
        "ses",
        "mathach",
        "school",
        random_covariance="by-equation",
        moderators={"a": "catholic", "b": "catholic"},
    )
    result = mw.fit(model, mw.load_dataset("schools"), interval=None)
    assert result.statistics["loglik"] > false + 0.5
    assert "boundary-variance" not in {item.code for item in result.problems}


def test_labels_keep_their_groups(tmp_path: Path) -> None:
    """Group labels are never recoded by sorting: 10 does not come before 9."""
    labels = [str(label) for label in range(N_GROUPS, 0, -1)]
    data = base()
    data["g"] = np.array(labels)[data["g"]]
    path = tmp_path / "data.csv"
    data.to_csv(path, index=False)
    again = pd.read_csv(path, dtype={"g": str})
    result = mw.fit(mw.MediationModel("x", "m", "y", "g"), again, interval=None)
    assert list(result.group_effects.index) == labels
    original = mw.fit(mw.MediationModel("x", "m", "y", "g"), base(), interval=None)
    np.testing.assert_allclose(
        result.group_effects["a"].to_numpy(), original.group_effects["a"].to_numpy(), atol=1e-6
    )
