"""Peak memory of a fit, in a fresh process: `python -m tests.benchmarks.memory`.

Reported relative to the bytes of the input columns, after subtraction of what the interpreter and
the libraries take before there are data. The input itself is part of the peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

__all__ = ["main"]

UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


def peak() -> int:
    """Return the largest resident memory of this process so far, in bytes."""
    try:
        # the other figure is never below what the parent process had when it started this one
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--groups", type=int, default=100_000)
    options = parser.parse_args()

    import medwidget as mw
    from tests.benchmarks.generate import tall

    model = mw.MediationModel("x", "m", "y", group="g")
    mw.fit(model, tall(2_000, 50))  # so that every library is loaded
    before = peak()
    data = tall(options.rows, options.groups)
    n_bytes = int(data.memory_usage(index=False).sum())
    loaded = peak()
    started = time.perf_counter()
    result = mw.fit(model, data)
    seconds = time.perf_counter() - started
    print(
        json.dumps(
            {
                "rows": options.rows,
                "groups": options.groups,
                "input_bytes": n_bytes,
                "interpreter_bytes": before,
                "loaded_bytes": loaded - before,
                "peak_bytes": peak() - before,
                "ratio": (peak() - before) / n_bytes,
                "seconds": seconds,
                "converged": result.convergence.converged,
            }
        )
    )


if __name__ == "__main__":
    main()
