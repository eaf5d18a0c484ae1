"""Lines for a terminal."""

from __future__ import annotations

import sys

__all__ = ["say"]


def say(text: str, *, error: bool = False) -> None:
    """Write a line to stdout, or to stderr."""
    stream = sys.stderr if error else sys.stdout
    stream.write(f"{text}\n")
    stream.flush()
