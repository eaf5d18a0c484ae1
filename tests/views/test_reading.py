from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.views.text.numbers import MINUS
from medwidget.views.text.reading import (
    ABOVE,
    BELOW,
    INCLUDES,
    main_indirect_effects,
    sentence,
)
from tests.views.results import CASES, LONG, TAG, hostile, result
from tests.views.words import forbidden

NUMBERS = st.floats(min_value=-1e7, max_value=1e7)


@pytest.mark.parametrize("case", CASES)
def test_every_effect_has_a_sentence_without_forbidden_words(case):
    found = result(case)
    for row in found.effect_rows:
        told = sentence(row, found)
        assert told.endswith(".")
        assert forbidden(told) == []


@pytest.mark.parametrize("case", CASES)
def test_main_effects_name_exposure_mediators_outcome_and_group(case):
    found = result(case)
    model = found.model
    rows = main_indirect_effects(found)
    assert rows
    for row in rows:
        told = sentence(row, found)
        for name in (model.exposure, *model.mediators, model.outcome, model.group):
            assert name in told
        assert "is associated with" in told


def test_the_level_is_said():
    army, blended = result("army"), result("blended")
    assert sentence(army.effect("indirect_within"), army).startswith("Within the same GRP")
    assert sentence(army.effect("indirect_between"), army).startswith("Between one GRP and another")
    assert "blended" in sentence(blended.effect("indirect"), blended)


def test_latent_means_are_called_so():
    found = result("latent slopes")
    told = sentence(found.effect("indirect_between"), found)
    assert "a latent group mean of x that is one unit higher" in told
    assert "in the latent mean of y" in told
    held = result("latent")  # the exposure is split by observed means
    told = sentence(held.effect("indirect_between"), held)
    assert "a group mean of HRS" in told
    assert "in the latent mean of WBEING" in told


def test_an_average_over_groups_is_called_so_only_where_slopes_vary():
    army, parallel = result("army"), result("serial")
    assert "averaged over groups" in sentence(army.effect("indirect_within"), army)
    assert "averaged over groups" not in sentence(army.effect("indirect_between"), army)
    assert "averaged over groups" not in sentence(parallel.effect("indirect_within"), parallel)


def test_an_effect_at_the_mean_of_moderators_says_so():
    found = result("moderated")
    told = sentence(found.effect("indirect_within"), found)
    assert ", at the mean of catholic and size." in told


@given(NUMBERS, st.floats(min_value=1e-6, max_value=1e6), st.floats(min_value=1e-6, max_value=1e6))
def test_the_reading_follows_the_bounds(estimate, below, above):
    found = result("army")
    lower, upper = estimate - below, estimate + above
    row = replace(
        found.effect("indirect_within"),
        estimate=estimate,
        lower=lower,
        upper=upper,
        se=(above + below) / 4,
    )
    told = sentence(row, found)
    expected = ABOVE if lower > 0 else BELOW if upper < 0 else INCLUDES
    assert [reading for reading in (ABOVE, BELOW, INCLUDES) if reading in told] == [expected]
    assert "95% interval" in told


def test_an_interval_with_zero_is_read_both_ways():
    assert "no such association" in INCLUDES
    assert "either direction" in INCLUDES


def test_size_and_interval_are_in_the_sentence():
    found = result("army")
    row = replace(
        found.effect("indirect_within"), estimate=-0.512, se=0.05, lower=-0.61, upper=-0.41
    )
    told = sentence(row, found)
    assert f"{MINUS}0.51 (95% interval {MINUS}0.61 to {MINUS}0.41)" in told


def test_what_has_no_number_gives_its_reason():
    found = result("group-level exposure")
    row = found.effect("indirect_within")
    assert row.estimate is None
    assert row.reason.rstrip(".") in sentence(row, found)


def test_names_are_shown_safely():
    found = hostile()
    told = sentence(found.effect("indirect_between"), found)
    assert told.isprintable()
    assert LONG not in told
    assert TAG in told
