import base64
import gzip
import json
import re
from html.parser import HTMLParser

import pytest

from medwidget.errors import UnsupportedError
from medwidget.views.text.nouns import Nouns
from medwidget.widget import page as module
from medwidget.widget.fallback import fallback_html, sections_html
from medwidget.widget.page import page_html
from medwidget.widget.panes.answer import answer_pane
from tests.views.results import TAG, hostile, result

NOUNS = Nouns("person", "day")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><text>&lt;b&gt;</text></svg>'
PROGRAM = 'export default { render() { return "</script><!-- " } }'


class Reader(HTMLParser):
    """Collects the elements of a page and what stands in its scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.text = ""
        self._in: str | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._in = dict(attrs).get("id") if tag == "script" else None

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in is not None:
            self.inside[self._in] = self.inside.get(self._in, "") + data
        self.text += data


def sections(found=None, title="data"):
    answer = None if found is None else answer_pane(found, NOUNS, 1)
    return {
        "columns": {"title": title, "subtitle": "2,100 rows"},
        "diagram": {"svg": SVG},
        "answer": answer,
        "groups": None,
    }


@pytest.fixture
def built(monkeypatch):
    contents = {
        "widget.js": PROGRAM,
        "vega.js": "export const a = 1;",
        "widget.css": "a::after{content:'</style>'}",
    }
    monkeypatch.setattr(module, "_static", contents.__getitem__)
    return contents


def test_the_page_holds_state_and_programs(built):
    given = sections(result("army"))
    read = Reader(page_html(given, "army"))
    state = json.loads(read.inside["mw-state"])
    assert state.pop("_static") is True
    assert state == json.loads(json.dumps({f"_{name}": value for name, value in given.items()}))
    for name, element in (("widget.js", "mw-widget"), ("vega.js", "mw-vega")):
        code = gzip.decompress(base64.b64decode(read.inside[element]))
        assert code.decode() == built[name]


def test_the_page_loads_nothing(built):
    text = page_html(sections(result("army")), "army")
    read = Reader(text)
    loading = [
        (tag, value)
        for tag, attrs in read.tags
        for name, value in attrs.items()
        if name in {"src", "href", "srcset", "action"} and not str(value).startswith("data:")
    ]
    assert loading == []
    policy = next(attrs["content"] for tag, attrs in read.tags if attrs.get("http-equiv"))
    assert policy.startswith("default-src 'none'")
    assert "http" not in policy


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "<!--", "\u2028", TAG, '"'])
def test_nothing_in_the_state_ends_its_element(built, name):
    text = page_html(sections(hostile(), title=name), name)
    read = Reader(text)
    assert json.loads(read.inside["mw-state"])["_columns"]["title"] == name
    tags = [tag for tag, _ in read.tags]
    assert tags.count("script") == 4
    assert tags.count("style") == 1
    assert not any(attrs.get("onerror") for _, attrs in read.tags)
    assert text.count("</script") == 4


def test_what_needs_a_kernel_is_not_offered(built):
    given = {**sections(), "progress": {"job": "bootstrap"}}
    given["diagnostics"] = {"influence": "offered", "influence_words": "Leave out each person."}
    state = json.loads(Reader(page_html(given)).inside["mw-state"])
    assert state["_diagnostics"] == {"influence": "none", "influence_words": ""}
    assert state["_progress"] is None


def test_two_saves_are_the_same(built):
    assert page_html(sections(result("army"))) == page_html(sections(result("army")))


def test_a_copy_without_programs_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    with pytest.raises(UnsupportedError, match="not built"):
        page_html(sections(result("army")))


# -- without scripts ------------------------------------------------------------------------------


def test_the_fallback_shows_diagram_sentence_and_effects():
    read = Reader(fallback_html(SVG, result("army"), NOUNS))
    (image,) = [attrs for tag, attrs in read.tags if tag == "img"]
    kind, code = image["src"].split(",", 1)
    assert kind == "data:image/svg+xml;base64"
    assert base64.b64decode(code).decode() == SVG
    assert image["alt"].startswith("Within the same person, WBEING is lower by 0.018")
    assert "Indirect, within" in read.text
    assert "[−0.0227, −0.0132]" in read.text
    assert "Monte Carlo, 10,000 draws, seed 1." in read.text


def test_sections_give_the_same_as_the_result():
    one = Reader(fallback_html(SVG, result("army"), NOUNS, note="")).text
    other = Reader(sections_html(sections(result("army"), title=""))).text
    assert other.replace("2,100 rows", "") == one


def test_without_a_result_the_diagram_stands_alone():
    for text in (fallback_html(SVG, None), sections_html(sections())):
        assert "No model has been fitted" in text
        assert "<img" in text


def test_the_fallback_runs_nothing():
    for text in (fallback_html(SVG, hostile()), sections_html(sections(hostile(), title=TAG))):
        read = Reader(text)
        assert {tag for tag, _ in read.tags} <= {
            "div",
            "p",
            "img",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "br",
            "small",
            "strong",
        }
        assert not any(re.match("on", name) for _, attrs in read.tags for name in attrs)
        assert TAG in read.text
