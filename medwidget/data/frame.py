"""The only door for data frames: pandas, polars, pyarrow and whatever else narwhals reads.

A `Table` never copies the caller's frame and never changes it. Columns are reached by position,
so a name that two columns carry makes those columns unusable and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from medwidget.data.kinds import kind_of_objects, kind_of_text, numbers_from_objects
from medwidget.errors import DataError, suggestion
from medwidget.spec.columns import Kind

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw

__all__ = ["BoolArray", "FloatArray", "IntArray", "Table", "read_table"]

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.intp]
BoolArray: TypeAlias = NDArray[np.bool_]

PIECE = 262_144  # rows that are turned into Python objects at a time


class Table:
    """A read-only view of a data frame.

    Attributes
    ----------
    names : tuple of str
        Columns that can be reached by name, in the frame's order.
    duplicated : tuple of str
        Names that more than one column carries; those columns cannot be reached.
    n_rows : int
    """

    def __init__(
        self,
        names: Sequence[object],
        n_rows: int,
        column: Callable[[int], nw.Series[Any]],
    ) -> None:
        texts = [str(name) for name in names]
        uses = Counter(texts)
        self.duplicated = tuple(text for text, count in uses.items() if count > 1)
        self._positions = {text: i for i, text in enumerate(texts) if uses[text] == 1}
        self.names = tuple(self._positions)
        self.n_rows = n_rows
        self._column = column
        self._series: dict[str, nw.Series[Any]] = {}
        self._kinds: dict[str, Kind] = {}

    def __contains__(self, name: object) -> bool:
        return name in self._positions

    def __repr__(self) -> str:
        return f"Table({self.n_rows} rows: {', '.join(self.names)})"

    @property
    def library(self) -> str:
        """Name of the library whose frame it is: "pandas", "polars", "pyarrow"."""
        for name in self.names:
            return str(self.series(name).implementation.value)
        return ""

    def series(self, name: str) -> nw.Series[Any]:
        """Return a column as a narwhals series; DataError when there is none of that name."""
        if name not in self._positions:
            if name in self.duplicated:
                raise DataError(f"More than one column is called {name!r}. Rename all but one.")
            raise DataError(f"There is no column {name!r}.{suggestion(name, self.names)}")
        if name not in self._series:
            self._series[name] = self._column(self._positions[name])
        return self._series[name]

    def dtype(self, name: str) -> str:
        """Return the type of a column in the words of the frame's own library."""
        native = self.series(name).to_native()
        return str(native.dtype if hasattr(native, "dtype") else native.type)

    def kind(self, name: str) -> Kind:
        """Return what a column can serve as."""
        if name not in self._kinds:
            self._kinds[name] = _kind(self.series(name))
        return self._kinds[name]

    def numbers(self, name: str) -> FloatArray:
        """Return a numeric or boolean column as floats, missing as NaN; a view where possible."""
        if self.kind(name) not in {"numeric", "boolean"}:
            raise DataError(f"Column {name!r} is {self.kind(name)}, and cannot be read as numbers.")
        import narwhals.stable.v2 as nw

        series = self.series(name)
        dtype = series.dtype
        if dtype == nw.Boolean:
            series = series.cast(nw.Float64)
        elif not dtype.is_numeric() and not _has_numpy_numbers(series):
            return numbers_from_objects(self.labels(name))
        return np.asarray(series.to_numpy(), dtype=np.float64)

    def labels(self, name: str) -> NDArray[np.object_]:
        """Return a column as Python objects, None where a value is missing."""
        values = self.items(name, None)
        labels = np.fromiter(values, dtype=object, count=len(values))
        labels[self.missing(name)] = None
        return labels

    def items(self, name: str, rows: Sequence[int] | IntArray | None) -> list[Hashable]:
        """Return the values of some rows (None: of all), as the frame's own library gives them."""
        series = self.series(name)
        chosen = None if rows is None else np.asarray(rows, dtype=np.intp)
        if _has_numpy_numbers(series):
            values = series.to_numpy()
            return list((values if chosen is None else values[chosen]).tolist())
        found: list[Hashable] = (series if chosen is None else series[chosen]).to_list()
        return found

    def missing(self, name: str) -> BoolArray:
        """Return which rows of a column hold no value."""
        series = self.series(name)
        if series.dtype.is_float() or _has_numpy_numbers(series):
            return np.isnan(self.numbers(name))  # some libraries tell NaN from missing; we do not
        return np.asarray(series.is_null().to_numpy(), dtype=np.bool_)

    def machine_values(self, name: str) -> tuple[NDArray[Any], BoolArray | None] | None:
        """Return a column of machine numbers as it is stored, with a mask of missing rows.

        None for columns of any other kind. Integers keep their type, so that labels beyond 2^53
        stay apart; the values of missing rows mean nothing.
        """
        series = self.series(name)
        dtype = series.dtype
        if dtype.is_float() or _has_numpy_numbers(series):
            values = series.to_numpy()
            return values.astype(values.dtype.newbyteorder("="), copy=False), None
        if not (dtype.is_integer() or str(dtype) == "Boolean"):
            return None
        if not series.null_count():
            return series.to_numpy(), None
        filler = 0 if dtype.is_integer() else False
        return series.fill_null(filler).to_numpy(), self.missing(name)

    def pieces(self, name: str) -> Iterator[NDArray[Any]]:
        """Return a column of any kind piece by piece: few rows are Python objects at a time."""
        return _pieces(self.series(name))

    def declared_categories(self, name: str) -> list[Hashable]:
        """Return the categories of a categorical column in their declared order, or nothing."""
        import narwhals.stable.v2 as nw

        series = self.series(name)
        dtype = series.dtype
        # polars keeps the order of a Categorical per process, so it says nothing about the column
        if dtype == nw.Enum or (dtype == nw.Categorical and not series.implementation.is_polars()):
            return list(series.cat.get_categories().to_list())
        return []


def read_table(data: object) -> Table:
    """Open a data frame.

    Parameters
    ----------
    data : pandas.DataFrame, polars.DataFrame, pyarrow.Table or other eager frame
        Whatever narwhals reads.

    Returns
    -------
    Table

    Raises
    ------
    DataError
        If ``data`` is not a data frame; the message says how to make one of it.
    """
    import narwhals.stable.v2 as nw
    from narwhals import dependencies

    if isinstance(data, Table):
        return data
    if dependencies.is_narwhals_dataframe(data):
        data = data.to_native()
    # narwhals refuses repeated names, which these two allow; by position they do no harm
    if dependencies.is_pandas_dataframe(data):
        pandas_frame = data
        return Table(
            list(pandas_frame.columns),
            len(pandas_frame),
            lambda i: nw.from_native(pandas_frame.iloc[:, i], series_only=True),
        )
    if dependencies.is_pyarrow_table(data):
        arrow_table = data
        return Table(
            arrow_table.column_names,
            arrow_table.num_rows,
            lambda i: nw.from_native(arrow_table.column(i), series_only=True),
        )
    frame = nw.from_native(data, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        names = frame.columns
        return Table(names, len(frame), lambda i: frame.get_column(names[i]))
    raise DataError(_not_a_frame(data, isinstance(frame, nw.LazyFrame)))


def _not_a_frame(data: object, lazy: bool) -> str:
    given = f"The data must be a data frame, not {type(data).__module__}.{type(data).__name__}"
    if lazy or dependencies_lazy(data):
        return f"{given}, which holds a plan and no rows yet. Call .collect() on it first."
    if isinstance(data, Mapping):
        return f"{given}. Use pandas.DataFrame(data) to make one of it."
    if isinstance(data, str | Path):
        return f"{given}. Read the file first, for example with pandas.read_csv({str(data)!r})."
    if isinstance(data, np.ndarray | list | tuple):
        return f"{given}. Use pandas.DataFrame(data, columns=[...]) to give its columns names."
    return f"{given}. Give a pandas or polars DataFrame, or a pyarrow Table."


def dependencies_lazy(data: object) -> bool:
    """Tell whether an object is a lazy narwhals frame of any version."""
    from narwhals import dependencies

    return bool(dependencies.is_narwhals_lazyframe(data))


def _kind(series: nw.Series[Any]) -> Kind:
    import narwhals.stable.v2 as nw

    dtype = series.dtype
    if dtype.is_numeric():
        return "numeric"
    if dtype == nw.Boolean:
        return "boolean"
    if dtype in (nw.Categorical, nw.Enum):  # not a set: an Enum with categories hashes apart
        return "categorical"
    if dtype == nw.String:
        return kind_of_text(_pieces(series))
    if dtype == nw.Object:
        return kind_of_objects(series.to_numpy())
    if dtype == nw.Unknown and (_has_numpy_numbers(series) or series.null_count() == len(series)):
        return "numeric"
    return "unsupported"


def _pieces(series: nw.Series[Any]) -> Iterator[NDArray[Any]]:
    for start in range(0, len(series), PIECE):
        yield series[start : start + PIECE].to_numpy()


def _has_numpy_numbers(series: nw.Series[Any]) -> bool:
    """Tell whether a type unknown to narwhals holds plain numbers (sparse, other byte orders)."""
    dtype = getattr(series.to_native(), "dtype", None)
    return str(series.dtype) == "Unknown" and getattr(dtype, "kind", "") in set("biuf")
