"""The forms of a report: the same words in each, and no markup from the data."""

import re
from html.parser import HTMLParser

import pytest

from medwidget.views.text.report.blocks import Grid, GridRow, Prose, Report
from medwidget.views.text.report.layout import FORMATS, lay_out_report
from medwidget.views.text.spans import Span
from tests.views.results import CASES, hostile, result

SPECIAL = "a_b*c`d$e\\f{g}<i>&amp;[x](y)|#%^~"


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.open, self.text = set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("form", FORMATS)
def test_every_form_holds_every_estimate_of_the_table(name, form):
    plain = result(name).report(format="text")
    table = plain.partition("Table 1.")[2].partition("Table 2.")[0]
    numbers = re.findall(r"\d+\.\d+", table)
    text = result(name).report(format=form)
    assert len(numbers) > 5
    assert all(number in text for number in numbers)


@pytest.mark.parametrize("form", FORMATS)
def test_names_from_the_data_stay_names(form):
    text = hostile().report(format=form)
    if form == "html":
        found = read(text)
        assert found.tags <= {"h2", "p", "ul", "li", "strong", "em", "table", "thead", "tbody"} | {
            "tr",
            "th",
            "td",
        }
        assert "<img" in "".join(found.text)
    elif form != "text":
        assert not re.search(r"(?<!\\)<img", text)
    assert "\u202e" not in text
    assert "line\nbreak" not in text


def test_what_is_special_to_a_form_is_written_as_itself():
    report = Report((Prose((Span(SPECIAL), Span(SPECIAL, strong=True), Span("a", italic=True))),))
    markdown = lay_out_report(report, "markdown")
    assert re.sub(r"\\(.)", r"\1", markdown).startswith(SPECIAL + "**" + SPECIAL)
    assert not re.search(r"[_`$<\[|#]", re.sub(r"\\.", "", markdown))
    latex = lay_out_report(report, "latex")
    bare = latex.replace(r"\textbackslash{}", "").replace(r"\emph{a}", "")
    assert not re.search(r"[_#%&^~]", re.sub(r"\\.", "", bare))
    assert "".join(read(lay_out_report(report, "html")).text).strip() == SPECIAL + SPECIAL + "a"
    assert lay_out_report(report, "text") == SPECIAL + SPECIAL + "a\n"


@pytest.mark.parametrize("name", CASES)
def test_latex_needs_no_letter_that_pdflatex_does_not_know(name):
    assert result(name).report(format="latex").isascii()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6 × 10⁻¹⁰", r"6 $\times$ 10$^{-10}$"),
        ("λ ≤ Ω", r"$\lambda$ $\leq$ $\Omega$"),
        ("a--b ''c'' ?`", "a-{}-b '{}'c'{}' ?{}`"),
        ('"', r"{\ttfamily\char34}"),
    ],
)
def test_signs_are_printed_as_they_are_in_latex(text, expected):
    assert lay_out_report(Report((Prose((Span(text),)),)), "latex") == f"{expected}\n"


@pytest.mark.parametrize("form", ["markdown", "latex", "html"])
def test_rows_of_a_table_have_a_cell_for_each_column(form):
    rows = (
        GridRow(((Span("within | groups"),),), heading=True),
        GridRow(((Span("x | y"),), (Span("1"),))),
    )
    text = lay_out_report(Report((Grid("Table 1. T", ("", "Est.", "SE"), rows, "note"),)), form)
    if form == "markdown":
        lines = [line for line in text.splitlines() if line.startswith("|")]
        assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {4}
    elif form == "latex":
        assert text.count("{lrr}") == 1
        assert r"\multicolumn{3}{l}" in text
        assert re.search(r"x \\textbar\{\} y & 1 &  \\\\", text)
        assert r"\caption{T}" in text
    else:
        assert text.count("<td") == 3
        # above and below the head, and below the last row
        assert [text.count(f"border-{side}") for side in ("top", "bottom")] == [3, 6]
        assert 'colspan="3"' in text
