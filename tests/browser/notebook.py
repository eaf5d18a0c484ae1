"""A notebook open in JupyterLab or Notebook 7."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.servers import TOKEN, Server
from tests.browser.widget import WidgetPage

PLACES = {"lab": "lab/workspaces/t/tree/{name}?reset&", "notebook": "notebooks/{name}?"}
# The interface shows "idle" before a kernel exists; running cells then opens a dialog.
KERNEL_IS_THERE = """async () => {
  const shown = window.jupyterapp.shell.currentWidget;
  await shown.context.ready;
  await shown.sessionContext.ready;
  await shown.sessionContext.session.kernel.info;
}"""
ALL_CELLS_RAN = """() => {
  const shown = window.jupyterapp.shell.currentWidget;
  const cells = [...shown.content.model.cells].filter((cell) => cell.type === 'code');
  return shown.sessionContext.session?.kernel?.status === 'idle'
    && cells.every((cell) => cell.executionCount !== null || !cell.sharedModel.getSource());
}"""
EXECUTE = """async (code) => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code, store_history: false });
  const answer = { text: '', error: '' };
  future.onIOPub = (message) => {
    if (message.header.msg_type === 'stream') answer.text += message.content.text;
    if (message.header.msg_type === 'error') answer.error = message.content.traceback.join('\\n');
  };
  await future.done;
  return answer;
}"""


def write_notebook(path: Path, cells: Sequence[str]) -> Path:
    """Write a notebook of code cells."""
    notebook = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{i}",
                "metadata": {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for i, source in enumerate(cells)
        ],
        "metadata": {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


class NotebookPage:
    """Runs cells, asks the kernel, and finds the widgets among the outputs."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server

    def open(self, name: str) -> None:
        """Open a notebook of the server's folder and wait for its kernel."""
        place = PLACES[self.server.app].format(name=name)
        self.page.goto(f"{self.server.url}/{place}token={TOKEN}")
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext", timeout=60_000
        )
        self.page.evaluate(KERNEL_IS_THERE)

    def run_all(self) -> None:
        """Run every cell and wait for the last."""
        self.command("notebook:run-all-cells")
        self.page.wait_for_function(ALL_CELLS_RAN, timeout=120_000)

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Start a command of the application; some never resolve, so it is not awaited."""
        self.page.evaluate(
            "([name, args]) => { window.jupyterapp.commands.execute(name, args) }",
            [name, arguments or {}],
        )

    def python(self, code: str) -> str:
        """Run code in the notebook's kernel, as another cell would, and return what it prints."""
        answer = self.page.evaluate(EXECUTE, code)
        assert not answer["error"], answer["error"]
        return str(answer["text"]).strip()

    def value(self, expression: str) -> Any:
        """Return the value of an expression in the kernel, by way of JSON."""
        return json.loads(self.python(f"import json; print(json.dumps({expression}))"))

    def restart(self) -> None:
        """Restart the kernel, as the menu does after its question, and wait for it."""
        self.page.evaluate(
            """async () => {
              const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
              await kernel.restart();
              await kernel.info;
            }"""
        )

    def save(self) -> Path:
        """Save the notebook and return its file."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
        path = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
        return self.server.folder / path

    def dark(self) -> None:
        """Change to the dark theme."""
        self._theme(light=False)

    def light(self) -> None:
        """Change to the light theme: servers remember the theme of an earlier test."""
        self._theme(light=True)

    def _theme(self, *, light: bool) -> None:
        shown = "true" if light else "false"
        if self.page.evaluate("() => document.body.dataset.jpThemeLight") != shown:
            name = f"JupyterLab {'Light' if light else 'Dark'}"
            self.command("apputils:change-theme", {"theme": name})
            self.page.wait_for_function(
                "(shown) => document.body.dataset.jpThemeLight === shown", arg=shown
            )

    def widget(self, nth: int = 0, name: str = "widget") -> WidgetPage:
        """Return a widget of the page, and the variable that holds it in the kernel."""
        widget = WidgetPage(self.page, nth=nth, notebook=self, name=name)
        widget.root.wait_for(state="visible", timeout=60_000)
        return widget
