"""The playground without a browser."""

import base64
import json
from xml.etree import ElementTree

import pytest

import medwidget as mw
from medwidget.studies.teaching.stories import STORIES
from medwidget.widget.playground import session as session_module
from medwidget.widget.playground import shapes
from medwidget.widget.playground.fits import fitted
from medwidget.widget.playground.state import CENTERINGS, State
from medwidget.widget.playground.words import sentence


@pytest.fixture
def play():
    opened = []

    def open_(*arguments, **settings):
        playground = mw.Playground(*arguments, **settings)
        opened.append(playground)
        assert playground.wait(60)
        return playground

    yield open_
    for playground in opened:
        playground.close()


def line(playground, name):
    return next(item for item in playground._frame["lines"] if item["name"] == name)


def words(playground):
    return "".join(span["text"] for span in playground._frame["sentence"])


def test_every_row_is_fitted_and_shown(play):
    playground = play("sign")
    frame = playground._frame
    assert frame["settled"]
    names = [item["name"] for item in frame["lines"]]
    assert names[-4:] == ["group-mean", "latent", "none", "one-level"]
    assert not [item["name"] for item in frame["lines"] if item["stale"]]
    effects = playground.result.effects
    shown = line(playground, "indirect_within")["marks"][0]
    assert shown["estimate"] == effects.loc["indirect_within", "estimate"]
    assert shown["truth"] == playground.truth["indirect_within"] == -0.25
    assert len(frame["x"]) == len(playground.data) == 400
    assert [round(1000 * value) for value in playground.data["x"]] == frame["x"]
    json.dumps(frame, allow_nan=False)


def test_code_gives_the_data_and_the_numbers_on_screen(play):
    playground = play("opposite", groups=20, centering="none")
    room = {}
    exec(playground.code().replace("print(", "str("), room)
    assert room["data"].equals(playground.data)
    shown = line(playground, "indirect")["marks"][0]["estimate"]
    assert room["result"].effects.loc["indirect", "estimate"] == shown
    room["playground"].close()


def test_a_drag_is_one_step_and_undo_takes_it_back(play):
    playground = play("sign")
    for value in (-0.4, -0.3, -0.2):
        playground.session.gesture(
            {"kind": "set", "name": "a_within", "value": value, "drag": "d1", "turn": 5}
        )
    playground.session.gesture(
        {"kind": "set", "name": "a_within", "value": 0.0, "drag": "d2", "turn": 6}
    )
    assert playground.wait(60)
    assert playground._controls["turn"] == playground._frame["turn"] == 6
    playground.undo()
    assert playground.settings["a_within"] == -0.2
    playground.undo()
    assert playground.settings["a_within"] == -0.5
    assert not playground._controls["can_undo"]
    playground.redo()
    assert playground.settings["a_within"] == -0.2
    assert playground._controls["redo_label"] == "a within"


def test_others_wait_while_a_slider_is_held(play):
    playground = play("sign")
    session = playground.session
    moved = {"kind": "set", "name": "a_within", "value": 0.3, "drag": "d", "turn": 1}
    session.gesture({**moved, "held": True})
    assert session._quick.wait(60)
    assert not session.frame["settled"]
    session.gesture({"kind": "release", "turn": 2})
    assert playground.wait(60)
    assert session.frame["settled"]
    assert playground._controls["undo_label"] == "a within"


def test_each_centring_is_fitted_once_for_a_state_and_not_again_when_it_comes_back(
    play, monkeypatch
):
    fits, frames = [], []

    def counted(state, centering, *rest):
        fits.append((state.settings.a_within, centering))
        return fitted(state, centering, *rest)

    monkeypatch.setattr(session_module, "fitted", counted)
    monkeypatch.setattr(session_module, "HELD", 60)
    playground = play("sign")
    session = playground.session
    began = playground._frame
    fits.clear()
    publish = session._publish
    monkeypatch.setattr(session, "_publish", lambda parts: (frames.append(parts), publish(parts)))
    for turn, value in enumerate((0.1, 0.2, 0.1, 0.3)):
        moved = {"kind": "set", "name": "a_within", "value": value, "drag": "d", "turn": turn}
        session.gesture({**moved, "held": True})
        assert session._quick.wait(60)
    assert fits == [(0.1, "group-mean"), (0.2, "group-mean"), (0.3, "group-mean")]
    fits.clear()
    frames.clear()
    session.gesture({"kind": "release", "turn": 5})
    assert playground.wait(60)
    assert fits == [(0.3, "none"), (0.3, "latent")]
    assert [part["frame"]["settled"] for part in frames if "frame" in part] == [False, True]
    assert playground._controls["turn"] == 5
    fits.clear()
    assert playground.undo().wait(60)
    assert fits == []
    assert {**playground._frame, "turn": 0} == {**began, "turn": 0}


def test_seed_story_and_reset(play):
    playground = play("between")
    data = playground.data
    playground.new_data().set(icc=0.2)
    assert playground.seed == STORIES["between"].seed + 1
    assert not playground.data.equals(data)
    playground.reset()
    assert playground.data.equals(data)
    playground.load("covariance").wait()
    assert playground.result.model.random_slopes == ("a", "b")
    assert mw.Playground.stories["covariance"].startswith("cov(a, b)")


def test_another_centring_keeps_the_data(play):
    playground = play("sign")
    data = playground.data
    playground.choose("latent").wait()
    assert playground.data.equals(data)
    assert playground.result.model.centering == "latent"
    assert playground._frame["lines"][0]["name"] == "indirect_within"
    latent = line(playground, "latent")["marks"][1]["estimate"]
    assert line(playground, "indirect_between")["marks"][0]["estimate"] == latent


def test_rows_of_settings_that_were_left_are_marked(play):
    playground = play("sign")
    session = playground.session
    session._slow.close()  # nothing but the first centring is fitted any more
    playground.set(a_within=0.3)
    assert session._quick.wait(60)
    frame = session.frame
    stale = {item["name"]: item["stale"] for item in frame["lines"]}
    assert not stale["indirect_within"]
    assert not stale["group-mean"]
    assert stale["latent"]
    assert stale["none"]
    assert not frame["settled"]


def test_the_widget_takes_data_and_model_over(play):
    playground = play("covariance")
    widget = playground.widget()
    try:
        assert widget.wait(60)
        assert widget.model.random_slopes == ("a", "b")
        shown = line(playground, "indirect_within")["marks"][0]["estimate"]
        assert widget.result.effects.loc["indirect_within", "estimate"] == pytest.approx(shown)
    finally:
        widget.close()


def test_what_the_page_sends_is_checked(play, caplog):
    playground = play("sign")
    before = repr(playground)
    for content in (
        {"kind": "set", "name": "secret", "value": 1},
        {"kind": "set", "name": "icc", "value": "1"},
        {"kind": "set", "name": "icc"},
        {"kind": "story", "name": "x"},
        {"kind": "new_data", "seed": -1},
        {"kind": "delete"},
        {},
        "text",
    ):
        playground._receive(None, content, [])
    assert repr(playground) == before
    with pytest.raises(mw.ModelError):
        playground.set(nothing=1)
    with pytest.raises(mw.ModelError, match="story"):
        mw.Playground("no such story")


def test_what_is_shown_without_a_script(play):
    playground = play("opposite")
    html = playground._repr_mimebundle_()[0]["text/html"]
    assert "Ignoring groups" in html
    assert "run the cell to move its sliders" in html
    picture = base64.b64decode(html.split("base64,")[1].split('"')[0]).decode()
    drawn = ElementTree.fromstring(picture).findall(".//{*}svg")
    assert [path.get("d").count("M") for path in drawn[0].findall("{*}path")] == [360, 24, 1, 1, 24]
    assert len(drawn) == 2
    assert line(playground, "indirect_within")["marks"][0]["estimate_text"] in html
    assert "<script" not in html


# -- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "moved", "said"),
    [
        ("opposite", {}, ["more X goes with more M (0.45)", "the reverse (−0.55)", "sign of the"]),
        ("opposite", {"a_between": 0.45}, ["it is the same (0.45)"]),
        ("opposite", {"a_between": 0.9}, ["steeper (0.90)", "not its size"]),
        ("opposite", {"a_within": 0.0}, ["M does not go with X (0.00)", "that no group has"]),
        ("opposite", {"a_within": -0.5}, ["goes with less M (−0.50)"]),
        ("between", {}, ["All of it is between", "0.00", "0.42", "describes neither"]),
        ("between", {"a_within": 0.5, "b_within": 0.5}, ["Inside groups the indirect", "0.25"]),
        ("covariance", {}, ["larger b", "0.20, is all of", "effect: 0.20."]),
        ("covariance", {"cov_ab": -0.1}, ["smaller b", "−0.10, is all of"]),
        ("covariance", {"cov_ab": 0}, ["do not vary together", "effect: 0.00."]),
        ("covariance", {"a_within": 0.5, "b_within": 0.4}, ["part of", "effect: 0.40."]),
        ("unreliable", {}, ["4 rows of X has reliability 0.50", "0.81"]),
        ("unreliable", {"size": 36}, ["36 rows of X has reliability 0.90"]),
        ("sign", {}, ["is −0.25.", "the wrong sign"]),
        ("sign", {"a_between": 0.0}, ["the right sign"]),
    ],
)
def test_sentences_follow_from_the_numbers(story, moved, said):
    from medwidget.views.text.spans import plain
    from medwidget.widget.playground.frame import Drawn

    state = State.of_story(story)
    for name, value in moved.items():
        state = state.with_setting(name, value)
    drawn = Drawn.of(state)
    slopes = {path: found.slopes["pooled"] for path, found in drawn.lines.items()}
    text = plain(sentence(story, state.settings, slopes, drawn.one, {}))
    for piece in said:
        assert piece in text, text


def test_estimates_in_a_sentence_are_those_of_the_table(play):
    playground = play("unreliable")
    for name in ("group-mean", "latent"):
        assert f"means{' estimate' if name == 'group-mean' else ''} " in words(playground)
        assert line(playground, name)["marks"][1]["estimate_text"] in words(playground)


def test_the_shapes_of_the_page_are_current():
    from pathlib import Path

    file = Path(__file__).parents[3] / "js" / "src" / "playground" / "shapes.ts"
    assert file.read_text(encoding="utf-8").strip() == shapes.type_script().strip()


def test_every_centring_has_a_row():
    from medwidget.widget.playground.forest import TITLES

    assert set(TITLES) == set(CENTERINGS)
