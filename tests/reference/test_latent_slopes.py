"""Random slopes on latent parts against dense integration: d12, and lavaan's published BPG06."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import least_squares

import medwidget as mw
from medwidget.data.cells import Cells, build_cells
from medwidget.estimators.twolevel.layout import Layout
from medwidget.estimators.twolevel.slopes import SlopesLikelihood
from medwidget.estimators.twolevel.units import units_of
from medwidget.pipeline.resolve import resolve
from tests.reference import case, frame
from tests.reference.agreement import Agreement

Array = NDArray[np.float64]

CASES = ("three_slopes", "moderated_holes", "parallel_observed", "group_outcome")
NODES = (5, 9, 15, 21)
EXACT = 1e-5


class Evaluated:
    """The engine at the parameter values of a case, which are no estimates."""

    def __init__(self, name: str) -> None:
        self.record = case(f"d12_{name}")
        model = mw.MediationModel(**self.record["model"])
        resolved = resolve(model, frame(f"dense_{name}"))
        two_level = resolved.structure.two_level
        assert two_level is not None
        self.cells = build_cells(two_level, resolved.prepared)
        self.layout = Layout(two_level, units_of(two_level, self.cells))
        assert set(self.layout.model.parameters) == set(self.record["parameters"])
        self.phi = coordinates(self.layout, self.record["parameters"])
        self.shift = natural_shift(self.cells)

    def by_group(self, nodes: int) -> Array:
        likelihood = SlopesLikelihood(self.layout, self.cells, nodes=nodes)
        return likelihood.by_group(self.phi) - self.shift


def coordinates(layout: Layout, parameters: dict[str, float]) -> Array:
    """Return φ of given natural parameters."""
    names = tuple(parameters)
    target = np.array([parameters[name] for name in names])
    start = np.zeros(layout.n_coordinates)
    start[[place for place in layout.between_pivots if place >= 0]] = 0.5
    found = least_squares(
        lambda phi: layout.natural(phi, names) - target,
        start,
        jac=lambda phi: layout.jacobian(phi, names),
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    assert np.abs(layout.natural(found.x, names) - target).max() < 1e-10
    return np.asarray(found.x)


def natural_shift(cells: Cells) -> Array:
    """Return by group what standardizing the data adds to the log-likelihood."""
    by_cell = cells.counts * (cells.observed @ np.log(cells.scale))[cells.pattern]
    shift = np.bincount(cells.group, by_cell, cells.n_groups)
    return np.asarray(shift + cells.group_observed @ np.log(cells.group_scale))


@cache
def evaluated(name: str) -> Evaluated:
    return Evaluated(name)


@pytest.mark.parametrize("name", CASES)
def test_the_reference_agrees_with_itself(name: str) -> None:
    """Grids over slopes, grids over latent parts and a million draws give one number."""
    record = case(f"d12_{name}")
    value = record["log_likelihood"]
    assert all(abs(change) < 1e-8 for change in record["slopes"]["change_from_step"].values())
    if "parts" in record:
        assert abs(record["parts"]["loglik"] - value) < 1e-8
    draws = record["draws"]
    assert draws["count"] == 1_000_000
    assert abs(draws["loglik"] - value) < 3 * draws["standard_error"] < 0.06


@pytest.mark.parametrize("name", CASES)
def test_log_likelihood_of_every_group(name: str) -> None:
    one = evaluated(name)
    found = one.by_group(NODES[-1])
    wanted = np.array(one.record["by_group"])
    assert np.abs(found - wanted).max() < EXACT
    Agreement.close(float(found.sum()), one.record["log_likelihood"], EXACT)


@pytest.mark.parametrize("name", CASES)
def test_more_nodes_are_nearer(name: str) -> None:
    one = evaluated(name)
    errors = [abs(one.by_group(n).sum() - one.record["log_likelihood"]) for n in NODES]
    assert errors[0] > errors[-1] or errors[0] < 1e-9
    assert errors[1] < 1e-2


# -- BPG06, lavaan's development version -----------------------------------------------------------


@cache
def bpg(covariance: str = "full") -> mw.MediationResult:
    model = mw.MediationModel(
        "x",
        "m",
        "y",
        "id",
        centering="latent",
        splits={"x": "observed"},
        random_slopes=("a", "b", "direct"),
        random_covariance=covariance,
    )
    return mw.fit(model, mw.load_dataset("bpg"), interval="delta")


def estimates_of(result: mw.MediationResult) -> dict[str, float]:
    return dict(zip(result.parameters["names"], result.parameters["estimates"], strict=True))


def given_x(result: mw.MediationResult, record: dict[str, Any]) -> float:
    """Return the log-likelihood of m and y given x; ours is that of x too."""
    return float(result.statistics["loglik"]) - sum(record["loglik_of_x"].values())


def test_the_maximum_on_bpg06() -> None:
    record = case("d12_bpg06_latent_slopes")
    reference = record["structures"]["full"]
    result = bpg()
    Agreement.close(given_x(result, record), reference["loglik"], EXACT)
    estimates, agreement = estimates_of(result), Agreement(result)
    for name, value in reference["parameters"].items():
        if name == "cov(m,y)":
            assert value == 0.0
            continue
        ours = name if name in estimates else swapped(name)
        error = agreement.errors[agreement.names.index(ours)]
        agreement.estimate(ours, value, 2e-3 * float(error))
    # without the variance, the mean and the deviations of x: 3 parameters
    assert result.statistics["n_parameters"] - 3 == reference["n_parameters"]


def swapped(name: str) -> str:
    first, second = name.removeprefix("cov(").removesuffix(")").split(",")
    return f"cov({second},{first})"


def test_what_lavaan_published_for_bpg06() -> None:
    """Its estimates are ours to the digits printed; its log-likelihood has a quadrature error.

    21 Gauss-Hermite nodes that do not adapt, lavaan's default, give −2131.550 at a maximum whose
    log-likelihood is −2131.5523; no parameter values reach −2131.550.
    """
    record = case("d12_bpg06_latent_slopes")
    published, estimates = record["published"], estimates_of(bpg())
    for name, value in published.items():
        if name != "loglik":
            Agreement.close(estimates[name], value, 1e-3)
    fixed = record["maximum_with_21_fixed_nodes"]
    assert round(fixed["loglik_of_the_rule"], 3) == published["loglik"]
    assert given_x(bpg(), record) >= fixed["loglik"] - 1e-6


def test_quadrature_of_the_fit_is_reported() -> None:
    statistics = bpg().statistics
    assert statistics["quadrature_dimensions"] == 1
    assert statistics["quadrature_nodes"] >= 3
    assert abs(statistics["quadrature_change"]) < 1e-6
