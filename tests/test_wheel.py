"""A wheel carries the page; building and installing it needs no Node where the page is built."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BUILT = (
    "widget.js",
    "widget.css",
    "playground.js",
    "playground.css",
    "vega.js",
    "LICENCES.txt",
)
# What git knows, less what a build has no use for.
KEPT = ("medwidget", "js", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def without_node(tmp_path_factory) -> dict[str, str]:
    """Return an environment whose path holds nothing but Python."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "python").symlink_to(sys.executable)
    environment = {**os.environ, "PATH": str(folder)}
    assert shutil.which("node", path=environment["PATH"]) is None
    return environment


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """Return a copy of the sources with the page that is built."""
    folder = tmp_path_factory.mktemp("copy")
    for name in KEPT:
        source = ROOT / name
        if source.is_dir():
            leave = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(source, folder / name, ignore=leave)
        else:
            shutil.copy2(source, folder / name)
    missing = [n for n in BUILT if not (folder / "medwidget/static" / n).is_file()]
    assert not missing, f"`make page` builds {', '.join(missing)}"
    newest = max(p.stat().st_mtime for p in (folder / "js").rglob("*"))
    for name in BUILT:
        os.utime(folder / "medwidget/static" / name, (newest, newest))
    return folder


def build(kind: str, source: Path, target: Path, environment: dict[str, str]) -> Path:
    """Build an archive as a build front end does, and return it."""
    code = f"from hatchling.build import build_{kind} as build; print(build({str(target)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return target / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel(copy, without_node, tmp_path_factory) -> Path:
    return build("wheel", copy, tmp_path_factory.mktemp("wheel"), without_node)


def packed(wheel: Path) -> dict[str, int]:
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.file_size for entry in archive.infolist()}


def test_it_holds_the_page_as_built(wheel, copy):
    files = packed(wheel)
    for name in BUILT:
        assert (
            files[f"medwidget/static/{name}"] == (copy / "medwidget/static" / name).stat().st_size
        )
    assert not [name for name in files if name.endswith((".ts", ".tsx")) or "node_modules" in name]


def test_it_installs_and_shows_a_widget_without_node(wheel, without_node, tmp_path):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(tmp_path), str(wheel)], check=True, env=without_node)
    code = """
import json, medwidget as mw
widget = mw.MediationWidget(mw.load_dataset("bpg"), exposure="x", mediators="m", outcome="y",
                            group="id")
widget.wait(60)
estimate = float(widget.result.effects["estimate"]["indirect_within"])
print(json.dumps([mw.__file__, len(str(widget._esm)), estimate]))
"""
    environment = {**without_node, "PYTHONPATH": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    home, size, estimate = json.loads(done.stdout.splitlines()[-1])
    assert Path(home).is_relative_to(tmp_path)
    assert size > 10_000
    assert estimate == pytest.approx(0.45, abs=0.02)


def test_an_sdist_carries_the_page_so_that_its_wheel_needs_no_node(copy, without_node, tmp_path):
    sdist = build("sdist", copy, tmp_path, without_node)
    shutil.unpack_archive(sdist, tmp_path)
    unpacked = tmp_path / sdist.name.removesuffix(".tar.gz")
    os.utime(unpacked / "js/build.mjs")  # newer than the page: an archive's times mean nothing
    files = packed(build("wheel", unpacked, tmp_path, without_node))
    assert all(f"medwidget/static/{name}" in files for name in BUILT)


def test_a_source_newer_than_the_page_needs_node_and_says_so(copy, without_node, tmp_path):
    stale = tmp_path / "stale"
    shutil.copytree(copy, stale)
    os.utime(stale / "js/build.mjs")
    with pytest.raises(RuntimeError, match="needs Node 20"):
        build("wheel", stale, tmp_path, without_node)
