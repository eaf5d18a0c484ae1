"""Column names and group labels that try to be something else are displayed, and nothing runs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.data import HOSTILE

CELL = """from tests.browser.data import hostile
import medwidget as mw
frame = hostile()
widget = mw.explore(frame, name="<img src=x onerror=\\"window.attacked='title'\\">")
widget"""
TABS = ["effects", "groups", "specifications", "diagnostics", "report"]


@pytest.fixture
def mapped(lab):
    notebook = lab(CELL)
    widget = notebook.widget()
    roles = ("exposure", "mediator", "outcome", "group", "covariate")
    widget.map(**{role: HOSTILE[role] for role in roles})
    return widget


def assert_nothing_ran(page):
    assert page.evaluate("() => window.attacked ?? null") is None
    assert page.locator("img[src='x'], svg[onload]").count() == 0
    assert page.evaluate("() => ({}).x ?? null") is None


def test_every_tab_shows_them_and_nothing_runs(mapped, page):
    for column in HOSTILE.values():
        expect(mapped.variable(column)).to_be_visible()
    for tab in TABS:
        mapped.tab(tab)
        mapped.settle()
        expect(mapped.part("mw-message").filter(has_text=re.compile("Error"))).to_have_count(0)
        assert_nothing_ran(page)
    mapped.notebook.python("widget.select_groups(list(frame.iloc[:, 0].unique()[:3]))")
    mapped.tab("groups")
    mapped.settle()
    assert_nothing_ran(page)
    mapped.tab("effects")
    mapped.click_path("a_within")
    expect(mapped.part("mw-popover")).to_be_visible()
    assert_nothing_ran(page)


def test_code_with_them_runs_and_gives_the_same_numbers(mapped, page):
    estimates = mapped.asked("result.effects['estimate'].dropna().to_dict()")
    mapped.notebook.python(
        "scope = {}; exec(widget.code(), {'frame': frame, 'data': frame}, scope)"
    )
    again = mapped.notebook.value("scope['result'].effects['estimate'].dropna().to_dict()")
    assert again == estimates
    assert_nothing_ran(page)


def test_a_saved_page_with_them_runs_nothing(mapped, browser, watch, tmp_path):
    path = tmp_path / "page.html"
    mapped.notebook.python(f"widget.save_html({str(path)!r})")
    context = browser.new_context(offline=True)
    saved = context.new_page()
    watch.follow(saved)
    saved.goto(path.as_uri())
    expect(saved.get_by_test_id("mw-effects")).to_be_visible()
    assert_nothing_ran(saved)
    assert "window.attacked" in saved.content()  # the names are there, as text
    context.close()
