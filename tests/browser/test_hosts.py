"""The widget outside JupyterLab: Notebook 7, and marimo as an app and as an editor."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import servers
from tests.browser.widget import WidgetPage

CELL = """import medwidget as mw
widget = mw.explore(mw.load_dataset("bpg"))
widget"""
ROLES = {"exposure": "x", "mediator": "m", "outcome": "y", "group": "id"}

MARIMO = """
import marimo
app = marimo.App()

@app.cell
def _():
    import marimo as mo
    import medwidget as mw
    return mo, mw

@app.cell
def _(mo, mw):
    widget = mo.ui.anywidget(mw.explore(mw.load_dataset("bpg")))
    widget
    return (widget,)

@app.cell
def _(mo, widget):
    result = widget.value and widget.widget.result
    told = result.effects["estimate"]["indirect_within"] if result else None
    mo.md(f"downstream says {told if told is None else round(float(told), 3)}")
    return
"""


def test_in_notebook_7_columns_are_mapped_and_the_answer_is_right(notebook7):
    notebook = notebook7(CELL)
    widget = notebook.widget()
    widget.map(**ROLES)
    estimate = widget.asked("result.effects['estimate']['indirect_within']")
    expect(widget.part("mw-effects")).to_contain_text(f"{estimate:.3f}")
    expect(widget.number("a_within").first).to_be_visible()


@pytest.mark.parametrize("mode", ["run", "edit"])
def test_in_marimo_columns_are_mapped_and_cells_downstream_run_again(mode, page, tmp_path):
    notebook = tmp_path / "notebook.py"
    notebook.write_text(MARIMO, encoding="utf-8")
    with servers.marimo(notebook, mode, tmp_path) as server:
        page.goto(server.url)
        if mode == "edit":
            # An editor does not run cells by itself.
            page.get_by_test_id("cell-editor").first.wait_for()
            page.keyboard.press("Control+Shift+R")
        downstream = page.locator(".markdown").get_by_text("downstream says")
        expect(downstream).to_have_text("downstream says None", timeout=60_000)
        widget = WidgetPage(page)
        widget.map(**ROLES)
        expect(widget.part("mw-effects")).to_contain_text(re.compile(r"0\.4[45]\d"))
        expect(downstream).to_have_text(re.compile(r"downstream says 0\.4[45]"))
        # Again, when the answer changes.
        widget.choose("estimator", "REML")
        shown = widget.part("mw-effects").get_by_role("cell").filter(has_text=re.compile(r"^0\.4"))
        expect(downstream).to_contain_text(shown.first.inner_text()[:4])
        page.goto("about:blank")
