"""Every tab passes axe-core in light and dark; reduced motion and forced colours are heeded."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

AXE = Path(__file__).parents[2] / "js/node_modules/axe-core/axe.min.js"
CELL = """from tests.browser.data import diary
import medwidget as mw
widget = mw.MediationWidget(
    diary(), exposure="work_stress", mediators="work_dissat", outcome="rel_dissat", group="id",
    covariates=["weekend"], name="diary", group_label="person", row_label="day",
)
widget"""
TABS = ["effects", "groups", "specifications", "diagnostics", "report"]
CHECK = """async (root) => {
  const result = await window.axe.run(root, { resultTypes: ['violations'] });
  return result.violations.flatMap((violation) => violation.nodes.map((node) =>
    `${violation.id}: ${violation.help}: ${node.target.join(' ')}: ${node.html.slice(0, 160)}`));
}"""


@pytest.fixture
def widget(lab):
    widget = lab(CELL).widget()
    widget.settle()
    return widget


def violations(widget):
    if not widget.page.evaluate("() => 'axe' in window"):
        # JupyterLab has an AMD loader, which axe would otherwise hand itself to.
        widget.page.evaluate(f"() => {{ const define = undefined; {AXE.read_text('utf-8')} }}")
    return widget.root.evaluate(CHECK)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(theme, widget):
    if theme == "dark":
        widget.notebook.dark()
    found = {}
    for tab in TABS:
        widget.tab(tab)
        widget.settle()
        found[tab] = violations(widget)
    widget.tab("effects")
    widget.click_path("a_within")
    expect(widget.part("mw-popover")).to_be_visible()
    found["popover"] = violations(widget)
    assert {place: lines for place, lines in found.items() if lines} == {}


def test_axe_finds_nothing_in_an_empty_widget(lab):
    widget = lab("import medwidget as mw", "mw.explore(mw.load_dataset('diary'))").widget()
    assert violations(widget) == []


def test_reduced_motion_is_instant(widget, page):
    page.emulate_media(reduced_motion="reduce")
    slow = widget.root.evaluate(
        """(root) => [...root.querySelectorAll('*')].filter((element) => {
          const style = getComputedStyle(element);
          return [style.transitionDuration, style.animationDuration].join().split(',')
            .some((seconds) => parseFloat(seconds) > 0.011);
        }).map((element) => element.outerHTML.slice(0, 120))"""
    )
    assert slow == []


def test_forced_colours_keep_lines_and_text(widget, page):
    page.emulate_media(forced_colors="active")
    line = widget.path("a_within").locator("line:not(.mw-hit)").first
    strokes = line.evaluate("(e) => getComputedStyle(e).stroke")
    assert strokes != "none"
    color = widget.node("exposure").evaluate(
        """(node) => {
          const probe = document.createElement('span');
          probe.style.cssText = 'color: CanvasText; forced-color-adjust: none';
          node.ownerDocument.body.append(probe);
          const wanted = getComputedStyle(probe).color;
          probe.remove();
          return [getComputedStyle(node.querySelector('text')).fill, wanted];
        }"""
    )
    assert color[0] == color[1]
