import pytest

from medwidget.views.text.nouns import Nouns
from medwidget.views.text.spans import plain
from medwidget.views.text.told import reading_spans
from medwidget.widget.messages import Answer
from medwidget.widget.panes.answer import answer_pane
from tests.views.results import CASES, TAG, hostile, result
from tests.views.words import forbidden
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("person", "day")


@pytest.mark.parametrize("name", CASES)
def test_the_answer_has_its_shape(name):
    assert_crosses(answer_pane(result(name), NOUNS, 7), Answer)


@pytest.mark.parametrize("name", CASES)
def test_the_table_has_a_row_for_each_row_of_the_forest(name):
    answer = answer_pane(result(name), NOUNS, 7)
    shown = [line["name"] for line in answer["effects"] if not line["more"]]
    assert [row["name"] for row in answer["forest"]["data"]["effects"]] == shown
    assert shown == [line["name"] for line in answer["effects"]][: len(shown)]


@pytest.mark.parametrize("name", CASES)
def test_no_number_stands_without_its_interval_or_the_reason(name):
    answer = answer_pane(result(name), NOUNS, 7)
    for line in answer["effects"]:
        assert line["reason"] or line["interval"].startswith("["), line["name"]
        assert forbidden(f"{line['label']} {line['about']}") == []


def test_the_sentence_to_copy_is_the_one_on_screen():
    answer = answer_pane(result("army"), NOUNS, 7)
    assert answer["sentence"] == "".join(span["text"] for span in answer["reading"])
    assert answer["sentence"] == plain(reading_spans(result("army"), NOUNS))


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("army", "Monte Carlo, 10,000 draws, seed 1"),
        ("bootstrap", "Parametric bootstrap, 25 samples, seed 3"),
        ("moderated", "Delta method, second order"),
        ("profile", "Profile likelihood"),
        ("without intervals", "No intervals were asked for"),
    ],
)
def test_the_method_of_the_intervals_is_told(name, method):
    assert answer_pane(result(name), NOUNS, 7)["method"] == method


def test_a_level_without_an_effect_gives_its_reason():
    answer = answer_pane(result("group-level exposure"), NOUNS, 7)
    line = next(line for line in answer["effects"] if line["name"] == "indirect_within")
    assert (line["estimate"], line["interval"], line["more"]) == ("–", "–", True)
    assert line["reason"] == (
        "catholic is constant within every person, so nothing of it can act within persons."
    )
    assert line["definition"] == ""  # not the reason again
    assert line["reason"] in answer["notes"]


def test_other_limits_are_drawn_beside():
    beside = {"indirect_within": (-0.03, -0.01)}
    answer = answer_pane(result("army"), NOUNS, 7, beside=beside)
    (row,) = answer["forest"]["data"]["beside"]
    assert (row["lower"], row["upper"]) == (-0.03, -0.01)


def test_hostile_names_are_values_and_nothing_else():
    answer = answer_pane(hostile(), NOUNS, 7)
    assert TAG not in str(answer["forest"]["spec"])
    assert answer["sentence"].isprintable()
    assert TAG in answer["sentence"]


def test_what_stopping_and_cancelling_do_is_said_while_a_bootstrap_runs():
    found = result("bootstrap")
    note = (
        "Stopping keeps the 25 samples, and the report says so; cancelling returns to the Monte "
        "Carlo interval."
    )
    running = answer_pane(found, NOUNS, 7, beside={"indirect_within": (0.1, 0.2)})
    assert running["notes"][-1] == note
    assert note not in answer_pane(found, NOUNS, 7)["notes"]
    profile = answer_pane(result("profile"), NOUNS, 7, beside={})
    assert not [text for text in profile["notes"] if "Stopping" in text]
