"""Reading the data sets that come with the package."""

from __future__ import annotations

from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, overload

from medwidget.datasets.info import DatasetInfo
from medwidget.datasets.registry import REGISTRY
from medwidget.errors import DataError, suggestion

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = ["dataset_info", "list_datasets", "load_dataset"]

_LIBRARIES = ("pandas", "polars", "pyarrow")


@overload
def load_dataset(name: str, *, as_: Literal["pandas"] = ...) -> pd.DataFrame: ...
@overload
def load_dataset(name: str, *, as_: Literal["polars"]) -> pl.DataFrame: ...
@overload
def load_dataset(name: str, *, as_: Literal["pyarrow"]) -> Any: ...
def load_dataset(name: str, *, as_: str = "pandas") -> object:
    """Load a data set that comes with the package.

    Parameters
    ----------
    name : str
        One of the names in `list_datasets`.
    as_ : {"pandas", "polars", "pyarrow"}
        The library of the data frame.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or pyarrow.Table

    Raises
    ------
    DataError
        If there is no such data set, or the library is not installed.

    Examples
    --------
    >>> from medwidget.datasets import load_dataset
    >>> load_dataset("diary").shape
    (2100, 5)
    """
    file = files("medwidget.datasets").joinpath("files", dataset_info(name).file)
    if as_ not in _LIBRARIES:
        raise DataError(
            f"as_={as_!r} is not offered; choose one of {', '.join(map(repr, _LIBRARIES))}."
            f"{suggestion(as_, _LIBRARIES)}"
        )
    try:
        with file.open("rb") as stream:
            if as_ == "polars":
                import polars

                return polars.read_csv(stream.read())
            if as_ == "pyarrow":
                return import_module("pyarrow.csv").read_csv(stream)
            import pandas

            return pandas.read_csv(stream)
    except ImportError as error:
        raise DataError(
            f"{as_} is not installed. Install it (pip install {as_}), or use as_='pandas'."
        ) from error


def list_datasets() -> pd.DataFrame:
    """List the data sets that come with the package.

    Returns
    -------
    pandas.DataFrame
        Indexed by name: title, origin, rows, columns, group, exposure,
        mediators, outcome, licence.
    """
    import pandas

    rows = [
        {
            "name": info.name,
            "title": info.title,
            "origin": info.origin,
            "rows": info.n_rows,
            "columns": len(info.columns),
            "group": info.group,
            "exposure": info.exposure,
            "mediators": ", ".join(info.mediators),
            "outcome": info.outcome,
            "licence": info.licence,
        }
        for info in REGISTRY.values()
    ]
    return pandas.DataFrame(rows).set_index("name")


def dataset_info(name: str) -> DatasetInfo:
    """Return what is known of a data set: codebook, suggested roles, source, licence, citation.

    Parameters
    ----------
    name : str

    Returns
    -------
    DatasetInfo

    Raises
    ------
    DataError
        If there is no such data set.
    """
    if name not in REGISTRY:
        offered = ", ".join(map(repr, REGISTRY))
        raise DataError(
            f"There is no data set {name!r}; there are {offered}.{suggestion(name, REGISTRY)}"
        )
    return REGISTRY[name]
