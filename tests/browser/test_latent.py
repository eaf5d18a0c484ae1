"""Latent group means in the page: the switch, paths that are held, missing values, slow fits."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import ARTEFACTS

ARMY = """import medwidget as mw
army = mw.load_dataset("army")
widget = mw.explore(army, group_label="company", row_label="soldier", random_slopes=())
widget"""
SLOPES = ARMY.replace(", random_slopes=()", "")
ROLES = {"exposure": "HRS", "mediator": "LEAD", "outcome": "WBEING", "group": "GRP"}
DIARY = """from tests.browser.data import diary
import medwidget as mw
frame = diary()
widget = mw.explore(frame, name="BLch9", group_label="person", row_label="day",
                    exposure="sleep_hours", mediators="work_dissat", outcome="rel_dissat",
                    group="id", random_slopes=())
widget"""
SLOW = """from tests.browser.data import many_groups
import medwidget as mw
frame = many_groups()
widget = mw.explore(frame, exposure="x", mediators="m", outcome="y", group="group",
                    random_slopes=())
widget"""
INDIRECT = "result.effects.loc['indirect_between', ['estimate', 'lower', 'upper']].tolist()"
NARROW = 640


def indirect(widget):
    return widget.asked(INDIRECT)


def shapes(widget, side):
    """Return the tag of the shape of each node of a panel, from X to Y."""
    nodes = widget.part("mw-diagram").locator(f"[data-node][data-side={side}] > .shape")
    return nodes.evaluate_all("(all) => all.map((one) => one.tagName)")


def shoot(widget, name):
    """Keep a picture of the widget alone, once nothing moves."""
    widget.settle()
    widget.page.wait_for_timeout(400)
    ARTEFACTS.mkdir(exist_ok=True)
    widget.root.screenshot(path=ARTEFACTS / f"latent-{name}.png")


@pytest.mark.parametrize("cell", [ARMY, SLOPES], ids=["fixed", "random"])
def test_observed_and_latent_means_draw_and_give_other_numbers(cell, lab, page):
    widget = lab(cell).widget()
    widget.map(**ROLES)
    observed = indirect(widget)
    assert shapes(widget, "between") == ["rect"] * 3
    expect(widget.part("mw-diagram")).to_contain_text("observed company mean")

    widget.choose("centering", "latent")
    expect(widget.part("mw-diagram")).not_to_contain_text("observed company mean")
    widget.settle()
    latent = indirect(widget)
    assert widget.asked("model.centering") == "latent"
    assert shapes(widget, "between") == ["ellipse"] * 3
    assert shapes(widget, "within") == ["rect"] * 3
    assert latent != observed
    expect(widget.root.get_by_label(re.compile("Legend: latent company mean"))).to_be_visible()

    widget.choose("centering", "group mean")
    expect(widget.part("mw-diagram")).to_contain_text("observed company mean")
    widget.settle()
    assert indirect(widget) == observed
    widget.part("mw-undo").click()
    widget.settle()
    assert indirect(widget) == latent


def test_a_path_is_fixed_by_its_popover_and_freed_by_keys(lab, page):
    widget = lab(ARMY).widget()
    widget.map(**ROLES)
    widget.choose("centering", "latent")
    widget.settle()
    free = widget.asked("result.statistics['n_parameters']")
    widget.click_path("direct_between")
    hold = widget.part("mw-hold")
    hold.get_by_role("radio", name="fixed at 0").click()
    expect(widget.path("direct_between")).to_have_attribute(
        "aria-label", re.compile(r"c′ between, .*, 0, fixed")
    )
    widget.settle()
    assert widget.asked("model.to_dict()['constraints']") == {"direct_between": 0}
    assert widget.asked("result.statistics['n_parameters']") == free - 1
    assert widget.asked("result.statistics['df']") == 1
    page.keyboard.press("Escape")
    widget.tab("code")
    expect(widget.root).to_contain_text("constraints={'direct_between': 0.0}")

    # By keys alone: the menu of the path, then its letter.
    widget.path("a_between").focus()
    page.keyboard.press("f")
    page.keyboard.press("=")
    expect(widget.path("a_within")).to_have_attribute(
        "aria-label", re.compile("held equal to between")
    )
    widget.settle()
    paths = widget.asked("result.paths['estimate'].to_dict()")
    assert paths["a_within"] == paths["a_between"]
    widget.path("direct_between").focus()
    page.keyboard.press("f")
    page.keyboard.press("e")
    widget.settle()
    assert widget.asked("model.to_dict()['constraints']") == {"a_within": "a_between"}


def test_rows_with_holes_are_kept_by_full_information(lab, page):
    widget = lab(DIARY).widget()
    expect(widget.part("mw-control-missing")).to_be_visible()
    refused = widget.part("mw-control-missing").get_by_role("radio", name="FIML")
    expect(refused).to_have_attribute("aria-disabled", "true")
    widget.settle()
    listwise = widget.asked("result.statistics['n_rows']")
    keep = widget.root.get_by_role("button", name=re.compile("Keep all days"))
    keep.click()
    widget.settle()
    assert widget.asked("model.missing") == "fiml"
    assert widget.asked("result.statistics['n_rows']") > listwise
    expect(widget.part("mw-control-missing").get_by_role("radio", name="FIML")).to_be_checked()


def test_a_slow_fit_shows_how_far_it_is_and_is_cancelled(lab, page):
    widget = lab(SLOW).widget()
    widget.settle()
    widget.choose("centering", "latent")
    expect(widget.part("mw-diagram")).not_to_contain_text("observed group mean")
    widget.settle()
    before = indirect(widget)
    for path in ("a", "b", "direct"):
        widget.part(f"mw-slope-{path}").click()
    expect(widget.part("mw-progress")).to_be_visible(timeout=30_000)
    expect(widget.part("mw-progress")).to_contain_text(re.compile(r"Fitting, \d+%"))
    expect(widget.part("mw-stop")).to_have_count(0)
    shown = widget.effects()
    widget.part("mw-cancel").click()
    expect(widget.part("mw-progress")).to_have_count(0, timeout=5_000)
    expect(widget.root).to_contain_text("The fit was cancelled.")
    assert widget.effects() == shown  # the last good numbers stay
    # A later change ends a fit that nobody waits for any more.
    widget.root.get_by_role("button", name="Fit it").click()
    expect(widget.part("mw-progress")).to_be_visible(timeout=30_000)
    widget.notebook.python("widget.model = widget.session.model.replace(random_slopes=())")
    expect(widget.part("mw-progress")).to_have_count(0, timeout=5_000)
    widget.settle()
    assert indirect(widget) == before


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pictures_of_latent_means(theme, lab, page):
    notebook = lab(SLOPES)
    if theme == "dark":
        notebook.dark()
    widget = notebook.widget()
    widget.map(**ROLES)
    widget.choose("centering", "latent")
    shoot(widget, f"fitted-{theme}")
    widget.click_path("b_between")
    shoot(widget, f"popover-{theme}")
    widget.part("mw-hold").get_by_role("radio", name="equal across levels").click()
    page.keyboard.press("Escape")
    widget.path("direct_between").focus()
    page.keyboard.press("f")
    shoot(widget, f"menu-{theme}")
    page.keyboard.press("0")
    shoot(widget, f"held-{theme}")
    widget.tab("diagnostics")
    shoot(widget, f"diagnostics-{theme}")
    widget.tab("specifications")
    shoot(widget, f"specifications-{theme}")
    widget.tab("effects")
    widget.root.evaluate("(root, width) => { root.style.width = `${width}px` }", NARROW)
    shoot(widget, f"narrow-{theme}")
    pictures = sorted(ARTEFACTS.glob(f"latent-*-{theme}.png"))
    assert len(pictures) >= 7
    assert min(path.stat().st_size for path in pictures) > 10_000
