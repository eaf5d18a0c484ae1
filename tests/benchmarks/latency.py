"""How soon the page answers, in a real JupyterLab: `python -m tests.benchmarks.latency`.

Writes its section of docs/performance.md. Run it on an idle machine. With --quick a few gestures
are timed and nothing is written.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from tests.benchmarks import responsiveness
from tests.benchmarks.timing import ROOT, machine, table, with_section
from tests.browser import servers
from tests.browser.chromium import chromium
from tests.browser.notebook import NotebookPage, write_notebook

__all__ = ["HEADING", "Measured", "kept", "section"]

HEADING = "## The page in a browser"
SCRIPT = Path(__file__).with_suffix(".js")
CELL = """import medwidget as mw
army = mw.load_dataset("army")
widget = mw.explore(army, group_label="company", row_label="soldier")
widget"""
# Results are kept for undo; a gesture that is timed as a fit must not find one.
FORGET = "widget.session.fitter.forget()"
ROLES = {"exposure": "HRS", "mediator": "LEAD", "outcome": "WBEING", "group": "GRP"}
# A long job for the pings to run beside: minutes, then cancelled.
LONG_JOB = "widget.choose('interval', 'bootstrap')"


@dataclass
class Measured:
    """Milliseconds, by what was timed."""

    first_paint: list[float] = field(default_factory=list)
    gestures: dict[str, list[float]] = field(default_factory=dict)
    undo: list[float] = field(default_factory=list)
    ping: list[float] = field(default_factory=list)
    ping_in_job: list[float] = field(default_factory=list)

    @property
    def all_gestures(self) -> list[float]:
        return [time for times in self.gestures.values() for time in times]


@contextmanager
def notebooks() -> Iterator[Callable[[str], NotebookPage]]:
    """Run a JupyterLab and a browser; yield what opens a notebook of one cell in a new page."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        chromium() as browser,
        servers.jupyter("lab", Path(scratch)) as server,
    ):

        def open_cell(cell: str) -> NotebookPage:
            server.delete_sessions()
            for context in browser.contexts:
                context.close()
            # Numbers glide to their new values unless motion is reduced.
            context = browser.new_context(
                viewport={"width": 1560, "height": 1500}, reduced_motion="reduce"
            )
            write_notebook(server.folder / "bench.ipynb", [cell])
            notebook = NotebookPage(context.new_page(), server)
            notebook.open("bench.ipynb")
            notebook.page.evaluate(SCRIPT.read_text(encoding="utf-8"))
            return notebook

        yield open_cell


def bench(page: Page, call: str) -> float:
    """Return the milliseconds that a function of the script measures."""
    return float(page.evaluate(f"() => window.medwidgetBench.{call}"))


def measure(open_cell: Callable[[str], NotebookPage], quick: bool) -> Measured:
    measured = Measured()
    for _ in range(2 if quick else 7):
        notebook = open_cell(CELL)
        times = notebook.page.evaluate("() => window.medwidgetBench.firstPaint()")
        measured.first_paint.append(max(times["painted"] - times["ended"], 0.0))
    widget = notebook.widget()
    widget.map(**ROLES)
    page = notebook.page
    gestures = {
        "a slope's switch": ["press('mw-slope-a')"],
        "centring": [
            "choose('centering', 'none')",
            "choose('centering', 'group mean')",
        ],
        "estimator": ["choose('estimator', 'REML')", "choose('estimator', 'ML')"],
        "latent means and back": [
            "choose('centering', 'latent')",
            "choose('centering', 'group mean')",
        ],
    }
    repeats = 4 if quick else 30
    for name, calls in gestures.items():
        measured.gestures[name] = []
        for i in range(repeats):
            notebook.python(FORGET)
            page.wait_for_timeout(150)
            measured.gestures[name].append(bench(page, calls[i % len(calls)]))
    for _ in range(repeats):
        page.wait_for_timeout(150)
        measured.undo.append(bench(page, "press('mw-undo')"))
    comm = notebook.value("widget.comm.comm_id")
    measured.ping = pings(page, comm, 5 if quick else 100)
    notebook.python(LONG_JOB)
    widget.part("mw-progress").wait_for()
    measured.ping_in_job = pings(page, comm, 5 if quick else 100)
    return measured


def pings(page: Page, comm: str, repeats: int) -> list[float]:
    """Return round trips through the widget's comm, a tenth of a second apart."""
    times = []
    for _ in range(repeats):
        times.append(bench(page, f"ping('{comm}')"))
        page.wait_for_timeout(100)
    return times


# -- the section of docs/performance.md ------------------------------------------------------


def section(measured: Measured, large: Sequence[responsiveness.Large], about: Sequence[str]) -> str:
    """Return the text of the section."""
    rows = [
        [f"gesture: {name}", *spread(times), "", ""] for name, times in measured.gestures.items()
    ]
    everything = measured.all_gestures
    rows.append(
        ["**any gesture**", *spread(everything), "median ≤ 120 ms, p95 ≤ 250 ms",
         met(statistics.median(everything) <= 120 and p95(everything) <= 250)]
    )  # fmt: skip
    rows.append(["undo, to a model whose answer is kept", *spread(measured.undo), "", ""])
    rows.append(["ping, nothing running", *spread(measured.ping), "", ""])
    in_job = measured.ping_in_job
    rows.append(
        ["**ping during a bootstrap**", *spread(in_job), "p95 ≤ 100 ms", met(p95(in_job) <= 100)]
    )
    paint = measured.first_paint
    rows.append(
        ["**first paint after the cell ends**", *spread(paint), "≤ 1 s", met(max(paint) <= 1000)]
    )
    timings = table(["what", "median", "p95", "longest", "bar", "met"], rows)
    tasks = table(
        ["data", "longest task", "tasks over 50 ms", "mapped to answer", "bar", "met"],
        [
            [one.name, f"{one.longest:.0f} ms", str(one.count), f"{one.answer:.1f} s", "≤ 200 ms",
             met(one.longest <= 200)]
            for one in large
        ],
    )  # fmt: skip
    machine_lines = "\n".join(f"- {line}" for line in about)
    return f"""{HEADING}

Written by `python -m tests.benchmarks.latency`, part of `make bench`: JupyterLab and Chromium on
one machine, with reduced motion, so that a number is new at once.

{machine_lines}

The `army` data (7,382 rows, 99 groups), {len(everything)} gestures, every one with a fit
and its Monte Carlo interval: from the gesture until new numbers in the diagram, in the table and in
the chart have all been painted. A ping goes through the
widget's own comm and back.

{timings}

How long the page is held up while a person maps columns, opens tabs and changes a slope; the
longest task of the page in all that time.

{tasks}
"""


def spread(times: Sequence[float]) -> list[str]:
    """Return median, 95th percentile and maximum."""
    return [f"{value:.0f} ms" for value in (statistics.median(times), p95(times), max(times))]


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def met(condition: bool) -> str:
    return "yes" if condition else "**no**"


def kept(text: str) -> str:
    """Return the section in the text of docs/performance.md with all below; empty without one."""
    return text[text.index(HEADING) :] if HEADING in text else ""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few gestures, to try the script")
    options = parser.parse_args(arguments)
    with notebooks() as open_cell:
        measured = measure(open_cell, options.quick)
        large = responsiveness.measure(open_cell)
    text = section(measured, large, machine([]))
    print(text)
    if not options.quick:
        path = ROOT / "docs" / "performance.md"
        document = path.read_text(encoding="utf-8")
        path.write_text(with_section(document, text), encoding="utf-8")


if __name__ == "__main__":
    main()
