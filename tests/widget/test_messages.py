"""What crosses between Python and the page: shapes, their TypeScript, and reading gestures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.errors import ModelError
from medwidget.widget.gesture_shapes import GESTURES
from medwidget.widget.gestures import read_gesture
from medwidget.widget.messages import LISTS, NULLABLE, SECTIONS
from medwidget.widget.typescript import type_script

WIRE = Path(__file__).parents[2] / "js" / "src" / "wire.ts"

GOOD: list[dict[str, Any]] = [
    {"kind": "assign", "column": "x", "role": "mediator", "instead": None},
    {"kind": "assign", "column": "x", "role": "moderator", "path": "a"},
    {"kind": "clear", "column": "x"},
    {"kind": "choose", "control": "level", "value": "0.9"},
    {"kind": "undo"},
    {"kind": "run_ladder"},
    {"kind": "show", "path": None},
    {"kind": "show", "tab": "groups", "folded": True},
    {"kind": "layout", "width": 870.5},
    {"kind": "layout", "width": 870},
    {"kind": "select_groups", "positions": [1, 2]},
    {"kind": "choose_specifications", "name": "centering", "on": ["none"]},
    {"kind": "load_specification", "cell": 0, "pin": True},
    {"kind": "ask", "id": 3, "what": "ping"},
]
BAD: list[Any] = [
    None,
    [],
    "undo",
    {},
    {"kind": "fit"},
    {"kind": 3},
    {"kind": ["undo"]},
    {"kind": "undo", "extra": 1},
    {"kind": "assign", "column": "x"},
    {"kind": "assign", "column": "x", "role": "boss"},
    {"kind": "assign", "column": 3, "role": "group"},
    {"kind": "layout", "width": "wide"},
    {"kind": "layout", "width": float("nan")},
    {"kind": "layout", "width": True},
    {"kind": "select_groups", "positions": [1.5]},
    {"kind": "select_groups", "positions": [True]},
    {"kind": "select_groups", "positions": "12"},
    {"kind": "cancel", "keep": 1},
    {"kind": "show", "tab": "reports"},
    {"kind": "ask", "id": 1, "what": "data"},
]


def test_the_typescript_is_written_from_the_shapes() -> None:
    assert WIRE.read_text(encoding="utf-8").strip() == type_script().strip()


def test_every_section_is_a_shape_and_every_gesture_has_its_kind() -> None:
    assert set(SECTIONS) >= NULLABLE | LISTS
    for kind, shape in GESTURES.items():
        assert get_args(get_type_hints(shape)["kind"]) == (kind,)


@pytest.mark.parametrize("gesture", GOOD, ids=json.dumps)
def test_a_gesture_of_its_shape_is_read_as_it_is(gesture: dict[str, Any]) -> None:
    assert read_gesture(gesture) == gesture


@pytest.mark.parametrize("gesture", BAD, ids=repr)
def test_any_other_shape_is_refused(gesture: Any) -> None:
    with pytest.raises(ModelError):
        read_gesture(gesture)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=8,
)


@given(st.sampled_from(sorted(GESTURES)), st.dictionaries(st.text(), JSON), JSON)
def test_whatever_a_page_sends_is_read_or_refused(
    kind: str, more: dict[str, Any], one: Any
) -> None:
    names = list(GESTURES[kind].__annotations__)
    for given_ in ({**more, "kind": kind}, {**dict.fromkeys(names, one), "kind": kind}, one):
        try:
            read = read_gesture(given_)
        except ModelError:
            continue
        assert set(read) <= set(names)
