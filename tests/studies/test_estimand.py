import pytest

from medwidget import MediationModel
from medwidget.studies.estimand import estimand_changes

MODEL = MediationModel("x", "m", "y", "g")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"centering": "within"}, ["within groups only"]),
        ({"centering": "none"}, ["within and between groups blended"]),
        ({"covariates": ["age"]}, ["conditional on age too"]),
        (
            {"moderators": {"a": "w"}},
            ["at the mean of w, which moderates a", "conditional on w too"],
        ),
        ({"moderators": {"direct": "w"}}, ["conditional on w too"]),
        (
            {"centering": "none", "covariates": {"age": ["y"]}},
            ["within and between groups blended", "conditional on age too"],
        ),
    ],
)
def test_what_changes_the_meaning(changes, told):
    assert list(estimand_changes(MODEL, MODEL.replace(**changes))) == told


@pytest.mark.parametrize(
    "changes",
    [
        {"centering": "latent"},
        {"random_slopes": ()},
        {"random_slopes": ("a", "b", "direct")},
        {"random_covariance": "diagonal"},
    ],
)
def test_what_leaves_the_meaning_alone(changes):
    assert estimand_changes(MODEL, MODEL.replace(**changes)) == ()


def test_a_column_that_loses_its_part_between_groups_is_told():
    latent = MODEL.replace(centering="latent")
    within = latent.replace(splits={"x": "within"})
    assert estimand_changes(latent, within) == ("x without a part between groups",)
    assert estimand_changes(within, latent) == ("x with a part between groups",)
    assert estimand_changes(latent, latent.replace(splits={"x": "observed"})) == ()
    assert estimand_changes(latent, latent.replace(missing="fiml")) == ()


def test_two_ways_of_blending_mean_the_same():
    blended = MODEL.replace(centering="none")
    assert estimand_changes(blended, MODEL.replace(centering="grand-mean")) == ()


def test_what_is_taken_out_is_told_too():
    first = MODEL.replace(covariates=["age"], moderators={"b": "w"})
    assert list(estimand_changes(first, MODEL)) == [
        "not at the mean of w, which no longer moderates b",
        "not conditional on age, w",
    ]


def test_a_covariate_sent_to_fewer_equations_is_told():
    first = MODEL.replace(covariates=["age"])
    told = estimand_changes(first, MODEL.replace(covariates={"age": ["m"]}))
    assert told == ("not conditional on age",)


def test_a_level_that_differs_is_told():
    told = estimand_changes(MODEL, MODEL, {"x": "individual"}, {"x": "group"})
    assert told == ("x is group-level",)
