"""Traits of the widget that are more than a value."""

from __future__ import annotations

from typing import Any

import traitlets

__all__ = ["ResultOnScreen"]


class ResultOnScreen(traitlets.Instance[Any]):
    """A result that is read from the session: the page shows it before observers are told."""

    def get(self, obj: Any, cls: Any = None) -> Any:
        """Return what is on screen; while a fit is under way, what was there before."""
        session = obj.__dict__.get("session")
        if session is None:
            return super().get(obj, cls)
        with session.lock:
            return super().get(obj, cls) if session.pending else session.current
