"""Make the picture of the widget in the README: ``.venv/bin/python docs/pictures/widget.py``.

A JupyterLab of its own fits the model of the tour in a real browser, and the widget on its page is
taken in light and in dark. WebP keeps it small; the browser encodes it.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parents[1]))

from playwright.sync_api import Page  # noqa: E402

from tests.browser import servers  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.notebook import NotebookPage, write_notebook  # noqa: E402

CELL = """import medwidget as mw

army = mw.load_dataset("army")
widget = mw.MediationWidget(
    army,
    exposure="HRS",
    mediators="LEAD",
    outcome="WBEING",
    group="GRP",
    name="army",
    group_label="company",
    row_label="soldier",
)
widget"""
# The page around the widget takes about as much again as JupyterLab's side bar.
VIEWPORT = {"width": 1420, "height": 1400}
QUALITY = 0.9
ENCODE = """async ([png, quality]) => {
  const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main() -> None:
    """Write widget-light.webp and widget-dark.webp beside this file."""
    with (
        TemporaryDirectory() as scratch,
        servers.jupyter("lab", Path(scratch) / "lab") as server,
        chromium() as browser,
    ):
        page = browser.new_page(viewport=VIEWPORT)
        notebook = NotebookPage(page, server)
        notebook.open(write_notebook(server.folder / "army.ipynb", [CELL]).name)
        notebook.light()
        notebook.run_all()
        write("light", page, notebook)
        notebook.dark()
        write("dark", page, notebook)


def write(theme: str, page: Page, notebook: NotebookPage) -> None:
    """Take the widget once nothing moves, and keep it as WebP."""
    widget = notebook.widget()
    widget.settle()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)
    png = base64.b64encode(widget.root.screenshot()).decode("ascii")
    encoded = page.evaluate(ENCODE, [png, QUALITY])
    (FOLDER / f"widget-{theme}.webp").write_bytes(base64.b64decode(encoded))


if __name__ == "__main__":
    main()
