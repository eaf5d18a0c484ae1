from dataclasses import replace

import numpy as np
import pytest

import medwidget as mw
from medwidget.estimators.twolevel.slopes.remarks import quadrature_problem
from medwidget.studies.influence import Influence, influence
from medwidget.studies.residuals import Quantiles, residual_quantiles
from medwidget.views.text.checks import check_lines
from medwidget.views.text.nouns import Nouns
from tests.pipeline.guards import GUARDS
from tests.views.results import CASES, dataset, hostile, result, with_holes

NOUNS = Nouns("school", "pupil")


def of(found, title, **more):
    return next(line for line in check_lines(found, NOUNS, **more) if line.title == title)


@pytest.mark.parametrize("name", CASES)
def test_what_deserves_a_look_comes_first(name):
    lines = check_lines(result(name), NOUNS, residual_quantiles(result(name)))
    looks = [line.status == "look" for line in lines]
    assert looks == sorted(looks, reverse=True)
    assert all(line.title and line.detail for line in lines)


def test_a_sound_fit_is_in_order():
    line = of(result("army"), "Convergence")
    assert line.status == "ok"
    assert "× 10⁻" in line.detail
    assert "information positive definite" in line.detail
    assert of(result("army"), "Missing data").detail == "none in the columns used"


def test_a_boundary_deserves_a_look():
    model = mw.MediationModel("HRS", "LEAD", "WBEING", "GRP", random_slopes=("a", "b", "direct"))
    data = dataset("army")
    found = mw.fit(model, data[data["GRP"] < 12])
    line = of(found, "Random effects")
    assert bool(found.convergence.singular) == (line.status == "look")
    singular = replace(
        found, convergence=replace(found.convergence, singular=("variance of a is 0",))
    )
    line = of(singular, "Random effects")
    assert line.status == "look"
    assert "variance of the slope a is 0" in line.detail


def test_a_fit_that_did_not_converge_deserves_a_look():
    found = result("army")
    stopped = replace(found.convergence, converged=False, message="out of steps")
    line = of(replace(found, convergence=stopped), "Convergence")
    assert (line.status, line.detail) == ("look", "out of steps.")


def test_problems_of_the_data_are_checks():
    line = of(result("little between"), "Variance between schools")
    assert line.status == "look"
    assert "fwkstrs has almost no variance between schools (ICC(1) = −0.003)" in line.detail
    assert line.detail.endswith(
        "Choose within only as the centering, and read the within effects only."
    )


def test_rows_that_are_left_out_are_told():
    line = of(with_holes(), "Missing data")
    assert line.status == "look"
    assert "8 pupils have no value of m." in line.detail


def test_incomplete_rows_that_are_used_are_told_with_what_that_assumes():
    guard = GUARDS["rows-incomplete"]
    found = mw.fit(guard.model, guard.data(), interval=None)
    line = of(found, "Missing data")
    assert line.status == "note"
    assert "3 pupils are kept although a value is missing: 3 of m." in line.detail
    assert "depends only on values that are known" in line.detail
    assert sum("value" in each.detail for each in check_lines(found, NOUNS)) == 1


def test_an_integral_that_has_not_settled_deserves_a_look():
    found = result("latent slopes")
    assert of(found, "Numerical integration").status == "ok"
    problem = quadrature_problem(5, 2.3e-5)
    unsettled = replace(found, problems=(*found.problems, problem))
    assert of(unsettled, "Numerical integration").status == "look"
    assert of(unsettled, "Convergence").status == "look"
    assert "has not settled" in of(unsettled, "Convergence").detail


def test_the_shape_of_residuals_is_remarked_on():
    axis = np.linspace(-2, 2, 9)
    skewed = Quantiles("y", "residual", axis, axis, 9, 1.2, -1.5)
    line = of(result("army"), "Normality", normality=[skewed])
    assert line.status == "note"
    assert line.detail == (
        "residuals of y: skewed right and light-tailed (skewness 1.20, excess kurtosis −1.50)"
    )


def test_the_group_that_moves_the_effect_most_is_named():
    found = influence(result("army"))
    line = of(result("army"), "Influence", influence=found, effect="indirect_within")
    place = found.largest("indirect_within", 1)[0]
    assert f"school {found.labels[place]} " in line.detail
    assert line.status == "ok"


def test_a_group_that_turns_the_effect_deserves_a_look():
    found = Influence(
        "g",
        ("a", "b"),
        ("indirect_within",),
        np.array([0.1]),
        np.array([[-0.3], [0.0]]),
        1,
        np.array([0.05]),
    )
    line = of(result("army"), "Influence", influence=found)
    assert line.status == "look"
    assert line.detail.endswith("and its sign; 1 of 2 tried")


def test_hostile_names_are_printed_safely():
    lines = check_lines(hostile(), NOUNS, residual_quantiles(hostile()))
    assert all(line.detail.isprintable() for line in lines)
