"""The Code tab: Python that gives the numbers on screen again."""

from __future__ import annotations

import keyword

from medwidget.errors import UnsupportedError
from medwidget.result import MediationResult
from medwidget.views.export.python import python_code
from medwidget.views.export.widget import widget_code
from medwidget.views.text.nouns import Nouns
from medwidget.widget import messages

__all__ = ["code_pane", "script"]

NOTE = "Run where the data frame is called {name}, it gives the numbers on screen, digit for digit."
STOPPED = (
    "The interval was stopped early; this code runs it to the end, so its limits differ from those "
    "on screen."
)
# What the code calls the data frame where its own name is not known.
DATA = "data"


def code_pane(
    result: MediationResult, nouns: Nouns, revision: int, *, variable: str = "", title: str = ""
) -> messages.Code:
    """Return what the Code tab shows of a result.

    Parameters
    ----------
    result : MediationResult
    nouns : Nouns
    revision : int
    variable : str, optional
        Name of the data frame in the user's code, where it is known.
    title : str, optional
        Of the data in the widget.
    """
    name = variable if is_variable(variable) else DATA
    try:
        languages: list[messages.Language] = [
            {"id": "python", "label": "Python", "code": script(result, variable)},
            {"id": "widget", "label": "This widget", "code": _widget(result, nouns, name, title)},
        ]
    except UnsupportedError as error:
        return {"revision": revision, "languages": [], "note": str(error)}
    options = result.settings["interval_options"]
    samples, attempted = options.get("samples"), options.get("attempted")
    stopped = bool(samples and attempted and attempted < samples)
    note = STOPPED if stopped else NOTE.format(name=name)
    return {"revision": revision, "languages": languages, "note": note}


def script(result: MediationResult, variable: str = "") -> str:
    """Return a script that fits the model on screen to the user's data frame, and prints it."""
    code = python_code(result)
    if not is_variable(variable) or variable == DATA:
        return code
    head, imported, rest = code.partition("import medwidget as mw\n")
    return f"{head}{imported}\n{DATA} = {variable}{rest}"


def is_variable(name: str) -> bool:
    """Tell whether a name can stand for a data frame in code."""
    return name.isidentifier() and not keyword.iskeyword(name)


def _widget(result: MediationResult, nouns: Nouns, name: str, title: str) -> str:
    words = {"name": title}
    words |= {"group_label": nouns.group} if nouns.group != Nouns().group else {}
    words |= {"row_label": nouns.row} if nouns.row != Nouns().row else {}
    code = widget_code(result, words)
    return code.replace("    data,\n", f"    {name},\n", 1)
