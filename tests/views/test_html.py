from html.parser import HTMLParser

import pytest

from medwidget.views.text.document import (
    Document,
    Facts,
    Item,
    Listing,
    Paragraph,
    Section,
    TextTable,
)
from medwidget.views.text.html import document_html, result_html
from medwidget.views.text.sections import document
from tests.views.results import BROKEN, CASES, LONG, TAG, hostile, result
from tests.views.words import forbidden

ALLOWED = {
    *("div", "section", "p", "strong", "em", "br", "ol", "li"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}


class Page(HTMLParser):
    """Collects tags, attributes and text, and checks that tags are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.cells: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        if tag in {"td", "th"}:
            self.cells.append("")
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self._open and self._open[-1] in {"td", "th"}:
            self.cells[-1] += data


@pytest.mark.parametrize("case", CASES)
def test_the_tables_are_those_of_the_text(case):
    found = result(case)
    page = Page(found._repr_html_())
    tables = [
        block
        for section in document(found).sections
        for block in section.blocks
        if isinstance(block, TextTable)
    ]
    expected = [cell for table in tables for row in (table.header, *table.rows) for cell in row]
    assert expected
    remaining = iter(page.cells)
    assert all(cell in remaining for cell in expected)  # in this order


@pytest.mark.parametrize("case", CASES)
def test_problems_are_told_and_forbidden_words_are_not(case):
    page = Page(result_html(result(case)))
    assert all(problem.message in page.text for problem in result(case).problems)
    assert forbidden(page.text) == []


@pytest.mark.parametrize("case", [*CASES, "hostile"])
def test_no_tag_or_attribute_comes_from_outside(case):
    page = Page(result_html(hostile() if case == "hostile" else result(case)))
    assert page.tags <= ALLOWED
    assert page.attributes <= {"class", "style", "scope"}


def test_hostile_names_are_escaped():
    text = result_html(hostile())
    assert TAG not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert LONG not in text
    assert BROKEN not in text


def test_every_text_of_every_block_is_escaped():
    blocks = (
        TextTable((TAG, TAG), ((TAG, TAG),), caption=TAG),
        Facts(((TAG, TAG),)),
        Listing((Item(TAG, TAG, TAG),)),
        Paragraph(TAG),
    )
    text = document_html(Document(TAG, (Section(TAG, blocks),)))
    assert TAG not in text
    assert Page(text).text.count(TAG) == 13


def test_colours_are_those_of_the_page():
    text = result_html(result("army"))
    assert "color:inherit" in text
    assert "#" not in text
    assert "rgb" not in text
