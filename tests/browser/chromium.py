"""The Chromium of the system, and what must not happen in its pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARTEFACTS = Path(__file__).parent / "artefacts"
# Notebook 7 throws this by itself, on every page.
NOT_OURS = ("Cannot read properties of undefined (reading 'schema')",)


def executable() -> str:
    """Return the path of the browser: $MEDWIDGET_CHROMIUM, or the first that is installed."""
    named = os.environ.get("MEDWIDGET_CHROMIUM")
    found = [path for name in NAMES if (path := shutil.which(name))]
    if not named and not found:
        raise RuntimeError(
            f"The browser tests need one of {', '.join(NAMES)} on the path, or its path in "
            f"MEDWIDGET_CHROMIUM. On Debian: apt-get install chromium."
        )
    return named or found[0]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Launch it so that no name but this machine's resolves."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(),
            args=[
                "--no-sandbox",  # root has none
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-gpu",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield browser
        browser.close()


@dataclass
class Watch:
    """Records a page's errors and its requests to other machines."""

    errors: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)

    def follow(self, page: Page) -> None:
        """Listen to a page."""
        page.on("pageerror", lambda error: self._error(str(error)))
        page.on("console", self._message)
        page.on("request", self._request)

    def _error(self, text: str) -> None:
        if not any(known in text for known in NOT_OURS):
            self.errors.append(text[:600])

    def _message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console.append(message.text[:600])

    def _request(self, request: Request) -> None:
        local = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "file:", "about:")
        if not request.url.startswith(local):
            self.outside.add(request.url[:200])

    def assert_clean(self) -> None:
        """Fail for an uncaught error, or a request that left this machine."""
        assert self.errors == [], f"uncaught in the page; console: {self.console}"
        assert self.outside == set()


def keep_picture(page: Page, name: str) -> Path:
    """Save a screenshot among the artefacts."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path)
    return path
