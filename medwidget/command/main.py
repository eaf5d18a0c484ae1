"""From arguments to an exit code: 0 done, 1 the model has errors, 2 it could not be done."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from medwidget.command.arguments import read_arguments
from medwidget.command.output import say
from medwidget.command.wording import in_options, with_options
from medwidget.errors import MedwidgetError
from medwidget.views.text.names import visible

__all__ = ["main"]

INTERRUPTED = 130
FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the name of the program; those of the process, unless given.

    Returns
    -------
    int
        The exit code. Errors are one line on stderr.
    """
    _accept_any_text()
    given = read_arguments(sys.argv[1:] if arguments is None else list(arguments))
    try:
        return int(given.run(given))
    except MedwidgetError as error:
        say(f"medwidget: {_one_line(error)}", error=True)
        return FAILED
    except KeyboardInterrupt:
        say("medwidget: interrupted.", error=True)
        return INTERRUPTED


def _one_line(error: MedwidgetError) -> str:
    """Return an error as one line in which nothing from the data can move the cursor."""
    if len(error.problems) > 1:
        told = "; ".join(
            f"({place}) {with_options(each)}" for place, each in enumerate(error.problems, 1)
        )
        text = (
            f"The model cannot be fitted to these data, for {len(error.problems)} reasons: {told}"
        )
    elif error.problems:
        text = str(with_options(error.problems[0]))
    else:
        text = in_options(str(error))
    return visible(" ".join(text.split()))


def _accept_any_text() -> None:
    """Write what a terminal cannot show as escapes, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
