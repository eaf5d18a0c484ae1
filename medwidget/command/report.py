"""``medwidget report``: a fit as one page of HTML."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from medwidget.command.output import say
from medwidget.command.reading import file_hash, read_data, read_model, reading_code
from medwidget.errors import DataError, ModelError
from medwidget.pipeline.run import fit
from medwidget.views.text.names import visible
from medwidget.views.text.nouns import Nouns

__all__ = ["run_report"]


def run_report(given: Namespace) -> int:
    """Fit the model, write the page, and say where it is."""
    # charts are slow to load, and no other command draws any
    from medwidget.command.page import report_html

    model = read_model(given)
    if model is None:
        raise ModelError("A report needs a model: name --exposure, --mediator, --outcome, --group.")
    target = _target(given)
    data = read_data(given)
    result = fit(
        model,
        data,
        estimator=given.estimator,
        interval=None if given.interval == "none" else given.interval,
        level=given.level,
        seed=given.seed,
        progress=_progress(),
    )
    path = Path(given.data)
    facts = (
        ("File", str(path.name)),
        ("SHA-256", file_hash(path)),
        ("Rows and columns", f"{len(data):,} × {len(data.columns):,}"),
    )
    page = report_html(
        result,
        title=given.title or f"Mediation report: {path.name}",
        nouns=Nouns(given.group_label, given.row_label),
        facts=facts,
        reading=reading_code(given),
    )
    try:
        target.write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise DataError(f"The report cannot be written to {str(target)!r}: {error}.") from error
    say(visible(str(target)))
    return 0


def _target(given: Namespace) -> Path:
    source = Path(given.data)
    target = Path(given.output) if given.output else Path(f"{source.stem}-report.html")
    if target.exists() and source.exists() and target.samefile(source):
        raise DataError(f"--output {str(target)!r} is the file of the data. Choose another name.")
    if not target.parent.is_dir():
        raise DataError(
            f"There is no folder {str(target.parent)!r} for the report. Make it, or choose another."
        )
    return target


def _progress() -> Callable[[int, int], None] | None:
    """Return what tells the progress of long intervals on a terminal; nothing goes to a file."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        sys.stderr.write(f"\r{done:,} of {total:,}{end}")
        sys.stderr.flush()

    return tell
