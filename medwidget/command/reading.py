"""A file of separated values as a data frame, and the model that arguments name."""

from __future__ import annotations

import csv
import hashlib
import warnings
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medwidget.errors import DataError, ModelError
from medwidget.spec.model import MediationModel

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["file_hash", "read_data", "read_model", "reading_code"]

SEPARATORS = (",", ";", "\t")


def read_data(given: Namespace) -> pd.DataFrame:
    """Return the rows of the file that is named, group labels as text exactly as they stand.

    Raises
    ------
    DataError
        If there is no such file, or it cannot be read as a table.
    """
    import pandas as pd

    path = Path(given.data)
    try:
        options = _options(path, given)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame: pd.DataFrame = pd.read_csv(path, index_col=False, low_memory=False, **options)
    except FileNotFoundError as error:
        raise DataError(f"There is no file {str(path)!r}.") from error
    except pd.errors.ParserWarning as error:
        raise DataError(
            f"Rows of {str(path)!r} have more values than its first line has names. Correct the "
            f"file, or name the --separator."
        ) from error
    except (OSError, ValueError, LookupError, csv.Error) as error:
        # what pandas says of a broken file may run over lines
        told = " ".join(str(error).split())
        raise DataError(f"{str(path)!r} cannot be read as a table: {told}.") from error
    return frame


def reading_code(given: Namespace) -> str:
    """Return a line of Python that reads the same rows."""
    path = Path(given.data)
    options = _options(path, given)
    plain = {name: value for name, value in options.items() if _DEFAULTS.get(name) != value}
    types = plain.pop("dtype", {})
    listed = [repr(str(path)), *(f"{name}={value!r}" for name, value in plain.items())]
    if types:
        inside = ", ".join(f"{name!r}: str" for name in types)
        listed.append(f"dtype={{{inside}}}")
    return f"data = pandas.read_csv({', '.join(listed)})"


_DEFAULTS: dict[str, Any] = {"sep": ",", "decimal": ".", "encoding": "utf-8-sig"}


def file_hash(path: str | Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def _options(path: Path, given: Namespace) -> dict[str, Any]:
    with path.open(encoding=given.encoding, newline="") as file:
        first = file.readline()
    separator = given.separator or max(SEPARATORS, key=first.count)
    if len(separator) != 1:
        raise DataError(f"--separator {separator!r} must be one character.")
    with path.open(encoding=given.encoding, newline="") as file:
        names = next(csv.reader(file, delimiter=separator), [])
    _refuse_repeated(names, path)
    types = {given.group: str} if given.group in names else {}
    return {
        "sep": separator,
        "decimal": given.decimal,
        "encoding": given.encoding,
        "dtype": types,
    }


def _refuse_repeated(names: Sequence[str], path: Path) -> None:
    if not any(name.strip() for name in names):
        raise DataError(f"The first line of {str(path)!r} names no columns. Put names there.")
    repeated = [name for name, uses in Counter(names).items() if uses > 1]
    if repeated:
        raise DataError(
            f"{str(path)!r} has more than one column called {repeated[0]!r}. Rename all but one."
        )


def read_model(given: Namespace) -> MediationModel | None:
    """Return the model that the arguments name; None where they name no role.

    Raises
    ------
    ModelError
        If some of the four roles are named and others are not, or they contradict each other.
    """
    roles = {name: getattr(given, name) for name in ("exposure", "mediator", "outcome", "group")}
    absent = [f"--{name}" for name, column in roles.items() if not column]
    if len(absent) == len(roles):
        return None
    if absent:
        are = "is" if len(absent) == 1 else "are"
        raise ModelError(f"A model needs all four roles; {', '.join(absent)} {are} not given.")
    options: dict[str, Any] = {
        "covariates": given.covariate,
        "moderators": _moderators(given.moderator),
        "centering": given.centering,
        "random_covariance": given.random_covariance,
        "mediation": given.mediation,
        "missing": given.missing,
        "splits": dict(_pair("--split", text, "x=within") for text in given.split),
        "constraints": dict(_constraint(text) for text in given.constraint),
    }
    if given.random_slopes is not None:
        options["random_slopes"] = given.random_slopes
    return MediationModel(given.exposure, given.mediator, given.outcome, given.group, **options)


def _pair(option: str, text: str, example: str) -> tuple[str, str]:
    # a column may have an equals sign in its name; what is said of it has none
    name, equals, value = text.rpartition("=")
    if not equals or not name or not value:
        raise ModelError(f"{option} {text!r} must name two things, such as {example}.")
    return name, value


def _constraint(text: str) -> tuple[str, float | str]:
    name, value = _pair("--constraint", text, "direct_between=0")
    try:
        return name, float(value)
    except ValueError:
        return name, value


def _moderators(given: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in given:
        path, equals, column = text.partition("=")
        if not equals or not path or not column:
            raise ModelError(f"--moderator {text!r} must name a path and a column, such as a=w.")
        found.setdefault(path, []).append(column)
    return found
