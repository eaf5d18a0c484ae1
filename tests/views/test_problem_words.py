import re

import pytest

import medwidget as mw
from medwidget.estimators.twolevel.slopes.remarks import quadrature_problem
from medwidget.spec.problems import Problem
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.problem_words import (
    REMEDIES,
    label_words,
    problem_words,
    reason_words,
    singular_words,
)
from tests.pipeline.guards import GUARDS
from tests.views.results import BROKEN, TAG, result

NOUNS = Nouns("person", "day")
NAMES = Names(["x", "y", "group means", TAG, BROKEN])
# What is typed in Python, and what no keyboard's hyphen should stand for.
CODE = re.compile(r"\w='|random_|mw\.|\\n|(?<![\w.])-\d|'[^']*'|\bmonte-carlo\b")


def told(code, message="It is so.", remedy="Do it.", column="x", labels=()):
    return problem_words(Problem(code, message, remedy, column), NOUNS, NAMES, labels)


def test_a_hyphen_before_a_number_becomes_a_minus_and_quotes_go():
    text = "'x' has almost no variance between groups (ICC(1) = -0.003): its group means differ."
    assert told("little-between-variance", text) == (
        "x has almost no variance between persons (ICC(1) = −0.003): its person means differ.",
        "Choose within only as the centering, and read the within effects only.",
    )


def test_columns_keep_their_words():
    text = "'group means' is the same for every row of a group, not 'x-3' on 12 copied rows."
    assert told("repeated-rows", text) == (
        "group means is the same for every day of a person, not x-3 on 12 copied days.",
        "",
    )


def test_a_column_that_breaks_what_is_careless_stays_on_one_line():
    message, _ = told("empty-column", f"{BROKEN!r} has no value\n  in any row.")
    assert "\n" not in message
    assert message.endswith("has no value in any row.")
    assert TAG in told("empty-column", f"{TAG!r} has no value in any row.")[0]


def test_numbers_with_an_exponent_read_as_in_tables():
    assert reason_words("at most 5e+80, at least 1e-07", NOUNS, NAMES) == (
        "at most 5e80, at least 1e−7"
    )


def test_group_mean_is_the_name_of_a_choice():
    text = "centering='latent' has no counterpart. Use centering='group-mean'; groups are many."
    assert reason_words(text, NOUNS, NAMES) == (
        "Latent centering has no counterpart. Use group mean as the centering; persons are many."
    )


@pytest.mark.parametrize("code", REMEDIES)
def test_no_remedy_names_an_argument(code):
    assert not CODE.search(" ".join(told(code)))


def test_random_effects_are_called_intercepts_and_slopes():
    labels = ("y", "x", "a", "direct")
    message = "A combination of the random effects y, a, direct has no variance. Estimates stand."
    assert told("boundary-combination", message, labels=labels)[0] == (
        "A combination of the intercept of y, the slope a and the slope c′ has no variance."
    )
    message = (
        "The correlation of the random effects a and direct is estimated at −1, the edge of what "
        "is possible. Estimates stand; standard errors are conditional on it."
    )
    assert told("boundary-correlation", message, labels=labels)[0] == (
        "The correlation of the slope a and the slope c′ is estimated at −1, the edge of what is "
        "possible."
    )
    assert told("boundary-combination", message)[0].startswith("The correlation of the random")
    assert singular_words("variance of x is 0", labels, NAMES) == (
        "variance of the intercept of x is 0"
    )
    assert label_words("b[m1]", NAMES) == "slope b[m1]"
    assert label_words("intercept[a]", NAMES) == "intercept of a"


def test_a_column_that_others_determine_is_said_without_its_parameter():
    message = (
        "In the equation of 'y', y~twice_within (twice) is an exact combination of x, over 240 "
        "rows in 30 groups."
    )
    remedy = "Take twice out, or one of the columns that determine it."
    assert told("collinear", message, remedy) == (
        "twice is an exact combination of x in the equation of y.",
        "One of them has to go.",
    )


@pytest.mark.parametrize("name", ["group-level exposure", "little between"])
def test_problems_of_fits_speak_the_words_of_the_interface(name):
    found = result(name)
    labels = found.covariance_table.columns[1:]
    names = Names(found.model.columns)
    texts = [" ".join(problem_words(item, NOUNS, names, labels)) for item in found.problems]
    assert texts
    assert not [text for text in texts if CODE.search(text)]


@pytest.mark.parametrize("code", [code for code, each in GUARDS.items() if each.when == "check"])
def test_problems_of_models_speak_the_words_of_the_interface(code):
    guard = GUARDS[code]
    names = Names(guard.model.columns)
    found = [item for item in mw.check(guard.model, guard.data()) if item.code == code]
    texts = [" ".join(problem_words(item, NOUNS, names)) for item in found]
    assert texts
    assert not [text for text in texts if CODE.search(text) or "path direct" in text]


@pytest.mark.parametrize(
    ("message", "code", "expected"),
    [
        (
            "'x' varies within groups only and 'y' between groups only, so 'x' is not in the "
            "equation of 'y'.",
            "no-common-level",
            "x varies within persons only, y between persons only. There is no path from x to y.",
        ),
        (
            "On path direct, which exists between groups only, 'x' is a latent mean, so its "
            "product with a moderator has no normal distribution.",
            "moderated-between",
            "Nothing can change the size of path c′, which exists between persons only. There x is "
            "a latent mean, and its product with a moderator has no normal distribution.",
        ),
        (
            "The equations of 'x', 'y' hold group-level columns and observed means only, so there "
            "are no latent means: this is path analysis of groups.",
            "nothing-within",
            "Only person-level columns and observed person means are in the equations, so nothing "
            "is split into latent means. What is left is path analysis of persons.",
        ),
    ],
)
def test_the_first_sentence_says_what_is_the_case(message, code, expected):
    assert told(code, message)[0] == expected
    assert told(code, "Another message.")[0] in {"Another message.", expected}


def test_an_integral_that_has_not_settled_says_by_how_much():
    problem = quadrature_problem(5, 2.3e-5)
    message, remedy = problem_words(problem, NOUNS, NAMES)
    assert message.startswith("The log-likelihood has not settled: with more than 5 nodes")
    assert "changes by 2 × 10⁻⁵. Estimates" in message
    assert remedy.startswith("Let fewer paths vary")


def test_remedies_of_latent_centring_name_its_controls():
    def remedy(code, own):
        return problem_words(Problem(code, "It is so.", own, "x"), NOUNS, NAMES)[1]

    text = "Use splits={'x': 'within'}, which gives it no part between groups."
    assert remedy("little-between-variance", text) == (
        "Use x within persons only, and read the within effects only."
    )
    assert remedy("few-groups", "Read within effects only, and say how many groups there are.") == (
        "Read within effects only, and say how many persons there are."
    )
    assert "REML" in remedy("few-groups", "... there are; estimator='reml' helps variances.")
