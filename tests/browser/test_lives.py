"""A widget's lives in JupyterLab: beside others, seen twice, without its kernel, and again."""

import json
import re

import pytest
from playwright.sync_api import expect

CELL = """import medwidget as mw
bpg = mw.load_dataset("bpg")
widget = mw.explore(bpg, name="{name}")
widget"""
FITTED = """import medwidget as mw
widget = mw.MediationWidget(
    mw.load_dataset("bpg"), exposure="x", mediators="m", outcome="y", group="id"
)
widget"""
ROLES = {"exposure": "x", "mediator": "m", "outcome": "y", "group": "id"}
MOST_BYTES = 700_000


@pytest.fixture
def fitted(lab):
    notebook = lab(FITTED)
    widget = notebook.widget()
    widget.settle()
    return widget


def test_two_widgets_in_a_page_keep_apart(lab):
    notebook = lab(CELL.format(name="one"), "other = mw.explore(bpg, name='two')\nother")
    one, two = notebook.widget(0), notebook.widget(1, name="other")
    one.map(**ROLES)
    expect(one.part("mw-effects")).to_contain_text("Indirect, within")
    expect(two.part("mw-effects")).to_have_count(0)
    two.map(exposure="m", mediator="x", outcome="y", group="id")
    expect(two.node("exposure")).to_have_attribute("data-column", "m")
    expect(one.node("exposure")).to_have_attribute("data-column", "x")
    ids = notebook.page.evaluate("() => [...document.querySelectorAll('[id]')].map((e) => e.id)")
    ours = [name for name in ids if name.startswith("mw")]
    assert len(ours) == len(set(ours))


def test_two_views_of_a_widget_show_the_same(lab):
    notebook = lab(FITTED, "widget")
    first, second = notebook.widget(0), notebook.widget(1)
    first.settle()
    first.part("mw-slope-a").click()
    expect(second.part("mw-slope-a")).to_have_attribute("aria-checked", "false")
    first.settle()
    assert second.effects() == first.effects()
    second.part("mw-undo").click()
    expect(first.part("mw-slope-a")).to_have_attribute("aria-checked", "true")


def test_what_is_set_in_python_is_shown(fitted):
    notebook = fitted.notebook
    notebook.python("widget.model = widget.model.replace(random_slopes=())")
    expect(fitted.part("mw-slope-a")).to_have_attribute("aria-checked", "false")
    notebook.python(
        "with widget.hold_sync():\n"
        "    widget.selected_groups = [1, 2, 3]\n"
        "    widget.model = widget.model.replace(random_slopes=('a', 'b'))"
    )
    expect(fitted.part("mw-slope-b")).to_have_attribute("aria-checked", "true")
    fitted.settle()
    fitted.tab("groups")
    expect(fitted.root).to_contain_text("3 selected groups")
    fitted.tab("effects")
    notebook.python("widget.undo()")
    notebook.python("widget.toggle_slope('a')")
    fitted.settle()
    state = fitted.asked("model.random_slopes")
    checked = fitted.part("mw-slope-a").get_attribute("aria-checked")
    assert ("a" in state) == (checked == "true")


def test_observers_in_the_notebook_hear_of_gestures(fitted):
    notebook = fitted.notebook
    notebook.python(
        "heard = []\n"
        "widget.observe(lambda change: heard.append(change.name), names=['model', 'result'])"
    )
    fitted.part("mw-slope-a").click()
    expect(fitted.part("mw-slope-a")).to_have_attribute("aria-checked", "false")
    fitted.settle()
    assert set(notebook.value("heard")) == {"model", "result"}


def test_without_its_kernel_it_keeps_the_last_result_and_says_so(fitted):
    notebook = fitted.notebook
    before = fitted.effects()
    assert before
    notebook.restart()
    expect(fitted.part("mw-message")).to_contain_text("The kernel is not running")
    assert fitted.effects() == before
    # Running the cell again makes a widget that works.
    notebook.run_all()
    again = notebook.widget()
    again.settle()
    again.part("mw-slope-a").click()
    expect(again.part("mw-slope-a")).to_have_attribute("aria-checked", "false")


def test_a_cell_that_runs_again_leaves_one_widget(fitted):
    notebook = fitted.notebook
    notebook.run_all()
    widget = notebook.widget()
    widget.settle()
    expect(fitted.page.get_by_test_id("mw-root")).to_have_count(1)
    widget.part("mw-slope-b").click()
    expect(widget.part("mw-slope-b")).to_have_attribute("aria-checked", "false")


def test_a_notebook_with_three_widgets_stays_small_and_shows_them_when_reopened(lab):
    cells = [FITTED, FITTED, FITTED.replace("widget", "third").replace("medthird", "medwidget")]
    notebook = lab(*cells)
    notebook.widget(2, name="third").settle()
    expect(notebook.widget(0).part("mw-effects")).to_be_visible()
    before = notebook.widget(2).effects()
    path = notebook.save()
    size = path.stat().st_size
    saved = json.loads(path.read_text(encoding="utf-8"))
    states = saved["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert sum("_esm" in model["state"] for model in states.values()) >= 3
    assert size <= MOST_BYTES, f"{size:,} bytes"
    notebook.server.delete_sessions()
    notebook.page.goto("about:blank")
    notebook.open(path.name)
    third = notebook.widget(2, name="third")
    expect(third.part("mw-effects")).to_be_visible()
    assert third.effects() == before


def test_an_error_in_a_handler_is_told_in_the_widget(fitted, page):
    fitted.notebook.python("widget._handle_custom_msg({'kind': 'assign', 'column': 'none'}, [])")
    expect(fitted.part("mw-message").first).to_be_visible()
    expect(fitted.part("mw-effects")).to_contain_text("Indirect, within")
    expect(page.get_by_text(re.compile("Traceback"))).to_have_count(0)
