"""A replication as a user reads it: two samples side by side, how far apart, and both together."""

from __future__ import annotations

from collections.abc import Iterator

from medwidget.studies.replication import ReplicatedEffect, Replication
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
from medwidget.views.text.ladder_words import p_text
from medwidget.views.text.layout import lay_out
from medwidget.views.text.names import Names
from medwidget.views.text.numbers import NOTHING, Style, bracketed, fixed, percent, style_of
from medwidget.views.text.words import all_names

__all__ = ["difference_sentence", "document", "html", "summary"]

# Kinds of effect that the tables show; the others are in `Replication.table`.
SHOWN = ("effect", "specific", "contrast", "conditional")
TOLD = "indirect"
TEST_DECIMALS = 2


def summary(replication: Replication) -> str:
    """Return a replication in tables and words, at most 100 columns wide."""
    return lay_out(document(replication))


def html(replication: Replication) -> str:
    """Return a replication as a fragment of HTML, every name escaped."""
    return document_html(document(replication))


def document(replication: Replication) -> Document:
    """Return what a replication says, before it is laid out."""
    model = replication.original.model
    names = all_names(replication.result)
    shown = [item for item in replication.effects if item.kind in SHOWN]
    compared = [item for item in shown if item.difference is not None]
    title = (
        f"Replication: {names(model.exposure)} → {', '.join(map(names, model.mediators))} → "
        f"{names(model.outcome)} in groups of {names(model.group)}"
    )
    sections = [Section("", (Paragraph(_sizes(replication)),))]
    sections.append(Section("Side by side", tuple(_side_by_side(replication, shown, names))))
    if compared:
        sections += [
            Section("New minus first", tuple(_differences(replication, compared, names))),
            Section("Both together", tuple(_pooled(replication, compared, names))),
        ]
    told = [item for item in compared if item.name.startswith(TOLD) and item.kind == "effect"]
    if told:
        sentences = [
            Paragraph(names.within(difference_sentence(item, replication.settings["level"])))
            for item in told
        ]
        sections.append(Section("In words", tuple(sentences)))
    notes = tuple(Item("", names.within(note)) for note in replication.notes)
    return Document(title, (*sections, Section("How to read it", (Listing(notes),))))


def difference_sentence(item: ReplicatedEffect, level: float) -> str:
    """Return in a sentence how far the two samples are apart, and whether that may be chance."""
    style = _style(item)
    interval = bracketed(style, item.difference_lower, item.difference_upper)
    start = (
        f"{item.name}: {style(item.original)} in the first sample and {style(item.new)} in the new "
        f"one, {style(item.difference)} apart, {percent(level)} interval {interval}"
    )
    lower, upper = item.difference_lower, item.difference_upper
    assert lower is not None, "an effect that is compared has bounds"
    assert upper is not None, "an effect that is compared has bounds"
    if lower > 0 or upper < 0:
        return f"{start}: the samples differ by more than chance would lead one to expect."
    return f"{start}: compatible with one value in both, and with any difference in that interval."


def _sizes(replication: Replication) -> str:
    parts = []
    for result, words in (
        (replication.original, "the first sample"),
        (replication.result, "the new one"),
    ):
        ledger = result.ledger
        parts.append(f"{ledger.n_rows_used:,} rows in {ledger.n_groups_used:,} groups in {words}")
    return f"{', '.join(parts)}."


def _style(item: ReplicatedEffect) -> Style:
    estimate = item.new if item.original is None else item.original
    se = item.new_se if item.original_se is None else item.original_se
    return style_of(estimate, se, (item.difference_lower, item.difference_upper))


def _side_by_side(
    replication: Replication, shown: list[ReplicatedEffect], names: Names
) -> Iterator[Block]:
    rows = []
    absent = []
    for item in shown:
        style = _style(item)
        if item.original is None and item.new is None:
            absent.append(Item("", names.within(f"{item.name}: {item.reason}")))
            continue
        rows.append(
            (
                names.within(item.name),
                style(item.original),
                bracketed(style, item.original_lower, item.original_upper),
                style(item.new),
                bracketed(style, item.new_lower, item.new_upper),
            )
        )
        if item.difference is None:
            absent.append(Item("", names.within(f"{item.name}: {item.reason}")))
    level = percent(replication.settings["level"])
    if rows:
        yield TextTable(("", "first", level, "new", level), tuple(rows))
    if absent:
        yield Listing(tuple(absent))


def _differences(
    replication: Replication, compared: list[ReplicatedEffect], names: Names
) -> Iterator[Block]:
    rows = []
    for item in compared:
        style = _style(item)
        rows.append(
            (
                names.within(item.name),
                style(item.difference),
                bracketed(style, item.difference_lower, item.difference_upper),
                NOTHING if item.z is None else fixed(item.z, TEST_DECIMALS),
                NOTHING if item.p is None else p_text(item.p),
            )
        )
    level = percent(replication.settings["level"])
    yield TextTable(("", "difference", level, "z", "p"), tuple(rows))


def _pooled(
    replication: Replication, compared: list[ReplicatedEffect], names: Names
) -> Iterator[Block]:
    rows = []
    for item in compared:
        style = _style(item)
        rows.append(
            (
                names.within(item.name),
                style(item.pooled),
                style(item.pooled_se),
                bracketed(style, item.pooled_lower, item.pooled_upper),
                NOTHING if item.q is None else fixed(item.q, TEST_DECIMALS),
            )
        )
    level = percent(replication.settings["level"])
    yield TextTable(("", "pooled", "SE", level, "Q (1 df)"), tuple(rows))
