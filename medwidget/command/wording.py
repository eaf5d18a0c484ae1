"""Problems in the words of the command line: its options, where the engine names arguments."""

from __future__ import annotations

import ast
import re
import shlex
from dataclasses import replace

from medwidget.spec.problems import Problem

__all__ = ["OPTIONS", "in_options", "with_options"]

# Options by the arguments of `MediationModel` and `fit` that they stand for.
OPTIONS = {
    "exposure": "--exposure",
    "mediators": "--mediator",
    "outcome": "--outcome",
    "group": "--group",
    "covariates": "--covariate",
    "moderators": "--moderator",
    "centering": "--centering",
    "random_slopes": "--random-slopes",
    "random_covariance": "--random-covariance",
    "mediation": "--mediation",
    "missing": "--missing",
    "splits": "--split",
    "constraints": "--constraint",
    "estimator": "--estimator",
    "interval": "--interval",
    "level": "--level",
    "seed": "--seed",
}
# Those that are given again for each entry.
REPEATED = frozenset({"mediators", "covariates", "moderators", "splits", "constraints"})
# What to do about a file, where the engine speaks of a data frame.
REMEDIES = {
    "number-as-text": "Correct such values in the file, or name its decimal mark with --decimal.",
}
_TEXT = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_VALUE = rf"{_TEXT}|\{{[^{{}}]*\}}|\([^()]*\)|\[[^\[\]]*\]|-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
# An argument with its value, and another value that would do; or a name from the data, which
# stays as it is; or an argument that is named without a value.
_ARGUMENT = re.compile(
    rf"(?<![\w-])(?P<name>{'|'.join(OPTIONS)})=(?P<value>{_VALUE})(?: or (?P<other>{_TEXT}))?"
    rf"|(?<!\w)(?:{_TEXT})(?!\w)"
    r"|(?P<verb>\bconstraints (?:name|hold))\b"
    r"|\b(?P<bare>random_slopes|random_covariance|constraints|(?<!which )splits"
    r"|(?:moderators|covariates|mediators)(?=[:\[]))\b"
)


def with_options(problem: Problem) -> Problem:
    """Return a problem whose message and remedy name options of the command line."""
    remedy = REMEDIES.get(problem.code) or in_options(problem.remedy)
    return replace(problem, message=in_options(problem.message), remedy=remedy)


def in_options(text: str) -> str:
    """Return a text with the options of the command line in place of arguments."""
    return _ARGUMENT.sub(_option, text)


def _option(found: re.Match[str]) -> str:
    if found["bare"]:
        return OPTIONS[found["bare"]]
    if found["verb"]:
        name, verb = found["verb"].split()
        return f"{OPTIONS[name]} {verb}s"
    if not found["name"]:
        return found.group()
    try:
        value = ast.literal_eval(found["value"])
        other = ast.literal_eval(found["other"]) if found["other"] else None
    except (SyntaxError, ValueError):  # not a value that Python wrote
        return found.group()
    told = _given(found["name"], value)
    return told if other is None else f"{told} or {other}"


def _given(name: str, value: object) -> str:
    """Return an option with its values as they are typed in a shell."""
    option = OPTIONS[name]
    if isinstance(value, dict):
        values = [shlex.quote(f"{key}={entry}") for key, entry in value.items()]
    elif isinstance(value, tuple | list):
        values = [shlex.quote(str(entry)) for entry in value]
    else:
        values = [shlex.quote(str(value))]
    if name in REPEATED:
        return " ".join(f"{option} {each}" for each in values)
    return " ".join([option, *values])
