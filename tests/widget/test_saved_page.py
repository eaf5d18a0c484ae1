"""What leaves a widget with its notebook, and as a page of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from medwidget.widget import page as module
from medwidget.widget.messages import SECTIONS
from medwidget.widget.widget import MediationWidget
from tests.widget.sessions import made_up

NULL_WHEN_CLOSED = ("groups", "group_rows", "report", "code", "detail", "progress")


@pytest.fixture
def widget() -> Iterator[MediationWidget]:
    made = MediationWidget(made_up(), exposure="x", mediators="m", outcome="y", group="g")
    assert made.wait(60)
    yield made
    made.close()


@pytest.fixture
def saved(
    widget: MediationWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Save the widget and read what the page would."""
    monkeypatch.setattr(module, "_static", lambda name: f"/* {name} */")

    def save() -> dict[str, Any]:
        path = tmp_path / "page.html"
        widget.save_html(path)
        text = path.read_text(encoding="utf-8")
        found = re.search(r'id="mw-state">(.*?)</script>', text, re.DOTALL)
        assert found is not None
        state: dict[str, Any] = json.loads(found[1])
        return state

    return save


def test_a_notebook_keeps_no_tab_that_is_closed(widget: MediationWidget) -> None:
    for tab in ("groups", "report", "code", "effects"):
        widget.show(tab).wait(60)
    state = widget.get_state()
    assert {name for name in NULL_WHEN_CLOSED if state[f"_{name}"] is not None} == set()
    assert state["_answer"] is not None
    widget.show("groups").wait(60)
    state = widget.get_state()
    assert len(state["_group_rows"]["label"]) == 30
    assert {f"_{name}" for name in SECTIONS} <= set(state)


def test_a_session_as_text_holds_no_section(widget: MediationWidget) -> None:
    widget.show("groups").wait(60)
    assert "caterpillar" not in widget.to_json()


def test_a_saved_page_is_to_be_read(widget: MediationWidget, saved: Any) -> None:
    widget.show("groups").wait(60)
    widget.session.gesture({"kind": "show", "path": "a_within"})
    assert widget.session.board.sections["detail"] is not None
    state = saved()
    for picture in ("svg", "ribbon"):
        root = ElementTree.fromstring(state["_diagram"][picture])
        found = {key for item in root.iter() for key in item.attrib}
        assert found.isdisjoint({"tabindex", "data-add", "aria-checked"})
        assert root.get("role") == "img"
        for path in ("a within", "b within", "a between", "c′ within"):
            assert f"Path {path}, " in root.get("aria-label", "")
    assert state["_detail"] is None
    assert state["_screen"] == {"tab": "groups", "folded": False, "path": None}
    assert len(state["_group_rows"]["label"]) == 30
    assert all(
        state[f"_{name}"] is not None for name in ("groups", "diagnostics", "report", "code")
    )


def test_a_saved_page_of_half_a_model_asks_for_nothing(widget: MediationWidget, saved: Any) -> None:
    widget.clear("m").wait(60)
    assert widget.session.board.sections["diagram"]["guidance"]
    state = saved()
    assert state["_diagram"]["guidance"] == []
    assert "drop" not in state["_diagram"]["svg"]
    assert all(message["actions"] == [] for message in state["_messages"])
