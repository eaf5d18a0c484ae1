"""The popover of a path: its estimate, whether and how much it varies, what changes it."""

from __future__ import annotations

from collections.abc import Sequence

from medwidget.result import EffectRow, MediationResult
from medwidget.spec.model import MediationModel
from medwidget.studies.slope_spread import SlopeSpread, slope_spread
from medwidget.views.charts import spread
from medwidget.views.text.moderation_words import held_at
from medwidget.views.text.names import shortened, visible
from medwidget.views.text.nouns import Nouns
from medwidget.views.text.numbers import NOTHING, Style, fixed, percent, style_of
from medwidget.views.text.spans import Span
from medwidget.widget import messages
from medwidget.widget.panes.parts import chart, interval_text, side, spans
from medwidget.widget.report_choices import ReportChoices

__all__ = ["detail_pane", "path_called"]

PATH_DECIMALS = 2
LETTERS = {"direct": "c′"}


def path_called(key: str, model: MediationModel) -> tuple[str, str] | None:
    """Return the path of a model and the side that a key such as ``b_within[m1]`` stands for."""
    for path in model.paths:
        if key == path:
            return path, "conflated"
        stem, bracket, rest = path.partition("[")
        for level in ("within", "between"):
            if key == f"{stem}_{level}{bracket}{rest}":
                return path, level
    return None


def detail_pane(
    model: MediationModel,
    key: str,
    nouns: Nouns,
    *,
    result: MediationResult | None = None,
    slope: messages.Slope | None = None,
    moderator_choices: Sequence[messages.Choice] = (),
    report: ReportChoices | None = None,
) -> messages.PathDetail | None:
    """Return what the popover of a path shows; None where the model has no such path.

    Parameters
    ----------
    model : MediationModel
        The one on screen.
    key : str
        The path with its level, as the diagram calls it.
    nouns : Nouns
    result : MediationResult, optional
        Of that model; without it there are no numbers yet.
    slope : Slope, optional
        The switch of the path.
    moderator_choices : sequence of Choice
        The columns that could moderate the path.
    report : ReportChoices, optional
        With the notes on paths.
    """
    found = path_called(key, model)
    if found is None:
        return None
    path, level = found
    row = _row(result, key)
    differs = level != "between"
    note = (report or ReportChoices()).note_on(model.paths[path])
    own = slope_spread(result, path) if result is not None and differs and row else None
    return {
        "path": key,
        "side": side(level),
        "title": spans(_title(model, path)),
        "estimate": NOTHING if row is None else _style(row)(row.estimate),
        "interval": "" if row is None else interval_text(row, _style(row)),
        "facts": []
        if row is None or result is None
        else [*_facts(row), *_held_at(result, key, model.moderators.get(path, ()))],
        "slope": slope if differs else None,
        "spread": None
        if own is None
        else chart(spread.picture(own, level=level, nouns=(nouns.group, nouns.groups))),
        "spread_words": [] if own is None or result is None else _spread_words(own, result, nouns),
        "moderators": list(model.moderators.get(path, ())),
        "moderator_choices": list(moderator_choices),
        "note": {
            "construct": note.construct,
            "mechanism": note.mechanism,
            "standing": note.standing,
        },
        "removable": "",
    }


def _row(result: MediationResult | None, key: str) -> EffectRow | None:
    if result is None:
        return None
    known = (row for row in result.path_rows if row.name == key and row.estimate is not None)
    return next(known, None)


def _title(model: MediationModel, path: str) -> list[Span]:
    source, target = (shortened(visible(name)) for name in model.paths[path])
    letter = path.partition("[")[0]
    return [
        Span(LETTERS.get(letter, letter), italic=True),
        Span(" "),
        Span(f"{source} → {target}", strong=True),
    ]


def _style(row: EffectRow) -> Style:
    return style_of(row.estimate, row.se, (row.lower, row.upper), decimals=PATH_DECIMALS, digits=1)


def _facts(row: EffectRow) -> list[str]:
    facts = []
    if row.se is not None:
        facts.append(f"SE {style_of(row.se, row.se)(row.se)}")
    if row.standardized is not None:
        facts.append(f"std. {fixed(row.standardized, PATH_DECIMALS)}")
    return facts


def _held_at(result: MediationResult, key: str, moderators: Sequence[str]) -> list[str]:
    """Say at which values of its moderators the estimate holds."""
    found = [(name, held_at(result, key, name)) for name in moderators]
    return [
        f"at {shortened(visible(name))} = {shortened(visible(value))}"
        for name, value in found
        if value
    ]


def _spread_words(own: SlopeSpread, result: MediationResult, nouns: Nouns) -> list[messages.Span]:
    style = style_of(own.sd, None, (own.sd_lower, own.sd_upper), decimals=2)
    level = percent(result.settings["level"])
    above = f"{own.n_positive:,} of {nouns.of_groups(len(own.groups))} above 0"
    return spans(
        [
            Span("SD "),
            Span(style(own.sd), "between", strong=True),
            Span(f" [{style(own.sd_lower)}, {style(own.sd_upper)}] ({level}); {above}"),
        ]
    )
