"""What a column of text or of arbitrary Python objects can serve as."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medwidget.spec.columns import Kind

__all__ = ["kind_of_objects", "kind_of_text", "numbers_from_objects"]


def kind_of_text(pieces: Iterable[Iterable[Any]]) -> Kind:
    """Return the kind of a column of text, given in pieces; what is not text in it is missing."""
    found = False
    for piece in pieces:
        texts = [value for value in piece if isinstance(value, str)]
        found = found or bool(texts)
        # real text nearly always shows in the first values; numbers repeat, and are read once each
        if not all(map(_reads_as_number, texts[:100])):
            return "categorical"
        if not all(map(_reads_as_number, set(texts))):
            return "categorical"
    # all missing: nothing speaks against numbers, and the check says so
    return "number-as-text" if found else "numeric"


def kind_of_objects(values: NDArray[Any]) -> Kind:
    """Return the kind of a column of Python objects by looking at every value."""
    from pandas import isna
    from pandas.api.types import infer_dtype

    found = infer_dtype(values, skipna=True)
    if found in {"empty", "integer", "floating", "mixed-integer-float", "decimal"}:
        return "numeric"
    if found == "boolean":
        return "boolean"
    if found != "string" and not found.startswith("mixed"):
        return "unsupported"
    present = values[~isna(values)]
    if all(isinstance(value, str) for value in present):
        return kind_of_text([present])
    if all(_is_number(value) for value in present):
        return "numeric"
    if all(isinstance(value, str) or _is_number(value) for value in present):
        return kind_of_text([[str(value) for value in present]])
    return "unsupported"


def numbers_from_objects(values: Iterable[Any]) -> NDArray[np.float64]:
    """Return Python numbers as floats, None as NaN, integers beyond the range as infinite."""
    return np.fromiter(map(_float, values), dtype=np.float64)


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Decimal | np.bool_)


def _reads_as_number(text: str) -> bool:
    try:
        float(text.strip())
    except ValueError:
        return False
    return True


def _float(value: Any) -> float:
    if value is None:
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
