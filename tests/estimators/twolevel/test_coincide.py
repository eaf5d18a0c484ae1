"""Where random slopes multiply observed parts only, latent centring is a linear mixed model.

With x centred within groups beforehand and b the same in every group,

    y_ij = α_Y + b m_ij + c_j x_ij + u_Yj + e_ij,   u_Y = (b_B − b) u_M + ζ_Y,

so a covariance of the two random intercepts in the uncentred model stands for the between slope:
b_B = b + cov(u_M, u_Y) / var(u_M) (Bauer, Preacher & Gil 2006, Psych Methods 11:142).
"""

import numpy as np
import pandas as pd
import pytest

import medwidget as mw


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    found = mw.load_dataset("bpg")
    return found.assign(x=found["x"] - found.groupby("id")["x"].transform("mean"))


def both(data: pd.DataFrame, slopes: tuple[str, ...]) -> list[mw.MediationResult]:
    model = mw.MediationModel("x", "m", "y", "id", random_slopes=slopes)
    return [
        mw.fit(model.replace(centering=centering), data, interval=None)
        for centering in ("latent", "none")
    ]


def loglik_of_x(data: pd.DataFrame) -> float:
    """Return the log-likelihood of x under N(0, mean square): the latent model is joint in x."""
    square = float((data["x"] ** 2).mean())
    return -len(data) / 2 * (np.log(2 * np.pi * square) + 1)


def estimates(result: mw.MediationResult) -> dict[str, tuple[float, float]]:
    """Return estimate and standard error of every parameter by name."""
    fitted = result.fitted
    errors = np.sqrt(np.diag(fitted.covariance))
    return dict(zip(fitted.names, zip(fitted.estimate, errors, strict=True), strict=True))


@pytest.mark.parametrize("slopes", [(), ("a",), ("direct",), ("a", "direct")])
def test_latent_centring_equals_the_linear_model(
    data: pd.DataFrame, slopes: tuple[str, ...]
) -> None:
    latent, linear = both(data, slopes)
    assert latent.convergence.converged
    assert not latent.statistics.get("quadrature_dimensions")
    # m and y share a between slope in one, a covariance in the other
    assert latent.statistics["loglik"] - loglik_of_x(data) == pytest.approx(
        linear.statistics["loglik"], abs=1e-5
    )
    ours, theirs = estimates(latent), estimates(linear)
    for name, other in (("a_within", "a"), ("b_within", "b"), ("direct_within", "direct")):
        (value, error), (expected, its_error) = ours[name], theirs[other]
        assert value == pytest.approx(expected, abs=1e-4 * its_error)
        assert error == pytest.approx(its_error, rel=1e-4)
    t = linear.random_effects
    slope = theirs["b"][0] + t.loc["m", "y"] / t.loc["m", "m"]
    assert ours["b_between"][0] == pytest.approx(slope, abs=1e-5)
    assert ours["b_between"][0] != pytest.approx(ours["b_within"][0], abs=0.01)
    np.testing.assert_allclose(
        latent.residual_variances[["m", "y"]], linear.residual_variances[["m", "y"]], rtol=1e-5
    )
    for label in slopes:
        assert latent.random_effects.loc[label, label] == pytest.approx(
            t.loc[label, label], rel=1e-4
        )


@pytest.mark.parametrize("slopes", [(), ("b",), ("a", "b")])
def test_an_equality_reads_the_same_from_either_side(slopes: tuple[str, ...]) -> None:
    raw = mw.load_dataset("bpg")
    raw = raw.assign(x=raw["x"] + 3, m=raw["m"] - 20, y=raw["y"] + 100)
    model = mw.MediationModel("x", "m", "y", "id", centering="latent", random_slopes=slopes)
    one, other = (
        mw.fit(model.replace(constraints=held), raw, interval=None)
        for held in ({"b_between": "b_within"}, {"b_within": "b_between"})
    )
    assert one.statistics["loglik"] == pytest.approx(other.statistics["loglik"], abs=1e-6)
    for name, (value, error) in estimates(one).items():
        assert value == pytest.approx(estimates(other)[name][0], abs=1e-4 * max(error, 1e-6)), name
    assert estimates(one)["b_between"] == estimates(one)["b_within"]
    free = mw.fit(model, raw, interval=None)
    assert free.statistics["loglik"] > one.statistics["loglik"] + 1e-3
