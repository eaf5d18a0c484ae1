import re
from dataclasses import replace

import pytest

import medwidget as mw
from medwidget.views.text.effect_lines import effect_labels
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.spans import plain
from medwidget.views.text.told import absence_words, formula_spans, note_texts, reading_spans
from medwidget.views.text.words import all_names
from tests.views.results import CASES, hostile, result
from tests.views.words import forbidden

NOUNS = Nouns("person", "day")


def told(found):
    texts = [plain(reading_spans(found, NOUNS)), plain(formula_spans(found, NOUNS))]
    return "\n".join([*texts, *note_texts(found, NOUNS)])


@pytest.mark.parametrize("name", CASES)
def test_no_word_says_more_than_an_association(name):
    assert forbidden(told(result(name))) == []


def test_one_sentence_holds_both_levels():
    assert plain(reading_spans(result("little between"), NOUNS)) == (
        "Within the same person, freldis is higher by 0.06 for one unit more of fwkstrs, by way "
        "of fwkdis, on average over persons (95% interval 0.03 to 0.09); between persons the "
        "association by way of it points the same way, but its interval includes zero (0.10, "
        "−0.09 to 0.40)."
    )


def test_the_numbers_carry_the_colour_of_their_level():
    strong = [(span.text, span.side) for span in reading_spans(result("army")) if span.strong]
    assert strong == [("0.018", "within"), ("−0.044", "between")]


def test_numbers_of_a_sentence_have_the_same_decimals_unless_sizes_are_far_apart():
    text = plain(reading_spans(result("army")))
    assert {len(digits) for digits in re.findall(r"\.(\d+)", text)} == {3}
    found = result("army")
    rows = tuple(
        replace(row, estimate=-4.4e4, se=1e3, lower=-4.6e4, upper=-4.2e4)
        if row.name == "indirect_between"
        else row
        for row in found.effect_rows
    )
    far = plain(reading_spans(replace(found, effect_rows=rows)))
    assert "lower by 0.018" in far
    assert "(−44000, −46000 to −42000)" in far


def test_the_other_way_is_said_so():
    found = result("army")
    rows = tuple(
        replace(row, estimate=-row.estimate, lower=-row.upper, upper=-row.lower)
        if row.name == "indirect_between"
        else row
        for row in found.effect_rows
    )
    text = plain(reading_spans(replace(found, effect_rows=rows)))
    assert "points the other way (0.044, 0.023 to 0.070)" in text


def test_an_interval_with_zero_is_said_so_on_the_side_that_is_told():
    found = result("army")
    rows = tuple(
        replace(row, upper=0.01) if row.name == "indirect_within" else row
        for row in found.effect_rows
    )
    text = plain(reading_spans(replace(found, effect_rows=rows)))
    assert "lower by 0.018" in text
    assert "(95% interval −0.010 to 0.023, which includes zero)" in text


def test_a_group_level_exposure_is_split():
    text = plain(reading_spans(result("group-level exposure"), Nouns("school", "pupil")))
    assert text.startswith("Between schools, the mean of mathach is higher by 1.97 for one unit")
    assert "0.82 (0.54 to 1.13) goes by way of each pupil's own ses" in text
    notes = note_texts(result("group-level exposure"), Nouns("school", "pupil"))
    assert "catholic is constant within every school, so nothing of it can act within schools." in (
        notes
    )


def test_the_formula_adds_up():
    found = result("little between")
    text = plain(formula_spans(found))
    assert text == "a × b + cov(a, b) = 0.189 × 0.156 + 0.031 = 0.060"
    assert "×" not in plain(formula_spans(result("moderated")))


def test_a_sum_over_mediators_shows_its_signs():
    text = plain(formula_spans(result("parallel")))
    assert text == "LEAD + COHES = −0.0173 − 0.00352 = −0.0209"


def test_the_covariance_is_told_with_its_interval():
    notes = note_texts(result("little between"), NOUNS)
    assert notes[0] == "38% of the total within-person association (23% to 56%)."
    assert notes[1].startswith("51% of it, 0.031 (0.011 to 0.054), is there because persons")


def test_a_share_that_means_nothing_has_its_reason():
    notes = note_texts(result("without intervals"), NOUNS)
    assert notes == (
        "No share of the total is given: no interval tells whether the total effect differs from "
        "0.",
    )


def test_an_absent_level_is_said_with_the_noun():
    found = result("group-level exposure")
    texts = note_texts(found, Nouns("campus", "pupil"))
    assert texts[-1] == (
        "catholic is constant within every campus, so nothing of it can act within campuses."
    )
    missing = "The model has no within path along x → y; fit it with group-mean or latent centering"
    assert absence_words(f"{missing}.", found, Nouns(), all_names(found)) == (
        "The model has no within path along x → y; choose group mean or latent as the centering "
        "to fit it"
    )


def test_hostile_names_are_printed_safely():
    assert told(hostile()).replace("\n", "").isprintable()


def test_one_way_among_several_mediators_is_no_sum():
    data = mw.load_dataset("students")
    model = mw.MediationModel("work", ["score", "smorale"], "late", group="SCH_ID")
    found = mw.fit(model, data, interval="delta")
    assert found.levels["smorale"] == "group"
    assert formula_spans(found) == ()


def test_latent_means_are_called_so():
    text = plain(reading_spans(result("latent slopes"), NOUNS))
    assert "; between persons, by latent person means, the association by way of it points" in text
    assert "latent" not in plain(reading_spans(result("army"), NOUNS))
    labels = {item.row.name: item.about for item in effect_labels(result("latent slopes"), NOUNS)}
    assert labels["indirect_between"] == "through latent person means"
