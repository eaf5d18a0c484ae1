"""From a result to the sections of its summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medwidget.result import EffectRow, MediationResult
from medwidget.views.text.document import (
    Block,
    Document,
    Facts,
    Item,
    Listing,
    Paragraph,
    Section,
    TextTable,
)
from medwidget.views.text.names import Names
from medwidget.views.text.numbers import percent, style_of
from medwidget.views.text.reading import main_indirect_effects, sentence
from medwidget.views.text.setting import setting_facts, title
from medwidget.views.text.variances import variance_sections
from medwidget.views.text.words import INTERVALS, LEVELS, all_names

__all__ = ["document"]

# The tables of effects: their titles and the kinds of effect in each.
EFFECT_TABLES = (
    ("Effects", ("effect",)),
    ("Effects by mediator", ("specific", "contrast")),
    ("Effects at values of moderators", ("conditional",)),
    ("How much groups differ", ("heterogeneity",)),
    ("In standard deviations, and as a share", ("standardized", "proportion")),
)
# Kinds of effect that are named where there is no number; derived ones are counted.
NAMED_KINDS = frozenset({"effect", "specific", "conditional", "proportion"})
SEVERITIES = ("error", "warning", "note")
# Names that an entry of the list of absent numbers gives before it counts the rest.
MOST_NAMED = 6
# Reasons why there is a number but no interval that are told in full.
MOST_INTERVAL_REASONS = 2
INTERVALS_ELSEWHERE = "no interval for like reasons; see the column reason of result.effects"
# With more groups than this their predictions are not computed for the sake of a count.
MOST_GROUPS_COUNTED = 2_000
SHARES_COUNT_NEGATIVES = (
    "A share of positive products counts groups in which both slopes are negative."
)
NOTHING_TO_SAY = "Neither the data nor the fit gave a warning."
ASSUMPTIONS = (
    "These are associations under this model. Reading one as a mechanism assumes that nothing "
    "unmeasured stands behind exposure, mediator and outcome at that level, and that they come in "
    "this order in time."
)


def document(result: MediationResult) -> Document:
    """Return the summary of a result as sections of texts."""
    names = all_names(result)
    sections = [
        Section("", (setting_facts(result, names),)),
        *_paths(result, names),
        *_effects(result, names),
        *_absent(result, names),
        *variance_sections(result, names),
        _care(result, names),
        _in_words(result),
    ]
    return Document(title(result, names), tuple(sections))


# -- tables of estimates ----------------------------------------------------------------------


def _interval_words(result: MediationResult) -> str:
    method = result.settings["interval"]
    if method is None:
        return "no intervals"
    return f"{percent(result.settings['level'])} {INTERVALS.get(method, method)} interval"


def _numbers(row: EffectRow) -> tuple[str, ...]:
    values = (row.estimate, row.se, row.lower, row.upper)
    style = style_of(row.estimate, row.se, (row.lower, row.upper))
    return tuple(style(value) for value in values)


def _by_level(rows: Sequence[EffectRow]) -> list[EffectRow]:
    """Return rows with those of a level together, otherwise in their order."""
    return sorted(rows, key=lambda row: LEVELS.index(row.level) if row.level in LEVELS else 99)


def _paths(result: MediationResult, names: Names) -> Iterator[Section]:
    known = [row for row in result.path_rows if row.estimate is not None]
    if not known:
        return
    ends = _ends(result, names)
    rows = tuple(
        (row.level, names.within(row.name), ends.get(row.name, ""), *_numbers(row))
        for row in _by_level(known)
    )
    header = ("level", "path", "from → to", "estimate", "se", "lower", "upper")
    yield Section(f"Paths ({_interval_words(result)})", (TextTable(header, rows, n_labels=3),))


def _ends(result: MediationResult, names: Names) -> dict[str, str]:
    """Return source and target of every path by the name of its parameter."""
    found = {}
    for path, (source, target) in result.model.paths.items():
        letter, bracket, rest = path.partition("[")
        parameters = [f"{letter}{suffix}{bracket}{rest}" for suffix in ("", "_within", "_between")]
        for row in result.path_rows:
            for parameter in parameters:
                if row.name == parameter:
                    found[row.name] = f"{names(source)} → {names(target)}"
                elif row.name.startswith(f"{parameter}:"):
                    by = names.within(row.name[len(parameter) + 1 :])
                    found[row.name] = f"{names(source)} × {by} → {names(target)}"
    return found


def _effects(result: MediationResult, names: Names) -> Iterator[Section]:
    header = ("level", "effect", "estimate", "se", "lower", "upper")
    for heading, kinds in EFFECT_TABLES:
        of_kind = [row for row in result.effect_rows if row.kind in kinds]
        known = [row for row in of_kind if row.estimate is not None]
        if not known:
            continue
        rows = tuple(
            (row.level, names.within(row.name), *_numbers(row)) for row in _by_level(known)
        )
        blocks: list[Block] = [TextTable(header, rows, n_labels=2)]
        if heading == EFFECT_TABLES[0][0]:
            blocks += _formulas(result, names)
        if any(row.name.startswith("share_positive") for row in known):
            blocks.append(Paragraph(SHARES_COUNT_NEGATIVES + _both_negative(result)))
        yield Section(f"{heading} ({_interval_words(result)})", tuple(blocks))


def _formulas(result: MediationResult, names: Names) -> Iterator[Block]:
    main = main_indirect_effects(result)
    if main:
        yield Facts(tuple((row.name, f"= {names.within(row.definition)}") for row in main))
    errors = [
        row.monte_carlo_error
        for row in result.effect_rows
        if row.kind == "effect" and row.monte_carlo_error
    ]
    if errors:
        largest = max(errors)
        shown = style_of(largest, largest)(largest)
        yield Paragraph(f"Monte Carlo error of these bounds: at most {shown}.")


def _both_negative(result: MediationResult) -> str:
    """Count the groups at hand in which the slopes of a and b are both negative."""
    paths = [path for path in result.model.paths if path != "direct"]
    few = result.ledger.n_groups_used <= MOST_GROUPS_COUNTED
    if paths != ["a", "b"] or "group_effects" not in result.deferred or not few:
        return ""
    table = result.group_effects
    if not {"a", "b"} <= set(table.columns):
        return ""
    both = int(((table["a"] < 0) & (table["b"] < 0)).sum())
    return f" Here they are both predicted to be so in {both:,} of {len(table):,} groups."


# -- what is not there ------------------------------------------------------------------------


def _absent(result: MediationResult, names: Names) -> Iterator[Section]:
    # a path may share its name with an effect, and is then told once
    known = {row.name for row in result.effect_rows}
    rows = [*result.effect_rows, *(row for row in result.path_rows if row.name not in known)]
    numbers = _by_reason([row for row in rows if row.estimate is None])
    asked = result.settings["interval"] is not None
    lacking = [row for row in rows if row.estimate is not None and row.lower is None and asked]
    intervals = list(_by_reason(lacking).items())
    items = [Item(_who(some, names), names.within(reason)) for reason, some in numbers.items()]
    items += [
        Item(_who(some, names), f"no interval: {names.within(reason)}")
        for reason, some in intervals[:MOST_INTERVAL_REASONS]
    ]
    rest = [row for _, some in intervals[MOST_INTERVAL_REASONS:] for row in some]
    if rest:
        items.append(Item(_who(rest, names), INTERVALS_ELSEWHERE))
    if items:
        yield Section("Not available", (Listing(tuple(items)),))


def _by_reason(rows: Sequence[EffectRow]) -> dict[str, list[EffectRow]]:
    found: dict[str, list[EffectRow]] = {}
    for row in rows:
        found.setdefault(row.reason, []).append(row)
    return found


def _who(rows: Sequence[EffectRow], names: Names) -> str:
    named = [names.within(row.name) for row in rows if row.kind in NAMED_KINDS]
    named = (named or [names.within(rows[0].name)])[:MOST_NAMED]
    more = len(rows) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


# -- words ------------------------------------------------------------------------------------


def _care(result: MediationResult, names: Names) -> Section:
    problems = sorted(result.problems, key=lambda item: SEVERITIES.index(item.severity))
    items = tuple(
        Item(item.severity, names.within(item.message), names.within(item.remedy))
        for item in problems
    )
    block: Block = Listing(items) if items else Paragraph(NOTHING_TO_SAY)
    return Section("Read this with care", (block,))


def _in_words(result: MediationResult) -> Section:
    told = [Item("", sentence(row, result)) for row in main_indirect_effects(result)]
    blocks: list[Block] = [Listing(tuple(told))] if told else []
    return Section("In words", (*blocks, Paragraph(ASSUMPTIONS)))
