"""``medwidget check``: the columns of a file, or what is wrong with a model on them."""

from __future__ import annotations

import math
from argparse import Namespace

from medwidget.command.output import say
from medwidget.command.reading import read_data, read_model
from medwidget.command.wording import with_options
from medwidget.data.describe import describe
from medwidget.pipeline.run import check
from medwidget.spec.problems import errors_among
from medwidget.views.text.document import Document, Item, Listing, Paragraph, Section, TextTable
from medwidget.views.text.layout import lay_out
from medwidget.views.text.names import Names, visible
from medwidget.views.text.numbers import NOTHING, count, fixed

__all__ = ["run_check"]

WITH_ERRORS = 1
ICC_DECIMALS = 3
HOW = (
    "Name the roles to have a model checked: --exposure, --mediator, --outcome, --group, each with "
    "a column."
)


def run_check(given: Namespace) -> int:
    """Print what there is to say, and return 1 if a model has errors."""
    model = read_model(given)
    data = read_data(given)
    if model is None:
        say(lay_out(_columns(describe(data), given.data)))
        return 0
    problems = [with_options(problem) for problem in check(model, data)]
    errors = errors_among(problems)
    if not problems:
        say("Nothing stands in the way of this model, and there is nothing to know.")
        return 0
    items = tuple(
        Item(
            problem.severity,
            visible(" ".join(problem.message.split())),
            visible(" ".join(problem.remedy.split())),
        )
        for problem in problems
    )
    verdict = f"{count(len(errors), 'error')}: it cannot be fitted." if errors else "No errors."
    heading = f"{count(len(problems), 'problem')} of the model on {visible(given.data)}"
    say(lay_out(Document(heading, (Section("", (Listing(items), Paragraph(verdict))),))))
    return WITH_ERRORS if errors else 0


def _columns(described: object, path: str) -> Document:
    import pandas as pd

    assert isinstance(described, pd.DataFrame), "columns are described in a frame"
    names = Names(map(str, described.index))
    rows = []
    notes = []
    for name, row in described.iterrows():
        icc = row["icc1"]
        known = isinstance(icc, float) and math.isfinite(icc)
        missing = row["missing"]
        rows.append(
            (
                names(str(name)),
                str(row["type"]),
                str(row["level"]) or NOTHING,
                fixed(float(icc), ICC_DECIMALS) if known else NOTHING,
                f"{int(missing):,}" if pd.notna(missing) else NOTHING,
            )
        )
        if row["note"]:
            notes.append(Item(names(str(name)), names.within(str(row["note"]))))
    table = TextTable(("", "type", "level", "ICC", "missing"), tuple(rows), 3)
    sections = [Section("", (table,))]
    if notes:
        sections.append(Section("Notes", (Listing(tuple(notes)),)))
    sections.append(Section("", (Paragraph(HOW),)))
    return Document(f"Columns of {visible(path)}", tuple(sections))
