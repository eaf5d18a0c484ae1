"""The exporters by name: the one place where a string becomes a way to write code."""

from __future__ import annotations

from collections.abc import Callable

from medwidget.errors import UnsupportedError, suggestion
from medwidget.result import MediationResult
from medwidget.views.export.brms import brms_code
from medwidget.views.export.lavaan import lavaan_code
from medwidget.views.export.lme4 import lme4_code
from medwidget.views.export.mplus import mplus_code
from medwidget.views.export.nlme import nlme_code
from medwidget.views.export.python import python_code
from medwidget.views.export.stata import stata_code

__all__ = ["EXPORTERS", "to_code"]

EXPORTERS: dict[str, Callable[[MediationResult], str]] = {
    "python": python_code,
    "lavaan": lavaan_code,
    "lme4": lme4_code,
    "nlme": nlme_code,
    "brms": brms_code,
    "mplus": mplus_code,
    "stata": stata_code,
}


def to_code(result: MediationResult, language: str = "python") -> str:
    """Return code that reproduces a result.

    Parameters
    ----------
    result : MediationResult
    language : str
        One of `EXPORTERS`.

    Raises
    ------
    UnsupportedError
        If there is no exporter for the language, or the result cannot be written in it; the
        message says why, and what to do instead.
    """
    if language not in EXPORTERS:
        offered = ", ".join(map(repr, EXPORTERS))
        raise UnsupportedError(
            f"to_code({language!r}) is not offered; choose one of {offered}."
            f"{suggestion(language, EXPORTERS)}"
        )
    return EXPORTERS[language](result)
