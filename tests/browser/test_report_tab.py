"""The Report tab: text as it is ticked and chosen, what is copied, pictures of it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import ARTEFACTS

DIARY = """from tests.browser.data import diary
import medwidget as mw
frame = diary()
widget = mw.explore(frame, name="BLch9", group_label="person", row_label="day",
                    exposure="work_stress", mediators="work_dissat", outcome="rel_dissat",
                    group="id", covariates=["day", "weekend"])
widget"""
ARMY = """import medwidget as mw
army = mw.load_dataset("army")
widget = mw.explore(army, group_label="company", row_label="soldier",
                    exposure="HRS", mediators="LEAD", outcome="WBEING", group="GRP")
widget"""
BY_LEVEL = ("confounding-xm", "confounding-my", "confounding-xy", "affected-confounder")
WITHIN = ("order", *(f"{name}-within" for name in BY_LEVEL))
BETWEEN = tuple(f"{name}-between" for name in BY_LEVEL)
NARROW = 640


def shoot(widget, name):
    """Keep a picture of the widget alone, once nothing moves."""
    widget.settle()
    widget.page.set_viewport_size({"width": 1700, "height": 5200})
    widget.page.wait_for_timeout(500)
    ARTEFACTS.mkdir(exist_ok=True)
    widget.root.screenshot(path=ARTEFACTS / f"frame-8-report-{name}.png")


def opened(lab, cell):
    widget = lab(cell).widget()
    widget.settle()
    pane = widget.tab("report")
    expect(pane.get_by_role("article")).to_contain_text("Method")
    return widget, pane


def test_ticks_enter_the_text_and_the_words_become_causal_with_the_last_of_them(lab, page):
    widget, pane = opened(lab, ARMY)
    article = pane.get_by_role("article")
    expect(article).to_contain_text("one unit more of HRS was associated with a difference")
    for name in WITHIN:
        expect(article).not_to_contain_text("HRS changed")
        widget.part(f"mw-judge-{name}").check()
    expect(article).to_contain_text("one unit more of HRS changed LEAD by −0.036")
    expect(article).to_contain_text("We assume that HRS comes before LEAD")
    for name in BETWEEN:
        expect(article).to_contain_text("of HRS one unit higher was associated with")
        widget.part(f"mw-judge-{name}").check()
    expect(article).to_contain_text("of HRS one unit higher changed that of LEAD by −0.17")
    widget.part("mw-undo").click()
    expect(article).to_contain_text("of HRS one unit higher was associated with")
    expect(widget.part(f"mw-judge-{BETWEEN[-1]}")).not_to_be_checked()

    smallest = widget.part("mw-smallest")
    smallest.fill("0.05")
    smallest.press("Enter")
    expect(article).to_contain_text("nearer to zero than 0.05, the smallest effect")
    pane.get_by_role("radio", name="Plain", exact=True).click()
    expect(article).to_contain_text("95% interval")
    expect(article).not_to_contain_text("95% CI")
    widget.settle()
    assert widget.asked("report().partition('\\n\\nDECISIONS')[0] + '\\n'") == widget.asked(
        "result.report('plain', group_label='company', row_label='soldier', smallest=0.05,"
        f" judged={[*WITHIN, *BETWEEN[:-1]]!r})"
    )


def test_a_reason_is_typed_for_a_decision_and_exported(lab, page):
    widget, _ = opened(lab, ARMY)
    expect(widget.part("mw-decisions")).to_have_count(0)
    widget.part("mw-judge-linear").check()
    reason = widget.part("mw-reason")
    reason.fill("lines of companies look straight")
    reason.press("Enter")
    page.wait_for_timeout(300)
    widget.settle()
    assert "linear paths: judged to hold: lines of companies look straight" in widget.asked(
        "report()"
    )
    reason.focus()
    widget.part("mw-undo").click()
    expect(reason).to_have_value("")


def test_a_note_is_typed_at_a_path_and_stands_beside_its_estimate(lab, page):
    widget = lab(ARMY).widget()
    widget.settle()
    widget.click_path("a_within")
    widget.part("mw-note").locator("summary").click()
    mechanism = widget.part("mw-note-mechanism")
    mechanism.fill("less time to talk with soldiers")
    widget.part("mw-note").get_by_role("radio", name="Testable").click()
    for side in ("within", "between"):
        expect(widget.number(f"a_{side}").first).to_contain_text("note")
    expect(widget.path("a_within")).to_have_attribute("aria-label", re.compile("has a note"))
    expect(mechanism).to_have_value("less time to talk with soldiers")
    shoot(widget, "note")
    page.keyboard.press("Escape")
    pane = widget.tab("report")
    expect(pane.get_by_role("article")).to_contain_text(
        "Mechanism: less time to talk with soldiers. The author holds it to be testable"
    )


def test_what_is_copied_can_be_pasted_with_its_tables(lab, page):
    widget, pane = opened(lab, ARMY)
    widget.part("mw-copy-report").click()
    expect(pane.get_by_text("Copied")).to_be_visible()
    kinds = page.evaluate(
        "async () => (await navigator.clipboard.read()).flatMap((item) => item.types)"
    )
    assert {"text/html", "text/plain"} <= set(kinds)
    html = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          return (await item.getType("text/html")).text();
        }"""
    )
    assert html.count("<table") == 2
    widget.part("mw-report-form").select_option(label="LaTeX")
    pane.get_by_role("button", name="Copy table").first.click()
    expect(pane.get_by_text("Copied")).to_have_count(2)
    latex = page.evaluate("navigator.clipboard.readText()")
    assert latex.count(r"\toprule") == latex.count(r"\end{table}") == 1


def test_code_for_a_program_that_cannot_fit_the_model_is_a_sentence(lab, page):
    widget, pane = opened(lab, ARMY)
    pane.get_by_role("radio", name="lavaan", exact=True).click()
    expect(widget.part("mw-report-refusal")).to_contain_text("lavaan")
    pane.get_by_role("radio", name="lme4", exact=True).click()
    expect(pane.locator("pre")).to_contain_text("lmer(")


def test_by_keyboard_alone(lab, page):
    widget, pane = opened(lab, ARMY)
    widget.part("mw-tab-report").focus()
    page.keyboard.press("Tab")
    expect(pane.get_by_role("radio", name="APA 7")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(pane.get_by_role("article")).to_contain_text("95% interval")
    tick = widget.part("mw-judge-order")
    tick.focus()
    page.keyboard.press("Space")
    expect(pane.get_by_role("article")).to_contain_text("We assume that")
    expect(tick).to_be_focused()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_fits_its_room(theme, lab, page):
    notebook = lab(DIARY)
    if theme == "dark":
        notebook.dark()
    widget = notebook.widget()
    widget.settle()
    pane = widget.tab("report")
    expect(pane.get_by_role("article")).to_contain_text("Results")
    widget.part("mw-judge-order").check()
    widget.part("mw-judge-confounding-xm-within").check()
    expect(pane.get_by_role("article")).to_contain_text(
        re.compile("We assume that .* stands behind work_stress and work_dissat, within persons")
    )
    shoot(widget, theme)
    widget.root.evaluate("(root, width) => { root.style.width = `${width}px` }", NARROW)
    page.wait_for_timeout(400)
    shoot(widget, f"{NARROW}-{theme}")
    wide = "(root) => [root, ...root.querySelectorAll('.mw-report *')].filter("
    wide += "(one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display"
    wide += " !== 'inline' && getComputedStyle(one).overflowX === 'visible')"
    assert widget.root.evaluate(f"{wide}.map((one) => one.className)") == []
