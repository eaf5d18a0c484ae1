"""A browser, a JupyterLab and a Notebook server for each process; a new page for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser import servers
from tests.browser.chromium import Watch, chromium, keep_picture
from tests.browser.notebook import NotebookPage, write_notebook
from tests.browser.servers import Server

FOLDER = Path(__file__).parent
VIEWPORT: ViewportSize = {"width": 1560, "height": 1500}
Opener = Callable[..., NotebookPage]


# A page answers later where other tests are at work beside it.
expect.set_options(timeout=15_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Keep a picture of the page on which a test failed."""
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if page is not None and report.when == "call" and report.failed:
        keep_picture(page, f"failed-{item.name.replace('/', '-')[:80]}")
    return report


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.jupyter("lab", tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def notebook_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with servers.jupyter("notebook", tmp_path_factory.mktemp("notebook")) as server:
        yield server


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.assert_clean()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What pages share: a cache, without which each would compile all of JupyterLab again."""
    context = browser.new_context(
        viewport=VIEWPORT, permissions=["clipboard-read", "clipboard-write"]
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Iterator[Page]:
    """A page of its own; at the end of the test, nothing may have gone wrong in it."""
    page = context.new_page()
    page.set_default_timeout(20_000)
    watch.follow(page)
    yield page
    page.close()


@pytest.fixture
def lab(lab_server: Server, page: Page, request: pytest.FixtureRequest) -> Iterator[Opener]:
    yield opener(lab_server, page, request.node.name)
    lab_server.delete_sessions()


@pytest.fixture
def notebook7(
    notebook_server: Server, page: Page, request: pytest.FixtureRequest
) -> Iterator[Opener]:
    yield opener(notebook_server, page, request.node.name)
    notebook_server.delete_sessions()


def opener(server: Server, page: Page, test: str) -> Opener:
    """Return what puts a notebook into the server's folder, opens it and runs it.

    The notebook is made of cells, or is a file that is copied.
    """
    name = "".join(c if c.isalnum() else "-" for c in test)

    def open_notebook(*cells: str, file: Path | None = None, run: bool = True) -> NotebookPage:
        path = server.folder / f"{name}.ipynb"
        if file:
            shutil.copyfile(file, path)
        else:
            write_notebook(path, cells)
        notebook = NotebookPage(page, server)
        notebook.open(path.name)
        notebook.light()
        if run:
            notebook.run_all()
        return notebook

    return open_notebook
