"""A saved page: one file that works with the network off and holds no data but what it draws."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

import medwidget as mw
from tests.browser.chromium import keep_picture
from tests.browser.data import diary
from tests.browser.widget import WidgetPage

# Values that occur nowhere else, in columns that no picture draws.
SECRET = 7319.50481


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    frame = diary()
    frame["sleep_hours"] = SECRET + frame.index / 3
    frame["diary_note"] = [f"confidential {i}" for i in frame.index]
    widget = mw.MediationWidget(
        frame,
        exposure="work_stress",
        mediators="work_dissat",
        outcome="rel_dissat",
        group="id",
        group_label="person",
        row_label="day",
    )
    widget.wait(60)
    path = tmp_path_factory.mktemp("saved") / "analysis.html"
    widget.save_html(path)
    widget.close()
    return path


@pytest.fixture
def opened(saved, browser, watch):
    context = browser.new_context(offline=True, viewport={"width": 1240, "height": 1300})
    page = context.new_page()
    watch.follow(page)
    page.goto(saved.as_uri())
    yield page
    context.close()


def test_it_shows_diagram_numbers_and_charts_with_the_network_off(opened):
    widget = WidgetPage(opened)
    expect(widget.path("a_within")).to_be_visible()
    expect(widget.part("mw-effects")).to_contain_text("Indirect, within")
    expect(widget.part("mw-effects").locator("svg, canvas").first).to_be_visible()
    keep_picture(opened, "saved-page")


def test_it_offers_nothing_that_needs_a_kernel(opened):
    widget = WidgetPage(opened)
    slope = widget.part("mw-slope-a")
    before = widget.part("mw-effects").inner_text()
    if slope.count() and slope.is_enabled():
        slope.click()
    expect(widget.part("mw-effects")).to_have_text(re.compile(re.escape(before[:20])))


def test_it_holds_no_value_of_the_data_beyond_what_is_drawn(saved):
    text = saved.read_text(encoding="utf-8")
    assert "confidential 1" not in text
    values = (SECRET + i / 3 for i in range(2100))
    assert [value for value in values if f"{value:.1f}" in text] == []


def test_it_is_one_file_that_loads_nothing(saved):
    text = saved.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\b(src|href)\s*=\s*[\"']?https?:", text)
    assert not re.search(r"\bimport\s*\(?\s*[\"']https?:", text)
