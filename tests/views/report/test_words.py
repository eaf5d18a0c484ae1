"""What a report says: every effect with level, unit, size and interval, and no more than that."""

import re
from dataclasses import replace

import pytest

import medwidget as mw
from medwidget.views.text.numbers import MINUS
from medwidget.views.text.report.choices import ASSUMPTIONS, BY_LEVEL
from tests.views.results import CASES, result
from tests.views.words import forbidden

NOUNS = {"group_label": "company", "row_label": "soldier"}
ALL = ("order", *BY_LEVEL)
WITHIN = ("order", *(f"{name}-within" for name in BY_LEVEL))
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
            sentences = results_of(found, **NOUNS).split(". ")
            assert any(f"In total {row.level} companies" in item for item in sentences)


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
    needed = [name for name in ASSUMPTIONS if name.startswith(ALL)]
    assert len(needed) == 9
    for left_out in needed:
        text = results_of(found, judged=[name for name in ASSUMPTIONS if name != left_out])
        assert "was associated with" in text
        assert ("one unit more of HRS changed" in text) == left_out.endswith("-between")
        assert ("mean of HRS one unit higher changed" in text) == left_out.endswith("-within")
    text = found.report(judged=ALL)
    assert "one unit more of HRS changed LEAD by" in text
    assert "was associated with" not in part(text, "RESULTS", "LIMITS")
    method = text.partition("RESULTS")[0]
    assert "nothing unmeasured stands behind any two of HRS, LEAD and WBEING" in method
    assert "differences below are read as effects" in method


@pytest.mark.parametrize("style", ["apa", "plain"])
def test_ticks_of_one_level_change_the_words_of_that_level_alone(style):
    text = result("army").report(style, judged=WITHIN, **NOUNS)
    paragraphs = part(text, "RESULTS", "LIMITS").split("\n\n")
    within, between, across = paragraphs
    assert "was associated with" not in within
    assert "indirect effect within companies varied" in within
    assert "changed" not in between
    assert "indirect association between companies minus" in across
    assert "differences within companies are read as effects, those between" in text
    limits = part(text, "LIMITS", "CHECKED FROM THE DATA")
    assert limits.strip().startswith("The numbers between companies are associations.")
    assert "no confounder of LEAD and WBEING is itself changed by HRS, between companies" in limits
    assert "(within companies: judged to hold; between companies: not judged)" in text


def test_only_what_a_level_has_is_to_be_judged_there():
    text = result("group-level exposure").report(group_label="school")
    listed = text.partition("FOR THE AUTHORS TO JUDGE")[2]
    judged = ["order", *(f"{name}-between" for name in BY_LEVEL)]
    told = result("group-level exposure").report(judged=judged, group_label="school")
    assert "confounding of ses and mathach (not judged)" in listed
    assert "ses and mathach (within schools: not judged; between schools: judged" in told
    assert "confounding of catholic and ses (judged to hold)" in told
    results = part(told, "RESULTS", "LIMITS")
    assert "of catholic changed" in results
    assert "of ses was associated" in results


def test_mediators_in_a_row_must_not_be_confounded_with_each_other_either():
    text = result("serial").report(judged=["confounding-my"])
    assert "behind any two of COHES, LEAD and WBEING, within or between groups" in text


def test_blended_levels_are_never_told_as_effects():
    text = results_of(result("blended"), judged=ALL)
    assert "was associated with" in text
    assert "changed" not in text


def test_what_is_not_judged_to_hold_is_among_the_limits():
    found = result("army")
    limits = part(found.report(), "LIMITS", "CHECKED FROM THE DATA")
    assert "only if HRS comes before LEAD, and LEAD before WBEING, and if nothing" in limits
    assert "Held constant is within groups what all rows of a group have in common" in limits
    order = part(found.report(judged=["order"]), "LIMITS", "CHECKED FROM THE DATA")
    assert "comes before" not in order
    assert "by way of LEAD only if nothing unmeasured" in order
    judged = part(found.report(judged=ALL), "LIMITS", "CHECKED FROM THE DATA")
    assert judged.strip().startswith("The effects rest on what is assumed under Method")


def test_what_is_held_constant_is_told_of_each_equation_and_level():
    alike = "what all rows of a group have in common; between groups"
    moderated = result("moderated").report().partition("FOR THE AUTHORS TO JUDGE")[2]
    assert f"constant is within groups {alike} catholic;" in moderated
    assert f"within groups female and {alike} female, size and disclim;" in moderated
    assert f"within groups COHES and {alike} nothing" in result("latent").report()
    assert "Nothing is held constant." in result("blended").report()


def test_two_mediators_are_compared():
    text = results_of(result("parallel"))
    assert len(re.findall(r"the first minus the second −0\.\d+, 95% CI", text)) == 2
    assert result("parallel").report().count("Through LEAD minus COHES") == 2


def test_a_share_whose_interval_includes_zero_is_told_so():
    found = with_effect(result("army"), "proportion_mediated_between", lower=-0.2, upper=0.63)
    text = results_of(found)
    assert re.search(r"indirect part is 25%, 95% CI \[−20%, 63%\], which includes zero\.", text)
    assert text.count("includes zero") == results_of(result("army")).count("includes zero") + 1


def test_groups_are_counted_and_their_distance_told():
    text = results_of(result("army"), **NOUNS)
    assert re.search(r"Of predictions for the 99 companies at hand, .* above zero", text)
    assert re.search(r"the middle 80% lie between −0\.\d+ and −0\.\d+", text)
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
    assert "all their covariances were estimated but that of the two intercepts" in method
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
