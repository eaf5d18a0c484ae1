"""How many different values a column takes, and where each first appears."""

from __future__ import annotations

import numpy as np

from medwidget.data.frame import PIECE, FloatArray

__all__ = ["count_distinct", "first_appearances"]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MOST_BITS = 24  # of the table: 128 MB


def count_distinct(values: FloatArray) -> int:
    """Count the different values of a column without missing values, exactly.

    Each value is written into the slot of a table that its bits point to. A slot in use is one
    value; values that lost their slot to another one occur in no other slot, and are sorted.
    That takes half the time of sorting all of them.
    """
    if len(values) == 0:
        return 0
    bits = min(_MOST_BITS, max(8, int(len(values) - 1).bit_length() + 1))
    table = np.full(1 << bits, np.nan)
    pieces = [values[start : start + PIECE] for start in range(0, len(values), PIECE)]
    for piece in pieces:
        table[_slots(piece, bits)] = piece
    losers = [piece[table[_slots(piece, bits)] != piece] for piece in pieces]
    rest = np.concatenate(losers)
    del losers
    rest.sort()
    n_rest = int(np.count_nonzero(rest[1:] != rest[:-1])) + 1 if len(rest) else 0
    return int(np.count_nonzero(table == table)) + n_rest  # noqa: PLR0124 - skips empty slots


def first_appearances(values: FloatArray, n_distinct: int) -> list[int]:
    """Return the row in which each of a few different values first appears, in that order."""
    rows: dict[float, int] = {}
    start, size = 0, 1024
    while len(rows) < n_distinct and start < len(values):
        uniques, first = np.unique(values[start : start + size], return_index=True)
        for value, row in sorted(zip(uniques, first, strict=True), key=lambda pair: pair[1]):
            rows.setdefault(float(value), start + int(row))
        start, size = start + size, PIECE
    return list(rows.values())


def _slots(values: FloatArray, bits: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    # adding zero makes -0.0 and 0.0 the same bits
    slots = ((values + 0.0).view(np.uint64) * _MULTIPLIER) >> np.uint64(64 - bits)
    return slots.view(np.int64)
