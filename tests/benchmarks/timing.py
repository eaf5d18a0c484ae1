"""Medians of repeated calls, and what machine they were made on."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = [
    "ROOT",
    "Timing",
    "machine",
    "milliseconds",
    "run_python",
    "table",
    "timed",
    "with_section",
]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Timing:
    """Seconds of repeated calls, or why there are none."""

    seconds: tuple[float, ...] = ()
    why: str = ""
    loglik: float | None = None

    @property
    def median(self) -> float | None:
        return statistics.median(self.seconds) if self.seconds else None

    def __str__(self) -> str:
        return self.why if self.median is None else milliseconds(self.median)


def timed(call: Callable[[], object], repeats: int, warm: int = 1) -> Timing:
    """Time some calls one after the other, after ``warm`` calls that do not count."""
    for _ in range(warm):
        call()
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return Timing(tuple(seconds))


def milliseconds(seconds: float) -> str:
    """Return a duration with three digits, in ms or s."""
    if seconds < 1:
        return f"{1e3 * seconds:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 1000 else f"{seconds:,.0f} s"


def run_python(*arguments: str) -> str:
    """Return what a fresh interpreter prints."""
    ran = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return ran.stdout


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_section(document: str, text: str) -> str:
    """Return a document with a section in the place of its namesake, or at its end."""
    heading = text.partition("\n")[0]
    before, found, after = document.partition(f"\n{heading}\n")
    following = after.find("\n## ") if found else -1
    rest = after[following:] if following >= 0 else ""
    return f"{before.rstrip()}\n\n{text.rstrip()}\n{rest}"


def machine(others: Sequence[str] = ()) -> list[str]:
    """Return sentences on processor, system and versions; nothing that names the machine."""
    packages = ("medwidget", "numpy", "scipy", "pandas", "statsmodels")
    found = [f"{name} {_version(name)}" for name in packages]
    threads = {
        name: os.environ[name]
        for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
        if name in os.environ
    }
    limits = ", ".join(f"{name}={value}" for name, value in threads.items())
    return [
        f"Processor: {_processor()}, {os.cpu_count()} cores.",
        f"System: {platform.system()} {platform.machine()}, Python {platform.python_version()}.",
        f"Packages: {', '.join([*found, *others])}.",
        f"Thread settings in the environment: {limits or 'none, every program at its default'}.",
    ]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
