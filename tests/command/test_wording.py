"""The words of the command line for what the engine says."""

import re

import pytest

import medwidget as mw
from medwidget.command.main import main
from medwidget.command.wording import OPTIONS, in_options, with_options
from tests.pipeline.guards import GUARDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("missing='fiml' and centering='latent'.", "--missing fiml and --centering latent."),
        ("Use estimator='ml' or 'reml'.", "Use --estimator ml or reml."),
        ("splits={'x': 'within', \"y's z\": 'observed'}", None),
        ("constraints={'b_between': 0, 'a_between': 0}", None),
        ("Leave 'a' out of random_slopes.", "Leave 'a' out of --random-slopes."),
        ("which splits it by group", "which splits it by group"),
        ("'centering=none' is no column", "'centering=none' is no column"),
        ("'a=1 level=2' and level=2.0 must", "'a=1 level=2' and --level 2.0 must"),
        ("centering='", "centering='"),
    ],
)
def test_arguments_become_options(text, expected):
    several = {
        "splits": """--split x=within --split 'y'"'"'s z=observed'""",
        "constraints": "--constraint b_between=0 --constraint a_between=0",
    }
    assert in_options(text) == (expected or several[text.partition("=")[0]])


def test_every_option_that_is_named_exists(capsys):
    with pytest.raises(SystemExit):
        main(["report", "--help"])
    assert set(OPTIONS.values()) <= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


def test_no_remedy_of_a_check_names_an_argument():
    for name, guard in GUARDS.items():
        if guard.when == "fit" or {"families", "covariate_centering"} & set(guard.options):
            continue  # what the command line cannot ask for
        for problem in map(with_options, mw.check(guard.model, guard.data())):
            told = re.sub(r"'[^']*'", "", str(problem))
            assert not re.search(r"\w=|random_|\bconstraints\b|out of (?!the model)[a-z]", told), (
                name
            )
