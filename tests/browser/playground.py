"""The playground in a page: its parts, and how quickly it follows a slider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

from tests.browser.notebook import NotebookPage

CELL = """import medwidget as mw
playground = mw.Playground({})
playground"""
# Half the thumb of a slider: so far its ends lie inside its box.
THUMB = 7
RECORD = """(root) => {
  const record = { frames: [], settled: 0, released: 0, held: false };
  window.record = record;
  let before = '';
  const look = (now) => {
    const shown = root.querySelector('.mw-play-dots').getAttribute('d').length
      + [...root.querySelectorAll('.mw-play-estimate, .mw-play-interval')]
        .slice(0, 8).map((cell) => cell.textContent).join()
      + root.querySelector('[data-testid=mw-play-x-m] .mw-play-means').getAttribute('d');
    if (record.held && shown !== before) record.frames.push(now);
    before = shown;
    if (record.released && !record.settled && root.dataset.settled === 'true') {
      record.settled = now;
    }
    if (window.record === record && !record.settled) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


@dataclass(frozen=True)
class Drag:
    """What was painted during a drag; seconds.

    Attributes
    ----------
    lasted : float
    frames : sequence of float
        When points or estimates differed from those before.
    settled : float
        From letting go until all rows belong to the settings on screen.
    """

    lasted: float
    frames: Sequence[float]
    settled: float

    @property
    def rate(self) -> float:
        """Frames a second."""
        return len(self.frames) / self.lasted

    @property
    def gaps(self) -> list[float]:
        """From one frame to the next."""
        return [second - first for first, second in pairwise(self.frames)]


def opened(notebook: NotebookPage) -> Locator:
    """Return the playground of a notebook, once it is there."""
    root = notebook.page.get_by_test_id("mw-play").first
    root.wait_for(state="visible", timeout=60_000)
    return root


def settle(notebook: NotebookPage, root: Locator) -> None:
    """Wait until everything is fitted and shown."""
    notebook.python("playground.wait(60)")
    expect(root).to_have_attribute("data-settled", "true", timeout=30_000)


def slider(root: Locator, name: str) -> Locator:
    """Return a slider, or with "-value" what is printed beside it."""
    return root.get_by_test_id(f"mw-play-{name}")


def track(root: Locator, name: str) -> tuple[float, float, float]:
    """Return both ends of a slider's way and its height on the screen."""
    slider(root, name).scroll_into_view_if_needed()
    box = slider(root, name).bounding_box()
    assert box is not None
    return box["x"] + THUMB, box["x"] + box["width"] - THUMB, box["y"] + box["height"] / 2


def estimates(root: Locator) -> list[str]:
    """Return every estimate on screen."""
    return root.locator(".mw-play-estimate").all_inner_texts()


def drag(page: Page, root: Locator, name: str, sweeps: int = 1) -> Drag:
    """Drag a slider over most of its way, to and fro; each step of the mouse is another value."""
    root.evaluate(RECORD)
    left, right, y = track(root, name)
    least, most, step, value = slider(root, name).evaluate(
        "(input) => [input.min, input.max, input.step, input.value].map(Number)"
    )
    values = [least + step * i for i in range(1, round((most - least) / step))]
    places = [left + (place - least) / (most - least) * (right - left) for place in values]
    page.mouse.move(left + (value - least) / (most - least) * (right - left), y)
    page.mouse.down()
    page.evaluate("() => { record.held = true; record.begun = performance.now() }")
    for sweep in range(sweeps):
        for x in reversed(places) if sweep % 2 else places:
            page.mouse.move(x, y)
    page.evaluate("() => { record.held = false; record.ended = performance.now() }")
    page.mouse.up()
    page.evaluate("() => { record.released = performance.now() }")
    page.wait_for_function("() => record.settled > 0", timeout=20_000)
    record = page.evaluate("() => record")
    return Drag(
        (record["ended"] - record["begun"]) / 1000,
        [time / 1000 for time in record["frames"]],
        max(record["settled"] - record["released"], 0) / 1000,
    )
