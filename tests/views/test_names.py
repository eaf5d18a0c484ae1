from hypothesis import given
from hypothesis import strategies as st

from medwidget.views.text.names import LONGEST, Names, shortened, visible

TEXTS = st.text(min_size=1, max_size=80)


@given(TEXTS)
def test_what_is_shown_can_be_printed(text):
    assert visible(text).isprintable()


@given(TEXTS, st.integers(min_value=3, max_value=60))
def test_short_names_are_kept_and_long_ones_shortened(text, longest):
    short = shortened(text, longest)
    assert len(short) <= longest
    assert short == text or ("…" in short and text.startswith(short.partition("…")[0]))


@given(st.lists(TEXTS, unique=True, max_size=6))
def test_names_that_differ_are_shown_differently(names):
    shown = Names(names)
    assert len({shown(name) for name in names}) == len(names)


def test_names_that_differ_in_the_middle_alone():
    first, second = ("x" * 100 + letter + "x" * 100 for letter in "ab")
    shown = Names([first, second])
    assert shown(first) != shown(second)
    assert max(len(shown(first)), len(shown(second))) <= LONGEST + 2


def test_names_inside_a_text_are_replaced_also_where_they_are_quoted():
    name = "a\n" + "b" * 100
    shown = Names([name])
    assert shown.within(f"{name!r} and {name}") == f"'{shown(name)}' and {shown(name)}"


def test_a_name_within_another_is_not_mistaken_for_it():
    longer, shorter = "b" * 60, "b" * 40
    shown = Names([shorter, longer])
    assert shown.within(f"{longer} {shorter}") == f"{shown(longer)} {shown(shorter)}"


@given(TEXTS, TEXTS)
def test_a_text_can_be_printed_whatever_else_is_in_it(name, text):
    assert Names([name]).within(text).isprintable()
