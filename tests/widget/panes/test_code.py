import ast
from dataclasses import replace

import pytest

import medwidget as mw
from medwidget.views.text.nouns import Nouns
from medwidget.widget.messages import Code
from medwidget.widget.panes.code import code_pane, script
from tests.views.results import CASES, dataset, hostile, hostile_data, result
from tests.widget.panes.shapes import assert_crosses

NOUNS = Nouns("school", "pupil")


def run(code: str, **names: object) -> dict[str, object]:
    space = {"print": lambda *_: None, **names}
    exec(compile(code, "code", "exec"), space)
    return space


def numbers(found: mw.MediationResult) -> dict[str, tuple[float | None, ...]]:
    return {row.name: (row.estimate, row.lower, row.upper) for row in found.effect_rows}


def assert_same(found: object, other: mw.MediationResult) -> None:
    """Compare effects to rounding: where arrays lie in memory may change the last bit."""
    assert isinstance(found, mw.MediationResult)
    here, there = numbers(found), numbers(other)
    assert list(here) == list(there)
    for name, values in there.items():
        for value, expected in zip(here[name], values, strict=True):
            assert value == (expected if expected is None else pytest.approx(expected, rel=1e-12))


@pytest.mark.parametrize("name", CASES)
def test_code_gives_the_numbers_on_screen(name):
    pane = code_pane(result(name), NOUNS, 3)
    assert_crosses(pane, Code)
    again = run(pane["languages"][0]["code"], data=dataset(CASES[name][0]))["result"]
    assert_same(again, result(name))


def test_code_speaks_of_the_users_own_variable():
    code = script(result("army"), "soldiers")
    again = run(code, soldiers=dataset("army"))["result"]
    assert_same(again, result("army"))
    assert "called soldiers" in code_pane(result("army"), NOUNS, 3, variable="soldiers")["note"]


@pytest.mark.parametrize("variable", ["a b", "class", "x;import os", "", "data"])
def test_what_is_no_variable_does_not_become_code(variable):
    assert script(result("army"), variable) == script(result("army"))


def test_code_opens_the_widget_with_the_same_settings():
    code = code_pane(result("moderated"), NOUNS, 3, variable="frame", title='B"L')["languages"][1]
    calls = {}

    class Recorder:
        MediationModel = mw.MediationModel
        Delta = mw.Delta

        @staticmethod
        def MediationWidget(data, model, **options):
            calls.update(options, data=data, model=model)

    code = code["code"].replace("import medwidget as mw", "")
    run(code, mw=Recorder, frame="the frame")
    assert calls.pop("model") == result("moderated").model
    assert calls == {
        "data": "the frame",
        "estimator": "reml",
        "interval": mw.Delta(order=2),
        "level": 0.95,
        "seed": 1,
        "name": 'B"L',
        "group_label": "school",
        "row_label": "pupil",
    }


def test_hostile_names_stay_names():
    for language in code_pane(hostile(), NOUNS, 3, title="'''\n\"")["languages"]:
        ast.parse(language["code"])
    again = run(script(hostile()), data=hostile_data())["result"]
    assert_same(again, hostile())


def test_an_interval_that_was_stopped_is_said_to_differ():
    found = result("bootstrap")
    options = {**found.settings["interval_options"], "samples": 1000}
    stopped = replace(found, settings={**found.settings, "interval_options": options})
    assert "stopped early" in code_pane(stopped, NOUNS, 3)["note"]
