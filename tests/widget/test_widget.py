"""The widget as Python sees it: construction, public traits, twins of gestures, what it gives."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import medwidget as mw
from medwidget.errors import DataError, MedwidgetError, ModelError, UnsupportedError
from medwidget.widget import asked
from medwidget.widget.messages import SECTIONS
from medwidget.widget.widget import MediationWidget
from tests.widget.sessions import made_up

ROLES = {"exposure": "x", "mediators": "m", "outcome": "y", "group": "g"}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return made_up()


@pytest.fixture
def widget(data: pd.DataFrame) -> Iterator[MediationWidget]:
    widget = MediationWidget(data, **ROLES)
    assert widget.wait(60)
    yield widget
    widget.close()


# -- construction ------------------------------------------------------------------------------


def test_roles_by_name_a_model_and_nothing_at_all(data: pd.DataFrame) -> None:
    model = mw.MediationModel("x", "m", "y", group="g", random_slopes=("a",))
    for widget, expected in [
        (MediationWidget(data), None),
        (MediationWidget(data, model), model),
        (mw.explore(data, model), model),
        (MediationWidget(data, **ROLES, random_slopes=["a"]), model),
    ]:
        assert widget.wait(60)
        assert widget.model == expected
        assert (widget.result is None) == (expected is None)
        widget.close()


def test_a_model_half_made_keeps_what_is_known_of_it(data: pd.DataFrame) -> None:
    widget = MediationWidget(
        data,
        exposure="x",
        mediators=["m"],
        covariates={"c": ["m"]},
        moderators={"a": "w"},
        random_slopes=(),
        level=0.9,
        centering="within",
    )
    assert widget.model is None
    widget.assign("y", "outcome").assign("g", "group")
    assert widget.wait(60)
    assert widget.model == mw.MediationModel(
        "x",
        "m",
        "y",
        group="g",
        covariates={"c": ["m"]},
        moderators={"a": "w"},
        random_slopes=(),
        centering="within",
    )
    assert widget.result.settings["level"] == 0.9
    widget.close()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"exposure": "xx"}, ModelError, "no column 'xx'"),
        ({"exposer": "x"}, ModelError, "Did you mean 'exposure'"),
        ({"exposure": 3}, ModelError, "exposure=3"),
        ({**ROLES, "mediators": "x"}, ModelError, "named twice"),
        ({**ROLES, "centering": "x"}, ModelError, "centering='x'"),
        ({"centering": "x"}, ModelError, "centering='x'"),
        ({"random_slopes": ["q"]}, ModelError, "no path 'q'"),
        ({"level": 7}, ModelError, "level=7"),
        ({"interval": "x"}, ModelError, "interval='x'"),
        ({"estimator": "bayes"}, UnsupportedError, "bayes"),
        ({"model": "x ~ m"}, ModelError, "MediationModel"),
        ({"model": mw.MediationModel("x", "m", "y", group="g"), "group": "g"}, ModelError, "both"),
    ],
)
def test_what_cannot_be_is_an_error_of_medwidget(
    data: pd.DataFrame, arguments: dict[str, Any], error: type[MedwidgetError], words: str
) -> None:
    with pytest.raises(error, match=words):
        MediationWidget(data, **arguments)


def test_data_must_be_a_frame() -> None:
    with pytest.raises(DataError, match="data frame"):
        MediationWidget([1, 2, 3])


def test_the_name_is_that_of_the_variable(data: pd.DataFrame) -> None:
    diary = data
    for make in (MediationWidget, mw.explore):
        space = {"make": make, "mine": diary, "roles": ROLES}
        exec("widget = make(mine, **roles)", space)
        widget: Any = space["widget"]
        assert widget._columns["title"] == "mine"
        assert widget.wait(60)
        assert "data = mine" in widget.code()
        widget.close()
    named = MediationWidget(diary, name="My <data>")
    assert named._columns["title"] == "My <data>"
    named.close()


# -- public traits -----------------------------------------------------------------------------


def test_public_traits_are_observed(widget: MediationWidget) -> None:
    heard: list[tuple[str, Any]] = []
    widget.observe(
        lambda change: heard.append((change["name"], change["new"])), ["result", "model"]
    )
    widget.toggle_slope("b")
    assert widget.wait(60)
    assert [name for name, _ in heard] == ["model", "result"]
    assert heard[1][1] is widget.result
    assert widget.result.model == heard[0][1] == widget.model


def test_setting_the_model_changes_the_page(widget: MediationWidget) -> None:
    widget.model = widget.model.replace(centering="within")
    assert widget.wait(60)
    assert widget._draft["controls"][0]["value"] == "within"
    assert widget.result.model.centering == "within"
    widget.undo()
    assert widget.wait(60)
    assert widget.model.centering == "group-mean"
    widget.model = None
    assert widget.wait(60)
    assert widget.status == "waiting"
    assert widget.result is None


def test_several_traits_can_be_set_together(widget: MediationWidget) -> None:
    with widget.hold_trait_notifications():
        widget.model = widget.model.replace(random_slopes=())
    assert widget.wait(60)
    assert widget.result.model.random_slopes == ()


def test_groups_are_selected_by_label_from_both_sides(widget: MediationWidget) -> None:
    widget.selected_groups = [3, 1]
    assert widget.selected_groups == [3, 1]
    assert widget.session.state.groups.selected == (3, 1)
    widget.session.gesture({"kind": "select_groups", "positions": [5]})
    assert widget.selected_groups == [5]
    with pytest.raises(ModelError, match="no group 'zz'"):
        widget.select_groups(["zz"])
    assert widget.selected_groups == [5]


def test_an_observer_that_changes_the_model_does_not_hang(data: pd.DataFrame) -> None:
    widget = MediationWidget(data)

    def drop_slopes(change: Any) -> None:
        if change["new"] is not None and change["new"].random_slopes:
            widget.model = change["new"].replace(random_slopes=())
            assert widget.wait(1) is True, "waiting where the work is done returns at once"

    widget.observe(drop_slopes, "model")
    for role, column in (("exposure", "x"), ("mediator", "m"), ("outcome", "y"), ("group", "g")):
        widget.assign(column, role)
    assert widget.wait(60)
    assert widget.model.random_slopes == ()
    assert widget.result.model == widget.model
    widget.close()


def test_a_model_that_cannot_be_fitted_has_no_result_but_messages(widget: MediationWidget) -> None:
    widget.assign("note", "outcome")
    assert widget.wait(60)
    assert widget.status == "error"
    assert widget.result is None
    assert widget.model.outcome == "note"
    assert widget.messages[0]["title"].startswith("note is text")


# -- twins -------------------------------------------------------------------------------------


def test_twins_do_what_gestures_do_and_raise_what_the_page_is_told(widget: MediationWidget) -> None:
    widget.assign("w", "moderator", path="a").choose("level", 0.9).show("code")
    assert widget.wait(60)
    assert widget.model.moderators == {"a": ("w",)}
    assert widget._code["languages"][0]["code"] == widget.code()
    widget.clear("w")
    with pytest.raises(ModelError, match="no column"):
        widget.assign("nope", "exposure")
    with pytest.raises(ModelError, match="no path"):
        widget.toggle_slope("nope")
    with pytest.raises(ModelError):
        widget.choose("centering", "nope")
    with pytest.raises(ModelError):
        widget.show("nope")


def test_compare_runs_what_is_named(widget: MediationWidget) -> None:
    widget.compare(
        centering=["group-mean", "none"], random_slopes=[json.dumps(["a", "b"])], estimator=["ml"]
    )
    assert widget.wait(60)
    assert len(widget.comparison.cells) == 2


def test_code_gives_the_numbers_on_screen(widget: MediationWidget, data: pd.DataFrame) -> None:
    space: dict[str, Any] = {"data": data}
    exec(widget.code(), space)
    assert space["result"].effects.equals(widget.result.effects)


def test_there_is_no_code_before_there_is_a_result(data: pd.DataFrame) -> None:
    widget = MediationWidget(data)
    with pytest.raises(ModelError, match="no result"):
        widget.code()
    widget.close()


# -- what is kept ------------------------------------------------------------------------------


def test_a_session_opens_again_where_it_was(widget: MediationWidget, data: pd.DataFrame) -> None:
    widget.assign("w", "covariate").choose("level", 0.9).show("groups")
    assert widget.wait(60)
    widget.selected_groups = [2, 4]
    text = widget.to_json()
    again = MediationWidget.from_json(text, data)
    assert again.wait(60)
    assert again.model == widget.model
    assert again.result.effects.equals(widget.result.effects)
    assert again.selected_groups == [2, 4]
    assert again._screen["tab"] == "groups"
    assert again.messages == []
    again.close()


def test_a_session_on_other_data_says_what_differs(
    widget: MediationWidget, data: pd.DataFrame
) -> None:
    text = widget.to_json()
    other = data[data["g"] < 20].rename(columns={"m": "other"})
    again = MediationWidget.from_json(text, other)
    assert again.wait(60)
    assert again.model is None
    assert "m is not in these data" in again.messages[0]["detail"]
    action = again.messages[0]["actions"][0]["id"]
    again.session.gesture({"kind": "act", "message": again.messages[0]["id"], "action": action})
    assert again.messages == []
    again.close()


@pytest.mark.parametrize("text", ["", "{}", "[1]", "null", '{"kind": "medwidget session"}'])
def test_what_is_no_session_is_refused(text: str, data: pd.DataFrame) -> None:
    with pytest.raises(ModelError):
        MediationWidget.from_json(text, data)


def test_the_mime_bundle_has_a_view_and_something_for_places_without_one(
    widget: MediationWidget,
) -> None:
    bundle, _ = widget._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "<table" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    assert bundle["text/plain"].startswith("MediationWidget(exposure='x'")


def test_the_page_is_saved_whole(widget: MediationWidget, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    widget.save_html(path)
    assert path.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html")


# -- the page's questions ----------------------------------------------------------------------


class Sent:
    """Takes the place of the channel to the page."""

    def __init__(self, widget: MediationWidget, monkeypatch: pytest.MonkeyPatch) -> None:
        self.replies: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(
            widget, "send", lambda content, buffers=None: self.replies.append((content, buffers))
        )


def test_questions_are_answered_with_their_number(
    widget: MediationWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(widget, monkeypatch)
    for number, what in enumerate(["ping", "svg", "session"]):
        widget._receive(widget, {"kind": "ask", "id": number, "what": what}, [])
    assert [reply["id"] for reply, _ in sent.replies] == [0, 1, 2]
    assert [reply["error"] for reply, _ in sent.replies] == ["", "", ""]
    assert sent.replies[1][0]["text"].startswith("<svg")
    assert json.loads(sent.replies[2][0]["text"])["draft"]["exposure"] == "x"
    assert sent.replies[2][0]["name"].endswith(".json")


def test_a_question_that_cannot_be_answered_says_why(
    widget: MediationWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = Sent(widget, monkeypatch)
    widget._receive(widget, {"kind": "ask", "id": 1, "what": "everything"}, [])
    widget._receive(widget, {"kind": "ask"}, [])
    monkeypatch.setattr(asked.Asked, "svg", lambda _: 1 / 0)
    widget._receive(widget, {"kind": "ask", "id": 2, "what": "svg"}, [])
    assert all(reply["error"] for reply, _ in sent.replies)
    assert "ZeroDivisionError" in sent.replies[2][0]["error"]


def test_the_second_bundle_is_compressed_once(
    widget: MediationWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent = Sent(widget, monkeypatch)
    (tmp_path / "static").mkdir()
    monkeypatch.setattr(asked, "files", lambda _: tmp_path)
    asked.vega.cache_clear()
    widget._receive(widget, {"kind": "ask", "id": 1, "what": "vega"}, [])
    assert "make build" in sent.replies[0][0]["error"]
    (tmp_path / "static" / "vega.js").write_text("export {}", encoding="utf-8")
    widget._receive(widget, {"kind": "ask", "id": 2, "what": "vega"}, [])
    assert gzip.decompress(sent.replies[1][1][0]) == b"export {}"
    asked.vega.cache_clear()


def test_without_a_built_page_there_is_one_that_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(asked, "files", lambda _: tmp_path)
    assert "make build" in asked.bundle("widget.js")
    assert asked.bundle("widget.css") == ""


# -- what stays in the kernel ------------------------------------------------------------------


def test_no_row_leaves_the_kernel_but_through_a_picture(data: pd.DataFrame) -> None:
    secret = data.assign(c=[f"secret-{number}" for number in range(len(data))])
    widget = MediationWidget(secret, **ROLES)
    assert widget.wait(60)
    for tab in ("groups", "specifications", "diagnostics", "report", "code"):
        widget.show(tab)
        assert widget.wait(60)
    state = json.dumps({name: getattr(widget, f"_{name}") for name in SECTIONS}, allow_nan=False)
    assert "secret-" not in state
    widget.close()


def test_two_widgets_do_not_disturb_each_other(data: pd.DataFrame) -> None:
    first, second = MediationWidget(data, **ROLES), MediationWidget(data, **ROLES)
    first.toggle_slope("a")
    second.choose("centering", "none")
    assert first.wait(60)
    assert second.wait(60)
    assert first.model.random_slopes == ("b",)
    assert second.model.centering == "none"
    first.close()
    second.toggle_slope("a")
    assert second.wait(60)
    assert second.result.model.random_slopes == ("b",)
    second.close()


@pytest.mark.parametrize(
    "name", ['<img src=x onerror="x">', "a'b\"c\\d]", "x" * 500, "\u202eabc", "__proto__"]
)
def test_hostile_names_travel_as_they_are(name: str, data: pd.DataFrame) -> None:
    renamed = data.rename(columns={"m": name})
    widget = MediationWidget(renamed, exposure="x", mediators=name, outcome="y", group="g")
    assert widget.wait(60)
    assert widget.status in {"good", "warning"}
    assert widget._draft["mediators"] == [name]
    assert name in [item["name"] for item in widget._columns["items"]]
    assert widget.messages == [] or all(m["severity"] != "error" for m in widget.messages)
    space: dict[str, Any] = {"renamed": renamed, "data": renamed}
    exec(widget.code(), space)
    assert space["result"].effects.equals(widget.result.effects)
    widget.close()
