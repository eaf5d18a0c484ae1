"""What is on the page, and what is on its way there: only changes are sent, together, in order."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Board"]

_ABSENT = object()


class Board:
    """Collects sections and publishes those that changed, from whatever thread.

    Parameters
    ----------
    publish : callable
        Takes the changed sections by name; never called by two threads at once.
    notify : callable
        Called after every `flush`, changes or none.

    Attributes
    ----------
    sections : dict
        What is on the page.
    publishing : lock
        Held while sections are published.
    """

    def __init__(
        self, publish: Callable[[dict[str, Any]], None], notify: Callable[[], None]
    ) -> None:
        self._publish = publish
        self._notify = notify
        self._waiting: dict[str, Any] = {}
        self._lock = threading.Lock()
        self.publishing = threading.RLock()
        self.sections: dict[str, Any] = {}

    def put(self, sections: Mapping[str, Any]) -> None:
        """Lay out sections for the next `flush`; a later one of the same name replaces it."""
        with self._lock:
            self._waiting.update(sections)

    def flush(self) -> None:
        """Publish what was put and differs from what is on the page."""
        with self.publishing:
            with self._lock:
                waiting, self._waiting = self._waiting, {}
            changed = {
                name: value
                for name, value in waiting.items()
                if self.sections.get(name, _ABSENT) != value
            }
            if changed:
                self.sections.update(changed)
                self._publish(changed)
            self._notify()
