"""A session with a page that remembers what it was told."""

from __future__ import annotations

import json
import threading
from typing import Any

import numpy as np
import pandas as pd

from medwidget.widget.draft import Draft
from medwidget.widget.gesture_shapes import GESTURES
from medwidget.widget.jobs import DirectWorker
from medwidget.widget.messages import LISTS, NULLABLE, SECTIONS
from medwidget.widget.session import Session

FULL = Draft(exposure="x", mediators=("m",), outcome="y", group="g")
ROLES = (("x", "exposure"), ("m", "mediator"), ("y", "outcome"), ("g", "group"))


def made_up(n_groups: int = 30, size: int = 8, seed: int = 0) -> pd.DataFrame:
    """Return rows in groups, with columns of every kind."""
    rng = np.random.default_rng(seed)
    n = n_groups * size
    g = np.repeat(np.arange(n_groups), size)
    a = 0.5 + 0.4 * rng.standard_normal(n_groups)
    b = 0.6 + 0.4 * rng.standard_normal(n_groups)
    x = rng.standard_normal(n) + rng.standard_normal(n_groups)[g]
    m = a[g] * x + rng.standard_normal(n) + rng.standard_normal(n_groups)[g]
    y = b[g] * m + 0.2 * x + rng.standard_normal(n) + rng.standard_normal(n_groups)[g]
    holes = rng.standard_normal(n)
    holes[:5] = np.nan
    return pd.DataFrame(
        {
            "g": g,
            "x": x,
            "m": m,
            "y": y,
            "w": rng.standard_normal(n_groups)[g],
            "c": holes,
            "note": rng.choice(["good", "bad", "so so"], n),
            "two": rng.integers(0, 2, n),
            "same": 1.0,
            "twice": 2 * x,
        }
    )


class Page:
    """Takes sections as they are published, and checks them on arrival."""

    def __init__(self) -> None:
        self.now: dict[str, Any] = {}
        self.updates: list[dict[str, Any]] = []
        self._one_at_a_time = threading.Lock()

    def publish(self, sections: dict[str, Any]) -> None:
        """Take an update."""
        assert self._one_at_a_time.acquire(blocking=False), "two threads publish at once"
        try:
            for name, value in sections.items():
                self._check(name, value)
                assert self.now.get(name, ...) != value, f"{name} is published unchanged"
            copy = json.loads(json.dumps(sections, allow_nan=False))
            self.updates.append(copy)
            self.now.update(copy)
        finally:
            self._one_at_a_time.release()

    def _check(self, name: str, value: Any) -> None:
        assert name in SECTIONS
        if value is None:
            assert name in NULLABLE, f"{name} is null"
            return
        for item in value if name in LISTS else [value]:
            assert set(item) == set(SECTIONS[name].__annotations__), name

    def titles(self) -> list[str]:
        """Return the first sentences of all messages."""
        return [message["title"] for message in self.now["messages"]]


def opened(
    data: object | None = None, *, direct: bool = False, **settings: Any
) -> tuple[Session, Page]:
    """Return a session on data, and its page."""
    page = Page()
    if direct:
        settings["start"] = lambda _, slots, failed: DirectWorker(slots, failed)
    data = made_up() if data is None else data
    return Session(data, publish=page.publish, **settings), page


def settled(session: Session) -> None:
    """Wait until everything is done."""
    assert session.wait(60), "the session does not come to rest"


def do(session: Session, kind: str, **entries: Any) -> None:
    """Send a gesture and wait for what comes of it."""
    assert kind in GESTURES
    session.gesture({"kind": kind, **entries})
    settled(session)
