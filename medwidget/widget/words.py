"""The words of the interface that belong to no picture: roles, controls, guidance, status."""

from __future__ import annotations

from medwidget.views.text.names import shortened, visible
from medwidget.widget import messages

__all__ = [
    "CORE_ROLES",
    "PRIME",
    "guidance",
    "letter",
    "name_words",
    "path_words",
    "role_words",
    "spans",
]

CORE_ROLES = ("exposure", "mediator", "outcome")
_ROLES = {
    "exposure": "the exposure",
    "mediator": "a mediator",
    "outcome": "the outcome",
    "group": "the group",
    "covariate": "a covariate",
    "moderator": "a moderator",
}
PRIME = "c′"
# What is still to be done, by what is missing; the last four words are the same.
_KEYS = {"exposure": "X", "mediator": "M", "outcome": "Y", "group": "G"}


def role_words(role: str) -> str:
    """Return a role as a sentence names it: "the outcome"."""
    return _ROLES[role]


def name_words(name: str) -> str:
    """Return a column's name as a sentence prints it."""
    return shortened(visible(name))


def letter(path: str) -> str:
    """Return a path as it is written: ``direct`` is c′."""
    return PRIME if path == "direct" else path


def path_words(path: str) -> str:
    """Return a path with its columns shortened: ``a[work]``."""
    head, bracket, rest = path.partition("[")
    return letter(path) if not bracket else f"{head}[{shortened(visible(rest[:-1]), 24)}]"


def span(text: str, **dress: bool) -> messages.Span:
    """Return a piece of a sentence."""
    return {
        "text": text,
        "side": "",
        "strong": dress.get("strong", False),
        "italic": dress.get("italic", False),
        "key": dress.get("key", False),
    }


def spans(*pieces: str | messages.Span) -> list[messages.Span]:
    """Return a sentence of pieces; a text is a plain piece."""
    return [span(piece) if isinstance(piece, str) else piece for piece in pieces]


def guidance(missing: list[str]) -> list[messages.Span]:
    """Say what to do next while roles are unfilled; nothing once all are."""
    if not missing:
        return []
    if len(missing) == len(_KEYS):
        keys = [span(key, key=True) for key in _KEYS.values()]
        return spans(
            "Drag columns onto the diagram, or focus one and press ",
            *(item for key in keys[:3] for item in (key, span(" "))),
            "or ",
            keys[3],
            "; the model fits as soon as all four are set.",
        )
    keys = [span(_KEYS[role], key=True) for role in missing]
    joined: list[messages.Span] = []
    for place, key in enumerate(keys):
        if place:
            joined.append(span(" or " if place == len(keys) - 1 else ", "))
        joined.append(key)
    left = "this is" if len(keys) == 1 else "these are"
    return spans(
        "Still to be set: ",
        ", ".join(_ROLES[role].removeprefix("a ").removeprefix("the ") for role in missing),
        ". Drag a column there, or focus one and press ",
        *joined,
        f"; the model fits as soon as {left} set.",
    )
