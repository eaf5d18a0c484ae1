"""A table as plain values, and how values become plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Record", "Table", "plain_value"]

Record = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """A table as plain values: names of columns and rows; the first column is the index."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def frame(self) -> pd.DataFrame:
        """Return the table as a DataFrame indexed by its first column."""
        import pandas as pd

        index = pd.Index([row[0] for row in self.rows], name=self.columns[0], tupleize_cols=False)
        data = {
            name: [row[position] for row in self.rows]
            for position, name in enumerate(self.columns)
            if position
        }
        return pd.DataFrame(data, index=index, columns=list(self.columns[1:]))

    def to_dict(self) -> Record:
        """Return the table as plain values that JSON can hold."""
        return {
            "columns": list(self.columns),
            "rows": [[plain_value(value) for value in row] for row in self.rows],
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Table:
        """Rebuild a table from what `to_dict` gave."""
        return cls(tuple(record["columns"]), tuple(tuple(row) for row in record["rows"]))


def plain_value(value: Any) -> Any:
    """Return a value as JSON holds it: numpy numbers as Python's, other objects as text."""
    if value is None or isinstance(value, str | bool | int | float):
        if isinstance(value, float) and not isfinite(value):  # JSON has no such number
            return None
        return value
    if hasattr(value, "tolist"):
        return plain_value(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain_value(item) for item in value]
    return str(value)
