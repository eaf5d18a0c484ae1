"""A ladder as a user reads it: what each rung adds, how well it fits, whether that was chance."""

from __future__ import annotations

import math
from collections.abc import Iterator

from medwidget.studies.ladder_record import Ladder, Rung
from medwidget.views.text.document import (
    Block,
    Document,
    Item,
    Listing,
    Paragraph,
    Section,
    TextTable,
)
from medwidget.views.text.html import document_html
from medwidget.views.text.layout import lay_out
from medwidget.views.text.names import Names
from medwidget.views.text.numbers import NOTHING, fixed

__all__ = ["document", "html", "p_text", "summary"]

ICC_DECIMALS = 3
FIT_DECIMALS = 1
TEST_DECIMALS = 2
SMALLEST_P = 0.001
LONGEST_REASON = 300


def summary(ladder: Ladder) -> str:
    """Return a ladder in tables and words, at most 100 columns wide."""
    return lay_out(document(ladder))


def html(ladder: Ladder) -> str:
    """Return a ladder as a fragment of HTML, every name escaped."""
    return document_html(document(ladder))


def document(ladder: Ladder) -> Document:
    """Return what a ladder says, before it is laid out."""
    model = ladder.model
    names = Names(model.columns)
    title = (
        f"Ladder: {names(model.exposure)} → {', '.join(map(names, model.mediators))} → "
        f"{names(model.outcome)} in groups of {names(model.group)}"
    )
    fits, tests = list(_fits(ladder, names)), list(_tests(ladder, names))
    sections = [
        Section("Null models", tuple(_null_blocks(ladder, names))),
        Section("Rungs", tuple(fits)),
    ]
    if tests:
        sections.append(Section("Each rung against the one below", tuple(tests)))
    remarks = list(_remarks(ladder, names))
    if remarks:
        sections.append(Section("What limits the reading", (Listing(tuple(remarks)),)))
    notes = tuple(Paragraph(names.within(note)) for note in ladder.notes)
    return Document(title, (*sections, Section("How to read it", notes)))


def p_text(p: float) -> str:
    """Return a p-value with three decimals, or as less than the smallest of them."""
    if math.isnan(p):
        return NOTHING
    return f"< {SMALLEST_P}" if p < SMALLEST_P else fixed(p, 3)


def _null_blocks(ladder: Ladder, names: Names) -> Iterator[Block]:
    rows, without = [], []
    for name, row in ladder.null.iterrows():
        if row["reason"]:
            without.append(Item("", f"{names(str(name))}: {names.within(row['reason'])}"))
            continue
        rows.append(
            (
                names(str(name)),
                fixed(float(row["icc"]), ICC_DECIMALS),
                fixed(float(row["icc2"]), ICC_DECIMALS),
                fixed(float(row["design_effect"]), TEST_DECIMALS),
                f"{int(row['n_rows']):,}",
            )
        )
    if rows:
        header = ("", "ICC", "reliability of means", "design effect", "rows")
        yield TextTable(header, tuple(rows))
    if without:
        yield Listing(tuple(without))


def _fits(ladder: Ladder, names: Names) -> Iterator[Block]:
    rows = []
    for place, rung in enumerate(ladder.rungs):
        row = ladder.table.iloc[place]
        numbers = (rung.loglik, rung.aic, rung.bic)
        parameters = NOTHING if rung.n_parameters is None else str(rung.n_parameters)
        shown = [fixed(value, FIT_DECIMALS) for value in numbers]
        about = names.within(rung.about)
        rows.append((f"{place + 1}. {about}", str(row["comparable"]), parameters, *shown))
    yield TextTable(("", "set", "parameters", "log-likelihood", "AIC", "BIC"), tuple(rows), 2)


def _tests(ladder: Ladder, names: Names) -> Iterator[Block]:
    rows = []
    for place, rung in enumerate(ladder.rungs):
        if rung.test is None:
            continue
        test = rung.test
        p = p_text(test.p)
        if not test.reference.exact:
            p = f"{p_text(test.reference.smallest_p_value(test.statistic))} to {p}"
        simulated = NOTHING if test.simulated is None else p_text(test.simulated.p)
        rows.append(
            (
                f"{place + 1}. {names.within(rung.about)}",
                test.reference.text,
                fixed(test.statistic, TEST_DECIMALS),
                p,
                *([simulated] if ladder.settings["simulations"] else []),
            )
        )
    if rows:
        header = ["", "distribution", "LR", "p"]
        header += ["p simulated"] if ladder.settings["simulations"] else []
        yield TextTable(tuple(header), tuple(rows), 2)


def _remarks(ladder: Ladder, names: Names) -> Iterator[Item]:
    for place, rung in enumerate(ladder.rungs):
        for text in _of_rung(rung, first=place == 0):
            yield Item(f"rung {place + 1}", names.within(text))


def _of_rung(rung: Rung, *, first: bool) -> Iterator[str]:
    if rung.n_parameters is None:
        yield f"Not fitted: {rung.reason}"[:LONGEST_REASON]
        return
    if not rung.converged:
        yield "The search for its maximum stopped early."
    if rung.singular:
        yield f"At the edge of what is possible: {'; '.join(rung.singular)}."
    if rung.test is None and not first:
        yield rung.reason
    if rung.test is not None and rung.test.remark:
        yield rung.test.remark
    if rung.test is not None and rung.test.simulated is not None:
        done = rung.test.simulated
        failed = f", {done.failed} without a fit" if done.failed else ""
        yield (
            f"p by simulation rests on {done.attempted} data sets{failed}; its Monte Carlo error "
            f"is {fixed(done.monte_carlo_error, 3)}."
        )
