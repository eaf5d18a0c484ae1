"""``medwidget demo``: the tour, in JupyterLab."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path

from medwidget.command.output import say
from medwidget.errors import DataError, UnsupportedError

__all__ = ["run_demo"]

NAME = "medwidget-tour.ipynb"
# In an installed package the tour lies beside this file, in a working copy among the notebooks.
PLACES = (
    Path(__file__).parent / "tour.ipynb",
    Path(__file__).parents[2] / "notebooks" / "tour.ipynb",
)


def run_demo(given: Namespace) -> int:
    """Put the tour into a folder and open it; return the exit code of JupyterLab."""
    tour = _copy(Path(given.folder))
    command = _command(tour)
    if given.how:
        say(f"The tour is {str(tour)!r}. Open it with: {shlex.join(command)}")
        return 0
    if find_spec("jupyterlab") is None:
        raise UnsupportedError(
            f"The tour is {str(tour)!r}, but JupyterLab, which opens it, is not installed. Install "
            f"it with: pip install 'medwidget[lab]'."
        )
    return subprocess.run(command, check=False).returncode


def _copy(folder: Path) -> Path:
    """Return the tour in a folder, put there unless there is one already."""
    source = next((place for place in PLACES if place.is_file()), None)
    if source is None:
        raise UnsupportedError(
            "This copy of medwidget lacks the tour. It is notebooks/tour.ipynb in the source."
        )
    target = folder / NAME
    if target.exists():
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    except OSError as error:
        raise DataError(f"The tour cannot be put into {str(folder)!r}: {error}.") from error
    return target


def _command(tour: Path) -> list[str]:
    command = [sys.executable, "-m", "jupyterlab", str(tour)]
    # JupyterLab asks root, as containers run it, to say so
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command
