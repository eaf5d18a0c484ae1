"""The tour in a real JupyterLab, from four columns to code, by mouse and by keyboard alone."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import keep_picture
from tests.browser.widget import center

TOUR = Path(__file__).parents[2] / "notebooks" / "tour.ipynb"
ROLES = {"exposure": "HRS", "mediator": "LEAD", "outcome": "WBEING", "group": "GRP"}
# What the cell of the tour shows, and so what code makes again.
CELL = """import medwidget as mw
army = mw.load_dataset("army")
widget = mw.explore(army, name="army", group_label="company", row_label="soldier")
widget"""

COUNT_CELLS = "() => jupyterapp.shell.currentWidget.content.widgets.length"


def numbers(text):
    """Return the numbers of a text, each with half a unit of its last digit."""
    return [
        (float(match[0].replace("\u2212", "-")), 0.5 * 10 ** -len(match[1] or ""))
        for match in re.finditer(r"\u2212?\d+(?:\.(\d+))?", text)
    ]


def tells(text, value):
    """Return whether a text has a number, rounded."""
    return any(abs(number - value) <= 1.0001 * half for number, half in numbers(text))


def assert_numbers_agree(widget):
    """Every effect in the table is the kernel's, and so is the path a in the diagram."""
    effects = widget.asked("result.effects[['estimate', 'lower', 'upper']].T.to_dict()")
    rows = widget.part("mw-effects").locator("tr[data-effect]")
    expect(rows.first).to_be_visible()
    told = {row.get_attribute("data-effect"): row.inner_text() for row in rows.all()}
    assert len(told) >= 3
    for name, text in told.items():
        for number in effects[name].values():
            assert tells(text, number), f"{name}: {number} is not in {text!r}"
    path = "a_within" if widget.path("a_within").count() else "a"
    a = widget.asked(f"result.paths['estimate'][{path!r}]")
    assert tells(" ".join(widget.number(path).all_text_contents()), a)


def test_by_mouse(lab, page):
    notebook = lab(file=TOUR)
    widget = notebook.widget()
    widget.map(by="drag", **ROLES)
    assert_numbers_agree(widget)
    keep_picture(page, "tour-mapped")
    before = widget.asked("result.effects['estimate']['indirect_within']")

    # A slope, by its dot in the diagram; and back.
    widget.slope("a").click()
    expect(widget.part("mw-slope-a")).to_have_attribute("aria-checked", "false")
    widget.settle()
    assert_numbers_agree(widget)
    assert widget.asked("result.effects['estimate']['indirect_within']") != before
    widget.part("mw-undo").click()
    expect(widget.part("mw-slope-a")).to_have_attribute("aria-checked", "true")
    widget.settle()
    assert widget.asked("result.effects['estimate']['indirect_within']") == before

    # Another centring: one set of paths, levels not separated.
    widget.choose("centering", "none")
    expect(widget.part("mw-diagram")).to_contain_text(
        re.compile("levels not separated", re.IGNORECASE)
    )
    widget.settle()
    widget.part("mw-undo").click()
    widget.settle()
    assert_numbers_agree(widget)


def brush(widget, count):
    """Drag over as many groups of the caterpillar, from one mark to another."""
    surface = widget.part("mw-caterpillar").get_by_role("listbox")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    n_groups = widget.asked("result.statistics['n_groups']")
    pitch = max(box["width"] / n_groups, 8)
    first = 20
    middle = box["y"] + box["height"] / 3
    mouse = widget.page.mouse
    mouse.move(box["x"] + (first + 0.5) * pitch, middle)
    mouse.down()
    mouse.move(box["x"] + (first + count - 0.5) * pitch, middle, steps=count)
    mouse.up()


def test_ten_groups_are_brushed_and_known_in_the_notebook(lab, page):
    widget = lab(CELL).widget()
    widget.map(**ROLES)
    widget.tab("groups")
    widget.settle()
    brush(widget, 10)
    expect(widget.root).to_contain_text("10 selected companies")
    widget.settle()
    chosen = widget.asked("selected_groups")
    assert len(chosen) == 10
    effects = widget.asked("result.group_effects['indirect'].to_dict()")
    order = sorted(effects, key=effects.get)
    assert sorted(map(str, chosen)) == sorted(order[20:30])
    expect(widget.root.locator(".mw-multiples svg, .mw-multiples canvas").first).to_be_visible()
    keep_picture(page, "tour-groups")
    # One more, by keyboard.
    surface = widget.part("mw-caterpillar").get_by_role("listbox")
    surface.focus()
    page.keyboard.press("Escape")
    expect(widget.part("mw-clear-selection")).to_have_count(0)
    page.keyboard.press("Home")
    page.keyboard.press("Shift+ArrowRight")
    expect(widget.root).to_contain_text("2 selected companies")


def test_24_specifications_run_and_one_is_loaded(lab, page):
    widget = lab(CELL).widget()
    widget.map(**ROLES)
    pane = widget.tab("specifications")
    widget.settle()
    run = widget.part("mw-run-specifications")
    expect(run).to_have_text("Fit 24 specifications")
    run.click()
    expect(pane.get_by_test_id("mw-specifications")).to_have_attribute("data-running", "false")
    widget.settle()
    expect(pane).to_contain_text("24 specifications")
    assert widget.asked("comparison.table.shape[0]") == 24
    keep_picture(page, "tour-specifications")
    curve = pane.locator(".mw-curve-keys")
    curve.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    widget.settle()
    last = widget.asked("model.centering"), widget.asked("model.random_slopes")
    assert last != ("group-mean", ["a", "b"])
    widget.part("mw-undo").click()
    widget.settle()
    assert widget.asked("model.centering") == "group-mean"


@pytest.mark.parametrize("button", ["mw-cancel", "mw-stop"])
def test_a_bootstrap_is_cancelled_or_stopped(button, lab, page):
    widget = lab(CELL).widget()
    widget.map(**ROLES)
    monte_carlo = widget.effects()
    widget.choose("interval", "Bootstrap")
    expect(widget.part("mw-progress")).to_be_visible()
    expect(widget.part("mw-stop")).to_have_text(re.compile(r"Stop and keep \d+"))
    widget.part(button).click()
    expect(widget.part("mw-progress")).to_have_count(0, timeout=3_000)
    widget.settle()
    if button == "mw-cancel":
        assert widget.effects() == monte_carlo
    else:
        expect(widget.root).to_contain_text(re.compile(r"Stopped at [\d,]+ of [\d,]+"))
        assert "bootstrap" in widget.asked("result.summary()").lower()


def test_copied_code_makes_the_same_numbers(lab, page):
    widget = lab(CELL).widget()
    widget.map(**ROLES)
    widget.part("mw-slope-b").click()
    expect(widget.part("mw-slope-b")).to_have_attribute("aria-checked", "false")
    widget.settle()
    pane = widget.tab("code")
    pane.get_by_test_id("mw-copy-code").click()
    code = page.evaluate("() => navigator.clipboard.readText()")
    assert code == widget.asked("code()")
    here = {"name": "again", "data": "army"}
    widget.notebook.python(f"scope = {{'army': army, **{here!r}}}\nscope['data'] = army\n"
                           f"exec({code!r}, scope)")  # fmt: skip
    numbers = "effects[['estimate', 'se', 'lower', 'upper']].to_json()"
    again = json.loads(widget.notebook.value(f"scope['result'].{numbers}"))
    assert again == json.loads(widget.asked(f"result.{numbers}"))


class Keyboard:
    """Goes through the widget by keys alone and knows what has the focus."""

    def __init__(self, widget):
        self.widget = widget
        self.press = widget.page.keyboard.press

    def at(self, *names):
        """Return attributes of the focused element."""
        return self.widget.page.evaluate(
            "(names) => names.map((name) => document.activeElement?.getAttribute(name))", names
        )

    def tab_to(self, name, value=None, most=60):
        """Press Tab until the focused element has an attribute; fail if it never does."""
        for _ in range(most):
            (found,) = self.at(name)
            if found is not None and (value is None or found == value):
                return
            self.press("Tab")
        raise AssertionError(f"{most} times Tab never reach {name}={value}")

    def walk_to(self, name, value, key="ArrowDown", most=60):
        """Press an arrow until the focused element has a value."""
        for _ in range(most):
            if self.at(name) == [value]:
                return
            self.press(key)
        raise AssertionError(f"{key} never reaches {name}={value}")


def test_by_keyboard_alone(lab, page):
    widget = lab(CELL).widget()
    keys = Keyboard(widget)
    # Where a user is who has just run the cell: the notebook in command mode.
    keys.tab_to("data-testid", "mw-variable")
    keys.press("Home")
    cells = widget.notebook.page.evaluate(
        "() => jupyterapp.shell.currentWidget.content.widgets.length"
    )
    for role, column in ROLES.items():
        keys.press("Home")
        keys.walk_to("data-column", column)
        keys.press({"exposure": "x", "mediator": "m", "outcome": "y", "group": "g"}[role])
        expect(widget.node(role)).to_have_attribute("data-column", column)
    widget.settle()
    assert_numbers_agree(widget)
    # An option, by its radio group.
    keys.tab_to("role", "radio")
    keys.press("ArrowRight")
    widget.settle()
    assert widget.asked("model.centering") != "group-mean"
    keys.press("Control+z")
    widget.settle()
    assert widget.asked("model.centering") == "group-mean"
    # A path: its popover, its slope, back.
    keys.tab_to("data-node")
    for _ in range(30):
        if keys.at("data-path") == ["b_within"]:
            break
        keys.press("ArrowRight")
    assert keys.at("data-path") == ["b_within"]
    assert "95% interval" in keys.at("aria-label")[0]
    keys.press("Enter")
    expect(widget.part("mw-popover")).to_be_focused()
    keys.press("Escape")
    expect(widget.part("mw-popover")).to_have_count(0)
    assert keys.at("data-path") == ["b_within"]
    keys.press("r")
    expect(widget.part("mw-slope-b")).to_have_attribute("aria-checked", "false")
    # The tabs.
    keys.tab_to("role", "tab")
    keys.press("ArrowRight")
    if keys.at("aria-selected") != ["true"]:
        keys.press("Enter")
    expect(widget.part("mw-tab-groups")).to_have_attribute("aria-selected", "true")
    # No letter has reached the notebook.
    after = widget.notebook.page.evaluate(
        "() => jupyterapp.shell.currentWidget.content.widgets.length"
    )
    assert after == cells


def test_dragging_shows_targets_refuses_and_escapes(lab, page):
    widget = lab(CELL).widget()
    with widget.dragging("HRS", "mediator"):
        expect(widget.root.get_by_text("Release on")).to_contain_text("Mediator M")
        keep_picture(page, "tour-drag")
    expect(widget.node("mediator")).to_have_attribute("data-column", "HRS")
    with widget.dragging("LEAD", "exposure"):
        page.keyboard.press("Escape")
    expect(widget.node("exposure")).to_have_attribute("data-empty", "true")
    # Dropped on an occupied node, columns swap; dropped outside, nothing happens.
    widget.drag("LEAD", "exposure")
    widget.drag("LEAD", "mediator")
    expect(widget.node("mediator")).to_have_attribute("data-column", "LEAD")
    expect(widget.node("exposure")).to_have_attribute("data-column", "HRS")
    page.mouse.move(*center(widget.variable("COHES")))
    page.mouse.down()
    page.mouse.move(5, 5, steps=6)
    page.mouse.up()
    assert widget.asked("_draft['covariates']") == []
