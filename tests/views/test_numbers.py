import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medwidget.views.text.numbers import MINUS, NOTHING, fixed, percent, style_of

SIZES = st.floats(min_value=1e-12, max_value=1e15)
SIGNS = st.sampled_from([-1, 1])


def parsed(text: str) -> float:
    return float(text.replace(MINUS, "-").replace(",", ""))


@given(SIZES, SIGNS, st.floats(min_value=1e-3, max_value=10))
def test_a_number_is_off_by_less_than_half_its_standard_error(size, sign, ratio):
    value, se = sign * size, size * ratio
    style = style_of(value, se)
    assert abs(parsed(style(value)) - value) <= se / 2
    assert parsed(style(se)) == pytest.approx(se, rel=0.06)


@given(SIZES, SIGNS, SIZES)
def test_no_number_is_long_and_every_minus_is_one(size, sign, se):
    text = style_of(sign * size, se)(sign * size)
    assert len(text) <= 15
    assert "-" not in text
    assert text.startswith(MINUS) <= (sign < 0)


@given(st.floats(min_value=0.001, max_value=1), SIGNS, st.floats(min_value=1.01, max_value=9.9))
def test_a_bound_near_zero_keeps_its_side(se, sign, share):
    bound = sign * se * share / 100
    style = style_of(bound + sign * 2 * se, se, (bound, bound + sign * 4 * se))
    assert math.copysign(1, parsed(style(bound))) == sign
    assert parsed(style(bound)) != 0


def test_numbers_of_a_usual_size_have_three_decimals():
    assert [style_of(0.45, 0.05)(value) for value in (0.45, -0.05, 0.0)] == [
        "0.450",
        f"{MINUS}0.050",
        "0.000",
    ]


def test_numbers_of_unusual_size_stay_readable():
    assert style_of(2.34e9, 1.2e8)(2.34e9) == "2.340e9"
    assert style_of(-3e-9, 1e-9)(-3e-9) == f"{MINUS}3.000e{MINUS}9"
    assert style_of(1234.5, 210.0)(1234.5) == "1234"


def test_what_is_no_number_is_a_dash():
    style = style_of(1.0)
    assert style(None) == style(math.nan) == NOTHING
    assert style(-math.inf) == f"{MINUS}∞"


def test_zero_has_no_sign():
    assert fixed(-0.0004, 3) == "0.000"
    assert fixed(-0.0006, 3) == f"{MINUS}0.001"


def test_percentages():
    assert [percent(share) for share in (0.95, 0.995, 0.9)] == ["95%", "99.5%", "90%"]
