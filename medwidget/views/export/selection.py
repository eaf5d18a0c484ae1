"""A selection of groups as Python code, in the idiom of the user's own data frame."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from keyword import iskeyword

from medwidget.data.ledger import plain_label

__all__ = ["selection_code"]

# By library: how rows whose group is among `selected` are kept. Frames of other libraries have
# none of their own here; every frame of these takes a list of truth values.
_PLAIN = {
    "pandas": "{data}[{data}[{column}].isin(selected)]",
    "polars": "{data}.filter({data}[{column}].is_in(selected))",
    "pyarrow": "{data}.filter(pc.is_in({data}[{column}], pa.array(selected)))",
}
_BY_TEXT = {
    "pandas": "{data}[[str(label) in selected for label in {data}[{column}].tolist()]]",
    "polars": "{data}.filter([str(label) in selected for label in {data}[{column}].to_list()])",
    "pyarrow": "{data}.filter([str(label) in selected for label in {data}[{column}].to_pylist()])",
}
_IMPORTS = {"pyarrow": "import pyarrow as pa\nimport pyarrow.compute as pc\n\n"}


def selection_code(
    group: str, labels: Sequence[Hashable], variable: str = "", library: str = "pandas"
) -> str:
    """Return code that keeps the rows of some groups of a data frame; empty for no groups.

    Parameters
    ----------
    group : str
        The group column.
    labels : sequence
        Of the groups, as the data give them.
    variable : str, optional
        Name of the data frame in the user's code, where it is known.
    library : str
        Whose data frame it is: "pandas", "polars", "pyarrow"; others are taken for like pandas.
    """
    if not labels:
        return ""
    known = library if library in _PLAIN else "pandas"
    data = variable if variable.isidentifier() and not iskeyword(variable) else "data"
    plain = [plain_label(label) for label in labels]
    as_they_are = all(_is_plain(label) for label in labels)
    forms = _PLAIN if as_they_are else _BY_TEXT
    selected = plain if as_they_are else [str(label) for label in labels]
    imports = _IMPORTS.get(known, "") if as_they_are else ""
    rows = forms[known].format(data=data, column=repr(group))
    return f"{imports}selected = {selected!r}\nrows = {rows}\n"


def _is_plain(label: Hashable) -> bool:
    """Tell whether a label can be written down as it is: not a date, nor a number of its kind."""
    value = plain_label(label)
    if isinstance(label, str):
        return True
    return not isinstance(value, str) and (not isinstance(value, float) or math.isfinite(value))
