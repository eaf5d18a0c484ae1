"""Every notebook runs from top to bottom, says nothing on stderr, and is kept without outputs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.views.words import forbidden

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(path: Path, kind: str) -> list[dict]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def run(path: Path, folder: Path) -> Path:
    """Return a notebook with its outputs; it ran in a process of its own, away from settings."""
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute"]
    done = subprocess.run(
        [*command, str(path), "--output-dir", str(folder)],
        env={**os.environ, **{name: str(folder / name.lower()) for name in places}},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return folder / path.name


# One test for all that a run shows, since a run is what takes long.
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_shows_what_it_should(path, tmp_path):
    ran = run(path, tmp_path)
    warns_of_nothing(ran)
    has_no_forbidden_words(ran)
    leaves_a_picture_for_readers_without_a_kernel(ran)


def warns_of_nothing(ran: Path) -> None:
    outputs = [output for cell in cells(ran, "code") for output in cell["outputs"]]
    assert [o["text"] for o in outputs if o.get("name") == "stderr"] == []
    assert [o for o in outputs if o["output_type"] == "error"] == []


def has_no_forbidden_words(ran: Path) -> None:
    shown = [
        "".join(output.get("data", {}).get("text/plain", output.get("text", "")))
        for cell in cells(ran, "code")
        for output in cell["outputs"]
    ]
    told = ["".join(cell["source"]) for cell in cells(ran, "markdown")]
    assert any(shown)
    assert forbidden("\n".join(shown + told)) == []


def leaves_a_picture_for_readers_without_a_kernel(ran: Path) -> None:
    fewest = 2 if ran.stem == "tour" else 1  # the tour begins with one that has no answer yet
    widgets = [
        output["data"]
        for cell in cells(ran, "code")
        for output in cell["outputs"]
        if "application/vnd.jupyter.widget-view+json" in output.get("data", {})
    ]
    assert len(widgets) >= fewest
    assert all("".join(data["text/html"]) for data in widgets)
    assert "data:image/svg+xml" in "".join(widgets[-1]["text/html"])  # this one has an answer


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path):
    assert all(cell["outputs"] == [] for cell in cells(path, "code"))
    assert all(cell["execution_count"] is None for cell in cells(path, "code"))
    assert not re.search(r"/home/|/Users/|/root/", path.read_text(encoding="utf-8"))
