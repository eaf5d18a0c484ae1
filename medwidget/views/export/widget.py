"""A result as Python code that opens the widget on it again."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.result import MediationResult
from medwidget.views.export.python import call_lines, fit_arguments, model_arguments

__all__ = ["widget_code"]


def widget_code(result: MediationResult, words: dict[str, str]) -> str:
    """Return a script that opens the widget with the model and settings of a result.

    Parameters
    ----------
    result : MediationResult
    words : dict of str to str
        Further arguments of the widget that are texts: name, group_label, row_label.
    """
    lines = [
        "import medwidget as mw",
        "",
        *call_lines("model", "mw.MediationModel", model_arguments(result.model)),
        *call_lines("widget", "mw.MediationWidget", _arguments(result, words)),
        "widget",
    ]
    return "\n".join(lines) + "\n"


def _arguments(result: MediationResult, words: dict[str, str]) -> Iterator[str]:
    yield "data"
    yield "model"
    yield from (item for item in fit_arguments(result) if item not in {"model", "data"})
    yield from (f"{name}={value!r}" for name, value in words.items() if value)
