import contextlib
import io
from dataclasses import replace

import pytest

import medwidget as mw
from tests.views.results import CASES, dataset, hostile, hostile_data, result


def run(code: str, data: object) -> tuple[dict, str]:
    """Run code that we have written ourselves; return its variables and what it prints."""
    names = {"data": data}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "exported", "exec"), names)
    return names, printed.getvalue()


@pytest.mark.parametrize("case", CASES)
def test_the_code_gives_the_same_result(case):
    found = result(case)
    names, printed = run(found.to_code(), dataset(CASES[case][0]))
    again = names["result"]
    assert again.model == found.model
    assert again.effect_rows == found.effect_rows
    assert again.path_rows == found.path_rows
    assert again.statistics == found.statistics
    assert again.settings == found.settings
    assert printed == found.summary() + "\n"


def test_names_from_the_data_cannot_become_code():
    found = hostile()
    names, _ = run(found.to_code(), hostile_data())
    assert names["result"].effect_rows == found.effect_rows


@pytest.mark.parametrize(
    "name",
    ["x\nraise SystemExit", "x\rraise SystemExit", '"""', "'", "\\", "x\u2028raise SystemExit"],
)
def test_a_name_that_looks_like_code_stays_a_name(name):
    data = dataset("bpg").rename(columns={"x": name})
    found = mw.fit(mw.MediationModel(name, "m", "y", "id"), data, interval=None)
    assert run(found.to_code(), data)[0]["model"].exposure == name


def test_only_what_differs_from_the_defaults_is_written():
    plain, moderated = result("army").to_code(), result("moderated").to_code()
    assert "centering" not in plain
    assert "random_slopes" not in plain
    for option in ("covariates", "moderators", "random_slopes", "random_covariance"):
        assert option in moderated


def test_an_unknown_language_names_those_offered():
    with pytest.raises(mw.UnsupportedError, match="'python'") as error:
        result("army").to_code("pyton")
    assert "Did you mean 'python'?" in str(error.value)


def test_every_column_is_named():
    code = result("moderated").to_code()
    assert all(column in code for column in result("moderated").model.columns)


def test_a_stopped_bootstrap_says_that_the_code_goes_on():
    found = result("bootstrap")
    options = {**found.settings["interval_options"], "attempted": 10}
    stopped = replace(found, settings={**found.settings, "interval_options": options})
    assert "stopped after 10 of 25" in stopped.to_code()
    assert "stopped after 10" in stopped.summary()


@pytest.mark.parametrize("setting", ["estimator", "interval"])
def test_methods_from_elsewhere_are_refused(setting):
    found = result("army")
    foreign = replace(found, settings={**found.settings, setting: "homemade"})
    with pytest.raises(mw.UnsupportedError, match="homemade"):
        foreign.to_code()
