"""How far groups differ, and how an effect changes along a moderator, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from medwidget.errors import MedwidgetError
from medwidget.studies.group_view import GroupView, group_view
from medwidget.views.text.effect_lines import EffectLabel, effect_labels
from medwidget.views.text.numbers import style_of
from medwidget.views.text.report.voice import Voice, includes_zero
from medwidget.views.text.spans import Span

__all__ = ["conditional_spans", "variation_spans"]

# Between these quantiles lie the groups whose effects are said to range from one to the other.
SPREAD = (0.1, 0.9)
# With more groups than this, effects of single groups are not computed for a sentence.
MOST_GROUPS = 2_000


def variation_spans(voice: Voice, level: str) -> Iterator[Span]:
    """Yield how many groups have which effect, and how far apart they are."""
    spread = voice.effect("sd_indirect", level)
    share = voice.effect("share_positive", level)
    if spread is None:
        return
    groups = voice.nouns.groups
    inside = (
        f" within {groups} varied across them" if level == "within" else f" varied across {groups}"
    )
    yield Span(f"The indirect {voice.association(level)}{inside} ")
    if voice.apa:
        yield from (Span("("), Span("SD", italic=True), Span(f" = {voice.size(spread)})"))
    else:
        yield Span(f"with a standard deviation of {voice.size(spread)}")
    if share is not None:
        yield Span(
            f"; by the model it is above zero in {voice.share(share)}{voice.pause(share)} of all "
            f"such {groups}"
        )
    yield Span(". ")
    yield from _groups_at_hand(voice)


def _groups_at_hand(voice: Voice) -> Iterator[Span]:
    view = _view(voice)
    if view is None or view.constant or not view.n_known:
        return
    known = view.estimate[view.known]
    low, high = (float(value) for value in np.quantile(known, SPREAD))
    style = style_of(view.average, float(np.std(known)), decimals=2, digits=1)
    above = "none" if not view.n_positive else f"{view.n_positive:,}"
    yield Span(
        f"Of predictions for the {voice.nouns.of_groups(view.n_known)} at hand, which are drawn "
        f"towards the average, {above} {'is' if view.n_positive == 1 else 'are'} above zero"
    )
    if view.n_both_negative:
        yield Span(f" ({view.n_both_negative:,} of them because two paths are negative)")
    verb = "has" if view.n_clear == 1 else "have"
    yield Span(
        f", {view.n_clear:,} {verb} an interval that excludes zero, and the middle 80% lie between "
        f"{style(low)} and {style(high)}. "
    )


def _view(voice: Voice) -> GroupView | None:
    if voice.result.ledger.n_groups_used > MOST_GROUPS:
        return None
    try:
        return group_view(voice.result)
    except MedwidgetError:  # read back without its data, or by an estimator without predictions
        return None


def conditional_spans(voice: Voice) -> tuple[Span, ...]:
    """Return effects at values of moderators, and how they change; empty without moderators."""
    lines = [line for line in effect_labels(voice.result, voice.nouns, voice.names) if _shown(line)]
    if not lines:
        return ()
    x, y = voice.names(voice.result.model.exposure), voice.names(voice.result.model.outcome)
    told = [f"{_lower(line.label)}, {_size(voice, line)}" for line in lines]
    start = f"At values of moderators, as differences in {y} for one unit more of {x}: "
    return (Span(f"{start}{'; '.join(told)}."),)


def _shown(line: EffectLabel) -> bool:
    known = line.row.estimate is not None
    if line.row.name.startswith("index_of_moderated_mediation"):
        return known
    return known and line.row.kind == "conditional" and not line.more


def _size(voice: Voice, line: EffectLabel) -> str:
    zero = ", which includes zero" if includes_zero(line.row) else ""
    return f"{voice.size(line.row)}{zero}"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
