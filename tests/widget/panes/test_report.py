import pytest

from medwidget.views.export.registry import EXPORTERS
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.report.choices import BY_LEVEL, Choices, read_choices
from medwidget.views.text.report.layout import FORMATS
from medwidget.widget.messages import Report
from medwidget.widget.panes.report import LABELS, report_pane
from tests.views.results import CASES, hostile, result
from tests.views.words import forbidden
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("company", "soldier")
PLAIN = Choices("apa", NOUNS)


def words(pane):
    pieces = [span["text"] for block in pane["blocks"] for span in block["spans"]]
    return "".join(pieces)


@pytest.mark.parametrize("name", CASES)
def test_it_crosses_and_shows_what_it_copies(name):
    pane = report_pane(result(name), PLAIN, 3)
    assert_crosses(pane, Report)
    forms = {item["form"]: item["text"] for item in pane["forms"]}
    assert list(forms) == list(FORMATS)
    for block in pane["blocks"]:
        if block["kind"] == "prose":
            assert "".join(span["text"] for span in block["spans"]) in forms["text"]
    for table in pane["tables"]:
        assert table["forms"][0]["text"].strip() in forms["text"]
        width = len(table["columns"])
        assert all(
            len(row["cells"]) in ({1} if row["heading"] else {width}) for row in table["rows"]
        )
    assert forbidden(forms["text"]) == []


def test_without_a_result_it_says_so():
    pane = report_pane(None, PLAIN, 3)
    assert_crosses(pane, Report)
    assert "no result" in pane["reason"]


def test_what_a_program_cannot_fit_is_a_sentence_in_place_of_code():
    assert set(LABELS) == set(EXPORTERS)
    found = {item["id"]: item for item in report_pane(result("army"), PLAIN, 3)["code"]}
    assert list(found) == list(EXPORTERS)
    assert all(bool(item["code"]) != bool(item["refusal"]) for item in found.values())
    assert "slopes" in found["lavaan"]["refusal"]
    assert "lmer" in found["lme4"]["code"]
    latent = {item["id"]: item for item in report_pane(result("latent"), PLAIN, 3)["code"]}
    assert "latent" in latent["lme4"]["refusal"]


def test_ticks_enter_the_text():
    before = report_pane(result("army"), PLAIN, 3)
    ticks = [tick for item in before["judgements"] for tick in item["ticks"]]
    assert not any(tick["held"] for tick in ticks)
    by_level = [tick["level"] for tick in ticks if tick["name"].startswith("confounding-xm")]
    assert by_level == ["within", "between"]
    assert "We assume" not in words(before)
    one = report_pane(result("army"), Choices("apa", NOUNS, ("order",)), 3)
    held = [t["name"] for item in one["judgements"] for t in item["ticks"] if t["held"]]
    assert held == ["order"]
    assert "We assume that HRS comes before LEAD, and LEAD before WBEING." in words(one)
    assert "was associated with" in words(one)
    assert one["note"] == before["note"]
    within = ["order", *(f"{name}-within" for name in BY_LEVEL)]
    inside = report_pane(result("army"), Choices("apa", NOUNS, tuple(within)), 3)
    assert "reads differences within companies as effects" in inside["note"]
    judged = read_choices(judged=["order", *BY_LEVEL]).judged
    every = report_pane(result("army"), Choices("apa", NOUNS, judged), 3)
    assert "was associated with" not in words(every)
    assert "reads differences as effects" in every["note"]


@pytest.mark.parametrize("name", ["within", "blended"])
def test_one_level_has_one_tick_for_each_assumption(name):
    ticks = [item["ticks"] for item in report_pane(result(name), PLAIN, 3)["judgements"]]
    assert len(ticks) == 9
    assert all(len(item) == 1 and not item[0]["level"] for item in ticks)


def test_the_script_speaks_of_the_users_own_variable():
    code = report_pane(result("army"), PLAIN, 3, variable="soldiers")["code"][0]["code"]
    assert "data = soldiers" in code


def test_hostile_names_stay_text():
    pane = report_pane(hostile(), PLAIN, 3)
    assert_crosses(pane, Report)
    html = next(item["text"] for item in pane["forms"] if item["form"] == "html")
    assert "<img" not in html
    assert "&lt;img" in html
