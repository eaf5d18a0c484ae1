"""Separate fits by statsmodels: agreement with the joint estimator, and well-behaved failure.

Where equations share no covariance the joint likelihood is the product of separate ones, so the two
estimators must agree in everything. With scaled columns and a gradient tolerance of 1e-7,
statsmodels comes within 1e-5 standard errors; the tests ask for 1e-4.
"""

import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import medwidget as mw
from medwidget.estimators.protocol import Fit
from medwidget.estimators.registry import read_estimator
from medwidget.pipeline.resolve import Resolved, resolve

TOLERANCE = 1e-4

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "three slopes": (
        "bpg",
        {
            "centering": "none",
            "random_slopes": ("a", "b", "direct"),
            "random_covariance": "by-equation",
        },
    ),
    "group means": ("schools", {"random_covariance": "by-equation"}),
    "diagonal": ("bpg", {"random_covariance": "diagonal"}),
    "intercepts alone": ("diary", {"random_slopes": (), "random_covariance": "diagonal"}),
}


def resolved(name: str, **options: Any) -> Resolved:
    info = mw.dataset_info(name)
    model = mw.MediationModel(
        info.exposure, info.mediators, info.outcome, group=info.group, **options
    )
    return resolve(model, mw.load_dataset(name))


def fit(item: Resolved, estimator: str) -> Fit:
    chosen = read_estimator(estimator)
    return chosen.fit(item.structure, item.prepared, np.random.default_rng(1))


@pytest.fixture(scope="module", params=CASES)
def pair(request: pytest.FixtureRequest) -> tuple[Fit, Fit]:
    name, options = CASES[request.param]
    item = resolved(name, **options)
    return fit(item, "ml"), fit(item, "statsmodels")


def test_agrees_with_the_joint_fit(pair: tuple[Fit, Fit]) -> None:
    joint, separate = pair
    se = np.sqrt(np.diag(joint.covariance))
    assert separate.names == joint.names
    assert separate.loglik == pytest.approx(joint.loglik, abs=1e-6)
    np.testing.assert_allclose((separate.estimate - joint.estimate) / se, 0, atol=TOLERANCE)
    unit = np.outer(se, se)
    difference = (separate.covariance - joint.covariance) / unit
    np.testing.assert_allclose(difference, 0, atol=TOLERANCE)
    p = len(joint.conditional_covariance)
    difference = (separate.conditional_covariance - joint.conditional_covariance) / unit[:p, :p]
    np.testing.assert_allclose(difference, 0, atol=TOLERANCE)


def test_counts_and_record(pair: tuple[Fit, Fit]) -> None:
    joint, separate = pair
    assert separate.n_observations == joint.n_observations
    assert separate.convergence.converged
    assert separate.convergence.decrement < 1e-6
    assert separate.problems == ()
    assert (separate.surface, separate.refit) == (None, None)


def test_random_effects_of_groups_agree(pair: tuple[Fit, Fit]) -> None:
    joint, separate = pair
    assert joint.groups is not None
    assert separate.groups is not None
    ours, theirs = joint.groups(), separate.groups()
    assert theirs.labels == ours.labels
    for name in ("modes", "covariances", "sensitivity"):
        expected = getattr(ours, name)
        np.testing.assert_allclose(
            getattr(theirs, name), expected, atol=TOLERANCE * np.abs(expected).max()
        )


def test_blups_are_those_of_statsmodels() -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    data = mw.load_dataset("bpg")
    item = resolved("bpg", centering="none", random_slopes=("a",), random_covariance="by-equation")
    design = np.column_stack([np.ones(len(data)), data["x"]])
    theirs = MixedLM(data["m"].to_numpy(), design, groups=data["id"], exog_re=design).fit(
        reml=False, gtol=1e-7
    )
    separate = fit(item, "statsmodels")
    assert separate.groups is not None
    posterior = separate.groups()
    at = [posterior.labels.index(label) for label in ("m", "a")]
    for position, label in enumerate(item.prepared.labels):
        np.testing.assert_allclose(
            posterior.modes[position, at], theirs.random_effects[label], atol=1e-4
        )
        np.testing.assert_allclose(
            posterior.covariances[position][np.ix_(at, at)],
            theirs.random_effects_cov[label],
            atol=1e-4,
        )


def test_covariances_across_equations_are_zero_and_said_to_be() -> None:
    item = resolved("bpg", centering="none")
    separate = fit(item, "statsmodels")
    across = [
        position
        for position, parameter in enumerate(item.structure.parameters)
        if parameter.kind == "covariance" and parameter.equation is None
    ]
    assert across
    assert separate.parameters == item.structure.parameters
    assert not separate.estimate[across].any()
    assert not separate.covariance[across].any()
    assert not separate.draw(50, np.random.default_rng(1))[:, across].any()
    (problem,) = separate.problems
    assert (problem.code, problem.severity) == ("separate-fits", "warning")
    assert problem.count == len(across)
    assert "a and b" in problem.message


def test_a_single_covariance_across_equations_is_named() -> None:
    model = mw.MediationModel("x", "m", "y", "g", random_slopes=())
    data = rows(np.random.default_rng(5))
    found = mw.fit(model.replace(centering="within"), data, estimator="statsmodels").problems
    assert [str(problem) for problem in found if problem.code == "separate-fits"] == [
        "Separate fits cannot estimate the covariance of m and y; it is taken as 0, also in the "
        "effects that contain it. Use estimator='ml' or 'reml' to estimate all equations together."
    ]


def test_draws_have_the_distribution_and_stay_where_parameters_make_sense() -> None:
    item = resolved("bpg", centering="none", random_slopes=("a", "b", "direct"))
    separate = fit(item, "statsmodels")
    draws = separate.draw(4000, np.random.default_rng(2))
    se = np.sqrt(np.diag(separate.covariance))
    fixed = separate.parameters.of_kind("fixed")
    np.testing.assert_allclose(draws[:, fixed].std(axis=0) / se[fixed], 1, atol=0.05)
    assert (draws[:, separate.parameters.of_kind("residual")] > 0).all()
    q = len(item.structure.labels)
    matrices = np.zeros((len(draws), q, q))
    places = separate.parameters.of_kind("variance", "covariance")
    for (row, column), place in zip(item.structure.free_elements, places, strict=True):
        matrices[:, row, column] = matrices[:, column, row] = draws[:, place]
    assert np.linalg.eigvalsh(matrices).min() > -1e-12


def test_whole_result_carries_effects_and_intervals() -> None:
    item = mw.load_dataset("bpg")
    model = mw.MediationModel("x", "m", "y", group="id", random_covariance="by-equation")
    separate = mw.fit(model, item, estimator="statsmodels")
    joint = mw.fit(model, item, estimator="ml")
    row, other = separate.effects.loc["indirect_within"], joint.effects.loc["indirect_within"]
    assert row["estimate"] == pytest.approx(other["estimate"], abs=1e-5)
    assert row["se"] == pytest.approx(other["se"], rel=0.05)
    with pytest.raises(mw.UnsupportedError, match="refit"):
        mw.fit(model, item, estimator="statsmodels", interval=mw.Bootstrap(samples=10))


# -- designs ------------------------------------------------------------------------------------


def rows(rng: np.random.Generator, n_groups: int = 30, size: int = 8) -> pd.DataFrame:
    g = np.repeat(np.arange(n_groups), size)
    u = rng.normal(size=(n_groups, 4)) * 0.5
    x = rng.normal(size=g.size) + rng.normal(size=n_groups)[g]
    m = u[g, 0] + (0.5 + u[g, 1]) * x + rng.normal(size=g.size)
    y = u[g, 2] + (0.4 + u[g, 3]) * m + 0.2 * x + rng.normal(size=g.size)
    return pd.DataFrame({"x": x, "m": m, "y": y, "g": g})


def test_group_level_equations_are_fitted_on_groups() -> None:
    data = rows(np.random.default_rng(3))
    for column in ("x", "m"):
        data[column] = data.groupby("g")[column].transform("mean")
    model = mw.MediationModel("x", "m", "y", group="g")
    joint, separate = (mw.fit(model, data, estimator=name) for name in ("ml", "statsmodels"))
    assert separate.design == "2-2-1"
    assert separate.statistics["loglik"] == pytest.approx(joint.statistics["loglik"], abs=1e-6)
    np.testing.assert_allclose(separate.paths["se"], joint.paths["se"], rtol=0.05)


# -- data that are not well behaved -----------------------------------------------


def constant_groups(data: pd.DataFrame) -> pd.DataFrame:
    """Slopes that are the same in every group, and no group differences."""
    rng = np.random.default_rng(8)
    m = 0.5 * data["x"] + rng.normal(size=len(data))
    return data.assign(m=m, y=0.4 * m + rng.normal(size=len(data)))


def exact(data: pd.DataFrame) -> pd.DataFrame:
    return data.assign(m=data["x"] * 2 + data["g"], y=data["x"] * 3 + 1)


ODD: dict[str, Any] = {
    "large": lambda data: data.assign(y=data["y"] * 1e9, x=data["x"] + 1e7),
    "small": lambda data: data.assign(m=data["m"] * 1e-9, y=data["y"] * 1e-12),
    "binary": lambda data: data.assign(y=(data["y"] > 0).astype(int), x=data["x"] > 0),
    "no differences": constant_groups,
    "exact": exact,
    "pairs": lambda data: data.groupby("g").head(2),
    "single rows": lambda data: data.groupby("g").head(1),
    "three groups": lambda data: data[data["g"] < 3],
    "one group": lambda data: data[data["g"] < 1],
    "six rows": lambda data: data[data["g"] < 3].groupby("g").head(2),
    "constant": lambda data: data.assign(m=1.0),
    "collinear": lambda data: data.assign(m=data["x"]),
    "missing": lambda data: data.assign(m=data["m"].where(data["m"] > 0)),
    "all missing": lambda data: data.assign(y=np.nan),
    "infinite": lambda data: data.assign(x=data["x"].where(data["x"] < 1, np.inf)),
    "heavy tails": lambda data: data.assign(y=np.sinh(3 * data["y"])),
    "huge": lambda data: data.assign(y=data["y"] * 1e170),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("slopes", [("a", "b", "direct"), ()], ids=["slopes", "intercepts"])
def test_odd_data_end_in_a_result_or_a_typed_error(odd: str, slopes: tuple[str, ...]) -> None:
    data = ODD[odd](rows(np.random.default_rng(7)))
    model = mw.MediationModel("x", "m", "y", group="g", random_slopes=slopes)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = mw.fit(model, data, estimator="statsmodels")
        except mw.MedwidgetError:
            return
    covariance = result.parameters["covariance"]
    assert np.isfinite(result.parameters["estimates"]).all()
    assert np.isfinite(covariance).all()
    assert (np.diag(covariance) >= 0).all()


def test_a_variance_of_zero_is_named() -> None:
    data = constant_groups(rows(np.random.default_rng(7)))
    model = mw.MediationModel("x", "m", "y", group="g", random_covariance="diagonal")
    result = mw.fit(model, data, estimator="statsmodels")
    joint = mw.fit(model, data)
    assert joint.convergence.singular
    assert set(result.convergence.singular) == set(joint.convergence.singular)
    assert result.convergence.converged
    assert result.statistics["loglik"] == pytest.approx(joint.statistics["loglik"], abs=1e-5)
    assert {"boundary-variance"} <= {problem.code for problem in result.problems}
    # standard errors are those of the model without these variances, as in the joint fit
    np.testing.assert_allclose(result.paths["estimate"], joint.paths["estimate"], atol=1e-5)
    np.testing.assert_allclose(result.paths["se"], joint.paths["se"], rtol=0.05)


def test_first_use_leaks_no_warning() -> None:
    """On import statsmodels asks to always show its warnings, so a fresh interpreter is needed."""
    code = """
import numpy as np, pandas as pd, medwidget as mw
rng = np.random.default_rng(1)
x, m, y = rng.normal(size=(3, 120))
data = pd.DataFrame({"x": x, "m": m, "y": y, "g": np.repeat(np.arange(20), 6)})
mw.fit(mw.MediationModel("x", "m", "y", group="g"), data, estimator="statsmodels")
"""
    ran = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_scale_of_the_columns_does_not_matter() -> None:
    data = rows(np.random.default_rng(7))
    model = mw.MediationModel("x", "m", "y", group="g")
    plain, scaled = (
        mw.fit(model, frame, estimator="statsmodels", interval="delta")
        for frame in (data, data.assign(y=data["y"] * 1e9, x=data["x"] + 1e6))
    )
    np.testing.assert_allclose(
        scaled.paths.loc["b_within", ["estimate", "se"]].astype(float) / 1e9,
        plain.paths.loc["b_within", ["estimate", "se"]].astype(float),
        rtol=1e-4,
    )


@pytest.mark.parametrize("error", [np.linalg.LinAlgError("Singular matrix"), ZeroDivisionError()])
def test_what_statsmodels_raises_becomes_a_convergence_error(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(MixedLM, "fit", fail)
    with pytest.raises(mw.ConvergenceError, match="statsmodels could not fit the equation of 'm'"):
        fit(resolved("bpg"), "statsmodels")


def test_without_convergence_the_equation_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from statsmodels.regression.mixed_linear_model import MixedLM

    whole = MixedLM.fit

    def stop_early(self: Any, **options: Any) -> Any:
        return whole(self, **(options | {"maxiter": 1, "method": "bfgs"}))

    monkeypatch.setattr(MixedLM, "fit", stop_early)
    found = fit(resolved("bpg", random_covariance="by-equation"), "statsmodels")
    assert not found.convergence.converged
    assert found.convergence.message == "no convergence in the equation of 'm', 'y'"
    assert [problem.code for problem in found.problems] == ["not-converged"] * 2


def test_without_statsmodels_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "statsmodels"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    with pytest.raises(mw.UnsupportedError, match=r"pip install 'medwidget\[statsmodels\]'"):
        fit(resolved("bpg"), "statsmodels")


@pytest.mark.parametrize("options", [{"centering": "latent"}, {"families": {"m": "binomial"}}])
def test_what_it_cannot_fit_is_refused(options: dict[str, Any]) -> None:
    model = mw.MediationModel("x", "m", "y", group="id", **options)
    with pytest.raises(mw.UnsupportedError):
        mw.fit(model, mw.load_dataset("bpg"), estimator="statsmodels")
