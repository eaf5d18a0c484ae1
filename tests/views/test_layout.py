from hypothesis import given
from hypothesis import strategies as st

from medwidget.views.text.document import (
    Document,
    Facts,
    Item,
    Listing,
    Paragraph,
    Section,
    TextTable,
)
from medwidget.views.text.layout import WIDTH, display_width, lay_out

WORDS = st.text("abc測 ", min_size=1, max_size=300)


def laid_out(*blocks) -> list[str]:
    return lay_out(Document("Title", (Section("Section", blocks),))).splitlines()


@given(WORDS, WORDS, st.integers(min_value=0, max_value=20))
def test_no_line_is_wider_than_the_screen(first, second, columns):
    header = ("label", "word", *("estimate" for _ in range(columns)))
    row = (first, second, *("−1.234" for _ in range(columns)))
    lines = laid_out(
        TextTable(header, (row, row), n_labels=2),
        Facts(((second[:20], first),)),
        Listing((Item(second[:20], first, second),)),
        Paragraph(first),
    )
    assert max(map(display_width, lines)) <= WIDTH


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_columns_stand_below_one_another(labels):
    rows = tuple((label.strip() or "-", "|", "1.5") for label in labels)
    lines = [line for line in laid_out(TextTable(("a", "|", "b"), rows, n_labels=2)) if "|" in line]
    assert len(lines) == len(rows) + 1
    assert len({display_width(line.partition("|")[0]) for line in lines}) == 1


def test_numbers_are_aligned_at_the_point():
    rows = (("a", "1.5"), ("b", "−12.25"), ("c", "3"), ("d", "–"))
    lines = laid_out(TextTable(("name", "value"), rows))[-4:]
    assert lines[0].index(".") == lines[1].index(".") == len(lines[2])


def test_a_table_too_wide_for_the_screen_is_continued_below_with_its_labels():
    numbers = tuple(f"{number}.5" for number in range(30))
    lines = laid_out(TextTable(("name", *("header" for _ in numbers)), (("row", *numbers),)))
    rows = [line.split() for line in lines if line.startswith("  row")]
    assert [cell for row in rows for cell in row[1:]] == list(numbers)
    assert len(rows) > 1


@given(st.text("abc ", min_size=1, max_size=500))
def test_wrapping_loses_nothing(text):
    words = "".join(laid_out(Paragraph(text))[4:]).replace(" ", "")
    assert words == text.replace(" ", "")
