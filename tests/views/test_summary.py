import re

import numpy as np
import pytest

import medwidget as mw
from medwidget.views.text.layout import WIDTH, display_width
from medwidget.views.text.numbers import MINUS, NOTHING
from tests.views.results import BROKEN, CASES, LONG, TAG, dataset, hostile, result, with_holes
from tests.views.words import forbidden

NUMBER = re.compile(rf"[{MINUS}]?\d+(\.\d+)?(e{MINUS}?\d+)?|{NOTHING}")


def unwrapped(text: str) -> str:
    """Return text without what wrapping put in or took away."""
    return "".join(text.replace("→", "").split())


def parsed(text: str) -> tuple[float, float]:
    """Return a printed number, and half a unit of its last digit."""
    mantissa, _, power = text.replace(MINUS, "-").partition("e")
    decimals = len(mantissa.partition(".")[2])
    scale = 10.0 ** int(power or 0)
    return float(mantissa) * scale, 0.5 * 10.0**-decimals * scale


def printed(summary: str, level: str, name: str) -> list[str]:
    """Return the four numbers in the line of an effect."""
    lines = [
        line
        for line in summary.splitlines()
        if line.split()[:1] == [level] and f"  {name}  " in f"{line}  "
    ]
    assert len(lines) == 1, f"{name} has {len(lines)} lines"
    return [found.group() for found in NUMBER.finditer(lines[0])][-4:]


@pytest.mark.parametrize("case", CASES)
def test_the_numbers_are_those_of_the_result(case):
    found = result(case)
    paths, _, effects = found.summary().partition("\n\nEffects (")
    for shown, rows in ((paths, found.path_rows), (effects, found.effect_rows)):
        known = [row for row in rows if row.estimate is not None]
        assert known
        for row in known:
            values = (row.estimate, row.se, row.lower, row.upper)
            for value, text in zip(values, printed(shown, row.level, row.name), strict=True):
                if value is None:
                    assert text == NOTHING
                else:
                    number, half = parsed(text)
                    assert abs(number - value) <= half * (1 + 1e-9)


@pytest.mark.parametrize("case", CASES)
def test_every_problem_is_told_with_its_remedy_and_warnings_come_first(case):
    found = result(case)
    told = unwrapped(found.summary())
    places = [
        (problem.severity, told.index(unwrapped(problem.message))) for problem in found.problems
    ]
    assert all(unwrapped(problem.remedy) in told for problem in found.problems)
    warnings = [place for severity, place in places if severity == "warning"]
    notes = [place for severity, place in places if severity == "note"]
    assert max(warnings, default=-1) < min(notes, default=len(told))


def test_there_are_cases_with_warnings_and_with_notes():
    severities = {problem.severity for case in CASES for problem in result(case).problems}
    assert severities == {"warning", "note"}


@pytest.mark.parametrize("case", CASES)
def test_each_reason_is_given_once(case):
    found = result(case)
    told = unwrapped(found.summary())
    reasons = {row.reason for row in found.effect_rows if row.estimate is None}
    assert all(told.count(unwrapped(f": {reason}")) == 1 for reason in reasons)


@pytest.mark.parametrize("case", CASES)
def test_every_effect_is_in_a_table_or_among_those_not_available(case):
    found = result(case)
    told = unwrapped(found.summary())
    main = [row for row in found.effect_rows if row.kind in {"effect", "specific"}]
    assert all(unwrapped(row.name) in told for row in main)


@pytest.mark.parametrize("case", CASES)
def test_what_was_done_is_said(case):
    found = result(case)
    head = found.summary().partition("\n\nPaths")[0]
    assert found.design in head
    assert found.model.centering in head
    assert found.settings["estimator"] in head
    assert f"seed {found.settings['seed']}" in head
    if found.settings["interval"] is None:
        assert "none asked for" in head
    else:
        assert f"{100 * found.settings['level']:g}%" in head
        assert all(
            f"{name}=" in head
            for name in found.settings["interval_options"]
            if name in {"samples", "order", "kind"}
        )
    for column in found.model.columns:
        assert column in head


@pytest.mark.parametrize("case", CASES)
def test_forbidden_words_are_absent(case):
    assert forbidden(result(case).summary()) == []


@pytest.mark.parametrize("case", CASES)
def test_it_fits_a_screen(case):
    lines = result(case).summary().splitlines()
    assert max(map(display_width, lines)) <= WIDTH
    assert all(line == line.rstrip() for line in lines)


def test_intervals_that_are_lacking_are_told_without_a_wall_of_text():
    found = mw.fit(CASES["profile"][1], dataset("bpg"), estimator="reml", interval="profile")
    lacking = [row for row in found.effect_rows if row.estimate is not None and row.lower is None]
    assert lacking
    text = found.summary().partition("Not available\n")[2].partition("\n\n")[0]
    assert "no interval: the restricted likelihood does not contain" in text
    assert "result.effects" in text
    assert len(text.splitlines()) <= 12


def test_rows_and_groups_left_out_are_told():
    found = with_holes()
    told = unwrapped(found.summary())
    assert not found.ledger.complete
    assert found.ledger.lost_groups
    assert all(unwrapped(sentence) in told for sentence in found.ledger.sentences())


def test_random_effects_are_those_of_the_result():
    found = result("army")
    matrix = found.random_effects.to_numpy()
    sds = np.sqrt(np.diag(matrix))
    lines = [line.split() for line in found.summary().splitlines()]
    for place, label in enumerate(found.random_effects.index):
        (line,) = (line for line in lines if line[:2] == [str(place + 1), label])
        assert parsed(line[2])[0] == pytest.approx(sds[place], rel=0.01)
        for other, text in enumerate(line[3:]):
            expected = matrix[place, other] / (sds[place] * sds[other])
            if text == "·":
                assert matrix[place, other] == 0
            else:
                assert parsed(text)[0] == pytest.approx(expected, abs=0.0051)


def test_fit_statistics_are_those_of_the_result():
    found = result("army")
    lines = [line.split("  ") for line in found.summary().splitlines()]
    shown = {line[1].strip(): line[-1].strip() for line in lines if len(line) > 2}
    assert parsed(shown["log-likelihood"])[0] == pytest.approx(found.statistics["loglik"], abs=1e-3)
    assert parsed(shown["AIC"])[0] == pytest.approx(found.statistics["aic"], abs=0.01)
    assert parsed(shown["BIC"])[0] == pytest.approx(found.statistics["bic"], abs=0.01)
    assert shown["parameters"] == str(found.statistics["n_parameters"])


def test_a_restricted_likelihood_is_called_so():
    assert "restricted log-likelihood" in result("without intervals").summary()
    assert "restricted log-likelihood" not in result("army").summary()


def test_the_share_of_positive_products_comes_with_the_count_of_double_negatives():
    found = result("bootstrap")
    groups = found.group_effects
    both = int(((groups["a"] < 0) & (groups["b"] < 0)).sum())
    assert unwrapped(f"predicted to be so in {both} of {len(groups)} groups") in unwrapped(
        found.summary()
    )


def test_hostile_names_do_not_break_the_page():
    lines = hostile().summary().splitlines()
    told = "\n".join(lines)
    assert max(map(display_width, lines)) <= WIDTH
    assert all(line.isprintable() for line in lines)
    assert LONG not in told
    assert BROKEN not in told
    assert "line\\nbreak" in told
    assert TAG in told  # plain text is no HTML


def test_data_on_a_large_scale_stay_readable():
    found = hostile()
    row = found.effect("total_between")
    assert row.estimate is not None
    assert abs(row.estimate) > 1e8
    number, half = parsed(printed(found.summary(), "between", "total_between")[0])
    assert abs(number - row.estimate) <= half
    assert half < abs(row.estimate) / 1000


def test_hostile_categories_are_shown_safely():
    data = dataset("schools").copy()
    data["kind"] = np.where(data["catholic"] == 1, BROKEN, TAG)
    model = mw.MediationModel("minority", "ses", "mathach", "school", moderators={"a": "kind"})
    lines = mw.fit(model, data, interval="delta").summary().splitlines()
    assert all(line.isprintable() for line in lines)
    assert max(map(display_width, lines)) <= WIDTH
    assert "kind[" in "".join(lines)
