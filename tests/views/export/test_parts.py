"""Names, strings, comments and arithmetic of exported code."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.effects.expression import Constant, Expression, Parameter, power
from medwidget.effects.functions import NormalProbability, Sqrt
from medwidget.errors import UnsupportedError
from medwidget.views.export.arithmetic import Arithmetic
from medwidget.views.export.literals import in_comment, number, r_string, stata_string
from medwidget.views.export.names import Names

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(st.text(max_size=30), max_size=12), st.sampled_from([8, 30]))
def test_names_are_legal_short_and_different(wanted: list[str], longest: int) -> None:
    names = Names({"if", "data"}, longest)
    given = [names.take(name) for name in wanted]
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in given)
    assert all(len(name) <= longest for name in given)
    folded = [name.casefold() for name in given]
    assert len(set(folded)) == len(folded)
    assert not {"if", "data"} & set(folded)


def test_names_that_meet_after_mapping_are_told_apart() -> None:
    names = Names({"if"}, 8)
    wanted = [
        "if",
        "If",
        "a b",
        "a.b",
        "A_B",
        "日本",
        "ポ",
        "12 days",
        "communication",
        "communicate",
    ]
    assert [names.take(name) for name in wanted] == [
        "if_2",
        "If_3",
        "a_b",
        "a_b_2",
        "A_B_3",
        "v",
        "v_2",
        "v12_days",
        "communic",
        "commun_2",
    ]


def test_names_without_underscores() -> None:
    names = Names(joint="")
    assert [names.take(name) for name in ("m_1", "m1", "x~w")] == ["m1", "m12", "xonw"]


@given(TEXT)
def test_r_strings_hold_their_text(text: str) -> None:
    literal = r_string(text)
    assert literal.isascii()
    assert "\n" not in literal
    assert re.fullmatch(r'"(?:[^"\\]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"', literal)
    assert unescaped(literal[1:-1]) == text


@given(TEXT)
def test_stata_strings_hold_their_text(text: str) -> None:
    expression = stata_string(text)
    inside = re.fullmatch(r'(?:ustrunescape\()?"([^"`$\'/*]*)"\)?', expression)
    assert inside is not None
    assert unescaped(inside.group(1)) == text


def unescaped(text: str) -> str:
    return re.sub(
        r"\\(?:u([0-9a-f]{4})|U([0-9a-f]{8}))", lambda m: chr(int(m[1] or m[2], 16)), text
    )


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_comments_stay_on_their_line(text: str) -> None:
    comment = in_comment(text)
    assert comment.isascii()
    assert not set(comment) & set('\n\r"`$*/!;#{}')


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_what_no_file_holds_is_refused(text: str) -> None:
    for write in (r_string, stata_string, in_comment):
        with pytest.raises(UnsupportedError, match="Rename"):
            write(f"x{text}")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30))
def test_numbers_keep_all_digits(value: float) -> None:
    assert float(number(value)) == value
    assert "e" not in number(value)


A, B, C = Parameter("a"), Parameter("b"), Parameter("c")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (A * B + C, "a * b + c"),
        ((A + B) * C, "(a + b) * c"),
        (A - B * C, "a - b * c"),
        (A - (B + C), "a - (b + c)"),
        (A * (Constant(-0.5, "mean(w)") * B), "a * (-0.5) * b"),
        (A / (B * C), "a / (b * c)"),
        (power(A + B, 2) * C, "((a + b)^2) * c"),
        (Sqrt(A + B), "sqrt(a + b)"),
        (NormalProbability(A / B), "pnorm(a / b)"),
    ],
)
def test_arithmetic_of_other_programs(expression: Expression, text: str) -> None:
    assert Arithmetic(lambda name: name).text(expression) == text


def test_the_signs_of_a_program() -> None:
    arithmetic = Arithmetic(str.upper, power_sign="**", calls={"sqrt": "SQRT", "normal": "PHI"})
    assert arithmetic.text(Sqrt(power(A, 2))) == "SQRT((A**2))"
