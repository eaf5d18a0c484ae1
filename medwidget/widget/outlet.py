"""Between a session and its widget while the widget is being built."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

__all__ = ["Outlet"]


class Outlet:
    """Keeps sections until there is a widget to show them."""

    def __init__(self) -> None:
        self._early: dict[str, Any] = {}
        self._show: Callable[[dict[str, Any]], None] | None = None
        self._notify: Callable[[], None] | None = None
        self._lock = threading.RLock()

    def publish(self, sections: dict[str, Any]) -> None:
        """Pass sections on, or keep them."""
        with self._lock:
            if self._show is None:
                self._early.update(sections)
            else:
                self._show(sections)

    def notify(self) -> None:
        """Say that something may have changed; nobody hears it before there is a widget."""
        if self._notify is not None:
            self._notify()

    def take(self) -> dict[str, Any]:
        """Return what has been kept so far, and keep it no longer."""
        with self._lock:
            early, self._early = self._early, {}
            return early

    def connect(self, show: Callable[[dict[str, Any]], None], notify: Callable[[], None]) -> None:
        """Show what came in the meantime, and everything from now on."""
        with self._lock:
            self._show, self._notify = show, notify
            early = self.take()
            if early:
                show(early)
            notify()
