"""The widget in a page: its parts by the names that the page gives them, and gestures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from tests.browser.notebook import NotebookPage

KEYS = {"exposure": "x", "mediator": "m", "outcome": "y", "group": "g", "covariate": "c"}
NODES = ("exposure", "mediator", "outcome", "group")
QUARTER = """(line) => {
  const point = line.getPointAtLength(line.getTotalLength() / 4);
  const { x, y } = point.matrixTransform(line.getScreenCTM());
  return [x, y];
}"""
FITS_WITHIN = 30_000


class WidgetPage:
    """One widget on the screen."""

    def __init__(
        self,
        page: Page,
        *,
        nth: int = 0,
        notebook: NotebookPage | None = None,
        name: str = "widget",
    ) -> None:
        self.page = page
        self.notebook = notebook
        self.name = name
        self.root = page.get_by_test_id("mw-root").nth(nth)

    # -- parts

    def part(self, name: str) -> Locator:
        """Return what carries a test id, such as "mw-status"."""
        return self.root.get_by_test_id(name)

    def variable(self, column: str) -> Locator:
        """Return the row or chip of a column."""
        return self.root.locator(f'[data-testid="mw-variable"][data-column={css_string(column)}]')

    def node(self, role: str, side: str | None = None, index: int = 0) -> Locator:
        """Return a node of the diagram; without a side the first of its kind."""
        beside = f'[data-side="{side}"]' if side else ""
        at = "" if role in ("group", "exposure", "outcome") else f'[data-index="{index}"]'
        return self.part("mw-diagram").locator(f'[data-node="{role}"]{at}{beside}').first

    def chip(self, column: str) -> Locator:
        """Return the chip of a covariate or moderator in the diagram."""
        chips = self.part("mw-diagram").locator("[data-chip]")
        return chips.and_(self.root.locator(f"[data-column={css_string(column)}]")).first

    def path(self, path: str) -> Locator:
        """Return a path of the diagram, such as "a_within"."""
        return self.part("mw-diagram").locator(f'[data-path="{path}"]')

    def slope(self, path: str) -> Locator:
        """Return the dot of a path in the diagram."""
        return self.part("mw-diagram").locator(f'[data-slope="{path}"]')

    def number(self, path: str) -> Locator:
        """Return the texts of a path of the diagram: its estimate and interval among them."""
        return self.path(path).locator("text.mw-number")

    # -- gestures

    def drag(self, column: str, role: str) -> None:
        """Drag a column onto a node of the diagram."""
        with self.dragging(column, role):
            pass

    @contextmanager
    def dragging(self, column: str, role: str, side: str | None = None) -> Iterator[None]:
        """Hold a column over a node while the block runs, then let go."""
        start, end = center(self.variable(column)), center(self.node(role, side))
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(start[0] + 6, start[1] + 6, steps=2)
        mouse.move(*end, steps=8)
        yield
        mouse.up()

    def press(self, column: str, role: str) -> None:
        """Give a column a role by its letter."""
        self.variable(column).focus()
        self.page.keyboard.press(KEYS[role])

    def map(self, *, by: str = "press", **roles: str) -> None:
        """Give columns their roles by keys or by dragging, and wait for the answer."""
        for role, column in roles.items():
            getattr(self, by)(column, role)
            place = self.node(role) if role in NODES else self.chip(column)
            expect(place).to_have_attribute("data-column", column)
        self.settle()

    def choose(self, control: str, label: str) -> None:
        """Choose a value of a control by what is printed on it."""
        folded = self.part("mw-options")  # in a narrow widget
        if folded.count() and folded.get_attribute("aria-expanded") == "false":
            folded.click()
        part = self.part(f"mw-control-{control}")
        expect(part).to_be_visible()
        if part.locator("select").count():
            part.locator("select").select_option(label=label)
        else:
            part.get_by_role("radio", name=label, exact=True).click()

    def click_path(self, path: str) -> None:
        """Click on the line of a path, a quarter along it: in its middle may be a dot."""
        line = self.path(path).locator(".mw-hit")
        line.scroll_into_view_if_needed()
        x, y = line.evaluate(QUARTER)
        self.page.mouse.click(x, y)

    def tab(self, name: str) -> Locator:
        """Open a tab and return its panel."""
        self.part(f"mw-tab-{name}").click()
        return self.root.get_by_role("tabpanel").filter(visible=True)

    # -- waiting and comparing

    def settle(self) -> None:
        """Wait until the kernel has answered everything, and the page has no more to show."""
        if self.notebook:
            self.notebook.python(f"{self.name}.wait(60)")
        expect(self.part("mw-status")).not_to_have_text(
            re.compile(r"fitting|busy", re.IGNORECASE), timeout=FITS_WITHIN
        )

    def effects(self) -> list[list[str]]:
        """Return the cells of the effects table that are in view, row by row."""
        rows = self.part("mw-effects").get_by_role("row").all()
        return [[c.inner_text() for c in row.get_by_role("cell").all()] for row in rows]

    def asked(self, expression: str) -> Any:
        """Return an attribute of the widget in the kernel, by way of JSON."""
        assert self.notebook is not None
        return self.notebook.value(f"{self.name}.{expression}")


def css_string(text: str) -> str:
    """Return text as a string of CSS."""
    return '"' + "".join(rf"\{ord(c):x} " if c in '"\\\n\r\f' else c for c in text) + '"'


def center(locator: Locator) -> tuple[float, float]:
    """Return the middle of an element on the screen, scrolled into view."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None, f"{locator} is not on the screen"
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
