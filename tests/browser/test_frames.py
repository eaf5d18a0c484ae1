"""Pictures of every state of the widget, in light and dark, kept as artefacts to look at."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import ARTEFACTS

CELL = """from tests.browser.data import diary
import medwidget as mw
frame = diary()
widget = mw.explore(frame, name="BLch9", group_label="person", row_label="day")
widget"""
ROLES = {
    "exposure": "work_stress",
    "mediator": "work_dissat",
    "outcome": "rel_dissat",
    "group": "id",
}
# Widths of the widget; the page around it takes about as much again as JupyterLab's side bar.
NARROW = {"9b-640": 640, "9c-760": 760}


class Album:
    """Takes a picture of the widget alone, once nothing moves."""

    def __init__(self, widget, theme):
        self.widget, self.theme = widget, theme
        self.taken = []

    def take(self, name):
        self.widget.settle()
        self.widget.page.wait_for_timeout(500)
        self.shoot(name)

    def shoot(self, name):
        ARTEFACTS.mkdir(exist_ok=True)
        path = ARTEFACTS / f"frame-{name}-{self.theme}.png"
        self.widget.root.screenshot(path=path)
        self.taken.append(path)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_frame(theme, lab, page):
    notebook = lab(CELL)
    if theme == "dark":
        notebook.dark()
    widget = notebook.widget()
    album = Album(widget, theme)
    album.take("1-empty")
    widget.press("work_stress", "exposure")
    with widget.dragging("work_dissat", "mediator"):
        page.wait_for_timeout(200)
        album.shoot("1b-drag")
    for role in ("outcome", "group"):
        widget.press(ROLES[role], role)
    widget.settle()
    for column in ("day", "weekend"):
        widget.press(column, "covariate")
    album.take("2-fitted")
    widget.click_path("a_within")
    expect(widget.part("mw-popover")).to_be_visible()
    album.take("2b-popover")
    page.keyboard.press("Escape")

    widget.tab("groups")
    widget.settle()
    notebook.python("widget.selected_groups = widget.result.group_effects.index[:12].tolist()")
    album.take("3-groups")
    pane = widget.tab("specifications")
    widget.settle()
    widget.part("mw-run-specifications").click()
    expect(pane.get_by_test_id("mw-specifications")).to_have_attribute(
        "data-running", "false", timeout=60_000
    )
    album.take("4-specifications")
    widget.tab("diagnostics")
    album.take("5-diagnostics")
    widget.tab("code")
    album.take("code")

    # Slopes for everything: a variance ends at zero. Then a mediator that cannot be one.
    widget.tab("effects")
    widget.part("mw-slope-direct").click()
    expect(widget.part("mw-slope-direct")).to_have_attribute("aria-checked", "true")
    album.take("5a-all-slopes")
    widget.part("mw-undo").click()
    widget.settle()
    widget.press("partner_support", "mediator")
    widget.settle()
    album.take("5b-group-level-mediator")
    notebook.python("widget.undo()")
    widget.settle()
    widget.choose("interval", "Bootstrap")
    expect(widget.part("mw-stop")).to_have_text(re.compile(r"keep \d"))
    album.shoot("6-progress")
    notebook.python("widget.cancel()")
    widget.settle()
    for name, width in NARROW.items():
        widget.root.evaluate("(root, width) => { root.style.width = `${width}px` }", width)
        page.wait_for_timeout(400)
        album.take(name)
    sizes = {path.name: path.stat().st_size for path in album.taken}
    assert len(sizes) == 13
    assert min(sizes.values()) > 10_000, sizes
