"""Build hook: a wheel carries the page, built from js/."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = (
    "widget.js",
    "widget.css",
    "playground.js",
    "playground.css",
    "vega.js",
    "LICENCES.txt",
)
# What the page is built from, within js/.
SOURCES = ("src", "vega", "build.mjs", "package-lock.json")

TOUR = "notebooks/tour.ipynb"


class BuildPage(BuildHookInterface):  # type: ignore[type-arg]
    """Build the page where its source is newer; from an sdist take it as it came."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make sure that the page is there, and put it into the archive."""
        if version == "editable":
            return  # a working copy builds it with `make`
        root = Path(self.root)
        static = root / "medwidget" / "static"
        if not (root / "PKG-INFO").exists() and is_stale(root / "js", static):
            build(root / "js")
        missing = [name for name in BUILT if not (static / name).is_file()]
        if missing:
            raise RuntimeError(
                f"medwidget/static lacks {', '.join(missing)}; `make page` builds it"
            )
        # Not in git, so hatchling would leave it out.
        build_data["artifacts"].append("/medwidget/static/*")
        tour = root / TOUR
        if self.target_name == "wheel" and tour.is_file():  # for `medwidget demo`
            build_data["force_include"][str(tour)] = "medwidget/command/tour.ipynb"


def is_stale(source: Path, static: Path) -> bool:
    """Return whether a file of the source is newer than the page, or the page is not there."""
    built = [static / name for name in BUILT]
    if not all(path.is_file() for path in built):
        return True
    files = [
        path
        for name in SOURCES
        for path in [source / name, *(source / name).rglob("*")]
        if path.is_file()
    ]
    oldest = min(path.stat().st_mtime for path in built)
    return any(path.stat().st_mtime > oldest for path in files)


def build(source: Path) -> None:
    """Build the page with Node."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise RuntimeError(
            "The page in medwidget/static is missing or older than js/, and building it needs "
            "Node 20 or newer with npm. Install them, or build from the sdist, which carries it."
        )
    subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=source, check=True)
    subprocess.run([npm, "run", "build"], cwd=source, check=True)
