import math
import re
from dataclasses import replace

import pytest

import medwidget as mw
from medwidget.studies.compare import WAITING
from medwidget.views.charts._specification_rows import columns_of, common_style
from medwidget.views.text.comparison_words import (
    cell_effect,
    cell_facts,
    comparison_notes,
    comparison_spans,
    comparison_style,
    effects_of,
)
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.spans import plain
from tests.views.results import ARMY, dataset, result


@pytest.fixture(scope="module")
def compared():
    parts = []

    def watch(comparison):
        parts.append(comparison)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("medwidget.studies.compare.PAUSE", 0.0)
        whole = mw.compare(
            ARMY,
            dataset("army"),
            centering=["group-mean", "within", "none"],
            random_slopes=[(), ("a", "b")],
            interval="delta",
            watch=watch,
        )
    return whole, parts


def test_a_comparison_is_seen_while_it_grows(compared):
    whole, parts = compared
    done = [sum(cell.reason != WAITING for cell in part.cells) for part in parts]
    assert done == list(range(1, len(whole.cells)))
    assert all(len(part.cells) == len(whole.cells) for part in parts)
    for part, count in zip(parts, done, strict=True):
        estimates = [cell_effect(cell, "indirect_within") for cell in part.cells[:count]]
        final = [cell_effect(cell, "indirect_within") for cell in whole.cells[:count]]
        assert estimates == final


def test_the_sentence_counts_sides_and_intervals(compared):
    text = plain(comparison_spans(compared[0], "indirect_within"))
    assert text.startswith("The within indirect effect is below zero in 4 of 4 specifications")
    assert "with the interval clear of zero in 4; median −0.018" in text
    assert text.endswith("2 more have no such effect, because of how the levels are treated.")


def test_what_is_still_to_come_is_said(compared):
    text = plain(comparison_spans(compared[1][0], "indirect_within"))
    assert "1 of 1 specification," in text
    assert text.endswith("5 specifications still to come.")


def test_effects_are_those_that_some_cell_has(compared):
    assert effects_of(compared[0]) == (
        "indirect_within",
        "indirect_between",
        "contextual_difference",
        "indirect",
    )


def test_a_specification_is_told_in_facts(compared):
    facts = dict(cell_facts(compared[0], 0, "indirect_within"))
    assert facts["Rank"].endswith(" of 4")
    assert facts["Centering"] == "group mean"
    assert facts["Random slopes"] == "a, b"
    assert facts["95% interval"].startswith("[−0.0")
    assert math.isclose(
        float(facts["AIC"].replace(",", "")), compared[0].cells[0].statistic("aic"), abs_tol=0.06
    )


def test_a_specification_with_another_meaning_says_so(compared):
    place = next(
        i for i, cell in enumerate(compared[0].cells) if cell.settings["centering"] == "none"
    )
    facts = dict(cell_facts(compared[0], place, "indirect"))
    assert facts["Another meaning"] == "within and between groups blended"


def test_a_specification_without_a_fit_gives_the_reason():
    found = mw.compare(
        mw.MediationModel("catholic", "ses", "mathach", "school", random_slopes=()),
        dataset("schools"),
        centering=["group-mean", "within"],
        interval=None,
    )
    facts = dict(cell_facts(found, 1, "indirect_between"))
    assert "Not fitted" in facts
    text = plain(comparison_spans(found, "indirect_between"))
    assert text.endswith("1 specification could not be fitted.")


def test_sentence_chart_and_facts_write_numbers_with_the_same_decimals(compared):
    whole = compared[0]
    effect = "indirect_within"
    written = plain(comparison_spans(whole, effect))
    for place in range(len(whole.cells)):
        facts = dict(cell_facts(whole, place, effect))
        written += facts.get("Indirect, within", "") + facts.get("95% interval", "")
    columns = columns_of(whole, effect)
    written += "".join(text for item in columns for text in item.numbers(common_style(columns)))
    decimals = {len(digits) for digits in re.findall(r"\.(\d+)", written)}
    assert decimals == {4}


def test_a_style_shows_on_which_side_of_zero_a_bound_lies():
    row = result("army").effect_rows[0]
    close = replace(row, estimate=0.06, se=0.03, lower=0.0004, upper=0.12)
    assert comparison_style([close])(close.lower) == "0.0004"
    assert comparison_style([])(None) == "–"


def test_why_a_specification_is_not_fitted_is_said_on_one_line_in_the_words_of_the_interface():
    data = dataset("schools")
    model = mw.MediationModel("catholic", "ses", "mathach", "school", random_slopes=("b",))
    found = mw.compare(
        model,
        data.assign(size=0.0, disclim=1.0),
        centering=["group-mean", "within"],
        covariates=[(), ("size", "disclim")],
        interval=None,
    )
    told = {
        dict(cell_facts(found, place, "indirect_between", Nouns("school", "pupil"))).get(
            "Not fitted"
        )
        for place, cell in enumerate(found.cells)
        if cell.result is None
    }
    assert any("\n" in cell.reason for cell in found.cells)
    assert len(told) > 1
    for text in told:
        assert text is not None
        assert "\\n" not in text
        assert "='" not in text
        assert "reasons" not in text
    assert any("catholic is constant within every school" in text for text in told if text)


def test_notes_count_specifications_and_groups_by_their_names(compared):
    (note, *_) = comparison_notes(compared[0], Nouns("company", "soldier"))
    assert note.startswith("Every specification uses the same rows")
    assert note.endswith("in 99 companies.")


def test_another_meaning_is_said_with_the_noun(compared):
    facts = [
        dict(cell_facts(compared[0], place, "indirect", Nouns("company"))) for place in range(6)
    ]
    meanings = {item.get("Another meaning") for item in facts} - {None}
    assert meanings == {"within companies only", "within and between companies blended"}
