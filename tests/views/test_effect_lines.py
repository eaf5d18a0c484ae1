import pytest

from medwidget.views.text.effect_lines import effect_labels, leading_level
from medwidget.views.text.nouns import Nouns
from tests.views.results import CASES, TAG, hostile, result

NOUNS = Nouns("school", "pupil")


def main(name):
    return [item for item in effect_labels(result(name), NOUNS) if not item.more]


@pytest.mark.parametrize("name", CASES)
def test_every_effect_has_one_line_and_words(name):
    lines = effect_labels(result(name), NOUNS)
    assert sorted(item.row.name for item in lines) == sorted(
        row.name for row in result(name).effect_rows
    )
    assert all(item.label and item.about for item in lines)
    assert len({(item.label, item.about) for item in lines}) == len(lines)


@pytest.mark.parametrize("name", CASES)
def test_lines_that_come_first_have_numbers_of_one_unit(name):
    lines = effect_labels(result(name), NOUNS)
    first = [item.more for item in lines]
    assert first == sorted(first), "those shown at once stand first"
    shown = [item.row for item in lines if not item.more]
    assert all(row.estimate is not None for row in shown)
    assert {row.kind for row in shown} <= {"effect", "specific", "conditional"}
    assert sum(item.gap for item in lines) == 1


def test_the_order_is_that_of_the_table():
    assert [(item.label, item.about) for item in main("army")] == [
        ("Indirect, within", "through LEAD, same school"),
        ("Indirect, between", "through school means"),
        ("Contextual difference", "between minus within"),
        ("Direct, within", "c′, not through LEAD"),
        ("Total, within", "indirect plus direct"),
    ]


def test_a_group_level_exposure_is_read_between_groups():
    assert leading_level(result("group-level exposure")) == "between"
    labels = [item.label for item in main("group-level exposure")]
    assert labels[:3] == ["Indirect, between", "Indirect, individual", "Indirect, contextual"]
    assert labels[-2:] == ["Direct, between", "Total, between"]


def test_several_mediators_are_named_one_by_one():
    labels = [item.label for item in main("serial")]
    assert "Through COHES, then LEAD, within" in labels


def test_values_of_a_moderator_are_named():
    labels = [item.label for item in effect_labels(result("moderated"), NOUNS)]
    assert "Indirect, within, size = −1 SD" in labels
    assert "Index of moderated mediation, catholic" in labels


def test_names_from_the_data_are_made_safe_to_print():
    for item in effect_labels(hostile(), NOUNS):
        assert f"{item.label}{item.about}".isprintable()
        assert len(item.label) < 200
    assert any(TAG in item.about for item in effect_labels(hostile(), NOUNS))
