import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.views.text.nouns import LONGEST, Nouns


@pytest.mark.parametrize(
    ("noun", "several"),
    [
        ("person", "persons"),
        ("day", "days"),
        ("diary", "diaries"),
        ("class", "classes"),
        ("child", "children"),
        ("batch", "batches"),
        ("y", "ys"),
    ],
)
def test_nouns_have_their_plural(noun, several):
    assert Nouns(noun).groups == several
    assert Nouns(row=noun).rows == several


def test_counts_agree_with_their_noun():
    nouns = Nouns("person", "day")
    assert nouns.of_groups(1) == "1 person"
    assert nouns.of_groups(0) == "0 persons"
    assert nouns.of_rows(2100) == "2,100 days"


@given(st.text(max_size=200))
def test_any_text_may_be_a_noun(noun):
    nouns = Nouns(noun, noun)
    assert len(nouns.group) <= LONGEST
    assert nouns.group.isprintable()
    assert nouns.of_rows(2).startswith("2 ")
