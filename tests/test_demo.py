import contextlib
import io

import pytest

from medwidget import demo
from medwidget.views.text.layout import WIDTH
from tests.views.results import result
from tests.views.words import forbidden


@pytest.fixture(scope="module")
def printed():
    page = io.StringIO()
    with contextlib.redirect_stdout(page):
        demo.main()
    return page.getvalue()


def test_it_goes_through_a_whole_analysis_in_order(printed):
    steps = [
        "The columns",
        "Before the fit",
        "One mediator",
        "Two mediators",
        "How much hangs on the specification",
        "Which companies differ most",
        "Again, as code",
    ]
    places = [printed.index(f"\n{step}\n") for step in steps]
    assert places == sorted(places)


def test_it_shows_the_summary_and_the_code_of_the_result(printed):
    assert result("army").summary() in printed
    assert result("army").to_code() in printed


def test_forbidden_words_are_absent(printed):
    assert forbidden(printed) == []


def test_it_fits_a_screen(printed):
    code = printed.index("# Written by")
    assert max(map(len, printed[:code].splitlines())) <= WIDTH + 2
