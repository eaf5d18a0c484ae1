"""Numbers as text: enough digits to read, a true minus sign, the same rule everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = [
    "MINUS",
    "NOTHING",
    "SENTENCE_DECIMALS",
    "TABLE_DECIMALS",
    "Style",
    "bracketed",
    "count",
    "fixed",
    "percent",
    "scientific",
    "style_of",
]

MINUS = "\u2212"
# What stands where there is no number.
NOTHING = "–"
# Decimals of an effect in a table, and in a sentence, unless its precision asks for more.
TABLE_DECIMALS = 3
SENTENCE_DECIMALS = 2
# Digits of a standard error that are worth reading.
PRECISION_DIGITS = 2
# No number is printed with more decimals than this; smaller ones are written with an exponent.
MOST_DECIMALS = 6
# From this size on a number is written with an exponent.
LARGE = 1e6
# From this power of ten on a number is written out where few characters are wanted.
LEAST_POWER = -2
TEN = 10
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# Digits of the mantissa after the point where there is an exponent.
MANTISSA_DECIMALS = 3


class Style:
    """How the numbers of one row are written.

    Parameters
    ----------
    decimals : int
        Digits after the point.
    exponent : bool
        Write a mantissa and an exponent, such as ``1.234e9``.
    """

    __slots__ = ("decimals", "exponent")

    def __init__(self, decimals: int, exponent: bool = False) -> None:
        self.decimals = decimals
        self.exponent = exponent

    def __call__(self, value: float | None) -> str:
        """Return a number as text; a dash where there is none."""
        if value is None or math.isnan(value):
            return NOTHING
        if math.isinf(value):
            return f"{MINUS}∞" if value < 0 else "∞"
        if self.exponent:
            return _with_exponent(value)
        return fixed(value, self.decimals)


def style_of(
    estimate: float | None,
    se: float | None = None,
    others: Sequence[float | None] = (),
    *,
    decimals: int = TABLE_DECIMALS,
    digits: int = PRECISION_DIGITS,
) -> Style:
    """Return how to write an estimate with its standard error and bounds.

    Parameters
    ----------
    estimate, se : float or None
    others : sequence of float or None
        Bounds. One that is not zero is not rounded to zero, so that its sign can be read.
    decimals : int
        Used unless ``digits`` digits of the standard error ask for more, or size for fewer.
    digits : int

    Examples
    --------
    >>> style_of(-0.05, 0.01)(-0.0512)
    '−0.051'
    >>> style_of(2.34e9, 1.2e8)(2.34e9)
    '2.340e9'
    """
    values = [estimate, se, *others]
    known = [abs(value) for value in values if value is not None and math.isfinite(value)]
    present = [value for value in known if value > 0]
    if not present:
        return Style(decimals)
    largest = max(present)
    precision = se if se is not None and math.isfinite(se) and se > 0 else largest / 10
    wanted = digits - 1 - math.floor(math.log10(precision))
    if largest >= LARGE or (wanted > MOST_DECIMALS and largest < 10.0 ** (1 - MOST_DECIMALS)):
        return Style(0, exponent=True)
    chosen = max(decimals, wanted) if wanted > 0 else max(0, min(decimals, wanted + 1))
    visible = [-math.floor(math.log10(value)) for value in map(_size, others) if value > 0]
    # a bound may need one digit more to show on which side of zero it lies
    chosen = max([chosen, *(place for place in visible if place <= chosen + PRECISION_DIGITS)])
    return Style(min(chosen, MOST_DECIMALS))


def bracketed(style: Style, lower: float | None, upper: float | None) -> str:
    """Return an interval: ``[0.035, 0.079]``; a dash where a bound is missing."""
    if lower is None or upper is None or math.isnan(lower) or math.isnan(upper):
        return NOTHING
    return f"[{style(lower)}, {style(upper)}]"


def scientific(value: float) -> str:
    """Return a number in few characters, a small one as a power of ten.

    Examples
    --------
    >>> scientific(2.1e-6), scientific(0.25)
    ('2 × 10⁻⁶', '0.250')
    """
    if value == 0 or not math.isfinite(value):
        return fixed(value, 0)
    place = math.floor(math.log10(abs(value)))
    if place >= LEAST_POWER:
        return style_of(value)(value)
    mantissa = round(value / 10.0**place)
    if abs(mantissa) == TEN:
        mantissa, place = mantissa // TEN, place + 1
    return f"{fixed(mantissa, 0)} × 10{str(place).translate(_SUPERSCRIPTS)}"


def fixed(value: float, decimals: int) -> str:
    """Return a number with a fixed number of decimals; zero has no sign.

    Examples
    --------
    >>> fixed(-1.5, 2), fixed(-0.0001, 2)
    ('−1.50', '0.00')
    """
    if not math.isfinite(value):
        return Style(decimals)(value)
    text = f"{value:.{decimals}f}"
    if text.startswith("-") and not text.strip("-0."):
        text = text[1:]
    return text.replace("-", MINUS)


def percent(share: float) -> str:
    """Return a share as a percentage: ``95%``, ``99.5%``."""
    return f"{100 * share:.10g}%"


def count(number: int, one: str, several: str | None = None) -> str:
    """Return a number with its noun: ``1 row``, ``2,100 rows``."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def _size(value: float | None) -> float:
    return abs(value) if value is not None and math.isfinite(value) else 0.0


def _with_exponent(value: float) -> str:
    if value == 0:
        return "0"
    mantissa, _, power = f"{value:.{MANTISSA_DECIMALS}e}".partition("e")
    return f"{mantissa}e{int(power)}".replace("-", MINUS)
