"""Whatever is brought: a typed error that says where, or a result that is what it says it is."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

import medwidget as mw
from tests.pipeline.strategies import HOSTILE, KINDS, LIBRARIES, MILD, Case, cases

# Frames are drawn from a seed and spoilt afterwards: quick to make, but large for hypothesis.
drawing = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def assert_names_where(error: mw.MedwidgetError) -> None:
    text = str(error)
    assert text.strip()
    for problem in error.problems:
        assert problem.severity == "error"
        assert str(problem) in text
        assert problem.remedy
        name = problem.column
        assert name is None or name in text or repr(name)[1:-1] in text


def brute_force(frame: pd.DataFrame, model: mw.MediationModel) -> tuple[int, int, dict[str, str]]:
    """Return rows and groups in use and the level of every column, by plain loops."""
    columns = {name: frame[name].astype(object).tolist() for name in model.columns}
    labels = columns[model.group]

    def infinite(value: Any) -> bool:
        return isinstance(value, float | np.floating) and bool(np.isinf(value))

    def values(name: str, rows: list[int]) -> set[Any]:
        return {columns[name][i] for i in rows if not pd.isna(columns[name][i])}

    def own(i: int) -> list[int]:
        return [k for k in range(len(frame)) if not pd.isna(labels[k]) and labels[k] == labels[i]]

    def known(name: str, i: int) -> bool:
        """Whether a row, or its group where that has one value, tells a column."""
        if not pd.isna(columns[name][i]):
            return True
        varies = any(len(values(name, own(k))) > 1 for k in range(len(frame)))
        return not varies and bool(values(name, own(i)))

    def used(i: int) -> bool:
        row = [columns[name][i] for name in model.columns[:-1]]
        if pd.isna(labels[i]) or any(map(infinite, row)):
            return False
        if not (model.centering == "latent" and model.missing == "fiml"):
            return not any(map(pd.isna, row))
        needed = [name for name, way in model.splits.items() if way == "observed"]
        needed += [name for names in model.moderators.values() for name in names]
        return all(known(name, i) for name in needed) and not all(map(pd.isna, row))

    rows = [i for i in range(len(frame)) if used(i)]
    groups: dict[Any, list[int]] = {}
    for i in rows:
        groups.setdefault(labels[i], []).append(i)
    levels = {
        name: "individual"
        if any(len(values(name, members)) > 1 for members in groups.values())
        else "group"
        for name in columns
    }
    return len(rows), len(groups), levels


def assert_sound(result: mw.MediationResult, frame: pd.DataFrame) -> None:
    """Every number is finite or has a reason, and levels and rows are those of the data."""
    n_rows, n_groups, levels = brute_force(frame, result.model)
    assert result.levels == levels
    assert (result.ledger.n_rows_used, result.ledger.n_groups_used) == (n_rows, n_groups)
    assert result.statistics["n_rows"] == n_rows
    for rows in (result.effect_rows, result.path_rows, result.coefficient_rows):
        names = [row.name for row in rows]
        assert len(set(names)) == len(names)
        for row in rows:
            if row.estimate is None:
                assert row.reason
                assert (row.se, row.lower, row.upper) == (None, None, None)
                continue
            assert np.isfinite(row.estimate)
            if row.lower is None or row.upper is None or row.se is None:
                assert row.reason
            else:
                assert np.isfinite(row.se)
                assert -np.inf < row.lower <= row.upper < np.inf
    assert len(set(result.parameters["names"])) == len(result.parameters["names"])
    assert np.isfinite(result.parameters["estimates"]).all()
    assert np.isfinite(result.group_effects.to_numpy(dtype=float)).all()
    assert len(result.group_effects) == n_groups
    assert result.group_effects["n_rows"].sum() == n_rows
    t = result.random_effects.to_numpy(dtype=float)
    spread = np.sqrt(np.where(np.diag(t) > 0, np.diag(t), 1.0))
    scaled = t / np.outer(spread, spread)
    assert np.linalg.eigvalsh(scaled).min(initial=0.0) > -1e-8
    assert (result.residual_variances.to_numpy() > 0).all()
    assert np.isfinite(result.statistics["loglik"])


def assert_round_trip(result: mw.MediationResult) -> None:
    for text in (result.summary(), result.to_code(), result._repr_html_()):
        assert text.strip()
    record = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    again = mw.MediationResult.from_dict(record)
    assert again.to_dict() == record
    assert again.model == result.model
    assert again.summary() == result.summary()


def outcome(function: Any, *arguments: Any, **options: Any) -> Any:
    """Return what a function returns, or the error of medwidget that it raises."""
    try:
        return function(*arguments, **options)
    except mw.MedwidgetError as error:
        return error


def examine(case: Case) -> mw.MediationResult | None:
    """Check and fit a case; return the result if there is one."""
    before = case.pandas.copy(deep=True)
    checked = outcome(mw.check, case.model, case.frame)
    result = outcome(
        mw.fit, case.model, case.frame, estimator=case.estimator, interval=case.interval
    )
    pd.testing.assert_frame_equal(case.pandas, before)
    assert not isinstance(checked, mw.MedwidgetError)
    errors = [item for item in checked if item.severity == "error"]
    if not isinstance(result, mw.MedwidgetError):
        assert errors == []
        assert set(checked) <= set(result.problems)
        return result
    assert_names_where(result)
    if isinstance(result, mw.ModelError | mw.DataError):
        assert errors
        assert list(result.problems) == errors
    elif isinstance(result, mw.UnsupportedError):
        latent = case.model.centering == "latent" and case.estimator != "ml"
        assert latent or {item.code for item in errors} & {"family"}
    else:  # seen only on the way to the optimum
        assert isinstance(result, mw.ConvergenceError)
        assert errors == []
        assert any(repr(name) in str(result) for name in case.model.responses)
    return None


@pytest.mark.parametrize("kinds", [KINDS, MILD], ids=["any", "mild"])
def test_any_model_on_any_frame(kinds: list[str]) -> None:
    fitted = [0]

    @drawing
    @given(cases(kinds))
    def property_holds(case: Case) -> None:
        result = examine(case)
        if result is not None:
            fitted[0] += 1
            assert_sound(result, case.pandas)
            assert_round_trip(result)

    property_holds()
    assert fitted[0] > 15, "the frames are so bad that nothing was tested"


@drawing
@given(cases(KINDS))
def test_any_frame_can_be_described(case: Case) -> None:
    try:
        described = mw.describe(case.frame, group=case.model.group)
    except mw.MedwidgetError as error:
        assert_names_where(error)
        assert case.pandas.columns.duplicated().any()
    else:
        assert set(described.index) == set(case.pandas.columns)
        assert described.loc[case.model.group, "note"].startswith("groups the rows")
    guessed = mw.describe(case.frame)
    assert guessed.attrs["group"] in {None, *case.pandas.columns}


# -- names ----------------------------------------------------------------------------------------

ROLES = ("x", "m", "y", "g", "w", "c")


def plain_frame(n_groups: int = 25, size: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(31)
    codes = np.repeat(np.arange(n_groups), size)
    frame = pd.DataFrame({"g": codes, "w": rng.normal(size=n_groups)[codes]})
    frame["x"] = rng.normal(size=n_groups)[codes] + rng.normal(size=codes.size)
    frame["m"] = 0.5 * frame["x"] + rng.normal(size=n_groups)[codes] + rng.normal(size=codes.size)
    frame["y"] = 0.4 * frame["m"] + rng.normal(size=n_groups)[codes] + rng.normal(size=codes.size)
    frame["c"] = rng.normal(size=codes.size)
    return frame


def model_called(called: dict[str, str]) -> mw.MediationModel:
    return mw.MediationModel(
        called["x"],
        called["m"],
        called["y"],
        called["g"],
        covariates=[called["c"]],
        moderators={"b": called["w"]},
        random_slopes=("b",),
    )


PLAIN = {role: role for role in ROLES}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:20])
def test_names_change_nothing(name: str, role: str) -> None:
    called = PLAIN | {role: name}
    model = model_called(called)
    result = mw.fit(model, plain_frame().rename(columns=called), interval="delta")
    plain = mw.fit(model_called(PLAIN), plain_frame(), interval="delta")
    np.testing.assert_allclose(
        result.parameters["estimates"], plain.parameters["estimates"], rtol=1e-12
    )
    assert len(set(result.parameters["names"])) == len(plain.parameters["names"])
    ours = [(row.estimate, row.se, row.lower) for row in result.effect_rows]
    assert ours == [(row.estimate, row.se, row.lower) for row in plain.effect_rows]
    assert_round_trip(result)
    assert result.levels[name] == plain.levels[role]
    assert "<img" not in result._repr_html_()
    namespace: dict[str, Any] = {}
    code = result.to_code().split("result =")[0]
    exec(compile(code.replace("data = ", "# data = "), "code", "exec"), namespace)
    assert namespace["model"] == model


@pytest.mark.parametrize(
    ("roles", "options"),
    [
        (("x", "a", "intercept[a]"), {}),
        (("x", "m", "m~c"), {"covariates": ["c~d", "d"], "centering": "none"}),
    ],
)
def test_names_that_would_collide_are_refused(
    roles: tuple[str, str, str], options: dict[str, Any]
) -> None:
    frame = plain_frame().rename(columns=dict(zip(("x", "m", "y"), roles, strict=True)))
    frame = frame.assign(**{"c~d": frame["c"], "d": frame["c"] ** 2})
    model = mw.MediationModel(*roles, "g", **options)
    with pytest.raises(mw.ModelError, match="different things") as caught:
        mw.fit(model, frame)
    assert {item.code for item in caught.value.problems} == {"ambiguous-name"}
    assert caught.value.problems == tuple(
        item for item in mw.check(model, frame) if item.severity == "error"
    )


def test_paths_that_would_collide_are_refused() -> None:
    with pytest.raises(mw.ModelError, match="two paths"):
        mw.MediationModel("x", ["p", "q,r", "p,q", "r"], "y", "g", mediation="serial")


# -- sizes and shapes -----------------------------------------------------------------------------

MODEL = mw.MediationModel("x", "m", "y", "g")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("n_rows", [0, 1, 2, 3])
def test_next_to_no_rows(library: str, n_rows: int) -> None:
    frame = LIBRARIES[library](plain_frame(3, 1).iloc[:n_rows])
    for model in (MODEL, MODEL.replace(random_slopes=(), centering="none")):
        with pytest.raises((mw.DataError, mw.ModelError)) as caught:
            mw.fit(model, frame)
        assert_names_where(caught.value)
    if n_rows:
        assert len(mw.describe(frame, group="g")) == 6
    else:
        with pytest.raises(mw.DataError, match="no rows"):
            mw.check(MODEL, frame)


@pytest.mark.parametrize("centering", ["none", "grand-mean", "within", "group-mean", "latent"])
def test_everything_missing(centering: str) -> None:
    frame = plain_frame().assign(x=np.nan, m=None, y=np.inf)
    model = MODEL.replace(centering=centering)
    with pytest.raises(mw.ModelError) as caught:
        mw.fit(model, frame)
    found = [(item.code, item.column) for item in caught.value.problems]
    assert found == [("empty-column", "x"), ("empty-column", "m"), ("empty-column", "y")]


def test_one_row_a_group_is_path_analysis() -> None:
    frame = plain_frame(60, 1)
    result = mw.fit(MODEL, frame)
    assert result.design == "2-2-2"
    assert_sound(result, frame)
    assert_round_trip(result)
    assert result.random_effects.empty
    design = np.column_stack([np.ones(60), frame["x"], frame["m"]])
    beta, squares, _, _ = np.linalg.lstsq(design, frame["y"], rcond=None)
    assert result.paths.loc["b_between", "estimate"] == pytest.approx(beta[2], rel=1e-9)
    assert result.residual_variances["y"] == pytest.approx(squares[0] / 60, rel=1e-9)
    covariance = squares[0] / 60 * np.linalg.inv(design.T @ design)
    assert result.paths.loc["b_between", "se"] == pytest.approx(covariance[2, 2] ** 0.5, rel=0.05)
    assert result.effect("indirect_within").estimate is None


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_many_pairs(library: str) -> None:
    frame = plain_frame(5000, 2)
    result = mw.fit(MODEL, LIBRARIES[library](frame), interval="delta")
    assert_sound(result, frame)
    assert result.convergence.converged
    assert result.paths.loc["a_within", "estimate"] == pytest.approx(0.5, abs=0.05)
    assert result.paths.loc["b_within", "estimate"] == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("scale", [1e-9, 1e9, -1e9])
@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_scales_and_offsets_leave_the_shape_alone(scale: float, offset: float) -> None:
    if abs(scale) < 1 and offset:
        offset = 1e-1  # the same number of digits is lost
    frame = plain_frame()
    plain = mw.fit(MODEL, frame, interval="delta")
    changed = frame.assign(**{name: offset + scale * frame[name] for name in "xmy"})
    result = mw.fit(MODEL, changed, interval="delta")
    for name in ("indirect_within", "indirect_between", "total_within"):
        row, other = result.effect(name), plain.effect(name)
        assert row.estimate == pytest.approx(other.estimate, rel=1e-5)
        assert row.se == pytest.approx(other.se, rel=1e-5)


@pytest.mark.parametrize("given", [None, 3, "data.csv", [1, 2], {"x": [1]}, np.eye(3)])
def test_what_is_no_frame(given: Any) -> None:
    for function in (mw.check, mw.fit):
        with pytest.raises(mw.DataError, match="must be a data frame"):
            function(MODEL, given)
    with pytest.raises(mw.DataError, match="must be a data frame"):
        mw.describe(given)


@pytest.mark.parametrize("given", [None, "m ~ x", {"exposure": "x"}])
def test_what_is_no_model(given: Any) -> None:
    for function in (mw.check, mw.fit):
        with pytest.raises(mw.ModelError, match="MediationModel"):
            function(given, plain_frame())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": 95}, "level=95"),
        ({"level": np.nan}, "level=nan"),
        ({"level": True}, "level=True"),
        ({"seed": -1}, "seed=-1"),
        ({"seed": 1.5}, "seed=1.5"),
        ({"estimator": "lmer"}, "estimator='lmer'"),
        ({"estimator": 3}, "estimator=3"),
        ({"interval": "bootstap"}, "Did you mean 'bootstrap'"),
        ({"interval": 0.95}, "interval=0.95"),
    ],
)
def test_arguments_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(mw.ModelError, match=message):
        mw.fit(MODEL, plain_frame(), **options)
