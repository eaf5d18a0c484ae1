"""Simulated responses and explicit designs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from medwidget.data.columns import frame_info
from medwidget.data.frame import read_table
from medwidget.data.moments import product_key
from medwidget.data.prepare import Prepared, prepare, with_products
from medwidget.data.simulate import random_covariance, resimulated, simulate_responses
from medwidget.data.terms import row_design
from medwidget.errors import UnsupportedError
from medwidget.spec.build import build_structure
from medwidget.spec.levels import Level
from medwidget.spec.model import MediationModel
from medwidget.spec.structure import Structure

from .frames import grouped


def ready(model: MediationModel, data: pd.DataFrame) -> tuple[Prepared, Structure]:
    prepared = prepare(model, data)
    return prepared, build_structure(model, prepared.frame)


def parameters(structure: Structure, **some: float) -> dict[str, float]:
    """Return every parameter at zero but those given (``var_a`` for ``var(a)`` and so on)."""
    values = dict.fromkeys(structure.parameters.names, 0.0)
    assert some.keys() <= values.keys(), sorted(values)
    return values | some


def parts(values: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return deviations from group means, and the group means on the rows."""
    means = pd.Series(values).groupby(codes).transform("mean").to_numpy()
    return values - means, means


FIXED = {
    "intercept[m]": 1.0,
    "a_within": 0.5,
    "a_between": -0.7,
    "intercept[y]": 2.0,
    "b_within": 0.4,
    "b_between": 0.9,
    "direct_within": 0.2,
    "direct_between": 0.3,
}


def test_without_variances_the_responses_are_the_equations():
    data = grouped(n_groups=6).sample(frac=1, random_state=2)  # rows of a group stand apart
    prepared, structure = ready(MediationModel("x", "m", "y", "g"), data)
    rng = np.random.default_rng(1)
    drawn = simulate_responses(prepared, structure, parameters(structure, **FIXED), rng)
    x_w, x_b = parts(data["x"].to_numpy(), data["g"].to_numpy())
    m = 1.0 + 0.5 * x_w - 0.7 * x_b
    m_w, m_b = parts(m, data["g"].to_numpy())  # the parts of the new mediator, not of the old
    y = 2.0 + 0.4 * m_w + 0.9 * m_b + 0.2 * x_w + 0.3 * x_b
    assert list(drawn) == [("m", None), ("y", None)]
    np.testing.assert_allclose(drawn["m", None], m, rtol=1e-12)
    np.testing.assert_allclose(drawn["y", None], y, rtol=1e-12)


def test_grand_mean_and_raw_parts_of_the_new_mediator():
    data = grouped(n_groups=6)
    for centering in ("none", "grand-mean"):
        model = MediationModel("x", "m", "y", "g", centering=centering)
        prepared, structure = ready(model, data)
        values = parameters(structure, **{"intercept[m]": 5.0, "a": 2.0, "b": 3.0, "direct": -1.0})
        drawn = simulate_responses(prepared, structure, values, np.random.default_rng(1))
        x = data["x"] - (data["x"].mean() if centering == "grand-mean" else 0)
        m = 5.0 + 2.0 * x
        y = 3.0 * (m - (m.mean() if centering == "grand-mean" else 0)) - x
        np.testing.assert_allclose(drawn["y", None], y, rtol=1e-10, atol=1e-12)


def test_random_effects_have_the_covariance_asked_for():
    data = grouped(n_groups=4000, size=4)
    prepared, structure = ready(MediationModel("x", "m", "y", "g"), data)
    values = parameters(
        structure,
        **FIXED,
        **{"var(m)": 0.6, "var(y)": 0.5, "var(a)": 0.3, "var(b)": 0.2, "cov(a,b)": 0.15},
        **{"cov(m,a)": -0.2},
    )
    drawn = simulate_responses(prepared, structure, values, np.random.default_rng(3))
    codes = prepared.rows.codes
    x_w, x_b = parts(prepared.rows.values["x", None], codes)
    m, y = drawn["m", None], drawn["y", None]
    m_w, m_b = parts(m, codes)

    def effects(response: np.ndarray, slope_on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        sums = np.bincount(codes, slope_on**2)
        return np.bincount(codes, response) / 4, np.bincount(codes, response * slope_on) / sums

    u_m, u_a = effects(m - (1.0 + 0.5 * x_w - 0.7 * x_b), x_w)
    u_y, u_b = effects(y - (2.0 + 0.4 * m_w + 0.9 * m_b + 0.2 * x_w + 0.3 * x_b), m_w)
    by_label = {"m": u_m, "a": u_a, "y": u_y, "b": u_b}
    found = np.cov([by_label[label] for label in structure.labels])
    expected = random_covariance(structure, values)
    # Monte Carlo standard error of a covariance of 4,000 draws
    error = np.sqrt((np.outer(np.diag(expected), np.diag(expected)) + expected**2) / 3999)
    assert (np.abs(found - expected) < 4 * error).all()
    assert np.ptp(m - np.bincount(codes, m)[codes] / 4) > 1


def test_residuals_have_the_variance_asked_for():
    prepared, structure = ready(MediationModel("x", "m", "y", "g"), grouped(2000, 5))
    values = parameters(structure, **{"residual(m)": 4.0, "residual(y)": 0.25})
    drawn = simulate_responses(prepared, structure, values, np.random.default_rng(4))
    assert drawn["m", None].var() == pytest.approx(4.0, rel=0.06)
    assert drawn["y", None].var() == pytest.approx(0.25, rel=0.06)
    assert abs(np.corrcoef(drawn["m", None], drawn["y", None])[0, 1]) < 0.04


def test_a_singular_covariance_is_a_covariance():
    prepared, structure = ready(MediationModel("x", "m", "y", "g"), grouped(300, 4))
    values = parameters(structure, **{"var(a)": 0.16, "var(b)": 0.25, "cov(a,b)": 0.2})
    drawn = simulate_responses(prepared, structure, values, np.random.default_rng(5))
    codes, x_w = prepared.rows.codes, parts(prepared.rows.values["x", None], prepared.rows.codes)[0]
    m, y = drawn["m", None], drawn["y", None]
    u_a = np.bincount(codes, m * x_w) / np.bincount(codes, x_w**2)
    u_b = np.bincount(codes, y * m) / np.bincount(codes, m**2)
    np.testing.assert_allclose(u_b, u_a * 0.5 / 0.4, rtol=1e-6)


def test_group_level_responses_are_drawn_once_for_a_group():
    data = grouped(2000, 3)
    data["x"] = data.groupby("g")["x"].transform("first")
    data["m"] = data.groupby("g")["m"].transform("first")
    prepared, structure = ready(MediationModel("x", "m", "y", "g", random_slopes=()), data)
    assert structure.design == "2-2-1"
    values = parameters(structure, **{"a_between": 1.5, "residual(m)": 2.0, "b_between": 1.0})
    drawn = simulate_responses(prepared, structure, values, np.random.default_rng(6))
    rest = drawn["m", None] - 1.5 * data["x"]
    assert (rest.groupby(data["g"]).nunique() == 1).all()
    assert rest.groupby(data["g"]).first().var() == pytest.approx(2.0, rel=0.15)
    np.testing.assert_allclose(drawn["y", None], drawn["m", None], rtol=1e-12)


def test_a_group_level_outcome_follows_the_means_of_the_new_mediator():
    data = grouped(30, 4)
    data["y"] = data.groupby("g")["y"].transform("first")
    prepared, structure = ready(MediationModel("x", "m", "y", "g", random_slopes=()), data)
    assert structure.design == "1-1-2"
    values = parameters(structure, **{"a_within": 1.0, "b_between": 2.0, "residual(m)": 1.0})
    drawn = simulate_responses(prepared, structure, values, np.random.default_rng(7))
    means = parts(drawn["m", None], prepared.rows.codes)[1]
    np.testing.assert_allclose(drawn["y", None], 2.0 * means, rtol=1e-9, atol=1e-12)


def test_resimulated_data_are_prepared_data():
    data = grouped(20, 5, w=np.repeat(np.arange(20.0), 5))
    model = MediationModel("x", "m", "y", "g", moderators={"b": "w"}, centering="none")
    prepared, structure = ready(model, data)
    prepared = with_products(prepared, [("m", "w")])
    values = parameters(structure, a=1.0, b=0.5, **{"residual(m)": 1.0, "residual(y)": 1.0})
    new = resimulated(prepared, structure, values, np.random.default_rng(8))
    again = resimulated(prepared, structure, values, np.random.default_rng(8))
    np.testing.assert_array_equal(new.moments.products, again.moments.products)
    assert new.labels == prepared.labels
    frame = data.assign(m=new.rows.values["m", None], y=new.rows.values["y", None])
    expected = with_products(prepare(model, frame), [("m", "w")])
    assert product_key("m", "w") in new.moments
    np.testing.assert_array_equal(new.moments.products, expected.moments.products)
    np.testing.assert_array_equal(new.moments.means, expected.moments.means)
    described = frame_info(read_table(frame), "g")
    for name in "mxyw":
        left = pd.Series(vars(new.frame.columns[name]))
        pd.testing.assert_series_equal(left, pd.Series(vars(described.columns[name])))
    np.testing.assert_array_equal(prepared.rows.values["m", None], data["m"])


def test_explicit_designs():
    sex = ["f", "m", "f", "m", "x"] * 12
    data = grouped(w=np.repeat(np.arange(12.0), 5), sex=sex)
    model = MediationModel(
        "x", "m", "y", "g", covariates=["sex"], moderators={"a": "w"}, covariate_centering="none"
    )
    prepared, structure = ready(model, data)
    X, Z, y = row_design(prepared, structure, "m")
    x_w, x_b = parts(data["x"].to_numpy(), data["g"].to_numpy())
    columns = {
        "intercept[m]": np.ones(60),
        "a_within": x_w,
        "a_between": x_b,
        "m~w": data["w"],
        "m~sex[m]": data["sex"] == "m",
        "m~sex[x]": data["sex"] == "x",
        "a_within:w": x_w * data["w"],
    }
    names = [term.parameter for term in structure.equations[0].fixed]
    assert sorted(names) == sorted(columns)
    expected = np.stack([np.asarray(columns[name], dtype=float) for name in names], axis=1)
    np.testing.assert_allclose(X, expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(Z, np.stack([np.ones(60), x_w], axis=1), atol=1e-12)
    np.testing.assert_array_equal(y, data["m"])


def test_the_design_of_a_group_level_equation_has_a_row_per_group():
    data = grouped(8, 4)
    data["y"] = data.groupby("g")["y"].transform("first")
    prepared, structure = ready(MediationModel("x", "m", "y", "g", random_slopes=()), data)
    assert structure.levels["y"] is Level.GROUP
    X, Z, y = row_design(prepared, structure, structure.equations[1])
    means = data.groupby("g").mean()
    assert X.shape == (8, 3)
    assert Z.shape == (8, 0)
    by_name = dict(zip([t.parameter for t in structure.equations[1].fixed], X.T, strict=True))
    np.testing.assert_allclose(by_name["b_between"], means["m"], rtol=1e-12)
    np.testing.assert_allclose(by_name["direct_between"], means["x"], rtol=1e-12)
    np.testing.assert_array_equal(y, means["y"])


@pytest.mark.parametrize(
    ("options", "message"),
    [({"families": {"y": "binomial"}}, "'y' is binomial"), ({"centering": "latent"}, "latent")],
)
def test_what_cannot_be_drawn_is_refused(options, message):
    data = grouped(y=[0, 1] * 30)
    prepared, structure = ready(MediationModel("x", "m", "y", "g", **options), data)
    with pytest.raises(UnsupportedError, match=message):
        simulate_responses(prepared, structure, parameters(structure), np.random.default_rng(9))
