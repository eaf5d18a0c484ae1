"""The result in one sentence for both levels, the arithmetic behind it, and what to add."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from medwidget.result import EffectRow, MediationResult
from medwidget.views.text.effect_lines import joined, leading_level
from medwidget.views.text.names import Names
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import MINUS, SENTENCE_DECIMALS, Style, percent, style_of
from medwidget.views.text.reading import AT_THE_MEAN, latent_mean
from medwidget.views.text.spans import Span, side_of
from medwidget.views.text.words import all_names

__all__ = ["absence_words", "formula_spans", "note_texts", "reading_spans"]

NO_EFFECT = "There is no indirect effect to read: no level has a path through the mediator."
INCLUDES = ", which includes zero"
# A share of the indirect effect that comes from a covariance is told from this size on.
LEAST_SHARE = 0.05
DECIMALS_OF_PATHS = 2
# Decimals by which the numbers of one sentence may differ and still be written alike.
MOST_APART = 2
Styling = Callable[[EffectRow], Style]
PREFIX = "not meaningful here: "


class _Told:
    """The effects of one result by name, with the words for its columns and groups."""

    def __init__(self, result: MediationResult, nouns: Nouns | None, names: Names | None) -> None:
        self.result = result
        self.nouns = nouns or Nouns()
        self.names = names or all_names(result)
        self.rows = {row.name: row for row in result.effect_rows if row.estimate is not None}
        self.level = leading_level(result)

    def effect(self, stem: str, level: str) -> EffectRow | None:
        """Return an effect at a level, if it has a number."""
        return self.rows.get(stem if level == "conflated" else f"{stem}_{level}")

    @property
    def latent(self) -> bool:
        """Whether groups are told apart by latent means."""
        return self.result.model.centering == "latent"

    @property
    def via(self) -> str:
        """The mediators, as a sentence lists them."""
        return joined([self.names(name) for name in self.result.model.mediators])


def reading_spans(
    result: MediationResult, nouns: Nouns | None = None, names: Names | None = None
) -> tuple[Span, ...]:
    """Return what the indirect effects say, in one sentence for both levels.

    Parameters
    ----------
    result : MediationResult
    nouns : Nouns, optional
        What a group and a row are called.
    names : Names, optional
        Of the result, if already made.
    """
    told = _Told(result, nouns, names)
    row = told.effect("indirect", told.level) if told.level else None
    if row is None:
        return (Span(NO_EFFECT),)
    between = told.effect("indirect", "between") if told.level == "within" else None
    split = _parts_of_split(told)
    style = _common_style([row, *([between] if between else []), *split])
    parts = [*_first(told, row, style)]
    if between is not None:
        parts += _second(told, row, between, style)
    parts += _split(told, split, style)
    return (*parts, Span("."))


# -- the sentence -----------------------------------------------------------------------------


def _common_style(rows: Sequence[EffectRow]) -> Styling:
    """Return how the numbers of a sentence are written: all with the decimals of the finest.

    Effects whose sizes are orders of magnitude apart are written each in its own style.
    """
    styles = {
        row.name: style_of(
            row.estimate, row.se, (row.lower, row.upper), decimals=SENTENCE_DECIMALS, digits=1
        )
        for row in rows
    }
    decimals = [style.decimals for style in styles.values()]
    apart = any(style.exponent for style in styles.values())
    if apart or max(decimals) - min(decimals) > MOST_APART:
        return lambda row: styles[row.name]
    return lambda _: Style(max(decimals))


def _first(told: _Told, row: EffectRow, styling: Styling) -> Iterator[Span]:
    model, names, nouns = told.result.model, told.names, told.nouns
    style = styling(row)
    estimate = row.estimate or 0.0
    group_exposure = told.result.levels.get(model.exposure) == "group"
    group_outcome = told.result.levels.get(model.outcome) == "group"
    x, y = names(model.exposure), names(model.outcome)
    where, unit = f"Within the same {nouns.group}", f"for one unit more of {x}"
    if row.level == "between":
        where = f"Between {nouns.groups}"
        y = y if group_outcome else f"the {'latent mean' if told.latent else 'mean'} of {y}"
        mean = "latent mean" if latent_mean(told.result, model.exposure) else "mean"
        unit = unit if group_exposure else f"for a {mean} of {x} that is one unit higher"
    elif row.level == "conflated":
        where = f"With differences within and between {nouns.groups} blended"
    yield Span(f"{where}, {y} is {'lower' if estimate < 0 else 'higher'} by ")
    yield Span(style(abs(estimate)), side_of(row.level), strong=True)
    yield Span(f" {unit}, by way of {told.via}{_average(told, row)}{_condition(told, row)}")
    if row.lower is not None and row.upper is not None:
        level = percent(told.result.settings["level"])
        low, high = (-row.upper, -row.lower) if estimate < 0 else (row.lower, row.upper)
        includes = INCLUDES if _includes_zero(row) else ""
        yield Span(f" ({level} interval {style(low)} to {style(high)}{includes})")


def _second(told: _Told, first: EffectRow, row: EffectRow, styling: Styling) -> Iterator[Span]:
    same = (row.estimate or 0.0) * (first.estimate or 0.0) >= 0
    style = styling(row)
    way = "the same way" if same else "the other way"
    latent = f", by latent {told.nouns.group} means," if told.latent else ""
    yield Span(f"; between {told.nouns.groups}{latent} the association by way of it points {way}")
    if _includes_zero(row):
        yield Span(f", {'but' if same else 'and'} its interval includes zero")
    yield Span(" (")
    yield Span(style(row.estimate), side_of(row.level), strong=True)
    if row.lower is not None and row.upper is not None:
        yield Span(f", {style(row.lower)} to {style(row.upper)}")
    yield Span(")")


def _parts_of_split(told: _Told) -> tuple[EffectRow, ...]:
    own, context = (told.rows.get(f"indirect_{part}") for part in ("individual", "contextual"))
    return () if own is None or context is None else (own, context)


def _split(told: _Told, parts: Sequence[EffectRow], styling: Styling) -> Iterator[Span]:
    """Say how much of a group-level exposure's effect goes by way of each unit's own mediator."""
    if not parts:
        return
    own, context = parts
    nouns = told.nouns
    yield Span("; of this, ")
    yield from _counted(own, styling(own))
    yield Span(f" goes by way of each {nouns.row}'s own {told.via}, and ")
    yield from _counted(context, styling(context))
    yield Span(f" by way of its mean in the {nouns.group}, beyond that")


def _counted(row: EffectRow, style: Style) -> Iterator[Span]:
    yield Span(style(row.estimate), strong=True)
    if row.lower is not None and row.upper is not None:
        yield Span(f" ({style(row.lower)} to {style(row.upper)})")


def _includes_zero(row: EffectRow) -> bool:
    return row.lower is not None and row.upper is not None and row.lower <= 0 <= row.upper


def _average(told: _Told, row: EffectRow) -> str:
    labels = set(told.result.covariance_table.columns[1:])
    on_the_way = [path for path in told.result.model.paths if path != "direct"]
    varies = row.level in {"within", "conflated"} and any(path in labels for path in on_the_way)
    return f", on average over {told.nouns.groups}" if varies else ""


def _condition(told: _Told, row: EffectRow) -> str:
    _, where, columns = row.definition.partition(AT_THE_MEAN)
    return f"{where}{told.names.within(columns)}" if where else ""


# -- the arithmetic ---------------------------------------------------------------------------


def formula_spans(
    result: MediationResult, nouns: Nouns | None = None, names: Names | None = None
) -> tuple[Span, ...]:
    """Return how the indirect effect of the lowest level is made up, with the numbers.

    Empty where the formula would be too long to read; the table holds it then.
    """
    told = _Told(result, nouns, names)
    row = told.effect("indirect", told.level) if told.level else None
    if row is None:
        return ()
    terms = list(_terms(told, row))
    if not terms:
        return ()
    numbers = " + ".join(text for _, text in terms).replace(f"+ {MINUS}", f"{MINUS} ")
    style = style_of(row.estimate, row.se, (row.lower, row.upper))
    symbols: list[Span] = []
    for place, (spans, _) in enumerate(terms):
        symbols += [Span(" + ")] if place else []
        symbols += spans
    return (
        *symbols,
        Span(f" = {numbers} = "),
        Span(style(row.estimate), side_of(row.level), strong=True),
    )


def _terms(told: _Told, row: EffectRow) -> Iterator[tuple[list[Span], str]]:
    """Yield the summands: symbols, and the same in numbers."""
    model, names = told.result.model, told.names
    if len(model.mediators) > 1:
        stem = row.name
        parts = [item for item in told.rows.values() if item.name.startswith(f"{stem}[")]
        parts = [item for item in parts if item.kind == "specific"]
        if len(parts) == 1:  # the other mediators are no way at this level
            return
        for item in parts:
            style = style_of(item.estimate, item.se)
            yield [Span(names.within(item.name[len(stem) + 1 : -1]))], style(item.estimate)
        return
    if {"a", "b"} & set(model.moderators):
        return
    paths = {item.name: item for item in told.result.path_rows}
    suffix = "" if told.level == "conflated" else f"_{told.level}"
    first, second = (paths.get(f"{path}{suffix}") for path in ("a", "b"))
    if first is None or second is None:
        return
    numbers = [
        style_of(item.estimate, item.se, decimals=DECIMALS_OF_PATHS, digits=2)(item.estimate)
        for item in (first, second)
    ]
    yield [Span("a", italic=True), Span(" × "), Span("b", italic=True)], " × ".join(numbers)
    covariance = told.rows.get("cov(a,b)")
    if covariance is not None and told.level != "between":
        style = style_of(covariance.estimate, covariance.se)
        symbols = [Span("cov("), Span("a", italic=True), Span(", "), Span("b", italic=True)]
        yield [*symbols, Span(")")], style(covariance.estimate)


# -- what to add ------------------------------------------------------------------------------


def note_texts(
    result: MediationResult, nouns: Nouns | None = None, names: Names | None = None
) -> tuple[str, ...]:
    """Return what the sentence leaves out, a sentence each: shares, and what has no number."""
    told = _Told(result, nouns, names)
    return (*_share(told), *_covariance_share(told), *_absent(told))


def _share(told: _Told) -> Iterator[str]:
    if not told.level:
        return
    name = "proportion_mediated"
    row = told.effect(name, told.level)
    groups = told.nouns.group
    place = {"within": f"within-{groups}", "between": f"between-{groups}"}.get(
        told.level, "blended"
    )
    if row is not None and row.estimate is not None:
        if row.lower is None or row.upper is None:
            return
        low, high = (_percent(bound) for bound in (row.lower, row.upper))
        yield f"{_percent(row.estimate)} of the total {place} association ({low} to {high})."
        return
    full = name if told.level == "conflated" else f"{name}_{told.level}"
    reason = next((row.reason for row in told.result.effect_rows if row.name == full), "")
    if reason.startswith(PREFIX):
        yield f"No share of the total is given: {_in_words(reason.removeprefix(PREFIX), told)}."


def _in_words(reason: str, told: _Told) -> str:
    suffix = "" if told.level == "conflated" else f"_{told.level}"
    for stem in ("indirect", "total"):
        name = f"{stem}{suffix}"
        reason = reason.replace(name, f"the {stem} effect") if suffix else reason
    return reason


def _covariance_share(told: _Told) -> Iterator[str]:
    """Say what part of the effect is there because the slopes of groups go together."""
    row, whole = told.rows.get("cov(a,b)"), told.effect("indirect", told.level or "within")
    if row is None or whole is None or told.level == "between":
        return
    if not row.estimate or not whole.estimate:
        return
    share = row.estimate / whole.estimate
    style = style_of(row.estimate, row.se, (row.lower, row.upper))
    size = style(row.estimate)
    if row.lower is not None and row.upper is not None:
        size += f" ({style(row.lower)} to {style(row.upper)})"
    other = "larger" if row.estimate > 0 else "smaller"
    because = f"{told.nouns.groups} with a larger a tend to have a {other} b"
    if LEAST_SHARE <= share <= 1:
        yield f"{_percent(share)} of it, {size}, is there because {because}."
    elif abs(share) >= LEAST_SHARE:
        yield f"cov(a, b) adds {size} to it, because {because}."


def _absent(told: _Told) -> Iterator[str]:
    """Say why a level has no indirect effect, once for each reason."""
    reasons = [
        row.reason
        for row in told.result.effect_rows
        if row.kind == "effect" and row.name.startswith("indirect") and row.estimate is None
    ]
    for reason in dict.fromkeys(reasons):
        yield f"{absence_words(reason, told.result, told.nouns, told.names)}."


def absence_words(reason: str, result: MediationResult, nouns: Nouns, names: Names) -> str:
    """Return why there is no number, with the user's nouns and without a full stop."""
    told = names.within(reason).rstrip(".")
    inside = f"is constant within every {names(result.model.group)}, so nothing"
    before, found, after = told.partition(inside)
    if found and after.endswith("within groups"):
        after = f"{after.removesuffix('groups')}{nouns.groups}"
        return f"{before}is constant within every {nouns.group}, so nothing{after}"
    fix = "fit it with group-mean or latent centering"
    return told.replace(fix, "choose group mean or latent as the centering to fit it")


def _percent(share: float) -> str:
    return percent(round(share, 2))
