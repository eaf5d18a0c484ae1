"""How long a page is held up by many groups, many columns and many rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.browser.notebook import NotebookPage

__all__ = ["Large", "measure"]

CELL = """from tests.browser.data import {data}
import medwidget as mw
widget = mw.explore({data}())
widget"""
DATA = {
    "30,000 rows, 5,000 groups": "many_groups",
    "2,000 rows, 300 columns": "many_columns",
    "1,000,000 rows, 1,000 groups": "many_rows",
}
ROLES = {"exposure": "x", "mediator": "m", "outcome": "y", "group": "group"}
TABS = ("groups", "diagnostics", "specifications", "effects")


@dataclass(frozen=True)
class Large:
    """What happened in the page: milliseconds of its longest task, and how many were over 50."""

    name: str
    longest: float
    count: int
    answer: float  # seconds from the last of four columns to the answer


def measure(open_cell: Callable[[str], NotebookPage]) -> Sequence[Large]:
    """Go through the whole task on each large frame."""
    return [one(open_cell(CELL.format(data=data)), name) for name, data in DATA.items()]


def one(notebook: NotebookPage, name: str) -> Large:
    page = notebook.page
    page.evaluate("() => window.medwidgetBench.watchTasks()")
    notebook.run_all()
    widget = notebook.widget()
    search = widget.root.get_by_role("searchbox")
    for role, column in ROLES.items():
        if search.count():
            search.fill(column)
        started = time.monotonic()
        widget.press(column, role)
    widget.part("mw-effects").wait_for(timeout=120_000)
    answer = time.monotonic() - started
    for tab in TABS:
        widget.tab(tab)
        widget.settle()
        page.wait_for_timeout(500)
    widget.part("mw-slope-a").click()
    widget.settle()
    page.wait_for_timeout(500)
    tasks = page.evaluate("() => window.longTasks")
    return Large(name, max(tasks, default=0.0), len(tasks), answer)
