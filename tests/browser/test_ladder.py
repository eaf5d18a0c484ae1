"""The model ladder in a live widget: built by a press, outdated by a change, and accessible."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import violations

CELL = """import medwidget as mw
widget = mw.MediationWidget(
    mw.load_dataset("bpg"), exposure="x", mediators="m", outcome="y", group="id", name="bpg"
)
widget"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_built_and_told_to_be_of_an_earlier_model(theme, lab):
    notebook = lab(CELL)
    if theme == "dark":
        notebook.dark()
    widget = notebook.widget()
    widget.settle()
    widget.tab("specifications")
    ladder = widget.part("mw-ladder")
    expect(ladder.locator("table")).to_have_count(0)
    ladder.get_by_test_id("mw-run-ladder").click()
    expect(ladder.locator("table")).to_have_count(3)
    widget.settle()
    table = notebook.value(
        "mw.ladder(widget.model, mw.load_dataset('bpg')).table['aic'].round(1).tolist()"
    )
    shown = ladder.locator("table").nth(1).locator("tbody tr td:nth-child(5)").all_inner_texts()
    assert [float(text.replace(",", "")) for text in shown] == table
    assert violations(widget) == []
    notebook.python("widget.choose('centering', 'none').wait(60)")
    expect(ladder).to_contain_text("Of an earlier model.")
