"""How quickly the playground follows a slider: `python -m tests.benchmarks.playground_frames`.

Writes its section of docs/performance.md. Run it on an idle machine. With --quick one slider of one
story is dragged and nothing is written.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Mapping, Sequence

from medwidget.studies.teaching.stories import STORIES
from tests.benchmarks.latency import met, notebooks
from tests.benchmarks.timing import ROOT, machine, milliseconds, table, with_section
from tests.browser.notebook import NotebookPage
from tests.browser.playground import CELL, Drag, drag, opened, settle

__all__ = ["HEADING", "section"]

HEADING = "## The playground under a slider"
SLIDERS = ("a_within", "b_within", "a_between", "icc")
LEAST_FRAMES = 10
SETTLES_WITHIN = 0.15


def measure(
    open_cell: Callable[[str], NotebookPage], stories: Sequence[str], sliders: Sequence[str]
) -> dict[str, list[Drag]]:
    """Drag each slider of each story once, from where the story begins."""
    found: dict[str, list[Drag]] = {}
    for story in stories:
        notebook = open_cell(CELL.format(repr(story)))
        notebook.run_all()
        root = opened(notebook)
        found[story] = []
        for name in sliders:
            settle(notebook, root)
            found[story].append(drag(notebook.page, root, name))
            notebook.python("playground.reset()")
    return found


def section(found: Mapping[str, Sequence[Drag]], about: Sequence[str]) -> str:
    """Return the text of the section."""
    rows = []
    for story, drags in found.items():
        gaps = [gap for one in drags for gap in one.gaps]
        rate = sum(len(one.frames) for one in drags) / sum(one.lasted for one in drags)
        settled = [one.settled for one in drags]
        rows.append(
            [
                f"`{story}`",
                f"{STORIES[story].settings.groups} × {STORIES[story].settings.size}",
                ", ".join(STORIES[story].settings.random_slopes) or "none",
                f"{rate:.1f}",
                milliseconds(statistics.median(gaps)),
                milliseconds(max(gaps)),
                milliseconds(statistics.median(settled)),
                milliseconds(max(settled)),
                met(rate >= LEAST_FRAMES and statistics.median(settled) <= SETTLES_WITHIN),
            ]
        )
    header = [
        *("story", "rows", "random slopes", "frames a second", "gap", "longest gap"),
        *("all rows settled", "slowest", "met"),
    ]
    machine_lines = "\n".join(f"- {line}" for line in about)
    return f"""{HEADING}

Written by `python -m tests.benchmarks.playground_frames`, part of `make bench`: JupyterLab and
Chromium on one machine. In each story {len(next(iter(found.values())))} sliders are dragged once
over their way, one value after the other as quickly as the mouse can be moved, so that no value
comes twice. A frame is a paint with other points or other estimates under the chosen centring.
"Settled" is the time from letting go until all centrings are fitted for the settings on screen; gap
and settled are medians. Bar: {LEAST_FRAMES} frames a second, settled within
{milliseconds(SETTLES_WITHIN)}.

{machine_lines}

{table(header, rows)}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one drag, to try the script")
    options = parser.parse_args(arguments)
    stories, sliders = tuple(STORIES), SLIDERS
    with notebooks() as open_cell:
        found = measure(
            open_cell, stories[: options.quick or None], sliders[: options.quick or None]
        )
    text = section(found, machine())
    print(text)
    if not options.quick:
        path = ROOT / "docs" / "performance.md"
        document = path.read_text(encoding="utf-8")
        path.write_text(with_section(document, text), encoding="utf-8")


if __name__ == "__main__":
    main()
