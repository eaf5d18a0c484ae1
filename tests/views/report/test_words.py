"""What a report says: every effect with level, unit, size and interval, and no more than that."""

import re
from dataclasses import replace

import pytest

import medwidget as mw
from medwidget.views.text.numbers import MINUS
from medwidget.views.text.report.choices import ASSUMPTIONS, CAUSAL
from tests.views.results import CASES, result
from tests.views.words import forbidden

NOUNS = {"group_label": "company", "row_label": "soldier"}
ALL = sorted(CAUSAL)
BALANCED = "compatible with no such"


def part(text, title, until):
    return text.partition(f"{title}\n")[2].partition(f"\n{until}\n")[0]


def results_of(found, style="apa", **choices):
    return part(found.report(style, **choices), "RESULTS", "LIMITS")


def with_effect(found, name, **changes):
    rows = tuple(replace(r, **changes) if r.name == name else r for r in found.effect_rows)
    return replace(found, effect_rows=rows)


@pytest.mark.parametrize("style", ["apa", "plain"])
@pytest.mark.parametrize("name", CASES)
def test_no_word_says_more_than_an_association(name, style):
    found = result(name)
    assert forbidden(found.report(style)) == []
    assert not re.search(r"\bchanged\b", results_of(found, style))


@pytest.mark.parametrize("name", CASES)
def test_every_indirect_effect_is_told_with_level_unit_size_and_interval(name):
    found = result(name)
    text = results_of(found, **NOUNS)
    where = {"within": "within companies", "between": "between companies", "conflated": "blended"}
    for level, words in where.items():
        row = next(
            (
                row
                for row in found.effect_rows
                if row.name in {"indirect", f"indirect_{level}"}
                and row.level == level
                and row.estimate is not None
            ),
            None,
        )
        if row is None:
            continue
        sentences = [item for item in text.split(". ") if "By way of" in item and words in item]
        assert sentences, level
        assert re.search(r"one unit (more|higher)", sentences[0])
        numbers = [float(n.replace(MINUS, "-")) for n in re.findall(r"[−]?\d+\.\d+", sentences[0])]
        assert any(abs(number - row.estimate) < 0.006 for number in numbers)
        if row.lower is not None:
            assert f"{100 * found.settings['level']:.10g}% CI [" in sentences[0]
            assert any(abs(number - row.lower) < 0.006 for number in numbers)


@pytest.mark.parametrize("name", CASES)
def test_every_total_effect_is_told_with_its_level(name):
    found = result(name)
    totals = [r for r in found.effect_rows if r.name.startswith("total") and r.estimate is not None]
    indirect = {r.level for r in found.effect_rows if r.name.startswith("indirect")}
    for row in totals:
        if row.level in indirect - {"conflated"}:
            assert f"in total {row.level} companies" in results_of(found, **NOUNS)


def test_a_covariance_whose_interval_includes_zero_is_told_so():
    text = results_of(result("army"))
    assert re.search(r"the covariance is 0\.0005, 95% CI \[[^]]+\], which includes zero\)", text)


def test_a_covariance_that_is_zero_by_the_model_is_no_part_of_the_formula():
    found = with_effect(result("army"), "cov(a,b)", estimate=0.0, lower=0.0, upper=0.0)
    assert "cov(" not in results_of(found)


def test_an_interval_that_could_not_be_made_is_told_with_its_reason():
    why = "fewer than 100 samples"
    found = with_effect(result("army"), "indirect_within", lower=None, upper=None, reason=why)
    assert f"There is no interval: {why}." in results_of(found)
    assert "There is no interval" not in results_of(result("without intervals"))


def test_an_interval_that_includes_zero_is_told_with_both_readings():
    found = result("army")
    assert BALANCED not in results_of(found)
    unclear = with_effect(found, "indirect_within", lower=-0.02, upper=0.01)
    assert results_of(unclear).count(BALANCED) == 1


def test_numbers_are_held_against_the_smallest_effect_that_would_matter():
    found = result("army")  # within −0.023 to −0.013, between −0.070 to −0.023
    assert "would matter" not in results_of(found)
    assert results_of(found, smallest=0.01).count("at least as far from zero as 0.01") == 2
    text = results_of(found, smallest=-0.03)
    assert text.count("nearer to zero than 0.03, the smallest effect that would matter.") == 1
    assert text.count("the data do not tell which") == 1
    with pytest.raises(mw.ModelError, match="smallest"):
        found.report(smallest=0)


def test_verbs_are_causal_only_where_every_assumption_is_judged_to_hold():
    found = result("army")
    for left_out in ALL:
        judged = [name for name in ASSUMPTIONS if name != left_out]
        assert "was associated with" in results_of(found, judged=judged)
        assert "changed" not in results_of(found, judged=judged)
    text = found.report(judged=ALL)
    assert "one unit more of HRS changed LEAD by" in text
    assert "was associated with" not in part(text, "RESULTS", "LIMITS")
    assert "nothing unmeasured stands behind LEAD and WBEING" in text.partition("RESULTS")[0]
    assert "are read as effects" in text.partition("RESULTS")[0]


def test_blended_levels_are_never_told_as_effects():
    text = results_of(result("blended"), judged=ALL)
    assert "was associated with" in text
    assert "changed" not in text


def test_what_is_not_judged_to_hold_is_among_the_limits():
    found = result("army")
    limits = part(found.report(), "LIMITS", "CHECKED FROM THE DATA")
    assert "Nothing in the analysis shows that HRS came before LEAD" in limits
    judged = part(found.report(judged=ALL), "LIMITS", "CHECKED FROM THE DATA")
    assert "came before" not in judged
    assert "Confounding" not in judged


def test_groups_are_counted_and_their_distance_told():
    text = results_of(result("army"), **NOUNS)
    assert re.search(r"Of the 99 companies at hand .* predicted one above zero", text)
    assert re.search(r"the middle 80% of companies lie between −0\.\d+ and −0\.\d+", text)
    fixed = results_of(result("blended"), **NOUNS)
    assert "at hand" not in fixed


def test_the_method_names_what_reproduces_the_numbers():
    found = result("army")
    method = part(found.report(**NOUNS), "METHOD", "RESULTS")
    for words in ("7,382 soldiers in 99 companies", "1-1-1", "seed 1", "10,000 draws", "medwidget"):
        assert words in method
    moderated = part(result("moderated").report(), "METHOD", "RESULTS")
    assert "female was a covariate of mathach" in moderated
    assert "catholic moderated the path a" in moderated
    assert "restricted maximum likelihood" in moderated
    assert "different equations were taken to be uncorrelated" in moderated
    assert "No intervals" in part(result("without intervals").report(), "METHOD", "RESULTS")


def test_coefficients_of_covariates_are_named_by_columns_and_level():
    text = result("moderated").report(**NOUNS)
    table = text.partition("Intercepts and covariates")[2]
    assert "female → mathach, within companies" in table
    assert "Intercept of mathach" in table
    assert "~" not in table


def test_a_result_read_back_is_reported_too():
    found = mw.MediationResult.from_dict(result("army").to_dict())
    assert "was associated with" in found.report()


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"style": "apa6"}, "style"),
        ({"format": "word"}, "format"),
        ({"judged": ["ordr"]}, "order"),
        ({"judged": "order"}, "list"),
        ({"smallest": float("nan")}, "smallest"),
    ],
)
def test_choices_that_there_are_not_are_refused(choices, words):
    with pytest.raises(mw.ModelError, match=words):
        result("army").report(**choices)
